// What kernels on words of four blocks of 4x4 beside each other have in common.

// TRANSFORM4 is the one-dimensional transform between Y0 to Y3.
#define TRANSFORM4 \
	VPADDW Y3, Y0, Y4; \
	VPSUBW Y3, Y0, Y5; \
	VPADDW Y2, Y1, Y6; \
	VPSUBW Y2, Y1, Y7; \
	VPADDW Y6, Y4, Y0; \
	VPSUBW Y6, Y4, Y2; \
	VPADDW Y5, Y5, Y1; \
	VPADDW Y7, Y1, Y1; \
	VPADDW Y7, Y7, Y3; \
	VPSUBW Y3, Y5, Y3

// TURN4 transposes the four blocks.
#define TURN4 \
	VPUNPCKLWD  Y1, Y0, Y4; \
	VPUNPCKHWD  Y1, Y0, Y5; \
	VPUNPCKLWD  Y3, Y2, Y6; \
	VPUNPCKHWD  Y3, Y2, Y7; \
	VPUNPCKLDQ  Y6, Y4, Y8; \
	VPUNPCKHDQ  Y6, Y4, Y9; \
	VPUNPCKLDQ  Y7, Y5, Y10; \
	VPUNPCKHDQ  Y7, Y5, Y11; \
	VPUNPCKLQDQ Y10, Y8, Y0; \
	VPUNPCKHQDQ Y10, Y8, Y1; \
	VPUNPCKLQDQ Y11, Y9, Y2; \
	VPUNPCKHQDQ Y11, Y9, Y3

// BESIDE makes y, whose lower half is x, of eight samples at m and eight at n.
#define BESIDE(m, n, x, y) \
	VMOVQ     m, x; \
	VMOVHPS   n, x, x; \
	VPMOVZXBW x, y

// ZEROS leaves in r a bit for each block that has no coefficient outside of the dead zone at (R8). Y15 is zero.
#define ZEROS(r) \
	VPABSW    Y0, Y4; \
	VPABSW    Y1, Y5; \
	VPABSW    Y2, Y6; \
	VPABSW    Y3, Y7; \
	VPCMPGTW  0(R8), Y4, Y4; \
	VPCMPGTW  32(R8), Y5, Y5; \
	VPCMPGTW  64(R8), Y6, Y6; \
	VPCMPGTW  96(R8), Y7, Y7; \
	VPOR      Y5, Y4, Y4; \
	VPOR      Y7, Y6, Y6; \
	VPOR      Y6, Y4, Y4; \
	VPCMPEQQ  Y15, Y4, Y4; \
	VMOVMSKPD Y4, r

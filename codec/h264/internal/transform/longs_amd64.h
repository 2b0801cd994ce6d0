// What kernels on doublewords of single blocks of 4x4 have in common.

// TRANSPOSE4 transposes four by four doublewords.
#define TRANSPOSE4(a, b, c, d, s, t, u, v) \
	VPUNPCKLDQ  b, a, s; \
	VPUNPCKHDQ  b, a, t; \
	VPUNPCKLDQ  d, c, u; \
	VPUNPCKHDQ  d, c, v; \
	VPUNPCKLQDQ u, s, a; \
	VPUNPCKHQDQ u, s, b; \
	VPUNPCKLQDQ v, t, c; \
	VPUNPCKHQDQ v, t, d

// INVERSE4 is the one-dimensional inverse transform between X0 to X3.
#define INVERSE4 \
	VPADDD X2, X0, X4; \
	VPSUBD X2, X0, X5; \
	VPSRAD $1, X1, X6; \
	VPSUBD X3, X6, X6; \
	VPSRAD $1, X3, X7; \
	VPADDD X7, X1, X7; \
	VPADDD X7, X4, X0; \
	VPADDD X6, X5, X1; \
	VPSUBD X6, X5, X2; \
	VPSUBD X7, X4, X3

// RESIDUAL4 is the two-dimensional inverse transform of X0 to X3 with its rounding by half, 32: the words of two rows each in X0
// and X2.
#define RESIDUAL4(half) \
	TRANSPOSE4(X0, X1, X2, X3, X4, X5, X6, X7); \
	INVERSE4; \
	TRANSPOSE4(X0, X1, X2, X3, X4, X5, X6, X7); \
	VPADDD    half(SB), X0, X0; \
	INVERSE4; \
	VPSRAD    $6, X0, X0; \
	VPSRAD    $6, X1, X1; \
	VPSRAD    $6, X2, X2; \
	VPSRAD    $6, X3, X3; \
	VPACKSSDW X1, X0, X0; \
	VPACKSSDW X3, X2, X2

DATA bytesTwo<>+0(SB)/8, $0x0202020202020202
DATA bytesTwo<>+8(SB)/8, $0x0202020202020202
DATA bytesTwo<>+16(SB)/8, $0x0202020202020202
DATA bytesTwo<>+24(SB)/8, $0x0202020202020202
GLOBL bytesTwo<>(SB), RODATA|NOPTR, $32

// above is zeros, then ones.
DATA above<>+0(SB)/8, $0x0000000000000000
DATA above<>+8(SB)/8, $0x0000000000000000
DATA above<>+16(SB)/8, $0x0101010101010101
DATA above<>+24(SB)/8, $0x0101010101010101
GLOBL above<>(SB), RODATA|NOPTR, $32

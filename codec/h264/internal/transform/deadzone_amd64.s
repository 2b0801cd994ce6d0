//go:build !purego

#include "textflag.h"

// Which blocks have levels, four blocks of 4x4 beside each other at a time: in words, which hold the coefficients of any
// difference of samples.
//
//	SI, DI the blocks compared  R8 the dead zone  Y0 to Y3 rows, then columns  Y15 zero

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

// ZEROS leaves in r a bit for each block that has no coefficient outside of the dead zone.
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

#define ROW(p, q, y, scratch) \
	VPMOVZXBW p, y; \
	VPMOVZXBW q, scratch; \
	VPSUBW    scratch, y, y

// func codedAVX2(a *[256]byte, b *byte, bStride int, z *DeadZone) uint16
TEXT ·codedAVX2(SB), NOSPLIT, $0-34
	MOVQ  a+0(FP), SI
	MOVQ  b+8(FP), DI
	MOVQ  bStride+16(FP), R9
	MOVQ  z+24(FP), R8
	LEAQ  (R9)(R9*2), R10
	VPXOR Y15, Y15, Y15
	XORL  AX, AX
	MOVL  $4, CX

four:
	ROW(0(SI), (DI), Y0, Y4)
	ROW(16(SI), (DI)(R9*1), Y1, Y5)
	ROW(32(SI), (DI)(R9*2), Y2, Y6)
	ROW(48(SI), (DI)(R10*1), Y3, Y7)
	TRANSFORM4
	TURN4
	TRANSFORM4
	ZEROS(DX)
	SHRL $4, AX
	SHLL $12, DX
	ORL  DX, AX
	ADDQ $64, SI
	LEAQ (DI)(R9*4), DI
	DECL CX
	JNZ  four
	NOTL AX
	VZEROUPPER
	MOVW AX, ret+32(FP)
	RET

// CHROMA makes y, whose lower half is x, of the differences of eight samples of Cb and of eight of Cr.
#define CHROMA(at, x, y) \
	VMOVQ       at(SI), x; \
	VMOVHPS     at+64(SI), x, x; \
	VMOVQ       at(DI), X4; \
	VMOVHPS     at+64(DI), X4, X4; \
	VPMOVZXBW   x, y; \
	VPMOVZXBW   X4, Y4; \
	VPSUBW      Y4, y, y

// func codedChromaAVX2(dc *[2][4]int32, a, b *[2][64]byte, z *DeadZone) uint8
TEXT ·codedChromaAVX2(SB), NOSPLIT, $0-33
	MOVQ  dc+0(FP), BX
	MOVQ  a+8(FP), SI
	MOVQ  b+16(FP), DI
	MOVQ  z+24(FP), R8
	VPXOR Y15, Y15, Y15
	XORL  AX, AX
	MOVL  $2, CX

two:
	CHROMA(0, X0, Y0)
	CHROMA(8, X1, Y1)
	CHROMA(16, X2, Y2)
	CHROMA(24, X3, Y3)
	TRANSFORM4
	TURN4
	TRANSFORM4

	// The first words of each block.
	VPSLLD       $16, Y0, Y4
	VPSRAD       $16, Y4, Y4
	VEXTRACTI128 $1, Y4, X5
	VPSHUFD      $0x08, X4, X4
	VPSHUFD      $0x08, X5, X5
	VMOVQ        X4, 0(BX)
	VMOVQ        X5, 16(BX)
	ADDQ         $8, BX

	// Two bits of Cb and two of Cr, the second time two places higher.
	ZEROS(DX)
	MOVL DX, R11
	ANDL $3, DX
	ANDL $12, R11
	LEAL (DX)(R11*4), DX
	SHLL $2, DX
	SHRL $2, AX
	ORL  DX, AX
	ADDQ $32, SI
	ADDQ $32, DI
	DECL CX
	JNZ  two
	NOTL AX
	VZEROUPPER
	MOVB AX, ret+32(FP)
	RET

//go:build !purego

#include "textflag.h"
#include "words_amd64.h"

// Which blocks have levels, four blocks of 4x4 beside each other at a time: in words, which hold the coefficients of any
// difference of samples.
//
//	SI, DI the blocks compared  R8 the dead zone  Y0 to Y3 rows, then columns  Y15 zero

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

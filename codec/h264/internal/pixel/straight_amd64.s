//go:build !purego

#include "textflag.h"

// SATD of blocks 16 samples wide and their straight predictions. Four rows at a time are transformed as for SATD: after the
// butterflies between pairs of samples and between rows, the prediction from above is in the first register only, as it
// has no differences between rows, and those from the left and of the mean are in the sums of pairs only, the lower halves.
// So these are subtracted there, and what is left takes part in the last butterflies once more.

DATA pairsS<>+0(SB)/8, $0x0101010101010101
DATA pairsS<>+8(SB)/8, $0x0101010101010101
DATA pairsS<>+16(SB)/8, $0xff01ff01ff01ff01
DATA pairsS<>+24(SB)/8, $0xff01ff01ff01ff01
GLOBL pairsS<>(SB), RODATA|NOPTR, $32

DATA onesS<>+0(SB)/8, $0x0001000100010001
DATA onesS<>+8(SB)/8, $0x0001000100010001
DATA onesS<>+16(SB)/8, $0x0001000100010001
DATA onesS<>+24(SB)/8, $0x0001000100010001
GLOBL onesS<>(SB), RODATA|NOPTR, $32

// Signs of butterflies between neighboring words, and how to swap these; signs of those between words two apart.
DATA near<>+0(SB)/8, $0xffff0001ffff0001
DATA near<>+8(SB)/8, $0xffff0001ffff0001
DATA near<>+16(SB)/8, $0xffff0001ffff0001
DATA near<>+24(SB)/8, $0xffff0001ffff0001
GLOBL near<>(SB), RODATA|NOPTR, $32
DATA swapped<>+0(SB)/8, $0x0504070601000302
DATA swapped<>+8(SB)/8, $0x0d0c0f0e09080b0a
DATA swapped<>+16(SB)/8, $0x0504070601000302
DATA swapped<>+24(SB)/8, $0x0d0c0f0e09080b0a
GLOBL swapped<>(SB), RODATA|NOPTR, $32
DATA far<>+0(SB)/8, $0xffffffff00010001
DATA far<>+8(SB)/8, $0xffffffff00010001
DATA far<>+16(SB)/8, $0xffffffff00010001
DATA far<>+24(SB)/8, $0xffffffff00010001
GLOBL far<>(SB), RODATA|NOPTR, $32

// Four bytes as words, each twice.
DATA twice<>+0(SB)/8, $0x8001800180008000
DATA twice<>+8(SB)/8, $0x8003800380028002
GLOBL twice<>(SB), RODATA|NOPTR, $16

// LEFT transforms the words of y, samples left of rows, four by four, and doubles them: of four rows a pair of samples has
// twice the sum, then twice the differences of both rows, of both pairs of rows, and of all.
#define LEFT(y, s) \
	VPSHUFB swapped<>(SB), y, s; \
	VPSIGNW near<>(SB), y, y; \
	VPADDW  s, y, y; \
	VPSHUFD $0xb1, y, s; \
	VPSIGNW far<>(SB), y, y; \
	VPADDW  s, y, y; \
	VPADDW  y, y, y

// PICK makes x of word i of both halves of from.
#define PICK(i, from, x) \
	VPSHUFLW $(0x55*i), from, x; \
	VPSHUFHW $(0x55*i), x, x

// LARGER makes d of the larger ones of neighboring words of p and of q.
#define LARGER(p, q, d, s, t) \
	VPSLLD   $16, q, s; \
	VPSRLD   $16, p, t; \
	VPBLENDW $0xaa, s, p, d; \
	VPBLENDW $0xaa, q, t, t; \
	VPMAXSW  t, d, d

// FOUR compares four rows, Y0 to Y3 after the first butterflies, and adds up magnitudes.
//
//	Y15 multipliers  Y14 top, four times  X13 left  X12 mean, eight times
//	Y11 sum for no prediction, of which the upper half counts  Y10 for top  X9 for left  X8 for mean
#define FOUR \
	VPADDW   Y1, Y0, Y4; \
	VPSUBW   Y1, Y0, Y5; \
	VPADDW   Y3, Y2, Y6; \
	VPSUBW   Y3, Y2, Y7; \
	VPADDW   Y6, Y4, Y0; \
	VPSUBW   Y6, Y4, Y1; \
	VPADDW   Y7, Y5, Y2; \
	VPSUBW   Y7, Y5, Y3; \
	PICK(1, X13, X4); \
	VPSUBW   X4, X2, X4; \
	PICK(3, X13, X5); \
	VPSUBW   X5, X3, X5; \
	VPABSW   X4, X4; \
	VPABSW   X5, X5; \
	LARGER(X4, X5, X4, X6, X7); \
	VPADDW   X4, X9, X9; \
	VPABSW   Y2, Y2; \
	VPABSW   Y3, Y3; \
	LARGER(Y2, Y3, Y2, Y6, Y7); \
	VPADDW   Y2, Y11, Y11; \
	VPADDW   Y2, Y10, Y10; \
	VPADDW   X2, X8, X8; \
	PICK(0, X13, X4); \
	VPSUBW   X4, X0, X4; \
	PICK(2, X13, X5); \
	VPSUBW   X5, X1, X5; \
	VPABSW   X4, X4; \
	VPABSW   X5, X5; \
	LARGER(X4, X5, X4, X6, X7); \
	VPADDW   X4, X9, X9; \
	VPABSW   Y1, Y1; \
	VPSUBW   Y14, Y0, Y4; \
	VPABSW   Y4, Y4; \
	LARGER(Y4, Y1, Y4, Y6, Y7); \
	VPADDW   Y4, Y10, Y10; \
	VPSUBW   X12, X0, X4; \
	VPABSW   X4, X4; \
	LARGER(X4, X1, X4, X6, X7); \
	VPADDW   X4, X8, X8; \
	VPABSW   Y0, Y0; \
	LARGER(Y0, Y1, Y0, Y6, Y7); \
	VPADDW   Y0, Y11, Y11

// TOTALS stores the costs at DI.
#define TOTALS \
	VEXTRACTI128 $1, Y11, X11; \
	VPADDW       X11, X9, X9; \
	VPADDW       X11, X8, X8; \
	VPMADDWD     onesS<>(SB), Y10, Y10; \
	VPMADDWD     onesS<>(SB), X9, X9; \
	VPMADDWD     onesS<>(SB), X8, X8; \
	VEXTRACTI128 $1, Y10, X0; \
	VPADDD       X0, X10, X10; \
	VPHADDD      X9, X10, X10; \
	VPHADDD      X8, X8, X8; \
	VPHADDD      X8, X10, X10; \
	VMOVQ        X10, (DI); \
	VPEXTRD      $2, X10, 8(DI); \
	VZEROUPPER

#define ROW(p, y) \
	VBROADCASTI128 p, y; \
	VPMADDUBSW     Y15, y, y

// func straight16AVX2(costs *[3]int32, a *[256]byte, top, left *[16]byte, mean byte)
TEXT ·straight16AVX2(SB), NOSPLIT, $32-33
	MOVQ           a+8(FP), SI
	MOVQ           top+16(FP), BX
	MOVQ           left+24(FP), DX
	MOVBLZX        mean+32(FP), AX
	VMOVDQU        pairsS<>(SB), Y15
	ROW((BX), Y14)
	VPSLLW         $2, Y14, Y14
	SHLL           $3, AX
	VMOVD          AX, X12
	VPBROADCASTW   X12, X12
	VPMOVZXBW      (DX), Y13
	LEFT(Y13, Y0)
	VMOVDQU        Y13, left-32(SP)
	VPXOR          X11, X11, X11
	VPXOR          X10, X10, X10
	VPXOR          X9, X9, X9
	VPXOR          X8, X8, X8
	XORL           CX, CX

four:
	VPBROADCASTQ left-32(SP)(CX*8), X13
	ROW((SI), Y0)
	ROW(16(SI), Y1)
	ROW(32(SI), Y2)
	ROW(48(SI), Y3)
	FOUR
	ADDQ $64, SI
	INCQ CX
	CMPQ CX, $4
	JNE  four
	MOVQ costs+0(FP), DI
	TOTALS
	RET

// ROW2 puts a row of eight samples of both planes into y.
#define ROW2(at, x, y) \
	VMOVQ       at(SI), x; \
	VMOVHPS     (64+at)(SI), x, x; \
	VINSERTI128 $1, x, y, y; \
	VPMADDUBSW  Y15, y, y

// func straightChromaAVX2(costs *[3]int32, a *[2][64]byte, top, left *[2][8]byte, means *[2][4]byte)
// The planes stand side by side.
TEXT ·straightChromaAVX2(SB), NOSPLIT, $0-40
	MOVQ         a+8(FP), SI
	MOVQ         top+16(FP), BX
	MOVQ         left+24(FP), DX
	MOVQ         means+32(FP), CX
	VMOVDQU      pairsS<>(SB), Y15
	ROW((BX), Y14)
	VPSLLW       $2, Y14, Y14
	VPMOVZXBW    (DX), Y13
	LEFT(Y13, Y0)
	VPXOR        X11, X11, X11
	VPXOR        X10, X10, X10
	VPXOR        X9, X9, X9
	VPXOR        X8, X8, X8
	VPERMQ       $0xd8, Y13, Y13   // rows 0 to 3 of both planes, then rows 4 to 7

	VMOVD        (CX), X12
	VPSHUFB      twice<>(SB), X12, X12
	VPSLLW       $3, X12, X12
	ROW2(0, X0, Y0)
	ROW2(8, X1, Y1)
	ROW2(16, X2, Y2)
	ROW2(24, X3, Y3)
	FOUR

	VEXTRACTI128 $1, Y13, X13
	VMOVD        4(CX), X12
	VPSHUFB      twice<>(SB), X12, X12
	VPSLLW       $3, X12, X12
	ROW2(32, X0, Y0)
	ROW2(40, X1, Y1)
	ROW2(48, X2, Y2)
	ROW2(56, X3, Y3)
	FOUR
	MOVQ         costs+0(FP), DI
	TOTALS
	RET

//go:build !purego

#include "textflag.h"

// The six-tap filters (RFC 6386 18.3) with AVX2. Each half of a register has eight samples of a row: the two halves of a
// row of 16, rows of the upper and of the lower half of a block, or of both chroma planes. Taps are multiplied in pairs, the second with the
// third, the fourth with the fifth, and the first with the last, so that all but the sum of all fit a signed word. That
// may saturate, which is 255 after the division, as is the right sum.

// pairs are the places of the samples for each pair of taps, once for each of eight results.
DATA pairs<>+0x00(SB)/8, $0x0504040303020201
DATA pairs<>+0x08(SB)/8, $0x0908080707060605
DATA pairs<>+0x10(SB)/8, $0x0504040303020201
DATA pairs<>+0x18(SB)/8, $0x0908080707060605
DATA pairs<>+0x20(SB)/8, $0x0706060505040403
DATA pairs<>+0x28(SB)/8, $0x0b0a0a0909080807
DATA pairs<>+0x30(SB)/8, $0x0706060505040403
DATA pairs<>+0x38(SB)/8, $0x0b0a0a0909080807
DATA pairs<>+0x40(SB)/8, $0x0803070206010500
DATA pairs<>+0x48(SB)/8, $0x0c070b060a050904
DATA pairs<>+0x50(SB)/8, $0x0803070206010500
DATA pairs<>+0x58(SB)/8, $0x0c070b060a050904
GLOBL pairs<>(SB), RODATA|NOPTR, $96

// Multiplied by this, the high half of a product is the sum divided by 128 and rounded.
DATA divide<>+0(SB)/8, $0x0100010001000100
GLOBL divide<>(SB), RODATA|NOPTR, $8

// SUM multiplies the samples in Y1, Y2 and Y0 by their pairs of taps, and leaves words to be packed in out.
#define SUM(taps12, taps34, taps05, out) \
	VPMADDUBSW taps12, Y1, Y1; \
	VPMADDUBSW taps34, Y2, Y2; \
	VPMADDUBSW taps05, Y0, Y0; \
	VPADDW     Y0, Y1, Y1; \
	VPADDSW    Y2, Y1, Y1; \
	VPMULHRSW  Y12, Y1, out

// SUM4 does so where the first and the last tap are zero, which is with odd eighths.
#define SUM4(taps12, taps34, out) \
	VPMADDUBSW taps12, Y1, Y1; \
	VPMADDUBSW taps34, Y2, Y2; \
	VPADDSW    Y2, Y1, Y1; \
	VPMULHRSW  Y12, Y1, out

// ROW filters a row at SI and goes on to the next, ROW4 does so with four taps.
#define ROW(out) \
	VMOVDQU     (SI), X0; \
	VINSERTI128 $1, (SI)(R12*1), Y0, Y0; \
	ADDQ        R9, SI; \
	VPSHUFB     Y13, Y0, Y1; \
	VPSHUFB     Y14, Y0, Y2; \
	VPSHUFB     Y15, Y0, Y0; \
	SUM(Y6, Y7, Y8, out)

#define ROW4(out) \
	VMOVDQU     (SI), X0; \
	VINSERTI128 $1, (SI)(R12*1), Y0, Y0; \
	ADDQ        R9, SI; \
	VPSHUFB     Y13, Y0, Y1; \
	VPSHUFB     Y14, Y0, Y2; \
	SUM4(Y6, Y7, out)

// COLUMN filters the six rows from at of DX on, COLUMN4 the four in their middle.
#define COLUMN(at, out) \
	VMOVDQU    (at+32)(DX), Y1; \
	VPUNPCKLBW (at+64)(DX), Y1, Y1; \
	VMOVDQU    (at+96)(DX), Y2; \
	VPUNPCKLBW (at+128)(DX), Y2, Y2; \
	VMOVDQU    (at+0)(DX), Y0; \
	VPUNPCKLBW (at+160)(DX), Y0, Y0; \
	SUM(Y9, Y10, Y11, out)

#define COLUMN4(at, out) \
	VMOVDQU    (at+32)(DX), Y1; \
	VPUNPCKLBW (at+64)(DX), Y1, Y1; \
	VMOVDQU    (at+96)(DX), Y2; \
	VPUNPCKLBW (at+128)(DX), Y2, Y2; \
	SUM4(Y9, Y10, out)

// STORE stores two rows, whose words are in Y3 and Y4, and goes on to the next.
#define STORE \
	VPACKUSWB    Y4, Y3, Y3; \
	VEXTRACTI128 $1, Y3, X4; \
	CMPQ         AX, $4; \
	JEQ          4(PC); \
	VMOVQ        X3, (DI); \
	VMOVQ        X4, (DI)(R10*1); \
	JMP          3(PC); \
	VMOVD        X3, (DI); \
	VMOVD        X4, (DI)(R10*1); \
	ADDQ         R8, DI; \
	CMPQ         AX, $4; \
	JEQ          4(PC); \
	VMOVHPS      X3, (DI); \
	VMOVHPS      X4, (DI)(R10*1); \
	JMP          3(PC); \
	VPEXTRD      $2, X3, (DI); \
	VPEXTRD      $2, X4, (DI)(R10*1); \
	ADDQ         R8, DI

// func sixtapAVX2(dst *byte, dstStride, dstHalf int, src *byte, srcStride, srcHalf, w, h int, tx, ty *[6]int8, rows *[passRows * 32]byte)
TEXT ·sixtapAVX2(SB), NOSPLIT, $0-88
	MOVQ dst+0(FP), DI
	MOVQ dstStride+8(FP), R8
	MOVQ dstHalf+16(FP), R10
	MOVQ src+24(FP), SI
	MOVQ srcStride+32(FP), R9
	MOVQ srcHalf+40(FP), R12
	MOVQ w+48(FP), AX
	MOVQ h+56(FP), CX
	MOVQ tx+64(FP), R11
	MOVQ ty+72(FP), R13
	MOVQ rows+80(FP), DX
	VPBROADCASTQ divide<>(SB), Y12
	TESTQ        R11, R11
	JZ           columns
	VPBROADCASTW 0(R11), Y6
	VPBROADCASTW 2(R11), Y7
	VPBROADCASTW 4(R11), Y8
	VMOVDQU      pairs<>+0x00(SB), Y13
	VMOVDQU      pairs<>+0x20(SB), Y14
	VMOVDQU      pairs<>+0x40(SB), Y15
	TESTQ        R13, R13
	JNZ          both

	// Rows only: those from the block's first on.
	LEAQ (SI)(R9*2), SI
	CMPW 4(R11), $0
	JEQ  rowsOnly4

rowsOnly:
	ROW(Y3)
	ROW(Y4)
	STORE
	SUBQ $2, CX
	JNZ  rowsOnly
	VZEROUPPER
	RET

rowsOnly4:
	ROW4(Y3)
	ROW4(Y4)
	STORE
	SUBQ $2, CX
	JNZ  rowsOnly4
	VZEROUPPER
	RET

both:
	LEAQ 5(CX), BX
	CMPW 4(R13), $0
	JNE  firstPass

	// Four taps of the columns take neither the first row nor the last.
	ADDQ R9, SI
	ADDQ $32, DX
	SUBQ $2, BX

firstPass:
	CMPW 4(R11), $0
	JEQ  filterRows4

filterRows:
	ROW(Y3)
	VPACKUSWB Y3, Y3, Y3
	VMOVDQU   Y3, (DX)
	ADDQ      $32, DX
	DECQ      BX
	JNZ       filterRows
	JMP       vertical

filterRows4:
	ROW4(Y3)
	VPACKUSWB Y3, Y3, Y3
	VMOVDQU   Y3, (DX)
	ADDQ      $32, DX
	DECQ      BX
	JNZ       filterRows4
	JMP       vertical

columns:
	ADDQ $2, SI
	LEAQ 5(CX), BX

copyRows:
	VMOVQ       (SI), X3
	VMOVQ       (SI)(R12*1), X4
	VINSERTI128 $1, X4, Y3, Y3
	VMOVDQU     Y3, (DX)
	ADDQ        R9, SI
	ADDQ        $32, DX
	DECQ        BX
	JNZ         copyRows

vertical:
	MOVQ         rows+80(FP), DX
	VPBROADCASTW 0(R13), Y9
	VPBROADCASTW 2(R13), Y10
	VPBROADCASTW 4(R13), Y11
	CMPW         4(R13), $0
	JEQ          filterColumns4

filterColumns:
	COLUMN(0, Y3)
	COLUMN(32, Y4)
	STORE
	ADDQ $64, DX
	SUBQ $2, CX
	JNZ  filterColumns
	VZEROUPPER
	RET

filterColumns4:
	COLUMN4(0, Y3)
	COLUMN4(32, Y4)
	STORE
	ADDQ $64, DX
	SUBQ $2, CX
	JNZ  filterColumns4
	VZEROUPPER
	RET

// func copyHalves(dst *byte, dstStride, dstHalf int, src *byte, srcStride, srcHalf, h int)
TEXT ·copyHalves(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), DI
	MOVQ dstStride+8(FP), R8
	MOVQ dstHalf+16(FP), R10
	MOVQ src+24(FP), SI
	MOVQ srcStride+32(FP), R9
	MOVQ srcHalf+40(FP), R12
	MOVQ h+48(FP), CX

	CMPQ R10, $8
	JNE  copyTwo
	CMPQ R12, $8
	JEQ  copyWide

copyTwo:
	MOVQ (SI), AX
	MOVQ (SI)(R12*1), BX
	ADDQ R9, SI
	MOVQ (SI), DX
	MOVQ (SI)(R12*1), R11
	ADDQ R9, SI
	MOVQ AX, (DI)
	MOVQ BX, (DI)(R10*1)
	ADDQ R8, DI
	MOVQ DX, (DI)
	MOVQ R11, (DI)(R10*1)
	ADDQ R8, DI
	SUBQ $2, CX
	JNZ  copyTwo
	RET

copyWide:
	MOVOU (SI), X0
	MOVOU (SI)(R9*1), X1
	LEAQ  (SI)(R9*2), SI
	MOVOU X0, (DI)
	MOVOU X1, (DI)(R8*1)
	LEAQ  (DI)(R8*2), DI
	SUBQ  $2, CX
	JNZ   copyWide
	RET

//go:build !purego

#include "textflag.h"

// The normal loop filter with AVX2, all edges of a macroblock. The lower half of a register has the 16 samples along an
// edge of luma, the upper half those of the same edge in both chroma planes. Names are those of RFC 6386 15:
//
//	Y0 p3  Y1 p2  Y2 p1  Y3 p0 | Y4 q0  Y5 q1  Y6 q2  Y7 q3
//	Y13 limit of the step across the edge  Y14 interior limit  Y15 variance limit
//	Y8 to Y12 scratch, and Y13 to Y15 once the masks are made
//
// and the general registers are
//
//	DX distance of rows of luma  R10 3*DX  R8, R11, R12, R13 rows 0, 4, 8 and 12 of luma
//	BX distance of rows of chroma  R15 3*BX  SI, R9 rows 0 and 4 of U  DI, CX of V
//
// Samples that one edge leaves for the next stay in registers: reading them back would have to wait for the narrow stores.

#define BYTES(name, word) \
	DATA name<>+0(SB)/8, word; \
	DATA name<>+8(SB)/8, word; \
	DATA name<>+16(SB)/8, word; \
	DATA name<>+24(SB)/8, word; \
	GLOBL name<>(SB), RODATA|NOPTR, $32

BYTES(sign, $0x8080808080808080)
BYTES(three, $0x0303030303030303)
BYTES(four, $0x0404040404040404)
BYTES(sixteen, $0x1010101010101010)
BYTES(highFive, $0xf8f8f8f8f8f8f8f8)
BYTES(highSeven, $0xfefefefefefefefe)
BYTES(nineHigh, $0x0900090009000900)
BYTES(sixtyThree, $0x003f003f003f003f)

// byColumn sorts four rows of four samples by column.
DATA byColumn<>+0(SB)/8, $0x0d0905010c080400
DATA byColumn<>+8(SB)/8, $0x0f0b07030e0a0602
GLOBL byColumn<>(SB), RODATA|NOPTR, $16

// ABSDIFF is d = |a-b| in unsigned bytes.
#define ABSDIFF(a, b, d, scratch) \
	VPSUBUSB b, a, d; \
	VPSUBUSB a, b, scratch; \
	VPOR     scratch, d, d

// LARGER makes d the larger of d and |a-b|.
#define LARGER(a, b, d) \
	ABSDIFF(a, b, Y11, Y10); \
	VPMAXUB Y11, d, d

// MASKS sets Y8 to ff where the edge is to be filtered, by the limit of the step at step of R14, and Y9 to ff where its
// variance is not high. Twice the step and half the outer step are limited to 255, which is more than any limit.
#define MASKS(step) \
	MOVQ         limits+40(FP), R14; \
	VPBROADCASTB step(R14), Y13; \
	VPBROADCASTB 8(R14), Y14; \
	VPBROADCASTB 12(R14), Y15; \
	ABSDIFF(Y2, Y3, Y9, Y10); \
	LARGER(Y5, Y4, Y9); \
	ABSDIFF(Y0, Y1, Y8, Y10); \
	LARGER(Y1, Y2, Y8); \
	LARGER(Y7, Y6, Y8); \
	LARGER(Y6, Y5, Y8); \
	VPMAXUB      Y9, Y8, Y8; \
	VPSUBUSB     Y14, Y8, Y8; \
	ABSDIFF(Y3, Y4, Y11, Y10); \
	ABSDIFF(Y2, Y5, Y12, Y10); \
	VPADDUSB     Y11, Y11, Y11; \
	VPAND        highSeven<>(SB), Y12, Y12; \
	VPSRLW       $1, Y12, Y12; \
	VPADDUSB     Y12, Y11, Y11; \
	VPSUBUSB     Y13, Y11, Y11; \
	VPOR         Y11, Y8, Y8; \
	VPXOR        Y10, Y10, Y10; \
	VPCMPEQB     Y10, Y8, Y8; \
	VPSUBUSB     Y15, Y9, Y9; \
	VPCMPEQB     Y10, Y9, Y9

// SHIFT3 divides signed bytes by 8.
#define SHIFT3(x) \
	VPAND  highFive<>(SB), x, x; \
	VPSRLW $3, x, x; \
	VPXOR  sixteen<>(SB), x, x; \
	VPSUBB sixteen<>(SB), x, x

// SIGN4 subtracts 128 from p1, p0, q0 and q1, or adds it. Y12 is 128 in all bytes.
#define SIGN4 \
	VPXOR Y12, Y2, Y2; \
	VPXOR Y12, Y3, Y3; \
	VPXOR Y12, Y4, Y4; \
	VPXOR Y12, Y5, Y5

// ADJUST moves p0 and q0 by a: q0 by the f = (a+4)/8 that it leaves in a, p0 by (a+3)/8.
#define ADJUST(a, scratch) \
	VPADDSB three<>(SB), a, scratch; \
	VPADDSB four<>(SB), a, a; \
	SHIFT3(a); \
	SHIFT3(scratch); \
	VPSUBSB a, Y4, Y4; \
	VPADDSB scratch, Y3, Y3

// SHIFT7 packs the words of Y10 and Y11, divided by 128, into Y13, and moves p and q by that.
#define SHIFT7(p, q) \
	VPSRAW    $7, Y10, Y13; \
	VPSRAW    $7, Y11, Y14; \
	VPACKSSWB Y14, Y13, Y13; \
	VPADDSB   Y13, p, p; \
	VPSUBSB   Y13, q, q

// FILTER_MACROBLOCK filters the edge of a macroblock where the masks in Y8 and Y9 say so.
#define FILTER_MACROBLOCK \
	VMOVDQU    sign<>(SB), Y12; \
	VPXOR      Y12, Y1, Y1; \
	SIGN4; \
	VPXOR      Y12, Y6, Y6; \
	VPSUBSB    Y5, Y2, Y10; \
	VPSUBSB    Y3, Y4, Y11; \
	VPADDSB    Y11, Y10, Y10; \
	VPADDSB    Y11, Y10, Y10; \
	VPADDSB    Y11, Y10, Y10; \
	VPAND      Y8, Y10, Y10; \
	VPANDN     Y10, Y9, Y8; \
	VPAND      Y9, Y10, Y10; \
	ADJUST(Y8, Y11); \
	/* 9, 18 and 27 times Y10 as words, with 63 added. */ \
	VPXOR      Y9, Y9, Y9; \
	VPUNPCKLBW Y10, Y9, Y8; \
	VPUNPCKHBW Y10, Y9, Y9; \
	VPMULHW    nineHigh<>(SB), Y8, Y8; \
	VPMULHW    nineHigh<>(SB), Y9, Y9; \
	VPADDW     sixtyThree<>(SB), Y8, Y10; \
	VPADDW     sixtyThree<>(SB), Y9, Y11; \
	SHIFT7(Y1, Y6); \
	VPADDW     Y8, Y10, Y10; \
	VPADDW     Y9, Y11, Y11; \
	SHIFT7(Y2, Y5); \
	VPADDW     Y8, Y10, Y10; \
	VPADDW     Y9, Y11, Y11; \
	SHIFT7(Y3, Y4); \
	VPXOR      Y12, Y1, Y1; \
	SIGN4; \
	VPXOR      Y12, Y6, Y6

// FILTER_INNER does the same for an edge inside. VPAVGB with 128 on both sides is (f+1)/2.
#define FILTER_INNER \
	VMOVDQU sign<>(SB), Y12; \
	SIGN4; \
	VPSUBSB Y5, Y2, Y10; \
	VPANDN  Y10, Y9, Y11; \
	VPSUBSB Y3, Y4, Y10; \
	VPADDSB Y10, Y11, Y11; \
	VPADDSB Y10, Y11, Y11; \
	VPADDSB Y10, Y11, Y11; \
	VPAND   Y8, Y11, Y11; \
	ADJUST(Y11, Y10); \
	VPXOR   Y12, Y11, Y11; \
	VPAVGB  Y12, Y11, Y11; \
	VPXOR   Y12, Y11, Y11; \
	VPAND   Y9, Y11, Y11; \
	VPADDSB Y11, Y2, Y2; \
	VPSUBSB Y11, Y5, Y5; \
	SIGN4

// ZIPB interleaves the bytes of x and y: the first half into x, the second into high. ZIPW and ZIPD do so with words and
// pairs of words.
#define ZIPB(x, y, high) \
	VPUNPCKHBW y, x, high; \
	VPUNPCKLBW y, x, x

#define ZIPW(x, y, high) \
	VPUNPCKHWD y, x, high; \
	VPUNPCKLWD y, x, x

#define ZIPD(x, y, high) \
	VPUNPCKHDQ y, x, high; \
	VPUNPCKLDQ y, x, x

// ROWS8 interleaves two rows of eight samples of luma, eight rows apart, in the lower half of x, and a row of U and one of
// V in the upper half.
#define ROWS8(y0, u, y8, v, x) \
	VPBROADCASTQ y0, x; \
	VINSERTI128  $1, u, x, x; \
	VPBROADCASTQ y8, Y15; \
	VINSERTI128  $1, v, Y15, Y15; \
	VPUNPCKLBW   Y15, x, x

// COLUMNS8 loads the eight columns from at on into c0 to c7. A perfect shuffle of rows and columns, four times over, is
// a transposition. It uses Y14 and Y15.
#define COLUMNS8(at, c0, c1, c2, c3, c4, c5, c6, c7) \
	ROWS8(at(R8), at(SI), at(R12), at(DI), c0); \
	ROWS8(at(R8)(DX*1), at(SI)(BX*1), at(R12)(DX*1), at(DI)(BX*1), c3); \
	ROWS8(at(R8)(DX*2), at(SI)(BX*2), at(R12)(DX*2), at(DI)(BX*2), c5); \
	ROWS8(at(R8)(R10*1), at(SI)(R15*1), at(R12)(R10*1), at(DI)(R15*1), c6); \
	ROWS8(at(R11), at(R9), at(R13), at(CX), c7); \
	ROWS8(at(R11)(DX*1), at(R9)(BX*1), at(R13)(DX*1), at(CX)(BX*1), Y14); \
	ROWS8(at(R11)(DX*2), at(R9)(BX*2), at(R13)(DX*2), at(CX)(BX*2), c1); \
	ROWS8(at(R11)(R10*1), at(R9)(R15*1), at(R13)(R10*1), at(CX)(R15*1), c2); \
	ZIPB(c0, c7, c4); \
	ZIPB(c3, Y14, c7); \
	ZIPB(c5, c1, Y14); \
	ZIPB(c6, c2, c1); \
	ZIPB(c0, c5, c2); \
	ZIPB(c3, c6, c5); \
	ZIPB(c4, Y14, c6); \
	ZIPB(c7, c1, Y14); \
	ZIPB(c0, c3, c1); \
	ZIPB(c2, c5, c3); \
	ZIPB(c4, c7, c5); \
	ZIPB(c6, Y14, c7)

// TWO_ROWS stores the two rows of eight samples in the halves of x.
#define TWO_ROWS(x, row, next) \
	VMOVQ   x, row; \
	VMOVHPS x, next

#define TWO_ROWS_BOTH(x, y, row, next, crow, cnext) \
	TWO_ROWS(x, row, next); \
	VEXTRACTI128 $1, y, X15; \
	TWO_ROWS(X15, crow, cnext)

// STORE_COLUMNS8 stores Y0 to Y7 to the columns from at on.
#define STORE_COLUMNS8(at) \
	ZIPB(Y0, Y1, Y8); \
	ZIPB(Y2, Y3, Y1); \
	ZIPB(Y4, Y5, Y3); \
	ZIPB(Y6, Y7, Y5); \
	ZIPW(Y0, Y2, Y7); \
	ZIPW(Y4, Y6, Y2); \
	ZIPW(Y8, Y1, Y6); \
	ZIPW(Y3, Y5, Y1); \
	ZIPD(Y0, Y4, Y5); \
	ZIPD(Y7, Y2, Y4); \
	ZIPD(Y8, Y3, Y2); \
	ZIPD(Y6, Y1, Y3); \
	TWO_ROWS_BOTH(X0, Y0, at(R8), at(R8)(DX*1), at(SI), at(SI)(BX*1)); \
	TWO_ROWS_BOTH(X5, Y5, at(R8)(DX*2), at(R8)(R10*1), at(SI)(BX*2), at(SI)(R15*1)); \
	TWO_ROWS_BOTH(X7, Y7, at(R11), at(R11)(DX*1), at(R9), at(R9)(BX*1)); \
	TWO_ROWS_BOTH(X4, Y4, at(R11)(DX*2), at(R11)(R10*1), at(R9)(BX*2), at(R9)(R15*1)); \
	TWO_ROWS_BOTH(X8, Y8, at(R12), at(R12)(DX*1), at(DI), at(DI)(BX*1)); \
	TWO_ROWS_BOTH(X2, Y2, at(R12)(DX*2), at(R12)(R10*1), at(DI)(BX*2), at(DI)(R15*1)); \
	TWO_ROWS_BOTH(X6, Y6, at(R13), at(R13)(DX*1), at(CX), at(CX)(BX*1)); \
	TWO_ROWS_BOTH(X3, Y3, at(R13)(DX*2), at(R13)(R10*1), at(CX)(BX*2), at(CX)(R15*1))

// QUADS stores four rows of four samples from at of p on; dist is the distance of rows and dist3 three times that.
#define QUADS(x, at, p, dist, dist3) \
	VMOVD   x, at(p); \
	VPEXTRD $1, x, at(p)(dist*1); \
	VPEXTRD $2, x, at(p)(dist*2); \
	VPEXTRD $3, x, at(p)(dist3*1)

// QUAD_COLUMNS sorts the columns Y2 to Y5 by row: four rows each in Y2, Y5, Y8 and Y4.
#define QUAD_COLUMNS \
	ZIPB(Y2, Y3, Y8); \
	ZIPB(Y4, Y5, Y3); \
	ZIPW(Y2, Y4, Y5); \
	ZIPW(Y8, Y3, Y4)

// STORE_LUMA4 stores what QUAD_COLUMNS leaves to the columns of luma from at on, STORE_CHROMA4 to those of chroma.
#define STORE_LUMA4(at) \
	QUADS(X2, at, R8, DX, R10); \
	QUADS(X5, at, R11, DX, R10); \
	QUADS(X8, at, R12, DX, R10); \
	QUADS(X4, at, R13, DX, R10)

#define STORE_CHROMA4(at) \
	VEXTRACTI128 $1, Y2, X2; \
	VEXTRACTI128 $1, Y5, X5; \
	VEXTRACTI128 $1, Y8, X8; \
	VEXTRACTI128 $1, Y4, X4; \
	QUADS(X2, at, SI, BX, R15); \
	QUADS(X5, at, R9, BX, R15); \
	QUADS(X8, at, DI, BX, R15); \
	QUADS(X4, at, CX, BX, R15)

// FOUR_ROWS gathers four samples of four rows, four rows apart, by column.
#define FOUR_ROWS(at0, at4, at8, at12, x) \
	VMOVD   at0, x; \
	VPINSRD $1, at4, x, x; \
	VPINSRD $2, at8, x, x; \
	VPINSRD $3, at12, x, x; \
	VPSHUFB byColumn<>(SB), x, x

// LUMA4 loads the four columns of luma from at on into X4 to X7.
#define LUMA4(at) \
	FOUR_ROWS(at(R8), at(R11), at(R12), at(R13), X4); \
	FOUR_ROWS(at(R8)(DX*1), at(R11)(DX*1), at(R12)(DX*1), at(R13)(DX*1), X7); \
	FOUR_ROWS(at(R8)(DX*2), at(R11)(DX*2), at(R12)(DX*2), at(R13)(DX*2), X8); \
	FOUR_ROWS(at(R8)(R10*1), at(R11)(R10*1), at(R12)(R10*1), at(R13)(R10*1), X5); \
	ZIPB(X4, X8, X6); \
	ZIPB(X7, X5, X8); \
	ZIPB(X4, X7, X5); \
	ZIPB(X6, X8, X7)

// CARRY makes the samples behind an edge those ahead of the next.
#define CARRY \
	VMOVDQA Y4, Y0; \
	VMOVDQA Y5, Y1; \
	VMOVDQA Y6, Y2; \
	VMOVDQA Y7, Y3

// ROW loads a row of both, UNROW stores it.
#define ROW(luma, u, v, x, y) \
	VMOVDQU     luma, x; \
	VMOVQ       u, X12; \
	VMOVHPS     v, X12, X12; \
	VINSERTI128 $1, X12, y, y

#define UNROW(x, y, luma, u, v) \
	VMOVDQU      x, luma; \
	VEXTRACTI128 $1, y, X12; \
	VMOVQ        X12, u; \
	VMOVHPS      X12, v

// LUMA_ROWS loads four rows of luma.
#define LUMA_ROWS(p) \
	VMOVDQU (p), X4; \
	VMOVDQU (p)(DX*1), X5; \
	VMOVDQU (p)(DX*2), X6; \
	VMOVDQU (p)(R10*1), X7

#define EDGE_LEFT $1
#define EDGE_TOP $2
#define EDGES_INNER $4

// JUMP_UNLESS jumps if none of 32 bytes of the mask is set, JUMP_UNLESS_LUMA if none of the first 16 is.
#define JUMP_UNLESS(label) \
	VPMOVMSKB Y8, AX; \
	TESTL     AX, AX; \
	JZ        label

#define JUMP_UNLESS_LUMA(label) \
	VPMOVMSKB X8, AX; \
	TESTL     AX, AX; \
	JZ        label

// func filterMacroblockAVX2(y, u, v *byte, stride, chromaStride int, limits *filterLimits, edges int)
TEXT ·filterMacroblockAVX2(SB), NOSPLIT, $64-56
	MOVQ y+0(FP), R8
	MOVQ u+8(FP), SI
	MOVQ v+16(FP), DI
	MOVQ stride+24(FP), DX
	MOVQ chromaStride+32(FP), BX
	LEAQ (DX)(DX*2), R10
	LEAQ (BX)(BX*2), R15
	LEAQ (R8)(DX*4), R11
	LEAQ (R8)(DX*8), R12
	LEAQ (R11)(DX*8), R13
	LEAQ (SI)(BX*4), R9
	LEAQ (DI)(BX*4), CX

	TESTQ $5, edges+48(FP) // left or inner
	JZ    top
	COLUMNS8(-4, Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7)
	TESTQ EDGE_LEFT, edges+48(FP)
	JZ    columns
	MASKS(0)
	JUMP_UNLESS(columns)
	FILTER_MACROBLOCK
	VMOVDQA Y4, Y9
	VMOVDQA Y5, Y10
	VMOVDQA Y6, Y11
	VMOVDQA Y7, Y12
	STORE_COLUMNS8(-4)
	TESTQ EDGES_INNER, edges+48(FP)
	JZ    top
	VMOVDQA Y9, Y0
	VMOVDQA Y10, Y1
	VMOVDQA Y11, Y2
	VMOVDQA Y12, Y3
	JMP   inner

columns:
	TESTQ EDGES_INNER, edges+48(FP)
	JZ    top
	CARRY

inner:
	COLUMNS8(4, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11)
	VMOVDQU X8, c8-64(SP)
	VMOVDQU X9, c9-48(SP)
	VMOVDQU X10, c10-32(SP)
	VMOVDQU X11, c11-16(SP)
	MASKS(4)
	JUMP_UNLESS(same4)
	FILTER_INNER
	VMOVDQA Y4, Y0
	VMOVDQA Y5, Y1
	QUAD_COLUMNS
	STORE_LUMA4(2)
	STORE_CHROMA4(2)
	VMOVDQA Y6, Y2
	VMOVDQA Y7, Y3
	JMP     column8

same4:
	CARRY

column8:
	VMOVDQU c8-64(SP), X4
	VMOVDQU c9-48(SP), X5
	VMOVDQU c10-32(SP), X6
	VMOVDQU c11-16(SP), X7
	MASKS(4)
	JUMP_UNLESS_LUMA(same8)
	FILTER_INNER
	VMOVDQA Y4, Y0
	VMOVDQA Y5, Y1
	QUAD_COLUMNS
	STORE_LUMA4(6)
	VMOVDQA Y6, Y2
	VMOVDQA Y7, Y3
	JMP     column12

same8:
	CARRY

column12:
	LUMA4(12)
	MASKS(4)
	JUMP_UNLESS_LUMA(top)
	FILTER_INNER
	QUAD_COLUMNS
	STORE_LUMA4(10)

top:
	TESTQ $6, edges+48(FP) // top or inner
	JZ    done
	ROW((R8), (SI), (DI), X4, Y4)
	ROW((R8)(DX*1), (SI)(BX*1), (DI)(BX*1), X5, Y5)
	ROW((R8)(DX*2), (SI)(BX*2), (DI)(BX*2), X6, Y6)
	ROW((R8)(R10*1), (SI)(R15*1), (DI)(R15*1), X7, Y7)
	TESTQ EDGE_TOP, edges+48(FP)
	JZ    rows

	// AX, R12 and R13 are four rows up for now, in luma, U and V.
	MOVQ DX, AX
	SHLQ $2, AX
	NEGQ AX
	ADDQ R8, AX
	MOVQ BX, R13
	SHLQ $2, R13
	NEGQ R13
	LEAQ (SI)(R13*1), R12
	ADDQ DI, R13
	ROW((AX), (R12), (R13), X0, Y0)
	ROW((AX)(DX*1), (R12)(BX*1), (R13)(BX*1), X1, Y1)
	ROW((AX)(DX*2), (R12)(BX*2), (R13)(BX*2), X2, Y2)
	ROW((AX)(R10*1), (R12)(R15*1), (R13)(R15*1), X3, Y3)
	MASKS(0)
	VPMOVMSKB Y8, R14
	TESTL     R14, R14
	JZ        rows
	FILTER_MACROBLOCK
	UNROW(X1, Y1, (AX)(DX*1), (R12)(BX*1), (R13)(BX*1))
	UNROW(X2, Y2, (AX)(DX*2), (R12)(BX*2), (R13)(BX*2))
	UNROW(X3, Y3, (AX)(R10*1), (R12)(R15*1), (R13)(R15*1))
	UNROW(X4, Y4, (R8), (SI), (DI))
	UNROW(X5, Y5, (R8)(DX*1), (SI)(BX*1), (DI)(BX*1))
	UNROW(X6, Y6, (R8)(DX*2), (SI)(BX*2), (DI)(BX*2))

rows:
	TESTQ EDGES_INNER, edges+48(FP)
	JZ    done
	LEAQ  (R8)(DX*8), R12
	LEAQ  (R11)(DX*8), R13
	CARRY
	ROW((R11), (R9), (CX), X4, Y4)
	ROW((R11)(DX*1), (R9)(BX*1), (CX)(BX*1), X5, Y5)
	ROW((R11)(DX*2), (R9)(BX*2), (CX)(BX*2), X6, Y6)
	ROW((R11)(R10*1), (R9)(R15*1), (CX)(R15*1), X7, Y7)
	MASKS(4)
	JUMP_UNLESS(row8)
	FILTER_INNER
	UNROW(X2, Y2, (R8)(DX*2), (SI)(BX*2), (DI)(BX*2))
	UNROW(X3, Y3, (R8)(R10*1), (SI)(R15*1), (DI)(R15*1))
	UNROW(X4, Y4, (R11), (R9), (CX))
	UNROW(X5, Y5, (R11)(DX*1), (R9)(BX*1), (CX)(BX*1))

row8:
	CARRY
	LUMA_ROWS(R12)
	MASKS(4)
	JUMP_UNLESS_LUMA(row12)
	FILTER_INNER
	VMOVDQU X2, (R11)(DX*2)
	VMOVDQU X3, (R11)(R10*1)
	VMOVDQU X4, (R12)
	VMOVDQU X5, (R12)(DX*1)

row12:
	CARRY
	LUMA_ROWS(R13)
	MASKS(4)
	JUMP_UNLESS_LUMA(done)
	FILTER_INNER
	VMOVDQU X2, (R12)(DX*2)
	VMOVDQU X3, (R12)(R10*1)
	VMOVDQU X4, (R13)
	VMOVDQU X5, (R13)(DX*1)

done:
	VZEROUPPER
	RET

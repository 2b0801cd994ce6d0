//go:build !purego

#include "textflag.h"
#include "hadamard_amd64.h"

// The Hadamard transforms. A row of 16 samples stands in both halves of a register; multiplying pairs of samples by
// 1, 1 in the lower half and by 1, -1 in the upper one and adding them makes the first butterflies: the lower half gets
// the sums of the pairs, the upper half their differences, four words for each eight samples. The butterflies between
// rows follow, and then those between words that are neighbors. The last ones are not made: |a+b| + |a-b| is twice the
// larger of |a| and |b|. What results is half the sum of magnitudes.
//
//	SI, R8 block a and its stride  DI, R9 block b and its stride  R10, R11 three strides  CX rows left
//	Y15 the multipliers  Y14 the sum as words  Y0 to Y7 rows

DATA pairs<>+0(SB)/8, $0x0101010101010101
DATA pairs<>+8(SB)/8, $0x0101010101010101
DATA pairs<>+16(SB)/8, $0xff01ff01ff01ff01
DATA pairs<>+24(SB)/8, $0xff01ff01ff01ff01
GLOBL pairs<>(SB), RODATA|NOPTR, $32

DATA ones<>+0(SB)/8, $0x0001000100010001
DATA ones<>+8(SB)/8, $0x0001000100010001
DATA ones<>+16(SB)/8, $0x0001000100010001
DATA ones<>+24(SB)/8, $0x0001000100010001
GLOBL ones<>(SB), RODATA|NOPTR, $32

// ROW16 makes y of 16 samples at p and q.
#define ROW16(p, q, y, scratch) \
	VBROADCASTI128 p, y; \
	VBROADCASTI128 q, scratch; \
	VPMADDUBSW     Y15, y, y; \
	VPMADDUBSW     Y15, scratch, scratch; \
	VPSUBW         scratch, y, y

// MEAN16 does the same for p and the mean of q and r.
#define MEAN16(p, q, r, y, scratch, scratch2) \
	VBROADCASTI128 p, y; \
	VBROADCASTI128 q, scratch; \
	VBROADCASTI128 r, scratch2; \
	VPAVGB         scratch2, scratch, scratch; \
	VPMADDUBSW     Y15, y, y; \
	VPMADDUBSW     Y15, scratch, scratch; \
	VPSUBW         scratch, y, y

// BOTH copies the lower half of y (as x) to the upper one.
#define BOTH(x, y) \
	VINSERTI128 $1, x, y, y

// PAIR8 puts eight samples at m and eight at n into both halves of y, whose lower half is x. PAIR4 does it with four.
#define PAIR8(m, n, x, y) \
	VMOVQ   m, x; \
	VMOVHPS n, x, x; \
	BOTH(x, y)

#define PAIR4(m, n, x, y) \
	VMOVD   m, x; \
	VPINSRD $2, n, x, x; \
	BOTH(x, y)

#define DIFF(y, scratch) \
	VPMADDUBSW Y15, y, y; \
	VPMADDUBSW Y15, scratch, scratch; \
	VPSUBW     scratch, y, y

// STEP is p, q = p+q, p-q.
#define STEP(p, q, scratch) \
	VPADDW  q, p, scratch; \
	VPSUBW  q, p, q; \
	VMOVDQA scratch, p

// LARGER leaves in p the larger magnitudes of neighboring words of p and of q.
#define LARGER(p, q, s, t) \
	VPABSW   p, p; \
	VPABSW   q, q; \
	VPSLLD   $16, q, s; \
	VPSRLD   $16, p, t; \
	VPBLENDW $0xaa, s, p, p; \
	VPBLENDW $0xaa, q, t, t; \
	VPMAXSW  t, p, p

// SUM4 transforms the rows Y0 to Y3 and adds to Y14, at most 4080 to a word.
#define SUM4 \
	VPADDW Y1, Y0, Y4; \
	VPSUBW Y1, Y0, Y5; \
	VPADDW Y3, Y2, Y6; \
	VPSUBW Y3, Y2, Y7; \
	VPADDW Y6, Y4, Y0; \
	VPSUBW Y6, Y4, Y1; \
	VPADDW Y7, Y5, Y2; \
	VPSUBW Y7, Y5, Y3; \
	LARGER(Y0, Y1, Y4, Y5); \
	LARGER(Y2, Y3, Y6, Y7); \
	VPADDW Y0, Y14, Y14; \
	VPADDW Y2, Y14, Y14

// TOTAL adds the words of y to AX.
#define TOTAL(y) \
	VPMADDWD ones<>(SB), y, Y0; \
	VEXTRACTI128 $1, Y0, X1; \
	VPADDD   X1, X0, X0; \
	VPSHUFD  $0xee, X0, X1; \
	VPADDD   X1, X0, X0; \
	VPSHUFD  $0x55, X0, X1; \
	VPADDD   X1, X0, X0; \
	VMOVD    X0, AX

// func satd16AVX2(a *byte, aStride int, b *byte, bStride, h int) int
TEXT ·satd16AVX2(SB), NOSPLIT, $0-48
	MOVQ    a+0(FP), SI
	MOVQ    aStride+8(FP), R8
	MOVQ    b+16(FP), DI
	MOVQ    bStride+24(FP), R9
	MOVQ    h+32(FP), CX
	LEAQ    (R8)(R8*2), R10
	LEAQ    (R9)(R9*2), R11
	VMOVDQU pairs<>(SB), Y15
	VPXOR   Y14, Y14, Y14

four:
	ROW16((SI), (DI), Y0, Y4)
	ROW16((SI)(R8*1), (DI)(R9*1), Y1, Y5)
	ROW16((SI)(R8*2), (DI)(R9*2), Y2, Y6)
	ROW16((SI)(R10*1), (DI)(R11*1), Y3, Y7)
	SUM4
	LEAQ (SI)(R8*4), SI
	LEAQ (DI)(R9*4), DI
	SUBQ $4, CX
	JNZ  four
	TOTAL(Y14)
	VZEROUPPER
	MOVQ AX, ret+40(FP)
	RET

// func satdMean16AVX2(a *byte, aStride int, p, q *byte, stride, h int) int
// DI and BX are p and q.
TEXT ·satdMean16AVX2(SB), NOSPLIT, $0-56
	MOVQ    a+0(FP), SI
	MOVQ    aStride+8(FP), R8
	MOVQ    p+16(FP), DI
	MOVQ    q+24(FP), BX
	MOVQ    stride+32(FP), R9
	MOVQ    h+40(FP), CX
	LEAQ    (R8)(R8*2), R10
	LEAQ    (R9)(R9*2), R11
	VMOVDQU pairs<>(SB), Y15
	VPXOR   Y14, Y14, Y14

four:
	MEAN16((SI), (DI), (BX), Y0, Y4, Y8)
	MEAN16((SI)(R8*1), (DI)(R9*1), (BX)(R9*1), Y1, Y5, Y9)
	MEAN16((SI)(R8*2), (DI)(R9*2), (BX)(R9*2), Y2, Y6, Y10)
	MEAN16((SI)(R10*1), (DI)(R11*1), (BX)(R11*1), Y3, Y7, Y11)
	SUM4
	LEAQ (SI)(R8*4), SI
	LEAQ (DI)(R9*4), DI
	LEAQ (BX)(R9*4), BX
	SUBQ $4, CX
	JNZ  four
	TOTAL(Y14)
	VZEROUPPER
	MOVQ AX, ret+48(FP)
	RET

// func satd8AVX2(a *byte, aStride int, b *byte, bStride, h int) int
// Rows 4 to 7 stand beside rows 0 to 3; R12 and R13 point at them. Where there are but four, rows stand beside nothing.
TEXT ·satd8AVX2(SB), NOSPLIT, $0-48
	MOVQ    a+0(FP), SI
	MOVQ    aStride+8(FP), R8
	MOVQ    b+16(FP), DI
	MOVQ    bStride+24(FP), R9
	MOVQ    h+32(FP), CX
	LEAQ    (R8)(R8*2), R10
	LEAQ    (R9)(R9*2), R11
	VMOVDQU pairs<>(SB), Y15
	VPXOR   Y14, Y14, Y14
	CMPQ    CX, $4
	JEQ     low

eight:
	LEAQ (SI)(R8*4), R12
	LEAQ (DI)(R9*4), R13
	PAIR8((SI), (R12), X0, Y0)
	PAIR8((DI), (R13), X4, Y4)
	PAIR8((SI)(R8*1), (R12)(R8*1), X1, Y1)
	PAIR8((DI)(R9*1), (R13)(R9*1), X5, Y5)
	PAIR8((SI)(R8*2), (R12)(R8*2), X2, Y2)
	PAIR8((DI)(R9*2), (R13)(R9*2), X6, Y6)
	PAIR8((SI)(R10*1), (R12)(R10*1), X3, Y3)
	PAIR8((DI)(R11*1), (R13)(R11*1), X7, Y7)
	DIFF(Y0, Y4)
	DIFF(Y1, Y5)
	DIFF(Y2, Y6)
	DIFF(Y3, Y7)
	SUM4
	LEAQ (R12)(R8*4), SI
	LEAQ (R13)(R9*4), DI
	SUBQ $8, CX
	JNZ  eight

done:
	TOTAL(Y14)
	VZEROUPPER
	MOVQ AX, ret+40(FP)
	RET

low:
	VMOVQ (SI), X0
	VMOVQ (DI), X4
	VMOVQ (SI)(R8*1), X1
	VMOVQ (DI)(R9*1), X5
	VMOVQ (SI)(R8*2), X2
	VMOVQ (DI)(R9*2), X6
	VMOVQ (SI)(R10*1), X3
	VMOVQ (DI)(R11*1), X7
	BOTH(X0, Y0)
	BOTH(X1, Y1)
	BOTH(X2, Y2)
	BOTH(X3, Y3)
	BOTH(X4, Y4)
	BOTH(X5, Y5)
	BOTH(X6, Y6)
	BOTH(X7, Y7)
	DIFF(Y0, Y4)
	DIFF(Y1, Y5)
	DIFF(Y2, Y6)
	DIFF(Y3, Y7)
	SUM4
	JMP done

// func satdMean8AVX2(a *byte, aStride int, p, q *byte, stride, h int) int
// As satd8AVX2; BX and DX point at q and its rows 4 to 7.
TEXT ·satdMean8AVX2(SB), NOSPLIT, $0-56
	MOVQ    a+0(FP), SI
	MOVQ    aStride+8(FP), R8
	MOVQ    p+16(FP), DI
	MOVQ    q+24(FP), BX
	MOVQ    stride+32(FP), R9
	MOVQ    h+40(FP), CX
	LEAQ    (R8)(R8*2), R10
	LEAQ    (R9)(R9*2), R11
	VMOVDQU pairs<>(SB), Y15
	VPXOR   Y14, Y14, Y14
	CMPQ    CX, $4
	JEQ     low

eight:
	LEAQ    (SI)(R8*4), R12
	LEAQ    (DI)(R9*4), R13
	LEAQ    (BX)(R9*4), DX
	PAIR8((SI), (R12), X0, Y0)
	PAIR8((DI), (R13), X4, Y4)
	PAIR8((BX), (DX), X8, Y8)
	PAIR8((SI)(R8*1), (R12)(R8*1), X1, Y1)
	PAIR8((DI)(R9*1), (R13)(R9*1), X5, Y5)
	PAIR8((BX)(R9*1), (DX)(R9*1), X9, Y9)
	PAIR8((SI)(R8*2), (R12)(R8*2), X2, Y2)
	PAIR8((DI)(R9*2), (R13)(R9*2), X6, Y6)
	PAIR8((BX)(R9*2), (DX)(R9*2), X10, Y10)
	PAIR8((SI)(R10*1), (R12)(R10*1), X3, Y3)
	PAIR8((DI)(R11*1), (R13)(R11*1), X7, Y7)
	PAIR8((BX)(R11*1), (DX)(R11*1), X11, Y11)
	VPAVGB  Y8, Y4, Y4
	VPAVGB  Y9, Y5, Y5
	VPAVGB  Y10, Y6, Y6
	VPAVGB  Y11, Y7, Y7
	DIFF(Y0, Y4)
	DIFF(Y1, Y5)
	DIFF(Y2, Y6)
	DIFF(Y3, Y7)
	SUM4
	LEAQ    (R12)(R8*4), SI
	LEAQ    (R13)(R9*4), DI
	LEAQ    (DX)(R9*4), BX
	SUBQ    $8, CX
	JNZ     eight

done:
	TOTAL(Y14)
	VZEROUPPER
	MOVQ AX, ret+48(FP)
	RET

low:
	VMOVQ  (DI), X4
	VMOVQ  (BX), X8
	VMOVQ  (DI)(R9*1), X5
	VMOVQ  (BX)(R9*1), X9
	VMOVQ  (DI)(R9*2), X6
	VMOVQ  (BX)(R9*2), X10
	VMOVQ  (DI)(R11*1), X7
	VMOVQ  (BX)(R11*1), X11
	VPAVGB X8, X4, X4
	VPAVGB X9, X5, X5
	VPAVGB X10, X6, X6
	VPAVGB X11, X7, X7
	VMOVQ  (SI), X0
	VMOVQ  (SI)(R8*1), X1
	VMOVQ  (SI)(R8*2), X2
	VMOVQ  (SI)(R10*1), X3
	BOTH(X0, Y0)
	BOTH(X1, Y1)
	BOTH(X2, Y2)
	BOTH(X3, Y3)
	BOTH(X4, Y4)
	BOTH(X5, Y5)
	BOTH(X6, Y6)
	BOTH(X7, Y7)
	DIFF(Y0, Y4)
	DIFF(Y1, Y5)
	DIFF(Y2, Y6)
	DIFF(Y3, Y7)
	SUM4
	JMP done

// func satd4AVX2(a *byte, aStride int, b *byte, bStride, h int) int
TEXT ·satd4AVX2(SB), NOSPLIT, $0-48
	MOVQ    a+0(FP), SI
	MOVQ    aStride+8(FP), R8
	MOVQ    b+16(FP), DI
	MOVQ    bStride+24(FP), R9
	MOVQ    h+32(FP), CX
	LEAQ    (R8)(R8*2), R10
	LEAQ    (R9)(R9*2), R11
	VMOVDQU pairs<>(SB), Y15
	VPXOR   Y14, Y14, Y14

four:
	VMOVD (SI), X0
	VMOVD (DI), X4
	VMOVD (SI)(R8*1), X1
	VMOVD (DI)(R9*1), X5
	VMOVD (SI)(R8*2), X2
	VMOVD (DI)(R9*2), X6
	VMOVD (SI)(R10*1), X3
	VMOVD (DI)(R11*1), X7
	BOTH(X0, Y0)
	BOTH(X1, Y1)
	BOTH(X2, Y2)
	BOTH(X3, Y3)
	BOTH(X4, Y4)
	BOTH(X5, Y5)
	BOTH(X6, Y6)
	BOTH(X7, Y7)
	DIFF(Y0, Y4)
	DIFF(Y1, Y5)
	DIFF(Y2, Y6)
	DIFF(Y3, Y7)
	SUM4
	LEAQ (SI)(R8*4), SI
	LEAQ (DI)(R9*4), DI
	SUBQ $4, CX
	JNZ  four
	TOTAL(Y14)
	VZEROUPPER
	MOVQ AX, ret+40(FP)
	RET

// LARGER2 leaves in p the larger magnitudes of words that are two apart, of p and of q.
#define LARGER2(p, q, s, t) \
	VPABSW   p, p; \
	VPABSW   q, q; \
	VPSLLQ   $32, q, s; \
	VPSRLQ   $32, p, t; \
	VPBLENDD $0xaa, s, p, p; \
	VPBLENDD $0xaa, q, t, t; \
	VPMAXSW  t, p, p

// SUM8 transforms the rows Y0 to Y7 and leaves half the sum of magnitudes in AX: at most 8160 in each word of four
// registers, so that two may be added.
#define SUM8 \
	STEP(Y0, Y1, Y8); \
	STEP(Y2, Y3, Y9); \
	STEP(Y4, Y5, Y10); \
	STEP(Y6, Y7, Y11); \
	STEP(Y0, Y2, Y8); \
	STEP(Y1, Y3, Y9); \
	STEP(Y4, Y6, Y10); \
	STEP(Y5, Y7, Y11); \
	STEP(Y0, Y4, Y8); \
	STEP(Y1, Y5, Y9); \
	STEP(Y2, Y6, Y10); \
	STEP(Y3, Y7, Y11); \
	CROSS(Y0, Y1, Y8, Y9); \
	CROSS(Y2, Y3, Y10, Y11); \
	CROSS(Y4, Y5, Y8, Y9); \
	CROSS(Y6, Y7, Y10, Y11); \
	LARGER2(Y0, Y1, Y8, Y9); \
	LARGER2(Y2, Y3, Y10, Y11); \
	LARGER2(Y4, Y5, Y8, Y9); \
	LARGER2(Y6, Y7, Y10, Y11); \
	VPADDW   Y2, Y0, Y0; \
	VPADDW   Y6, Y4, Y4; \
	VPMADDWD ones<>(SB), Y0, Y0; \
	VPMADDWD ones<>(SB), Y4, Y4; \
	VPADDD   Y4, Y0, Y0; \
	VEXTRACTI128 $1, Y0, X1; \
	VPADDD   X1, X0, X0; \
	VPSHUFD  $0xee, X0, X1; \
	VPADDD   X1, X0, X0; \
	VPSHUFD  $0x55, X0, X1; \
	VPADDD   X1, X0, X0; \
	VMOVD    X0, AX

// func hadamard16x8AVX2(a *byte, aStride int, b *byte, bStride int) int
TEXT ·hadamard16x8AVX2(SB), NOSPLIT, $0-40
	MOVQ    a+0(FP), SI
	MOVQ    aStride+8(FP), R8
	MOVQ    b+16(FP), DI
	MOVQ    bStride+24(FP), R9
	LEAQ    (R8)(R8*2), R10
	LEAQ    (R9)(R9*2), R11
	VMOVDQU pairs<>(SB), Y15
	ROW16((SI), (DI), Y0, Y8)
	ROW16((SI)(R8*1), (DI)(R9*1), Y1, Y9)
	ROW16((SI)(R8*2), (DI)(R9*2), Y2, Y10)
	ROW16((SI)(R10*1), (DI)(R11*1), Y3, Y11)
	LEAQ    (SI)(R8*4), SI
	LEAQ    (DI)(R9*4), DI
	ROW16((SI), (DI), Y4, Y8)
	ROW16((SI)(R8*1), (DI)(R9*1), Y5, Y9)
	ROW16((SI)(R8*2), (DI)(R9*2), Y6, Y10)
	ROW16((SI)(R10*1), (DI)(R11*1), Y7, Y11)
	SUM8
	VZEROUPPER
	MOVQ    AX, ret+32(FP)
	RET

//go:build !purego

#include "textflag.h"

// Sums of absolute and of squared differences, means, moments and copies. Registers of all kernels:
//
//	SI, R8 block a and its stride  DI, R9 block b and its stride  CX rows left  Y0 the sum

// FOLD adds the two quadwords of X0, sums of VPSADBW, to AX.
#define FOLD \
	VPSHUFD $0xee, X0, X1; \
	VPADDQ  X1, X0, X0; \
	VMOVQ   X0, AX

// func sad16AVX2(a *byte, aStride int, b *byte, bStride, h int) int
TEXT ·sad16AVX2(SB), NOSPLIT, $0-48
	MOVQ  a+0(FP), SI
	MOVQ  aStride+8(FP), R8
	MOVQ  b+16(FP), DI
	MOVQ  bStride+24(FP), R9
	MOVQ  h+32(FP), CX
	VPXOR X0, X0, X0
	VPXOR X5, X5, X5

four:
	VMOVDQU (SI), X1
	VMOVDQU (SI)(R8*1), X2
	VPSADBW (DI), X1, X1
	VPSADBW (DI)(R9*1), X2, X2
	LEAQ    (SI)(R8*2), SI
	LEAQ    (DI)(R9*2), DI
	VMOVDQU (SI), X3
	VMOVDQU (SI)(R8*1), X4
	VPSADBW (DI), X3, X3
	VPSADBW (DI)(R9*1), X4, X4
	LEAQ    (SI)(R8*2), SI
	LEAQ    (DI)(R9*2), DI
	VPADDQ  X1, X0, X0
	VPADDQ  X2, X5, X5
	VPADDQ  X3, X0, X0
	VPADDQ  X4, X5, X5
	SUBQ    $4, CX
	JNZ     four
	VPADDQ  X5, X0, X0
	FOLD
	MOVQ    AX, ret+40(FP)
	RET

// func sad8AVX2(a *byte, aStride int, b *byte, bStride, h int) int
TEXT ·sad8AVX2(SB), NOSPLIT, $0-48
	MOVQ  a+0(FP), SI
	MOVQ  aStride+8(FP), R8
	MOVQ  b+16(FP), DI
	MOVQ  bStride+24(FP), R9
	MOVQ  h+32(FP), CX
	VPXOR X0, X0, X0

two:
	VMOVQ   (SI), X1
	VMOVHPS (SI)(R8*1), X1, X1
	VMOVQ   (DI), X2
	VMOVHPS (DI)(R9*1), X2, X2
	LEAQ    (SI)(R8*2), SI
	LEAQ    (DI)(R9*2), DI
	VPSADBW X2, X1, X1
	VPADDQ  X1, X0, X0
	SUBQ    $2, CX
	JNZ     two
	FOLD
	MOVQ    AX, ret+40(FP)
	RET

// func sad4AVX2(a *byte, aStride int, b *byte, bStride, h int) int
TEXT ·sad4AVX2(SB), NOSPLIT, $0-48
	MOVQ  a+0(FP), SI
	MOVQ  aStride+8(FP), R8
	MOVQ  b+16(FP), DI
	MOVQ  bStride+24(FP), R9
	MOVQ  h+32(FP), CX
	VPXOR X0, X0, X0

two:
	VMOVD   (SI), X1
	VPINSRD $1, (SI)(R8*1), X1, X1
	VMOVD   (DI), X2
	VPINSRD $1, (DI)(R9*1), X2, X2
	LEAQ    (SI)(R8*2), SI
	LEAQ    (DI)(R9*2), DI
	VPSADBW X2, X1, X1
	VPADDQ  X1, X0, X0
	SUBQ    $2, CX
	JNZ     two
	VMOVQ   X0, AX
	MOVQ    AX, ret+40(FP)
	RET

// OUT4 sums the halves of X0 to X3 and stores the four results at BX.
#define OUT4 \
	VPSLLQ  $32, X1, X1; \
	VPOR    X1, X0, X0; \
	VPSLLQ  $32, X3, X3; \
	VPOR    X3, X2, X2; \
	VPUNPCKLQDQ X2, X0, X1; \
	VPUNPCKHQDQ X2, X0, X0; \
	VPADDD  X1, X0, X0; \
	VMOVDQU X0, (BX)

// func sads16AVX2(out *[4]int32, a *byte, aStride int, b0, b1, b2, b3 *byte, bStride, h int)
// R10 to R13 are the four blocks, X0 to X3 their sums.
TEXT ·sads16AVX2(SB), NOSPLIT, $0-72
	MOVQ  out+0(FP), BX
	MOVQ  a+8(FP), SI
	MOVQ  aStride+16(FP), R8
	MOVQ  b0+24(FP), R10
	MOVQ  b1+32(FP), R11
	MOVQ  b2+40(FP), R12
	MOVQ  b3+48(FP), R13
	MOVQ  bStride+56(FP), R9
	MOVQ  h+64(FP), CX
	VPXOR X0, X0, X0
	VPXOR X1, X1, X1
	VPXOR X2, X2, X2
	VPXOR X3, X3, X3

two:
	VMOVDQU (SI), X4
	VPSADBW (R10), X4, X5
	VPSADBW (R11), X4, X6
	VPSADBW (R12), X4, X7
	VPSADBW (R13), X4, X8
	VMOVDQU (SI)(R8*1), X4
	VPSADBW (R10)(R9*1), X4, X9
	VPSADBW (R11)(R9*1), X4, X10
	VPSADBW (R12)(R9*1), X4, X11
	VPSADBW (R13)(R9*1), X4, X12
	LEAQ    (SI)(R8*2), SI
	LEAQ    (R10)(R9*2), R10
	LEAQ    (R11)(R9*2), R11
	LEAQ    (R12)(R9*2), R12
	LEAQ    (R13)(R9*2), R13
	VPADDQ  X5, X0, X0
	VPADDQ  X6, X1, X1
	VPADDQ  X7, X2, X2
	VPADDQ  X8, X3, X3
	VPADDQ  X9, X0, X0
	VPADDQ  X10, X1, X1
	VPADDQ  X11, X2, X2
	VPADDQ  X12, X3, X3
	SUBQ    $2, CX
	JNZ     two
	OUT4
	RET

// func sads8AVX2(out *[4]int32, a *byte, aStride int, b0, b1, b2, b3 *byte, bStride, h int)
TEXT ·sads8AVX2(SB), NOSPLIT, $0-72
	MOVQ  out+0(FP), BX
	MOVQ  a+8(FP), SI
	MOVQ  aStride+16(FP), R8
	MOVQ  b0+24(FP), R10
	MOVQ  b1+32(FP), R11
	MOVQ  b2+40(FP), R12
	MOVQ  b3+48(FP), R13
	MOVQ  bStride+56(FP), R9
	MOVQ  h+64(FP), CX
	VPXOR X0, X0, X0
	VPXOR X1, X1, X1
	VPXOR X2, X2, X2
	VPXOR X3, X3, X3

two:
	VMOVQ   (SI), X4
	VMOVHPS (SI)(R8*1), X4, X4
	VMOVQ   (R10), X5
	VMOVHPS (R10)(R9*1), X5, X5
	VMOVQ   (R11), X6
	VMOVHPS (R11)(R9*1), X6, X6
	VMOVQ   (R12), X7
	VMOVHPS (R12)(R9*1), X7, X7
	VMOVQ   (R13), X8
	VMOVHPS (R13)(R9*1), X8, X8
	VPSADBW X4, X5, X5
	VPSADBW X4, X6, X6
	VPSADBW X4, X7, X7
	VPSADBW X4, X8, X8
	LEAQ    (SI)(R8*2), SI
	LEAQ    (R10)(R9*2), R10
	LEAQ    (R11)(R9*2), R11
	LEAQ    (R12)(R9*2), R12
	LEAQ    (R13)(R9*2), R13
	VPADDQ  X5, X0, X0
	VPADDQ  X6, X1, X1
	VPADDQ  X7, X2, X2
	VPADDQ  X8, X3, X3
	SUBQ    $2, CX
	JNZ     two
	OUT4
	RET

// FOLDD adds the four doublewords of X0 to AX.
#define FOLDD \
	VPSHUFD $0xee, X0, X1; \
	VPADDD  X1, X0, X0; \
	VPSHUFD $0x55, X0, X1; \
	VPADDD  X1, X0, X0; \
	VMOVD   X0, AX

// func sadLineAVX2(out *int32, n int, a *byte, aStride int, b *byte, bStride, step int)
TEXT ·sadLineAVX2(SB), NOSPLIT, $0-56
	MOVQ    out+0(FP), DI
	MOVQ    n+8(FP), CX
	MOVQ    a+16(FP), SI
	MOVQ    aStride+24(FP), R8
	LEAQ    (R8)(R8*2), R9
	VMOVDQU (SI), X0
	VMOVDQU (SI)(R8*1), X1
	VMOVDQU (SI)(R8*2), X2
	VMOVDQU (SI)(R9*1), X3
	MOVQ    b+32(FP), SI
	MOVQ    bStride+40(FP), R8
	LEAQ    (R8)(R8*2), R9
	MOVQ    step+48(FP), R10

block:
	VPSADBW (SI), X0, X4
	VPSADBW (SI)(R8*1), X1, X5
	VPSADBW (SI)(R8*2), X2, X6
	VPSADBW (SI)(R9*1), X3, X7
	VPADDD  X5, X4, X4
	VPADDD  X7, X6, X6
	VPADDD  X6, X4, X4
	VPSHUFD $2, X4, X5
	VPADDD  X5, X4, X4
	VMOVD   X4, (DI)
	ADDQ    R10, SI
	ADDQ    $4, DI
	DECQ    CX
	JNZ     block
	RET

// func ssd16AVX2(a *byte, aStride int, b *byte, bStride, h int) int
TEXT ·ssd16AVX2(SB), NOSPLIT, $0-48
	MOVQ  a+0(FP), SI
	MOVQ  aStride+8(FP), R8
	MOVQ  b+16(FP), DI
	MOVQ  bStride+24(FP), R9
	MOVQ  h+32(FP), CX
	VPXOR Y0, Y0, Y0

two:
	VPMOVZXBW (SI), Y1
	VPMOVZXBW (DI), Y2
	VPMOVZXBW (SI)(R8*1), Y3
	VPMOVZXBW (DI)(R9*1), Y4
	VPSUBW    Y2, Y1, Y1
	VPSUBW    Y4, Y3, Y3
	VPMADDWD  Y1, Y1, Y1
	VPMADDWD  Y3, Y3, Y3
	LEAQ      (SI)(R8*2), SI
	LEAQ      (DI)(R9*2), DI
	VPADDD    Y1, Y0, Y0
	VPADDD    Y3, Y0, Y0
	SUBQ      $2, CX
	JNZ       two
	VEXTRACTI128 $1, Y0, X1
	VPADDD    X1, X0, X0
	FOLDD
	VZEROUPPER
	MOVQ      AX, ret+40(FP)
	RET

// func ssd8AVX2(a *byte, aStride int, b *byte, bStride, h int) int
TEXT ·ssd8AVX2(SB), NOSPLIT, $0-48
	MOVQ  a+0(FP), SI
	MOVQ  aStride+8(FP), R8
	MOVQ  b+16(FP), DI
	MOVQ  bStride+24(FP), R9
	MOVQ  h+32(FP), CX
	VPXOR X0, X0, X0

two:
	VPMOVZXBW (SI), X1
	VPMOVZXBW (DI), X2
	VPMOVZXBW (SI)(R8*1), X3
	VPMOVZXBW (DI)(R9*1), X4
	VPSUBW    X2, X1, X1
	VPSUBW    X4, X3, X3
	VPMADDWD  X1, X1, X1
	VPMADDWD  X3, X3, X3
	LEAQ      (SI)(R8*2), SI
	LEAQ      (DI)(R9*2), DI
	VPADDD    X1, X0, X0
	VPADDD    X3, X0, X0
	SUBQ      $2, CX
	JNZ       two
	FOLDD
	MOVQ      AX, ret+40(FP)
	RET

// func ssd4AVX2(a *byte, aStride int, b *byte, bStride, h int) int
TEXT ·ssd4AVX2(SB), NOSPLIT, $0-48
	MOVQ  a+0(FP), SI
	MOVQ  aStride+8(FP), R8
	MOVQ  b+16(FP), DI
	MOVQ  bStride+24(FP), R9
	MOVQ  h+32(FP), CX
	VPXOR X0, X0, X0

two:
	VMOVD     (SI), X1
	VPINSRD   $1, (SI)(R8*1), X1, X1
	VMOVD     (DI), X2
	VPINSRD   $1, (DI)(R9*1), X2, X2
	VPMOVZXBW X1, X1
	VPMOVZXBW X2, X2
	VPSUBW    X2, X1, X1
	VPMADDWD  X1, X1, X1
	LEAQ      (SI)(R8*2), SI
	LEAQ      (DI)(R9*2), DI
	VPADDD    X1, X0, X0
	SUBQ      $2, CX
	JNZ       two
	FOLDD
	MOVQ      AX, ret+40(FP)
	RET

// func moments16AVX2(a *byte, stride, h int) (sum, squares int)
// X5 is zero, X6 the sum of samples.
TEXT ·moments16AVX2(SB), NOSPLIT, $0-40
	MOVQ  a+0(FP), SI
	MOVQ  stride+8(FP), R8
	MOVQ  h+16(FP), CX
	VPXOR Y0, Y0, Y0
	VPXOR X5, X5, X5
	VPXOR X6, X6, X6

row:
	VPSADBW   (SI), X5, X2
	VPMOVZXBW (SI), Y1
	VPMADDWD  Y1, Y1, Y1
	ADDQ      R8, SI
	VPADDQ    X2, X6, X6
	VPADDD    Y1, Y0, Y0
	DECQ      CX
	JNZ       row
	VEXTRACTI128 $1, Y0, X1
	VPADDD    X1, X0, X0
	FOLDD
	MOVQ      AX, squares+32(FP)
	VMOVDQU   X6, X0
	FOLD
	VZEROUPPER
	MOVQ      AX, sum+24(FP)
	RET

// func moments8AVX2(a *byte, stride, h int) (sum, squares int)
TEXT ·moments8AVX2(SB), NOSPLIT, $0-40
	MOVQ  a+0(FP), SI
	MOVQ  stride+8(FP), R8
	MOVQ  h+16(FP), CX
	VPXOR X0, X0, X0
	VPXOR X5, X5, X5
	VPXOR X6, X6, X6

row:
	VMOVQ     (SI), X1
	VPSADBW   X5, X1, X2
	VPMOVZXBW X1, X1
	VPMADDWD  X1, X1, X1
	ADDQ      R8, SI
	VPADDQ    X2, X6, X6
	VPADDD    X1, X0, X0
	DECQ      CX
	JNZ       row
	FOLDD
	MOVQ      AX, squares+32(FP)
	VMOVQ     X6, AX
	MOVQ      AX, sum+24(FP)
	RET

// BX, R10 are q and its stride in the means, SI, R8 those of p.

// func mean16AVX2(dst *byte, dStride int, p *byte, pStride int, q *byte, qStride, h int)
TEXT ·mean16AVX2(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), DI
	MOVQ dStride+8(FP), R9
	MOVQ p+16(FP), SI
	MOVQ pStride+24(FP), R8
	MOVQ q+32(FP), BX
	MOVQ qStride+40(FP), R10
	MOVQ h+48(FP), CX

two:
	VMOVDQU (SI), X0
	VMOVDQU (SI)(R8*1), X1
	VPAVGB  (BX), X0, X0
	VPAVGB  (BX)(R10*1), X1, X1
	VMOVDQU X0, (DI)
	VMOVDQU X1, (DI)(R9*1)
	LEAQ    (SI)(R8*2), SI
	LEAQ    (BX)(R10*2), BX
	LEAQ    (DI)(R9*2), DI
	SUBQ    $2, CX
	JNZ     two
	RET

// func mean8AVX2(dst *byte, dStride int, p *byte, pStride int, q *byte, qStride, h int)
TEXT ·mean8AVX2(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), DI
	MOVQ dStride+8(FP), R9
	MOVQ p+16(FP), SI
	MOVQ pStride+24(FP), R8
	MOVQ q+32(FP), BX
	MOVQ qStride+40(FP), R10
	MOVQ h+48(FP), CX

two:
	VMOVQ  (SI), X0
	VMOVQ  (BX), X1
	VMOVQ  (SI)(R8*1), X2
	VMOVQ  (BX)(R10*1), X3
	VPAVGB X1, X0, X0
	VPAVGB X3, X2, X2
	VMOVQ  X0, (DI)
	VMOVQ  X2, (DI)(R9*1)
	LEAQ   (SI)(R8*2), SI
	LEAQ   (BX)(R10*2), BX
	LEAQ   (DI)(R9*2), DI
	SUBQ   $2, CX
	JNZ    two
	RET

// func copy16AVX2(dst *byte, dStride int, src *byte, sStride, h int)
TEXT ·copy16AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ dStride+8(FP), R9
	MOVQ src+16(FP), SI
	MOVQ sStride+24(FP), R8
	MOVQ h+32(FP), CX

two:
	VMOVDQU (SI), X0
	VMOVDQU (SI)(R8*1), X1
	LEAQ    (SI)(R8*2), SI
	VMOVDQU X0, (DI)
	VMOVDQU X1, (DI)(R9*1)
	LEAQ    (DI)(R9*2), DI
	SUBQ    $2, CX
	JNZ     two
	RET

// func copy8AVX2(dst *byte, dStride int, src *byte, sStride, h int)
TEXT ·copy8AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ dStride+8(FP), R9
	MOVQ src+16(FP), SI
	MOVQ sStride+24(FP), R8
	MOVQ h+32(FP), CX

two:
	MOVQ (SI), AX
	MOVQ (SI)(R8*1), BX
	LEAQ (SI)(R8*2), SI
	MOVQ AX, (DI)
	MOVQ BX, (DI)(R9*1)
	LEAQ (DI)(R9*2), DI
	SUBQ $2, CX
	JNZ  two
	RET

// func withinAVX2(pix *byte, n int, c, limit byte) bool
// X4 is the level, X5 the limit.
TEXT ·withinAVX2(SB), NOSPLIT, $0-25
	MOVQ         pix+0(FP), SI
	MOVQ         n+8(FP), CX
	VPBROADCASTB c+16(FP), X4
	VPBROADCASTB limit+17(FP), X5

sixteen:
	VMOVDQU  (SI), X0
	VPSUBUSB X4, X0, X1
	VPSUBUSB X0, X4, X2
	VPOR     X2, X1, X1
	VPSUBUSB X5, X1, X1
	VPTEST   X1, X1
	JNZ      far
	ADDQ     $16, SI
	SUBQ     $16, CX
	JNZ      sixteen
	MOVB     $1, ret+24(FP)
	RET

far:
	MOVB $0, ret+24(FP)
	RET

//go:build !purego

#include "textflag.h"

// Interpolation (clause 8.4.2.2). The six taps 1, -5, 20, 20, -5, 1 are made of three sums of symmetric samples, which
// fit words: outer + 5*(4*middle - inner).
//
//	DI, R9 dst and its stride  SI, R8 src, moved to the first tap, and its stride  CX rows left  AX mean
//	R10, R11, R12 one, three and five steps from tap to tap
//	Y0 to Y5 the taps' samples as words  Y15 the rounding term

#define WORDS(name, word) \
	DATA name<>+0(SB)/8, word; \
	DATA name<>+8(SB)/8, word; \
	DATA name<>+16(SB)/8, word; \
	DATA name<>+24(SB)/8, word; \
	GLOBL name<>(SB), RODATA|NOPTR, $32

WORDS(sixteen, $0x0010001000100010)
WORDS(thirtyTwo, $0x0020002000200020)

// TAPS is Y0 = outer + 5*(4*middle - inner) for outer Y0 and Y5, inner Y1 and Y4, middle Y2 and Y3.
#define TAPS(a, b, c, d, e, f) \
	VPADDW d, c, c; \
	VPADDW e, b, b; \
	VPADDW f, a, a; \
	VPSLLW $2, c, c; \
	VPSUBW b, c, c; \
	VPADDW c, a, a; \
	VPSLLW $2, c, c; \
	VPADDW c, a, a

// func half16AVX2(dst *byte, dStride int, src *byte, sStride, step, h int, mean bool)
TEXT ·half16AVX2(SB), NOSPLIT, $0-49
	MOVQ    dst+0(FP), DI
	MOVQ    dStride+8(FP), R9
	MOVQ    src+16(FP), SI
	MOVQ    sStride+24(FP), R8
	MOVQ    step+32(FP), R10
	MOVQ    h+40(FP), CX
	MOVBLZX mean+48(FP), AX
	LEAQ    (R10)(R10*2), R11
	LEAQ    (R10)(R10*4), R12
	SUBQ    R10, SI
	SUBQ    R10, SI
	VMOVDQU sixteen<>(SB), Y15

row:
	VPMOVZXBW (SI), Y0
	VPMOVZXBW (SI)(R10*1), Y1
	VPMOVZXBW (SI)(R10*2), Y2
	VPMOVZXBW (SI)(R11*1), Y3
	VPMOVZXBW (SI)(R10*4), Y4
	VPMOVZXBW (SI)(R12*1), Y5
	ADDQ      R8, SI
	TAPS(Y0, Y1, Y2, Y3, Y4, Y5)
	VPADDW    Y15, Y0, Y0
	VPSRAW    $5, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKUSWB X1, X0, X0
	TESTL     AX, AX
	JZ        put
	VPAVGB    (DI), X0, X0

put:
	VMOVDQU X0, (DI)
	ADDQ    R9, DI
	DECQ    CX
	JNZ     row
	VZEROUPPER
	RET

// func half8AVX2(dst *byte, dStride int, src *byte, sStride, step, w, h int, mean bool)
TEXT ·half8AVX2(SB), NOSPLIT, $0-57
	MOVQ    dst+0(FP), DI
	MOVQ    dStride+8(FP), R9
	MOVQ    src+16(FP), SI
	MOVQ    sStride+24(FP), R8
	MOVQ    step+32(FP), R10
	MOVQ    w+40(FP), BX
	MOVQ    h+48(FP), CX
	MOVBLZX mean+56(FP), AX
	LEAQ    (R10)(R10*2), R11
	LEAQ    (R10)(R10*4), R12
	SUBQ    R10, SI
	SUBQ    R10, SI
	VMOVDQU sixteen<>(SB), X15

row:
	VPMOVZXBW (SI), X0
	VPMOVZXBW (SI)(R10*1), X1
	VPMOVZXBW (SI)(R10*2), X2
	VPMOVZXBW (SI)(R11*1), X3
	VPMOVZXBW (SI)(R10*4), X4
	VPMOVZXBW (SI)(R12*1), X5
	ADDQ      R8, SI
	TAPS(X0, X1, X2, X3, X4, X5)
	VPADDW    X15, X0, X0
	VPSRAW    $5, X0, X0
	VPACKUSWB X0, X0, X0
	CMPQ      BX, $4
	JEQ       narrow
	TESTL     AX, AX
	JZ        put
	VMOVQ     (DI), X1
	VPAVGB    X1, X0, X0

put:
	VMOVQ X0, (DI)
	ADDQ  R9, DI
	DECQ  CX
	JNZ   row
	RET

narrow:
	TESTL  AX, AX
	JZ     put4
	VMOVD  (DI), X1
	VPAVGB X1, X0, X0

put4:
	VMOVD X0, (DI)
	ADDQ  R9, DI
	DECQ  CX
	JNZ   row
	RET

// The sums of the first pass are within -2550 to 10710. In the second pass
//
//	outer - 5*inner + 20*middle, with 512 added, divided by 1024
//
// is made in words as ((outer-inner)/4 - inner + middle)/4 + middle, with 32 added, divided by 64. Dividing rounds down,
// so the fractions that are lost never matter. The sum before the second division may saturate; the result is far above
// 255 then.

// CENTER makes words of six rows of sums.
#define CENTER(a, b, c, d, e, f) \
	VPADDW  d, c, c; \
	VPADDW  e, b, b; \
	VPADDW  f, a, a; \
	VPSUBW  b, a, a; \
	VPSRAW  $2, a, a; \
	VPSUBW  b, a, a; \
	VPADDSW c, a, a; \
	VPSRAW  $2, a, a; \
	VPADDW  c, a, a

// func center16AVX2(dst *byte, dStride int, src *byte, sStride, h int, mean bool)
// The sums of the first pass lie in the frame, 32 bytes to a row; BX points at them.
TEXT ·center16AVX2(SB), NOSPLIT, $672-41
	MOVQ    dst+0(FP), DI
	MOVQ    dStride+8(FP), R9
	MOVQ    src+16(FP), SI
	MOVQ    sStride+24(FP), R8
	MOVQ    h+32(FP), CX
	MOVBLZX mean+40(FP), AX
	LEAQ    sums-672(SP), BX
	MOVQ    BX, DX
	LEAQ    5(CX), R10
	SUBQ    R8, SI
	SUBQ    R8, SI

first:
	VPMOVZXBW -2(SI), Y0
	VPMOVZXBW -1(SI), Y1
	VPMOVZXBW 0(SI), Y2
	VPMOVZXBW 1(SI), Y3
	VPMOVZXBW 2(SI), Y4
	VPMOVZXBW 3(SI), Y5
	ADDQ      R8, SI
	TAPS(Y0, Y1, Y2, Y3, Y4, Y5)
	VMOVDQU   Y0, (DX)
	ADDQ      $32, DX
	DECQ      R10
	JNZ       first
	VMOVDQU   thirtyTwo<>(SB), Y15

row:
	VMOVDQU (BX), Y0
	VMOVDQU 32(BX), Y1
	VMOVDQU 64(BX), Y2
	VMOVDQU 96(BX), Y3
	VMOVDQU 128(BX), Y4
	VMOVDQU 160(BX), Y5
	ADDQ    $32, BX
	CENTER(Y0, Y1, Y2, Y3, Y4, Y5)
	VPADDW  Y15, Y0, Y0
	VPSRAW  $6, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKUSWB X1, X0, X0
	TESTL   AX, AX
	JZ      put
	VPAVGB  (DI), X0, X0

put:
	VMOVDQU X0, (DI)
	ADDQ    R9, DI
	DECQ    CX
	JNZ     row
	VZEROUPPER
	RET

// func center8AVX2(dst *byte, dStride int, src *byte, sStride, w, h int, mean bool)
// As center16AVX2, 16 bytes to a row.
TEXT ·center8AVX2(SB), NOSPLIT, $336-49
	MOVQ    dst+0(FP), DI
	MOVQ    dStride+8(FP), R9
	MOVQ    src+16(FP), SI
	MOVQ    sStride+24(FP), R8
	MOVQ    w+32(FP), R11
	MOVQ    h+40(FP), CX
	MOVBLZX mean+48(FP), AX
	LEAQ    sums-336(SP), BX
	MOVQ    BX, DX
	LEAQ    5(CX), R10
	SUBQ    R8, SI
	SUBQ    R8, SI

first:
	VPMOVZXBW -2(SI), X0
	VPMOVZXBW -1(SI), X1
	VPMOVZXBW 0(SI), X2
	VPMOVZXBW 1(SI), X3
	VPMOVZXBW 2(SI), X4
	VPMOVZXBW 3(SI), X5
	ADDQ      R8, SI
	TAPS(X0, X1, X2, X3, X4, X5)
	VMOVDQU   X0, (DX)
	ADDQ      $16, DX
	DECQ      R10
	JNZ       first
	VMOVDQU   thirtyTwo<>(SB), X15

row:
	VMOVDQU (BX), X0
	VMOVDQU 16(BX), X1
	VMOVDQU 32(BX), X2
	VMOVDQU 48(BX), X3
	VMOVDQU 64(BX), X4
	VMOVDQU 80(BX), X5
	ADDQ    $16, BX
	CENTER(X0, X1, X2, X3, X4, X5)
	VPADDW  X15, X0, X0
	VPSRAW  $6, X0, X0
	VPACKUSWB X0, X0, X0
	CMPQ    R11, $4
	JEQ     narrow
	TESTL   AX, AX
	JZ      put
	VMOVQ   (DI), X1
	VPAVGB  X1, X0, X0

put:
	VMOVQ X0, (DI)
	ADDQ  R9, DI
	DECQ  CX
	JNZ   row
	RET

narrow:
	TESTL  AX, AX
	JZ     put4
	VMOVD  (DI), X1
	VPAVGB X1, X0, X0

put4:
	VMOVD X0, (DI)
	ADDQ  R9, DI
	DECQ  CX
	JNZ   row
	RET

// func chromaAVX2(dst *byte, dStride int, src *byte, sStride int, weights *[4]uint8, w, h int)
// X0 is a row, each sample followed by its right neighbor; X12 and X13 are the weights of those above and of those below.
TEXT ·chromaAVX2(SB), NOSPLIT, $0-56
	MOVQ    dst+0(FP), DI
	MOVQ    dStride+8(FP), R9
	MOVQ    src+16(FP), SI
	MOVQ    sStride+24(FP), R8
	MOVQ    weights+32(FP), BX
	MOVQ    w+40(FP), R11
	MOVQ    h+48(FP), CX
	VPBROADCASTW (BX), X12
	VPBROADCASTW 2(BX), X13
	VMOVDQU thirtyTwo<>(SB), X15
	VMOVQ   (SI), X0
	VMOVQ   1(SI), X1
	VPUNPCKLBW X1, X0, X0

row:
	ADDQ  R8, SI
	VMOVQ (SI), X2
	VMOVQ 1(SI), X3
	VPUNPCKLBW X3, X2, X2
	VPMADDUBSW X12, X0, X4
	VPMADDUBSW X13, X2, X5
	VMOVDQA X2, X0
	VPADDW X15, X4, X4
	VPADDW X5, X4, X4
	VPSRLW $6, X4, X4
	VPACKUSWB X4, X4, X4
	CMPQ  R11, $4
	JEQ   four
	JLT   two
	VMOVQ X4, (DI)
	ADDQ  R9, DI
	DECQ  CX
	JNZ   row
	RET

four:
	VMOVD X4, (DI)
	ADDQ  R9, DI
	DECQ  CX
	JNZ   row
	RET

two:
	VPEXTRW $0, X4, (DI)
	ADDQ  R9, DI
	DECQ  CX
	JNZ   row
	RET

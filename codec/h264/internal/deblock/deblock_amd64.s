//go:build !purego

#include "textflag.h"

// The deblocking filter (clauses 8.7.2.3 and 8.7.2.4), 16 lines at a time: a register holds the words of 16 samples at the
// same distance from the edge. In chroma the lower half is Cb and the upper half Cr.
//
//	Y0 p3  Y1 p2  Y2 p1  Y3 p0 | Y4 q0  Y5 q1  Y6 q2  Y7 q3
//	Y12 ffff where the line is filtered  Y13 tC0, or the limit near  Y14 beta  Y15 alpha  Y8 to Y11 scratch
//	DI q0 of the first line  SI p3  R8 stride, R9 three strides, R10, R11 further rows  BX thresholds

#define WORDS(name, word) \
	DATA name<>+0(SB)/8, word; \
	DATA name<>+8(SB)/8, word; \
	DATA name<>+16(SB)/8, word; \
	DATA name<>+24(SB)/8, word; \
	GLOBL name<>(SB), RODATA|NOPTR, $32

WORDS(two, $0x0002000200020002)
WORDS(four, $0x0004000400040004)

// spread repeats the lowest word of each quadword.
DATA spread<>+0(SB)/8, $0x0100010001000100
DATA spread<>+8(SB)/8, $0x0908090809080908
DATA spread<>+16(SB)/8, $0x0100010001000100
DATA spread<>+24(SB)/8, $0x0908090809080908
GLOBL spread<>(SB), RODATA|NOPTR, $32

// square transposes four by four bytes.
DATA square<>+0(SB)/8, $0x0d0905010c080400
DATA square<>+8(SB)/8, $0x0f0b07030e0a0602
GLOBL square<>(SB), RODATA|NOPTR, $16

// APART is d = |a-b|.
#define APART(a, b, d) \
	VPSUBW b, a, d; \
	VPABSW d, d

// LIMITS loads alpha and beta.
#define LIMITS \
	VPBROADCASTW 0(BX), Y15; \
	VPBROADCASTW 2(BX), Y14

// TC0 is x = the tC0 at m of each block, by the strengths at (DX).
#define TC0(m, x) \
	VMOVD   (DX), X8; \
	VMOVQ   m, x; \
	VPSHUFB X8, x, x

// MASK sets Y12 by alpha and beta, and leaves |p0-q0| in Y8.
#define MASK \
	APART(Y3, Y4, Y8); \
	VPCMPGTW Y8, Y15, Y12; \
	APART(Y2, Y3, Y9); \
	APART(Y5, Y4, Y10); \
	VPMAXSW  Y10, Y9, Y9; \
	VPCMPGTW Y9, Y14, Y9; \
	VPAND    Y9, Y12, Y12

// LINES narrows the mask to the blocks with a bS, by tC0 in Y13.
#define LINES \
	VPCMPEQW Y9, Y9, Y9; \
	VPCMPGTW Y9, Y13, Y9; \
	VPAND    Y9, Y12, Y12

// CLAMP limits d to what lies between -t and t.
#define CLAMP(d, t, scratch) \
	VPMINSW t, d, d; \
	VPXOR   scratch, scratch, scratch; \
	VPSUBW  t, scratch, scratch; \
	VPMAXSW scratch, d, d

// MOVE changes p0 and q0 by the difference that the limit in t allows; it takes p1 and q1 as they were.
#define MOVE(t, d, scratch) \
	VPSUBW Y3, Y4, d; \
	VPSLLW $2, d, d; \
	VPADDW Y2, d, d; \
	VPSUBW Y5, d, d; \
	VPADDW four<>(SB), d, d; \
	VPSRAW $3, d, d; \
	CLAMP(d, t, scratch); \
	VPAND  Y12, d, d; \
	VPADDW d, Y3, Y3; \
	VPSUBW d, Y4, Y4

// NORMAL filters luma with bS below 4: p1, p0, q0 and q1.
#define NORMAL \
	VPAVGW   Y4, Y3, Y8; \
	APART(Y1, Y3, Y9); \
	VPCMPGTW Y9, Y14, Y9; \
	VPAND    Y12, Y9, Y9; \
	APART(Y6, Y4, Y10); \
	VPCMPGTW Y10, Y14, Y10; \
	VPAND    Y12, Y10, Y10; \
	/* Y9 and Y10 are -1 where p1 and q1 move, which makes tC larger. */ \
	VPSUBW   Y9, Y13, Y11; \
	VPSUBW   Y10, Y11, Y11; \
	MOVE(Y11, Y14, Y15); \
	VPADDW   Y8, Y1, Y11; \
	VPADDW   Y8, Y6, Y8; \
	VPSUBW   Y2, Y11, Y11; \
	VPSUBW   Y2, Y11, Y11; \
	VPSUBW   Y5, Y8, Y8; \
	VPSUBW   Y5, Y8, Y8; \
	VPSRAW   $1, Y11, Y11; \
	VPSRAW   $1, Y8, Y8; \
	CLAMP(Y11, Y13, Y15); \
	CLAMP(Y8, Y13, Y15); \
	VPAND    Y9, Y11, Y11; \
	VPAND    Y10, Y8, Y8; \
	VPADDW   Y11, Y2, Y2; \
	VPADDW   Y8, Y5, Y5

// NEAR sets Y10 and Y11 to ffff where three samples of p, or of q, change, and Y13 to p0+q0. Y8 is |p0-q0|.
#define NEAR \
	VPBROADCASTW 4(BX), Y13; \
	VPCMPGTW Y8, Y13, Y13; \
	VPAND    Y12, Y13, Y13; \
	APART(Y1, Y3, Y10); \
	APART(Y6, Y4, Y11); \
	VPCMPGTW Y10, Y14, Y10; \
	VPCMPGTW Y11, Y14, Y11; \
	VPAND    Y13, Y10, Y10; \
	VPAND    Y13, Y11, Y11; \
	VPADDW   Y4, Y3, Y13

// HALF filters one side of the edge with bS 4, here named p, with the mask far of the lines of which three samples
// change. It leaves what p0 becomes in p0out, p1 in p1out, and p2 in place. sum is scratch.
#define HALF(p3, p2, p1, p0, q1, far, sum, p1out, p0out, scratch) \
	VPADDW    p1, p2, sum; \
	VPADDW    Y13, sum, sum; \
	VPADDW    p1, sum, scratch; \
	VPADDW    Y13, scratch, scratch; \
	VPADDW    q1, scratch, scratch; \
	VPADDW    four<>(SB), scratch, scratch; \
	VPSRLW    $3, scratch, scratch; \
	VPADDW    p1, p1, p0out; \
	VPADDW    p0, p0out, p0out; \
	VPADDW    q1, p0out, p0out; \
	VPADDW    two<>(SB), p0out, p0out; \
	VPSRLW    $2, p0out, p0out; \
	VPBLENDVB Y12, p0out, p0, p0out; \
	VPBLENDVB far, scratch, p0out, p0out; \
	VPADDW    two<>(SB), sum, p1out; \
	VPSRLW    $2, p1out, p1out; \
	VPBLENDVB far, p1out, p1, p1out; \
	VPADDW    p2, p3, scratch; \
	VPADDW    scratch, scratch, scratch; \
	VPADDW    scratch, sum, sum; \
	VPADDW    four<>(SB), sum, sum; \
	VPSRLW    $3, sum, sum; \
	VPBLENDVB far, sum, p2, p2

// STRONG filters luma with bS 4. Y8 is |p0-q0|.
#define STRONG \
	NEAR; \
	HALF(Y0, Y1, Y2, Y3, Y5, Y10, Y8, Y9, Y15, Y14); \
	/* p1 is in Y9 and p0 in Y15 from here on; q takes what they were. */ \
	HALF(Y7, Y6, Y5, Y4, Y2, Y11, Y8, Y10, Y14, Y3); \
	VMOVDQA Y9, Y2; \
	VMOVDQA Y15, Y3; \
	VMOVDQA Y14, Y4; \
	VMOVDQA Y10, Y5

// PACK makes bytes of words.
#define PACK(y, x) \
	VEXTRACTI128 $1, y, X8; \
	VPACKUSWB    X8, x, x

// ROWS sets SI to p3, R9 to three strides and R10 to q3.
#define ROWS \
	MOVQ pix+0(FP), DI; \
	MOVQ stride+8(FP), R8; \
	MOVQ t+16(FP), BX; \
	LEAQ (R8)(R8*2), R9; \
	MOVQ DI, SI; \
	SUBQ R9, SI; \
	SUBQ R8, SI

// func lumaRowsAVX2(pix *byte, stride int, t *Thresholds, s *Strengths)
TEXT ·lumaRowsAVX2(SB), NOSPLIT, $0-32
	ROWS
	LIMITS
	MOVQ      s+24(FP), DX
	TC0(8(BX), X13)
	VPMOVSXBQ X13, Y13
	VPSHUFB   spread<>(SB), Y13, Y13
	VPMOVZXBW (SI)(R8*2), Y2
	VPMOVZXBW (SI)(R9*1), Y3
	VPMOVZXBW (DI), Y4
	VPMOVZXBW (DI)(R8*1), Y5
	MASK
	LINES
	VPTEST    Y12, Y12
	JZ        done
	VPMOVZXBW (SI)(R8*1), Y1
	VPMOVZXBW (DI)(R8*2), Y6
	NORMAL
	PACK(Y2, X2)
	PACK(Y3, X3)
	PACK(Y4, X4)
	PACK(Y5, X5)
	VMOVDQU   X2, (SI)(R8*2)
	VMOVDQU   X3, (SI)(R9*1)
	VMOVDQU   X4, (DI)
	VMOVDQU   X5, (DI)(R8*1)

done:
	VZEROUPPER
	RET

// func strongRowsAVX2(pix *byte, stride int, t *Thresholds)
TEXT ·strongRowsAVX2(SB), NOSPLIT, $0-24
	ROWS
	LIMITS
	VPMOVZXBW (SI)(R8*2), Y2
	VPMOVZXBW (SI)(R9*1), Y3
	VPMOVZXBW (DI), Y4
	VPMOVZXBW (DI)(R8*1), Y5
	MASK
	VPTEST    Y12, Y12
	JZ        done
	VPMOVZXBW (SI), Y0
	VPMOVZXBW (SI)(R8*1), Y1
	VPMOVZXBW (DI)(R8*2), Y6
	VPMOVZXBW (DI)(R9*1), Y7
	STRONG
	PACK(Y1, X1)
	PACK(Y2, X2)
	PACK(Y3, X3)
	PACK(Y4, X4)
	PACK(Y5, X5)
	PACK(Y6, X6)
	VMOVDQU   X1, (SI)(R8*1)
	VMOVDQU   X2, (SI)(R8*2)
	VMOVDQU   X3, (SI)(R9*1)
	VMOVDQU   X4, (DI)
	VMOVDQU   X5, (DI)(R8*1)
	VMOVDQU   X6, (DI)(R8*2)

done:
	VZEROUPPER
	RET

// TWO loads a row and the one eight further down, their bytes in turn.
#define TWO(m, n, x) \
	VMOVQ      m, x; \
	VMOVQ      n, X8; \
	VPUNPCKLBW X8, x, x

// CROSS is lo, hi = the bytes of a and b in turn.
#define CROSS(a, b, lo, hi) \
	VPUNPCKLBW b, a, lo; \
	VPUNPCKHBW b, a, hi

// COLUMNS loads the 16 rows of eight samples from p3 to q3 and makes a register of each column: bytes in X8 to X15,
// words in Y0 to Y7. It sets SI, R10, R11 and R12 to rows 0, 4, 8 and 12. Rows that are 8, 4, 2 and 1 apart meet in turn,
// which leaves them in order.
#define COLUMNS \
	MOVQ pix+0(FP), SI; \
	MOVQ stride+8(FP), R8; \
	MOVQ t+16(FP), BX; \
	SUBQ $4, SI; \
	LEAQ (R8)(R8*2), R9; \
	LEAQ (SI)(R8*4), R10; \
	LEAQ (SI)(R8*8), R11; \
	LEAQ (R10)(R8*8), R12; \
	TWO((SI), (R11), X0); \
	TWO((SI)(R8*1), (R11)(R8*1), X1); \
	TWO((SI)(R8*2), (R11)(R8*2), X2); \
	TWO((SI)(R9*1), (R11)(R9*1), X3); \
	TWO((R10), (R12), X4); \
	TWO((R10)(R8*1), (R12)(R8*1), X5); \
	TWO((R10)(R8*2), (R12)(R8*2), X6); \
	TWO((R10)(R9*1), (R12)(R9*1), X7); \
	CROSS(X0, X4, X8, X9); \
	CROSS(X1, X5, X10, X11); \
	CROSS(X2, X6, X12, X13); \
	CROSS(X3, X7, X14, X15); \
	CROSS(X8, X12, X0, X1); \
	CROSS(X10, X14, X2, X3); \
	CROSS(X9, X13, X4, X5); \
	CROSS(X11, X15, X6, X7); \
	CROSS(X0, X2, X8, X9); \
	CROSS(X1, X3, X10, X11); \
	CROSS(X4, X6, X12, X13); \
	CROSS(X5, X7, X14, X15); \
	VPMOVZXBW X8, Y0; \
	VPMOVZXBW X9, Y1; \
	VPMOVZXBW X10, Y2; \
	VPMOVZXBW X11, Y3; \
	VPMOVZXBW X12, Y4; \
	VPMOVZXBW X13, Y5; \
	VPMOVZXBW X14, Y6; \
	VPMOVZXBW X15, Y7

// UNCOLUMNS stores Y0 to Y7 as the rows again.
#define UNCOLUMNS \
	PACK(Y0, X0); \
	PACK(Y1, X1); \
	PACK(Y2, X2); \
	PACK(Y3, X3); \
	PACK(Y4, X4); \
	PACK(Y5, X5); \
	PACK(Y6, X6); \
	PACK(Y7, X7); \
	CROSS(X0, X1, X8, X9); \
	CROSS(X2, X3, X10, X11); \
	CROSS(X4, X5, X12, X13); \
	CROSS(X6, X7, X14, X15); \
	VPUNPCKLWD X10, X8, X0; \
	VPUNPCKHWD X10, X8, X1; \
	VPUNPCKLWD X14, X12, X2; \
	VPUNPCKHWD X14, X12, X3; \
	VPUNPCKLWD X11, X9, X4; \
	VPUNPCKHWD X11, X9, X5; \
	VPUNPCKLWD X15, X13, X6; \
	VPUNPCKHWD X15, X13, X7; \
	STORE4(X0, X2, (SI), (SI)(R8*1), (SI)(R8*2), (SI)(R9*1)); \
	STORE4(X1, X3, (R10), (R10)(R8*1), (R10)(R8*2), (R10)(R9*1)); \
	STORE4(X4, X6, (R11), (R11)(R8*1), (R11)(R8*2), (R11)(R9*1)); \
	STORE4(X5, X7, (R12), (R12)(R8*1), (R12)(R8*2), (R12)(R9*1))

// STORE4 stores four rows, of which a holds the first four bytes and b the last four.
#define STORE4(a, b, r0, r1, r2, r3) \
	VPUNPCKLDQ b, a, X8; \
	VPUNPCKHDQ b, a, X9; \
	VMOVQ      X8, r0; \
	VMOVHPS    X8, r1; \
	VMOVQ      X9, r2; \
	VMOVHPS    X9, r3

// func lumaColumnsAVX2(pix *byte, stride int, t *Thresholds, s *Strengths)
TEXT ·lumaColumnsAVX2(SB), NOSPLIT, $0-32
	COLUMNS
	LIMITS
	MOVQ      s+24(FP), DX
	TC0(8(BX), X13)
	VPMOVSXBQ X13, Y13
	VPSHUFB   spread<>(SB), Y13, Y13
	MASK
	LINES
	VPTEST    Y12, Y12
	JZ        done
	NORMAL
	UNCOLUMNS

done:
	VZEROUPPER
	RET

// func strongColumnsAVX2(pix *byte, stride int, t *Thresholds)
TEXT ·strongColumnsAVX2(SB), NOSPLIT, $0-24
	COLUMNS
	LIMITS
	MASK
	VPTEST Y12, Y12
	JZ     done
	STRONG
	UNCOLUMNS

done:
	VZEROUPPER
	RET

// BOTH loads a word for Cb and one for Cr into the halves of y.
#define BOTH(m, n, x, y, scratch) \
	VPBROADCASTW m, x; \
	VPBROADCASTW n, scratch; \
	VINSERTI128  $1, scratch, y, y

// CHROMA_LIMITS loads alpha and beta of both planes, and tC0, for two lines each.
#define CHROMA_LIMITS \
	BOTH(0(BX), 16(BX), X15, Y15, X8); \
	BOTH(2(BX), 18(BX), X14, Y14, X8); \
	TC0(8(BX), X13); \
	TC0(24(BX), X9); \
	VPUNPCKLDQ X9, X13, X13; \
	VPUNPCKLBW X13, X13, X13; \
	VPMOVSXBW  X13, Y13

// CHROMA filters p0 and q0.
#define CHROMA(strong, filtered) \
	CMPB   (DX), $4; \
	JEQ    strong; \
	LINES; \
	/* tC is tC0+1, and -1 in all bits of Y8. */ \
	VPCMPEQW Y8, Y8, Y8; \
	VPSUBW Y8, Y13, Y13; \
	MOVE(Y13, Y9, Y10); \
	JMP    filtered; \
strong: \
	VPADDW    Y2, Y2, Y8; \
	VPADDW    Y3, Y8, Y8; \
	VPADDW    Y5, Y8, Y8; \
	VPADDW    two<>(SB), Y8, Y8; \
	VPSRLW    $2, Y8, Y8; \
	VPADDW    Y5, Y5, Y9; \
	VPADDW    Y4, Y9, Y9; \
	VPADDW    Y2, Y9, Y9; \
	VPADDW    two<>(SB), Y9, Y9; \
	VPSRLW    $2, Y9, Y9; \
	VPBLENDVB Y12, Y8, Y3, Y3; \
	VPBLENDVB Y12, Y9, Y4, Y4; \
filtered: \
	PACK(Y3, X3); \
	PACK(Y4, X4)

// ROW loads eight samples of Cb and eight of Cr.
#define ROW(m, n, x, y) \
	VMOVQ     m, x; \
	VMOVHPS   n, x, x; \
	VPMOVZXBW x, y

// func chromaRowsAVX2(cb, cr *byte, stride int, t *[2]Thresholds, s *Strengths)
// SI and R10 are p1 of Cb and of Cr.
TEXT ·chromaRowsAVX2(SB), NOSPLIT, $0-40
	MOVQ    cb+0(FP), DI
	MOVQ    cr+8(FP), R11
	MOVQ    stride+16(FP), R8
	MOVQ    t+24(FP), BX
	MOVQ    s+32(FP), DX
	MOVQ    DI, SI
	MOVQ    R11, R10
	SUBQ    R8, SI
	SUBQ    R8, SI
	SUBQ    R8, R10
	SUBQ    R8, R10
	CHROMA_LIMITS
	ROW((SI), (R10), X2, Y2)
	ROW((SI)(R8*1), (R10)(R8*1), X3, Y3)
	ROW((DI), (R11), X4, Y4)
	ROW((DI)(R8*1), (R11)(R8*1), X5, Y5)
	MASK
	VPTEST  Y12, Y12
	JZ      done
	CHROMA(strong, filtered)
	VMOVQ   X3, (SI)(R8*1)
	VMOVHPS X3, (R10)(R8*1)
	VMOVQ   X4, (DI)
	VMOVHPS X4, (R11)

done:
	VZEROUPPER
	RET

// FOUR loads four rows of four samples and transposes them.
#define FOUR(r0, r1, r2, r3, x) \
	VMOVD   r0, x; \
	VPINSRD $1, r1, x, x; \
	VPINSRD $2, r2, x, x; \
	VPINSRD $3, r3, x, x; \
	VPSHUFB square<>(SB), x, x

// PUT stores the eight words of x, p0 and q0 of a row each.
#define PUT(x, a, b) \
	VPEXTRW $0, x, 1(a); \
	VPEXTRW $1, x, 1(a)(R8*1); \
	VPEXTRW $2, x, 1(a)(R8*2); \
	VPEXTRW $3, x, 1(a)(R9*1); \
	VPEXTRW $4, x, 1(b); \
	VPEXTRW $5, x, 1(b)(R8*1); \
	VPEXTRW $6, x, 1(b)(R8*2); \
	VPEXTRW $7, x, 1(b)(R9*1)

// func chromaColumnsAVX2(cb, cr *byte, stride int, t *[2]Thresholds, s *Strengths)
// SI and DI are rows 0 and 4 of Cb, R10 and R11 of Cr, from p1 on.
TEXT ·chromaColumnsAVX2(SB), NOSPLIT, $0-40
	MOVQ    cb+0(FP), SI
	MOVQ    cr+8(FP), R10
	MOVQ    stride+16(FP), R8
	MOVQ    t+24(FP), BX
	MOVQ    s+32(FP), DX
	SUBQ    $2, SI
	SUBQ    $2, R10
	LEAQ    (R8)(R8*2), R9
	LEAQ    (SI)(R8*4), DI
	LEAQ    (R10)(R8*4), R11
	CHROMA_LIMITS
	FOUR((SI), (SI)(R8*1), (SI)(R8*2), (SI)(R9*1), X0)
	FOUR((DI), (DI)(R8*1), (DI)(R8*2), (DI)(R9*1), X1)
	FOUR((R10), (R10)(R8*1), (R10)(R8*2), (R10)(R9*1), X2)
	FOUR((R11), (R11)(R8*1), (R11)(R8*2), (R11)(R9*1), X3)
	VPUNPCKLDQ  X1, X0, X4
	VPUNPCKHDQ  X1, X0, X5
	VPUNPCKLDQ  X3, X2, X6
	VPUNPCKHDQ  X3, X2, X7
	VPUNPCKLQDQ X6, X4, X2
	VPUNPCKHQDQ X6, X4, X3
	VPUNPCKLQDQ X7, X5, X4
	VPUNPCKHQDQ X7, X5, X5
	VPMOVZXBW X2, Y2
	VPMOVZXBW X3, Y3
	VPMOVZXBW X4, Y4
	VPMOVZXBW X5, Y5
	MASK
	VPTEST  Y12, Y12
	JZ      done
	CHROMA(strong, filtered)
	VPUNPCKLBW X4, X3, X0
	VPUNPCKHBW X4, X3, X1
	PUT(X0, SI, DI)
	PUT(X1, R10, R11)

done:
	VZEROUPPER
	RET

//go:build !purego

#include "textflag.h"

#define WORDS(name, word) \
	DATA name<>+0(SB)/8, word; \
	DATA name<>+8(SB)/8, word; \
	GLOBL name<>(SB), RODATA|NOPTR, $16

WORDS(cosMinusOne, $0x4e7b4e7b4e7b4e7b) // 20091
WORDS(sinMinusOne, $0x8a8c8a8c8a8c8a8c) // 35468-65536, for PMULHW is signed
WORDS(roundWords, $0x0004000400040004)
WORDS(reach, $0x2000200020002000)
WORDS(beyondReach, $0xc000c000c000c000)
WORDS(roundY2, $0x0003000300030003)
WORDS(oneBytes, $0x0101010101010101)

// PASS is one pass of the inverse DCT (RFC 6386 14.3) over the words of X0 to X3. Sums wrap at 16 bits. It leaves the
// result in X0, X4, X5 and X6.
#define PASS \
	MOVO   X0, X4; \
	PADDW  X2, X0; \
	PSUBW  X2, X4; \
	MOVO   X1, X5; \
	PMULHW sinMinusOne<>(SB), X5; \
	PADDW  X1, X5; \
	MOVO   X1, X6; \
	PMULHW cosMinusOne<>(SB), X6; \
	PADDW  X1, X6; \
	MOVO   X3, X7; \
	PMULHW cosMinusOne<>(SB), X7; \
	PADDW  X3, X7; \
	PSUBW  X7, X5; \
	MOVO   X3, X7; \
	PMULHW sinMinusOne<>(SB), X7; \
	PADDW  X3, X7; \
	PADDW  X7, X6; \
	/* X0 is a, X4 b, X5 c and X6 d. */ \
	MOVO   X0, X1; \
	PADDW  X6, X0; \
	PSUBW  X6, X1; \
	MOVO   X4, X2; \
	PADDW  X5, X4; \
	PSUBW  X5, X2; \
	MOVO   X2, X5; \
	MOVO   X1, X6

// TRANSPOSE turns four rows of four words in X0, X4, X5 and X6 into columns: 0 and 1 in X0, 2 and 3 in X2.
#define TRANSPOSE \
	PUNPCKLWL X4, X0; \
	PUNPCKLWL X6, X5; \
	MOVO      X0, X2; \
	PUNPCKLLQ X5, X0; \
	PUNPCKHLQ X5, X2

// ADD_ROWS adds the two rows of four words in x to the samples at r0 and r1. X15 is zero.
#define ADD_ROWS(x, r0, r1) \
	MOVL      r0, X4; \
	MOVL      r1, X5; \
	PUNPCKLLQ X5, X4; \
	PUNPCKLBW X15, X4; \
	PADDW     X4, x; \
	PACKUSWB  x, x; \
	MOVL      x, r0; \
	PSRLO     $4, x; \
	MOVL      x, r1

// func inverseDCTSSE2(coeffs *[16]int16, pix *byte, stride int) bool
TEXT ·inverseDCTSSE2(SB), NOSPLIT, $0-25
	MOVQ coeffs+0(FP), AX
	MOVQ pix+8(FP), DI
	MOVQ stride+16(FP), DX
	LEAQ (DX)(DX*2), R10
	PXOR X15, X15
	MOVQ 0(AX), X0
	MOVQ 8(AX), X1
	MOVQ 16(AX), X2
	MOVQ 24(AX), X3
	PASS
	TRANSPOSE

	// The second pass is right as long as its input is within -8192 to 8191: no sum exceeds 3.85*8192+4 then.
	MOVO     X0, X4
	MOVO     X2, X5
	PADDW    reach<>(SB), X4
	PADDW    reach<>(SB), X5
	POR      X5, X4
	PAND     beyondReach<>(SB), X4
	PCMPEQB  X15, X4
	PMOVMSKB X4, BX
	CMPL     BX, $0xffff
	JNE      beyond

	MOVOU X15, 0(AX)
	MOVOU X15, 16(AX)
	MOVO  X0, X1
	MOVO  X2, X3
	PSRLO $8, X1
	PSRLO $8, X3
	PADDW roundWords<>(SB), X0
	PASS
	TRANSPOSE
	PSRAW $3, X0
	PSRAW $3, X2
	ADD_ROWS(X0, (DI), (DI)(DX*1))
	ADD_ROWS(X2, (DI)(DX*2), (DI)(R10*1))
	MOVB $1, ret+24(FP)
	RET

beyond:
	MOVB $0, ret+24(FP)
	RET

// TAKE_DC takes the DC coefficients of the four blocks at AX, and leaves in X0 what to add to their samples, four bytes
// each, and in X1 what to subtract.
#define TAKE_DC \
	PXOR      X0, X0; \
	PINSRW    $0, 0(AX), X0; \
	PINSRW    $1, 32(AX), X0; \
	PINSRW    $2, 64(AX), X0; \
	PINSRW    $3, 96(AX), X0; \
	XORL      BX, BX; \
	MOVW      BX, 0(AX); \
	MOVW      BX, 32(AX); \
	MOVW      BX, 64(AX); \
	MOVW      BX, 96(AX); \
	PADDSW    roundWords<>(SB), X0; \
	PSRAW     $3, X0; \
	PXOR      X1, X1; \
	PSUBW     X0, X1; \
	PACKUSWB  X0, X0; \
	PACKUSWB  X1, X1; \
	PUNPCKLBW X0, X0; \
	PUNPCKLBW X1, X1; \
	PUNPCKLWL X0, X0; \
	PUNPCKLWL X1, X1

#define ADD16(m) \
	MOVOU   m, X2; \
	PADDUSB X0, X2; \
	PSUBUSB X1, X2; \
	MOVOU   X2, m

#define ADD8(m) \
	MOVQ    m, X2; \
	PADDUSB X0, X2; \
	PSUBUSB X1, X2; \
	MOVQ    X2, m

// func addDCRowSSE2(blocks *[4][16]int16, pix *byte, stride int)
TEXT ·addDCRowSSE2(SB), NOSPLIT, $0-24
	MOVQ blocks+0(FP), AX
	MOVQ pix+8(FP), DI
	MOVQ stride+16(FP), DX
	LEAQ (DX)(DX*2), R10
	TAKE_DC
	ADD16((DI))
	ADD16((DI)(DX*1))
	ADD16((DI)(DX*2))
	ADD16((DI)(R10*1))
	RET

// func addDCSquareSSE2(blocks *[4][16]int16, pix *byte, stride int)
TEXT ·addDCSquareSSE2(SB), NOSPLIT, $0-24
	MOVQ blocks+0(FP), AX
	MOVQ pix+8(FP), DI
	MOVQ stride+16(FP), DX
	LEAQ (DX)(DX*2), R10
	TAKE_DC
	ADD8((DI))
	ADD8((DI)(DX*1))
	ADD8((DI)(DX*2))
	ADD8((DI)(R10*1))
	LEAQ (DI)(DX*4), DI
	PSRLO $8, X0
	PSRLO $8, X1
	ADD8((DI))
	ADD8((DI)(DX*1))
	ADD8((DI)(DX*2))
	ADD8((DI)(R10*1))
	RET

// WIDE_PASS is PASS over the words of Y0 to Y3, four blocks at once. It leaves the result in Y0 to Y3.
#define WIDE_PASS \
	VPADDW  Y2, Y0, Y4; \
	VPSUBW  Y2, Y0, Y5; \
	VPMULHW Y15, Y1, Y6; \
	VPADDW  Y1, Y6, Y6; \
	VPMULHW Y14, Y3, Y7; \
	VPADDW  Y3, Y7, Y7; \
	VPSUBW  Y7, Y6, Y6; \
	VPMULHW Y14, Y1, Y7; \
	VPADDW  Y1, Y7, Y7; \
	VPMULHW Y15, Y3, Y8; \
	VPADDW  Y3, Y8, Y8; \
	VPADDW  Y8, Y7, Y7; \
	VPADDW  Y7, Y4, Y0; \
	VPADDW  Y6, Y5, Y1; \
	VPSUBW  Y6, Y5, Y2; \
	VPSUBW  Y7, Y4, Y3

// WIDE_TRANSPOSE turns the rows of four blocks in Y0 to Y3 into columns.
#define WIDE_TRANSPOSE \
	VPUNPCKLWD  Y1, Y0, Y4; \
	VPUNPCKHWD  Y1, Y0, Y5; \
	VPUNPCKLWD  Y3, Y2, Y6; \
	VPUNPCKHWD  Y3, Y2, Y7; \
	VPUNPCKLDQ  Y6, Y4, Y0; \
	VPUNPCKHDQ  Y6, Y4, Y2; \
	VPUNPCKLDQ  Y7, Y5, Y1; \
	VPUNPCKHDQ  Y7, Y5, Y3; \
	VPUNPCKHQDQ Y1, Y0, Y4; \
	VPUNPCKLQDQ Y1, Y0, Y0; \
	VPUNPCKHQDQ Y3, Y2, Y5; \
	VPUNPCKLQDQ Y3, Y2, Y2; \
	VMOVDQA     Y4, Y1; \
	VMOVDQA     Y5, Y3

// WIDE_ADD adds two rows of words to the samples at p0 and p1, and at h0 and h1 with the upper half.
#define WIDE_ADD(x0, x1, p0, h0, p1, h1) \
	VPMOVZXBW    p0, X4; \
	VPMOVZXBW    h0, X5; \
	VINSERTI128  $1, X5, Y4, Y4; \
	VPMOVZXBW    p1, X6; \
	VPMOVZXBW    h1, X7; \
	VINSERTI128  $1, X7, Y6, Y6; \
	VPSRAW       $3, x0, x0; \
	VPSRAW       $3, x1, x1; \
	VPADDW       Y4, x0, x0; \
	VPADDW       Y6, x1, x1; \
	VPACKUSWB    x1, x0, Y4; \
	VEXTRACTI128 $1, Y4, X5; \
	VMOVQ        X4, p0; \
	VMOVHPS      X4, p1; \
	VMOVQ        X5, h0; \
	VMOVHPS      X5, h1

// func addFourAVX2(blocks *[4][16]int16, pix *byte, stride, half int) bool
TEXT ·addFourAVX2(SB), NOSPLIT, $0-33
	MOVQ blocks+0(FP), AX
	MOVQ pix+8(FP), DI
	MOVQ stride+16(FP), DX
	MOVQ half+24(FP), SI
	LEAQ (DX)(DX*2), R10
	ADDQ DI, SI
	VPBROADCASTW cosMinusOne<>(SB), Y14
	VPBROADCASTW sinMinusOne<>(SB), Y15
	VPXOR        Y13, Y13, Y13

	// Rows of blocks 0 and 1 to the lower halves, of 2 and 3 to the upper ones.
	VMOVDQU     0(AX), X4
	VINSERTI128 $1, 64(AX), Y4, Y4
	VMOVDQU     32(AX), X5
	VINSERTI128 $1, 96(AX), Y5, Y5
	VMOVDQU     16(AX), X6
	VINSERTI128 $1, 80(AX), Y6, Y6
	VMOVDQU     48(AX), X7
	VINSERTI128 $1, 112(AX), Y7, Y7
	VPUNPCKLQDQ Y5, Y4, Y0
	VPUNPCKHQDQ Y5, Y4, Y1
	VPUNPCKLQDQ Y7, Y6, Y2
	VPUNPCKHQDQ Y7, Y6, Y3
	WIDE_PASS
	WIDE_TRANSPOSE

	// The second pass is right as long as its input is within -8192 to 8191: no sum exceeds 3.85*8192+4 then.
	VPBROADCASTW reach<>(SB), Y12
	VPBROADCASTW beyondReach<>(SB), Y11
	VPADDW       Y12, Y0, Y4
	VPADDW       Y12, Y1, Y5
	VPADDW       Y12, Y2, Y6
	VPADDW       Y12, Y3, Y7
	VPOR         Y5, Y4, Y4
	VPOR         Y7, Y6, Y6
	VPOR         Y6, Y4, Y4
	VPTEST       Y11, Y4
	JNZ          beyond4

	VMOVDQU      Y13, 0(AX)
	VMOVDQU      Y13, 32(AX)
	VMOVDQU      Y13, 64(AX)
	VMOVDQU      Y13, 96(AX)
	VPBROADCASTW roundWords<>(SB), Y12
	VPADDW       Y12, Y0, Y0
	WIDE_PASS
	WIDE_TRANSPOSE
	WIDE_ADD(Y0, Y1, (DI), (SI), (DI)(DX*1), (SI)(DX*1))
	WIDE_ADD(Y2, Y3, (DI)(DX*2), (SI)(DX*2), (DI)(R10*1), (SI)(R10*1))
	VZEROUPPER
	MOVB $1, ret+32(FP)
	RET

beyond4:
	VZEROUPPER
	MOVB $0, ret+32(FP)
	RET

// WHT_PASS is one pass of the inverse WHT over the words of X0 to X3.
#define WHT_PASS \
	VPADDW X3, X0, X4; \
	VPADDW X2, X1, X5; \
	VPSUBW X2, X1, X6; \
	VPSUBW X3, X0, X7; \
	VPADDW X5, X4, X0; \
	VPADDW X7, X6, X1; \
	VPSUBW X5, X4, X2; \
	VPSUBW X6, X7, X3

// DC4 stores the four words of x as the DC coefficients of four blocks, four blocks apart.
#define DC4(x, at) \
	VPSRAW  $3, x, x; \
	VPEXTRW $0, x, (at+0)(DI); \
	VPEXTRW $1, x, (at+128)(DI); \
	VPEXTRW $2, x, (at+256)(DI); \
	VPEXTRW $3, x, (at+384)(DI)

// func spreadY2AVX2(y2 *[16]int16, blocks *[16][16]int16, ends *[16]uint8) bool
TEXT ·spreadY2AVX2(SB), NOSPLIT, $0-25
	MOVQ  y2+0(FP), AX
	MOVQ  blocks+8(FP), DI
	MOVQ  ends+16(FP), BX
	VMOVQ 0(AX), X0
	VMOVQ 8(AX), X1
	VMOVQ 16(AX), X2
	VMOVQ 24(AX), X3
	WHT_PASS

	// Columns.
	VPUNPCKLWD  X1, X0, X4
	VPUNPCKLWD  X3, X2, X5
	VPUNPCKLDQ  X5, X4, X0
	VPUNPCKHDQ  X5, X4, X2
	VPSRLDQ     $8, X0, X1
	VPSRLDQ     $8, X2, X3

	// Sums of four are right as long as all are within -8192 to 8191.
	VMOVDQU reach<>(SB), X8
	VPADDW  X8, X0, X4
	VPADDW  X8, X2, X5
	VPOR    X5, X4, X4
	VPTEST  beyondReach<>(SB), X4
	JNZ     beyondY2

	VPXOR        X13, X13, X13
	VMOVDQU      X13, 0(AX)
	VMOVDQU      X13, 16(AX)
	VPADDW       roundY2<>(SB), X0, X0
	WHT_PASS
	DC4(X0, 0)
	DC4(X1, 32)
	DC4(X2, 64)
	DC4(X3, 96)
	VMOVDQU (BX), X0
	VPMAXUB oneBytes<>(SB), X0, X0
	VMOVDQU X0, (BX)
	VZEROUPPER
	MOVB $1, ret+24(FP)
	RET

beyondY2:
	VZEROUPPER
	MOVB $0, ret+24(FP)
	RET

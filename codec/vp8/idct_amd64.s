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

//go:build !purego

#include "textflag.h"

DATA half<>+0(SB)/8, $0x0040004000400040
DATA half<>+8(SB)/8, $0x0040004000400040
GLOBL half<>(SB), RODATA|NOPTR, $16

// The six-tap filters (RFC 6386 18.3) with SSE2: eight samples at a time as words, multiplied by the taps in X8 to X13,
// of which the second and the fifth are subtracted. The sum of all but the fourth fits a signed word, for any filter and
// samples; adding the fourth may saturate, which is far above 255 after the division, as is the right sum. X15 is zero,
// X14 is one half. AX says whether the first and the last tap are other than zero.

// TAPS loads the taps from BX.
#define TAPS \
	PXOR       X15, X15; \
	MOVL       (BX), X0; \
	MOVWLZX    4(BX), AX; \
	MOVL       AX, X1; \
	PUNPCKLBW  X15, X0; \
	PUNPCKLBW  X15, X1; \
	PSHUFLW    $0x00, X0, X8; \
	PSHUFLW    $0x55, X0, X9; \
	PSHUFLW    $0xaa, X0, X10; \
	PSHUFLW    $0xff, X0, X11; \
	PSHUFLW    $0x00, X1, X12; \
	PSHUFLW    $0x55, X1, X13; \
	PUNPCKLQDQ X8, X8; \
	PUNPCKLQDQ X9, X9; \
	PUNPCKLQDQ X10, X10; \
	PUNPCKLQDQ X11, X11; \
	PUNPCKLQDQ X12, X12; \
	PUNPCKLQDQ X13, X13; \
	MOVOU      half<>(SB), X14; \
	MOVBLZX    (BX), AX

// TAP is x = tap times eight samples at m.
#define TAP(m, tap, x) \
	MOVQ      m, x; \
	PUNPCKLBW X15, x; \
	PMULLW    tap, x

// INNER starts the sum in X0 with the second, third and fifth tap, and leaves the fourth in X5. OUTER adds the first and
// the last.
#define INNER(m1, m2, m3, m4) \
	TAP(m2, X10, X0); \
	TAP(m1, X9, X1); \
	TAP(m4, X12, X4); \
	TAP(m3, X11, X5); \
	PADDW X14, X0; \
	PSUBW X1, X0; \
	PSUBW X4, X0

#define OUTER(m0, m5) \
	TAP(m0, X8, X1); \
	TAP(m5, X13, X4); \
	PADDW X1, X0; \
	PADDW X4, X0

// FINISH makes samples of the sum.
#define FINISH \
	PADDSW   X5, X0; \
	PSRAW    $7, X0; \
	PACKUSWB X0, X0

// func sixtapRowsSSE2(dst *byte, dstStride int, src *byte, srcStride, w, h int, taps *[6]uint8)
TEXT ·sixtapRowsSSE2(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), R8
	MOVQ dstStride+8(FP), DX
	MOVQ src+16(FP), R9
	MOVQ srcStride+24(FP), R10
	MOVQ w+32(FP), R11
	MOVQ taps+48(FP), BX
	TAPS

columns:
	MOVQ R8, DI
	MOVQ R9, SI
	MOVQ h+40(FP), CX

row:
	INNER(1(SI), 2(SI), 3(SI), 4(SI))
	TESTL AX, AX
	JZ    finish
	OUTER(0(SI), 5(SI))

finish:
	FINISH
	ADDQ R10, SI
	CMPQ R11, $4
	JEQ  four
	MOVQ X0, (DI)
	ADDQ DX, DI
	DECQ CX
	JNZ  row
	ADDQ $8, R8
	ADDQ $8, R9
	SUBQ $8, R11
	JNZ  columns
	RET

four:
	MOVL X0, (DI)
	ADDQ DX, DI
	DECQ CX
	JNZ  row
	RET

// func sixtapColumnsSSE2(dst *byte, dstStride int, src *byte, srcStride, w, h int, taps *[6]uint8)
TEXT ·sixtapColumnsSSE2(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), R8
	MOVQ dstStride+8(FP), DX
	MOVQ src+16(FP), R9
	MOVQ srcStride+24(FP), R10
	MOVQ w+32(FP), R11
	MOVQ taps+48(FP), BX
	LEAQ (R10)(R10*2), R12
	TAPS

columns:
	MOVQ R8, DI
	MOVQ R9, SI
	LEAQ (R9)(R12*1), R13 // three rows on
	MOVQ h+40(FP), CX

row:
	INNER((SI)(R10*1), (SI)(R10*2), (R13), (R13)(R10*1))
	TESTL AX, AX
	JZ    finish
	OUTER((SI), (R13)(R10*2))

finish:
	FINISH
	ADDQ R10, SI
	ADDQ R10, R13
	CMPQ R11, $4
	JEQ  four
	MOVQ X0, (DI)
	ADDQ DX, DI
	DECQ CX
	JNZ  row
	ADDQ $8, R8
	ADDQ $8, R9
	SUBQ $8, R11
	JNZ  columns
	RET

four:
	MOVL X0, (DI)
	ADDQ DX, DI
	DECQ CX
	JNZ  row
	RET

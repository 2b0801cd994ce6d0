//go:build !purego

#include "textflag.h"

// The simple loop filter with SSE2, 16 samples along an edge at a time. Names are those of RFC 6386 15:
//
//	X2 p1  X3 p0 | X4 q0  X5 q1  X13 limit of the step across the edge  X8 to X12 scratch
//
// and the general registers are
//
//	R8 first row  DX distance of rows  R10 3*DX  R11, R9, R12 rows 4, 8 and 12  CX edges left

#define BYTES(name, word) \
	DATA name<>+0(SB)/8, word; \
	DATA name<>+8(SB)/8, word; \
	GLOBL name<>(SB), RODATA|NOPTR, $16

BYTES(sign, $0x8080808080808080)
BYTES(three, $0x0303030303030303)
BYTES(four, $0x0404040404040404)
BYTES(sixteen, $0x1010101010101010)
BYTES(highFive, $0xf8f8f8f8f8f8f8f8)
BYTES(highSeven, $0xfefefefefefefefe)

// BROADCAST fills x with the low byte of the 32-bit number at m.
#define BROADCAST(m, x) \
	MOVL       m, x; \
	PUNPCKLBW  x, x; \
	PSHUFLW    $0, x, x; \
	PUNPCKLQDQ x, x

// ABSDIFF is d = |a-b| in unsigned bytes.
#define ABSDIFF(a, b, d, scratch) \
	MOVO    a, d; \
	MOVO    b, scratch; \
	PSUBUSB b, d; \
	PSUBUSB a, scratch; \
	POR     scratch, d

// STEP is d = 2*|p0-q0| + |p1-q1|/2, limited to 255, which is more than any limit.
#define STEP(d, s, scratch) \
	ABSDIFF(X3, X4, d, scratch); \
	ABSDIFF(X2, X5, s, scratch); \
	PADDUSB d, d; \
	PAND    highSeven<>(SB), s; \
	PSRLW   $1, s; \
	PADDUSB s, d

// SHIFT3 divides signed bytes by 8.
#define SHIFT3(x) \
	PAND  highFive<>(SB), x; \
	PSRLW $3, x; \
	PXOR  sixteen<>(SB), x; \
	PSUBB sixteen<>(SB), x

// SIGN4 subtracts 128 from p1, p0, q0 and q1, or adds it.
#define SIGN4 \
	PXOR sign<>(SB), X2; \
	PXOR sign<>(SB), X3; \
	PXOR sign<>(SB), X4; \
	PXOR sign<>(SB), X5

// ADJUST moves p0 and q0 by a: q0 by the f = (a+4)/8 that it leaves in a, p0 by (a+3)/8.
#define ADJUST(a, scratch) \
	MOVO   a, scratch; \
	PADDSB four<>(SB), a; \
	PADDSB three<>(SB), scratch; \
	SHIFT3(a); \
	SHIFT3(scratch); \
	PSUBSB a, X4; \
	PADDSB scratch, X3

// FILTER_SIMPLE is the simple filter, of X2 to X5 only, by the limit in X13. It leaves its mask in X8 and jumps to skip
// if that is empty.
#define FILTER_SIMPLE(skip) \
	STEP(X8, X9, X10); \
	PSUBUSB  X13, X8; \
	PXOR     X10, X10; \
	PCMPEQB  X10, X8; \
	PMOVMSKB X8, AX; \
	TESTL    AX, AX; \
	JZ       skip; \
	SIGN4; \
	MOVO     X2, X10; \
	MOVO     X4, X11; \
	PSUBSB   X5, X10; \
	PSUBSB   X3, X11; \
	PADDSB   X11, X10; \
	PADDSB   X11, X10; \
	PADDSB   X11, X10; \
	PAND     X8, X10; \
	ADJUST(X10, X11); \
	SIGN4

// QUADS stores four rows of four samples from p on.
#define QUADS(x, p) \
	MOVL  x, (p); \
	PSRLO $4, x; \
	MOVL  x, (p)(DX*1); \
	PSRLO $4, x; \
	MOVL  x, (p)(DX*2); \
	PSRLO $4, x; \
	MOVL  x, (p)(R10*1)

// STORE_COLUMNS stores the columns X2 to X5.
#define STORE_COLUMNS \
	MOVO      X2, X8; \
	PUNPCKLBW X3, X8; \
	PUNPCKHBW X3, X2; \
	MOVO      X4, X9; \
	PUNPCKLBW X5, X9; \
	PUNPCKHBW X5, X4; \
	MOVO      X8, X10; \
	PUNPCKLWL X9, X8; \
	PUNPCKHWL X9, X10; \
	MOVO      X2, X11; \
	PUNPCKLWL X4, X2; \
	PUNPCKHWL X4, X11; \
	QUADS(X8, R8); \
	QUADS(X10, R11); \
	QUADS(X2, R9); \
	QUADS(X11, R12)

// LOAD_QUADS loads four rows of four samples from p and leaves them by column in x.
#define LOAD_QUADS(p, x, scratch) \
	MOVL      (p), x; \
	MOVL      (p)(DX*1), scratch; \
	PUNPCKLBW scratch, x; \
	MOVL      (p)(DX*2), X12; \
	MOVL      (p)(R10*1), scratch; \
	PUNPCKLBW scratch, X12; \
	PUNPCKLWL X12, x

// ROWS_ON sets R10 to R12 by R8, R9 and DX.
#define ROWS_ON \
	LEAQ (DX)(DX*2), R10; \
	LEAQ (R8)(DX*4), R11; \
	LEAQ (R9)(DX*4), R12

// func filterSimpleRowsSSE2(pix *byte, stride, n int, limit int32)
TEXT ·filterSimpleRowsSSE2(SB), NOSPLIT, $0-28
	MOVQ pix+0(FP), R8
	MOVQ stride+8(FP), DX
	MOVQ n+16(FP), CX
	LEAQ (DX)(DX*2), R10
	BROADCAST(limit+24(FP), X13)

loop:
	MOVOU (R8), X2
	MOVOU (R8)(DX*1), X3
	MOVOU (R8)(DX*2), X4
	MOVOU (R8)(R10*1), X5
	FILTER_SIMPLE(next)
	MOVOU X3, (R8)(DX*1)
	MOVOU X4, (R8)(DX*2)

next:
	LEAQ (R8)(DX*4), R8
	DECQ CX
	JNZ  loop
	RET

// func filterSimpleColumnsSSE2(pix *byte, stride, n int, limit int32)
TEXT ·filterSimpleColumnsSSE2(SB), NOSPLIT, $0-28
	MOVQ pix+0(FP), R8
	MOVQ stride+8(FP), DX
	MOVQ n+16(FP), CX
	LEAQ (R8)(DX*8), R9
	ROWS_ON
	BROADCAST(limit+24(FP), X13)

loop:
	LOAD_QUADS(R8, X2, X8)
	LOAD_QUADS(R11, X3, X8)
	LOAD_QUADS(R9, X4, X8)
	LOAD_QUADS(R12, X5, X8)
	MOVO       X2, X8
	PUNPCKLLQ  X3, X2
	PUNPCKHLQ  X3, X8
	MOVO       X4, X9
	PUNPCKLLQ  X5, X4
	PUNPCKHLQ  X5, X9
	MOVO       X2, X3
	PUNPCKLQDQ X4, X2
	PUNPCKHQDQ X4, X3
	MOVO       X8, X4
	PUNPCKLQDQ X9, X4
	PUNPCKHQDQ X9, X8
	MOVO       X8, X5
	FILTER_SIMPLE(next)
	STORE_COLUMNS

next:
	ADDQ $4, R8
	ADDQ $4, R9
	ADDQ $4, R11
	ADDQ $4, R12
	DECQ CX
	JNZ  loop
	RET

//go:build !purego

#include "textflag.h"

// The loop filter with SSE2. A kernel filters two runs of eight samples along an edge at once, which fill a register:
// the two halves of an edge of luma, or the same edge of both chroma planes. Names are those of RFC 6386 15:
//
//	X0 p3  X1 p2  X2 p1  X3 p0 | X4 q0  X5 q1  X6 q2  X7 q3
//	X13 limit of the step across the edge  X14 interior limit  X15 variance limit
//	X8 to X12 scratch
//
// and the general registers are
//
//	R8, R9 first and second run  DX distance of rows  R10 3*DX  R11, R12 R8+4*DX, R9+4*DX  CX edges left

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
BYTES(nineHigh, $0x0900090009000900)
BYTES(sixtyThree, $0x003f003f003f003f)

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

// MASKS sets X8 to ff where the edge is to be filtered, and X9 to ff where its variance is not high.
#define MASKS \
	ABSDIFF(X2, X3, X9, X10); \
	ABSDIFF(X5, X4, X11, X10); \
	PMAXUB  X11, X9; \
	MOVO    X9, X8; \
	ABSDIFF(X0, X1, X11, X10); \
	PMAXUB  X11, X8; \
	ABSDIFF(X1, X2, X11, X10); \
	PMAXUB  X11, X8; \
	ABSDIFF(X7, X6, X11, X10); \
	PMAXUB  X11, X8; \
	ABSDIFF(X6, X5, X11, X10); \
	PMAXUB  X11, X8; \
	PSUBUSB X14, X8; \
	STEP(X11, X12, X10); \
	PSUBUSB X13, X11; \
	POR     X11, X8; \
	PXOR    X10, X10; \
	PCMPEQB X10, X8; \
	PSUBUSB X15, X9; \
	PCMPEQB X10, X9

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

// ROUND7 packs the words of lo and hi, with 63 added and divided by 128, into lo.
#define ROUND7(lo, hi) \
	PADDW    sixtyThree<>(SB), lo; \
	PADDW    sixtyThree<>(SB), hi; \
	PSRAW    $7, lo; \
	PSRAW    $7, hi; \
	PACKSSWB hi, lo

// FILTER_MACROBLOCK filters the edge of a macroblock where the masks in X8 and X9 say so.
#define FILTER_MACROBLOCK \
	PXOR      sign<>(SB), X1; \
	SIGN4; \
	PXOR      sign<>(SB), X6; \
	MOVO      X2, X10; \
	MOVO      X4, X11; \
	PSUBSB    X5, X10; \
	PSUBSB    X3, X11; \
	PADDSB    X11, X10; \
	PADDSB    X11, X10; \
	PADDSB    X11, X10; \
	PAND      X8, X10; \
	MOVO      X9, X8; \
	PANDN     X10, X8; \
	PAND      X9, X10; \
	ADJUST(X8, X11); \
	/* 9, 18 and 27 times X10 as words. */ \
	PXOR      X8, X8; \
	PXOR      X9, X9; \
	PUNPCKLBW X10, X8; \
	PUNPCKHBW X10, X9; \
	PMULHW    nineHigh<>(SB), X8; \
	PMULHW    nineHigh<>(SB), X9; \
	MOVO      X8, X10; \
	MOVO      X9, X11; \
	ROUND7(X10, X11); \
	PADDSB    X10, X1; \
	PSUBSB    X10, X6; \
	MOVO      X8, X10; \
	MOVO      X9, X11; \
	PADDW     X10, X10; \
	PADDW     X11, X11; \
	PADDW     X10, X8; \
	PADDW     X11, X9; \
	ROUND7(X10, X11); \
	PADDSB    X10, X2; \
	PSUBSB    X10, X5; \
	ROUND7(X8, X9); \
	PADDSB    X8, X3; \
	PSUBSB    X8, X4; \
	PXOR      sign<>(SB), X1; \
	SIGN4; \
	PXOR      sign<>(SB), X6

// FILTER_INNER does the same for an edge inside. PAVGB with 128 on both sides is (f+1)/2.
#define FILTER_INNER \
	SIGN4; \
	MOVO   X2, X10; \
	PSUBSB X5, X10; \
	MOVO   X9, X11; \
	PANDN  X10, X11; \
	MOVO   X4, X10; \
	PSUBSB X3, X10; \
	PADDSB X10, X11; \
	PADDSB X10, X11; \
	PADDSB X10, X11; \
	PAND   X8, X11; \
	ADJUST(X11, X10); \
	PXOR   sign<>(SB), X11; \
	PAVGB  sign<>(SB), X11; \
	PXOR   sign<>(SB), X11; \
	PAND   X9, X11; \
	PADDSB X11, X2; \
	PSUBSB X11, X5; \
	SIGN4

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

// ROW loads a row of both runs, UNROW stores it.
#define ROW(a, b, x) \
	MOVQ   a, x; \
	MOVHPS b, x

#define UNROW(x, a, b) \
	MOVQ   x, a; \
	MOVHPS x, b

#define LOAD_ROWS \
	ROW((R8), (R9), X0); \
	ROW((R8)(DX*1), (R9)(DX*1), X1); \
	ROW((R8)(DX*2), (R9)(DX*2), X2); \
	ROW((R8)(R10*1), (R9)(R10*1), X3); \
	ROW((R11), (R12), X4); \
	ROW((R11)(DX*1), (R12)(DX*1), X5); \
	ROW((R11)(DX*2), (R12)(DX*2), X6); \
	ROW((R11)(R10*1), (R12)(R10*1), X7)

// COLUMNS loads eight rows of eight samples from p, and from p4 four rows on, and leaves them by column: 0 and 1 in c01,
// and so on.
#define COLUMNS(p, p4, c01, c23, c45, c67, scratch) \
	MOVQ      (p), c01; \
	MOVQ      (p)(DX*1), c45; \
	PUNPCKLBW c45, c01; \
	MOVQ      (p)(DX*2), c67; \
	MOVQ      (p)(R10*1), c45; \
	PUNPCKLBW c45, c67; \
	MOVQ      (p4), scratch; \
	MOVQ      (p4)(DX*1), c45; \
	PUNPCKLBW c45, scratch; \
	MOVQ      (p4)(DX*2), c23; \
	MOVQ      (p4)(R10*1), c45; \
	PUNPCKLBW c45, c23; \
	MOVO      c01, c45; \
	PUNPCKLWL c67, c01; \
	PUNPCKHWL c67, c45; \
	MOVO      scratch, c67; \
	PUNPCKLWL c23, c67; \
	PUNPCKHWL c23, scratch; \
	MOVO      c01, c23; \
	PUNPCKLLQ c67, c01; \
	PUNPCKHLQ c67, c23; \
	MOVO      c45, c67; \
	PUNPCKLLQ scratch, c45; \
	PUNPCKHLQ scratch, c67

#define LOAD_COLUMNS \
	COLUMNS(R8, R11, X0, X2, X4, X6, X8); \
	COLUMNS(R9, R12, X8, X9, X10, X11, X12); \
	MOVO       X0, X1; \
	PUNPCKLQDQ X8, X0; \
	PUNPCKHQDQ X8, X1; \
	MOVO       X2, X3; \
	PUNPCKLQDQ X9, X2; \
	PUNPCKHQDQ X9, X3; \
	MOVO       X4, X5; \
	PUNPCKLQDQ X10, X4; \
	PUNPCKHQDQ X10, X5; \
	MOVO       X6, X7; \
	PUNPCKLQDQ X11, X6; \
	PUNPCKHQDQ X11, X7

// UNCOLUMNS stores what COLUMNS loads, given the bytes of each two columns interleaved.
#define UNCOLUMNS(p, p4, c01, c23, c45, c67, s0, s1) \
	MOVO      c01, s0; \
	PUNPCKLWL c23, c01; \
	PUNPCKHWL c23, s0; \
	MOVO      c45, s1; \
	PUNPCKLWL c67, c45; \
	PUNPCKHWL c67, s1; \
	MOVO      c01, c23; \
	PUNPCKLLQ c45, c01; \
	PUNPCKHLQ c45, c23; \
	MOVO      s0, c67; \
	PUNPCKLLQ s1, s0; \
	PUNPCKHLQ s1, c67; \
	UNROW(c01, (p), (p)(DX*1)); \
	UNROW(c23, (p)(DX*2), (p)(R10*1)); \
	UNROW(s0, (p4), (p4)(DX*1)); \
	UNROW(c67, (p4)(DX*2), (p4)(R10*1))

#define STORE_COLUMNS \
	MOVO      X0, X8; \
	PUNPCKLBW X1, X8; \
	PUNPCKHBW X1, X0; \
	MOVO      X2, X9; \
	PUNPCKLBW X3, X9; \
	PUNPCKHBW X3, X2; \
	MOVO      X4, X10; \
	PUNPCKLBW X5, X10; \
	PUNPCKHBW X5, X4; \
	MOVO      X6, X11; \
	PUNPCKLBW X7, X11; \
	PUNPCKHBW X7, X6; \
	UNCOLUMNS(R8, R11, X8, X9, X10, X11, X1, X3); \
	UNCOLUMNS(R9, R12, X0, X2, X4, X6, X1, X3)

// QUADS stores four rows of four samples at p+at.
#define QUADS(x, at, p) \
	MOVL  x, at(p); \
	PSRLO $4, x; \
	MOVL  x, at(p)(DX*1); \
	PSRLO $4, x; \
	MOVL  x, at(p)(DX*2); \
	PSRLO $4, x; \
	MOVL  x, at(p)(R10*1)

// STORE_INNER stores the columns X2 to X5 at offset at.
#define STORE_INNER(at) \
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
	QUADS(X8, at, R8); \
	QUADS(X10, at, R11); \
	QUADS(X2, at, R9); \
	QUADS(X11, at, R12)

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

// func filterTopSSE2(a, b *byte, stride int, limits *filterLimits)
TEXT ·filterTopSSE2(SB), NOSPLIT, $0-32
	MOVQ a+0(FP), R8
	MOVQ b+8(FP), R9
	MOVQ stride+16(FP), DX
	MOVQ limits+24(FP), BX
	ROWS_ON
	BROADCAST(0(BX), X13)
	BROADCAST(8(BX), X14)
	BROADCAST(12(BX), X15)
	LOAD_ROWS
	MASKS
	PMOVMSKB X8, AX
	TESTL AX, AX
	JZ   done
	FILTER_MACROBLOCK
	UNROW(X1, (R8)(DX*1), (R9)(DX*1))
	UNROW(X2, (R8)(DX*2), (R9)(DX*2))
	UNROW(X3, (R8)(R10*1), (R9)(R10*1))
	UNROW(X4, (R11), (R12))
	UNROW(X5, (R11)(DX*1), (R12)(DX*1))
	UNROW(X6, (R11)(DX*2), (R12)(DX*2))

done:
	RET

// func filterLeftSSE2(a, b *byte, stride int, limits *filterLimits)
TEXT ·filterLeftSSE2(SB), NOSPLIT, $0-32
	MOVQ a+0(FP), R8
	MOVQ b+8(FP), R9
	MOVQ stride+16(FP), DX
	MOVQ limits+24(FP), BX
	ROWS_ON
	BROADCAST(0(BX), X13)
	BROADCAST(8(BX), X14)
	BROADCAST(12(BX), X15)
	LOAD_COLUMNS
	MASKS
	PMOVMSKB X8, AX
	TESTL AX, AX
	JZ   done
	FILTER_MACROBLOCK
	STORE_COLUMNS

done:
	RET

// func filterRowsSSE2(a, b *byte, stride, n int, limits *filterLimits)
TEXT ·filterRowsSSE2(SB), NOSPLIT, $0-40
	MOVQ a+0(FP), R8
	MOVQ b+8(FP), R9
	MOVQ stride+16(FP), DX
	MOVQ n+24(FP), CX
	MOVQ limits+32(FP), BX
	ROWS_ON
	BROADCAST(4(BX), X13)
	BROADCAST(8(BX), X14)
	BROADCAST(12(BX), X15)

loop:
	LOAD_ROWS
	MASKS
	PMOVMSKB X8, AX
	TESTL AX, AX
	JZ   next
	FILTER_INNER
	UNROW(X2, (R8)(DX*2), (R9)(DX*2))
	UNROW(X3, (R8)(R10*1), (R9)(R10*1))
	UNROW(X4, (R11), (R12))
	UNROW(X5, (R11)(DX*1), (R12)(DX*1))

next:
	MOVQ R11, R8
	MOVQ R12, R9
	LEAQ (R11)(DX*4), R11
	LEAQ (R12)(DX*4), R12
	DECQ CX
	JNZ  loop
	RET

// func filterColumnsSSE2(a, b *byte, stride, n int, limits *filterLimits)
TEXT ·filterColumnsSSE2(SB), NOSPLIT, $0-40
	MOVQ a+0(FP), R8
	MOVQ b+8(FP), R9
	MOVQ stride+16(FP), DX
	MOVQ n+24(FP), CX
	MOVQ limits+32(FP), BX
	ROWS_ON
	BROADCAST(4(BX), X13)
	BROADCAST(8(BX), X14)
	BROADCAST(12(BX), X15)

loop:
	LOAD_COLUMNS
	MASKS
	PMOVMSKB X8, AX
	TESTL AX, AX
	JZ   next
	FILTER_INNER
	STORE_INNER(2)

next:
	ADDQ $4, R8
	ADDQ $4, R9
	ADDQ $4, R11
	ADDQ $4, R12
	DECQ CX
	JNZ  loop
	RET

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
	STORE_INNER(0)

next:
	ADDQ $4, R8
	ADDQ $4, R9
	ADDQ $4, R11
	ADDQ $4, R12
	DECQ CX
	JNZ  loop
	RET

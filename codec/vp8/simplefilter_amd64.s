//go:build !purego

#include "textflag.h"

// The simple loop filter with SSE2, 16 samples along an edge at a time, and, at the end, all edges of a macroblock with AVX2.
// Names are those of RFC 6386 15:
//
//	X2 p1  X3 p0 | X4 q0  X5 q1  X13 limit of the step across the edge  X8 to X12 scratch
//
// and the general registers are
//
//	R8 first row  DX distance of rows  R10 3*DX  R11, R9, R12 rows 4, 8 and 12  CX edges left

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

// With AVX2 the edges of a macroblock are filtered two at a time: the simple filter changes one sample on each side and
// looks at two, so that no edge depends on another one of the same direction. Y9 is p1, Y10 p0, Y11 q0 and Y12 q1, Y13 the
// limit. Where that is 0 nothing changes.

// WIDE_ABSDIFF is d = |a-b| in unsigned bytes.
#define WIDE_ABSDIFF(a, b, d, scratch) \
	VPSUBUSB b, a, d; \
	VPSUBUSB a, b, scratch; \
	VPOR     scratch, d, d

// WIDE_SHIFT3 divides signed bytes by 8.
#define WIDE_SHIFT3(x) \
	VPAND  highFive<>(SB), x, x; \
	VPSRLW $3, x, x; \
	VPXOR  sixteen<>(SB), x, x; \
	VPSUBB sixteen<>(SB), x, x

// WIDE_FILTER is the filter. It uses Y5, Y14 and Y15.
#define WIDE_FILTER \
	WIDE_ABSDIFF(Y10, Y11, Y14, Y15); \
	WIDE_ABSDIFF(Y9, Y12, Y5, Y15); \
	VPADDUSB Y14, Y14, Y14; \
	VPAND    highSeven<>(SB), Y5, Y5; \
	VPSRLW   $1, Y5, Y5; \
	VPADDUSB Y5, Y14, Y14; \
	VPSUBUSB Y13, Y14, Y14; \
	VPXOR    Y15, Y15, Y15; \
	VPCMPEQB Y15, Y14, Y14; \
	VPXOR    sign<>(SB), Y9, Y5; \
	VPXOR    sign<>(SB), Y12, Y15; \
	VPSUBSB  Y15, Y5, Y5; \
	VPXOR    sign<>(SB), Y10, Y10; \
	VPXOR    sign<>(SB), Y11, Y11; \
	VPSUBSB  Y10, Y11, Y15; \
	VPADDSB  Y15, Y5, Y5; \
	VPADDSB  Y15, Y5, Y5; \
	VPADDSB  Y15, Y5, Y5; \
	VPAND    Y14, Y5, Y5; \
	VPADDSB  three<>(SB), Y5, Y15; \
	VPADDSB  four<>(SB), Y5, Y5; \
	WIDE_SHIFT3(Y5); \
	WIDE_SHIFT3(Y15); \
	VPSUBSB  Y5, Y11, Y11; \
	VPADDSB  Y15, Y10, Y10; \
	VPXOR    sign<>(SB), Y10, Y10; \
	VPXOR    sign<>(SB), Y11, Y11

// ZIPB interleaves the bytes of x and y: the first half into x, the second into high. ZIPW does so with words.
#define ZIPB(x, y, high) \
	VPUNPCKHBW y, x, high; \
	VPUNPCKLBW y, x, x

#define ZIPW(x, y, high) \
	VPUNPCKHWD y, x, high; \
	VPUNPCKLWD y, x, x

// TWO_EDGES filters two vertical edges, whose columns are in a (p1 and p0), b (q0 and q1), and c and d, likewise, and
// leaves pairs of columns there by row.
#define TWO_EDGES(a, b, c, d) \
	VPUNPCKLQDQ c, a, Y9; \
	VPUNPCKHQDQ c, a, Y10; \
	VPUNPCKLQDQ d, b, Y11; \
	VPUNPCKHQDQ d, b, Y12; \
	WIDE_FILTER; \
	VPUNPCKLBW  Y10, Y9, a; \
	VPUNPCKHBW  Y10, Y9, c; \
	VPUNPCKLBW  Y12, Y11, b; \
	VPUNPCKHBW  Y12, Y11, d

// PAIR loads rows a and b.
#define PAIR(a, b, x, y) \
	VMOVDQU     a, x; \
	VINSERTI128 $1, b, y, y

// UNPAIR stores them.
#define UNPAIR(x, y, a, b) \
	VMOVDQU      x, a; \
	VEXTRACTI128 $1, y, b

// func filterSimpleAVX2(pix *byte, stride int, left, top, inner uint8)
TEXT ·filterSimpleAVX2(SB), NOSPLIT, $0-19
	MOVQ pix+0(FP), R8
	MOVQ stride+8(FP), DX
	LEAQ (DX)(DX*2), R10
	SUBQ $2, R8
	LEAQ (R8)(DX*4), R11
	LEAQ (R8)(DX*8), R9
	LEAQ (R11)(DX*8), R12

	// Columns: rows eight apart, then, by a perfect shuffle three times over, two columns in each half.
	PAIR((R8), (R9), X0, Y0)
	PAIR((R8)(DX*1), (R9)(DX*1), X1, Y1)
	PAIR((R8)(DX*2), (R9)(DX*2), X2, Y2)
	PAIR((R8)(R10*1), (R9)(R10*1), X3, Y3)
	PAIR((R11), (R12), X4, Y4)
	PAIR((R11)(DX*1), (R12)(DX*1), X5, Y5)
	PAIR((R11)(DX*2), (R12)(DX*2), X6, Y6)
	PAIR((R11)(R10*1), (R12)(R10*1), X7, Y7)
	ZIPB(Y0, Y4, Y8)
	ZIPB(Y1, Y5, Y4)
	ZIPB(Y2, Y6, Y5)
	ZIPB(Y3, Y7, Y6)
	ZIPB(Y0, Y2, Y7)
	ZIPB(Y1, Y3, Y2)
	ZIPB(Y8, Y5, Y3)
	ZIPB(Y4, Y6, Y5)
	ZIPB(Y0, Y1, Y6)
	ZIPB(Y7, Y2, Y1)
	ZIPB(Y8, Y4, Y2)
	ZIPB(Y3, Y5, Y4)
	VPBROADCASTB left+16(FP), Y13
	VPBROADCASTB inner+18(FP), Y14
	VPUNPCKLQDQ  Y14, Y13, Y13
	TWO_EDGES(Y0, Y6, Y7, Y1)
	VPBROADCASTB inner+18(FP), Y13
	TWO_EDGES(Y8, Y2, Y3, Y4)
	ZIPW(Y0, Y8, Y5)
	ZIPW(Y6, Y2, Y8)
	ZIPW(Y7, Y3, Y2)
	ZIPW(Y1, Y4, Y3)
	ZIPW(Y0, Y7, Y4)
	ZIPW(Y6, Y1, Y7)
	ZIPW(Y5, Y2, Y1)
	ZIPW(Y8, Y3, Y2)
	ZIPW(Y0, Y6, Y3)
	ZIPW(Y4, Y7, Y6)
	ZIPW(Y5, Y8, Y7)
	ZIPW(Y1, Y2, Y8)
	UNPAIR(X0, Y0, (R8), (R9))
	UNPAIR(X3, Y3, (R8)(DX*1), (R9)(DX*1))
	UNPAIR(X4, Y4, (R8)(DX*2), (R9)(DX*2))
	UNPAIR(X6, Y6, (R8)(R10*1), (R9)(R10*1))
	UNPAIR(X5, Y5, (R11), (R12))
	UNPAIR(X7, Y7, (R11)(DX*1), (R12)(DX*1))
	UNPAIR(X1, Y1, (R11)(DX*2), (R12)(DX*2))
	UNPAIR(X8, Y8, (R11)(R10*1), (R12)(R10*1))

	// Rows: from two above the top edge, and from the third of the macroblock on.
	ADDQ         $2, R8
	LEAQ         (R8)(DX*2), R9
	MOVQ         R8, R11
	SUBQ         DX, R11
	SUBQ         DX, R11
	VPBROADCASTB top+17(FP), Y13
	VPBROADCASTB inner+18(FP), Y14
	VPBLENDD     $0xf0, Y14, Y13, Y13
	PAIR((R11), (R9), X9, Y9)
	PAIR((R11)(DX*1), (R9)(DX*1), X10, Y10)
	PAIR((R8), (R9)(DX*2), X11, Y11)
	PAIR((R8)(DX*1), (R9)(R10*1), X12, Y12)
	WIDE_FILTER
	UNPAIR(X10, Y10, (R11)(DX*1), (R9)(DX*1))
	UNPAIR(X11, Y11, (R8), (R9)(DX*2))
	LEAQ         (R9)(DX*4), R8
	LEAQ         (R8)(DX*4), R9
	VPBROADCASTB inner+18(FP), Y13
	PAIR((R8), (R9), X9, Y9)
	PAIR((R8)(DX*1), (R9)(DX*1), X10, Y10)
	PAIR((R8)(DX*2), (R9)(DX*2), X11, Y11)
	PAIR((R8)(R10*1), (R9)(R10*1), X12, Y12)
	WIDE_FILTER
	UNPAIR(X10, Y10, (R8)(DX*1), (R9)(DX*1))
	UNPAIR(X11, Y11, (R8)(DX*2), (R9)(DX*2))
	VZEROUPPER
	RET

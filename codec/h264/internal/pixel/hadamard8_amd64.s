//go:build !purego

#include "textflag.h"
#include "hadamard_amd64.h"

// The 8x8 Hadamard transform of one block. Two rows of eight samples stand side by side in both halves of a register;
// multiplying pairs of samples by 1, 1 in the lower half and by 1, -1 in the upper one and adding them makes the first
// butterflies. Others follow between registers, between neighboring words and between words that are two apart. The last
// ones, between both rows of a register, are not made: |a+b| + |a-b| is twice the larger of |a| and |b|. What results
// is half the sum of magnitudes.

DATA pairs8<>+0(SB)/8, $0x0101010101010101
DATA pairs8<>+8(SB)/8, $0x0101010101010101
DATA pairs8<>+16(SB)/8, $0xff01ff01ff01ff01
DATA pairs8<>+24(SB)/8, $0xff01ff01ff01ff01
GLOBL pairs8<>(SB), RODATA|NOPTR, $32

DATA words1<>+0(SB)/8, $0x0001000100010001
DATA words1<>+8(SB)/8, $0x0001000100010001
DATA words1<>+16(SB)/8, $0x0001000100010001
DATA words1<>+24(SB)/8, $0x0001000100010001
GLOBL words1<>(SB), RODATA|NOPTR, $32

// Signs of a butterfly between neighboring words, and how to swap these.
DATA sign1<>+0(SB)/8, $0xffff0001ffff0001
DATA sign1<>+8(SB)/8, $0xffff0001ffff0001
DATA sign1<>+16(SB)/8, $0xffff0001ffff0001
DATA sign1<>+24(SB)/8, $0xffff0001ffff0001
GLOBL sign1<>(SB), RODATA|NOPTR, $32
DATA swap1<>+0(SB)/8, $0x0504070601000302
DATA swap1<>+8(SB)/8, $0x0d0c0f0e09080b0a
DATA swap1<>+16(SB)/8, $0x0504070601000302
DATA swap1<>+24(SB)/8, $0x0d0c0f0e09080b0a
GLOBL swap1<>(SB), RODATA|NOPTR, $32

// Signs of a butterfly between words that are two apart.
DATA sign2<>+0(SB)/8, $0xffffffff00010001
DATA sign2<>+8(SB)/8, $0xffffffff00010001
DATA sign2<>+16(SB)/8, $0xffffffff00010001
DATA sign2<>+24(SB)/8, $0xffffffff00010001
GLOBL sign2<>(SB), RODATA|NOPTR, $32

// ROWS2 puts eight samples at m and eight at n into both halves of y, whose lower half is x.
#define ROWS2(m, n, x, y) \
	VMOVQ       m, x; \
	VMOVHPS     n, x, x; \
	VINSERTI128 $1, x, y, y

// FIRST makes the first butterflies of the differences of y and z. Y15 is the multipliers.
#define FIRST(y, z) \
	VPMADDUBSW Y15, y, y; \
	VPMADDUBSW Y15, z, z; \
	VPSUBW     z, y, y

// DOWN makes the butterflies between the registers Y0 to Y3.
#define DOWN \
	VPADDW Y1, Y0, Y4; \
	VPSUBW Y1, Y0, Y5; \
	VPADDW Y3, Y2, Y6; \
	VPSUBW Y3, Y2, Y7; \
	VPADDW Y6, Y4, Y0; \
	VPSUBW Y6, Y4, Y1; \
	VPADDW Y7, Y5, Y2; \
	VPSUBW Y7, Y5, Y3

// FAR makes the butterflies between words that are two apart.
#define FAR(p, q, s, t) \
	VPSLLQ   $32, q, s; \
	VPSRLQ   $32, p, t; \
	VPBLENDD $0xaa, s, p, p; \
	VPBLENDD $0xaa, q, t, t; \
	VPSUBW   t, p, q; \
	VPADDW   t, p, p

// LAST leaves in p the larger magnitudes of the words of both rows, of p and of q.
#define LAST(p, q, s) \
	VPABSW      p, p; \
	VPABSW      q, q; \
	VPUNPCKLQDQ q, p, s; \
	VPUNPCKHQDQ q, p, p; \
	VPMAXSW     s, p, p

// ACROSS makes the other butterflies of Y0 to Y3 and leaves half the sum of magnitudes in the four dwords of X0. A larger
// magnitude is at most 8160, so that two may be added.
#define ACROSS \
	CROSS(Y0, Y1, Y4, Y5); \
	CROSS(Y2, Y3, Y6, Y7); \
	FAR(Y0, Y1, Y4, Y5); \
	FAR(Y2, Y3, Y6, Y7); \
	LAST(Y0, Y1, Y4); \
	LAST(Y2, Y3, Y6); \
	VPADDW       Y2, Y0, Y0; \
	VPMADDWD     words1<>(SB), Y0, Y0; \
	VEXTRACTI128 $1, Y0, X1; \
	VPADDD       X1, X0, X0

// func hadamard8x8AVX2(a *byte, aStride int, even, odd *byte, step int) int
TEXT ·hadamard8x8AVX2(SB), NOSPLIT, $0-48
	MOVQ    a+0(FP), SI
	MOVQ    aStride+8(FP), R8
	MOVQ    even+16(FP), DI
	MOVQ    odd+24(FP), BX
	MOVQ    step+32(FP), R9
	LEAQ    (R8)(R8*2), R10
	LEAQ    (R9)(R9*2), R11
	LEAQ    (SI)(R8*4), DX
	VMOVDQU pairs8<>(SB), Y15
	ROWS2((SI), (SI)(R8*1), X0, Y0)
	ROWS2((DI), (BX), X4, Y4)
	ROWS2((SI)(R8*2), (SI)(R10*1), X1, Y1)
	ROWS2((DI)(R9*1), (BX)(R9*1), X5, Y5)
	ROWS2((DX), (DX)(R8*1), X2, Y2)
	ROWS2((DI)(R9*2), (BX)(R9*2), X6, Y6)
	ROWS2((DX)(R8*2), (DX)(R10*1), X3, Y3)
	ROWS2((DI)(R11*1), (BX)(R11*1), X7, Y7)
	FIRST(Y0, Y4)
	FIRST(Y1, Y5)
	FIRST(Y2, Y6)
	FIRST(Y3, Y7)
	DOWN
	ACROSS
	VPSHUFD $0xee, X0, X1
	VPADDD  X1, X0, X0
	VPSHUFD $0x55, X0, X1
	VPADDD  X1, X0, X0
	VMOVD   X0, AX
	VZEROUPPER
	MOVQ    AX, ret+40(FP)
	RET

// AGAINST makes y of the first butterflies of the rows at m and n, and those of the first block, which are in z.
#define AGAINST(m, n, x, y, z) \
	ROWS2(m, n, x, y); \
	VPMADDUBSW Y15, y, y; \
	VPSUBW     y, z, y

// func hadamard8sAVX2(costs *[9]int32, a *byte, aStride int, line *byte, rows *[9]Rows, which uint16)
// Y8 to Y11 are the rows of the first block after the first butterflies.
TEXT ·hadamard8sAVX2(SB), NOSPLIT, $0-42
	MOVQ       a+8(FP), SI
	MOVQ       aStride+16(FP), R8
	MOVQ       costs+0(FP), AX
	MOVQ       line+24(FP), R12
	MOVQ       rows+32(FP), R13
	MOVWLZX    which+40(FP), CX
	LEAQ       (R8)(R8*2), R10
	LEAQ       (SI)(R8*4), DX
	VMOVDQU    pairs8<>(SB), Y15
	ROWS2((SI), (SI)(R8*1), X8, Y8)
	ROWS2((SI)(R8*2), (SI)(R10*1), X9, Y9)
	ROWS2((DX), (DX)(R8*1), X10, Y10)
	ROWS2((DX)(R8*2), (DX)(R10*1), X11, Y11)
	VPMADDUBSW Y15, Y8, Y8
	VPMADDUBSW Y15, Y9, Y9
	VPMADDUBSW Y15, Y10, Y10
	VPMADDUBSW Y15, Y11, Y11

next:
	BSFL    CX, DX
	LEAQ    (DX)(DX*2), R8
	MOVQ    0(R13)(R8*8), DI
	MOVQ    8(R13)(R8*8), BX
	MOVQ    16(R13)(R8*8), R9
	ADDQ    R12, DI
	ADDQ    R12, BX
	LEAQ    (R9)(R9*2), R11
	AGAINST((DI), (BX), X0, Y0, Y8)
	AGAINST((DI)(R9*1), (BX)(R9*1), X1, Y1, Y9)
	AGAINST((DI)(R9*2), (BX)(R9*2), X2, Y2, Y10)
	AGAINST((DI)(R11*1), (BX)(R11*1), X3, Y3, Y11)
	DOWN
	ACROSS
	VPSHUFD $0xee, X0, X1
	VPADDD  X1, X0, X0
	VPSHUFD $0x55, X0, X1
	VPADDD  X1, X0, X0
	VMOVD   X0, R8
	INCL    R8
	SHRL    $1, R8
	MOVL    R8, (AX)(DX*4)
	LEAL    -1(CX), R8
	ANDL    R8, CX
	JNZ     next
	VZEROUPPER
	RET

// func straight8AVX2(costs *[3]int32, a *byte, aStride int, top, left *[8]byte, mean byte)
// The block stands in the registers with rows 4 to 7 beside rows 0 to 3. Of its coefficients those of the first row, which are
// the transform of the sums of columns, change with top; those of the first column, the transform of the sums of rows, with
// left; the first one with mean. Both transforms are made as they are and as they become.
TEXT ·straight8AVX2(SB), NOSPLIT, $0-41
	MOVQ    a+8(FP), SI
	MOVQ    aStride+16(FP), R8
	LEAQ    (R8)(R8*2), R10
	LEAQ    (SI)(R8*4), DX
	VMOVDQU pairs8<>(SB), Y15
	VPXOR   X14, X14, X14
	ROWS2((DX), (SI), X0, Y0)
	ROWS2((DX)(R8*1), (SI)(R8*1), X1, Y1)
	ROWS2((DX)(R8*2), (SI)(R8*2), X2, Y2)
	ROWS2((DX)(R10*1), (SI)(R10*1), X3, Y3)
	VPSADBW X14, X0, X8
	VPSADBW X14, X1, X9
	VPSADBW X14, X2, X10
	VPSADBW X14, X3, X11

	// BX is the sum of all samples, Y8 the sums of rows from the bottom up and, in the upper half, what is left of them.
	VPADDD      X8, X9, X4
	VPADDD      X10, X11, X5
	VPADDD      X4, X5, X4
	VPSHUFD     $0xee, X4, X5
	VPADDD      X4, X5, X4
	VMOVD       X4, BX
	VPSLLQ      $48, X8, X8
	VPSLLQ      $32, X9, X9
	VPSLLQ      $16, X10, X10
	VPOR        X8, X9, X8
	VPOR        X10, X11, X10
	VPOR        X8, X10, X8
	MOVQ        left+32(FP), DI
	VPMOVZXBW   (DI), X9
	VPSLLW      $3, X9, X9
	VPSUBW      X9, X8, X9
	VINSERTI128 $1, X9, Y8, Y8
	VPSHUFB     swap1<>(SB), Y8, Y9
	VPSIGNW     sign1<>(SB), Y8, Y8
	VPADDW      Y9, Y8, Y8
	VPSHUFD     $0xb1, Y8, Y9
	VPSIGNW     sign2<>(SB), Y8, Y8
	VPADDW      Y9, Y8, Y8
	VPABSW      Y8, Y8
	VPSHUFD     $0x4e, Y8, Y9
	VPMAXSW     Y9, Y8, Y8
	VPMADDWD    words1<>(SB), Y8, Y8

	VPMADDUBSW Y15, Y0, Y0
	VPMADDUBSW Y15, Y1, Y1
	VPMADDUBSW Y15, Y2, Y2
	VPMADDUBSW Y15, Y3, Y3
	DOWN

	// Y9 is, after the first butterflies, the sums of columns and what is left of them, side by side.
	MOVQ         top+24(FP), DI
	VPBROADCASTQ (DI), Y10
	VPMADDUBSW   Y15, Y10, Y10
	VPSLLW       $3, Y10, Y10
	VPSHUFD      $0x4e, Y0, Y9
	VPADDW       Y9, Y0, Y9
	VPSUBW       Y10, Y9, Y10
	VPUNPCKLQDQ  Y10, Y9, Y9
	VPSHUFB      swap1<>(SB), Y9, Y10
	VPSIGNW      sign1<>(SB), Y9, Y9
	VPADDW       Y10, Y9, Y9
	VPABSW       Y9, Y9
	VPSHUFD      $0xb1, Y9, Y10
	VPMAXSW      Y10, Y9, Y9
	VPMADDWD     words1<>(SB), Y9, Y9
	ACROSS

	// X8 and X9 are by how much the magnitudes change.
	VEXTRACTI128 $1, Y8, X10
	VPSUBD       X8, X10, X8
	VEXTRACTI128 $1, Y9, X10
	VPADDD       X9, X10, X9
	VPSHUFD      $0xee, X9, X10
	VPSUBD       X9, X10, X9
	VPHADDD      X8, X0, X0
	VPHADDD      X9, X0, X0
	VMOVD        X0, AX
	VPEXTRD      $1, X0, R8
	VPEXTRD      $2, X0, R9
	VZEROUPPER
	SARL         $1, R8
	SARL         $1, R9
	LEAL         1(AX)(R8*1), R8
	LEAL         1(AX)(R9*1), R9
	SARL         $1, R8
	SARL         $1, R9
	MOVBLZX      mean+40(FP), CX
	SHLL         $6, CX
	MOVL         BX, DX
	SUBL         CX, DX
	MOVL         DX, CX
	NEGL         CX
	CMOVLMI      DX, CX
	SUBL         BX, CX
	SARL         $1, CX
	LEAL         1(AX)(CX*1), CX
	SARL         $1, CX
	MOVQ         costs+0(FP), DI
	MOVL         R9, (DI)
	MOVL         R8, 4(DI)
	MOVL         CX, 8(DI)
	RET

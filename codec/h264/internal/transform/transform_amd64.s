//go:build !purego

#include "textflag.h"
#include "longs_amd64.h"

// The transforms, on doublewords as in plain Go: streams may hold coefficients that words don't.
//
//	AX coefficients  DI, R8 samples and their stride  SI, R9 those of the second block  R10, R11 three strides

#define LONGS(name, long) \
	DATA name<>+0(SB)/8, long; \
	DATA name<>+8(SB)/8, long; \
	DATA name<>+16(SB)/8, long; \
	DATA name<>+24(SB)/8, long; \
	GLOBL name<>(SB), RODATA|NOPTR, $32

LONGS(two, $0x0000000200000002)
LONGS(thirtyTwo, $0x0000002000000020)

// func inverseAVX2(dst *byte, stride int, c *[16]int32)
TEXT ·inverseAVX2(SB), NOSPLIT, $0-24
	MOVQ      dst+0(FP), DI
	MOVQ      stride+8(FP), R8
	MOVQ      c+16(FP), AX
	LEAQ      (R8)(R8*2), R10
	VMOVDQU   0(AX), X0
	VMOVDQU   16(AX), X1
	VMOVDQU   32(AX), X2
	VMOVDQU   48(AX), X3
	VPXOR     X8, X8, X8
	VMOVDQU   X8, 0(AX)
	VMOVDQU   X8, 16(AX)
	VMOVDQU   X8, 32(AX)
	VMOVDQU   X8, 48(AX)
	RESIDUAL4(thirtyTwo<>)
	VMOVD     (DI), X4
	VPINSRD   $1, (DI)(R8*1), X4, X4
	VMOVD     (DI)(R8*2), X5
	VPINSRD   $1, (DI)(R10*1), X5, X5
	VPMOVZXBW X4, X4
	VPMOVZXBW X5, X5
	VPADDSW   X4, X0, X0
	VPADDSW   X5, X2, X2
	VPACKUSWB X2, X0, X0
	VMOVD     X0, (DI)
	VPEXTRD   $1, X0, (DI)(R8*1)
	VPEXTRD   $2, X0, (DI)(R8*2)
	VPEXTRD   $3, X0, (DI)(R10*1)
	RET

// func addDCAVX2(dst *byte, stride int, v int32)
// X0 is what to add and X1 what to subtract, in every byte; one of them is zero.
TEXT ·addDCAVX2(SB), NOSPLIT, $0-20
	MOVQ         dst+0(FP), DI
	MOVQ         stride+8(FP), R8
	MOVL         v+16(FP), AX
	LEAQ         (R8)(R8*2), R10
	VMOVD        AX, X0
	VPBROADCASTW X0, X0
	VPXOR        X1, X1, X1
	VPSUBW       X0, X1, X1
	VPACKUSWB    X0, X0, X0
	VPACKUSWB    X1, X1, X1
	VMOVD        (DI), X2
	VPINSRD      $1, (DI)(R8*1), X2, X2
	VPINSRD      $2, (DI)(R8*2), X2, X2
	VPINSRD      $3, (DI)(R10*1), X2, X2
	VPADDUSB     X0, X2, X2
	VPSUBUSB     X1, X2, X2
	VMOVD        X2, (DI)
	VPEXTRD      $1, X2, (DI)(R8*1)
	VPEXTRD      $2, X2, (DI)(R8*2)
	VPEXTRD      $3, X2, (DI)(R10*1)
	RET

// Transposing eight by eight doublewords takes three steps, each from eight registers to eight others: pairs of rows,
// pairs of these, and halves of registers. FIRST takes the rows a to h to i to p, SECOND i to p to a to h, which need not
// be the same ones, and THIRD these to Y0 to Y7.
#define FIRST(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p) \
	VPUNPCKLDQ b, a, i; \
	VPUNPCKHDQ b, a, j; \
	VPUNPCKLDQ d, c, k; \
	VPUNPCKHDQ d, c, l; \
	VPUNPCKLDQ f, e, m; \
	VPUNPCKHDQ f, e, n; \
	VPUNPCKLDQ h, g, o; \
	VPUNPCKHDQ h, g, p

#define SECOND(i, j, k, l, m, n, o, p, a, b, c, d, e, f, g, h) \
	VPUNPCKLQDQ k, i, a; \
	VPUNPCKHQDQ k, i, b; \
	VPUNPCKLQDQ l, j, c; \
	VPUNPCKHQDQ l, j, d; \
	VPUNPCKLQDQ o, m, e; \
	VPUNPCKHQDQ o, m, f; \
	VPUNPCKLQDQ p, n, g; \
	VPUNPCKHQDQ p, n, h

#define THIRD(a, b, c, d, e, f, g, h) \
	VPERM2I128 $0x20, e, a, Y0; \
	VPERM2I128 $0x20, f, b, Y1; \
	VPERM2I128 $0x20, g, c, Y2; \
	VPERM2I128 $0x20, h, d, Y3; \
	VPERM2I128 $0x31, e, a, Y4; \
	VPERM2I128 $0x31, f, b, Y5; \
	VPERM2I128 $0x31, g, c, Y6; \
	VPERM2I128 $0x31, h, d, Y7

// TRANSPOSE8 transposes Y0 to Y7.
#define TRANSPOSE8 \
	FIRST(Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11, Y12, Y13, Y14, Y15); \
	/* The halves of registers stand in rows 8 to 15 now; the third step can't be made in place. */ \
	SECOND(Y8, Y9, Y10, Y11, Y12, Y13, Y14, Y15, Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7); \
	VMOVDQA Y0, Y8; \
	VMOVDQA Y1, Y9; \
	VMOVDQA Y2, Y10; \
	VMOVDQA Y3, Y11; \
	VMOVDQA Y4, Y12; \
	VMOVDQA Y5, Y13; \
	VMOVDQA Y6, Y14; \
	VMOVDQA Y7, Y15; \
	THIRD(Y8, Y9, Y10, Y11, Y12, Y13, Y14, Y15)

// INVERSE8 is the one-dimensional inverse transform between Y0 to Y7. It leaves the result in Y10, Y12, Y14, Y9, Y4, Y15,
// Y13 and Y11. Names are those of butterfly8.
#define INVERSE8 \
	VPADDD Y4, Y0, Y8; /* a0 */ \
	VPSUBD Y4, Y0, Y0; /* a2 */ \
	VPSRAD $1, Y2, Y4; \
	VPSUBD Y6, Y4, Y4; /* a4 */ \
	VPSRAD $1, Y6, Y9; \
	VPADDD Y2, Y9, Y9; /* a6 */ \
	VPADDD Y9, Y8, Y2; /* b0 */ \
	VPSUBD Y9, Y8, Y8; /* b6 */ \
	VPADDD Y4, Y0, Y6; /* b2 */ \
	VPSUBD Y4, Y0, Y0; /* b4 */ \
	VPSUBD Y3, Y5, Y9; \
	VPSUBD Y7, Y9, Y9; \
	VPSRAD $1, Y7, Y10; \
	VPSUBD Y10, Y9, Y9; /* a1 */ \
	VPADDD Y7, Y1, Y11; \
	VPSUBD Y3, Y11, Y11; \
	VPSRAD $1, Y3, Y10; \
	VPSUBD Y10, Y11, Y11; /* a3 */ \
	VPSUBD Y1, Y7, Y12; \
	VPADDD Y5, Y12, Y12; \
	VPSRAD $1, Y5, Y10; \
	VPADDD Y10, Y12, Y12; /* a5 */ \
	VPADDD Y5, Y3, Y13; \
	VPADDD Y1, Y13, Y13; \
	VPSRAD $1, Y1, Y10; \
	VPADDD Y10, Y13, Y13; /* a7 */ \
	VPSRAD $2, Y13, Y1; \
	VPADDD Y9, Y1, Y1; /* b1 */ \
	VPSRAD $2, Y9, Y10; \
	VPSUBD Y10, Y13, Y7; /* b7 */ \
	VPSRAD $2, Y12, Y3; \
	VPADDD Y11, Y3, Y3; /* b3 */ \
	VPSRAD $2, Y11, Y5; \
	VPSUBD Y12, Y5, Y5; /* b5 */ \
	VPADDD Y7, Y2, Y10; \
	VPSUBD Y7, Y2, Y11; \
	VPADDD Y5, Y6, Y12; \
	VPSUBD Y5, Y6, Y13; \
	VPADDD Y3, Y0, Y14; \
	VPSUBD Y3, Y0, Y15; \
	VPADDD Y1, Y8, Y9; \
	VPSUBD Y1, Y8, Y4

// ADD2 adds two rows of doublewords, divided by 64, to the samples at m and n. The sum saturates as a word, which is far
// beyond a sample.
#define ADD2(p, q, m, n) \
	VPSRAD    $6, p, p; \
	VPSRAD    $6, q, q; \
	VPACKSSDW q, p, Y0; \
	VPERMQ    $0xd8, Y0, Y0; \
	VMOVQ     m, X1; \
	VMOVHPS   n, X1, X1; \
	VPMOVZXBW X1, Y1; \
	VPADDSW   Y1, Y0, Y0; \
	VEXTRACTI128 $1, Y0, X1; \
	VPACKUSWB X1, X0, X0; \
	VMOVQ     X0, m; \
	VMOVHPS   X0, n

// func inverse8AVX2(dst *byte, stride int, c *[64]int32)
TEXT ·inverse8AVX2(SB), NOSPLIT, $0-24
	MOVQ    dst+0(FP), DI
	MOVQ    stride+8(FP), R8
	MOVQ    c+16(FP), AX
	LEAQ    (R8)(R8*2), R10
	LEAQ    (DI)(R8*4), SI
	VMOVDQU 0(AX), Y0
	VMOVDQU 32(AX), Y1
	VMOVDQU 64(AX), Y2
	VMOVDQU 96(AX), Y3
	VMOVDQU 128(AX), Y4
	VMOVDQU 160(AX), Y5
	VMOVDQU 192(AX), Y6
	VMOVDQU 224(AX), Y7
	VPXOR   Y8, Y8, Y8
	VMOVDQU Y8, 0(AX)
	VMOVDQU Y8, 32(AX)
	VMOVDQU Y8, 64(AX)
	VMOVDQU Y8, 96(AX)
	VMOVDQU Y8, 128(AX)
	VMOVDQU Y8, 160(AX)
	VMOVDQU Y8, 192(AX)
	VMOVDQU Y8, 224(AX)
	TRANSPOSE8
	INVERSE8
	FIRST(Y10, Y12, Y14, Y9, Y4, Y15, Y13, Y11, Y0, Y1, Y2, Y3, Y5, Y6, Y7, Y8)
	SECOND(Y0, Y1, Y2, Y3, Y5, Y6, Y7, Y8, Y10, Y12, Y14, Y9, Y4, Y15, Y13, Y11)
	VMOVDQA Y4, Y8
	THIRD(Y10, Y12, Y14, Y9, Y8, Y15, Y13, Y11)
	VPADDD  thirtyTwo<>(SB), Y0, Y0
	INVERSE8
	ADD2(Y10, Y12, (DI), (DI)(R8*1))
	ADD2(Y14, Y9, (DI)(R8*2), (DI)(R10*1))
	ADD2(Y4, Y15, (SI), (SI)(R8*1))
	ADD2(Y13, Y11, (SI)(R8*2), (SI)(R10*1))
	VZEROUPPER
	RET

// FORWARD8 is the one-dimensional forward transform between Y0 to Y7, in place. Names are those of forwardButterfly8.
#define FORWARD8 \
	VPADDD  Y7, Y0, Y8; /* s0 */ \
	VPSUBD  Y7, Y0, Y0; /* d0 */ \
	VPADDD  Y6, Y1, Y9; /* s1 */ \
	VPSUBD  Y6, Y1, Y1; /* d1 */ \
	VPADDD  Y5, Y2, Y10; /* s2 */ \
	VPSUBD  Y5, Y2, Y2; /* d2 */ \
	VPADDD  Y4, Y3, Y11; /* s3 */ \
	VPSUBD  Y4, Y3, Y3; /* d3 */ \
	VPADDD  Y11, Y8, Y12; /* a0 */ \
	VPSUBD  Y11, Y8, Y8; /* a2 */ \
	VPADDD  Y10, Y9, Y13; /* a1 */ \
	VPSUBD  Y10, Y9, Y9; /* a3 */ \
	VPSRAD  $1, Y0, Y10; \
	VPADDD  Y0, Y10, Y10; \
	VPADDD  Y1, Y10, Y10; \
	VPADDD  Y2, Y10, Y10; /* b0 */ \
	VPSRAD  $1, Y2, Y11; \
	VPADDD  Y2, Y11, Y11; \
	VPADDD  Y3, Y11, Y11; \
	VPSUBD  Y11, Y0, Y11; /* b1 */ \
	VPSRAD  $1, Y1, Y14; \
	VPADDD  Y1, Y14, Y14; \
	VPSUBD  Y14, Y0, Y14; \
	VPADDD  Y3, Y14, Y14; /* b2 */ \
	VPSRAD  $1, Y3, Y15; \
	VPADDD  Y3, Y15, Y15; \
	VPADDD  Y1, Y15, Y15; \
	VPSUBD  Y2, Y15, Y15; /* b3 */ \
	VPADDD  Y13, Y12, Y0; \
	VPSUBD  Y13, Y12, Y4; \
	VPSRAD  $2, Y15, Y1; \
	VPADDD  Y10, Y1, Y1; \
	VPSRAD  $2, Y10, Y7; \
	VPSUBD  Y15, Y7, Y7; \
	VPSRAD  $1, Y9, Y2; \
	VPADDD  Y8, Y2, Y2; \
	VPSRAD  $1, Y8, Y6; \
	VPSUBD  Y9, Y6, Y6; \
	VPSRAD  $2, Y14, Y3; \
	VPADDD  Y11, Y3, Y3; \
	VPSRAD  $2, Y11, Y5; \
	VPSUBD  Y5, Y14, Y5

#define DIFF8(m, n, y) \
	VPMOVZXBD m, y; \
	VPMOVZXBD n, Y8; \
	VPSUBD    Y8, y, y

// func forward8AVX2(c *[64]int32, a *byte, aStride int, b *byte, bStride int)
TEXT ·forward8AVX2(SB), NOSPLIT, $0-40
	MOVQ c+0(FP), AX
	MOVQ a+8(FP), DI
	MOVQ aStride+16(FP), R8
	MOVQ b+24(FP), SI
	MOVQ bStride+32(FP), R9
	LEAQ (R8)(R8*2), R10
	LEAQ (R9)(R9*2), R11
	DIFF8((DI), (SI), Y0)
	DIFF8((DI)(R8*1), (SI)(R9*1), Y1)
	DIFF8((DI)(R8*2), (SI)(R9*2), Y2)
	DIFF8((DI)(R10*1), (SI)(R11*1), Y3)
	LEAQ (DI)(R8*4), DI
	LEAQ (SI)(R9*4), SI
	DIFF8((DI), (SI), Y4)
	DIFF8((DI)(R8*1), (SI)(R9*1), Y5)
	DIFF8((DI)(R8*2), (SI)(R9*2), Y6)
	DIFF8((DI)(R10*1), (SI)(R11*1), Y7)
	TRANSPOSE8
	FORWARD8
	TRANSPOSE8
	FORWARD8
	VMOVDQU Y0, 0(AX)
	VMOVDQU Y1, 32(AX)
	VMOVDQU Y2, 64(AX)
	VMOVDQU Y3, 96(AX)
	VMOVDQU Y4, 128(AX)
	VMOVDQU Y5, 160(AX)
	VMOVDQU Y6, 192(AX)
	VMOVDQU Y7, 224(AX)
	VZEROUPPER
	RET

// LEVELS makes levels of the eight coefficients at (AX), by the factors at (BX). Y13 is the rounding term, X14 the shift,
// Y15 the limit.
#define LEVELS(off, y, scratch) \
	VMOVDQU off(AX), scratch; \
	VPABSD  scratch, y; \
	VPMULLD off(BX), y, y; \
	VPADDD  Y13, y, y; \
	VPSRAD  X14, y, y; \
	VPMINSD Y15, y, y; \
	VPSIGND scratch, y, y

// SCALED leaves the scaled coefficients of the levels in y at (AX).
#define SCALED(off, y, scratch) \
	VPMULLD off(DX), y, scratch; \
	VPADDD  Y12, scratch, scratch; \
	VPSRAD  $2, scratch, scratch; \
	VMOVDQU scratch, off(AX)

// zigzag8 is which bytes of two rows of the raster make up 32 places of the zigzag scan: the first 32 from each of the
// four pairs of rows, then the last 32.
DATA zigzag8<>+0(SB)/8, $0x0a03020980080100
DATA zigzag8<>+8(SB)/8, $0x05040b8080808080
DATA zigzag8<>+16(SB)/8, $0x808080808080800c
DATA zigzag8<>+24(SB)/8, $0x80800e07060d8080
DATA zigzag8<>+32(SB)/8, $0x8080808000808080
DATA zigzag8<>+40(SB)/8, $0x8080800209800801
DATA zigzag8<>+48(SB)/8, $0x80808080800a0380
DATA zigzag8<>+56(SB)/8, $0x0c0580808080040b
DATA zigzag8<>+64(SB)/8, $0x8080808080808080
DATA zigzag8<>+72(SB)/8, $0x8080808080008080
DATA zigzag8<>+80(SB)/8, $0x0209800801808080
DATA zigzag8<>+88(SB)/8, $0x8080808080808080
DATA zigzag8<>+96(SB)/8, $0x8080808080808080
DATA zigzag8<>+104(SB)/8, $0x8080808080808080
DATA zigzag8<>+112(SB)/8, $0x8080008080808080
DATA zigzag8<>+120(SB)/8, $0x8080808080808080
DATA zigzag8<>+128(SB)/8, $0x8080808080808080
DATA zigzag8<>+136(SB)/8, $0x80808080800f8080
DATA zigzag8<>+144(SB)/8, $0x8080808080808080
DATA zigzag8<>+152(SB)/8, $0x8080808080808080
DATA zigzag8<>+160(SB)/8, $0x8080808080808080
DATA zigzag8<>+168(SB)/8, $0x8080800e0780060d
DATA zigzag8<>+176(SB)/8, $0x80800f8080808080
DATA zigzag8<>+184(SB)/8, $0x8080808080808080
DATA zigzag8<>+192(SB)/8, $0x040b808080800a03
DATA zigzag8<>+200(SB)/8, $0x800c058080808080
DATA zigzag8<>+208(SB)/8, $0x0e0780060d808080
DATA zigzag8<>+216(SB)/8, $0x8080800f80808080
DATA zigzag8<>+224(SB)/8, $0x8080020908018080
DATA zigzag8<>+232(SB)/8, $0x0380808080808080
DATA zigzag8<>+240(SB)/8, $0x8080808080040b0a
DATA zigzag8<>+248(SB)/8, $0x0f0e0780060d0c05
GLOBL zigzag8<>(SB), RODATA|NOPTR, $256

// SCAN8 is out = 32 places of the scan of the bytes in Y0 to Y3, each of which holds two rows twice.
#define SCAN8(off, out, scratch) \
	VPSHUFB zigzag8<>+off(SB), Y0, out; \
	VPSHUFB zigzag8<>+off+32(SB), Y1, scratch; \
	VPOR    scratch, out, out; \
	VPSHUFB zigzag8<>+off+64(SB), Y2, scratch; \
	VPOR    scratch, out, out; \
	VPSHUFB zigzag8<>+off+96(SB), Y3, scratch; \
	VPOR    scratch, out, out

// MARKS8 is r = which bytes of lo and hi are greater than those of limit.
#define MARKS8(lo, hi, limit, r) \
	VPCMPGTB  limit, lo, Y0; \
	VPCMPGTB  limit, hi, Y1; \
	VPMOVMSKB Y0, r; \
	VPMOVMSKB Y1, R10; \
	SHLQ      $32, R10; \
	ORQ       R10, r

// func quantize8AVX2(levels *[64]int16, c, factor, scale *[64]int32, round int32, shift uint32, limit int32) (set, large uint64)
// 32 coefficients at a time: the first end up as bytes in Y8, the last in Y9.
TEXT ·quantize8AVX2(SB), NOSPLIT, $0-64
	MOVQ         levels+0(FP), DI
	MOVQ         c+8(FP), AX
	MOVQ         factor+16(FP), BX
	MOVQ         scale+24(FP), DX
	MOVL         round+32(FP), R8
	MOVL         shift+36(FP), R9
	MOVL         limit+40(FP), R10
	VMOVD        R8, X13
	VMOVD        R9, X14
	VMOVD        R10, X15
	VPBROADCASTD X13, Y13
	VPBROADCASTD X15, Y15
	VMOVDQU      two<>(SB), Y12
	XORL         R8, R8
	XORL         R9, R9
	MOVL         $2, CX

half:
	VMOVDQA      Y9, Y8
	LEVELS(0, Y0, Y4)
	LEVELS(32, Y1, Y5)
	LEVELS(64, Y2, Y6)
	LEVELS(96, Y3, Y7)
	SCALED(0, Y0, Y4)
	SCALED(32, Y1, Y5)
	SCALED(64, Y2, Y6)
	SCALED(96, Y3, Y7)
	VPACKSSDW    Y1, Y0, Y0
	VPACKSSDW    Y3, Y2, Y2
	VPERMQ       $0xd8, Y0, Y0
	VPERMQ       $0xd8, Y2, Y2
	VMOVDQU      Y0, 0(DI)
	VMOVDQU      Y2, 32(DI)
	VPACKSSWB    Y2, Y0, Y0
	VPERMQ       $0xd8, Y0, Y9
	ADDQ         $64, DI
	ADDQ         $128, AX
	ADDQ         $128, BX
	ADDQ         $128, DX
	DECL         CX
	JNZ          half
	VPOR         Y9, Y8, Y0
	VPTEST       Y0, Y0
	JZ           none
	VPABSB       Y8, Y8
	VPABSB       Y9, Y9
	VPMINUB      bytesTwo<>(SB), Y8, Y8
	VPMINUB      bytesTwo<>(SB), Y9, Y9
	VPERMQ       $0x44, Y8, Y0
	VPERMQ       $0xee, Y8, Y1
	VPERMQ       $0x44, Y9, Y2
	VPERMQ       $0xee, Y9, Y3
	SCAN8(0, Y4, Y6)
	SCAN8(128, Y5, Y6)
	VPXOR        Y6, Y6, Y6
	VPBROADCASTB above<>+16(SB), Y7
	MARKS8(Y4, Y5, Y6, R8)
	MARKS8(Y4, Y5, Y7, R9)

none:
	VZEROUPPER
	MOVQ         R8, set+48(FP)
	MOVQ         R9, large+56(FP)
	RET

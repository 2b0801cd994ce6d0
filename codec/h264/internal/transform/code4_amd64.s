//go:build !purego

#include "textflag.h"
#include "longs_amd64.h"

DATA half<>+0(SB)/8, $0x0000002000000020
DATA half<>+8(SB)/8, $0x0000002000000020
GLOBL half<>(SB), RODATA|NOPTR, $16

// What makes coefficients 0, 2, 1 and 3 of columns, in this order: of rows 0 and 3 together, and of rows 1 and 2.
DATA outer<>+0(SB)/8, $0x0001000100010001
DATA outer<>+8(SB)/8, $0x0001000100010001
DATA outer<>+16(SB)/8, $0x0002000200020002
DATA outer<>+24(SB)/8, $0x0001000100010001
GLOBL outer<>(SB), RODATA|NOPTR, $32
DATA inner<>+0(SB)/8, $0x0001000100010001
DATA inner<>+8(SB)/8, $0xffffffffffffffff
DATA inner<>+16(SB)/8, $0x0001000100010001
DATA inner<>+24(SB)/8, $0xfffefffefffefffe
GLOBL inner<>(SB), RODATA|NOPTR, $32

// What makes coefficients 0 to 3 of a row: of the first two words, and of the last two.
DATA first<>+0(SB)/8, $0x0001000200010001
DATA first<>+8(SB)/8, $0xfffe0001ffff0001
DATA first<>+16(SB)/8, $0x0001000200010001
DATA first<>+24(SB)/8, $0xfffe0001ffff0001
GLOBL first<>(SB), RODATA|NOPTR, $32
DATA second<>+0(SB)/8, $0xfffeffff00010001
DATA second<>+8(SB)/8, $0xffff00020001ffff
DATA second<>+16(SB)/8, $0xfffeffff00010001
DATA second<>+24(SB)/8, $0xffff00020001ffff
GLOBL second<>(SB), RODATA|NOPTR, $32

// Which words of the raster make up the first and the last eight of the zigzag scan: of the first two rows, then of the
// last two.
DATA zigzag<>+0(SB)/8, $0x8080090803020100
DATA zigzag<>+8(SB)/8, $0x0d0c070605040b0a
DATA zigzag<>+16(SB)/8, $0x0100808080808080
DATA zigzag<>+24(SB)/8, $0x8080808080808080
DATA zigzag<>+32(SB)/8, $0x8080808080808080
DATA zigzag<>+40(SB)/8, $0x8080808080800f0e
DATA zigzag<>+48(SB)/8, $0x05040b0a09080302
DATA zigzag<>+56(SB)/8, $0x0f0e0d0c07068080
GLOBL zigzag<>(SB), RODATA|NOPTR, $64

// LEVEL makes levels of eight coefficients. Y13 is the rounding term, X14 the shift, Y15 the limit.
#define LEVEL(factors, c, scratch) \
	VPABSD  c, scratch; \
	VPMULLD factors, scratch, scratch; \
	VPADDD  Y13, scratch, scratch; \
	VPSRAD  X14, scratch, scratch; \
	VPMINSD Y15, scratch, scratch; \
	VPSIGND c, scratch, c

// func code4AVX2(levels *[16]int16, dst *byte, dstStride int, src *byte, srcStride int, pred *[16]byte,
//	factor, scale *[16]int32, round int32, shift uint32, limit int32) Marks
// X11 is the prediction and then what becomes of it, Y12 the prediction in words.
TEXT ·code4AVX2(SB), NOSPLIT, $0-84
	MOVQ         dst+8(FP), SI
	MOVQ         dstStride+16(FP), R8
	MOVQ         src+24(FP), BX
	MOVQ         srcStride+32(FP), R9
	LEAQ         (R8)(R8*2), R10
	LEAQ         (R9)(R9*2), R11
	MOVQ         pred+40(FP), AX
	VMOVDQU      (AX), X11
	VMOVD        (BX), X1
	VPINSRD      $1, (BX)(R9*1), X1, X1
	VPINSRD      $2, (BX)(R9*2), X1, X1
	VPINSRD      $3, (BX)(R11*1), X1, X1
	VPMOVZXBW    X11, Y12
	VPMOVZXBW    X1, Y1
	VPSUBW       Y12, Y1, Y1
	MOVL         round+64(FP), CX
	MOVL         shift+68(FP), R9
	MOVL         limit+72(FP), R11
	VMOVD        CX, X13
	VMOVD        R9, X14
	VMOVD        R11, X15
	VPBROADCASTD X13, Y13
	VPBROADCASTD X15, Y15

	// Columns: the sums of rows 0 and 3, and of 1 and 2, in the lower half, their differences in the upper.
	VEXTRACTI128 $1, Y1, X2
	VPSHUFD      $0x4e, X2, X2
	VPADDW       X2, X1, X0
	VPSUBW       X2, X1, X1
	VINSERTI128  $1, X1, Y0, Y0
	VPUNPCKLQDQ  Y0, Y0, Y1
	VPUNPCKHQDQ  Y0, Y0, Y2
	VPMULLW      outer<>(SB), Y1, Y1
	VPMULLW      inner<>(SB), Y2, Y2
	VPADDW       Y2, Y1, Y3

	// Rows 0 and 1 of coefficients in Y0, 2 and 3 in Y1.
	VMOVDQU      first<>(SB), Y6
	VMOVDQU      second<>(SB), Y7
	VPSHUFD      $0x00, Y3, Y0
	VPSHUFD      $0x55, Y3, Y4
	VPSHUFD      $0xaa, Y3, Y1
	VPSHUFD      $0xff, Y3, Y5
	VPMADDWD     Y6, Y0, Y0
	VPMADDWD     Y7, Y4, Y4
	VPMADDWD     Y6, Y1, Y1
	VPMADDWD     Y7, Y5, Y5
	VPADDD       Y4, Y0, Y0
	VPADDD       Y5, Y1, Y1
	MOVQ         factor+48(FP), BX
	LEVEL(0(BX), Y0, Y4)
	LEVEL(32(BX), Y1, Y5)
	MOVQ         scale+56(FP), BX
	VPMULLD      0(BX), Y0, Y8
	VPMULLD      32(BX), Y1, Y9
	MOVQ         levels+0(FP), DI
	VPACKSSDW    Y1, Y0, Y0
	VPERMQ       $0xd8, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPSHUFB      zigzag<>+0(SB), X0, X2
	VPSHUFB      zigzag<>+16(SB), X1, X3
	VPSHUFB      zigzag<>+32(SB), X0, X4
	VPSHUFB      zigzag<>+48(SB), X1, X5
	VPOR         X3, X2, X2
	VPOR         X5, X4, X4
	VMOVDQU      X2, 0(DI)
	VMOVDQU      X4, 16(DI)
	// The magnitudes in scan order, above zero in the lower half and above one in the upper.
	VPACKSSWB    X4, X2, X0
	VPABSB       X0, X0
	VINSERTI128  $1, X0, Y0, Y0
	VPMINUB      bytesTwo<>(SB), Y0, Y0
	VPCMPGTB     above<>(SB), Y0, Y0
	VPMOVMSKB    Y0, CX
	MOVL         CX, ret+80(FP)
	TESTL        CX, CX
	JEQ          done

	VMOVDQA      X8, X0
	VEXTRACTI128 $1, Y8, X1
	VMOVDQA      X9, X2
	VEXTRACTI128 $1, Y9, X3
	RESIDUAL4(half<>)
	VEXTRACTI128 $1, Y12, X5
	VPADDSW      X12, X0, X0
	VPADDSW      X5, X2, X2
	VPACKUSWB    X2, X0, X11

done:
	VMOVD   X11, (SI)
	VPEXTRD $1, X11, (SI)(R8*1)
	VPEXTRD $2, X11, (SI)(R8*2)
	VPEXTRD $3, X11, (SI)(R10*1)
	VZEROUPPER
	RET

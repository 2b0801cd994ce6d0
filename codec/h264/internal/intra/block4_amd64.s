//go:build !purego

#include "textflag.h"

// The neighbors of a 4x4 block stand in a register as in Edges4, their means in two others; every prediction is the bytes of
// these in some order. A register holds two predictions.

// All neighbors: those above left and above, which are in bytes 0 to 8, and left; above right the last one above stands in.
DATA above<>+0(SB)/8, $0x0201008080808080
DATA above<>+8(SB)/8, $0x0808080706050403
GLOBL above<>(SB), RODATA|NOPTR, $16
DATA aboveOnly<>+0(SB)/8, $0x0201008080808080
DATA aboveOnly<>+8(SB)/8, $0x0404040404040403
GLOBL aboveOnly<>(SB), RODATA|NOPTR, $16

// Those that DC4 is the mean of.
DATA beside<>+0(SB)/8, $0x0908070604030201
DATA beside<>+8(SB)/8, $0x8080808080808080
GLOBL beside<>(SB), RODATA|NOPTR, $16

// Vertical4 and Horizontal4 of neighbors; DiagonalDownLeft4 and DiagonalDownRight4 of means of three.
DATA straight<>+0(SB)/8, $0x0908070609080706
DATA straight<>+8(SB)/8, $0x0908070609080706
DATA straight<>+16(SB)/8, $0x0303030304040404
DATA straight<>+24(SB)/8, $0x0101010102020202
GLOBL straight<>(SB), RODATA|NOPTR, $32
DATA diagonal<>+0(SB)/8, $0x0b0a09080a090807
DATA diagonal<>+8(SB)/8, $0x0d0c0b0a0c0b0a09
DATA diagonal<>+16(SB)/8, $0x0706050408070605
DATA diagonal<>+24(SB)/8, $0x0504030206050403
GLOBL diagonal<>(SB), RODATA|NOPTR, $32

// VerticalRight4 and HorizontalDown4, then VerticalLeft4 and HorizontalUp4, of means of two and of three.
DATA right2<>+0(SB)/8, $0x8080808008070605
DATA right2<>+8(SB)/8, $0x8080808007060580
DATA right2<>+16(SB)/8, $0x8004800380808004
DATA right2<>+24(SB)/8, $0x8002800180038002
GLOBL right2<>(SB), RODATA|NOPTR, $32
DATA right3<>+0(SB)/8, $0x0807060580808080
DATA right3<>+8(SB)/8, $0x0706050380808004
DATA right3<>+16(SB)/8, $0x0580048007060580
DATA right3<>+24(SB)/8, $0x0380028004800380
GLOBL right3<>(SB), RODATA|NOPTR, $32
DATA left2<>+0(SB)/8, $0x8080808009080706
DATA left2<>+8(SB)/8, $0x808080800a090807
DATA left2<>+16(SB)/8, $0x8001800280028003
DATA left2<>+24(SB)/8, $0x0000000000008001
GLOBL left2<>(SB), RODATA|NOPTR, $32
DATA left3<>+0(SB)/8, $0x0a09080780808080
DATA left3<>+8(SB)/8, $0x0b0a090880808080
DATA left3<>+16(SB)/8, $0x0180028002800380
DATA left3<>+24(SB)/8, $0x8080808080800180
GLOBL left3<>(SB), RODATA|NOPTR, $32

DATA sums4<>+0(SB)/8, $0x0101010101010101
DATA sums4<>+8(SB)/8, $0x0101010101010101
DATA sums4<>+16(SB)/8, $0x0101010101010101
DATA sums4<>+24(SB)/8, $0x0101010101010101
GLOBL sums4<>(SB), RODATA|NOPTR, $32
DATA diffs4<>+0(SB)/8, $0xff01ff01ff01ff01
DATA diffs4<>+8(SB)/8, $0xff01ff01ff01ff01
DATA diffs4<>+16(SB)/8, $0xff01ff01ff01ff01
DATA diffs4<>+24(SB)/8, $0xff01ff01ff01ff01
GLOBL diffs4<>(SB), RODATA|NOPTR, $32
DATA ones4<>+0(SB)/8, $0x0001000100010001
DATA ones4<>+8(SB)/8, $0x0001000100010001
DATA ones4<>+16(SB)/8, $0x0001000100010001
DATA ones4<>+24(SB)/8, $0x0001000100010001
GLOBL ones4<>(SB), RODATA|NOPTR, $32

// COSTS leaves in p the SATD of the source and the predictions p, as four dwords for each: of two, or of one if all registers
// are X. src0 and src1 are the sums and the differences of pairs of samples of the source, sums and diffs the multipliers that
// make them. Butterflies between neighboring words and between neighboring rows follow; instead of the last ones, the larger
// magnitudes are taken.
#define COSTS(p, q, s, t, src0, src1, sums, diffs) \
	VPMADDUBSW  diffs, p, q; \
	VPMADDUBSW  sums, p, p; \
	VPSUBW      q, src1, q; \
	VPSUBW      p, src0, p; \
	VPSLLD      $16, q, s; \
	VPSRLD      $16, p, t; \
	VPBLENDW    $0xaa, s, p, p; \
	VPBLENDW    $0xaa, q, t, t; \
	VPSUBW      t, p, q; \
	VPADDW      t, p, p; \
	VPSLLQ      $32, q, s; \
	VPSRLQ      $32, p, t; \
	VPBLENDD    $0xaa, s, p, p; \
	VPBLENDD    $0xaa, q, t, t; \
	VPSUBW      t, p, q; \
	VPADDW      t, p, p; \
	VPABSW      p, p; \
	VPABSW      q, q; \
	VPUNPCKLQDQ q, p, s; \
	VPUNPCKHQDQ q, p, p; \
	VPMAXSW     s, p, p; \
	VPMADDWD    ones4<>(SB), p, p

// func candidates4AVX2(preds *[9][16]byte, costs *[9]int32, src *byte, srcStride int, pix *byte, stride int, topRight bool)
TEXT ·candidates4AVX2(SB), NOSPLIT, $0-49
	MOVQ        preds+0(FP), DI
	MOVQ        costs+8(FP), DX
	MOVQ        src+16(FP), SI
	MOVQ        srcStride+24(FP), R8
	MOVQ        pix+32(FP), BX
	MOVQ        stride+40(FP), R9
	MOVBLZX     topRight+48(FP), AX
	VMOVDQU     sums4<>(SB), Y10
	VMOVDQU     diffs4<>(SB), Y11
	VPXOR       X15, X15, X15
	LEAQ        (R8)(R8*2), R10
	LEAQ        (R9)(R9*2), R11
	MOVQ        BX, R12
	SUBQ        R9, R12                   // the row above
	VMOVQ       -1(R12), X0
	VPINSRB     $8, 7(R12), X0, X0
	MOVBLZX     -1(BX)(R11*1), R13
	VPINSRB     $0, R13, X15, X1
	VPINSRB     $1, R13, X1, X1
	VPINSRB     $2, -1(BX)(R9*2), X1, X1
	VPINSRB     $3, -1(BX)(R9*1), X1, X1
	VPINSRB     $4, -1(BX), X1, X1
	LEAQ        above<>(SB), R13
	LEAQ        aboveOnly<>(SB), R14
	TESTL       AX, AX
	CMOVQEQ     R14, R13
	VPSHUFB     (R13), X0, X0
	VPOR        X1, X0, X0                // neighbors
	VMOVD       (SI), X8
	VPINSRD     $1, (SI)(R8*1), X8, X8
	VPINSRD     $2, (SI)(R8*2), X8, X8
	VPINSRD     $3, (SI)(R10*1), X8, X8
	VINSERTI128 $1, X8, Y8, Y8
	VPMADDUBSW  Y11, Y8, Y9
	VPMADDUBSW  Y10, Y8, Y8

	VPSRLDQ     $1, X0, X2
	VPSLLDQ     $1, X0, X3
	VPAVGB      X0, X2, X1                // means of two
	VPXOR       X2, X3, X4
	VPAVGB      X2, X3, X2
	VPAND       sums4<>(SB), X4, X4
	VPSUBB      X4, X2, X2
	VPAVGB      X0, X2, X2                // means of three
	VPSHUFB     beside<>(SB), X0, X4
	VPSADBW     X15, X4, X4
	VINSERTI128 $1, X0, Y0, Y0
	VINSERTI128 $1, X1, Y1, Y1
	VINSERTI128 $1, X2, Y2, Y2
	VMOVD       X4, AX
	ADDL        $4, AX
	SHRL        $3, AX
	VMOVD       AX, X4
	VPBROADCASTB X4, X4
	VPSHUFB     straight<>(SB), Y0, Y0
	VPSHUFB     right2<>(SB), Y1, Y3
	VPSHUFB     right3<>(SB), Y2, Y5
	VPOR        Y5, Y3, Y3
	VPSHUFB     left2<>(SB), Y1, Y1
	VPSHUFB     left3<>(SB), Y2, Y5
	VPOR        Y5, Y1, Y1
	VPSHUFB     diagonal<>(SB), Y2, Y2
	VMOVDQU     Y0, (DI)
	VMOVDQU     X4, 32(DI)
	VMOVDQU     Y2, 48(DI)
	VMOVDQU     Y3, 80(DI)
	VMOVDQU     Y1, 112(DI)
	COSTS(Y0, Y5, Y12, Y13, Y8, Y9, Y10, Y11)
	COSTS(Y2, Y6, Y14, Y7, Y8, Y9, Y10, Y11)
	COSTS(Y3, Y5, Y12, Y13, Y8, Y9, Y10, Y11)
	COSTS(Y1, Y6, Y14, Y7, Y8, Y9, Y10, Y11)
	COSTS(X4, X5, X12, X13, X8, X9, X10, X11)
	VPHADDD     Y2, Y0, Y0
	VPHADDD     Y1, Y3, Y3
	VPHADDD     Y3, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPUNPCKLDQ  X1, X0, X2
	VPUNPCKHDQ  X1, X0, X3
	VMOVQ       X2, (DX)
	VMOVHPS     X2, 12(DX)
	VMOVDQU     X3, 20(DX)
	VPSHUFD     $0xee, X4, X5
	VPADDD      X5, X4, X4
	VPSHUFD     $0x55, X4, X5
	VPADDD      X5, X4, X4
	VMOVD       X4, 8(DX)
	VZEROUPPER
	RET

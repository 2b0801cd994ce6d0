//go:build !purego

#include "textflag.h"

// Eight bytes, the last of them for what is beyond.
DATA lastOf8<>+0(SB)/8, $0x0706050403020100
DATA lastOf8<>+8(SB)/8, $0x0707070707070707
GLOBL lastOf8<>(SB), RODATA|NOPTR, $16

// The same with nine in the upper half; the lower half as it is.
DATA lastOf25<>+0(SB)/8, $0x0706050403020100
DATA lastOf25<>+8(SB)/8, $0x0f0e0d0c0b0a0908
DATA lastOf25<>+16(SB)/8, $0x0706050403020100
DATA lastOf25<>+24(SB)/8, $0x0808080808080808
GLOBL lastOf25<>(SB), RODATA|NOPTR, $32

DATA bits0<>+0(SB)/8, $0x0101010101010101
DATA bits0<>+8(SB)/8, $0x0101010101010101
DATA bits0<>+16(SB)/8, $0x0101010101010101
DATA bits0<>+24(SB)/8, $0x0101010101010101
GLOBL bits0<>(SB), RODATA|NOPTR, $32

DATA last<>+0(SB)/8, $0x0f0f0f0f0f0f0f0f
DATA last<>+8(SB)/8, $0x0f0f0f0f0f0f0f0f
GLOBL last<>(SB), RODATA|NOPTR, $16

// Bytes 3, 5 and 7, and 2, 4, 6 and all from 8 on.
DATA evens<>+0(SB)/8, $0x8080808080070503
DATA evens<>+8(SB)/8, $0x8080808080808080
GLOBL evens<>(SB), RODATA|NOPTR, $16
DATA odds<>+0(SB)/8, $0x0c0b0a0908060402
DATA odds<>+8(SB)/8, $0x80808080800f0e0d
GLOBL odds<>(SB), RODATA|NOPTR, $16

// Words 6 down to 0 and nothing.
DATA upwards<>+0(SB)/8, $0x070609080b0a0d0c
DATA upwards<>+8(SB)/8, $0x8080010003020504
GLOBL upwards<>(SB), RODATA|NOPTR, $16

// The rows of a horizontal prediction.
DATA rows0123<>+0(SB)/8, $0x0707070707070707
DATA rows0123<>+8(SB)/8, $0x0606060606060606
DATA rows0123<>+16(SB)/8, $0x0505050505050505
DATA rows0123<>+24(SB)/8, $0x0404040404040404
GLOBL rows0123<>(SB), RODATA|NOPTR, $32
DATA rows4567<>+0(SB)/8, $0x0303030303030303
DATA rows4567<>+8(SB)/8, $0x0202020202020202
DATA rows4567<>+16(SB)/8, $0x0101010101010101
DATA rows4567<>+24(SB)/8, $0x0000000000000000
GLOBL rows4567<>(SB), RODATA|NOPTR, $32

// MEANS3 makes dst of a, b and c weighted 1 2 1. Y15 is ones.
#define MEANS3(a, b, c, dst, scratch) \
	VPXOR  a, c, scratch; \
	VPAVGB a, c, dst; \
	VPAND  Y15, scratch, scratch; \
	VPSUBB scratch, dst, dst; \
	VPAVGB b, dst, dst

// func load8AVX2(lines *[linesSize]byte, pix *byte, stride int, topRight bool)
// X0 is the left column from the bottom up and the corner in its upper bytes, X1 the row above, X2 its last sample.
TEXT ·load8AVX2(SB), NOSPLIT, $0-25
	MOVQ         lines+0(FP), DI
	MOVQ         pix+8(FP), SI
	MOVQ         stride+16(FP), R8
	MOVBLZX      topRight+24(FP), AX
	VMOVDQU      bits0<>(SB), Y15
	VPXOR        X14, X14, X14
	LEAQ         (R8)(R8*2), R9
	MOVQ         SI, R10
	SUBQ         R8, R10           // the row above
	LEAQ         (SI)(R8*4), R11   // row 4
	TESTL        AX, AX
	JEQ          missing
	VMOVDQU      (R10), X1

left:
	VPINSRB      $15, -1(R10), X14, X0
	VPINSRB      $11, -1(SI)(R9*1), X14, X3
	VPINSRB      $14, -1(SI), X0, X0
	VPINSRB      $10, -1(R11), X3, X3
	VPINSRB      $13, -1(SI)(R8*1), X0, X0
	VPINSRB      $9, -1(R11)(R8*1), X3, X3
	VPINSRB      $12, -1(SI)(R8*2), X0, X0
	VPINSRB      $8, -1(R11)(R8*2), X3, X3
	MOVBLZX      -1(R11)(R9*1), AX
	VPINSRB      $7, AX, X3, X3
	VPINSRB      $6, AX, X3, X3
	VPOR         X3, X0, X0
	VPSHUFB      last<>(SB), X1, X2
	VINSERTI128  $1, X1, Y0, Y0    // left, above
	VINSERTI128  $1, X2, Y1, Y1    // above, beyond
	VPALIGNR     $6, Y0, Y1, Y3
	VPALIGNR     $7, Y0, Y1, Y4
	VPALIGNR     $8, Y0, Y1, Y5
	MEANS3(Y3, Y4, Y5, Y0, Y6)
	VPSHUFB      lastOf25<>(SB), Y0, Y0
	VMOVDQU      Y0, (DI)
	// X1 is the upper half, Y2 the sample at the lower end.
	VEXTRACTI128 $1, Y0, X1
	VPBROADCASTB X0, Y2
	VINSERTI128  $1, X0, Y2, Y3
	VPALIGNR     $15, Y3, Y0, Y3   // the neighbors before
	VPERM2I128   $0x11, Y0, Y0, Y4
	VPALIGNR     $1, Y0, Y4, Y4    // and after
	VPAVGB       Y0, Y4, Y6
	MEANS3(Y3, Y0, Y4, Y7, Y5)
	VMOVDQU      Y6, 32(DI)
	VMOVDQU      Y7, 64(DI)
	VPSHUFB      evens<>(SB), X7, X3
	VPSRLDQ      $8, X6, X4
	VPSLLDQ      $3, X4, X4
	VPOR         X4, X3, X3
	VMOVDQU      X3, 96(DI)
	VPSHUFB      odds<>(SB), X7, X3
	VMOVDQU      X3, 112(DI)
	VPSRLDQ      $1, X7, X3
	VPUNPCKLBW   X3, X6, X3
	VMOVDQU      X3, 128(DI)
	VPSRLDQ      $9, X7, X3
	VMOVQ        X3, 144(DI)
	VPUNPCKLBW   X7, X6, X3
	VPSHUFB      upwards<>(SB), X3, X3
	VPBLENDW     $0x80, X2, X3, X3
	VMOVDQU      X3, 152(DI)
	VMOVQ        X2, 168(DI)

	// The mean of neighbors 0 to 7 and 9 to 16.
	VPALIGNR     $9, X0, X1, X3
	VPUNPCKLQDQ  X3, X0, X3
	VPSADBW      X14, X3, X3
	VPSHUFD      $0xee, X3, X4
	VPADDD       X4, X3, X3
	VMOVD        X3, AX
	ADDL         $8, AX
	SHRL         $4, AX
	VMOVD        AX, X3
	VPBROADCASTB X3, X3
	VMOVQ        X3, 240(DI)
	VINSERTI128  $1, X0, Y0, Y0
	VPSHUFB      rows0123<>(SB), Y0, Y3
	VMOVDQU      Y3, 176(DI)
	VPSHUFB      rows4567<>(SB), Y0, Y3
	VMOVDQU      Y3, 208(DI)
	VZEROUPPER
	RET

missing:
	VMOVQ   (R10), X1
	VPSHUFB lastOf8<>(SB), X1, X1
	JMP     left

// func predict8(dst *byte, stride int, even, odd *byte, step int)
TEXT ·predict8(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ stride+8(FP), R8
	MOVQ even+16(FP), SI
	MOVQ odd+24(FP), BX
	MOVQ step+32(FP), R9
	LEAQ (R9)(R9*2), R10
	LEAQ (R8)(R8*2), R11
	LEAQ (DI)(R8*4), DX
	MOVQ (SI), AX
	MOVQ (BX), CX
	MOVQ AX, (DI)
	MOVQ CX, (DI)(R8*1)
	MOVQ (SI)(R9*1), AX
	MOVQ (BX)(R9*1), CX
	MOVQ AX, (DI)(R8*2)
	MOVQ CX, (DI)(R11*1)
	MOVQ (SI)(R9*2), AX
	MOVQ (BX)(R9*2), CX
	MOVQ AX, (DX)
	MOVQ CX, (DX)(R8*1)
	MOVQ (SI)(R10*1), AX
	MOVQ (BX)(R10*1), CX
	MOVQ AX, (DX)(R8*2)
	MOVQ CX, (DX)(R11*1)
	RET

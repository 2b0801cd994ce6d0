//go:build !purego

#include "textflag.h"

DATA columns<>+0(SB)/8, $0x0003000200010000
DATA columns<>+8(SB)/8, $0x0007000600050004
DATA columns<>+16(SB)/8, $0x000b000a00090008
DATA columns<>+24(SB)/8, $0x000f000e000d000c
GLOBL columns<>(SB), RODATA|NOPTR, $32

DATA words<>+0(SB)/8, $0x0001000100010001
DATA words<>+8(SB)/8, $0x0001000100010001
GLOBL words<>(SB), RODATA|NOPTR, $16

// The weights of neighbors in the gradients: -7 to 8, and -3 to 4.
DATA weights16<>+0(SB)/8, $0x00fffefdfcfbfaf9
DATA weights16<>+8(SB)/8, $0x0807060504030201
GLOBL weights16<>(SB), RODATA|NOPTR, $16
DATA weights8<>+0(SB)/8, $0x0403020100fffefd
DATA weights8<>+8(SB)/8, $0
GLOBL weights8<>(SB), RODATA|NOPTR, $16

DATA fours<>+0(SB)/8, $0x0000000400000004
DATA fours<>+8(SB)/8, $0x0000000400000004
DATA fours<>+16(SB)/8, $0x0000000400000004
DATA fours<>+24(SB)/8, $0x0000000400000004
GLOBL fours<>(SB), RODATA|NOPTR, $32

// The dwords 0 and 2, then 1 and 3, of the lower half as bytes 0, 1, 4 and 5, of the upper half as bytes 2, 3, 6 and 7.
DATA apart<>+0(SB)/8, $0x80800c0480800800
DATA apart<>+8(SB)/8, $0x8080808080808080
DATA apart<>+16(SB)/8, $0x0c04808008008080
DATA apart<>+24(SB)/8, $0x8080808080808080
GLOBL apart<>(SB), RODATA|NOPTR, $32

// GRADIENT loads all that a plane prediction starts from: R9 is the dot product of the row above and the weights, R10 that of
// the left column; AX is the last sample of both.
#define GRADIENT(LOAD, weights, last) \
	MOVQ       dst+0(FP), DI; \
	MOVQ       top+8(FP), SI; \
	MOVQ       left+16(FP), DX; \
	MOVBLZX    corner+24(FP), BX; \
	LOAD       (SI), X0; \
	LOAD       (DX), X1; \
	VPMADDUBSW weights, X0, X0; \
	VPMADDUBSW weights, X1, X1; \
	VPMADDWD   words<>(SB), X0, X0; \
	VPMADDWD   words<>(SB), X1, X1; \
	VPHADDD    X1, X0, X0; \
	VPHADDD    X0, X0, X0; \
	VMOVD      X0, R9; \
	VPEXTRD    $1, X0, R10; \
	MOVBLZX    last(SI), AX; \
	MOVBLZX    last(DX), CX; \
	ADDL       CX, AX; \
	SHLL       $4, AX

// START makes Y0 of the sums of the first row, of which AX is the first one, and Y1 of what the next row adds. R9 is what the
// next column adds, R10 the next row.
#define START \
	VMOVD        AX, X2; \
	VMOVD        R9, X0; \
	VMOVD        R10, X1; \
	VPBROADCASTW X2, Y2; \
	VPBROADCASTW X0, Y0; \
	VPBROADCASTW X1, Y1; \
	VPMULLW      columns<>(SB), Y0, Y0; \
	VPADDW       Y2, Y0, Y0

// COLUMN gathers in a the samples at R10, R11, R12 and R13 and three rows below each, R8 being the stride and R9 three of it. X5
// is zero.
#define COLUMN(a, b, c, d) \
	VPINSRB $0, (R10), X5, a; \
	VPINSRB $4, (R11), X5, b; \
	VPINSRB $8, (R12), X5, c; \
	VPINSRB $12, (R13), X5, d; \
	VPINSRB $1, (R10)(R8*1), a, a; \
	VPINSRB $5, (R11)(R8*1), b, b; \
	VPINSRB $9, (R12)(R8*1), c, c; \
	VPINSRB $13, (R13)(R8*1), d, d; \
	VPINSRB $2, (R10)(R8*2), a, a; \
	VPINSRB $6, (R11)(R8*2), b, b; \
	VPINSRB $10, (R12)(R8*2), c, c; \
	VPINSRB $14, (R13)(R8*2), d, d; \
	VPINSRB $3, (R10)(R9*1), a, a; \
	VPINSRB $7, (R11)(R9*1), b, b; \
	VPINSRB $11, (R12)(R9*1), c, c; \
	VPINSRB $15, (R13)(R9*1), d, d; \
	VPOR    b, a, a; \
	VPOR    d, c, c; \
	VPOR    c, a, a

// func load16AVX2(top, left *[16]byte, pix *byte, stride int) (mean byte)
TEXT ·load16AVX2(SB), NOSPLIT, $0-33
	MOVQ        top+0(FP), DI
	MOVQ        left+8(FP), DX
	MOVQ        pix+16(FP), SI
	MOVQ        stride+24(FP), R8
	LEAQ        (R8)(R8*2), R9
	MOVQ        SI, R10
	SUBQ        R8, R10
	VMOVDQU     (R10), X4
	VMOVDQU     X4, (DI)
	LEAQ        -1(SI), R10
	LEAQ        (R10)(R8*4), R11
	LEAQ        (R11)(R8*4), R12
	LEAQ        (R12)(R8*4), R13
	VPXOR       X5, X5, X5
	COLUMN(X0, X1, X2, X3)
	VMOVDQU     X0, (DX)
	VPSADBW     X5, X0, X0
	VPSADBW     X5, X4, X4
	VPADDD      X4, X0, X0
	VPSHUFD     $0xee, X0, X1
	VPADDD      X1, X0, X0
	VMOVD       X0, AX
	ADDL        $16, AX
	SHRL        $5, AX
	MOVB        AX, mean+32(FP)
	RET

// func loadChromaAVX2(top, left *[2][8]byte, means *[2][4]byte, cb, cr *byte, stride int)
TEXT ·loadChromaAVX2(SB), NOSPLIT, $0-48
	MOVQ         top+0(FP), DI
	MOVQ         left+8(FP), DX
	MOVQ         means+16(FP), BX
	MOVQ         cb+24(FP), SI
	MOVQ         cr+32(FP), AX
	MOVQ         stride+40(FP), R8
	LEAQ         (R8)(R8*2), R9
	SUBQ         R8, SI
	SUBQ         R8, AX
	VMOVQ        (SI), X0
	VMOVHPS      (AX), X0, X0
	VMOVDQU      X0, (DI)
	LEAQ         -1(SI)(R8*1), R10
	LEAQ         -1(AX)(R8*1), R12
	LEAQ         (R10)(R8*4), R11
	LEAQ         (R12)(R8*4), R13
	VPXOR        X5, X5, X5
	COLUMN(X1, X2, X3, X4)
	VMOVDQU      X1, (DX)

	// Sums of four samples, Cb below Cr: Y0 above t0, t1, Y1 left l0, l1. Blocks have the means of t0 and l0, of t1 alone, of l1
	// alone, of t1 and l1; a sum alone is taken twice.
	VPMOVZXDQ    X0, Y0
	VPMOVZXDQ    X1, Y1
	VPSADBW      Y5, Y0, Y0
	VPSADBW      Y5, Y1, Y1
	VPBLENDD     $0xcc, Y0, Y1, Y2
	VPADDD       Y0, Y2, Y2
	VPUNPCKHQDQ  Y1, Y1, Y3
	VPUNPCKHQDQ  Y0, Y1, Y4
	VPADDD       Y3, Y4, Y3
	VPSLLQ       $32, Y3, Y3
	VPOR         Y3, Y2, Y2
	VPADDD       fours<>(SB), Y2, Y2
	VPSRLD       $3, Y2, Y2
	VPSHUFB      apart<>(SB), Y2, Y2
	VEXTRACTI128 $1, Y2, X3
	VPOR         X3, X2, X2
	VMOVQ        X2, (BX)
	VZEROUPPER
	RET

// func plane16AVX2(dst *[256]byte, top, left *[16]byte, corner byte)
TEXT ·plane16AVX2(SB), NOSPLIT, $0-25
	GRADIENT(VMOVDQU, weights16<>(SB), 15)
	SHLL $3, BX
	SUBL BX, R9
	SUBL BX, R10
	LEAL 32(R9)(R9*4), R9
	LEAL 32(R10)(R10*4), R10
	SARL $6, R9
	SARL $6, R10
	LEAL (R9)(R10*1), CX
	IMULL $7, CX
	SUBL CX, AX
	ADDL $16, AX
	START
	MOVL $16, CX

sixteen:
	VPSRAW       $5, Y0, Y2
	VEXTRACTI128 $1, Y2, X3
	VPACKUSWB    X3, X2, X2
	VMOVDQU      X2, (DI)
	VPADDW       Y1, Y0, Y0
	ADDQ         $16, DI
	DECQ         CX
	JNZ          sixteen
	VZEROUPPER
	RET

// func plane8AVX2(dst *[64]byte, top, left *[8]byte, corner byte)
TEXT ·plane8AVX2(SB), NOSPLIT, $0-25
	GRADIENT(VMOVQ, weights8<>(SB), 7)
	SHLL  $2, BX
	SUBL  BX, R9
	SUBL  BX, R10
	IMULL $34, R9
	IMULL $34, R10
	ADDL  $32, R9
	ADDL  $32, R10
	SARL  $6, R9
	SARL  $6, R10
	LEAL  (R9)(R10*1), CX
	LEAL  (CX)(CX*2), CX
	SUBL  CX, AX
	ADDL  $16, AX
	START
	MOVL  $8, CX

eight:
	VPSRAW    $5, X0, X2
	VPACKUSWB X2, X2, X2
	VMOVQ     X2, (DI)
	VPADDW    X1, X0, X0
	ADDQ      $8, DI
	DECQ      CX
	JNZ       eight
	VZEROUPPER
	RET

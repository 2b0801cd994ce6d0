//go:build !purego

#include "textflag.h"

DATA columns<>+0(SB)/8, $0x0003000200010000
DATA columns<>+8(SB)/8, $0x0007000600050004
DATA columns<>+16(SB)/8, $0x000b000a00090008
DATA columns<>+24(SB)/8, $0x000f000e000d000c
GLOBL columns<>(SB), RODATA|NOPTR, $32

// func planeAVX2(dst *byte, size, a, b, c int)
// Y0 is the sums of a row, 16 at a time or, in its lower half, 8; Y1 is what the next row adds.
TEXT ·planeAVX2(SB), NOSPLIT, $0-40
	MOVQ         dst+0(FP), DI
	MOVQ         size+8(FP), CX
	MOVQ         a+16(FP), R8
	MOVQ         b+24(FP), R9
	MOVQ         c+32(FP), R10
	VMOVD        R8, X2
	VMOVD        R9, X0
	VMOVD        R10, X1
	VPBROADCASTW X2, Y2
	VPBROADCASTW X0, Y0
	VPBROADCASTW X1, Y1
	VPMULLW      columns<>(SB), Y0, Y0
	VPADDW       Y2, Y0, Y0
	CMPQ         CX, $8
	JEQ          eight

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

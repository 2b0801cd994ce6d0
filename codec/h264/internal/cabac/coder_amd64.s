//go:build !purego

#include "textflag.h"

// The layout of coder.
#define LOW 0
#define RNG 8
#define QUEUE 16
#define CONTEXTS 24

// func runBMI2(c *coder, list *bin, n int, parts *[512]part, transition *[256]uint8) int
//
// The range is what each step waits for: from the table of sizes through the choice between the two parts to the shift.
// All else, the bypass bins with it, runs beside.
TEXT ·runBMI2(SB), NOSPLIT, $0-48
	MOVQ c+0(FP), DI
	MOVQ list+8(FP), SI
	MOVQ n+16(FP), R8
	MOVQ parts+24(FP), R9
	MOVQ transition+32(FP), R10
	MOVQ LOW(DI), BX
	MOVL RNG(DI), AX
	MOVQ QUEUE(DI), CX
	LEAQ (SI)(R8*4), R8

next:
	MOVWLZX (SI), R11
	MOVL R11, R12
	SHRL $1, R12
	MOVBLZX CONTEXTS(DI)(R12*1), R13
	LEAQ (R9)(R13*4), R14
	MOVL R13, R15
	XORL R11, R15
	ANDL $1, R15
	NEGL R15 // all ones for the less probable symbol
	XORL R15, R13
	MOVBLZX R13, R13
	MOVBLZX (R10)(R13*1), R13
	MOVB R13, CONTEXTS(DI)(R12*1)
	MOVL AX, DX
	ANDL $0xc0, DX
	MOVBLZX (R14)(DX*8), R12 // size
	MOVL (R14)(DX*8), R14 // size, shift, moved
	SUBL R12, AX
	MOVL AX, R12
	ANDL R15, R12
	ADDQ R12, BX
	XORL R13, R13
	LEAL (AX)(AX*1), R12
	CMPL AX, $256
	CMOVLCS R12, AX
	ADCL $0, R13 // places that the more probable symbol's part is moved up by
	MOVL R14, DX
	SHRL $16, DX
	SHRL $8, R14
	MOVBLZX R14, R14
	TESTL R15, R15
	CMOVLNE DX, AX
	CMOVLNE R14, R13
	SHLXQ R13, BX, BX
	ADDQ R13, CX
	MOVBLZX 2(SI), R11 // the bypass bins
	MOVBLZX 3(SI), R12 // their number
	ADDQ $4, SI
	IMULL AX, R11
	SHLXQ R12, BX, BX
	ADDQ R11, BX
	ADDQ R12, CX
	CMPQ CX, $24
	JGE done
	CMPQ SI, R8
	JB next

done:
	MOVQ BX, LOW(DI)
	MOVL AX, RNG(DI)
	MOVQ CX, QUEUE(DI)
	SUBQ list+8(FP), SI
	SHRQ $2, SI
	MOVQ SI, ret+40(FP)
	RET

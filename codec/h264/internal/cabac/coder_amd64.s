//go:build !purego

#include "textflag.h"

// The layout of coder.
#define LOW 0
#define RNG 8
#define QUEUE 16
#define CONTEXTS 24

// func leadingZeros(v uint32) uint32
TEXT ·leadingZeros(SB), NOSPLIT, $0-12
	LZCNTL v+0(FP), AX
	MOVL AX, ret+8(FP)
	RET

// func runBMI2(c *coder, list *bin, n int, sizes *[128][4]uint32, next *[256]int16) int
//
// The range is what each step waits for. It is held in the upper nine bits of AX, so that the zeros above it are the places
// to move it up by: from the table of sizes through the choice between the two parts to the shift. All else, the bypass bins
// with it, runs beside.
TEXT ·runBMI2(SB), NOSPLIT, $0-48
	MOVQ c+0(FP), DI
	MOVQ list+8(FP), SI
	MOVQ n+16(FP), R8
	MOVQ sizes+24(FP), R9
	MOVQ next+32(FP), R10
	MOVQ LOW(DI), BX
	MOVL RNG(DI), AX
	MOVQ QUEUE(DI), CX
	LEAQ (SI)(R8*4), R8
	SHLL $23, AX

step:
	MOVWLZX (SI), R11
	MOVL R11, R12
	SHRL $1, R12
	ANDL $1, R11
	MOVBLZX CONTEXTS(DI)(R12*1), R13
	LEAL (R11)(R13*2), R11
	MOVWLSX (R10)(R11*2), R11 // the next state, negative after the less probable symbol
	MOVB R11, CONTEXTS(DI)(R12*1)
	SHLL $4, R13
	ADDQ R9, R13
	MOVL AX, DX
	SHRL $29, DX // four more than qCodIRangeIdx
	MOVL -16(R13)(DX*4), DX
	SUBL DX, AX
	XORL R12, R12
	TESTL R11, R11
	CMOVLMI AX, R12
	CMOVLMI DX, AX
	SHRL $23, R12
	ADDQ R12, BX
	LZCNTL AX, R13
	SHLXL R13, AX, AX
	SHLXQ R13, BX, BX
	ADDQ R13, CX
	MOVBLZX 2(SI), R11 // the bypass bins
	MOVBLZX 3(SI), R12 // their number
	ADDQ $4, SI
	MOVL AX, DX
	SHRL $23, DX
	IMULL DX, R11
	SHLXQ R12, BX, BX
	ADDQ R11, BX
	ADDQ R12, CX
	CMPQ CX, $24
	JGE done
	CMPQ SI, R8
	JB step

done:
	SHRL $23, AX
	MOVQ BX, LOW(DI)
	MOVL AX, RNG(DI)
	MOVQ CX, QUEUE(DI)
	SUBQ list+8(FP), SI
	SHRQ $2, SI
	MOVQ SI, ret+40(FP)
	RET

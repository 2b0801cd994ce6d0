//go:build !purego

#include "textflag.h"

// Rounding of 14-bit weights, and the sums of two signed bytes' words.
DATA half<>+0(SB)/4, $8192
GLOBL half<>(SB), RODATA|NOPTR, $4

// func verticalAVX2(dst, src *byte, stride, n int, pairs *uint32, rows int)
//
// Sixteen columns at a time: the words of two rows are interleaved, so that one multiplication weighs both and adds.
TEXT ·verticalAVX2(SB), NOSPLIT, $0-48
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ stride+16(FP), DX
	MOVQ n+24(FP), CX
	MOVQ pairs+32(FP), R8
	MOVQ rows+40(FP), R9
	VPBROADCASTD half<>(SB), Y7
	VPXOR Y6, Y6, Y6
	XORQ AX, AX             // column

columns:
	LEAQ (SI)(AX*1), R10    // sample in the row
	MOVQ R8, R11            // weights
	MOVQ R9, R12            // rows left
	VMOVDQA Y7, Y0
	VMOVDQA Y7, Y1

pair:
	VPMOVZXBW (R10), Y2
	VMOVDQA Y6, Y3
	CMPQ R12, $2
	JLT single
	VPMOVZXBW (R10)(DX*1), Y3

single:
	VPBROADCASTD (R11), Y4
	VPUNPCKLWD Y3, Y2, Y5
	VPUNPCKHWD Y3, Y2, Y2
	VPMADDWD Y4, Y5, Y5
	VPMADDWD Y4, Y2, Y2
	VPADDD Y5, Y0, Y0
	VPADDD Y2, Y1, Y1
	LEAQ (R10)(DX*2), R10
	ADDQ $4, R11
	SUBQ $2, R12
	JGT pair

	VPSRAD $14, Y0, Y0
	VPSRAD $14, Y1, Y1
	VPACKSSDW Y1, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKUSWB X1, X0, X0
	VMOVDQU X0, (DI)(AX*1)
	ADDQ $16, AX
	LEAQ 16(AX), R13
	CMPQ R13, CX
	JLE columns
	CMPQ AX, CX
	JGE done
	LEAQ -16(CX), AX        // the last columns once more with those before them
	JMP columns

done:
	VZEROUPPER
	RET

// func horizontalAVX2(dst, src *byte, n int, table *lanes, groups int)
//
// Eight samples at a time, four in each half of a register: 16 samples of the source are shuffled to four for each output
// sample, weighed and added up.
TEXT ·horizontalAVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ table+24(FP), R8
	MOVQ groups+32(FP), R9
	VPBROADCASTD half<>(SB), Y7
	VPXOR Y6, Y6, Y6
	XORQ AX, AX

outputs:
	MOVQ R9, R12
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1

group:
	MOVLQSX (R8), R10
	MOVLQSX 4(R8), R11
	VMOVDQU (SI)(R10*1), X2
	VINSERTI128 $1, (SI)(R11*1), Y2, Y2
	VPSHUFB 8(R8), Y2, Y2
	VPUNPCKLBW Y6, Y2, Y3
	VPUNPCKHBW Y6, Y2, Y2
	VPMADDWD 40(R8), Y3, Y3
	VPMADDWD 72(R8), Y2, Y2
	VPADDD Y3, Y0, Y0
	VPADDD Y2, Y1, Y1
	ADDQ $104, R8
	DECQ R12
	JNZ group

	VPHADDD Y1, Y0, Y0
	VPADDD Y7, Y0, Y0
	VPSRAD $14, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKSSDW X1, X0, X0
	VPACKUSWB X0, X0, X0
	VMOVQ X0, (DI)(AX*1)
	ADDQ $8, AX
	LEAQ 8(AX), R13
	CMPQ R13, CX
	JLE outputs
	CMPQ AX, CX
	JGE out
	LEAQ -8(CX), AX         // the last block of the table is for these
	JMP outputs

out:
	VZEROUPPER
	RET

// Differences from gray in chroma.
DATA gray<>+0(SB)/2, $128
GLOBL gray<>(SB), RODATA|NOPTR, $2

// MATRIX makes in OUT, from the words of Cb minus gray in Y0 and Cr minus gray in Y1, interleaved in Y2 (low) and Y3
// (high), the words of the product with the pair of factors in K, rounded.
#define MATRIX(K, OUT, T) \
	VPMADDWD K, Y2, OUT     \
	VPMADDWD K, Y3, T       \
	VPADDD Y7, OUT, OUT     \
	VPADDD Y7, T, T         \
	VPSRAD $14, OUT, OUT    \
	VPSRAD $14, T, T        \
	VPACKSSDW T, OUT, OUT

// ADDLUMA adds to the 32 samples at P the words of 16 in Y4, each to two.
#define ADDLUMA(P) \
	VPUNPCKLWD Y4, Y4, Y0   \ // twice each: those of 0-3 and of 8-11
	VPUNPCKHWD Y4, Y4, Y1   \ // 4-7 and 12-15
	VPERM2I128 $0x20, Y1, Y0, Y2 \ // for luma 0-15
	VPERM2I128 $0x31, Y1, Y0, Y3 \ // 16-31
	VPMOVZXBW (P), Y0       \
	VPMOVZXBW 16(P), Y1     \
	VPADDW Y2, Y0, Y0       \
	VPADDW Y3, Y1, Y1       \
	VPACKUSWB Y1, Y0, Y0    \
	VPERMQ $0xd8, Y0, Y0    \
	VMOVDQU Y0, (P)

// func convertLimitedAVX2(y0, y1, cb, cr *byte, n int, factors *[3]uint32)
//
// Sixteen chroma samples at a time, of which there is a multiple. The factors are pairs for luma, Cb and Cr.
TEXT ·convertLimitedAVX2(SB), NOSPLIT, $0-48
	MOVQ y0+0(FP), DI
	MOVQ y1+8(FP), SI
	MOVQ cb+16(FP), R8
	MOVQ cr+24(FP), R9
	MOVQ n+32(FP), CX
	MOVQ factors+40(FP), DX
	VPBROADCASTD half<>(SB), Y7
	VPBROADCASTW gray<>(SB), Y6
	VPBROADCASTD 0(DX), Y13
	VPBROADCASTD 4(DX), Y14
	VPBROADCASTD 8(DX), Y15

chroma:
	VPMOVZXBW (R8), Y0
	VPMOVZXBW (R9), Y1
	VPSUBW Y6, Y0, Y0
	VPSUBW Y6, Y1, Y1
	VPUNPCKLWD Y1, Y0, Y2
	VPUNPCKHWD Y1, Y0, Y3
	MATRIX(Y13, Y4, Y5)
	MATRIX(Y14, Y8, Y5)
	MATRIX(Y15, Y9, Y5)
	VPADDW Y6, Y8, Y8
	VPADDW Y6, Y9, Y9
	VPACKUSWB Y9, Y8, Y8    // Cb 0-7, Cr 0-7, Cb 8-15, Cr 8-15
	VPERMQ $0xd8, Y8, Y8
	VMOVDQU X8, (R8)
	VEXTRACTI128 $1, Y8, (R9)
	ADDLUMA(DI)
	ADDLUMA(SI)
	ADDQ $32, DI
	ADDQ $32, SI
	ADDQ $16, R8
	ADDQ $16, R9
	SUBQ $16, CX
	JGT chroma
	VZEROUPPER
	RET

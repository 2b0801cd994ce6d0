//go:build !purego

#include "textflag.h"
#include "words_amd64.h"

// Four blocks of 4x4 beside each other at a time, in words, which hold all that differences of samples come to. A register
// holds a column of each block or, after TURN4, a row of each.

#define BYTES(name, lo, hi) \
	DATA name<>+0(SB)/8, lo; \
	DATA name<>+8(SB)/8, lo; \
	DATA name<>+16(SB)/8, hi; \
	DATA name<>+24(SB)/8, hi; \
	GLOBL name<>(SB), RODATA|NOPTR, $32

BYTES(byteOne, $0x0101010101010101, $0x0101010101010101)
BYTES(byteTwo, $0x0202020202020202, $0x0202020202020202)
BYTES(wordRound, $0x0020002000200020, $0x0020002000200020)

// wordLimit is the largest sum of magnitudes in a row with which the inverse transform of the block stays within words.
BYTES(wordLimit, $0x1f401f401f401f40, $0x1f401f401f401f40)

// firstWords gathers the first words of both quadwords.
BYTES(firstWords, $0x8080808009080100, $0x8080808009080100)

// columns is which words of columns 0 and 1, and of 2 and 3, make up the first and the last eight of the zigzag scan.
DATA columns<>+0(SB)/8, $0x0504030209080100
DATA columns<>+8(SB)/8, $0x8080808080800b0a
DATA columns<>+16(SB)/8, $0x0504030209080100
DATA columns<>+24(SB)/8, $0x8080808080800b0a
DATA columns<>+32(SB)/8, $0x8080808080808080
DATA columns<>+40(SB)/8, $0x0302090801008080
DATA columns<>+48(SB)/8, $0x8080808080808080
DATA columns<>+56(SB)/8, $0x0302090801008080
DATA columns<>+64(SB)/8, $0x80800f0e07060d0c
DATA columns<>+72(SB)/8, $0x8080808080808080
DATA columns<>+80(SB)/8, $0x80800f0e07060d0c
DATA columns<>+88(SB)/8, $0x8080808080808080
DATA columns<>+96(SB)/8, $0x0504808080808080
DATA columns<>+104(SB)/8, $0x0f0e07060d0c0b0a
DATA columns<>+112(SB)/8, $0x0504808080808080
DATA columns<>+120(SB)/8, $0x0f0e07060d0c0b0a
GLOBL columns<>(SB), RODATA|NOPTR, $128

// The layout of FourQuantizer, which begins with the dead zone.
#define FACTOR 128
#define SCALE 256
#define ROUND 384
#define SHIFT 388

// LEVELS4 makes levels of a column in y and stores the scaled coefficients. Products need doublewords.
#define LEVELS4(off, y) \
	VPABSW     y, Y4; \
	VPMULLW    FACTOR+off(R8), Y4, Y5; \
	VPMULHUW   FACTOR+off(R8), Y4, Y6; \
	VPUNPCKLWD Y6, Y5, Y7; \
	VPUNPCKHWD Y6, Y5, Y8; \
	VPADDD     Y12, Y7, Y7; \
	VPADDD     Y12, Y8, Y8; \
	VPSRLD     X13, Y7, Y7; \
	VPSRLD     X13, Y8, Y8; \
	VPACKSSDW  Y8, Y7, Y7; \
	VPSIGNW    y, Y7, y; \
	VPMULLW    SCALE+off(R8), y, Y4; \
	VMOVDQU    Y4, off(R12)

// SCAN4 stores the levels of the blocks whose columns 0 and 1 are in the halves of lo and columns 2 and 3 in those of hi,
// the second one two blocks further, and their marks.
#define SCAN4(lo, hi, levels, marks) \
	VPSHUFB      columns<>+0(SB), lo, Y8; \
	VPSHUFB      columns<>+32(SB), hi, Y9; \
	VPOR         Y9, Y8, Y8; \
	VPSHUFB      columns<>+64(SB), lo, Y10; \
	VPSHUFB      columns<>+96(SB), hi, Y11; \
	VPOR         Y11, Y10, Y10; \
	VMOVDQU      X8, levels+0(DI); \
	VMOVDQU      X10, levels+16(DI); \
	VEXTRACTI128 $1, Y8, levels+64(DI); \
	VEXTRACTI128 $1, Y10, levels+80(DI); \
	VPACKSSWB    Y10, Y8, Y8; \
	VPABSB       Y8, Y8; \
	VPMINUB      byteTwo<>(SB), Y8, Y8; \
	VPCMPGTB     Y15, Y8, Y9; \
	VPCMPGTB     byteOne<>(SB), Y8, Y10; \
	VPMOVMSKB    Y9, AX; \
	VPMOVMSKB    Y10, DX; \
	MOVW         AX, marks+0(SI); \
	MOVW         DX, marks+2(SI); \
	SHRL         $16, AX; \
	SHRL         $16, DX; \
	MOVW         AX, marks+8(SI); \
	MOVW         DX, marks+10(SI)

// DIFFERENCES is y = the row of four blocks at an offset from R9 and R10, less the one at m and n.
#define DIFFERENCES(a0, a1, m, n, x, y) \
	BESIDE(a0, a1, x, y); \
	BESIDE(m, n, X4, Y4); \
	VPSUBW Y4, y, y

// func quantizeFoursAVX2(
//	levels *[16]int16, marks *Marks, c *Four, dc *int16, a0, a1 *byte, aStride int, b0, b1 *byte, bStride, rows int,
//	q *FourQuantizer) uint32
//
//	DI levels  SI marks  R12 coefficients  R11 dc  R8 quantizer  R9, R10 a, by AX  R13, R14 b, by DX  CX rows left  BX zeros
TEXT ·quantizeFoursAVX2(SB), NOSPLIT, $0-100
	MOVQ         levels+0(FP), DI
	MOVQ         marks+8(FP), SI
	MOVQ         c+16(FP), R12
	MOVQ         dc+24(FP), R11
	MOVQ         a0+32(FP), R9
	MOVQ         a1+40(FP), R10
	MOVQ         b0+56(FP), R13
	MOVQ         b1+64(FP), R14
	MOVQ         rows+80(FP), CX
	MOVQ         q+88(FP), R8
	VPBROADCASTD ROUND(R8), Y12
	VMOVD        SHIFT(R8), X13
	VPXOR        Y15, Y15, Y15
	XORL         BX, BX

four:
	MOVQ aStride+48(FP), AX
	MOVQ bStride+72(FP), DX
	DIFFERENCES((R9), (R10), (R13), (R14), X0, Y0)
	DIFFERENCES((R9)(AX*1), (R10)(AX*1), (R13)(DX*1), (R14)(DX*1), X1, Y1)
	DIFFERENCES((R9)(AX*2), (R10)(AX*2), (R13)(DX*2), (R14)(DX*2), X2, Y2)
	LEAQ (R9)(AX*2), R9
	LEAQ (R10)(AX*2), R10
	LEAQ (R13)(DX*2), R13
	LEAQ (R14)(DX*2), R14
	DIFFERENCES((R9)(AX*1), (R10)(AX*1), (R13)(DX*1), (R14)(DX*1), X3, Y3)
	LEAQ (R9)(AX*2), R9
	LEAQ (R10)(AX*2), R10
	LEAQ (R13)(DX*2), R13
	LEAQ (R14)(DX*2), R14
	TRANSFORM4
	TURN4
	TRANSFORM4
	TESTQ R11, R11
	JZ    all

	// The first coefficients go their own way.
	VPSHUFB      firstWords<>(SB), Y0, Y4
	VEXTRACTI128 $1, Y4, X5
	VMOVD        X4, 0(R11)
	VMOVD        X5, 4(R11)
	ADDQ         $8, R11
	VPBLENDW     $0x11, Y15, Y0, Y0

all:
	// Bits of blocks without levels.
	ZEROS(AX)
	MOVL AX, DX
	SHLL $28, DX
	SHRL $4, BX
	ORL  DX, BX
	CMPL AX, $15
	JEQ  none
	LEVELS4(0, Y0)
	LEVELS4(32, Y1)
	LEVELS4(64, Y2)
	LEVELS4(96, Y3)
	VPUNPCKLQDQ Y1, Y0, Y4
	VPUNPCKHQDQ Y1, Y0, Y5
	VPUNPCKLQDQ Y3, Y2, Y6
	VPUNPCKHQDQ Y3, Y2, Y7
	SCAN4(Y4, Y6, 0, 0)
	SCAN4(Y5, Y7, 32, 4)

next:
	ADDQ $128, DI
	ADDQ $16, SI
	ADDQ $128, R12
	DECL CX
	JNZ  four
	VZEROUPPER
	NOTL BX
	MOVL BX, ret+96(FP)
	RET

none:
	VMOVDQU X15, (SI)
	VMOVDQU Y15, 0(R12)
	VMOVDQU Y15, 32(R12)
	VMOVDQU Y15, 64(R12)
	VMOVDQU Y15, 96(R12)
	JMP     next

// alternate is 1 and -1 in turn.
DATA alternate<>+0(SB)/8, $0xffffffff00000001
DATA alternate<>+8(SB)/8, $0xffffffff00000001
DATA alternate<>+16(SB)/8, $0xffffffff00000001
DATA alternate<>+24(SB)/8, $0xffffffff00000001
GLOBL alternate<>(SB), RODATA|NOPTR, $32

// HADAMARD2 transforms the doublewords of two by two blocks of both planes, the upper ones in the lower half of Y0.
#define HADAMARD2 \
	VEXTRACTI128 $1, Y0, X1; \
	VPADDD       X1, X0, X2; \
	VPSUBD       X1, X0, X1; \
	VINSERTI128  $1, X1, Y2, Y0; \
	VPSHUFD      $0xb1, Y0, Y1; \
	VPSIGND      alternate<>(SB), Y0, Y0; \
	VPADDD       Y1, Y0, Y0

// func quantizeChromaDCAVX2(levels *[2][4]int16, c *[2]Four, dc *[8]int16, q *dcQuantizer) uint8
TEXT ·quantizeChromaDCAVX2(SB), NOSPLIT, $0-33
	MOVQ         levels+0(FP), DI
	MOVQ         c+8(FP), SI
	MOVQ         dc+16(FP), AX
	MOVQ         q+24(FP), BX
	VPMOVSXWD    (AX), Y0
	VPBROADCASTD 0(BX), Y4
	VPBROADCASTD 4(BX), Y5
	VMOVD        8(BX), X6
	VPBROADCASTD 12(BX), Y7
	HADAMARD2
	VPABSD       Y0, Y1
	VPMULLD      Y4, Y1, Y1
	VPADDD       Y5, Y1, Y1
	VPSRAD       X6, Y1, Y1
	VPMINSD      Y7, Y1, Y1
	VPSIGND      Y0, Y1, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKSSDW    X1, X0, X2
	VPSHUFD      $0xd8, X2, X2
	VMOVDQU      X2, (DI)
	VPACKSSWB    X2, X2, X2
	VPXOR        X3, X3, X3
	VPCMPEQB     X3, X2, X2
	VPMOVMSKB    X2, CX
	NOTL         CX
	MOVB         CX, ret+32(FP)
	VPBROADCASTD 16(BX), Y4
	HADAMARD2
	VPMULLD      Y4, Y0, Y0
	VPSRAD       $5, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKSSDW    X1, X0, X0
	VPEXTRW      $0, X0, 0(SI)
	VPEXTRW      $1, X0, 8(SI)
	VPEXTRW      $2, X0, 16(SI)
	VPEXTRW      $3, X0, 24(SI)
	VPEXTRW      $4, X0, 128(SI)
	VPEXTRW      $5, X0, 136(SI)
	VPEXTRW      $6, X0, 144(SI)
	VPEXTRW      $7, X0, 152(SI)
	VZEROUPPER
	RET

// INVERSE4W is the one-dimensional inverse transform between Y0 to Y3.
#define INVERSE4W \
	VPADDW Y2, Y0, Y4; \
	VPSUBW Y2, Y0, Y5; \
	VPSRAW $1, Y1, Y6; \
	VPSUBW Y3, Y6, Y6; \
	VPSRAW $1, Y3, Y7; \
	VPADDW Y7, Y1, Y7; \
	VPADDW Y7, Y4, Y0; \
	VPADDW Y6, Y5, Y1; \
	VPSUBW Y6, Y5, Y2; \
	VPSUBW Y7, Y4, Y3

// PUT4 stores a row: the prediction at m and n plus y, divided by 64, at d and e.
#define PUT4(y, m, n, d, e) \
	BESIDE(m, n, X4, Y4); \
	VPSRAW       $6, y, y; \
	VPADDW       y, Y4, Y4; \
	VEXTRACTI128 $1, Y4, X5; \
	VPACKUSWB    X5, X4, X4; \
	VMOVQ        X4, d; \
	VMOVHPS      X4, e

// COPY4 stores a row of the prediction.
#define COPY4(m, n, d, e) \
	MOVQ m, R14; \
	MOVQ n, R15; \
	MOVQ R14, d; \
	MOVQ R15, e

// func reconstructFoursAVX2(
//	dst0, dst1 *byte, stride int, pred0, pred1 *byte, predStride int, c *Four, which uint32, rows int, quads *[16][4]int64) bool
//
//	DI, SI destination, by AX  R8, R9 prediction, by DX  R10 coefficients  R11 which  CX rows left  R12 quads
TEXT ·reconstructFoursAVX2(SB), NOSPLIT, $0-81
	MOVQ dst0+0(FP), DI
	MOVQ dst1+8(FP), SI
	MOVQ stride+16(FP), AX
	MOVQ pred0+24(FP), R8
	MOVQ pred1+32(FP), R9
	MOVQ predStride+40(FP), DX
	MOVQ c+48(FP), R10
	MOVL which+56(FP), R11
	MOVQ rows+64(FP), CX
	MOVQ quads+72(FP), R12

four:
	MOVL    R11, R13
	ANDL    $15, R13
	JZ      same
	SHLL    $5, R13
	VMOVDQU (R12)(R13*1), Y4
	VPAND   0(R10), Y4, Y0
	VPAND   32(R10), Y4, Y1
	VPAND   64(R10), Y4, Y2
	VPAND   96(R10), Y4, Y3

	// No sum gets larger than that of the magnitudes.
	VPABSW   Y0, Y4
	VPABSW   Y1, Y5
	VPABSW   Y2, Y6
	VPABSW   Y3, Y7
	VPADDUSW Y5, Y4, Y4
	VPADDUSW Y7, Y6, Y6
	VPADDUSW Y6, Y4, Y4
	VPSUBUSW wordLimit<>(SB), Y4, Y4
	VPTEST   Y4, Y4
	JNZ      large
	INVERSE4W
	TURN4
	VPADDW   wordRound<>(SB), Y0, Y0
	INVERSE4W
	PUT4(Y0, (R8), (R9), (DI), (SI))
	PUT4(Y1, (R8)(DX*1), (R9)(DX*1), (DI)(AX*1), (SI)(AX*1))
	PUT4(Y2, (R8)(DX*2), (R9)(DX*2), (DI)(AX*2), (SI)(AX*2))
	LEAQ (R8)(DX*2), R8
	LEAQ (R9)(DX*2), R9
	LEAQ (DI)(AX*2), DI
	LEAQ (SI)(AX*2), SI
	PUT4(Y3, (R8)(DX*1), (R9)(DX*1), (DI)(AX*1), (SI)(AX*1))

next:
	LEAQ (R8)(DX*2), R8
	LEAQ (R9)(DX*2), R9
	LEAQ (DI)(AX*2), DI
	LEAQ (SI)(AX*2), SI
	ADDQ $128, R10
	SHRL $4, R11
	DECL CX
	JNZ  four
	VZEROUPPER
	MOVB $1, ret+80(FP)
	RET

same:
	COPY4((R8), (R9), (DI), (SI))
	COPY4((R8)(DX*1), (R9)(DX*1), (DI)(AX*1), (SI)(AX*1))
	COPY4((R8)(DX*2), (R9)(DX*2), (DI)(AX*2), (SI)(AX*2))
	LEAQ (R8)(DX*2), R8
	LEAQ (R9)(DX*2), R9
	LEAQ (DI)(AX*2), DI
	LEAQ (SI)(AX*2), SI
	COPY4((R8)(DX*1), (R9)(DX*1), (DI)(AX*1), (SI)(AX*1))
	JMP  next

large:
	VZEROUPPER
	MOVB $0, ret+80(FP)
	RET

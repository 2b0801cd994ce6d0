//go:build !purego

#include "textflag.h"

// The layout of blockTable, and of its nodes.
#define NODES 512
#define ORDER 640
#define LAST 704
#define FIRST 0
#define FURTHER 4
#define ONE 8
#define MORE 12
#define NODE_SHIFT 4

// func blockAVX2(list *bin, levels *int16, set uint64, t *blockTable, steps *[16]mapStep) (n int, left uint64, node uint32)
//
//	DI list  SI levels  AX set  BX table  CX the scan position  DX the number of bins in the map
TEXT ·blockAVX2(SB), NOSPLIT, $0-60
	MOVQ    list+0(FP), DI
	MOVQ    levels+8(FP), SI
	MOVQ    set+16(FP), AX
	MOVQ    t+24(FP), BX
	MOVQ    steps+32(FP), R8
	BSRQ    AX, CX
	POPCNTQ AX, DX
	LEAQ    1(DX)(CX*1), DX
	MOVQ    AX, R9
	MOVQ    DI, R10
	MOVQ    BX, R11
	MOVQ    CX, R12
	SHRQ    $2, R12

	// The map, four positions at a time.
step:
	MOVL    R9, R13
	ANDL    $15, R13
	POPCNTL R13, R14
	SHLL    $6, R13
	VMOVDQU (R8)(R13*1), Y0
	VPERMD  (R11), Y0, Y0
	VPOR    32(R8)(R13*1), Y0, Y0
	VMOVDQU Y0, (R10)
	LEAQ    16(R10)(R14*4), R10
	ADDQ    $32, R11
	SHRQ    $4, R9
	SUBQ    $1, R12
	JCC     step

	// The last level is told as such, unless it is at the last position, where nothing is said.
	CMPQ CX, LAST(BX)
	JEQ  full
	ORL  $1, -4(DI)(DX*4)
	JMP  mapped

full:
	SUBQ $2, DX

mapped:
	LEAQ (DI)(DX*4), DI
	XORL R8, R8

	// The levels from the last one on. R8 is the node's offset, R9 the level, R10 its sign.
level:
	BSRQ         AX, CX
	MOVBLZX      ORDER(BX)(CX*1), R9
	MOVWLSX      (SI)(R9*2), R9
	MOVL         R9, R10
	SARL         $31, R10
	XORL         R10, R9
	SUBL         R10, R9
	CMPL         R9, $15
	JGE          done
	BTRQ         CX, AX
	LEAQ         NODES(BX)(R8*1), R14
	MOVL         FIRST(R14), R11
	MOVL         FURTHER(R14), R12
	MOVL         MORE(R14), R8
	VPBROADCASTD FURTHER(R14), Y0
	MOVL         R11, (DI)
	VMOVDQU      Y0, 4(DI)
	VMOVDQU      Y0, 36(DI)
	CMPL         R9, $1
	CMOVLEQ      R11, R12
	CMOVLEQ      ONE(R14), R8

	// The last bin is zero and has the sign behind it.
	ANDL  $0x10000, R10
	LEAL  0xffffff(R12)(R10*1), R12
	MOVL  R12, -4(DI)(R9*4)
	LEAQ  (DI)(R9*4), DI
	TESTQ AX, AX
	JNZ   level

done:
	VZEROUPPER
	SUBQ list+0(FP), DI
	SHRQ $2, DI
	MOVQ DI, n+40(FP)
	MOVQ AX, left+48(FP)
	SHRL $NODE_SHIFT, R8
	MOVL R8, node+56(FP)
	RET

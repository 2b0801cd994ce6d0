//go:build !purego

#include "textflag.h"

// Residual blocks. The map of a block:
//
//	DI list  AX set  BX table  CX the last scan position that is set  DX the number of bins  R8 steps  R9 to R14 scratch
//
// and its levels, from the last one on:
//
//	DI list  SI levels  AX set  BX table  CX the scan position  R8 the node's offset  R9 the level  R10 its sign
//	R11 to R14 scratch

// The layout of blockTable, and of its nodes.
#define NODES 512
#define ORDER 640
#define LAST 704
#define FIRST 0
#define FURTHER 4
#define ONE 8
#define MORE 12
#define NODE_SHIFT 4

// The layout of blockRun.
#define RUN_TABLE 0
#define RUN_LEVELS 8
#define RUN_MARKS 16
#define RUN_ORDER 24
#define RUN_COUNT 32
#define RUN_LEFT 40
#define RUN_TOP 44
#define RUN_FLAG 48
#define RUN_FROM 56

// LAST_OF is k = the highest bit in set.
#define LAST_OF(set, k) \
	LZCNTQ set, k; \
	XORL   $63, k

// MAP puts down the map at R10, four positions at a time, of a set in R9, which it takes up.
#define MAP(step) \
	MOVQ BX, R11; \
	MOVQ CX, R12; \
	SHRQ $2, R12; \
step: \
	MOVL    R9, R13; \
	ANDL    $15, R13; \
	POPCNTL R13, R14; \
	SHLL    $6, R13; \
	VMOVDQU (R8)(R13*1), Y0; \
	VPERMD  (R11), Y0, Y0; \
	VPOR    32(R8)(R13*1), Y0, Y0; \
	VMOVDQU Y0, (R10); \
	LEAQ    16(R10)(R14*4), R10; \
	ADDQ    $32, R11; \
	SHRQ    $4, R9; \
	SUBQ    $1, R12; \
	JCC     step

// MAP_STEP is a step of MAP.
#define MAP_STEP(off) \
	MOVL    R9, R13; \
	ANDL    $15, R13; \
	POPCNTL R13, R14; \
	SHLL    $6, R13; \
	VMOVDQU (R8)(R13*1), Y0; \
	VPERMD  off(BX), Y0, Y0; \
	VPOR    32(R8)(R13*1), Y0, Y0; \
	VMOVDQU Y0, (R10); \
	LEAQ    16(R10)(R14*4), R10; \
	SHRL    $4, R9

// END_MAP tells the last level as such, unless it is at the last position, where nothing is said, and moves DI behind the map.
#define END_MAP \
	LEAQ   1(DX)(CX*1), DX; \
	LEAQ   -2(DX), R9; \
	XORL   R10, R10; \
	CMPQ   CX, LAST(BX); \
	SETNE  R10; \
	CMOVQEQ R9, DX; \
	ORL    R10, -4(DI)(DX*4); \
	LEAQ   (DI)(DX*4), DI

// LEVEL puts down a level, or goes elsewhere with one that needs a Golomb code. The last bin is zero and has the sign behind
// it. The first of up to 14 bins may be the last one; eight others of value one are put down in any case.
#define LEVEL(golomb, few) \
	LAST_OF(AX, CX); \
	MOVBLZX      ORDER(BX)(CX*1), R9; \
	MOVWLSX      (SI)(R9*2), R9; \
	MOVL         R9, R10; \
	SARL         $31, R10; \
	XORL         R10, R9; \
	SUBL         R10, R9; \
	LEAQ         NODES(BX)(R8*1), R14; \
	VPBROADCASTD FURTHER(R14), Y0; \
	CMPL         R9, $9; \
	JLE          few; \
	CMPL         R9, $15; \
	JGE          golomb; \
	VMOVDQU      Y0, 36(DI); \
few: \
	BTRQ         CX, AX; \
	MOVL         FIRST(R14), R11; \
	MOVL         FURTHER(R14), R12; \
	MOVL         MORE(R14), R8; \
	MOVL         R11, (DI); \
	VMOVDQU      Y0, 4(DI); \
	CMPL         R9, $1; \
	CMOVLEQ      R11, R12; \
	CMOVLEQ      ONE(R14), R8; \
	ANDL         $0x10000, R10; \
	LEAL         0xffffff(R12)(R10*1), R12; \
	MOVL         R12, -4(DI)(R9*4); \
	LEAQ         (DI)(R9*4), DI

// func blockAVX2(list *bin, levels *int16, set uint64, t *blockTable, steps *[16]mapStep) (n int, left uint64, node uint32)
TEXT ·blockAVX2(SB), NOSPLIT, $0-60
	MOVQ    list+0(FP), DI
	MOVQ    levels+8(FP), SI
	MOVQ    set+16(FP), AX
	MOVQ    t+24(FP), BX
	MOVQ    steps+32(FP), R8
	LAST_OF(AX, CX)
	POPCNTQ AX, DX
	MOVQ    AX, R9
	MOVQ    DI, R10
	MAP(step)
	END_MAP
	XORL    R8, R8

level:
	LEVEL(done, few)
	TESTQ AX, AX
	JNZ   level

done:
	VZEROUPPER
	SUBQ list+0(FP), DI
	SHRQ $2, DI
	SHRL $NODE_SHIFT, R8
	MOVQ DI, n+40(FP)
	MOVQ AX, left+48(FP)
	MOVL R8, node+56(FP)
	RET

// func blocksAVX2(list *bin, r *blockRun, steps *[16]mapStep) (n, done int, left uint64, node uint32)
// R15 is r. The maps are made in whole: when to stop is harder to foretell than it takes. A block without a level at position 0 begins with a bin for that, which its flag takes the place of.
TEXT ·blocksAVX2(SB), NOSPLIT, $8-52
	MOVQ list+0(FP), DI
	MOVQ r+8(FP), R15
	MOVQ RUN_TABLE(R15), BX
	MOVQ $0, index-8(SP)

block:
	MOVQ    index-8(SP), R9
	XORL    AX, AX
	CMPQ    R9, RUN_COUNT(R15)
	JGE     done
	MOVQ    RUN_ORDER(R15), R10
	MOVBLZX (R10)(R9*1), CX
	MOVQ    RUN_MARKS(R15), R10
	MOVWLZX (R10)(CX*4), AX
	SHRXL   CX, RUN_LEFT(R15), R9
	SHRXL   CX, RUN_TOP(R15), R10
	ANDL    $1, R9
	ANDL    $1, R10
	LEAL    (R9)(R10*2), R9
	ADDL    R9, R9
	ADDL    RUN_FLAG(R15), R9
	TESTL   AX, AX
	JZ      empty
	INCL    R9
	VMOVD   R9, X1
	SHLL    $5, CX
	MOVQ    RUN_LEVELS(R15), SI
	ADDQ    CX, SI
	MOVQ    steps+16(FP), R8
	LAST_OF(AX, CX)
	POPCNTQ AX, DX
	MOVL    AX, R9
	ADDQ    $4, DI
	SUBQ    RUN_FROM(R15), DI
	MOVQ    DI, R10
	MAP_STEP(0)
	MAP_STEP(32)
	MAP_STEP(64)
	MAP_STEP(96)
	MOVQ    RUN_FROM(R15), R9
	VMOVD   X1, -4(DI)(R9*1)
	END_MAP
	XORL    R8, R8

level:
	LEVEL(done, few)
	TESTL AX, AX
	JNZ   level
	INCQ  index-8(SP)
	JMP   block

empty:
	MOVL R9, (DI)
	ADDQ $4, DI
	INCQ index-8(SP)
	JMP  block

done:
	VZEROUPPER
	SUBQ list+0(FP), DI
	SHRQ $2, DI
	SHRL $NODE_SHIFT, R8
	MOVQ index-8(SP), R9
	MOVQ DI, n+24(FP)
	MOVQ R9, done+32(FP)
	MOVQ AX, left+40(FP)
	MOVL R8, node+48(FP)
	RET

//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// Decoding of coefficients (RFC 6386 7 and 13.2), whose state stays in registers from block to block:
//
//	R8 value  R9 range less one  R10 valid bits  R11 next byte  R12 end of the data
//	R13 tokenTable  BX probabilities of the kind  SI those of the position  R14 block  DI its coefficients
//	R15 position  CX value of the token  AX, DX scratch
//
// A branch is taken on each decision of the tree; signs and extra bits, which are as good as random, do without. AX
// holds the split less one, DX the split on top of a word, as it is compared with the value.

// SPLIT begins a decision. The carry says that it is 0.
#define SPLIT(prob) \
	MOVBLZX prob, AX; \
	IMULL   R9, AX; \
	SHRL    $8, AX; \
	LEAQ    1(AX), DX; \
	SHLQ    $56, DX; \
	CMPQ    R8, DX

// ZERO ends a decision that is 0, ONE one that is 1.
#define ZERO \
	MOVBLZX (tokenTables_rng+1)(R13)(AX*1), R9; \
	MOVBLZX (tokenTables_shift+1)(R13)(AX*1), AX; \
	SHLXQ   AX, R8, R8; \
	SUBL    AX, R10

#define ONE \
	SUBQ    DX, R8; \
	SUBL    AX, R9; \
	MOVBLZX tokenTables_shift(R13)(R9*1), AX; \
	MOVBLZX tokenTables_rng(R13)(R9*1), R9; \
	SHLXQ   AX, R8, R8; \
	SUBL    AX, R10

// EITHER goes on from SPLIT without a branch. It leaves 0 in AX if the decision is 1, else -1.
#define EITHER \
	SUBL    AX, R9; \
	INCL    AX; \
	SUBQ    DX, R8; \
	CMOVLCS AX, R9; \
	SBBQ    AX, AX; \
	ANDQ    AX, DX; \
	ADDQ    DX, R8; \
	MOVBLZX tokenTables_shift(R13)(R9*1), DX; \
	MOVBLZX tokenTables_rng(R13)(R9*1), R9; \
	SHLXQ   DX, R8, R8; \
	SUBL    DX, R10

// APPEND appends a decision to CX.
#define APPEND(prob) \
	SPLIT(prob); \
	EITHER; \
	LEAL 1(AX)(CX*2), CX

// REFILL makes 56 bits valid, if there are fewer than four decisions take: three times 7, and 8 that the last looks at.
// The last bytes of a partition are read one by one, and zeros behind them.
#define REFILL(bytes, end, done) \
	CMPL  R10, $29; \
	JGE   done; \
	LEAQ  8(R11), AX; \
	CMPQ  AX, R12; \
	JHI   bytes; \
	MOVQ  (R11), AX; \
	BSWAPQ AX; \
	SHRXQ R10, AX, AX; \
	ORQ   AX, R8; \
	MOVL  $63, AX; \
	SUBL  R10, AX; \
	SHRL  $3, AX; \
	ADDQ  AX, R11; \
	ORL   $56, R10; \
	JMP   done; \
bytes: \
	CMPQ    R11, R12; \
	JCC     end; \
	CMPL    R10, $56; \
	JGE     done; \
	MOVBLZX (R11), AX; \
	MOVL    $56, DX; \
	SUBL    R10, DX; \
	SHLXQ   DX, AX, AX; \
	ORQ     AX, R8; \
	INCQ    R11; \
	ADDL    $8, R10; \
	JMP     bytes; \
end: \
	MOVL    $56, DX; \
	CMPL    R10, DX; \
	CMOVLLT DX, R10; \
done:

// PROBS sets SI for the position.
#define PROBS \
	MOVBLZX tokenTables_band(R13)(R15*1), SI; \
	ADDQ    BX, SI

// func readRunBMI2(s *mbState, r *boolReader, above, left *tokenContext, run *tokenRun) int
TEXT ·readRunBMI2(SB), NOSPLIT, $56-48
	MOVQ    r+8(FP), AX
	MOVQ    (boolReader_bitState+bitState_value)(AX), R8
	MOVL    (boolReader_bitState+bitState_rng)(AX), R9
	MOVL    (boolReader_bitState+bitState_valid)(AX), R10
	MOVQ    boolReader_data(AX), R11
	MOVQ    (boolReader_data+8)(AX), R12
	ADDQ    R11, R12
	ADDQ    boolReader_pos(AX), R11
	LEAQ    ·tokenTable(SB), R13
	MOVQ    run+32(FP), CX
	MOVQ    tokenRun_steps(CX), AX
	MOVQ    (AX), AX
	MOVQ    AX, steps-8(SP)
	MOVQ    tokenRun_to(CX), AX
	MOVQ    AX, to-16(SP)
	MOVQ    tokenRun_probs(CX), BX
	MOVQ    tokenRun_first(CX), R15
	MOVQ    R15, first-24(SP)
	PROBS
	MOVQ    SI, start-32(SP)
	MOVQ    tokenRun_from(CX), R14
	MOVQ    s+0(FP), DI
	MOVQ    R14, DX
	SHLQ    $5, DX
	LEAQ    mbState_coeffs(DI)(DX*1), DI
	MOVQ    $0, ret+40(FP)

block:
	// R15 and CX are the contexts above and on the left. There are eleven probabilities for each.
	MOVBLZX tokenTables_context(R13)(R14*2), R15
	MOVBLZX (tokenTables_context+1)(R13)(R14*2), CX
	ADDQ    above+16(FP), R15
	ADDQ    left+24(FP), CX
	MOVBLZX (R15), DX
	MOVBLZX (CX), SI
	ADDL    SI, DX
	LEAQ    (DX)(DX*4), SI
	LEAQ    (DX)(SI*2), SI
	ADDQ    start-32(SP), SI
	REFILL(startBytes, startEnd, start)
	SPLIT(0(SI))
	JCC     some
	ZERO
	MOVB    $0, (R15)
	MOVB    $0, (CX)
	MOVQ    s+0(FP), AX
	MOVB    $0, mbState_ends(AX)(R14*1)
	INCQ    R14
	ADDQ    $32, DI
	CMPQ    R14, to-16(SP)
	JLT     block
	JMP     finish

some:
	MOVQ R15, above-40(SP)
	MOVQ CX, left-48(SP)
	MOVQ first-24(SP), R15
	JMP  token

more:
	SPLIT(0(SI))
	JCS last

token:
	ONE

value:
	SPLIT(1(SI))
	JCC notZero
	ZERO
	INCL R15
	CMPL R15, $16
	JEQ  done
	PROBS
	REFILL(zeroBytes, zeroEnd, zero)
	JMP  value

last:
	ZERO
	JMP done

notZero:
	ONE
	SPLIT(2(SI))
	JCC aboveOne
	ZERO
	MOVL $1, CX
	MOVL $11, SI

sign:
	// The split of even odds is half the range.
	MOVL R9, AX
	SHRL $1, AX
	LEAQ 1(AX), DX
	SHLQ $56, DX
	EITHER

	// The step is that of DC at position 0 only.
	XORL    DX, DX
	CMPL    R15, $1
	SBBL    $-1, DX
	IMULL   steps-8(SP)(DX*4), CX
	MOVBLZX tokenTables_place(R13)(R15*1), DX
	NOTL    AX
	XORL    AX, CX
	SUBL    AX, CX
	MOVW    CX, (DI)(DX*1)
	INCL    R15
	CMPL    R15, $16
	JEQ     done
	MOVBLZX tokenTables_band(R13)(R15*1), AX
	ADDQ    BX, SI
	ADDQ    AX, SI
	REFILL(moreBytes, moreEnd, filled)
	JMP     more

aboveOne:
	ONE
	REFILL(aboveBytes, aboveEnd, aboveFilled)
	SPLIT(3(SI))
	JCC  aboveFour
	ZERO
	SPLIT(4(SI))
	JCC  aboveTwo
	ZERO
	MOVL $2, CX
	MOVL $22, SI
	JMP  sign

aboveTwo:
	ONE
	XORL CX, CX
	APPEND(5(SI))
	ADDL $3, CX
	MOVL $22, SI
	JMP  sign

aboveFour:
	ONE
	SPLIT(6(SI))
	JCC  aboveTen
	ZERO
	SPLIT(7(SI))
	JCC  aboveSix
	ZERO
	REFILL(fiveBytes, fiveEnd, five)
	XORL CX, CX
	MOVL $159, AX
	IMULL R9, AX
	SHRL $8, AX
	LEAQ 1(AX), DX
	SHLQ $56, DX
	EITHER
	LEAL 6(AX), CX
	MOVL $22, SI
	JMP  sign

aboveSix:
	ONE
	REFILL(sevenBytes, sevenEnd, seven)
	MOVL $165, AX
	IMULL R9, AX
	SHRL $8, AX
	LEAQ 1(AX), DX
	SHLQ $56, DX
	EITHER
	LEAL 1(AX), CX
	MOVL $145, AX
	IMULL R9, AX
	SHRL $8, AX
	LEAQ 1(AX), DX
	SHLQ $56, DX
	EITHER
	LEAL 8(AX)(CX*2), CX
	MOVL $22, SI
	JMP  sign

aboveTen:
	ONE
	REFILL(tenBytes, tenEnd, ten)
	XORL CX, CX
	APPEND(8(SI))
	ADDQ CX, SI
	APPEND(9(SI))
	LEAQ (CX)(CX*2), SI
	LEAQ tokenTables_extra(R13)(SI*4), SI

	// The categories begin at 3 + 8 << category.
	MOVL  $8, AX
	SHLXL CX, AX, AX
	ADDL  $3, AX
	MOVL  AX, base-56(SP)
	XORL  CX, CX

extra:
	REFILL(extraBytes, extraEnd, extraFilled)
	APPEND(0(SI))
	INCQ SI
	CMPB (SI), $0
	JNE  extra
	REFILL(lastBytes, lastEnd, lastFilled)
	ADDL base-56(SP), CX
	MOVL $22, SI
	JMP  sign

done:
	ORQ  R15, ret+40(FP)
	MOVQ s+0(FP), AX
	MOVB R15, mbState_ends(AX)(R14*1)
	MOVQ above-40(SP), AX
	MOVQ left-48(SP), CX
	MOVB $1, (AX)
	MOVB $1, (CX)
	INCQ R14
	ADDQ $32, DI
	CMPQ R14, to-16(SP)
	JLT  block

finish:
	MOVQ r+8(FP), AX
	MOVQ R8, (boolReader_bitState+bitState_value)(AX)
	MOVL R9, (boolReader_bitState+bitState_rng)(AX)
	MOVL R10, (boolReader_bitState+bitState_valid)(AX)
	SUBQ boolReader_data(AX), R11
	MOVQ R11, boolReader_pos(AX)
	RET

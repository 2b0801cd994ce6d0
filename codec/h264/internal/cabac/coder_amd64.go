//go:build !purego

package cabac

import "github.com/callrec/callrec/internal/cpu"

// runBMI2 is runPlain for at least one bin. It needs BMI2 and LZCNT.
//
//go:noescape
func runBMI2(c *coder, list *bin, n int, sizes *[128][4]uint32, next *[256]int16) int

// leadingZeros is LZCNT, which is another instruction on processors that do not have it.
func leadingZeros(v uint32) uint32

// accelerated tells whether the processor runs the kernels.
func accelerated() bool { return cpu.AVX2() && cpu.BMI2() && leadingZeros(1) == 31 }

func (e *Encoder) run(list []bin) int {
	if !e.kernels {
		return e.runPlain(list)
	}
	return runBMI2(&e.coder, &list[0], len(list), &sizesUp, &nextState)
}

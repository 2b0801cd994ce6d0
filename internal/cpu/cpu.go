// Package cpu says what the processor offers to kernels in assembly.
package cpu

import "golang.org/x/sys/cpu"

// AVX2 tells whether the processor has AVX2 and the operating system keeps its registers. Kernels may then also use all
// that came before: every such processor has SSSE3, SSE4.1 and the VEX encoding of them.
func AVX2() bool { return cpu.X86.HasAVX2 }

// BMI2 tells whether the processor has the second set of bit manipulation instructions, such as shifts that leave the
// flags alone.
func BMI2() bool { return cpu.X86.HasBMI2 }

//go:build !purego

package vp8

import "github.com/callrec/callrec/internal/cpu"

// Accelerated says whether this processor takes the package's assembly. Without it plain Go takes several times as long,
// for the same pictures.
func Accelerated() bool { return cpu.AVX2() && cpu.BMI2() }

// readRunBMI2 does what readRunPlain does. It needs BMI2.
//
//go:noescape
func readRunBMI2(s *mbState, r *boolReader, above, left *tokenContext, run *tokenRun) int

// readRun decodes the blocks of a run. It returns zero if none of them has coefficients.
func (s *mbState) readRun(r *boolReader, above, left *tokenContext, run *tokenRun) int {
	if cpu.BMI2() {
		return readRunBMI2(s, r, above, left, run)
	}
	return s.readRunPlain(r, above, left, run)
}

//go:build !amd64 || purego

package vp8

// Accelerated says whether this processor takes the package's assembly: this build has none.
func Accelerated() bool { return false }

// readRun decodes the blocks of a run. It returns zero if none of them has coefficients.
func (s *mbState) readRun(r *boolReader, above, left *tokenContext, run *tokenRun) int {
	return s.readRunPlain(r, above, left, run)
}

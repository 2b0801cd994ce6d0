package h264

import "github.com/callrec/callrec/codec/h264/internal/intra"

// Profile is a profile of the standard (annex A.2).
type Profile uint8

const (
	// ProfileHigh codes with CABAC and both transforms.
	ProfileHigh Profile = iota
	// ProfileConstrainedBaseline is for decoders that know nothing else: CAVLC, the 4x4 transform.
	ProfileConstrainedBaseline
)

// Speed is how much work the encoder puts into each picture. What is coded in fewer bits for the same quality takes
// longer; docs/performance.md has the figures.
type Speed uint8

const (
	// SpeedLive is the best trade for a recording that is made while the call goes on.
	SpeedLive Speed = iota
	// SpeedFast refines vectors less and tries fewer intra modes where there is a picture to predict from.
	SpeedFast
	// SpeedBest divides macroblocks, tries all intra modes and looks at two references.
	SpeedBest
)

// maxRefs is the largest number of references.
const maxRefs = 2

// tools are what the encoder may use.
type tools struct {
	cabac, transform8 bool
	parts             bool // partitions of macroblocks
	refs              int  // references
	moves             int  // of a vector by quarter samples, at most
	intra4            bool // Intra_4x4 in P pictures
	straight          bool // no modes in P pictures but those always tried
	// intra4Overhead is how many bits an Intra_4x4 macroblock is thought to spend besides its modes and levels more than
	// an Intra_16x16 one, whose DC levels are cheap.
	intra4Overhead uint8
	// firstModes are the modes of Intra_4x4 and Intra_8x8, as bits, that are always tried; then come those whose direction
	// is next to that of the best.
	firstModes uint16
}

const (
	straightModes = 1<<intra.Vertical4 | 1<<intra.Horizontal4 | 1<<intra.DC4
	allModes      = 1<<9 - 1
)

func toolsFor(p Profile, s Speed) tools {
	t := tools{cabac: true, transform8: true, moves: 2, intra4: true, refs: 1, intra4Overhead: 24, firstModes: straightModes}
	switch s {
	case SpeedFast:
		t.moves, t.intra4, t.straight = 1, false, true
	case SpeedBest:
		t.parts, t.refs, t.firstModes = true, 2, allModes
	}
	if p == ProfileConstrainedBaseline {
		t.cabac, t.transform8, t.intra4 = false, false, true
	}
	return t
}

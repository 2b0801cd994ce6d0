// Package mb holds what is remembered of a coded macroblock for its neighbors and for the deblocking filter, and the
// prediction of motion vectors from it (ITU-T H.264 clause 8.4.1).
package mb

// MV is a motion vector in quarter luma samples.
type MV struct{ X, Y int16 }

// Kind is how a macroblock was coded.
type Kind uint8

// The kinds of macroblock.
const (
	Inter Kind = iota
	Skip
	Intra4x4
	Intra8x8
	Intra16x16
	IntraPCM
)

// IsIntra tells whether the kind is one of the intra ones.
func (k Kind) IsIntra() bool { return k >= Intra4x4 }

// Info is one macroblock. The 4x4 blocks are numbered in raster order within the macroblock: index 4*y+x.
type Info struct {
	MV     [16]MV    // of each 4x4 luma block; zero for intra
	Ref    [4]int8   // reference index of each 8x8 quarter; -1 for intra
	NNZ    [24]uint8 // total_coeff of the 16 luma blocks, then 4 Cb and 4 Cr blocks in raster order (clause 9.2.1)
	Modes  [16]uint8 // Intra4x4PredMode, or Intra8x8PredMode four times; only for these kinds
	Coded  uint16    // bit i: luma block i, or the 8x8 block it is part of, has a nonzero coefficient
	CBP    uint16    // coded_block_pattern, and the bits below
	CodedC uint8     // the same for AC coefficients of chroma, in the order of transform.ChromaBlock
	Kind   Kind
	QP     uint8 // QPY
	QPC    uint8 // QPC for chroma
	One    bool  // inter with one vector and one reference for the whole macroblock

	Transform8 bool  // transform_size_8x8_flag
	ChromaMode uint8 // intra_chroma_pred_mode
	// The magnitudes of the vector differences of the blocks in the rightmost column and the lowest row, no larger than
	// MaxDiff, from which the contexts of those beside are chosen (clause 9.3.3.1.1.7).
	DiffRight, DiffBottom [4]Diff
}

// Bits of Info.CBP above coded_block_pattern, for the coded_block_flag of DC blocks (clause 9.3.3.1.1.9).
const (
	CBPLumaDC   = 1 << 8
	CBPChromaDC = 1 << 9 // Cb; Cr has the next bit
	CBPPCM      = 15 | 2<<4 | CBPLumaDC | 3*CBPChromaDC
)

// Diff is the magnitudes of a vector difference.
type Diff [2]uint8

// MaxDiff is where magnitudes are cut off: two of them above 32 cannot be told apart.
const MaxDiff = 66

// DiffOf is the Diff of a vector difference.
func DiffOf(dx, dy int) Diff {
	return Diff{uint8(min(max(dx, -dx), MaxDiff)), uint8(min(max(dy, -dy), MaxDiff))}
}

// SetMotion makes the macroblock an inter one of one vector, with reference index 0 and nothing coded yet.
func (m *Info) SetMotion(k Kind, v MV) {
	*m = Info{Kind: k, One: true}
	for i := range m.MV {
		m.MV[i] = v
	}
}

// SetStill makes the macroblock a P_Skip one with the zero vector. Where many stand still, most are that already.
func (m *Info) SetStill() {
	if m.Kind != Skip || !m.One || m.MV[0] != (MV{}) {
		m.SetMotion(Skip, MV{})
	}
}

// SetBlocks gives the w by h blocks at (x4, y4) a vector.
func (m *Info) SetBlocks(x4, y4, w, h int, v MV) {
	for y := y4; y < y4+h; y++ {
		for x := x4; x < x4+w; x++ {
			m.MV[(4*y+x)&15] = v
		}
	}
}

// SetIntra makes the macroblock an intra one with nothing coded yet.
func (m *Info) SetIntra(k Kind) {
	*m = Info{Kind: k}
	m.Ref = [4]int8{-1, -1, -1, -1}
}

// Neighbor is a partition next to the one whose vector is predicted.
type Neighbor struct {
	MV  MV
	Ref int8 // -1: intra, -2: not available
}

// Unavailable is a neighbor outside of the slice or not yet decoded.
func Unavailable() Neighbor { return Neighbor{Ref: -2} }

// At returns the 4x4 block of m as a neighbor; nil is an unavailable macroblock.
func At(m *Info, x4, y4 int) Neighbor {
	if m == nil {
		return Unavailable()
	}
	return Neighbor{MV: m.MV[y4*4+x4], Ref: m.Ref[y4&2|x4>>1]}
}

// Median predicts the vector of a partition with reference index ref from its neighbors left (a), above (b) and above
// right (c, already replaced by the one above left where it is not available): clause 8.4.1.3.1.
func Median(ref int8, a, b, c Neighbor) MV {
	if b.Ref == -2 && c.Ref == -2 && a.Ref != -2 {
		return a.MV
	}
	inA, inB, inC := a.Ref == ref, b.Ref == ref, c.Ref == ref
	switch {
	case inA && !inB && !inC:
		return a.MV
	case inB && !inA && !inC:
		return b.MV
	case inC && !inA && !inB:
		return c.MV
	}
	return MV{X: median(a.MV.X, b.MV.X, c.MV.X), Y: median(a.MV.Y, b.MV.Y, c.MV.Y)}
}

func median(a, b, c int16) int16 {
	return max(min(a, b), min(max(a, b), c))
}

// SkipMV is the vector of P_Skip (clause 8.4.1.1).
func SkipMV(a, b, c Neighbor) MV {
	if SkipsStill(a, b) {
		return MV{}
	}
	return Median(0, a, b, c)
}

// SkipsStill tells whether the neighbors left (a) and above (b) alone make the vector of P_Skip zero: at the picture's edge
// and beside anything that stands still.
func SkipsStill(a, b Neighbor) bool {
	still := Neighbor{}
	return a.Ref == -2 || b.Ref == -2 || a == still || b == still
}

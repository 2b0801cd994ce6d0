package h264

import (
	"github.com/callrec/callrec/codec/h264/internal/bits"
	"github.com/callrec/callrec/codec/h264/internal/inter"
	"github.com/callrec/callrec/codec/h264/internal/mb"
)

// reach is how many samples outside of the picture a predicted block may start; the border leaves room for it, its
// width and the filter taps.
const reach = 24

// bounds of the vectors of a macroblock in quarter samples, inclusive.
type bounds struct{ minX, maxX, minY, maxY int }

// vectorBounds keeps the predicted block within the border and the vector within the level's range.
func (e *Encoder) vectorBounds(x, y int) bounds {
	limit := 4 * (e.level.mvY - 1)
	return bounds{
		minX: -4 * (16*x + reach), maxX: 4 * (16*(e.mbw-x) + reach - 16),
		minY: max(-4*(16*y+reach), -limit), maxY: min(4*(16*(e.mbh-y)+reach-16), limit),
	}
}

func (b *bounds) holds(v mb.MV) bool {
	x, y := int(v.X), int(v.Y)
	return x >= b.minX && x <= b.maxX && y >= b.minY && y <= b.maxY
}

func (b *bounds) clamp(v mb.MV) mb.MV {
	return mb.MV{X: int16(min(max(int(v.X), b.minX), b.maxX)), Y: int16(min(max(int(v.Y), b.minY), b.maxY))}
}

// predictVectors sets the vector of P_Skip and the prediction of a 16x16 partition's vector.
func (m *macro) predictVectors() {
	a, b, c := mb.At(m.left, 3, 0), mb.At(m.top, 0, 3), mb.At(m.topRight, 0, 3)
	if m.topRight == nil {
		c = mb.At(m.topLeft, 3, 3)
	}
	m.predMV = mb.Median(0, a, b, c)
	m.skipMV = mb.SkipMV(a, b, c)
}

// predictInter fills the prediction with vector v.
func (e *Encoder) predictInter(v mb.MV) {
	e.predictLuma(v)
	e.predictChroma(v)
}

func (e *Encoder) predictLuma(v mb.MV) {
	m := &e.m
	e.half.predict(&m.pred, 64*m.x+int(v.X), 64*m.y+int(v.Y))
}

func (e *Encoder) predictChroma(v mb.MV) {
	m := &e.m
	x, y := 64*m.x+int(v.X), 64*m.y+int(v.Y)
	for i := range 2 {
		p := &e.ref.frame.C[i]
		inter.Chroma(m.predC[i][:], 8, p.Pix, p.At(x>>3, y>>3), p.Stride, x&7, y&7, 8, 8)
	}
}

// searcher is one macroblock's motion search.
type searcher struct {
	e      *Encoder
	b      bounds
	pred   mb.MV // the vector that the difference is coded to
	lambda int
	best   mb.MV
	cost   int // of best
}

// bitsOf is the cost of coding vector v.
func (s *searcher) bitsOf(x, y int) int {
	return s.lambda * (bits.SELen(x-int(s.pred.X)) + bits.SELen(y-int(s.pred.Y)))
}

// whole tries a vector of whole samples.
func (s *searcher) whole(x, y int) bool {
	if x < s.b.minX || x > s.b.maxX || y < s.b.minY || y > s.b.maxY {
		return false
	}
	m := &s.e.m
	ref := &s.e.ref.frame.Y
	cost := s.bitsOf(x, y)
	if cost >= s.cost {
		return false
	}
	cost += sad16(&m.luma, ref.Pix, ref.At(16*m.x+x>>2, 16*m.y+y>>2), ref.Stride)
	if cost >= s.cost {
		return false
	}
	s.cost, s.best = cost, mb.MV{X: int16(x), Y: int16(y)}
	return true
}

// candidate tries a predictor, rounded to whole samples.
func (s *searcher) candidate(v mb.MV) {
	v = s.b.clamp(v)
	s.whole(int(v.X+2)&^3, int(v.Y+2)&^3)
}

// maxSteps bounds the walk of the whole-sample search.
const maxSteps = 16

// walk refines the best whole-sample vector: a hexagon as long as that gains, then the eight neighbors by diamond.
func (s *searcher) walk() {
	for range maxSteps {
		x, y := int(s.best.X), int(s.best.Y)
		moved := false
		for _, d := range hexagon {
			moved = s.whole(x+d[0], y+d[1]) || moved
		}
		if !moved {
			break
		}
	}
	for range 2 {
		x, y := int(s.best.X), int(s.best.Y)
		moved := false
		for _, d := range diamond {
			moved = s.whole(x+4*d[0], y+4*d[1]) || moved
		}
		if !moved {
			break
		}
	}
}

// fraction tries any vector by SATD.
func (s *searcher) fraction(x, y int) bool {
	if x < s.b.minX || x > s.b.maxX || y < s.b.minY || y > s.b.maxY {
		return false
	}
	cost := s.bitsOf(x, y)
	if cost >= s.cost {
		return false
	}
	cost += s.satd(x, y)
	if cost >= s.cost {
		return false
	}
	s.cost, s.best = cost, mb.MV{X: int16(x), Y: int16(y)}
	return true
}

func (s *searcher) satd(x, y int) int {
	m := &s.e.m
	a, aAt, b, bAt, two := s.e.half.sides(64*m.x+x, 64*m.y+y)
	stride := s.e.half.ref.Stride
	if two {
		return satdMean16(&m.luma, a, aAt, b, bAt, stride)
	}
	return satd16(&m.luma, a, aAt, stride)
}

// refine moves the best vector by steps of half, then of quarter samples.
func (s *searcher) refine() {
	s.cost = s.bitsOf(int(s.best.X), int(s.best.Y)) + s.satd(int(s.best.X), int(s.best.Y))
	for step := 2; step >= 1; step-- {
		for range 2 {
			x, y := int(s.best.X), int(s.best.Y)
			moved := false
			for _, d := range diamond {
				moved = s.fraction(x+step*d[0], y+step*d[1]) || moved
			}
			if !moved {
				break
			}
		}
	}
}

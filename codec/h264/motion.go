package h264

import (
	"github.com/callrec/callrec/codec/h264/internal/bits"
	"github.com/callrec/callrec/codec/h264/internal/inter"
	"github.com/callrec/callrec/codec/h264/internal/mb"
	"github.com/callrec/callrec/codec/h264/internal/picture"
	"github.com/callrec/callrec/codec/h264/internal/pixel"
)

// reach is how many samples outside of the picture a predicted macroblock may start; the border leaves room for it, its
// width and the filter taps.
const reach = 24

// bounds of the vectors of a macroblock in quarter samples, inclusive.
type bounds struct{ minX, maxX, minY, maxY int }

// vectorBounds keeps the predicted macroblock within the border and the vector within the level's range.
func (e *sliceEncoder) vectorBounds(x, y int) bounds {
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

// predictVectors sets the vector of P_Skip and the prediction of a 16x16 partition's vector for the first reference.
func (m *macro) predictVectors() {
	a, b, c := mb.At(m.left, 3, 0), mb.At(m.top, 0, 3), mb.At(m.topRight, 0, 3)
	if m.topRight == nil {
		c = mb.At(m.topLeft, 3, 3)
	}
	m.predMV = mb.Median(0, a, b, c)
	m.skipMV = mb.SkipMV(a, b, c)
}

// predictWhole makes the macroblock one partition with vector v and the first reference, and fills its prediction.
func (e *sliceEncoder) predictWhole(v mb.MV) {
	m := &e.m
	m.shape = whole
	m.part[0] = part{mv: v, pred: m.predMV}
	e.predictLuma()
	e.predictChroma()
}

// predictLuma fills the prediction of luma from the partitions.
func (e *sliceEncoder) predictLuma() {
	m := &e.m
	s := &shapes[m.shape]
	for i := range s.n {
		r, p := &s.at[i], &m.part[i]
		x, y := 64*m.x+16*r.x+int(p.mv.X), 64*m.y+16*r.y+int(p.mv.Y)
		e.half[p.ref].predict(m.pred[64*r.y+4*r.x:], x, y, 4*r.w, 4*r.h)
	}
}

// predictSkip fills the prediction of luma with the vector of P_Skip, if its SAD is no larger than limit.
func (e *sliceEncoder) predictSkip(limit int) bool {
	m := &e.m
	a, b, two := e.half[0].sides(64*m.x+int(m.skipMV.X), 64*m.y+int(m.skipMV.Y))
	stride := e.half[0].ref.Stride
	if two {
		pixel.Mean(m.pred[:], 16, a, stride, b, stride, 16, 16)
		return sad16(&m.luma, m.pred[:], 0, 16) <= limit
	}
	if sad16(&m.luma, a, 0, stride) > limit {
		return false
	}
	pixel.Copy(m.pred[:], 16, a, stride, 16, 16)
	return true
}

// predictChroma fills the prediction of chroma from the partitions.
func (e *sliceEncoder) predictChroma() {
	m := &e.m
	s := &shapes[m.shape]
	for i := range s.n {
		r, p := &s.at[i], &m.part[i]
		x, y := 64*m.x+16*r.x+int(p.mv.X), 64*m.y+16*r.y+int(p.mv.Y)
		for c := range m.predC {
			plane := &e.refs[p.ref].frame.C[c]
			at := plane.At(x>>3, y>>3)
			inter.Chroma(m.predC[c][16*r.y+2*r.x:], 8, plane.Pix, at, plane.Stride, x&7, y&7, 2*r.w, 2*r.h)
		}
	}
}

// searcher is one partition's motion search in one reference.
type searcher struct {
	ref    *picture.Plane // luma of the reference
	half   *halfPlanes
	b      bounds
	x, y   int // of the partition in the picture
	w, h   int
	src    []byte
	pred   mb.MV // the vector that the difference is coded to
	lambda int
	best   mb.MV
	cost   int // of best
}

// searcherOf begins the search for a partition.
func (e *sliceEncoder) searcherOf(r *rect, ref int8, b bounds, pred mb.MV) searcher {
	m := &e.m
	return searcher{
		ref: &e.refs[ref].frame.Y, half: &e.half[ref], b: b, x: 16*m.x + 4*r.x, y: 16*m.y + 4*r.y, w: 4 * r.w, h: 4 * r.h,
		src: m.luma[64*r.y+4*r.x:], pred: pred, lambda: m.q.lambda, cost: 1 << 30,
	}
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
	ref := s.ref
	cost := s.bitsOf(x, y)
	if cost >= s.cost {
		return false
	}
	cost += pixel.SAD(s.src, 16, ref.Pix[ref.At(s.x+x>>2, s.y+y>>2):], ref.Stride, s.w, s.h)
	if cost >= s.cost {
		return false
	}
	s.cost, s.best = cost, mb.MV{X: int16(x), Y: int16(y)}
	return true
}

// candidate tries a predictor, rounded to whole samples.
func (s *searcher) candidate(v mb.MV) {
	v = s.b.clamp(v)
	x, y := int(v.X+2)&^3, int(v.Y+2)&^3
	if s.cost < 1<<30 && int(s.best.X) == x && int(s.best.Y) == y {
		return
	}
	s.whole(x, y)
}

// maxSteps bounds the walk of the whole-sample search.
const maxSteps = 16

// walk refines the best whole-sample vector: a hexagon as long as that gains, then the nearest neighbors.
func (s *searcher) walk() {
	if !s.around() {
		return
	}
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
	s.near(2)
}

// scanReach is how far, in samples, the lines of a scan go.
const scanReach = 64

// poor is the SAD from which on a macroblock is worth a scan: six for each sample.
const poor = 6 * 256

// scan looks along the column and the row through the macroblock's own place, where pages that scroll and windows that are
// moved are found: their motion is far from any prediction at first, and no slope of the cost leads there.
func (s *searcher) scan() {
	before := s.cost
	s.line(0, 4, max(s.b.minY, -4*scanReach), min(s.b.maxY, 4*scanReach))
	s.line(4, 0, max(s.b.minX, -4*scanReach), min(s.b.maxX, 4*scanReach))
	if s.cost < before {
		s.walk()
	}
}

// line tries the vectors of whole samples from lo to hi, in quarter samples, along one axis: all of them by every fourth row,
// and those that seem better by all rows.
func (s *searcher) line(dx, dy, lo, hi int) {
	ref := s.ref
	first, last := (lo+3)>>2, hi>>2
	var sads [2*scanReach + 1]int32
	list := sads[:max(last-first+1, 0)]
	step := dx>>2 + dy>>2*ref.Stride
	pixel.SADLine(list, s.src, 16, ref.Pix, ref.At(s.x, s.y)+first*step, step, ref.Stride)
	for i, sad := range list {
		if 4*int(sad) < s.cost {
			s.whole((first+i)*dx, (first+i)*dy)
		}
	}
}

// near moves the best whole-sample vector by single samples, at most so many times.
func (s *searcher) near(most int) {
	for range most {
		if !s.around() {
			break
		}
	}
}

// around tries the four whole samples around the best vector.
func (s *searcher) around() (moved bool) {
	x, y := int(s.best.X), int(s.best.Y)
	if x-4 < s.b.minX || x+4 > s.b.maxX || y-4 < s.b.minY || y+4 > s.b.maxY {
		for _, d := range diamond {
			moved = s.whole(x+4*d[0], y+4*d[1]) || moved
		}
		return moved
	}
	ref := s.ref
	at := ref.At(s.x+x>>2, s.y+y>>2)
	var sads [4]int32
	pixel.SADs(&sads, s.src, 16, ref.Pix, &[4]int{at - 1, at + 1, at - ref.Stride, at + ref.Stride}, ref.Stride, s.w, s.h)
	for i, d := range diamond {
		vx, vy := x+4*d[0], y+4*d[1]
		if cost := int(sads[i]) + s.bitsOf(vx, vy); cost < s.cost {
			s.cost, s.best = cost, mb.MV{X: int16(vx), Y: int16(vy)}
			moved = true
		}
	}
	return moved
}

// fraction tries any vector by SATD.
func (s *searcher) fraction(x, y int) {
	if x < s.b.minX || x > s.b.maxX || y < s.b.minY || y > s.b.maxY {
		return
	}
	cost := s.bitsOf(x, y)
	if cost >= s.cost {
		return
	}
	cost += s.satd(x, y)
	if cost >= s.cost {
		return
	}
	s.cost, s.best = cost, mb.MV{X: int16(x), Y: int16(y)}
}

func (s *searcher) satd(x, y int) int {
	half := s.half
	a, b, two := half.sides(4*s.x+x, 4*s.y+y)
	stride := half.ref.Stride
	if two {
		return pixel.SATDMean(s.src, 16, a, b, stride, s.w, s.h)
	}
	return pixel.SATD(s.src, 16, a, stride, s.w, s.h)
}

// halves tries the four vectors half a sample from the best one by SAD. It leaves the others alone, where nothing is
// won, and those at the bounds.
func (s *searcher) halves() {
	x, y := int(s.best.X), int(s.best.Y)
	if x-2 < s.b.minX || x+2 > s.b.maxX || y-2 < s.b.minY || y+2 > s.b.maxY {
		return
	}
	half := s.half
	var blocks [4][]byte
	for i, d := range diamond {
		blocks[i], _, _ = half.sides(4*s.x+x+2*d[0], 4*s.y+y+2*d[1])
	}
	var sads [4]int32
	pixel.SADsOf(&sads, s.src, 16, &blocks, half.ref.Stride, s.w, s.h)
	for i, d := range diamond {
		vx, vy := x+2*d[0], y+2*d[1]
		if cost := int(sads[i]) + s.bitsOf(vx, vy); cost < s.cost {
			s.cost, s.best = cost, mb.MV{X: int16(vx), Y: int16(vy)}
		}
	}
}

// refine moves the best vector by half a sample and then, at most so many times, by quarters.
func (s *searcher) refine(most int) {
	if s.cost > excellent/2 {
		s.halves()
	}
	s.cost = s.bitsOf(int(s.best.X), int(s.best.Y)) + s.satd(int(s.best.X), int(s.best.Y))
	if s.cost < excellent {
		return
	}
	last := s.best
	for range most {
		from := s.best
		for _, d := range diamond {
			if x, y := int(from.X)+d[0], int(from.Y)+d[1]; x != int(last.X) || y != int(last.Y) {
				s.fraction(x, y)
			}
		}
		if s.best == from {
			break
		}
		last = from
	}
	// The prediction itself may lie between whole samples and costs the fewest bits.
	if s.b.holds(s.pred) && s.pred != s.best {
		s.fraction(int(s.pred.X), int(s.pred.Y))
	}
}

package deblock_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/deblock"
	"github.com/callrec/callrec/codec/h264/internal/mb"
	"github.com/callrec/callrec/codec/h264/internal/picture"
)

const mbw, mbh = 3, 3

// randomInfo makes a macroblock of any kind with plausible contents.
func randomInfo(r *rand.Rand) mb.Info {
	var m mb.Info
	qp := r.IntN(52)
	switch r.IntN(6) {
	case 0:
		m.SetIntra(mb.Intra4x4)
	case 1:
		m.SetIntra(mb.Intra16x16)
	case 2:
		m.SetMotion(mb.Skip, mb.MV{X: int16(r.IntN(6)), Y: int16(r.IntN(6))})
	case 3:
		m.SetMotion(mb.Inter, mb.MV{X: int16(r.IntN(6)), Y: int16(r.IntN(6))})
		m.Coded = uint16(r.Uint32())
	case 4: // 8x8 transform: its blocks are coded or not as a whole
		m.SetMotion(mb.Inter, mb.MV{X: int16(r.IntN(6)), Y: int16(r.IntN(6))})
		if r.IntN(3) == 0 {
			m.SetIntra(mb.Intra8x8)
		}
		m.Transform8 = true
		for q := range 4 {
			m.Coded |= 0x33 * uint16(r.IntN(2)) << (8*(q>>1) + 2*(q&1))
		}
	default: // vectors and references of its own for each part
		for i := range m.MV {
			m.MV[i] = mb.MV{X: int16(r.IntN(5)), Y: int16(r.IntN(5))}
		}
		for i := range m.Ref {
			m.Ref[i] = int8(r.IntN(2))
		}
		m.Coded = uint16(r.Uint32() & r.Uint32())
	}
	m.QP, m.QPC = uint8(qp), uint8(min(qp, 29+(qp-29)/2))
	return m
}

// reference filters a picture as clause 8.7 reads, a line of samples after the other.
type reference struct {
	info   []mb.Info
	frame  *picture.Frame
	offset deblock.Offsets
}

func (f *reference) run() {
	for i := range f.info {
		x, y := i%mbw, i/mbw
		for edge := 0; edge < 4; edge += f.step(i) {
			if edge > 0 || x > 0 {
				f.edge(x, y, edge, true)
			}
		}
		for edge := 0; edge < 4; edge += f.step(i) {
			if edge > 0 || y > 0 {
				f.edge(x, y, edge, false)
			}
		}
	}
}

// step is the distance of the edges of macroblock i.
func (f *reference) step(i int) int {
	if f.info[i].Transform8 {
		return 2
	}
	return 1
}

func (f *reference) edge(x, y, edge int, vertical bool) {
	for k := range 16 {
		qx, qy, dx, dy := 16*x+4*edge, 16*y+k, 1, 0
		if !vertical {
			qx, qy, dx, dy = 16*x+k, 16*y+4*edge, 0, 1
		}
		bs := f.strength(qx-dx, qy-dy, qx, qy)
		q, p := &f.info[y*mbw+x], f.at(qx-dx, qy-dy)
		f.line(&f.frame.Y, qx, qy, dx, dy, bs, (int(p.QP)+int(q.QP)+1)>>1, true)
		if edge%2 == 0 && k%2 == 0 {
			for c := range f.frame.C {
				f.line(&f.frame.C[c], qx/2, qy/2, dx, dy, bs, (int(p.QPC)+int(q.QPC)+1)>>1, false)
			}
		}
	}
}

func (f *reference) at(x, y int) *mb.Info { return &f.info[y/16*mbw+x/16] }

// strength is bS between the samples at two places (clause 8.7.2.1).
func (f *reference) strength(px, py, qx, qy int) int {
	p, q := f.at(px, py), f.at(qx, qy)
	if p.Kind.IsIntra() || q.Kind.IsIntra() {
		if p != q {
			return 4
		}
		return 3
	}
	pb, qb := py%16/4*4+px%16/4, qy%16/4*4+qx%16/4
	if p.Coded>>pb&1 != 0 || q.Coded>>qb&1 != 0 {
		return 2
	}
	a, b := p.MV[pb], q.MV[qb]
	if p.Ref[py%16/8*2+px%16/8] != q.Ref[qy%16/8*2+qx%16/8] || distance(a.X, b.X) >= 4 || distance(a.Y, b.Y) >= 4 {
		return 1
	}
	return 0
}

func distance(a, b int16) int16 { return max(a-b, b-a) }

func absolute(v int) int { return max(v, -v) }

func (f *reference) line(pl *picture.Plane, qx, qy, dx, dy, bs, qp int, luma bool) {
	if bs == 0 {
		return
	}
	s := func(i int) *byte { return &pl.Pix[pl.At(qx+i*dx, qy+i*dy)] } // q0 is 0, p0 is -1
	v := func(i int) int { return int(*s(i)) }
	indexA := min(max(qp+f.offset.A, 0), 51)
	alpha, beta, tc0 := deblock.Figures(indexA, min(max(qp+f.offset.B, 0), 51))
	p0, p1, q0, q1 := v(-1), v(-2), v(0), v(1)
	if absolute(p0-q0) >= alpha || absolute(p1-p0) >= beta || absolute(q1-q0) >= beta {
		return
	}
	p2, q2 := p1, q1
	var ap, aq bool
	if luma {
		p2, q2 = v(-3), v(2)
		ap, aq = absolute(p2-p0) < beta, absolute(q2-q0) < beta
	}
	clip3 := func(lo, hi, x int) int { return min(max(x, lo), hi) }
	if bs < 4 {
		t := tc0[bs-1]
		tc := t + 1
		if luma {
			tc = t
			if ap {
				tc++
			}
			if aq {
				tc++
			}
		}
		delta := clip3(-tc, tc, ((q0-p0)<<2+(p1-q1)+4)>>3)
		*s(-1) = byte(clip3(0, 255, p0+delta))
		*s(0) = byte(clip3(0, 255, q0-delta))
		if ap {
			*s(-2) = byte(p1 + clip3(-t, t, (p2+(p0+q0+1)>>1-p1<<1)>>1))
		}
		if aq {
			*s(1) = byte(q1 + clip3(-t, t, (q2+(p0+q0+1)>>1-q1<<1)>>1))
		}
		return
	}
	small := absolute(p0-q0) < alpha>>2+2
	*s(-1), *s(0) = byte((2*p1+p0+q1+2)>>2), byte((2*q1+q0+p1+2)>>2)
	if ap && small {
		p3 := v(-4)
		*s(-1) = byte((p2 + 2*p1 + 2*p0 + 2*q0 + q1 + 4) >> 3)
		*s(-2) = byte((p2 + p1 + p0 + q0 + 2) >> 2)
		*s(-3) = byte((2*p3 + 3*p2 + p1 + p0 + q0 + 4) >> 3)
	}
	if aq && small {
		q3 := v(3)
		*s(0) = byte((p1 + 2*p0 + 2*q0 + 2*q1 + q2 + 4) >> 3)
		*s(1) = byte((p0 + q0 + q1 + q2 + 2) >> 2)
		*s(2) = byte((2*q3 + 3*q2 + q1 + q0 + p0 + 4) >> 3)
	}
}

func TestMacroblock(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	for n := range 400 {
		got, want := picture.NewFrame(16*mbw, 16*mbh), picture.NewFrame(16*mbw, 16*mbh)
		spread := 1 + r.IntN(60)
		base := r.IntN(256)
		if n%5 == 0 {
			spread = 256
		}
		for p, plane := range []*picture.Plane{&got.Y, &got.C[0], &got.C[1]} {
			for i := range plane.Pix {
				plane.Pix[i] = byte(min(max(base+r.IntN(spread)-spread/2, 0), 255))
			}
			copy([]*picture.Plane{&want.Y, &want.C[0], &want.C[1]}[p].Pix, plane.Pix)
		}
		info := make([]mb.Info, mbw*mbh)
		for i := range info {
			info[i] = randomInfo(r)
		}
		offset := deblock.Offsets{A: 2 * (r.IntN(13) - 6), B: 2 * (r.IntN(13) - 6)}
		for i := range info {
			var left, top *mb.Info
			if i%mbw > 0 {
				left = &info[i-1]
			}
			if i >= mbw {
				top = &info[i-mbw]
			}
			deblock.Macroblock(got, i%mbw, i/mbw, &info[i], left, top, offset)
		}
		ref := reference{info, want, offset}
		ref.run()
		require.Equal(t, want, got, "picture %d", n)
	}
}

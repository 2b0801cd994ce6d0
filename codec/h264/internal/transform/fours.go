package transform

// Four is the scaled coefficients of four 4x4 blocks beside each other: those of block i at (x, y) are at 16*x + 4*i + y.
type Four [64]int16

// FourQuantizer is a Quantizer for blocks beside each other.
type FourQuantizer struct {
	zone          DeadZone     // the kernel knows the layout, down to shift
	factor, scale [4][16]int16 // by column, four times
	round         int32
	shift         uint32
	dc            dcQuantizer
	one           *Quantizer[[16]int32]
}

// dcQuantizer quantizes the first coefficients of a chroma plane after their own transform, which has a gain of two.
type dcQuantizer struct {
	factor, round int32
	shift         uint32
	limit         int32
	scale         int32 // LevelScale(0, 0) shifted left by QP/6 (clause 8.5.11.2)
}

// NewFourQuantizer makes one that quantizes as q does, whose Max the levels of differences of samples must not exceed and
// whose scaled coefficients of these must fit into 16 bits.
func NewFourQuantizer(q *Quantizer[[16]int32]) *FourQuantizer {
	f := &FourQuantizer{zone: NewDeadZone(q), round: q.Round, shift: q.Shift, one: q}
	f.dc = dcQuantizer{q.Factor[0], 2 * q.Round, q.Shift + 1, q.Max, 16 * q.Scale[0]}
	for x := range f.factor {
		for i := range f.factor[x] {
			f.factor[x][i] = int16(q.Factor[i&3*4+x])
			f.scale[x][i] = int16(q.Scale[i&3*4+x])
		}
	}
	return f
}

// halves are the left and the right eight columns of four blocks beside each other, or of several such rows.
type halves struct {
	left, right []byte
	stride      int
}

// block is block i of row r.
func (h *halves) block(r, i int) []byte {
	side := h.left
	if i >= 2 {
		side = h.right
	}
	return side[4*r*h.stride+i&1*4:]
}

// check panics unless there are so many rows of blocks.
func (h *halves) check(rows int) {
	last := uint((4*rows-1)*h.stride + 7)
	_, _ = h.left[last], h.right[last]
}

func luma(p []byte, stride int) halves        { return halves{p, p[8:], stride} }
func chroma(p *[2][64]byte) halves            { return halves{p[0][:], p[1][:], 8} }
func planes(cb, cr []byte, stride int) halves { return halves{cb, cr, stride} }

// QuantizeLuma transforms the difference of the 16x16 blocks a and b, which have no gaps between their rows, quantizes it
// into levels in scan order of 4x4 blocks in raster order, and gives the scaled coefficients that a decoder makes of them. It
// returns a bit for each block that has levels; levels of others are undefined.
func QuantizeLuma(levels *[16][16]int16, marks *[16]Marks, c *[4]Four, a, b *[256]byte, q *FourQuantizer) uint16 {
	return uint16(quantizeFours(levels[:], marks[:], c[:], nil, luma(a[:], 16), luma(b[:], 16), q))
}

// QuantizeLumaAC does the same for all but the first coefficient of each block, which it leaves in dc; the level and the
// scaled coefficient of these are zero.
func QuantizeLumaAC(
	dc *[16]int16, levels *[16][16]int16, marks *[16]Marks, c *[4]Four, a, b *[256]byte, q *FourQuantizer,
) uint16 {
	return uint16(quantizeFours(levels[:], marks[:], c[:], dc[:], luma(a[:], 16), luma(b[:], 16), q))
}

// QuantizeChroma is QuantizeLumaAC for 8x8 blocks of Cb and Cr. The 4x4 blocks are in the order of ChromaBlock.
func QuantizeChroma(
	dc *[8]int16, levels *[8][16]int16, marks *[8]Marks, c *[2]Four, a, b *[2][64]byte, q *FourQuantizer,
) uint8 {
	return uint8(quantizeFours(levels[:], marks[:], c[:], dc[:], chroma(a), chroma(b), q))
}

// ChromaBlock is the place of 4x4 block b, in raster order, of chroma plane p among those of both planes: two of Cb beside
// two of Cr, the upper ones first.
func ChromaBlock(p, b int) int { return b>>1<<2 | p<<1 | b&1 }

// SetDC sets the first coefficient of block i, counted through those beside and above.
func (f *Four) SetDC(i int, v int32) { f[4*(i&3)] = int16(v) }

// QuantizeChromaDC transforms and quantizes the first coefficients of both planes, as QuantizeChroma gives them, into levels
// in scan order, and sets the first coefficients in c to what a decoder makes of them (clause 8.5.11). It returns a bit for
// each level that is not zero, those of Cb in the lower four bits.
func QuantizeChromaDC(levels *[2][4]int16, c *[2]Four, dc *[8]int16, q *FourQuantizer) uint8 {
	return quantizeChromaDC(levels, c, dc, &q.dc)
}

// DropAC clears all but the first coefficients of the blocks of chroma plane p.
func (f *Four) DropAC(p int) {
	for x := 8 * p; x < 64; x += 16 {
		dc := [2]int16{f[x], f[x+4]}
		*(*[8]int16)(f[x:]) = [8]int16{}
		if x < 16 {
			f[x], f[x+4] = dc[0], dc[1]
		}
	}
}

// ReconstructLuma writes to the 16x16 block at dst the prediction plus the inverse transform of the coefficients of those
// 4x4 blocks that have a bit in which, by raster index (clauses 8.5.12.2 and 8.5.14).
func ReconstructLuma(dst []byte, stride int, pred *[256]byte, c *[4]Four, which uint16) {
	reconstructFours(luma(dst, stride), luma(pred[:], 16), c[:], uint32(which))
}

// ReconstructChroma is ReconstructLuma for 8x8 blocks of Cb and Cr, with bits by ChromaBlock.
func ReconstructChroma(cb, cr []byte, stride int, pred *[2][64]byte, c *[2]Four, which uint8) {
	reconstructFours(planes(cb, cr, stride), chroma(pred), c[:], uint32(which))
}

// quantizeFoursPlain is the twin of quantizeFours, which takes as many rows of four blocks as there are in c.
func quantizeFoursPlain(levels [][16]int16, marks []Marks, c []Four, dc []int16, a, b halves, q *FourQuantizer) (coded uint32) {
	var v [16]int32
	for r := range c {
		for i := range 4 {
			n := 4*r + i
			Forward(&v, a.block(r, i), a.stride, b.block(r, i), b.stride)
			if dc != nil {
				dc[n], v[0] = int16(v[0]), 0
			}
			marks[n] = 0
			if q.zone.leaves(&v) {
				marks[n] = Quantize(&levels[n], &v, q.one)
			} else {
				v = [16]int32{}
			}
			for k, w := range v {
				c[r][k&3*16+4*i+k>>2] = int16(w)
			}
			if marks[n] != 0 {
				coded |= 1 << n
			}
		}
	}
	return coded
}

// quantizeChromaDCPlain is the twin of quantizeChromaDC.
func quantizeChromaDCPlain(levels *[2][4]int16, c *[2]Four, dc *[8]int16, q *dcQuantizer) (set uint8) {
	for p := range 2 {
		var v [4]int32
		for b := range v {
			v[b] = int32(dc[ChromaBlock(p, b)&7])
		}
		Hadamard2(&v)
		for b := range v {
			v[b] = level(v[b], q.factor, q.round, q.shift, q.limit)
			levels[p][b] = int16(v[b])
			if v[b] != 0 {
				set |= 1 << (4*p + b)
			}
		}
		Hadamard2(&v)
		for b := range v {
			at := ChromaBlock(p, b)
			c[at>>2&1].SetDC(at, v[b]*q.scale>>5)
		}
	}
	return set
}

// reconstructFoursPlain is the twin of reconstructFours.
func reconstructFoursPlain(dst, pred halves, c []Four, which uint32) {
	var v [16]int32
	for r := range c {
		for i := range 4 {
			to, from := dst.block(r, i), pred.block(r, i)
			for y := range 4 {
				copy(to[y*dst.stride:][:4], from[y*pred.stride:][:4])
			}
			if which>>(4*r+i)&1 == 0 {
				continue
			}
			for k := range v {
				v[k] = int32(c[r][k&3*16+4*i+k>>2])
			}
			inversePlain(to, dst.stride, &v)
		}
	}
}

package vp8

// Block types, which select the coefficient probabilities (RFC 6386 13.3).
const (
	blockLumaAfterY2 = iota // luma without its DC coefficient
	blockY2
	blockChroma
	blockLuma
)

// Positions of the blocks in mbState.coeffs.
const (
	firstU   = 16
	firstV   = 20
	y2Block  = 24
	numBlock = 25
)

// tokenContext says of the blocks along one edge of a macroblock whether they had coefficients: four of luma, two of
// each chroma plane, and Y2. Values are 0 and 1.
type tokenContext [contextY2 + 1]uint8

const contextY2 = 8

// clearBlocks notes a macroblock without coefficients. One without a Y2 block leaves that context alone.
func (c *tokenContext) clearBlocks(hasY2 bool) {
	y2 := c[contextY2]
	if hasY2 {
		y2 = 0
	}
	*c = tokenContext{contextY2: y2}
}

// tokenRun is a run of blocks of one kind in a macroblock: those from from up to to, decoded from coefficient first on.
type tokenRun struct {
	from, to, first int
	steps           *[2]int32 // DC and AC
	probs           *[8][3][11]uint8
}

// macroblockRuns are the runs of blocks of a macroblock: Y2 and the luma blocks that it goes with, or luma alone, and
// chroma.
type macroblockRuns struct {
	y2, lumaAfterY2, luma, chroma tokenRun
}

// initRuns sets up the runs of the segments, which go by the decoder's steps and probabilities of the time.
func (d *Decoder) initRuns() {
	for i := range d.runs {
		dq, probs := &d.dequant[i], &d.probs.coeff
		d.runs[i] = macroblockRuns{
			y2:          tokenRun{y2Block, numBlock, 0, &dq.y2, &probs[blockY2]},
			lumaAfterY2: tokenRun{0, firstU, 1, &dq.y1, &probs[blockLumaAfterY2]},
			luma:        tokenRun{0, firstU, 0, &dq.y1, &probs[blockLuma]},
			chroma:      tokenRun{firstU, y2Block, 0, &dq.uv, &probs[blockChroma]},
		}
	}
}

// readResidual decodes the coefficients of the current macroblock into coeffs, dequantized, and notes in ends how far
// each block reaches. It says whether there are any (RFC 6386 13).
func (s *mbState) readResidual(r *boolReader, above, left *tokenContext, hasY2 bool, runs *macroblockRuns) bool {
	var furthest int
	if hasY2 {
		furthest = s.readRun(r, above, left, &runs.y2) | s.readRun(r, above, left, &runs.lumaAfterY2)
	} else {
		furthest = s.readRun(r, above, left, &runs.luma)
	}
	return furthest|s.readRun(r, above, left, &runs.chroma) != 0
}

// readRunPlain decodes the blocks of a run. It returns zero if none of them has coefficients.
func (s *mbState) readRunPlain(r *boolReader, above, left *tokenContext, run *tokenRun) int {
	furthest := 0
	for i := run.from; i < run.to; i++ {
		at := &tokenTable.context[i]
		a, l := &above[at[0]%9], &left[at[1]%9]
		n := readBlock(r, run.probs, *a+*l, run.first, run.steps, &s.coeffs[i])
		*a = hasCoeffs(n)
		*l = *a
		s.ends[i] = uint8(n)
		furthest |= n
	}
	return furthest
}

func hasCoeffs(end int) uint8 {
	if end > 0 {
		return 1
	}
	return 0
}

// readBlock decodes the coefficients of one block from position n on (RFC 6386 13.2) and stores them dequantized, as
// 16-bit values like the reference decoder. It returns the position after the last token, or 0 if there is none. Only
// the coefficients that are not zero are written.
//
// The state of the reader lives in s throughout. fill gives enough bits for seven decisions, which is what a token takes
// up to its sign; a larger value category fills again.
func readBlock(r *boolReader, probs *[8][3][11]uint8, ctx uint8, n int, dq *[2]int32, out *[16]int16) int {
	if r.valid < 56 {
		r.fill()
	}
	s := r.bitState
	p := &probs[bands[n&15]&7][min(ctx, 2)]
	s, more := s.bit(p[0])
	if !more {
		r.bitState = s
		return 0
	}
	step := dq[min(n, 1)]
	var bit bool
	for {
		for {
			if s, bit = s.bit(p[1]); bit {
				break
			}
			n++
			step = dq[1]
			if n == 16 {
				r.bitState = s
				return 16
			}
			p = &probs[bands[n&15]&7][0]
			if s.valid < 56 {
				s = r.refill(s)
			}
		}
		var v int32
		next := 2
		if s, bit = s.bit(p[2]); !bit {
			v, next = 1, 1
		} else if s, bit = s.bit(p[3]); !bit {
			if s, bit = s.bit(p[4]); !bit {
				v = 2
			} else {
				s, bit = s.bit(p[5])
				v = 3
				if bit {
					v = 4
				}
			}
		} else {
			s, v = r.largeValue(s, p)
		}
		var sign int32
		s, sign = s.sign()
		out[zigzag[n&15]&15] = int16((v ^ sign - sign) * step)
		step = dq[1]
		n++
		if s.valid < 56 {
			s = r.refill(s)
		}
		if n == 16 {
			break
		}
		p = &probs[bands[n&15]&7][next]
		if s, bit = s.bit(p[0]); !bit {
			break
		}
	}
	r.bitState = s
	return n
}

// largeValue decodes a value of 5 or more: its category, then as many extra bits as that has (RFC 6386 13.2). On return
// there are bits for the sign.
func (r *boolReader) largeValue(s bitState, p *[11]uint8) (bitState, int32) {
	s, bit := s.bit(p[6])
	if !bit {
		s, bit = s.bit(p[7])
		s = r.refill(s)
		if !bit {
			s, bit = s.bit(159)
			return s, 5 + toInt(bit)
		}
		s, high := s.bit(165)
		s, low := s.bit(145)
		return s, 7 + 2*toInt(high) + toInt(low)
	}
	var base int32
	var extra []uint8
	s, bit = s.bit(p[8])
	s = r.refill(s)
	if !bit {
		s, bit = s.bit(p[9])
		base, extra = 11, tokenTable.extra[0][:3]
		if bit {
			base, extra = 19, tokenTable.extra[1][:4]
		}
	} else {
		s, bit = s.bit(p[10])
		base, extra = 35, tokenTable.extra[2][:5]
		if bit {
			base, extra = 67, tokenTable.extra[3][:11]
		}
	}
	v := int32(0)
	for _, prob := range extra {
		if s.valid < 16 {
			s = r.refill(s)
		}
		s, bit = s.bit(prob)
		v = 2*v + toInt(bit)
	}
	return s, base + v
}

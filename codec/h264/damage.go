package h264

import (
	"image"

	"github.com/callrec/callrec/codec"
)

// damage says whether a macroblock of a P picture is to be looked at.
type damage uint8

const (
	undamaged damage = iota
	beside           // next to a damaged one, where the deblocking filter changes it
	stale            // undamaged, but worth coding better than it was
	damaged
)

const (
	// owed is the quality of a macroblock whose residual was left out.
	owed = 255
	// goodQP is the quantizer from which on an undamaged macroblock is left as it is, if no coarser one is asked for.
	goodQP = 28
	// refineStep is how much finer the quantizer has to be for macroblocks to be coded anew beside others that move.
	refineStep = 4
)

// markActive marks which macroblocks of a P picture are to be looked at, and returns how many are damaged, how many there
// are in all, and the coarsest quantizer that those which are not damaged have.
func (e *Encoder) markActive(opt codec.VideoEncodeOptions) (count, active, coarsest int) {
	if !opt.DamageKnown {
		for i := range e.damage {
			e.damage[i] = damaged
		}
		return len(e.damage), len(e.damage), 0
	}
	clear(e.damage)
	for _, r := range opt.Damage {
		if r = r.Intersect(image.Rect(0, 0, e.cfg.Width, e.cfg.Height)); !r.Empty() {
			e.markRect(r.Min.X>>4, r.Min.Y>>4, (r.Max.X-1)>>4, (r.Max.Y-1)>>4)
		}
	}
	for _, d := range e.damage {
		if d == damaged {
			count++
		}
	}
	more, coarsest := e.markStale(count)
	return count, count + more, coarsest
}

// markRect marks a rectangle of macroblocks, corners included, as damaged, and those around it.
func (e *Encoder) markRect(x0, y0, x1, y1 int) {
	for y := max(y0-1, 0); y <= min(y1+1, e.mbh-1); y++ {
		for x := max(x0-1, 0); x <= min(x1+1, e.mbw-1); x++ {
			d := &e.damage[y*e.mbw+x]
			if x >= x0 && x <= x1 && y >= y0 && y <= y1 {
				*d = damaged
			} else if *d == undamaged {
				*d = beside
			}
		}
	}
}

// markStale marks macroblocks that stand still and were coded more coarsely than what bits allow by now: all of them if
// there is no damage, else only some, so that they do not take the bits of those that move.
func (e *Encoder) markStale(count int) (n, coarsest int) {
	good := max(goodQP, e.rate.finest)
	limit, most := max(e.state.rate.qp+refineStep, good+1), len(e.damage)/4
	if count == 0 {
		limit, most = good+1, len(e.damage)
	}
	if e.cfg.QP != 0 {
		limit = owed
	}
	for i, q := range e.pics[e.state.refs[0]].quality {
		if int(q) < limit || e.damage[i] == damaged {
			continue
		}
		if n == most {
			break
		}
		e.damage[i] = stale
		n++
		coarsest = max(coarsest, int(q))
	}
	return n, coarsest
}

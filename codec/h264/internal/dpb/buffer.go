package dpb

import (
	"fmt"

	"github.com/callrec/callrec/codec/h264/internal/params"
)

// maxFrames bounds the decoded picture buffer (clause A.3.1).
const maxFrames = 16

// Buffer is the decoded picture buffer. Reset it with a sequence parameter set first.
type Buffer struct {
	sps         *params.SPS
	maxFrameNum int
	size        int // in frames
	depth       int // how many pictures may wait for output
	steps       steps
	order       order

	all     []*Picture // everything allocated for the present size
	ghosts  []*Picture // pictures without samples, for gaps in frame_num
	refs    []*Picture // those used for reference
	waiting []*Picture // those to be put out
	scratch [2 * params.MaxRefs]*Picture
	cur     *Picture
	nextID  int32

	out  []*Picture // put out since the last call of Release
	last *Picture   // put out last before that
}

// Output returns the pictures put out since the last Release, which stay untouched until the next one; the last of them
// until another one has been put out.
func (b *Buffer) Output() []*Picture { return b.out }

// Release takes back the pictures that were put out.
func (b *Buffer) Release() {
	if len(b.out) == 0 {
		return
	}
	if b.last != nil {
		b.last.borrowed = false
	}
	for _, p := range b.out {
		p.borrowed = false
	}
	b.last = b.out[len(b.out)-1]
	b.last.borrowed = true
	b.out = b.out[:0]
}

// Configure makes the buffer one for s, as an IDR picture that activates s does: all pictures that wait are put out, and
// if the size changes all are forgotten.
func (b *Buffer) Configure(s *params.SPS) {
	if b.sps == s {
		return
	}
	b.Flush()
	if b.sps == nil || b.sps.MBWidth != s.MBWidth || b.sps.MBHeight != s.MBHeight {
		b.all = b.all[:0:0]
		b.last = nil
	}
	b.sps = s
	b.maxFrameNum = 1 << s.FrameNumBits
	b.size = min(s.DPBFrames(), maxFrames)
	b.depth = s.ReorderDepth()
	b.steps = steps{}
	b.forgetRefs()
}

// Forget drops all references and what waits for output.
func (b *Buffer) Forget() {
	b.forgetRefs()
	for _, p := range b.waiting {
		p.waiting = false
	}
	b.waiting = b.waiting[:0]
	b.cur = nil
	b.order = order{}
}

// Restart prepares for decoding to begin at a picture that is no IDR picture: what waits is put out, references go.
func (b *Buffer) Restart(frameNum int) {
	b.Flush()
	b.forgetRefs()
	b.order = order{prevRefFrameNum: frameNum, prevFrameNum: frameNum}
}

func (b *Buffer) forgetRefs() {
	for _, p := range b.refs {
		p.Marking = Unused
	}
	b.refs = b.refs[:0]
}

// Start gives the picture that a slice begins: it fills gaps in frame_num, derives the picture order count and finds
// memory for it.
func (b *Buffer) Start(h *params.SliceHeader, pts int64) (*Picture, error) {
	if h.IDR {
		b.Flush()
		b.forgetRefs()
	} else if err := b.fillGap(h); err != nil {
		return nil, err
	}
	p := b.take()
	if p == nil {
		return nil, fmt.Errorf("%w: too many pictures at once", params.ErrInvalid)
	}
	p.ID = b.nextID
	b.nextID = (b.nextID + 1) & (1<<30 - 1)
	p.FrameNum, p.NonExisting, p.PTS = h.FrameNum, false, pts
	p.top, p.bottom = b.order.counts(h)
	p.POC = min(p.top, p.bottom)
	p.show(h.SPS)
	b.cur = p
	return p, nil
}

// spare is how many pictures there may be besides those in the buffer: the one shown last, the one being decoded, and
// some more for access units that hold several.
const spare = 6

// take finds a free picture or makes one; nil if there are too many already.
func (b *Buffer) take() *Picture {
	for _, p := range b.all {
		if p.free() {
			return p
		}
	}
	if len(b.all) >= b.size+spare {
		return nil
	}
	p := newPicture(b.sps)
	b.all = append(b.all, p)
	return p
}

// fillGap is the decoding process for gaps in frame_num (clause 8.2.5.2).
func (b *Buffer) fillGap(h *params.SliceHeader) error {
	mask := b.maxFrameNum - 1
	prev := b.order.prevRefFrameNum
	if h.FrameNum == prev || h.FrameNum == (prev+1)&mask {
		return nil
	}
	if !h.SPS.GapsAllowed {
		return fmt.Errorf("%w: frame_num goes from %d to %d", ErrReference, prev, h.FrameNum)
	}
	num := (prev + 1) & mask
	if (h.FrameNum-num)&mask > maxFrames {
		num = (h.FrameNum - maxFrames) & mask // the earlier ones would fall out of the window at once
	}
	for ; num != h.FrameNum; num = (num + 1) & mask {
		b.updateWraps(num)
		b.slide()
		gap := params.SliceHeader{SPS: h.SPS, FrameNum: num, RefIDC: 1}
		p := b.ghost()
		p.ID = -2
		p.FrameNum, p.Marking = num, ShortTerm
		if h.SPS.POCType == 0 {
			b.order.prevRefFrameNum, b.order.prevFrameNum = num, num
		} else {
			p.top, p.bottom = b.order.counts(&gap)
			p.POC = min(p.top, p.bottom)
		}
		b.refs = append(b.refs, p)
	}
	return nil
}

// ghost gives a picture without samples.
func (b *Buffer) ghost() *Picture {
	for _, p := range b.ghosts {
		if p.Marking == Unused {
			return p
		}
	}
	p := &Picture{NonExisting: true}
	b.ghosts = append(b.ghosts, p)
	return p
}

// Abandon gives up the current picture: it is neither put out nor referred to.
func (b *Buffer) Abandon() { b.cur = nil }

// Lose is Finish for a picture that could not be decoded but may be done without: it takes its place among the
// references, so that the others keep theirs, but nothing may be predicted from it.
func (b *Buffer) Lose(h *params.SliceHeader) {
	if b.cur != nil {
		b.cur.NonExisting = true
	}
	b.Finish(h, false)
}

// Finish marks the current picture, stores it, and puts out what is due. h is the header of one of its slices; show says
// whether the picture is to be put out.
func (b *Buffer) Finish(h *params.SliceHeader, show bool) {
	p := b.cur
	b.cur = nil
	if p == nil {
		return
	}
	if h.RefIDC != 0 {
		b.mark(p, h)
	}
	if show {
		p.waiting = true
		b.waiting = append(b.waiting, p)
	}
	depth := b.depth
	if b.steps.even(p.POC, h.IDR) && !b.sps.HasRestriction {
		depth = 0
	}
	for len(b.waiting) > depth || len(b.waiting) > 0 && b.fullness() > b.size {
		b.bump()
	}
}

// steps watches the distances in output order between pictures that follow each other in decoding order. Encoders for
// calls do not reorder, but not all of them say so (max_num_reorder_frames), and waiting for a full buffer would cost up
// to 16 pictures of delay. Where pictures are to be put out before one decoded earlier, there is a larger step first.
type steps struct {
	last, step int32
	count      int // how many times the step was the same
}

// enoughSteps is after how many even steps pictures are put out at once.
const enoughSteps = 8

// even takes the next picture's order count and tells whether the steps have been even for long enough.
func (s *steps) even(poc int32, idr bool) bool {
	step := poc - s.last
	s.last = poc
	switch {
	case idr: // counts start anew, and nothing is reordered across
	case step == s.step && step > 0:
		s.count++
	default:
		s.step, s.count = step, 0
	}
	return s.count >= enoughSteps
}

// fullness counts the frames that are referred to or wait.
func (b *Buffer) fullness() int {
	n := len(b.refs)
	for _, p := range b.waiting {
		if p.Marking == Unused {
			n++
		}
	}
	return n
}

// bump puts out the first picture in output order (clause C.4.5.3).
func (b *Buffer) bump() {
	first := 0
	for i, p := range b.waiting {
		if p.POC < b.waiting[first].POC {
			first = i
		}
	}
	p := b.waiting[first]
	b.waiting = append(b.waiting[:first], b.waiting[first+1:]...)
	p.waiting, p.borrowed = false, true
	b.out = append(b.out, p)
}

// Flush puts out all that waits.
func (b *Buffer) Flush() {
	for len(b.waiting) > 0 {
		b.bump()
	}
}

// Uses tells whether the buffer is configured for s.
func (b *Buffer) Uses(s *params.SPS) bool { return b.sps == s }

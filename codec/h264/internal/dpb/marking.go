package dpb

import (
	"slices"

	"github.com/callrec/callrec/codec/h264/internal/params"
)

// mark is the decoded reference picture marking process for the current picture (clause 8.2.5).
func (b *Buffer) mark(p *Picture, h *params.SliceHeader) {
	p.Marking = ShortTerm
	switch {
	case h.IDR:
		b.forgetRefs()
		if h.LongTermIDR {
			p.Marking, p.LongIdx = LongTerm, 0
		}
	case h.Adaptive:
		b.updateWraps(h.FrameNum)
		for i := range h.NumMMCOs {
			b.operate(p, h, h.MMCOs[i])
		}
		b.dropUnused()
	default:
		b.updateWraps(h.FrameNum)
		b.slide()
	}
	for len(b.refs) >= max(b.sps.NumRefFrames, 1) {
		b.drop() // the operations left more than allowed
	}
	b.refs = append(b.refs, p)
}

// slide is the sliding window (clause 8.2.5.3): it makes room for one more.
func (b *Buffer) slide() {
	for len(b.refs) >= max(b.sps.NumRefFrames, 1) {
		b.drop()
	}
}

// drop removes the short-term picture with the smallest FrameNumWrap, or the first long-term one.
func (b *Buffer) drop() {
	at := -1
	for i, q := range b.refs {
		if q.Marking == ShortTerm && (at < 0 || q.wrap < b.refs[at].wrap) {
			at = i
		}
	}
	at = max(at, 0)
	b.refs[at].Marking = Unused
	b.refs = append(b.refs[:at], b.refs[at+1:]...)
}

func (b *Buffer) dropUnused() {
	b.refs = slices.DeleteFunc(b.refs, func(q *Picture) bool { return q.Marking == Unused })
}

// operate carries out one memory_management_control_operation (clause 8.2.5.4). Those that name a picture that is not
// there do nothing.
func (b *Buffer) operate(p *Picture, h *params.SliceHeader, m params.MMCO) {
	switch m.Op {
	case 1:
		if q := b.findShort(h.FrameNum - int(min(m.PicNumDiff, 1<<30)) - 1); q != nil {
			q.Marking = Unused
		}
	case 2:
		if q := b.findLong(int(min(m.LongPicNum, 1<<30))); q != nil {
			q.Marking = Unused
		}
	case 3:
		q := b.findShort(h.FrameNum - int(min(m.PicNumDiff, 1<<30)) - 1)
		if q != nil && m.LongIdx < maxFrames {
			b.freeLong(int(m.LongIdx))
			q.Marking, q.LongIdx = LongTerm, int(m.LongIdx)
		}
	case 4:
		for _, q := range b.refs {
			if q.Marking == LongTerm && q.LongIdx >= int(min(m.MaxLongIdx1, maxFrames)) {
				q.Marking = Unused
			}
		}
	case 5:
		b.forgetRefs()
		b.Flush()
		p.top, p.bottom, p.POC = p.top-p.POC, p.bottom-p.POC, 0
		p.FrameNum = 0
		b.order.afterReset(p.top)
	case 6:
		if m.LongIdx < maxFrames {
			b.freeLong(int(m.LongIdx))
			p.Marking, p.LongIdx = LongTerm, int(m.LongIdx)
		}
	}
}

// freeLong ends the use of a LongTermFrameIdx.
func (b *Buffer) freeLong(idx int) {
	if q := b.findLong(idx); q != nil {
		q.Marking = Unused
	}
}

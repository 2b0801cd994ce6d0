package dpb

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/callrec/callrec/codec/h264/internal/params"
)

// Lists are RefPicList0 and RefPicList1. Entries for which there is no picture are nil.
type Lists [2][params.MaxRefs]*Picture

// BuildLists derives the reference lists of a slice of the current picture (clause 8.2.4).
func (b *Buffer) BuildLists(l *Lists, h *params.SliceHeader) error {
	*l = Lists{}
	if h.Type == params.SliceI {
		return nil
	}
	b.updateWraps(h.FrameNum)
	if h.Type == params.SliceP {
		b.initP(&l[0], h.NumRef[0])
	} else {
		b.initB(l, h)
	}
	for i := range l {
		if err := b.modify(l[i][:], h, i); err != nil {
			return err
		}
	}
	return nil
}

// updateWraps derives FrameNumWrap of all short-term pictures (clause 8.2.4.1).
func (b *Buffer) updateWraps(frameNum int) {
	for _, p := range b.refs {
		p.wrap = p.FrameNum
		if p.FrameNum > frameNum {
			p.wrap -= b.maxFrameNum
		}
	}
}

// initP is clause 8.2.4.2.1.
func (b *Buffer) initP(list *[params.MaxRefs]*Picture, n int) {
	s := b.collect(ShortTerm)
	slices.SortFunc(s, func(p, q *Picture) int { return cmp.Compare(q.wrap, p.wrap) })
	s = b.appendLong(s)
	copy(list[:n], s)
}

// initB is clause 8.2.4.2.3.
func (b *Buffer) initB(l *Lists, h *params.SliceHeader) {
	cur := b.cur.POC
	s := b.collect(ShortTerm)
	if h.SPS.POCType == 0 {
		s = slices.DeleteFunc(s, func(p *Picture) bool { return p.NonExisting })
	}
	// Before the current picture the nearest comes first, after it too.
	sortBy := func(after bool) {
		slices.SortFunc(s, func(p, q *Picture) int {
			pAfter, qAfter := p.POC > cur, q.POC > cur
			switch {
			case pAfter != qAfter && pAfter == after:
				return -1
			case pAfter != qAfter:
				return 1
			case pAfter:
				return cmp.Compare(p.POC, q.POC)
			}
			return cmp.Compare(q.POC, p.POC)
		})
	}
	sortBy(false)
	n := len(s)
	s = b.appendLong(s)
	copy(l[0][:], s)
	total := len(s)
	s = s[:n]
	sortBy(true)
	s = s[:total]
	copy(l[1][:], s)
	if total > 1 && l[0] == l[1] {
		l[1][0], l[1][1] = l[1][1], l[1][0]
	}
	clear(l[0][h.NumRef[0]:])
	clear(l[1][h.NumRef[1]:])
}

// collect gathers in scratch space the reference pictures with a marking.
func (b *Buffer) collect(m Marking) []*Picture {
	s := b.scratch[:0]
	for _, p := range b.refs {
		if p.Marking == m {
			s = append(s, p)
		}
	}
	return s
}

// appendLong appends the long-term pictures in order of LongTermPicNum, which is LongTermFrameIdx for frames.
func (b *Buffer) appendLong(s []*Picture) []*Picture {
	n := len(s)
	for _, p := range b.refs {
		if p.Marking == LongTerm {
			s = append(s, p)
		}
	}
	slices.SortFunc(s[n:], func(p, q *Picture) int { return cmp.Compare(p.LongIdx, q.LongIdx) })
	return s
}

// modify is clause 8.2.4.3.
func (b *Buffer) modify(list []*Picture, h *params.SliceHeader, which int) error {
	n := h.NumRef[which]
	pred := h.FrameNum
	for i, m := range h.Mods[which][:h.NumMods[which]] {
		if i >= n {
			return fmt.Errorf("%w: more modifications than %d entries", params.ErrInvalid, n)
		}
		var pic *Picture
		if m.Op == 2 {
			pic = b.findLong(int(min(m.Value, 1<<30)))
		} else {
			if m.Value >= uint32(b.maxFrameNum) {
				return fmt.Errorf("%w: abs_diff_pic_num_minus1 %d", params.ErrInvalid, m.Value)
			}
			diff := int(m.Value) + 1
			if m.Op == 0 {
				diff = -diff
			}
			pred = (pred + diff) & (b.maxFrameNum - 1)
			num := pred
			if num > h.FrameNum {
				num -= b.maxFrameNum
			}
			pic = b.findShort(num)
		}
		if pic == nil {
			return fmt.Errorf("%w: reference list %d asks for a picture that is not there", ErrReference, which)
		}
		insert(list[:n], i, pic)
	}
	return nil
}

// insert puts pic at index i, moves the others up and drops the pic's later occurrence or the last entry.
func insert(list []*Picture, i int, pic *Picture) {
	carry := pic
	for ; i < len(list); i++ {
		list[i], carry = carry, list[i]
		if carry == pic {
			return
		}
	}
}

func (b *Buffer) findShort(picNum int) *Picture {
	for _, p := range b.refs {
		if p.Marking == ShortTerm && p.wrap == picNum {
			return p
		}
	}
	return nil
}

func (b *Buffer) findLong(idx int) *Picture {
	for _, p := range b.refs {
		if p.Marking == LongTerm && p.LongIdx == idx {
			return p
		}
	}
	return nil
}

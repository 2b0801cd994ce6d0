package dpb

import "github.com/callrec/callrec/codec/h264/internal/params"

// order holds what picture order counts and gaps in frame_num are derived from (clause 8.2.1).
type order struct {
	prevMSB, prevLSB int // of the last reference picture, for type 0
	prevFrameNum     int
	prevOffset       int // FrameNumOffset of the last picture
	prevRefFrameNum  int
}

// afterReset is the state behind a picture with memory_management_control_operation 5, the count of whose top field
// became top.
func (o *order) afterReset(top int32) {
	*o = order{prevLSB: int(top)}
}

// counts derives TopFieldOrderCnt and BottomFieldOrderCnt of a frame and remembers what the next one needs.
func (o *order) counts(h *params.SliceHeader) (top, bottom int32) {
	if h.IDR {
		*o = order{}
	}
	s := h.SPS
	if s.POCType == 0 {
		top, bottom = o.fromLSB(h)
	} else {
		maxFrameNum := 1 << s.FrameNumBits
		offset := o.prevOffset
		if o.prevFrameNum > h.FrameNum {
			offset += maxFrameNum
		}
		if s.POCType == 1 {
			top = fromCycle(s, offset+h.FrameNum, h.RefIDC != 0) + h.DeltaPOC[0]
			bottom = top + s.OffsetTopBottom + h.DeltaPOC[1]
		} else {
			top = int32(2 * (offset + h.FrameNum))
			if h.RefIDC == 0 {
				top--
			}
			bottom = top
		}
		o.prevOffset = offset
	}
	o.prevFrameNum = h.FrameNum
	if h.RefIDC != 0 {
		o.prevRefFrameNum = h.FrameNum
	}
	return top, bottom
}

// fromLSB is clause 8.2.1.1.
func (o *order) fromLSB(h *params.SliceHeader) (top, bottom int32) {
	lsb, maxLSB := h.POCLSB, 1<<h.SPS.POCLSBBits
	msb := o.prevMSB
	switch {
	case lsb < o.prevLSB && o.prevLSB-lsb >= maxLSB/2:
		msb += maxLSB
	case lsb > o.prevLSB && lsb-o.prevLSB > maxLSB/2:
		msb -= maxLSB
	}
	if h.RefIDC != 0 {
		o.prevMSB, o.prevLSB = msb, lsb
	}
	top = int32(msb + lsb)
	return top, top + h.DeltaPOCBottom
}

// fromCycle is clause 8.2.1.2 up to the deltas of the slice header; frameNum includes FrameNumOffset.
func fromCycle(s *params.SPS, frameNum int, reference bool) int32 {
	abs := 0
	if s.NumRefInCycle != 0 {
		abs = frameNum
	}
	if !reference && abs > 0 {
		abs--
	}
	var expected int32
	if abs > 0 {
		cycles, in := (abs-1)/s.NumRefInCycle, (abs-1)%s.NumRefInCycle
		for i, v := range s.OffsetForRef[:s.NumRefInCycle] {
			expected += int32(cycles) * v
			if i <= in {
				expected += v
			}
		}
	}
	if !reference {
		expected += s.OffsetForNonRef
	}
	return expected
}

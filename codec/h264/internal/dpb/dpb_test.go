package dpb_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/dpb"
	"github.com/callrec/callrec/codec/h264/internal/params"
)

func testSPS() *params.SPS {
	return &params.SPS{
		Profile: 77, Level: 10, FrameNumBits: 4, POCLSBBits: 4, NumRefFrames: 3, MBWidth: 2, MBHeight: 2, Width: 32, Height: 32,
		FrameMBsOnly: true, HasRestriction: true, MaxReorder: 2, MaxDecBuffering: 4,
	}
}

// sequence drives a buffer with pictures that need no decoding.
type sequence struct {
	t   *testing.T
	buf dpb.Buffer
	sps *params.SPS
	pts int64
}

func newSequence(t *testing.T, s *params.SPS) *sequence {
	q := &sequence{t: t, sps: s}
	q.buf.Configure(s)
	return q
}

// header makes a slice header; change may be nil.
func (q *sequence) header(frameNum, lsb, refIDC int, change func(*params.SliceHeader)) *params.SliceHeader {
	h := &params.SliceHeader{
		SPS: q.sps, PPS: &params.PPS{}, FrameNum: frameNum, POCLSB: lsb, RefIDC: refIDC, Type: params.SliceP,
	}
	if change != nil {
		change(h)
	}
	return h
}

// picture passes a picture through the buffer and gives it.
func (q *sequence) picture(h *params.SliceHeader) *dpb.Picture {
	q.t.Helper()
	p, err := q.buf.Start(h, q.pts)
	require.NoError(q.t, err)
	q.pts++
	q.buf.Finish(h, true)
	return p
}

// out gives the times of the pictures put out since the last call.
func (q *sequence) out() (pts []int64) {
	for _, p := range q.buf.Output() {
		pts = append(pts, p.PTS)
	}
	q.buf.Release()
	return pts
}

func idr(h *params.SliceHeader) { h.IDR, h.Type = true, params.SliceI }

// list gives the frame numbers of list 0 for a P picture; -1 is an empty entry.
func (q *sequence) list(h *params.SliceHeader, n int) (nums []int) {
	q.t.Helper()
	h.NumRef[0] = n
	var l dpb.Lists
	require.NoError(q.t, q.buf.BuildLists(&l, h))
	for _, p := range l[0][:n] {
		if p == nil {
			nums = append(nums, -1)
		} else {
			nums = append(nums, p.FrameNum)
		}
	}
	return nums
}

func TestSlidingWindowAndWrap(t *testing.T) {
	t.Parallel()
	q := newSequence(t, testSPS())
	q.picture(q.header(0, 0, 1, idr))
	for n := 1; n < 18; n++ {
		q.picture(q.header(n&15, 2*n&15, 1, nil))
		q.out()
	}
	require.Equal(t, []int{1, 0, 15, -1}, q.list(q.header(2, 4, 1, nil), 4))
}

func TestGapsInFrameNum(t *testing.T) {
	t.Parallel()
	s := testSPS()
	q := newSequence(t, s)
	q.picture(q.header(0, 0, 1, idr))
	_, err := q.buf.Start(q.header(3, 6, 1, nil), 0)
	require.ErrorIs(t, err, dpb.ErrReference, "a gap that is not allowed is a loss")

	s = testSPS()
	s.GapsAllowed = true
	q = newSequence(t, s)
	q.picture(q.header(0, 0, 1, idr))
	h := q.header(3, 6, 1, nil)
	_, err = q.buf.Start(h, 1)
	require.NoError(t, err)
	require.Equal(t, []int{2, 1, 0}, q.list(h, 3), "1 and 2 never came")
	var l dpb.Lists
	require.NoError(t, q.buf.BuildLists(&l, h))
	require.True(t, l[0][0].NonExisting)
	require.False(t, l[0][2].NonExisting)
	q.buf.Finish(h, true)
	require.Equal(t, []int{3, 2, 1}, q.list(q.header(4, 8, 1, nil), 3))
	h = q.header(2, 8, 1, nil) // wraps, far away
	_, err = q.buf.Start(h, 2)
	require.NoError(t, err)
	require.Equal(t, []int{1, 0, 15}, q.list(h, 3))
}

func TestOutputOrder(t *testing.T) {
	t.Parallel()
	q := newSequence(t, testSPS())
	q.picture(q.header(0, 0, 1, idr))
	q.picture(q.header(1, 8, 1, nil))
	require.Empty(t, q.out(), "two may wait")
	q.picture(q.header(2, 4, 1, nil))
	require.Equal(t, []int64{0}, q.out())
	q.picture(q.header(3, 2, 0, nil))
	require.Equal(t, []int64{3}, q.out())
	q.picture(q.header(3, 6, 0, nil))
	require.Equal(t, []int64{2}, q.out())
	q.picture(q.header(0, 0, 1, idr))
	require.Equal(t, []int64{4, 1}, q.out(), "an IDR picture puts out all before it")
	q.buf.Flush()
	require.Equal(t, []int64{5}, q.out())
}

func TestOutputCatchesUpWhereNothingIsReordered(t *testing.T) {
	t.Parallel()
	s := testSPS()
	s.HasRestriction = false
	require.Greater(t, s.ReorderDepth(), 8)
	q := newSequence(t, s)
	q.picture(q.header(0, 0, 1, idr))
	var late []int
	count := 0
	step := func(n int) {
		q.picture(q.header(n&15, 2*n&15, 1, nil))
		count += len(q.out())
		late = append(late, n+1-count)
	}
	for n := 1; n < 13; n++ {
		step(n)
	}
	require.Equal(t, []int{2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0}, late)
	// A picture that leaves room for others is held back until they have come.
	q.picture(q.header(13, 28&15, 1, nil))
	require.Empty(t, q.out())
	q.picture(q.header(14, 26&15, 0, nil))
	require.Empty(t, q.out())
	q.buf.Flush()
	require.Equal(t, []int64{14, 13}, q.out())
}

func TestReset5PutsOutAndRestartsCounts(t *testing.T) {
	t.Parallel()
	q := newSequence(t, testSPS())
	q.picture(q.header(0, 0, 1, idr))
	q.picture(q.header(1, 6, 1, nil))
	p := q.picture(q.header(2, 4, 1, func(h *params.SliceHeader) {
		h.Adaptive, h.NumMMCOs = true, 1
		h.MMCOs[0] = params.MMCO{Op: 5}
	}))
	require.Equal(t, []int64{0, 1}, q.out())
	require.Zero(t, p.POC)
	require.Zero(t, p.FrameNum)
	require.Equal(t, []int{0, -1}, q.list(q.header(1, 2, 1, nil), 2))
	require.EqualValues(t, 2, q.picture(q.header(1, 2, 1, nil)).POC)
}

func TestLongTerm(t *testing.T) {
	t.Parallel()
	q := newSequence(t, testSPS())
	q.picture(q.header(0, 0, 1, func(h *params.SliceHeader) { idr(h); h.LongTermIDR = true }))
	q.picture(q.header(1, 2, 1, nil))
	q.picture(q.header(2, 4, 1, nil))
	q.picture(q.header(3, 6, 1, nil))
	require.Equal(t, []int{3, 2, 0}, q.list(q.header(4, 8, 1, nil), 3), "the long-term picture does not slide out")
	h := q.header(4, 8, 1, func(h *params.SliceHeader) {
		h.NumMods[0] = 2
		h.Mods[0][0] = params.Modification{Op: 2, Value: 0}
		h.Mods[0][1] = params.Modification{Op: 0, Value: 1} // 4 - 2
	})
	require.Equal(t, []int{0, 2, 3}, q.list(h, 3))
	h.Mods[0][1].Value = 5
	h.NumRef[0] = 3
	var l dpb.Lists
	require.ErrorIs(t, q.buf.BuildLists(&l, h), dpb.ErrReference)
}

func TestOrderTypes(t *testing.T) {
	t.Parallel()
	s := testSPS()
	s.POCType = 2
	q := newSequence(t, s)
	var counts []int32
	for i, n := range []int{0, 1, 2, 2, 3, 15, 0, 1} {
		ref := 1
		var change func(*params.SliceHeader)
		switch i {
		case 0:
			change = idr
		case 2, 6:
			ref = 0
		}
		if n == 15 {
			s.GapsAllowed = true
		}
		counts = append(counts, q.picture(q.header(n, 0, ref, change)).POC)
	}
	require.Equal(t, []int32{0, 2, 3, 4, 6, 30, 31, 34}, counts)

	s = testSPS()
	s.POCType, s.NumRefInCycle = 1, 2
	s.OffsetForRef[0], s.OffsetForRef[1] = 2, 6
	s.OffsetForNonRef, s.OffsetTopBottom = -2, -1
	q = newSequence(t, s)
	counts = counts[:0]
	for i, n := range []int{0, 1, 2, 3, 3} {
		ref := 1
		var change func(*params.SliceHeader)
		switch i {
		case 0:
			change = idr
		case 3:
			ref = 0
		case 4:
			change = func(h *params.SliceHeader) { h.DeltaPOC = [2]int32{5, 2} }
		}
		counts = append(counts, q.picture(q.header(n, 0, ref, change)).POC)
	}
	// The bottom field comes one before the top field, and counts; with deltas one after it.
	require.Equal(t, []int32{-1, 1, 7, 8 - 2 - 1, 8 + 2 + 5}, counts)
}

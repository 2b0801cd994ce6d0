package h264_test

import (
	"math/rand/v2"
	"slices"

	"github.com/callrec/callrec/codec/h264/internal/bits"
)

// randomStream makes valid CAVLC streams of random syntax: slices of all types in one picture, every partition and
// direct mode, reference list modifications, long-term references and marking operations, explicit and implicit weights,
// and the picture order count types, most of which no encoder at hand makes. There is no luma residual.
type randomStream struct {
	r   *rand.Rand
	w   bits.Writer
	out []byte

	// Of the sequence.
	mbw, mbh    int
	pocType     int
	direct8x8   bool
	numRefs     int
	weightedP   bool
	bipred      int
	intraOnlyCI bool // constrained_intra_pred_flag
	chroma      int  // chroma_qp_index_offset
	slices      bool // more than one to a picture

	refs     []randomRef // those the decoder holds
	frameNum int
	prevRef  bool // the last picture was a reference
	poc      int  // of the present picture
	offset   int  // frames of the sequence, for type 1 and 2
	mixed    bool // the present picture may have both P and B slices
}

type randomRef struct {
	frameNum, longIdx int
	long              bool
}

const randomFrameNumBits = 4

func newRandomStream(seed uint64) *randomStream {
	s := &randomStream{r: rand.New(rand.NewPCG(seed, 264))}
	s.mbw, s.mbh = 2+s.r.IntN(4), 2+s.r.IntN(3)
	s.pocType = s.r.IntN(3)
	s.direct8x8 = s.chance(2)
	s.numRefs = 1 + s.r.IntN(5)
	s.weightedP = s.chance(2)
	s.bipred = s.r.IntN(3)
	s.intraOnlyCI = s.chance(2)
	s.chroma = s.r.IntN(25) - 12
	s.slices = s.chance(2)
	return s
}

func (s *randomStream) chance(n int) bool { return s.r.IntN(n) == 0 }

// generate makes a stream of n pictures.
func (s *randomStream) generate(n int) []byte {
	s.parameterSets()
	for i := 0; i < n; {
		if i == 0 || s.chance(20) {
			s.idr()
			i++
			continue
		}
		// A group of pictures in random order of output.
		size := 1
		if s.pocType != 2 {
			size += s.r.IntN(4)
		}
		base := s.poc
		for _, k := range s.r.Perm(size) {
			s.picture(base + 2 + 2*k)
			i++
		}
		s.poc = base + 2*size
	}
	return s.out
}

func (s *randomStream) nal(header byte) {
	s.out = append(s.out, 0, 0, 0, 1)
	s.out = bits.AppendNAL(s.out, header, s.w.Finish())
	s.w.Reset()
}

func (s *randomStream) parameterSets() {
	w := &s.w
	w.Reserve(1 << 16)
	w.Put(77, 8)
	w.Put(0, 8)
	w.Put(40, 8)
	w.UE(0)
	w.UE(randomFrameNumBits - 4)
	w.UE(uint32(s.pocType))
	switch s.pocType {
	case 0:
		w.UE(4)
	case 1:
		w.Flag(false)
		w.SE(-1) // offset_for_non_ref_pic
		w.SE(1)
		w.UE(2)
		w.SE(2)
		w.SE(4)
	}
	w.UE(uint32(s.numRefs))
	w.Flag(false)
	w.UE(uint32(s.mbw - 1))
	w.UE(uint32(s.mbh - 1))
	w.Flag(true)
	w.Flag(s.direct8x8)
	w.Flag(false)
	w.Flag(true) // VUI with nothing but the restriction
	w.Put(0, 8)
	w.Flag(true)
	w.Flag(true)
	w.UE(0)
	w.UE(0)
	w.UE(10)
	w.UE(10)
	w.UE(8)
	w.UE(16)
	s.nal(0x67)

	w.UE(0)
	w.UE(0)
	w.Flag(false)
	w.Flag(s.pocType != 2)
	w.UE(0)
	w.UE(0)
	w.UE(0)
	w.Flag(s.weightedP)
	w.Put(uint32(s.bipred), 2)
	w.SE(2)
	w.SE(0)
	w.SE(s.chroma)
	w.Flag(true)
	w.Flag(s.intraOnlyCI)
	w.Flag(false)
	s.nal(0x68)
}

// sliceStart writes a slice header up to the picture order count.
func (s *randomStream) sliceStart(first, kind int, idr bool) {
	w := &s.w
	w.Reserve(1 << 20)
	w.UE(uint32(first))
	w.UE(uint32(kind))
	w.UE(0)
	w.Put(uint32(s.frameNum), randomFrameNumBits)
	if idr {
		w.UE(uint32(len(s.out) & 0xfff))
	}
}

func (s *randomStream) order(poc int, reference bool) {
	w := &s.w
	switch s.pocType {
	case 0:
		w.Put(uint32(poc)&255, 8)
		w.SE(poc & 3 / 2)
	case 1:
		w.SE(poc - s.expected(reference))
		w.SE(0)
	}
}

// expected is expectedPicOrderCnt of clause 8.2.1.2 for the parameters written above.
func (s *randomStream) expected(reference bool) int {
	abs := s.offset
	if !reference && abs > 0 {
		abs--
	}
	e := 0
	if abs > 0 {
		e = (abs-1)/2*6 + []int{2, 6}[(abs-1)%2]
	}
	if !reference {
		e--
	}
	return e
}

func (s *randomStream) tail() {
	w := &s.w
	w.SE(s.r.IntN(21) - 10)
	idc := s.r.IntN(3)
	if s.mixed && idc == 0 {
		// Across the edge between a P and a B slice ffmpeg looks at list 0 only (clause 8.7.2.1 says pictures, not lists).
		idc = 2
	}
	w.UE(uint32(idc))
	if idc != 1 {
		w.SE(s.r.IntN(13) - 6)
		w.SE(s.r.IntN(13) - 6)
	}
}

func (s *randomStream) idr() {
	s.frameNum, s.offset, s.poc, s.prevRef, s.mixed = 0, 0, 0, true, false
	long := s.chance(4)
	id := uint32(s.r.IntN(1000))
	for _, part := range s.split() {
		w := &s.w
		w.Reserve(1 << 20)
		w.UE(uint32(part[0]))
		w.UE(2)
		w.UE(0)
		w.Put(0, randomFrameNumBits)
		w.UE(id)
		s.order(0, true)
		w.Flag(false)
		w.Flag(long)
		s.tail()
		for range part[1] - part[0] {
			w.UE(25)
			s.pcm()
		}
		s.nal(0x65)
	}
	s.refs = []randomRef{{long: long}}
}

// split divides a picture into slices, given by the addresses of their first macroblocks and those behind their last.
func (s *randomStream) split() (parts [][2]int) {
	total := s.mbw * s.mbh
	for at := 0; at < total; {
		n := total - at
		if s.slices && s.chance(2) {
			n = 1 + s.r.IntN(n)
		}
		parts = append(parts, [2]int{at, at + n})
		at += n
	}
	return parts
}

// pcm writes smooth samples with some noise.
func (s *randomStream) pcm() {
	s.w.Align()
	a, dx, dy := 30+s.r.IntN(190), s.r.IntN(9)-4, s.r.IntN(9)-4
	for i := range 384 {
		x, y := i&15, i>>4
		if i >= 256 {
			x, y = i&7, i>>3&7
		}
		s.w.Put(uint32(min(max(a+dx*x+dy*y+s.r.IntN(4), 1), 255)), 8)
	}
}

// picture writes a picture with inter slices.
func (s *randomStream) picture(poc int) {
	reference := s.pocType == 2 && !s.prevRef || !s.chance(3)
	if s.prevRef {
		s.frameNum = (s.frameNum + 1) % (1 << randomFrameNumBits)
		s.offset++
	}
	s.prevRef = reference
	header := byte(0x01)
	if reference {
		header = 0x41
	}
	marking := s.planMarking()
	s.mixed = s.pocType != 2 && s.chance(2)
	kind := s.r.IntN(2)
	for _, part := range s.split() {
		switch {
		case s.pocType == 2:
			kind = 0
		case s.mixed:
			kind = s.r.IntN(2)
		}
		s.sliceStart(part[0], kind, false)
		s.order(poc, reference)
		if kind == 1 {
			// What a co-located block refers to ffmpeg looks up in the lists of its picture's last slice, whichever slice
			// it is in, so temporal prediction (clause 8.4.1.2.3) is compared with one slice to a picture.
			s.w.Flag(s.slices || s.chance(2)) // direct_spatial_mv_pred_flag
		}
		numRef := s.lists(kind)
		if kind == 0 && s.weightedP || kind == 1 && s.bipred == 1 {
			s.weights(kind, numRef)
		}
		if reference {
			marking.write(&s.w)
		}
		s.tail()
		s.macroblocks(kind, part[1]-part[0], numRef)
		s.nal(header)
	}
	if reference {
		s.mark(marking)
	}
}

// lists writes the number of references and the modifications.
func (s *randomStream) lists(kind int) (numRef [2]int) {
	w := &s.w
	w.Flag(true)
	for l := range kind + 1 {
		numRef[l] = 1 + s.r.IntN(len(s.refs))
		w.UE(uint32(numRef[l] - 1))
	}
	for l := range kind + 1 {
		if s.chance(2) {
			w.Flag(false)
			continue
		}
		w.Flag(true)
		pred := s.frameNum
		const wrap = 1 << randomFrameNumBits
		for range 1 + s.r.IntN(numRef[l]) {
			ref := s.refs[s.r.IntN(len(s.refs))]
			if ref.long {
				w.UE(2)
				w.UE(uint32(ref.longIdx))
				continue
			}
			diff := (ref.frameNum - pred + wrap) % wrap
			if diff == 0 {
				diff = wrap
			}
			if s.chance(2) || diff == wrap {
				w.UE(1)
				w.UE(uint32(diff - 1))
			} else {
				w.UE(0)
				w.UE(uint32(wrap - diff - 1))
			}
			pred = ref.frameNum
		}
		w.UE(3)
	}
	return numRef
}

func (s *randomStream) weights(kind int, numRef [2]int) {
	w := &s.w
	w.UE(uint32(s.r.IntN(7)))
	w.UE(uint32(s.r.IntN(7)))
	for l := range kind + 1 {
		for range numRef[l] {
			for c := range 2 {
				if s.chance(2) {
					w.Flag(false)
					continue
				}
				w.Flag(true)
				for range c + 1 {
					w.SE(s.r.IntN(110) - 50) // two of them stay within -128 to 127
					w.SE(s.r.IntN(80) - 40)
				}
			}
		}
	}
}

// randomMarking is dec_ref_pic_marking: operations as written and the references that are left.
type randomMarking struct {
	ops  [][]int
	refs []randomRef
	own  randomRef // the current picture
}

// planMarking makes up operations that leave room for the current picture; none stand for the sliding window.
func (s *randomStream) planMarking() *randomMarking {
	m := &randomMarking{refs: slices.Clone(s.refs), own: randomRef{frameNum: s.frameNum}}
	if !s.chance(2) {
		if len(m.refs) >= s.numRefs {
			m.slide(s.frameNum)
		}
		return m
	}
	const wrap = 1 << randomFrameNumBits
	maxLong := 3
	m.ops = append(m.ops, []int{4, maxLong})
	m.refs = slices.DeleteFunc(m.refs, func(r randomRef) bool { return r.long && r.longIdx >= maxLong })
	for len(m.refs) >= s.numRefs || s.chance(3) && len(m.refs) > 1 {
		i := s.r.IntN(len(m.refs))
		if m.refs[i].long {
			m.ops = append(m.ops, []int{2, m.refs[i].longIdx})
		} else {
			m.ops = append(m.ops, []int{1, (s.frameNum-m.refs[i].frameNum+wrap)%wrap - 1})
		}
		m.refs = slices.Delete(m.refs, i, i+1)
	}
	if i := slices.IndexFunc(m.refs, func(r randomRef) bool { return !r.long }); i >= 0 && s.chance(2) {
		idx := s.r.IntN(maxLong)
		ref := m.refs[i]
		m.ops = append(m.ops, []int{3, (s.frameNum-ref.frameNum+wrap)%wrap - 1, idx})
		m.refs = slices.DeleteFunc(m.refs, func(r randomRef) bool { return r == ref || r.long && r.longIdx == idx })
		m.refs = append(m.refs, randomRef{long: true, longIdx: idx})
	}
	if s.chance(4) {
		idx := s.r.IntN(maxLong)
		m.ops = append(m.ops, []int{6, idx})
		m.refs = slices.DeleteFunc(m.refs, func(r randomRef) bool { return r.long && r.longIdx == idx })
		m.own = randomRef{long: true, longIdx: idx}
	}
	return m
}

// slide drops the oldest short-term reference.
func (m *randomMarking) slide(frameNum int) {
	const wrap = 1 << randomFrameNumBits
	at, age := -1, -1
	for i, r := range m.refs {
		if a := (frameNum - r.frameNum + wrap) % wrap; !r.long && a > age {
			at, age = i, a
		}
	}
	if at < 0 {
		m.ops = [][]int{{2, m.refs[0].longIdx}}
		at = 0
	}
	m.refs = slices.Delete(m.refs, at, at+1)
}

func (m *randomMarking) write(w *bits.Writer) {
	w.Flag(len(m.ops) > 0)
	if len(m.ops) == 0 {
		return
	}
	for _, op := range m.ops {
		for _, v := range op {
			w.UE(uint32(v))
		}
	}
	w.UE(0)
}

func (s *randomStream) mark(m *randomMarking) {
	s.refs = append(slices.Clone(m.refs), m.own)
}

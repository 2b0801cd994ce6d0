package h264_test

import "github.com/callrec/callrec/codec/h264/internal/cavlc"

// macroblocks writes n macroblocks of a P (kind 0) or B slice.
func (s *randomStream) macroblocks(kind, n int, numRef [2]int) {
	w := &s.w
	for n > 0 {
		run := 0
		if s.chance(3) {
			run = min(s.r.IntN(6), n)
		}
		w.UE(uint32(run))
		if n -= run; n == 0 {
			break
		}
		n--
		if s.chance(12) {
			w.UE(uint32([]int{5, 23}[kind] + 25))
			s.pcm()
			continue
		}
		if kind == 0 {
			s.interP(numRef)
		} else {
			s.interB(numRef)
		}
		s.chromaResidual()
	}
}

// chromaResidual writes a coded_block_pattern with chroma DC or nothing, and that; its codes need no context.
func (s *randomStream) chromaResidual() {
	w := &s.w
	if s.chance(2) {
		w.UE(uint32(cavlc.CBPInter[0]))
		return
	}
	w.UE(uint32(cavlc.CBPInter[16]))
	w.SE(s.r.IntN(7) - 3)
	for range 2 {
		var levels [4]int16
		total := 0
		for i := range levels {
			if s.chance(2) {
				levels[i] = int16(s.r.IntN(9) - 4)
			}
			if levels[i] != 0 {
				total++
			}
		}
		cavlc.WriteBlock(w, levels[:], total, cavlc.ChromaDC)
	}
}

func (s *randomStream) refIndex(n int) {
	if n == 2 {
		s.w.Put(uint32(s.r.IntN(2)), 1)
	} else if n > 2 {
		s.w.UE(uint32(s.r.IntN(n)))
	}
}

func (s *randomStream) vectors(n int) {
	span := 9
	if s.chance(8) {
		span = 161
	}
	for range 2 * n {
		if s.chance(3) {
			s.w.UE(0)
		} else {
			s.w.SE(s.r.IntN(span) - span/2)
		}
	}
}

func (s *randomStream) interP(numRef [2]int) {
	t := s.r.IntN(5)
	s.w.UE(uint32(t))
	switch t {
	case 0, 1, 2:
		parts := min(t+1, 2)
		for range parts {
			s.refIndex(numRef[0])
		}
		s.vectors(parts)
	default:
		var subs [4]int
		for i := range subs {
			subs[i] = s.r.IntN(4)
			s.w.UE(uint32(subs[i]))
		}
		if t == 3 {
			for range subs {
				s.refIndex(numRef[0])
			}
		}
		for _, sub := range subs {
			s.vectors([]int{1, 2, 2, 4}[sub])
		}
	}
}

// randomPred gives the lists (bit 0 and 1) of both partitions of mb_type 1 to 21, and of sub_mb_type 1 to 12 those and
// the number of its partitions.
var (
	randomPred = [22][2]int{
		{},
		{1},
		{2},
		{3},
		{1, 1},
		{1, 1},
		{2, 2},
		{2, 2},
		{1, 2},
		{1, 2},
		{2, 1},
		{2, 1},
		{1, 3},
		{1, 3},
		{2, 3},
		{2, 3},
		{3, 1},
		{3, 1},
		{3, 2},
		{3, 2},
		{3, 3},
		{3, 3},
	}
	randomSub = [13][2]int{
		{}, {1, 1}, {2, 1}, {3, 1}, {1, 2}, {1, 2}, {2, 2}, {2, 2}, {3, 2}, {3, 2}, {1, 4}, {2, 4}, {3, 4},
	}
)

func (s *randomStream) interB(numRef [2]int) {
	t := s.r.IntN(23)
	if s.chance(4) {
		t = 22
	}
	s.w.UE(uint32(t))
	if t == 0 {
		return
	}
	var pred, parts [4]int
	count := 4
	if t < 22 {
		count = 2
		if t <= 3 {
			count = 1
		}
		pred[0], pred[1] = randomPred[t][0], randomPred[t][1]
		parts = [4]int{1, 1}
	} else {
		for i := range pred {
			sub := s.r.IntN(13)
			s.w.UE(uint32(sub))
			pred[i], parts[i] = randomSub[sub][0], randomSub[sub][1]
		}
	}
	for l := range 2 {
		for _, p := range pred[:count] {
			if p>>l&1 != 0 {
				s.refIndex(numRef[l])
			}
		}
	}
	for l := range 2 {
		for i, p := range pred[:count] {
			if p>>l&1 != 0 {
				s.vectors(parts[i])
			}
		}
	}
}

package vp8_test

import (
	"encoding/binary"
	"math/rand/v2"

	"github.com/callrec/callrec/codec/vp8"
)

// boolWriter is the arithmetic encoder of RFC 6386 7.3.
type boolWriter struct {
	out    []byte
	bottom uint32
	rng    uint32
	bits   int // shifts until the next byte is due
}

func newBoolWriter() *boolWriter { return &boolWriter{rng: 255, bits: 24} }

func (w *boolWriter) bit(prob uint8, bit bool) {
	split := 1 + ((w.rng-1)*uint32(prob))>>8
	if bit {
		bottom := w.bottom + split
		if bottom < w.bottom {
			w.carry()
		}
		w.bottom = bottom
		w.rng -= split
	} else {
		w.rng = split
	}
	for w.rng < 128 {
		w.rng <<= 1
		if w.bottom>>31 == 1 {
			w.carry()
		}
		w.bottom <<= 1
		if w.bits--; w.bits == 0 {
			w.out = append(w.out, byte(w.bottom>>24))
			w.bottom &= 1<<24 - 1
			w.bits = 8
		}
	}
}

func (w *boolWriter) carry() {
	i := len(w.out) - 1
	for ; w.out[i] == 255; i-- {
		w.out[i] = 0
	}
	w.out[i]++
}

func (w *boolWriter) flag(b bool) { w.bit(128, b) }

func (w *boolWriter) literal(n int, v int) {
	for i := n - 1; i >= 0; i-- {
		w.flag(v>>i&1 == 1)
	}
}

// optional writes a flag and, if v is not zero, its magnitude in n bits and its sign.
func (w *boolWriter) optional(n int, v int) {
	w.flag(v != 0)
	if v != 0 {
		w.literal(n, max(v, -v))
		w.flag(v < 0)
	}
}

func (w *boolWriter) flush() []byte {
	for range 32 {
		w.flag(false)
	}
	return w.out
}

// randomStream makes frames that no encoder would: valid headers with every feature turned on and off at random, followed
// by random bytes, which decode to random modes, motion vectors far out of the frame, and noise.
type randomStream struct {
	rnd           *rand.Rand
	width, height int
	version       int
	// partition is how many bytes each token partition has at least.
	partition int
}

func (s *randomStream) chance(percent int) bool { return s.rnd.IntN(100) < percent }

func (s *randomStream) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(s.rnd.Uint32())
	}
	return b
}

// frame makes one frame.
func (s *randomStream) frame(keyframe bool) []byte {
	w := newBoolWriter()
	if keyframe {
		w.literal(2, 0)
	}
	s.segmentation(w)
	s.filter(w)
	log2Parts := s.rnd.IntN(4)
	w.literal(2, log2Parts)
	// Small steps keep the transforms within 16 bits, beyond which decoders differ.
	w.literal(7, s.rnd.IntN(1+s.rnd.IntN(20)))
	for range 5 {
		delta := 0
		if s.chance(20) {
			delta = s.rnd.IntN(31) - 15
		}
		w.optional(4, delta)
	}
	if keyframe {
		w.flag(s.chance(50)) // refresh probabilities
	} else {
		s.references(w)
	}
	s.probabilities(w, keyframe)
	mbs := (s.width + 15) / 16 * ((s.height + 15) / 16)
	first := append(w.flush(), s.bytes(100+mbs*60)...)

	tag := s.version<<1 | len(first)<<5
	if keyframe || s.chance(90) {
		tag |= 1 << 4
	}
	if !keyframe {
		tag |= 1
	}
	out := []byte{byte(tag), byte(tag >> 8), byte(tag >> 16)}
	if keyframe {
		out = append(out, 0x9d, 0x01, 0x2a)
		out = binary.LittleEndian.AppendUint16(out, uint16(s.width))
		out = binary.LittleEndian.AppendUint16(out, uint16(s.height))
	}
	out = append(out, first...)
	parts := 1 << log2Parts
	size := mbs*800/parts + s.partition
	for range parts - 1 {
		out = append(out, byte(size), byte(size>>8), byte(size>>16))
	}
	return append(out, s.bytes(size*parts)...)
}

func (s *randomStream) segmentation(w *boolWriter) {
	enabled := s.chance(60)
	w.flag(enabled)
	if !enabled {
		return
	}
	updateMap, updateData := s.chance(50), s.chance(50)
	w.flag(updateMap)
	w.flag(updateData)
	if updateData {
		absolute := s.chance(50)
		w.flag(absolute)
		for range 4 {
			w.optional(7, s.rnd.IntN(25)-10)
		}
		for range 4 {
			w.optional(6, s.rnd.IntN(64)-20)
		}
	}
	if updateMap {
		for range 3 {
			set := s.chance(80)
			w.flag(set)
			if set {
				w.literal(8, s.rnd.IntN(256))
			}
		}
	}
}

func (s *randomStream) filter(w *boolWriter) {
	w.flag(s.chance(30)) // simple
	level := 0
	if s.chance(80) {
		level = s.rnd.IntN(64)
	}
	w.literal(6, level)
	sharpness := 0
	if s.chance(50) {
		sharpness = s.rnd.IntN(8)
	}
	w.literal(3, sharpness)
	deltas := s.chance(50)
	w.flag(deltas)
	if !deltas {
		return
	}
	update := s.chance(60)
	w.flag(update)
	if !update {
		return
	}
	for range 8 {
		delta := 0
		if s.chance(60) {
			delta = s.rnd.IntN(127) - 63
		}
		w.optional(6, delta)
	}
}

func (s *randomStream) references(w *boolWriter) {
	golden, altRef := s.chance(30), s.chance(30)
	w.flag(golden)
	w.flag(altRef)
	copyGolden := 0
	if !golden {
		copyGolden = s.rnd.IntN(3)
		w.literal(2, copyGolden)
	}
	if !altRef {
		// Decoders disagree on what happens if each is copied from the other.
		w.literal(2, s.rnd.IntN(3-copyGolden/2))
	}
	w.flag(s.chance(50)) // sign bias of golden
	w.flag(s.chance(50)) // sign bias of altref
	w.flag(s.chance(50)) // refresh probabilities
	w.flag(s.chance(70)) // refresh last
}

// probabilities replaces probabilities so that there are many coefficients, though few large ones, and now short and now
// long motion vectors.
func (s *randomStream) probabilities(w *boolWriter, keyframe bool) {
	percent := []int{0, 5, 60}[s.rnd.IntN(3)]
	for i := range vp8.CoeffUpdateProbs {
		for j := range vp8.CoeffUpdateProbs[i] {
			for k := range vp8.CoeffUpdateProbs[i][j] {
				for l, prob := range vp8.CoeffUpdateProbs[i][j][k] {
					set := s.chance(percent)
					w.bit(prob, set)
					if !set {
						continue
					}
					v := s.rnd.IntN(256)
					switch {
					case l == 0:
						v /= 2
					case l > 5:
						v = 255 - v/5
					}
					w.literal(8, v)
				}
			}
		}
	}
	skip := s.chance(70)
	w.flag(skip)
	if skip {
		w.literal(8, s.rnd.IntN(256))
	}
	if keyframe {
		return
	}
	w.literal(8, s.rnd.IntN(160)) // intra
	w.literal(8, s.rnd.IntN(256)) // last
	w.literal(8, s.rnd.IntN(256)) // golden
	for _, n := range []int{4, 3} {
		set := s.chance(20)
		w.flag(set)
		if set {
			for range n {
				w.literal(8, s.rnd.IntN(256))
			}
		}
	}
	for i := range vp8.MVUpdateProbs {
		long := s.chance(20)
		for j, prob := range vp8.MVUpdateProbs[i] {
			set := s.chance(10) || j == 0
			w.bit(prob, set)
			switch {
			case set && j == 0 && !long:
				w.literal(7, 120+s.rnd.IntN(8))
			case set:
				w.literal(7, s.rnd.IntN(128))
			}
		}
	}
}

// frames makes a stream of n frames, about one in ten of them a keyframe.
func (s *randomStream) frames(n int) [][]byte {
	list := make([][]byte, 0, n)
	for i := range n {
		list = append(list, s.frame(i == 0 || s.chance(10)))
	}
	return list
}

// newRandomStream makes a generator whose output depends on nothing but its arguments.
func newRandomStream(seed uint64, width, height, version int) *randomStream {
	return &randomStream{
		rnd: rand.New(rand.NewPCG(seed, 8)), width: width, height: height, version: version, partition: 2000,
	}
}

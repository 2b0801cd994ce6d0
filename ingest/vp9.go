package ingest

import (
	"fmt"

	"github.com/pion/rtp/codecs"
)

// vp9Layer is what a packet's payload descriptor says of the layer frame that it belongs to (RFC 9628 4.2).
type vp9Layer struct {
	spatial   uint8 // spatial layer, 0 is the smallest
	first     bool  // the layer frame begins with this packet
	predicted bool  // the layer frame refers to earlier pictures, not only to lower layers of its own
}

// maxVP9Layers is how many spatial layers a stream can have: the descriptor's field has three bits.
const maxVP9Layers = 8

// vp9Format is the payload format of RFC 9628. A frame is a picture with all its spatial layers, of which the ones that
// are larger than wanted are left out: no lower layer refers to a higher one. Where more than one layer remains, they
// are joined into a superframe (VP9 bitstream specification, annex B).
type vp9Format struct {
	packet codecs.VP9Packet // scratch

	heights [maxVP9Layers]int // of the layers in luma samples, as the stream announced them, 0 if unknown
	layers  int               // how many are announced
	wanted  int               // height that is enough, 0 means the largest
	using   int               // layers up to this one are used, as far as the stream has them

	sizes    [maxVP9Layers]int // of the layer frames in the unit
	count    int
	keyframe bool
	skipping bool // packets of the current layer frame are left out
}

func (*vp9Format) startsExactly() bool { return true }

func (f *vp9Format) check(payload []byte) (d descriptor, part []byte, err error) {
	p := &f.packet
	// What the packet does not mention would stay from the one before, and the lists would grow.
	p.SID, p.PDiff, p.PGTID, p.PGU = 0, p.PDiff[:0], p.PGTID[:0], p.PGU[:0]
	part, err = p.Unmarshal(payload)
	if err != nil {
		return d, nil, fmt.Errorf("%w: VP9: %w", ErrPayload, err)
	}
	if len(part) == 0 {
		return d, nil, fmt.Errorf("%w: VP9: nothing behind %d bytes of descriptor", ErrPayload, len(payload))
	}
	p.Payload = nil // the caller's
	if p.V {
		f.announce(p)
	}
	d.vp9 = vp9Layer{spatial: p.SID, first: p.B, predicted: p.P}
	d.start = p.B && p.SID == 0
	return d, part, nil
}

// announce takes the sizes of the layers out of the scalability structure.
func (f *vp9Format) announce(p *codecs.VP9Packet) {
	if !p.Y {
		return
	}
	f.layers = int(p.NS) + 1
	for i := range f.layers {
		f.heights[i] = int(p.Height[i])
	}
}

// limit asks for layers up to the smallest one that has this many luma samples in height; 0 asks for all. It says
// whether layers that are asked for are still left out.
func (f *vp9Format) limit(height int) (waiting bool) {
	f.wanted = height
	return f.using < min(f.enough(), f.layers-1)
}

// enough is the number of the layer that is as high as wanted.
func (f *vp9Format) enough() int {
	if f.wanted > 0 {
		for i, h := range f.heights[:f.layers] {
			if h >= f.wanted {
				return i
			}
		}
	}
	return maxVP9Layers - 1
}

func (f *vp9Format) begin(unit []byte) []byte {
	f.count, f.keyframe, f.skipping = 0, false, false
	f.using = min(f.using, f.enough())
	return unit
}

// add appends a part of a layer frame, unless the layer is not used. A layer above those in use comes in where its frame
// does not refer to earlier pictures, which the decoder was not given.
func (f *vp9Format) add(unit []byte, s *slot) ([]byte, bool) {
	l := s.vp9
	if l.first {
		if f.count == maxVP9Layers {
			return unit, false
		}
		layer := int(l.spatial)
		if layer > f.using && layer <= f.enough() && !l.predicted {
			f.using = layer
		}
		f.skipping = layer > f.using
		if !f.skipping {
			f.keyframe = f.keyframe || f.count == 0 && isVP9Keyframe(s.payload)
			f.sizes[f.count] = 0
			f.count++
		}
	}
	if f.skipping {
		return unit, true
	}
	if f.count == 0 {
		return unit, false // a part without a beginning
	}
	f.sizes[f.count-1] += len(s.payload)
	return append(unit, s.payload...), true
}

// end appends the index of a superframe: a marker, the sizes of the frames in four bytes each, and the marker again.
func (f *vp9Format) end(unit []byte) (whole []byte, keyframe, ok bool) {
	if f.count > 1 {
		const bytesPerSize = 4
		marker := byte(0b110<<5 | (bytesPerSize-1)<<3 | (f.count - 1))
		unit = append(unit, marker)
		for _, n := range f.sizes[:f.count] {
			unit = append(unit, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
		}
		unit = append(unit, marker)
	}
	return unit, f.keyframe, f.count > 0
}

// isVP9Keyframe reads the first bits of an uncompressed header (VP9 bitstream specification, 6.2): the frame marker of
// two bits, the profile, which has a reserved bit if it is 3, show_existing_frame and frame_type.
func isVP9Keyframe(frame []byte) bool {
	if len(frame) == 0 || frame[0]>>6 != 0b10 {
		return false
	}
	rest := frame[0] << 4
	if frame[0]>>4&0b11 == 0b11 {
		rest <<= 1
	}
	return rest&0xc0 == 0
}

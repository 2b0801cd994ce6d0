package ingest

import (
	"fmt"

	"github.com/pion/rtp/codecs"
)

// VP8Descriptor is what the payload descriptor of a frame's first packet says (RFC 7741 4.2).
type VP8Descriptor struct {
	HasPictureID bool
	// PictureID numbers the frames, in 7 or 15 bits as the sender likes, from any start.
	PictureID uint16
	HasTL0    bool
	// TL0PicIdx numbers the frames of the lowest temporal layer; those of other layers have that of the last one.
	TL0PicIdx uint8
	HasTID    bool
	TID       uint8 // temporal layer, 0 to 3
	LayerSync bool  // with TID: refers to frames of temporal layer 0 only
	// NonReference says that no other frame refers to this one, so that it can be left out.
	NonReference bool
}

// vp8Format is the payload format of RFC 7741: a descriptor before each part of a frame.
type vp8Format struct {
	packet codecs.VP8Packet // scratch
}

func (*vp8Format) startsExactly() bool { return true }

func (f *vp8Format) check(payload []byte) (d descriptor, part []byte, err error) {
	p := &f.packet
	part, err = p.Unmarshal(payload)
	if err != nil {
		return d, nil, fmt.Errorf("%w: VP8: %w", ErrPayload, err)
	}
	if len(part) == 0 {
		return d, nil, fmt.Errorf("%w: VP8: nothing behind %d bytes of descriptor", ErrPayload, len(payload))
	}
	p.Payload = nil // the caller's
	d.start = p.S == 1 && p.PID == 0
	d.key = d.start && part[0]&1 == 0
	d.vp8 = VP8Descriptor{
		HasPictureID: p.I == 1,
		PictureID:    p.PictureID,
		HasTL0:       p.L == 1,
		TL0PicIdx:    p.TL0PICIDX,
		HasTID:       p.T == 1,
		TID:          p.TID,
		LayerSync:    p.T == 1 && p.Y == 1,
		NonReference: p.N == 1,
	}
	return d, part, nil
}

func (*vp8Format) begin(unit []byte) []byte { return unit }

func (*vp8Format) add(unit []byte, s *slot) ([]byte, bool) { return append(unit, s.payload...), true }

// end reads the inverse keyframe bit of the frame tag (RFC 6386 9.1).
func (*vp8Format) end(unit []byte) (whole []byte, keyframe, ok bool) {
	return unit, len(unit) > 0 && unit[0]&1 == 0, true
}

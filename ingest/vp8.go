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

// parseVP8 splits a payload into its descriptor and a part of the frame, which is a part of the payload. start says that
// a frame begins with it.
func parseVP8(p *codecs.VP8Packet, payload []byte) (d VP8Descriptor, start bool, part []byte, err error) {
	part, err = p.Unmarshal(payload)
	if err != nil {
		return VP8Descriptor{}, false, nil, fmt.Errorf("%w: VP8: %w", ErrPayload, err)
	}
	if len(part) == 0 {
		return VP8Descriptor{}, false, nil, fmt.Errorf("%w: VP8: nothing behind %d bytes of descriptor", ErrPayload, len(payload))
	}
	p.Payload = nil // the caller's
	return VP8Descriptor{
		HasPictureID: p.I == 1,
		PictureID:    p.PictureID,
		HasTL0:       p.L == 1,
		TL0PicIdx:    p.TL0PICIDX,
		HasTID:       p.T == 1,
		TID:          p.TID,
		LayerSync:    p.T == 1 && p.Y == 1,
		NonReference: p.N == 1,
	}, p.S == 1 && p.PID == 0, part, nil
}

// isVP8Keyframe reads the inverse keyframe bit of the frame tag (RFC 6386 9.1).
func isVP8Keyframe(frame []byte) bool { return len(frame) > 0 && frame[0]&1 == 0 }

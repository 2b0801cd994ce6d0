//go:build ffmpeg

package ffmpeg

// follower follows the headers of a stream, to tell which access units nothing that comes later refers to.
type follower interface {
	// decoded takes note of an access unit, or of parameter sets, that the decoder is given.
	decoded(au []byte)
	// droppable says that the access unit leaves no trace in what is decoded after it.
	droppable(au []byte) bool
	reset()
}

func newFollower(name string) follower {
	switch name {
	case "h265":
		return &hevcFollower{}
	case "av1":
		return &av1Follower{}
	}
	return nil
}

// NAL unit types of H.265 (ITU-T H.265 table 7-1).
const (
	hevcLastSubLayer = 15 // even types up to here are no reference within their sub-layer, odd ones are
	hevcLastSlice    = 31
	hevcSPS          = 33
	hevcAUD          = 35
	hevcFiller       = 38
	hevcPrefixSEI    = 39
	hevcSuffixSEI    = 40
)

// hevcFollower knows how many temporal sub-layers a stream has. Pictures of the highest that are no reference within it
// are none at all. Without sub-layers nothing is left out: such pictures are then B pictures, which a decoder counts when
// it puts pictures in order.
type hevcFollower struct {
	highest byte // TemporalId
}

func (f *hevcFollower) decoded(au []byte) {
	eachNAL(au, func(nal []byte) {
		if len(nal) > 2 && nal[0]>>1 == hevcSPS {
			f.highest = max(f.highest, nal[2]>>1&7) // sps_max_sub_layers_minus1
		}
	})
}

func (f *hevcFollower) droppable(au []byte) bool {
	if f.highest == 0 {
		return false
	}
	slices, others := 0, 0
	eachNAL(au, func(nal []byte) {
		switch kind := nal[0] >> 1 & 0x3f; {
		case len(nal) < 3 || nal[0]&1 != 0 || nal[1]>>3 != 0: // nuh_layer_id
			others++
		case kind <= hevcLastSubLayer && kind%2 == 0 && nal[1]&7 == f.highest+1: // nuh_temporal_id_plus1
			slices++
		case kind == hevcAUD || kind == hevcFiller || kind == hevcPrefixSEI || kind == hevcSuffixSEI:
		default:
			others++
		}
	})
	return slices > 0 && others == 0
}

func (f *hevcFollower) reset() { f.highest = 0 }

// Droppable says that nothing decoded later depends on the access unit that would be decoded next, so that it need not be
// decoded unless it is to be seen. It knows H.265 and AV1, and is false for other codecs. au is borrowed until return.
func (d *VideoDecoder) Droppable(au []byte) bool {
	return d.follow != nil && d.sets == nil && d.follow.droppable(au)
}

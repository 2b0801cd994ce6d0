//go:build ffmpeg

package ffmpeg

// OBU types (AV1 bitstream specification, 6.2.2).
const (
	obuSequenceHeader = 1
	obuDelimiter      = 2
	obuFrameHeader    = 3
	obuTileGroup      = 4
	obuMetadata       = 5
	obuFrame          = 6
	obuRepeatedHeader = 7
	obuPadding        = 15
)

// av1Follower knows what of the sequence header it takes to find refresh_frame_flags in a frame header. A frame that
// refreshes no slot leaves nothing behind, since all state goes through the slots (AV1 bitstream specification, 7.20).
type av1Follower struct {
	known        bool // all fields that may come before it have a known length
	idBits       int  // of current_frame_id, 0 if there is none
	orderBits    int  // of order_hint
	screen       int  // seq_force_screen_content_tools
	wholeVectors int  // seq_force_integer_mv
}

// selectPerFrame is what screen and wholeVectors are where each frame says (SELECT_SCREEN_CONTENT_TOOLS).
const selectPerFrame = 2

func (f *av1Follower) reset() { *f = av1Follower{} }

func (f *av1Follower) decoded(au []byte) {
	eachOBU(au, func(kind byte, payload []byte) bool {
		if kind == obuSequenceHeader {
			f.sequence(&bitReader{rest: payload})
		}
		return true
	})
}

func (f *av1Follower) droppable(au []byte) bool {
	if !f.known {
		return false
	}
	frames := 0
	whole := eachOBU(au, func(kind byte, payload []byte) bool {
		switch kind {
		case obuFrame, obuFrameHeader:
			frames++
			return f.refreshesNothing(&bitReader{rest: payload})
		case obuDelimiter, obuTileGroup, obuMetadata, obuRepeatedHeader, obuPadding:
			return true
		}
		return false
	})
	return whole && frames > 0
}

// sequence reads sequence_header_obu (5.5.1) as far as it is needed.
func (f *av1Follower) sequence(r *bitReader) {
	*f = av1Follower{}
	r.u(3 + 1)       // seq_profile, still_picture
	if r.u(1) != 0 { // reduced_still_picture_header
		return
	}
	if r.u(1) != 0 { // timing_info_present_flag
		return // frame headers have times of a length that the decoder model says
	}
	delays := r.u(1) != 0 // initial_display_delay_present_flag
	for range r.u(5) + 1 {
		r.u(12)         // operating_point_idc
		if r.u(5) > 7 { // seq_level_idx
			r.u(1) // seq_tier
		}
		if delays && r.u(1) != 0 {
			r.u(4)
		}
	}
	width, height := r.u(4)+1, r.u(4)+1
	r.u(width)
	r.u(height)
	if r.u(1) != 0 { // frame_id_numbers_present_flag
		f.idBits = r.u(4) + 2 + r.u(3) + 1
	}
	r.u(3 + 4) // 128x128 to intra edges; tools of inter prediction up to dual filters
	ordered := r.u(1) != 0
	if ordered {
		r.u(2) // enable_jnt_comp, enable_ref_frame_mvs
	}
	f.screen = selectPerFrame
	if r.u(1) == 0 { // seq_choose_screen_content_tools
		f.screen = r.u(1)
	}
	f.wholeVectors = selectPerFrame
	if f.screen > 0 && r.u(1) == 0 { // seq_choose_integer_mv
		f.wholeVectors = r.u(1)
	}
	if ordered {
		f.orderBits = r.u(3) + 1
	}
	f.known = !r.short
}

// refreshesNothing reads uncompressed_header (5.9.2) up to refresh_frame_flags.
func (f *av1Follower) refreshesNothing(r *bitReader) bool {
	const interFrame, intraOnly = 1, 2
	if r.u(1) != 0 { // show_existing_frame
		return false
	}
	kind := r.u(2)
	if kind != interFrame && kind != intraOnly {
		return false
	}
	if r.u(1) == 0 { // show_frame
		return false
	}
	resilient := r.u(1) != 0
	r.u(1) // disable_cdf_update
	screen := f.screen
	if screen == selectPerFrame {
		screen = r.u(1)
	}
	if screen != 0 && f.wholeVectors == selectPerFrame {
		r.u(1) // force_integer_mv
	}
	r.u(f.idBits)
	r.u(1) // frame_size_override_flag
	r.u(f.orderBits)
	if kind == interFrame && !resilient {
		r.u(3) // primary_ref_frame
	}
	return r.u(8) == 0 && !r.short
}

// eachOBU calls f for the OBUs of a low-overhead byte stream (5.2), until it returns false. It says whether f took all
// and the stream is whole.
func eachOBU(stream []byte, f func(kind byte, payload []byte) bool) bool {
	const hasExtension, hasSize = 0x04, 0x02
	for len(stream) > 0 {
		header, n := stream[0], 1
		if header&hasExtension != 0 {
			n = 2
		}
		if header&hasSize == 0 || len(stream) < n {
			return false
		}
		size, length := 0, 0
		for stream = stream[n:]; ; length++ {
			if length == len(stream) || length == 4 {
				return false
			}
			size |= int(stream[length]&0x7f) << (7 * length)
			if stream[length]&0x80 == 0 {
				length++
				break
			}
		}
		if size > len(stream)-length {
			return false
		}
		if !f(header>>3&0xf, stream[length:length+size]) {
			return false
		}
		stream = stream[length+size:]
	}
	return true
}

// bitReader reads bits, the highest first. What lies beyond the end reads as zeros.
type bitReader struct {
	rest  []byte
	used  int // bits of rest[0]
	short bool
}

// u reads n bits, up to 32.
func (r *bitReader) u(n int) (v int) {
	for range n {
		v <<= 1
		if len(r.rest) == 0 {
			r.short = true
			continue
		}
		v |= int(r.rest[0]>>(7-r.used)) & 1
		if r.used++; r.used == 8 {
			r.rest, r.used = r.rest[1:], 0
		}
	}
	return v
}

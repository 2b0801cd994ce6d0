package params

import "github.com/callrec/callrec/codec/h264/internal/nal"

// parseVUI reads vui_parameters (clause E.1.1). A damaged one is left where the damage is: nothing in it is needed to
// decode.
func (s *SPS) parseVUI(r *nal.Reader) {
	if r.Flag() && r.Bits(8) == 255 { // aspect_ratio_idc Extended_SAR
		r.Skip(32)
	}
	if r.Flag() {
		r.Skip(1) // overscan_appropriate_flag
	}
	if r.Flag() { // video_signal_type_present_flag
		r.Skip(3)
		s.FullRange = r.Flag()
		if r.Flag() {
			r.Skip(16)
			s.Matrix = int(r.Bits(8))
		}
	}
	if r.Flag() {
		r.UE()
		r.UE() // chroma sample location
	}
	if r.Flag() {
		r.Skip(65) // timing
	}
	nalHRD := r.Flag()
	if nalHRD {
		skipHRD(r)
	}
	vclHRD := r.Flag()
	if vclHRD {
		skipHRD(r)
	}
	if nalHRD || vclHRD {
		r.Skip(1) // low_delay_hrd_flag
	}
	r.Skip(1)     // pic_struct_present_flag
	if r.Flag() { // bitstream_restriction_flag
		r.Skip(1)
		r.UE()
		r.UE()
		r.UE()
		r.UE()
		reorder, buffering := r.UE(), r.UE()
		if reorder <= buffering && buffering <= 16 && !r.Overrun() {
			s.HasRestriction = true
			s.MaxReorder, s.MaxDecBuffering = int(reorder), int(buffering)
		}
	}
	if r.Overrun() {
		// Some encoders leave the end of the VUI out; the bits read as zeros.
		*r = nal.NewReader(nil)
	}
}

// skipHRD reads over hrd_parameters (clause E.1.2).
func skipHRD(r *nal.Reader) {
	n := r.UE()
	r.Skip(8)
	for i := uint32(0); i <= n && i < 32; i++ {
		r.UE()
		r.UE()
		r.Skip(1)
	}
	r.Skip(20)
}

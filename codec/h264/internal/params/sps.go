// Package params reads the sequence and picture parameter sets and the slice headers of ITU-T H.264 (clauses 7.3.2,
// 7.3.3 and annex E) and checks the range of all they hold.
package params

import (
	"fmt"

	"github.com/callrec/callrec/codec/h264/internal/nal"
)

// SPS is a sequence parameter set (clause 7.4.2.1).
type SPS struct {
	ID          int
	Profile     int
	Constraints uint8 // constraint_set0_flag in bit 7, set5 in bit 2
	Level       int
	Monochrome  bool // chroma_format_idc 0 instead of 1

	HasScaling bool
	Scaling    ScalingLists // with fall-back rule A applied; flat without HasScaling

	FrameNumBits    int
	POCType         int
	POCLSBBits      int
	DeltaPicZero    bool // delta_pic_order_always_zero_flag
	OffsetForNonRef int32
	OffsetTopBottom int32
	OffsetForRef    [255]int32
	NumRefInCycle   int
	NumRefFrames    int
	GapsAllowed     bool
	MBWidth         int // in macroblocks
	MBHeight        int
	FrameMBsOnly    bool
	MBAFF           bool
	Direct8x8       bool // direct_8x8_inference_flag
	CropLeft        int  // in luma samples
	CropTop         int
	Width           int // after cropping
	Height          int
	FullRange       bool
	Matrix          int // matrix_coefficients, 2 (unspecified) if absent
	HasRestriction  bool
	MaxReorder      int // max_num_reorder_frames
	MaxDecBuffering int // max_dec_frame_buffering
}

// Limits bound the coded size of pictures in luma samples.
type Limits struct{ MaxWidth, MaxHeight int }

// ParseSPS reads seq_parameter_set_rbsp (clause 7.3.2.1.1). With an error it returns nil or, if it got to know the ID,
// a set that is good for nothing else.
func ParseSPS(payload []byte, limits Limits) (*SPS, error) {
	r := nal.NewReader(payload)
	s := &SPS{Matrix: 2}
	s.Profile = int(r.Bits(8))
	s.Constraints = uint8(r.Bits(8))
	s.Level = int(r.Bits(8))
	id := r.UE()
	if id > 31 {
		return nil, fmt.Errorf("%w: seq_parameter_set_id %d", ErrInvalid, id)
	}
	s.ID = int(id)
	s.Scaling = flatLists()
	if hasChromaFormat(s.Profile) {
		if err := s.parseHigh(&r); err != nil {
			return s, err
		}
	}
	if err := s.parseOrder(&r); err != nil {
		return s, err
	}
	if err := s.parseSize(&r, limits); err != nil {
		return s, err
	}
	if r.Flag() {
		s.parseVUI(&r)
	}
	if r.Overrun() {
		return s, fmt.Errorf("%w: sequence parameter set of %d bytes is cut off", ErrInvalid, len(payload))
	}
	return s, nil
}

// hasChromaFormat tells whether the profile's parameter sets have the elements from chroma_format_idc on.
func hasChromaFormat(profile int) bool {
	switch profile {
	case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135:
		return true
	}
	return false
}

func (s *SPS) parseHigh(r *nal.Reader) error {
	format := r.UE()
	if format > 1 {
		return fmt.Errorf("%w: chroma_format_idc %d", ErrUnsupported, format)
	}
	s.Monochrome = format == 0
	if luma, chroma := r.UE(), r.UE(); luma != 0 || chroma != 0 {
		return fmt.Errorf("%w: bit depths of 8+%d and 8+%d", ErrUnsupported, luma, chroma)
	}
	if r.Flag() {
		return fmt.Errorf("%w: lossless transform bypass", ErrUnsupported)
	}
	if s.HasScaling = r.Flag(); s.HasScaling {
		return s.Scaling.parse(r, 8, defaultLists())
	}
	return nil
}

// parseOrder reads what frame numbers and picture order counts are made of.
func (s *SPS) parseOrder(r *nal.Reader) error {
	bits := r.UE()
	if bits > 12 {
		return fmt.Errorf("%w: log2_max_frame_num_minus4 %d", ErrInvalid, bits)
	}
	s.FrameNumBits = int(bits) + 4
	kind := r.UE()
	switch kind {
	case 0:
		lsb := r.UE()
		if lsb > 12 {
			return fmt.Errorf("%w: log2_max_pic_order_cnt_lsb_minus4 %d", ErrInvalid, lsb)
		}
		s.POCLSBBits = int(lsb) + 4
	case 1:
		s.DeltaPicZero = r.Flag()
		s.OffsetForNonRef = r.SE()
		s.OffsetTopBottom = r.SE()
		n := r.UE()
		if n > 255 {
			return fmt.Errorf("%w: num_ref_frames_in_pic_order_cnt_cycle %d", ErrInvalid, n)
		}
		s.NumRefInCycle = int(n)
		for i := range s.NumRefInCycle {
			s.OffsetForRef[i] = r.SE()
		}
	case 2:
	default:
		return fmt.Errorf("%w: pic_order_cnt_type %d", ErrInvalid, kind)
	}
	s.POCType = int(kind)
	refs := r.UE()
	if refs > 16 {
		return fmt.Errorf("%w: max_num_ref_frames %d", ErrInvalid, refs)
	}
	s.NumRefFrames = int(refs)
	s.GapsAllowed = r.Flag()
	return nil
}

func (s *SPS) parseSize(r *nal.Reader, limits Limits) error {
	w, h := uint64(r.UE())+1, uint64(r.UE())+1
	s.FrameMBsOnly = r.Flag()
	if !s.FrameMBsOnly {
		h *= 2
		s.MBAFF = r.Flag()
	}
	s.Direct8x8 = r.Flag()
	if 16*w > uint64(limits.MaxWidth)+15 || 16*h > uint64(limits.MaxHeight)+15 {
		return fmt.Errorf("%w: %dx%d macroblocks, bound %dx%d samples", ErrTooLarge, w, h, limits.MaxWidth, limits.MaxHeight)
	}
	s.MBWidth, s.MBHeight = int(w), int(h)
	s.Width, s.Height = 16*s.MBWidth, 16*s.MBHeight
	if r.Flag() {
		left, right, top, bottom := uint64(r.UE()), uint64(r.UE()), uint64(r.UE()), uint64(r.UE())
		ux, uy := uint64(2), uint64(2)
		if s.Monochrome {
			ux, uy = 1, 1
		}
		if !s.FrameMBsOnly {
			uy *= 2
		}
		if ux*(left+right) >= 16*w || uy*(top+bottom) >= 16*h {
			return fmt.Errorf("%w: cropping leaves nothing of %dx%d samples", ErrInvalid, 16*w, 16*h)
		}
		s.CropLeft, s.CropTop = int(ux*left), int(uy*top)
		s.Width -= int(ux * (left + right))
		s.Height -= int(uy * (top + bottom))
	}
	return nil
}

// ReorderDepth is how many pictures may wait for output at once (max_num_reorder_frames or what is inferred for it,
// clause E.2.1).
func (s *SPS) ReorderDepth() int {
	switch {
	case s.POCType == 2:
		return 0
	case s.HasRestriction:
		return s.MaxReorder
	case s.Profile == 66:
		// Baseline has no B slices, and no encoder for calls reorders without them; waiting would only cost time.
		return 0
	case s.Constraints&0x10 != 0 && (s.Profile == 44 || s.Profile == 86 || s.Profile >= 100 && s.Profile <= 244):
		return 0 // intra profiles
	}
	return s.DPBFrames()
}

// DPBFrames is the size of the decoded picture buffer in frames (clause A.3.1, table A-1).
func (s *SPS) DPBFrames() int {
	n := min(maxDPBMBs(s.Level, s.Constraints&0x10 != 0 && s.Profile <= 88)/(s.MBWidth*s.MBHeight), 16)
	if s.HasRestriction {
		n = max(s.MaxDecBuffering, s.MaxReorder)
	}
	return max(n, s.NumRefFrames, 1)
}

// maxDPBMBs is MaxDpbMbs of a level; constraint_set3_flag makes level 11 level 1b.
func maxDPBMBs(level int, set3 bool) int {
	if level == 11 && set3 {
		level = 9
	}
	for _, l := range levelTable {
		if level <= l.level {
			return l.dpb
		}
	}
	return 696320
}

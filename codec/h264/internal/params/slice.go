package params

import (
	"fmt"

	"github.com/callrec/callrec/codec/h264/internal/nal"
)

// SliceType is slice_type modulo 5 (table 7-6).
type SliceType uint8

// The slice types.
const (
	SliceP SliceType = iota
	SliceB
	SliceI
)

// MaxRefs is the largest number of entries of a reference picture list of frames.
const MaxRefs = 32

// Modification is one step of ref_pic_list_modification (clause 7.4.3.1).
type Modification struct {
	Op    uint8  // modification_of_pic_nums_idc: 0 to 2
	Value uint32 // abs_diff_pic_num_minus1 or long_term_pic_num
}

// MMCO is one memory_management_control_operation (clause 7.4.3.3).
type MMCO struct {
	Op          uint8  // 1 to 6
	PicNumDiff  uint32 // difference_of_pic_nums_minus1, for 1 and 3
	LongPicNum  uint32 // long_term_pic_num, for 2
	LongIdx     uint32 // long_term_frame_idx, for 3 and 6
	MaxLongIdx1 uint32 // max_long_term_frame_idx_plus1, for 4
}

// Weight is an explicit prediction weight.
type Weight struct{ Scale, Offset int16 }

// SliceHeader is slice_header (clause 7.4.3) of a frame.
type SliceHeader struct {
	NALType, RefIDC int
	FirstMB         int
	Type            SliceType
	PPS             *PPS
	SPS             *SPS
	FrameNum        int
	IDR             bool
	IDRPicID        uint32
	POCLSB          int
	DeltaPOCBottom  int32
	DeltaPOC        [2]int32
	Redundant       bool // redundant_pic_cnt is not 0
	DirectSpatial   bool
	NumRef          [2]int // num_ref_idx_active, 0 for unused lists
	Mods            [2][MaxRefs + 2]Modification
	NumMods         [2]int

	LogDenom [2]uint               // luma and chroma
	Weights  [2][MaxRefs][3]Weight // by list, reference index and plane
	Weighted [2][MaxRefs][2]bool   // luma and chroma flags

	LongTermIDR bool // long_term_reference_flag
	Adaptive    bool // adaptive_ref_pic_marking_mode_flag
	MMCOs       [2*MaxRefs + 2]MMCO
	NumMMCOs    int

	CABACInit   int // cabac_init_idc
	QP          int // SliceQPY
	DeblockIDC  int
	AlphaOffset int // FilterOffsetA
	BetaOffset  int // FilterOffsetB
}

// Sets are the parameter sets a slice can refer to.
type Sets interface {
	// Lookup gives a resolved picture parameter set and its sequence parameter set.
	Lookup(ppsID int) (*PPS, *SPS, error)
}

// Parse reads slice_header (clause 7.3.3) of the NAL unit with the given header byte and leaves r at the slice data.
func (h *SliceHeader) Parse(r *nal.Reader, header byte, sets Sets) error {
	h.NALType, h.RefIDC = int(header&31), int(header>>5&3)
	h.IDR = h.NALType == nal.TypeIDR
	first, kind, id := r.UE(), r.UE(), r.UE()
	if kind > 9 || id > 255 {
		return fmt.Errorf("%w: slice_type %d, pic_parameter_set_id %d", ErrInvalid, kind, id)
	}
	if kind%5 > 2 {
		return fmt.Errorf("%w: SP and SI slices", ErrUnsupported)
	}
	h.Type = SliceType(kind % 5)
	pps, sps, err := sets.Lookup(int(id))
	if err != nil {
		return err
	}
	h.PPS, h.SPS = pps, sps
	if first >= uint32(sps.MBWidth*sps.MBHeight) {
		return fmt.Errorf("%w: first_mb_in_slice %d", ErrInvalid, first)
	}
	h.FirstMB = int(first)
	h.FrameNum = int(r.Bits(sps.FrameNumBits))
	if !sps.FrameMBsOnly && (r.Flag() || sps.MBAFF) {
		return fmt.Errorf("%w: interlaced picture", ErrUnsupported)
	}
	if h.IDR && h.Type != SliceI {
		return fmt.Errorf("%w: slice_type %d in an IDR picture", ErrInvalid, kind)
	}
	h.parseOrder(r)
	if h.Type == SliceB {
		h.DirectSpatial = r.Flag()
	}
	if err := h.parseRefs(r); err != nil {
		return err
	}
	if h.Type == SliceP && pps.WeightedPred || h.Type == SliceB && pps.WeightedBipred == 1 {
		if err := h.parseWeights(r); err != nil {
			return err
		}
	}
	h.NumMMCOs, h.Adaptive, h.LongTermIDR = 0, false, false
	if h.RefIDC != 0 {
		if err := h.parseMarking(r); err != nil {
			return err
		}
	}
	return h.parseTail(r)
}

// parseOrder reads what identifies the picture besides frame_num.
func (h *SliceHeader) parseOrder(r *nal.Reader) {
	h.IDRPicID, h.POCLSB, h.DeltaPOCBottom, h.DeltaPOC, h.Redundant = 0, 0, 0, [2]int32{}, false
	if h.IDR {
		h.IDRPicID = r.UE()
	}
	if h.SPS.POCType == 0 {
		h.POCLSB = int(r.Bits(h.SPS.POCLSBBits))
		if h.PPS.BottomFieldOrder {
			h.DeltaPOCBottom = r.SE()
		}
	}
	if h.SPS.POCType == 1 && !h.SPS.DeltaPicZero {
		h.DeltaPOC[0] = r.SE()
		if h.PPS.BottomFieldOrder {
			h.DeltaPOC[1] = r.SE()
		}
	}
	if h.PPS.RedundantPicCnt {
		h.Redundant = r.UE() != 0
	}
}

// parseRefs reads the lengths and modifications of the reference lists.
func (h *SliceHeader) parseRefs(r *nal.Reader) error {
	h.NumRef, h.NumMods = [2]int{}, [2]int{}
	if h.Type == SliceI {
		return nil
	}
	lists := 1
	if h.Type == SliceB {
		lists = 2
	}
	copy(h.NumRef[:lists], h.PPS.NumRefDefault[:])
	if r.Flag() { // num_ref_idx_active_override_flag
		for i := range lists {
			n := r.UE()
			if n >= MaxRefs {
				return fmt.Errorf("%w: num_ref_idx_l%d_active_minus1 %d", ErrInvalid, i, n)
			}
			h.NumRef[i] = int(n) + 1
		}
	}
	for i := range lists {
		if !r.Flag() {
			continue
		}
		for {
			op := r.UE()
			if op == 3 {
				break
			}
			if op > 2 || h.NumMods[i] == len(h.Mods[i]) {
				return fmt.Errorf("%w: modification_of_pic_nums_idc %d, step %d", ErrInvalid, op, h.NumMods[i])
			}
			h.Mods[i][h.NumMods[i]] = Modification{uint8(op), r.UE()}
			h.NumMods[i]++
		}
	}
	return nil
}

// parseWeights reads pred_weight_table (clause 7.3.3.2).
func (h *SliceHeader) parseWeights(r *nal.Reader) error {
	luma, chroma := r.UE(), uint32(0)
	if !h.SPS.Monochrome {
		chroma = r.UE()
	}
	if luma > 7 || chroma > 7 {
		return fmt.Errorf("%w: weight denominators 2^%d and 2^%d", ErrInvalid, luma, chroma)
	}
	h.LogDenom = [2]uint{uint(luma), uint(chroma)}
	for list, n := range h.NumRef {
		for i := range n {
			w := &h.Weights[list][i]
			*w = [3]Weight{{1 << luma, 0}, {1 << chroma, 0}, {1 << chroma, 0}}
			f := &h.Weighted[list][i]
			*f = [2]bool{}
			if f[0] = r.Flag(); f[0] {
				w[0].parse(r)
			}
			if !h.SPS.Monochrome {
				f[1] = r.Flag()
			}
			if f[1] {
				w[1].parse(r)
				w[2].parse(r)
			}
			for _, v := range w {
				if v.Scale < -128 || v.Scale > 128 || v.Offset < -128 || v.Offset > 127 {
					return fmt.Errorf("%w: prediction weight %d, offset %d", ErrInvalid, v.Scale, v.Offset)
				}
			}
		}
	}
	return nil
}

func (w *Weight) parse(r *nal.Reader) {
	const out = 1000 // outside of every valid range
	scale, offset := r.SE(), r.SE()
	w.Scale, w.Offset = int16(min(max(scale, -out), out)), int16(min(max(offset, -out), out))
}

// parseMarking reads dec_ref_pic_marking (clause 7.3.3.3).
func (h *SliceHeader) parseMarking(r *nal.Reader) error {
	if h.IDR {
		r.Skip(1) // no_output_of_prior_pics_flag: all decoded pictures are put out
		h.LongTermIDR = r.Flag()
		return nil
	}
	if h.Adaptive = r.Flag(); !h.Adaptive {
		return nil
	}
	for {
		op := r.UE()
		if op == 0 {
			return nil
		}
		if op > 6 || h.NumMMCOs == len(h.MMCOs) {
			return fmt.Errorf("%w: memory_management_control_operation %d, step %d", ErrInvalid, op, h.NumMMCOs)
		}
		m := MMCO{Op: uint8(op)}
		if op == 1 || op == 3 {
			m.PicNumDiff = r.UE()
		}
		if op == 2 {
			m.LongPicNum = r.UE()
		}
		if op == 3 || op == 6 {
			m.LongIdx = r.UE()
		}
		if op == 4 {
			m.MaxLongIdx1 = r.UE()
		}
		h.MMCOs[h.NumMMCOs] = m
		h.NumMMCOs++
	}
}

// parseTail reads what follows the marking.
func (h *SliceHeader) parseTail(r *nal.Reader) error {
	if h.PPS.CABAC && h.Type != SliceI {
		idc := r.UE()
		if idc > 2 {
			return fmt.Errorf("%w: cabac_init_idc %d", ErrInvalid, idc)
		}
		h.CABACInit = int(idc)
	}
	delta := r.SE()
	if delta < -51 || delta > 51 || h.PPS.InitQP+int(delta) < 0 || h.PPS.InitQP+int(delta) > 51 {
		return fmt.Errorf("%w: slice_qp_delta %d at %d", ErrInvalid, delta, h.PPS.InitQP)
	}
	h.QP = h.PPS.InitQP + int(delta)
	h.DeblockIDC, h.AlphaOffset, h.BetaOffset = 0, 0, 0
	if h.PPS.DeblockControl {
		idc := r.UE()
		if idc > 2 {
			return fmt.Errorf("%w: disable_deblocking_filter_idc %d", ErrInvalid, idc)
		}
		h.DeblockIDC = int(idc)
		if idc != 1 {
			alpha, beta := r.SE(), r.SE()
			if alpha < -6 || alpha > 6 || beta < -6 || beta > 6 {
				return fmt.Errorf("%w: filter offsets %d and %d", ErrInvalid, alpha, beta)
			}
			h.AlphaOffset, h.BetaOffset = 2*int(alpha), 2*int(beta)
		}
	}
	if r.Overrun() {
		return fmt.Errorf("%w: slice header is cut off", ErrInvalid)
	}
	return nil
}

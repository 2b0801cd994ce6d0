package params

import (
	"fmt"

	"github.com/callrec/callrec/codec/h264/internal/nal"
)

// PPS is a picture parameter set (clause 7.4.2.2).
type PPS struct {
	ID               int
	SPSID            int
	CABAC            bool
	BottomFieldOrder bool // bottom_field_pic_order_in_frame_present_flag
	NumRefDefault    [2]int
	WeightedPred     bool
	WeightedBipred   int
	InitQP           int
	ChromaOffset     [2]int // chroma_qp_index_offset, second_chroma_qp_index_offset
	DeblockControl   bool
	ConstrainedIntra bool
	RedundantPicCnt  bool
	Transform8x8     bool
	HasScaling       bool
	Scaling          ScalingLists // valid once Resolve was called
	rest             nal.Reader   // at the scaling lists
}

// ParsePPS reads pic_parameter_set_rbsp (clause 7.3.2.2). The scaling lists wait for Resolve, since their number and
// fall-back come from a sequence parameter set that may arrive later; payload is kept until then.
func ParsePPS(payload []byte) (*PPS, error) {
	r := nal.NewReader(payload)
	id, spsID := r.UE(), r.UE()
	if id > 255 || spsID > 31 {
		return nil, fmt.Errorf("%w: pic_parameter_set_id %d, seq_parameter_set_id %d", ErrInvalid, id, spsID)
	}
	p := &PPS{ID: int(id), SPSID: int(spsID)}
	p.CABAC = r.Flag()
	p.BottomFieldOrder = r.Flag()
	if groups := r.UE(); groups != 0 {
		return nil, fmt.Errorf("%w: %d slice groups", ErrUnsupported, uint64(groups)+1)
	}
	for i := range p.NumRefDefault {
		n := r.UE()
		if n > 31 {
			return nil, fmt.Errorf("%w: num_ref_idx_l%d_default_active_minus1 %d", ErrInvalid, i, n)
		}
		p.NumRefDefault[i] = int(n) + 1
	}
	p.WeightedPred = r.Flag()
	p.WeightedBipred = int(r.Bits(2))
	qp := r.SE()
	r.SE() // pic_init_qs_minus26
	cb := r.SE()
	if p.WeightedBipred > 2 || qp < -26 || qp > 25 || cb < -12 || cb > 12 {
		return nil, fmt.Errorf("%w: weighted_bipred_idc %d, pic_init_qp_minus26 %d, chroma_qp_index_offset %d", ErrInvalid,
			p.WeightedBipred, qp, cb)
	}
	p.InitQP = int(qp) + 26
	p.ChromaOffset = [2]int{int(cb), int(cb)}
	p.DeblockControl = r.Flag()
	p.ConstrainedIntra = r.Flag()
	p.RedundantPicCnt = r.Flag()
	if r.Overrun() {
		return nil, fmt.Errorf("%w: picture parameter set of %d bytes is cut off", ErrInvalid, len(payload))
	}
	p.rest = r
	return p, nil
}

// Resolve reads what depends on the sequence parameter set: transform_8x8_mode_flag and what follows. It is to be called
// again when s changes.
func (p *PPS) Resolve(s *SPS) error {
	p.Scaling = s.Scaling
	r := p.rest
	if !r.MoreData() {
		return nil
	}
	p.Transform8x8 = r.Flag()
	p.HasScaling = r.Flag()
	if p.HasScaling {
		count := 6
		if p.Transform8x8 {
			count = 8
		}
		fallback := defaultLists()
		if s.HasScaling {
			fallback = s.Scaling
		}
		if err := p.Scaling.parse(&r, count, fallback); err != nil {
			return err
		}
	}
	cr := r.SE()
	if cr < -12 || cr > 12 || r.Overrun() {
		return fmt.Errorf("%w: second_chroma_qp_index_offset %d", ErrInvalid, cr)
	}
	p.ChromaOffset[1] = int(cr)
	return nil
}

package h264

import (
	"encoding/binary"

	"github.com/callrec/callrec/codec/h264/internal/bits"
)

// slice_type values that say all slices of the picture are alike (table 7-6).
const (
	slicePOnly = 5
	sliceIOnly = 7
)

// putSliceHeader writes slice_header (clause 7.3.3), which refers to the picture parameter set with the given id.
func (e *sliceEncoder) putSliceHeader(pps, qp int) {
	w := &e.w
	withCABAC := e.tools.cabac && pps == mainPPS
	w.Reset()
	w.Reserve(64)
	w.UE(uint32(e.first * e.mbw)) // first_mb_in_slice
	if e.idr {
		w.UE(sliceIOnly)
	} else {
		w.UE(slicePOnly)
	}
	w.UE(uint32(pps)) // pic_parameter_set_id
	w.Put(uint32(e.frameNum), log2MaxFrameNum)
	if e.idr {
		w.UE(uint32(e.idrID)) // idr_pic_id
		w.Flag(false)         // no_output_of_prior_pics_flag
		w.Flag(false)         // long_term_reference_flag
	} else {
		w.Flag(e.numRefs > 1) // num_ref_idx_active_override_flag
		if e.numRefs > 1 {
			w.UE(uint32(e.numRefs - 1)) // num_ref_idx_l0_active_minus1
		}
		w.Flag(false) // ref_pic_list_modification_flag_l0
		w.Flag(false) // adaptive_ref_pic_marking_mode_flag: sliding window
	}
	if withCABAC && !e.idr {
		w.UE(cabacInitIDC)
	}
	w.SE(qp - initQP) // slice_qp_delta
	if withCABAC {
		w.AlignOnes() // cabac_alignment_one_bit
	}
}

// appendSlice appends a slice to dst as a NAL unit preceded by its length.
func appendSlice(dst []byte, idr bool, payload []byte) []byte {
	header := byte(nalSlice)
	if idr {
		header = nalIDR
	}
	at := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	dst = bits.AppendNAL(dst, header, payload)
	binary.BigEndian.PutUint32(dst[at:], uint32(len(dst)-at-4))
	return dst
}

package h264

import (
	mathbits "math/bits"

	"github.com/callrec/callrec/codec/h264/internal/bits"
)

// NAL unit header bytes: nal_ref_idc 3 and the type (clause 7.4.1).
const (
	nalSlice = 0x61
	nalIDR   = 0x65
	nalSPS   = 0x67
	nalPPS   = 0x68
)

const (
	log2MaxFrameNum = 8
	initQP          = 26 // pic_init_qp
)

// levelFor is the lowest level that allows the picture size, rate and bit rate (clause A.3.1); the highest if none does.
func levelFor(mbw, mbh, frameRate, bitrate int) level {
	for _, l := range levels {
		size := mbw * mbh
		longest := max(mbw, mbh)
		if size <= l.frameMBs && size*frameRate <= l.mbps && longest*longest <= 8*l.frameMBs && bitrate <= l.kbps*1000 {
			return l
		}
	}
	return levels[len(levels)-1]
}

// buildSPS makes the sequence parameter set as a NAL unit (clause 7.3.2.1.1).
func buildSPS(cfg EncoderConfig, t tools, mbw, mbh int, l level) []byte {
	var w bits.Writer
	w.Reserve(128)
	high := cfg.Profile == ProfileHigh
	if high {
		w.Put(100, 8) // profile_idc: High
		w.Put(0, 8)   // no constraints
	} else {
		w.Put(66, 8)   // profile_idc: Baseline
		w.Put(0xc0, 8) // constraint_set0_flag and constraint_set1_flag: Constrained Baseline
	}
	w.Put(l.idc, 8)
	w.UE(0) // seq_parameter_set_id
	if high {
		w.UE(1)       // chroma_format_idc: 4:2:0
		w.UE(0)       // bit_depth_luma_minus8
		w.UE(0)       // bit_depth_chroma_minus8
		w.Flag(false) // qpprime_y_zero_transform_bypass_flag
		w.Flag(false) // seq_scaling_matrix_present_flag
	}
	w.UE(log2MaxFrameNum - 4) // log2_max_frame_num_minus4
	w.UE(2)                   // pic_order_cnt_type: output order is decoding order
	w.UE(uint32(t.refs))      // max_num_ref_frames
	w.Flag(false)             // gaps_in_frame_num_value_allowed_flag
	w.UE(uint32(mbw - 1))     // pic_width_in_mbs_minus1
	w.UE(uint32(mbh - 1))     // pic_height_in_map_units_minus1
	w.Flag(true)              // frame_mbs_only_flag
	w.Flag(true)              // direct_8x8_inference_flag
	right, bottom := 16*mbw-cfg.Width, 16*mbh-cfg.Height
	w.Flag(right|bottom != 0) // frame_cropping_flag, in units of two luma samples
	if right|bottom != 0 {
		w.UE(0)
		w.UE(uint32(right / 2))
		w.UE(0)
		w.UE(uint32(bottom / 2))
	}
	w.Flag(true) // vui_parameters_present_flag
	putVUI(&w, cfg, t, l)
	return bits.AppendNAL(nil, nalSPS, w.Finish())
}

// putVUI writes vui_parameters (clause E.1.1).
func putVUI(w *bits.Writer, cfg EncoderConfig, t tools, l level) {
	w.Flag(true)  // aspect_ratio_info_present_flag
	w.Put(1, 8)   // aspect_ratio_idc: 1:1
	w.Flag(false) // overscan_info_present_flag
	w.Flag(true)  // video_signal_type_present_flag
	w.Put(5, 3)   // video_format: unspecified
	w.Flag(false) // video_full_range_flag
	w.Flag(true)  // the colors are described:
	w.Put(1, 8)   // primaries: BT.709
	w.Put(1, 8)   // transfer_characteristics: BT.709
	w.Put(1, 8)   // matrix_coefficients: BT.709
	w.Flag(false) // chroma_loc_info_present_flag
	w.Flag(true)  // timing_info_present_flag
	w.Put(1, 32)  // num_units_in_tick: a field
	w.Put(uint32(2*cfg.FrameRate), 32)
	w.Flag(true)  // fixed_frame_rate_flag
	w.Flag(false) // nal_hrd_parameters_present_flag
	w.Flag(false) // vcl_hrd_parameters_present_flag
	w.Flag(false) // pic_struct_present_flag
	w.Flag(true)  // bitstream_restriction_flag
	w.Flag(true)  // motion_vectors_over_pic_boundaries_flag
	w.UE(0)       // max_bytes_per_pic_denom: no bound
	w.UE(0)       // max_bits_per_mb_denom: no bound
	w.UE(13)      // log2_max_mv_length_horizontal: 2048 samples
	w.UE(uint32(mathbits.Len(uint(4*l.mvY - 1))))
	w.UE(0)              // max_num_reorder_frames
	w.UE(uint32(t.refs)) // max_dec_frame_buffering
}

// The ids of picture parameter sets.
const (
	mainPPS  = iota
	stillPPS // of pictures of skipped macroblocks alone, with CAVLC where others have CABAC
)

// buildPPS makes the picture parameter set with the given id as a NAL unit (clause 7.3.2.2).
func buildPPS(id uint32, t tools) []byte {
	var w bits.Writer
	w.Reserve(32)
	w.UE(id)          // pic_parameter_set_id
	w.UE(0)           // seq_parameter_set_id
	w.Flag(t.cabac)   // entropy_coding_mode_flag
	w.Flag(false)     // bottom_field_pic_order_in_frame_present_flag
	w.UE(0)           // num_slice_groups_minus1
	w.UE(0)           // num_ref_idx_l0_default_active_minus1
	w.UE(0)           // num_ref_idx_l1_default_active_minus1
	w.Flag(false)     // weighted_pred_flag
	w.Put(0, 2)       // weighted_bipred_idc
	w.SE(initQP - 26) // pic_init_qp_minus26
	w.SE(0)           // pic_init_qs_minus26
	w.SE(0)           // chroma_qp_index_offset
	w.Flag(false)     // deblocking_filter_control_present_flag: filter on, no offsets
	w.Flag(false)     // constrained_intra_pred_flag
	w.Flag(false)     // redundant_pic_cnt_present_flag
	if t.transform8 {
		w.Flag(true)  // transform_8x8_mode_flag
		w.Flag(false) // pic_scaling_matrix_present_flag
		w.SE(0)       // second_chroma_qp_index_offset
	}
	return bits.AppendNAL(nil, nalPPS, w.Finish())
}

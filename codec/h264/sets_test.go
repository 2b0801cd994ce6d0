package h264_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264"
)

// bitReader reads a NAL unit's payload.
type bitReader struct {
	data []byte
	at   int
}

// payload takes the header and the emulation prevention off.
func payload(nal []byte) *bitReader {
	return &bitReader{data: bytes.ReplaceAll(nal[1:], []byte{0, 0, 3}, []byte{0, 0})}
}

func (r *bitReader) u(n int) (v int) {
	for range n {
		v = v<<1 | int(r.data[r.at/8]>>(7-r.at%8)&1)
		r.at++
	}
	return v
}

func (r *bitReader) ue() int {
	zeros := 0
	for r.u(1) == 0 {
		zeros++
	}
	return 1<<zeros - 1 + r.u(zeros)
}

// requireEnd wants nothing but the trailing bits to be left.
func (r *bitReader) requireEnd(t *testing.T) {
	t.Helper()
	require.Equal(t, 1, r.u(1))
	for r.at%8 != 0 {
		require.Zero(t, r.u(1))
	}
	require.Len(t, r.data, r.at/8)
}

// TestSequenceParameterSet reads the set back (clauses 7.3.2.1.1 and E.1.1).
func TestSequenceParameterSet(t *testing.T) {
	for _, c := range []struct{ w, h, rate, bitrate, level int }{
		{32, 32, 1, 10_000, 10},
		{50, 34, 8, 64_000, 10},
		{352, 288, 15, 300_000, 12},
		{352, 288, 30, 768_000, 13},
		{640, 360, 30, 1_000_000, 30},
		{1280, 720, 30, 2_000_000, 31},
		{1920, 1080, 8, 1_000_000, 40},
		{1920, 1080, 60, 8_000_000, 42},
		{4096, 2304, 30, 200_000_000, 52},
		{4096, 64, 8, 1_000_000, 40}, // by its width
	} {
		t.Run(fmt.Sprintf("%dx%d", c.w, c.h), func(t *testing.T) {
			e, err := h264.NewEncoder(h264.EncoderConfig{Width: c.w, Height: c.h, FrameRate: c.rate, MaxBitrate: c.bitrate})
			require.NoError(t, err)
			sps, _ := e.ParameterSets()
			require.Equal(t, byte(0x67), sps[0])
			r := payload(sps)
			require.Equal(t, []int{100, 0}, []int{r.u(8), r.u(8)}, "High profile")
			require.Equal(t, c.level, r.u(8), "level_idc")
			require.Zero(t, r.ue(), "seq_parameter_set_id")
			require.Equal(t, []int{1, 0, 0}, []int{r.ue(), r.ue(), r.ue()}, "4:2:0, eight bits")
			require.Zero(t, r.u(2), "no bypass, no scaling matrix")
			require.LessOrEqual(t, r.ue(), 12, "log2_max_frame_num_minus4")
			require.Equal(t, 2, r.ue(), "pic_order_cnt_type")
			require.Equal(t, 1, r.ue(), "max_num_ref_frames")
			require.Zero(t, r.u(1), "gaps_in_frame_num_value_allowed_flag")
			w, h := 16*(r.ue()+1), 16*(r.ue()+1)
			require.Equal(t, 1, r.u(1), "frame_mbs_only_flag")
			require.Equal(t, 1, r.u(1), "direct_8x8_inference_flag")
			if r.u(1) == 1 { // frame_cropping_flag
				left, right, top, bottom := r.ue(), r.ue(), r.ue(), r.ue()
				require.Zero(t, left+top)
				require.Less(t, max(right, bottom), 8)
				w, h = w-2*right, h-2*bottom
			}
			require.Equal(t, []int{c.w, c.h}, []int{w, h}, "size")
			require.Equal(t, 1, r.u(1), "vui_parameters_present_flag")
			require.Equal(t, []int{1, 1}, []int{r.u(1), r.u(8)}, "square samples")
			require.Zero(t, r.u(1), "overscan_info_present_flag")
			require.Equal(t, []int{1, 5, 0}, []int{r.u(1), r.u(3), r.u(1)}, "limited range")
			require.Equal(t, []int{1, 1, 1, 1}, []int{r.u(1), r.u(8), r.u(8), r.u(8)}, "BT.709")
			require.Zero(t, r.u(1), "chroma_loc_info_present_flag")
			require.Equal(t, []int{1, 1, 2 * c.rate, 1}, []int{r.u(1), r.u(32), r.u(32), r.u(1)}, "timing")
			require.Zero(t, r.u(3), "HRD parameters and pic_struct")
			require.Equal(t, []int{1, 1}, []int{r.u(1), r.u(1)}, "bitstream_restriction_flag")
			require.Equal(t, []int{0, 0}, []int{r.ue(), r.ue()}, "no bounds on bytes")
			require.LessOrEqual(t, max(r.ue(), r.ue()), 16, "log2_max_mv_length")
			require.Equal(t, []int{0, 1}, []int{r.ue(), r.ue()}, "no reordering, one reference")
			r.requireEnd(t)
		})
	}
}

// TestPictureParameterSets reads the sets back (clause 7.3.2.2): with CABAC there is one more, for still pictures, without.
func TestPictureParameterSets(t *testing.T) {
	for _, profile := range []h264.Profile{h264.ProfileHigh, h264.ProfileConstrainedBaseline} {
		e, err := h264.NewEncoder(h264.EncoderConfig{Width: 64, Height: 64, Profile: profile})
		require.NoError(t, err)
		sps, pps := e.ParameterSets()
		high := 0
		if profile == h264.ProfileHigh {
			high = 1
		}
		require.Equal(t, [][]byte{{0x67, 66, 0xc0}, {0x67, 100, 0}}[high], sps[:3])
		require.Len(t, pps, 1+high)
		for id, set := range pps {
			require.Equal(t, byte(0x68), set[0])
			r := payload(set)
			require.Equal(t, []int{id, 0}, []int{r.ue(), r.ue()}, "ids")
			require.Equal(t, []int{high * (1 - id), 0}, []int{r.u(1), r.u(1)}, "CABAC, no field order")
			require.Equal(t, []int{0, 0, 0}, []int{r.ue(), r.ue(), r.ue()}, "one slice group, one reference")
			require.Zero(t, r.u(3), "no weighted prediction")
			require.Equal(t, []int{0, 0, 0}, []int{r.ue(), r.ue(), r.ue()}, "QP 26, no chroma offset")
			require.Zero(t, r.u(3), "flags")
			if high == 1 {
				require.Equal(t, []int{1, 0, 0}, []int{r.u(1), r.u(1), r.ue()}, "8x8 transform, no matrix or offset")
			}
			r.requireEnd(t)
		}
	}
}

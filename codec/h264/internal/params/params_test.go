package params_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/h264/internal/bits"
	"github.com/callrec/callrec/codec/h264/internal/params"
)

// spsFields are what the tests vary of a sequence parameter set.
type spsFields struct {
	profile, constraints, level uint32
	chromaFormat, bitDepth      uint32 // bit depth above 8
	frameNumBits, pocType, refs uint32
	mbw, mbh                    uint32
	fieldCoding                 bool
	crop                        []uint32 // left, right, top, bottom
	restriction                 []uint32 // max_num_reorder_frames, max_dec_frame_buffering
	color                       []uint32 // video_full_range_flag, matrix_coefficients
}

func (f spsFields) payload() []byte {
	var w bits.Writer
	w.Reserve(256)
	w.Put(f.profile, 8)
	w.Put(f.constraints, 8)
	w.Put(f.level, 8)
	w.UE(0)
	if f.profile >= 100 {
		w.UE(f.chromaFormat)
		w.UE(f.bitDepth)
		w.UE(0)
		w.Put(0, 2)
	}
	w.UE(f.frameNumBits)
	w.UE(f.pocType)
	if f.pocType == 0 {
		w.UE(0)
	}
	w.UE(f.refs)
	w.Flag(false)
	w.UE(f.mbw - 1)
	w.UE(f.mbh - 1)
	w.Flag(!f.fieldCoding)
	if f.fieldCoding {
		w.Flag(false)
	}
	w.Flag(true)
	w.Flag(f.crop != nil)
	for _, v := range f.crop {
		w.UE(v)
	}
	vui := f.restriction != nil || f.color != nil
	w.Flag(vui)
	if vui {
		w.Put(0, 2)
		w.Flag(f.color != nil)
		if f.color != nil {
			w.Put(5, 3)
			w.Put(f.color[0], 1)
			w.Flag(true)
			w.Put(0x0101, 16)
			w.Put(f.color[1], 8)
		}
		w.Put(0, 5)
		w.Flag(f.restriction != nil)
		if f.restriction != nil {
			w.Flag(true)
			for range 4 {
				w.UE(0)
			}
			w.UE(f.restriction[0])
			w.UE(f.restriction[1])
		}
	}
	return append([]byte{}, w.Finish()...)
}

func plainSPS() spsFields {
	return spsFields{profile: 77, level: 31, refs: 1, mbw: 80, mbh: 45}
}

var testLimits = params.Limits{MaxWidth: 1280, MaxHeight: 720}

func TestSPS(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*spsFields)
		check  func(*testing.T, *params.SPS)
	}{
		{"plain", func(*spsFields) {}, func(t *testing.T, s *params.SPS) {
			require.Equal(t, []int{1280, 720, 4}, []int{s.Width, s.Height, s.FrameNumBits})
			require.Equal(t, 5, s.DPBFrames(), "18000 macroblocks of level 3.1")
			require.Equal(t, 5, s.ReorderDepth())
			require.Equal(t, 2, s.Matrix)
		}},
		{"cropping", func(f *spsFields) { f.crop = []uint32{1, 2, 3, 4} }, func(t *testing.T, s *params.SPS) {
			require.Equal(t, []int{2, 6, 1274, 706}, []int{s.CropLeft, s.CropTop, s.Width, s.Height})
		}},
		{
			"cropping with field coding", func(f *spsFields) { f.fieldCoding, f.mbh, f.crop = true, 22, []uint32{0, 0, 0, 2} },
			func(t *testing.T, s *params.SPS) { require.Equal(t, 704-8, s.Height) },
		},
		{"restriction", func(f *spsFields) { f.restriction = []uint32{2, 4} }, func(t *testing.T, s *params.SPS) {
			require.Equal(t, []int{4, 2}, []int{s.DPBFrames(), s.ReorderDepth()})
		}},
		{
			"restriction below the references", func(f *spsFields) { f.refs, f.restriction = 6, []uint32{0, 4} },
			func(t *testing.T, s *params.SPS) {
				require.Equal(t, []int{6, 0}, []int{s.DPBFrames(), s.ReorderDepth()})
			},
		},
		{"baseline", func(f *spsFields) { f.profile = 66 }, func(t *testing.T, s *params.SPS) {
			require.Zero(t, s.ReorderDepth())
		}},
		{"order type 2", func(f *spsFields) { f.pocType = 2 }, func(t *testing.T, s *params.SPS) {
			require.Zero(t, s.ReorderDepth())
		}},
		{
			"level 1b", func(f *spsFields) { f.level, f.constraints, f.mbw, f.mbh = 11, 0x10, 11, 9 },
			func(t *testing.T, s *params.SPS) { require.Equal(t, 4, s.DPBFrames()) },
		},
		{"high intra", func(f *spsFields) { f.profile, f.constraints = 100, 0x10 }, func(t *testing.T, s *params.SPS) {
			require.Zero(t, s.ReorderDepth())
			require.False(t, s.Monochrome)
		}},
		{"color", func(f *spsFields) { f.color = []uint32{1, 1} }, func(t *testing.T, s *params.SPS) {
			require.True(t, s.FullRange)
			require.Equal(t, 1, s.Matrix)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := plainSPS()
			f.chromaFormat = 1
			c.change(&f)
			payload := f.payload()
			s, err := params.ParseSPS(payload, testLimits)
			require.NoError(t, err)
			c.check(t, s)
			for n := range payload {
				_, _ = params.ParseSPS(payload[:n:n], testLimits) // must not panic
			}
		})
	}
}

func TestSPSErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*spsFields)
		want   error
	}{
		{"too wide", func(f *spsFields) { f.mbw = 81 }, params.ErrTooLarge},
		{"too high", func(f *spsFields) { f.mbh = 46 }, params.ErrTooLarge},
		{"much too wide", func(f *spsFields) { f.mbw = 65000 }, params.ErrTooLarge},
		{"4:2:2", func(f *spsFields) { f.profile, f.chromaFormat = 122, 2 }, params.ErrUnsupported},
		{"10 bits", func(f *spsFields) { f.profile, f.chromaFormat, f.bitDepth = 110, 1, 2 }, params.ErrUnsupported},
		{"frame_num", func(f *spsFields) { f.frameNumBits = 13 }, params.ErrInvalid},
		{"order type", func(f *spsFields) { f.pocType = 3 }, params.ErrInvalid},
		{"references", func(f *spsFields) { f.refs = 17 }, params.ErrInvalid},
		{"cropping", func(f *spsFields) { f.crop = []uint32{320, 320, 0, 0} }, params.ErrInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := plainSPS()
			c.change(&f)
			_, err := params.ParseSPS(f.payload(), testLimits)
			require.ErrorIs(t, err, c.want)
		})
	}
}

// TestPPSScalingFallBack is fall-back rule A and B of table 7-2: lists that are not sent follow the one before, the
// first ones the default lists or those of the sequence parameter set.
func TestPPSScalingFallBack(t *testing.T) {
	t.Parallel()
	var w bits.Writer
	w.Reserve(256)
	w.UE(0)
	w.UE(0)
	w.Put(0, 2)
	for range 3 {
		w.UE(0) // slice groups, references
	}
	w.Put(0, 3)
	for range 3 {
		w.SE(0)
	}
	w.Put(0, 3)
	w.Flag(true) // transform_8x8_mode_flag
	w.Flag(true) // pic_scaling_matrix_present_flag
	w.Flag(false)
	w.Flag(true) // intra Cb: all 9
	w.SE(1)
	for range 15 {
		w.SE(0)
	}
	w.Flag(false) // intra Cr
	w.Flag(true)  // inter Y: 20, then the same on
	w.SE(12)
	w.SE(-20)
	w.Put(0, 2)    // inter Cb, Cr
	w.Put(0b01, 2) // 8x8 intra falls back
	w.SE(-8)       // 8x8 inter: default
	w.SE(-3)
	payload := append([]byte{}, w.Finish()...)

	f := plainSPS()
	s, err := params.ParseSPS(f.payload(), testLimits)
	require.NoError(t, err)
	p, err := params.ParsePPS(payload)
	require.NoError(t, err)
	require.NoError(t, p.Resolve(s))
	l := &p.Scaling
	require.Equal(t, [16]uint8{6, 13, 20, 28, 13, 20, 28, 32, 20, 28, 32, 37, 28, 32, 37, 42}, l.L4[0], "rule A")
	require.Equal(t, [16]uint8{9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}, l.L4[1])
	require.Equal(t, l.L4[1], l.L4[2])
	require.EqualValues(t, 20, l.L4[3][15])
	require.Equal(t, l.L4[3], l.L4[5])
	require.EqualValues(t, 42, l.L8[0][63])
	require.EqualValues(t, 35, l.L8[1][63])
	require.Equal(t, [2]int{0, -3}, p.ChromaOffset)

	s.HasScaling = true
	s.Scaling.L4[0][0], s.Scaling.L8[0][63] = 77, 78
	require.NoError(t, p.Resolve(s))
	require.EqualValues(t, 77, l.L4[0][0], "rule B")
	require.EqualValues(t, 78, l.L8[0][63])
}

package mux_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/abema/go-mp4"
	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mux"
)

// config is that of a recording: 8 pictures/s and AAC at 16 kHz on one timescale.
func config() mux.Config {
	return mux.Config{
		Timescale: 16000,
		Video: &mux.VideoConfig{
			Width: 1920, Height: 1080,
			SPS: []byte{0x67, 66, 0xc0, 40, 0x95, 0xa0}, PPS: [][]byte{{0x68, 0xce, 0x3c, 0x80}},
			FrameDuration: 2000, AvgBitrate: 300_000, MaxBitrate: 1_000_000,
		},
		Audio: &mux.AudioConfig{
			Config: []byte{0x14, 0x08}, SampleRate: 16000, Channels: 1, // AAC-LC, 16 kHz, mono
			FrameDuration: 1024, PreRoll: 1024, AvgBitrate: 48_000, MaxBitrate: 64_000,
		},
	}
}

// picture makes a video sample of a few NAL units with random content.
func picture(rng *rand.Rand, sync bool) mux.Sample {
	var data []byte
	for range 1 + rng.IntN(3) {
		n := 1 + rng.IntN(40)
		data = binary.BigEndian.AppendUint32(data, uint32(n))
		data = append(data, noise(rng, n)...)
	}
	return mux.Sample{Data: data, Sync: sync}
}

func noise(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// pictures makes n video samples of which the first is a sync sample, and every eighth after it.
func pictures(rng *rand.Rand, n int) []mux.Sample {
	s := make([]mux.Sample, n)
	for i := range s {
		s[i] = picture(rng, i%8 == 0)
	}
	return s
}

func sounds(rng *rand.Rand, n int) []mux.Sample {
	s := make([]mux.Sample, n)
	for i := range s {
		s[i] = mux.Sample{Data: noise(rng, 1+rng.IntN(30))}
	}
	return s
}

func payload(f mux.Fragment) (n int64) {
	for _, s := range slices.Concat(f.Video, f.Audio) {
		n += int64(len(s.Data))
	}
	return n
}

// small writes a closed file of three fragments and returns it with the offsets at which it is whole.
func small(t testing.TB, offset uint32) (file []byte, whole []int64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	cfg := config()
	cfg.Audio.Offset = offset
	var buf bytes.Buffer
	w, err := mux.NewWriter(&buf, cfg)
	require.NoError(t, err)
	whole = append(whole, 0, w.Written())
	for _, f := range []mux.Fragment{
		{Video: pictures(rng, 3), Audio: sounds(rng, 7)},
		{Video: pictures(rng, 10)[1:4], Audio: sounds(rng, 5)}, // starts within a group of pictures
		{Video: pictures(rng, 2), Audio: sounds(rng, 4)},
	} {
		require.NoError(t, w.WriteFragment(f))
		whole = append(whole, w.Written())
	}
	require.NoError(t, w.Close())
	whole = append(whole, w.Written())
	return buf.Bytes(), whole
}

// trackRun is one trun as an independent reader sees it.
type trackRun struct {
	track           uint32
	time            int64
	durations       []uint32
	flags           []uint32
	data            [][]byte
	moofAt, moofSeq int64
}

// readRuns reads all fragments of a file with go-mp4 alone.
func readRuns(t *testing.T, file []byte) []trackRun {
	t.Helper()
	var (
		runs     []trackRun
		moofAt   int64
		sequence int64
		tfhd     *mp4.Tfhd
		tfdt     *mp4.Tfdt
		defaults = map[uint32]*mp4.Trex{}
	)
	_, err := mp4.ReadBoxStructure(bytes.NewReader(file), func(h *mp4.ReadHandle) (any, error) {
		if h.BoxInfo.Type == mp4.BoxTypeMdat() {
			return nil, nil
		}
		require.True(t, h.BoxInfo.IsSupportedType(), h.BoxInfo.Type.String())
		box, _, err := h.ReadPayload()
		require.NoError(t, err)
		switch b := box.(type) {
		case *mp4.Moof:
			moofAt = int64(h.BoxInfo.Offset)
		case *mp4.Trex:
			defaults[b.TrackID] = b
		case *mp4.Mfhd:
			sequence = int64(b.SequenceNumber)
		case *mp4.Tfhd:
			require.EqualValues(t, 0x020000, b.GetFlags())
			tfhd = b
		case *mp4.Tfdt:
			tfdt = b
		case *mp4.Trun:
			r := trackRun{track: tfhd.TrackID, time: int64(tfdt.GetBaseMediaDecodeTime()), moofAt: moofAt, moofSeq: sequence}
			r.read(b, defaults[tfhd.TrackID], file[moofAt+int64(b.DataOffset):])
			runs = append(runs, r)
		}
		return h.Expand()
	})
	require.NoError(t, err)
	return runs
}

func (r *trackRun) read(b *mp4.Trun, defaults *mp4.Trex, data []byte) {
	for i, e := range b.Entries {
		duration, flags := defaults.DefaultSampleDuration, defaults.DefaultSampleFlags
		if b.CheckFlag(0x100) {
			duration = e.SampleDuration
		}
		if b.CheckFlag(0x400) {
			flags = e.SampleFlags
		} else if i == 0 && b.CheckFlag(0x4) {
			flags = b.FirstSampleFlags
		}
		r.durations = append(r.durations, duration)
		r.flags = append(r.flags, flags)
		r.data = append(r.data, data[:e.SampleSize])
		data = data[e.SampleSize:]
	}
}

// boxOf returns the only box at the given path.
func boxOf[T mp4.IBox](t *testing.T, file []byte, path ...string) T {
	t.Helper()
	var p mp4.BoxPath
	for _, s := range path {
		p = append(p, mp4.StrToBoxType(s))
	}
	boxes, err := mp4.ExtractBoxWithPayload(bytes.NewReader(file), nil, p)
	require.NoError(t, err)
	require.Len(t, boxes, 1)
	return boxes[0].Payload.(T)
}

// failing accepts limit bytes, then fails; with short it accepts less than it is given without an error.
type failing struct {
	limit int
	err   error
	short bool
}

func (f *failing) Write(b []byte) (int, error) {
	if len(b) <= f.limit {
		f.limit -= len(b)
		return len(b), nil
	}
	n := f.limit
	f.limit = 0
	if f.short {
		return n, nil
	}
	return n, f.err
}

var _ io.Writer = (*failing)(nil)

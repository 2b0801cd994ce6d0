package mux_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/abema/go-mp4"
	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mux"
)

func TestNewWriterRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(c *mux.Config)
	}{
		{"no timescale", func(c *mux.Config) { c.Timescale = 0 }},
		{"no track", func(c *mux.Config) { c.Video, c.Audio = nil, nil }},
		{"no width", func(c *mux.Config) { c.Video.Width = 0 }},
		{"no height", func(c *mux.Config) { c.Video.Height = 0 }},
		{"width of 17 bits", func(c *mux.Config) { c.Video.Width = 65536 }},
		{"height of 17 bits", func(c *mux.Config) { c.Video.Height = 65536 }},
		{"no SPS", func(c *mux.Config) { c.Video.SPS = nil }},
		{"SPS is a PPS", func(c *mux.Config) { c.Video.SPS = c.Video.PPS[0] }},
		{"SPS too long", func(c *mux.Config) { c.Video.SPS = append([]byte{0x67}, make([]byte, 65535)...) }},
		{"no PPS", func(c *mux.Config) { c.Video.PPS = nil }},
		{"256 PPS", func(c *mux.Config) { c.Video.PPS = slices.Repeat(c.Video.PPS, 256) }},
		{"PPS is an SPS", func(c *mux.Config) { c.Video.PPS[0] = c.Video.SPS }},
		{"second PPS is empty", func(c *mux.Config) { c.Video.PPS = append(c.Video.PPS, nil) }},
		{"SPS of High profile ends early", func(c *mux.Config) { c.Video.SPS = []byte{0x67, 100, 0, 31} }},
		{"SPS of High profile is all zero", func(c *mux.Config) { c.Video.SPS = []byte{0x67, 100, 0, 31, 0, 0, 0, 0} }},
		{"no picture duration", func(c *mux.Config) { c.Video.FrameDuration = 0 }},
		{"no AudioSpecificConfig", func(c *mux.Config) { c.Audio.Config = nil }},
		{"long AudioSpecificConfig", func(c *mux.Config) { c.Audio.Config = make([]byte, 65) }},
		{"no sample rate", func(c *mux.Config) { c.Audio.SampleRate = 0 }},
		{"sample rate of 17 bits", func(c *mux.Config) { c.Audio.SampleRate = 96000 }},
		{"no channel", func(c *mux.Config) { c.Audio.Channels = 0 }},
		{"nine channels", func(c *mux.Config) { c.Audio.Channels = 9 }},
		{"no audio duration", func(c *mux.Config) { c.Audio.FrameDuration = 0 }},
		{"pre-roll of a part of a frame", func(c *mux.Config) { c.Audio.PreRoll = 1000 }},
		{"pre-roll of hours", func(c *mux.Config) { c.Audio.PreRoll = 1 << 30 }},
		{"offset of a frame", func(c *mux.Config) { c.Audio.Offset = 1024 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := config()
			tt.change(&cfg)
			var buf bytes.Buffer
			_, err := mux.NewWriter(&buf, cfg)
			require.ErrorIs(t, err, mux.ErrConfig)
			require.Zero(t, buf.Len())
		})
	}
}

func TestInitSegment(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	cfg := config()
	w, err := mux.NewWriter(&buf, cfg)
	require.NoError(t, err)
	require.EqualValues(t, buf.Len(), w.Written())
	file := buf.Bytes()

	require.Equal(t, "\x00\x00\x00\x20ftypiso6\x00\x00\x00\x00iso6iso5avc1mp42", string(file[:32]))
	mvhd := boxOf[*mp4.Mvhd](t, file, "moov", "mvhd")
	require.EqualValues(t, 16000, mvhd.Timescale)
	require.Zero(t, mvhd.CreationTimeV0)
	require.Zero(t, mvhd.DurationV0)

	const entry = "avc1"
	stsd := []string{"moov", "trak", "mdia", "minf", "stbl", "stsd"}
	at := func(path ...string) []string { return slices.Concat(stsd, path) }
	avcC := boxOf[*mp4.AVCDecoderConfiguration](t, file, at(entry, "avcC")...)
	require.Equal(t, []uint8{1, 66, 0xc0, 40, 3}, []uint8{
		avcC.ConfigurationVersion, avcC.Profile, avcC.ProfileCompatibility, avcC.Level, avcC.LengthSizeMinusOne,
	})
	require.Equal(t, cfg.Video.SPS, avcC.SequenceParameterSets[0].NALUnit)
	require.Equal(t, cfg.Video.PPS[0], avcC.PictureParameterSets[0].NALUnit)
	require.True(t, bytes.Contains(file, append([]byte("avcC"), 1, 66, 0xc0, 40, 0xff, 0xe1, 0, 6)), "reserved bits are ones")
	require.True(t, bytes.Contains(file, []byte("\x00\x00\x00\x13colrnclx\x00\x01\x00\x01\x00\x01\x00")))
	require.True(t, bytes.Contains(file, []byte("\x00\x00\x00\x10pasp\x00\x00\x00\x01\x00\x00\x00\x01")))
	btrt := boxOf[*mp4.Btrt](t, file, at(entry, "btrt")...)
	require.EqualValues(t, []uint32{1_000_000, 300_000}, []uint32{btrt.MaxBitrate, btrt.AvgBitrate})

	esds := boxOf[*mp4.Esds](t, file, at("mp4a", "esds")...)
	require.Len(t, esds.Descriptors, 4)
	decoder := esds.Descriptors[1].DecoderConfigDescriptor
	require.EqualValues(t, 0x40, decoder.ObjectTypeIndication)
	require.EqualValues(t, 5, decoder.StreamType)
	require.EqualValues(t, []uint32{64_000, 48_000}, []uint32{decoder.MaxBitrate, decoder.AvgBitrate})
	require.Equal(t, cfg.Audio.Config, esds.Descriptors[2].Data)

	elst := boxOf[*mp4.Elst](t, file, "moov", "trak", "edts", "elst")
	require.Equal(t, []mp4.ElstEntry{{MediaTimeV0: 1024, MediaRateInteger: 1}}, elst.Entries)
}

func TestInitSegmentOfHighProfile(t *testing.T) {
	t.Parallel()
	cfg := config()
	// seq_parameter_set_id 0 "1", chroma_format_idc 1 "010", bit depths 8 "1", "1", then the rest.
	cfg.Video.SPS = []byte{0x67, 100, 0, 31, 0b1_010_1_1_00, 0xff}
	cfg.Video.PPS = append(cfg.Video.PPS, []byte{0x68, 0x60})
	var buf bytes.Buffer
	_, err := mux.NewWriter(&buf, cfg)
	require.NoError(t, err)
	avcC := append([]byte("avcC"), 1, 100, 0, 31, 0xff, 0xe1, 0, 6)
	avcC = append(append(avcC, cfg.Video.SPS...), 2, 0, 4)
	avcC = append(append(avcC, cfg.Video.PPS[0]...), 0, 2, 0x68, 0x60)
	avcC = append(avcC, 0xfd, 0xf8, 0xf8, 0) // 4:2:0, 8 bit, 8 bit, no SPS extension
	require.True(t, bytes.Contains(buf.Bytes(), avcC))
}

func TestDeterministic(t *testing.T) {
	t.Parallel()
	a, _ := small(t, 7)
	b, _ := small(t, 7)
	require.Equal(t, a, b)
}

// TestTimes looks at where samples are on the timeline, as go-mp4 reads them.
func TestTimes(t *testing.T) {
	t.Parallel()
	const f = 1024
	tests := []struct {
		name            string
		preRoll, offset uint32
		audio           []int // samples per fragment
		times           []int64
		durations       [][]uint32
	}{
		{"as a recording starts", f, 0, []int{2, 1}, []int64{0, 2 * f}, [][]uint32{{f, f}, {f}}},
		{"as a chunk starts", f, 5, []int{2, 1}, []int64{0, 2*f + 5}, [][]uint32{{f + 5, f}, {f}}},
		{"largest offset", f, 1023, []int{1, 1}, []int64{0, f + 1023}, [][]uint32{{f + 1023}, {f}}},
		{"pre-roll of two", 2 * f, 9, []int{3, 1}, []int64{0, 3*f + 9}, [][]uint32{{f, f + 9, f}, {f}}},
		{"pre-roll over two fragments", 2 * f, 9, []int{1, 2}, []int64{0, f}, [][]uint32{{f}, {f + 9, f}}},
		{"late audio", f, 9, []int{0, 2}, []int64{0}, [][]uint32{{f + 9, f}}},
		{"no pre-roll", 0, 0, []int{1, 1}, []int64{0, f}, [][]uint32{{f}, {f}}},
		{"offset without pre-roll", 0, 9, []int{1, 1}, []int64{9, f + 9}, [][]uint32{{f}, {f}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(3, 4))
			cfg := config()
			cfg.Audio.PreRoll, cfg.Audio.Offset = tt.preRoll, tt.offset
			var buf bytes.Buffer
			w, err := mux.NewWriter(&buf, cfg)
			require.NoError(t, err)
			for _, n := range tt.audio {
				require.NoError(t, w.WriteFragment(mux.Fragment{Video: pictures(rng, 2), Audio: sounds(rng, n)}))
			}
			require.NoError(t, w.Close())

			var times []int64
			var durations [][]uint32
			var pictureTime int64
			for _, r := range readRuns(t, buf.Bytes()) {
				if r.track == 2 {
					times = append(times, r.time)
					durations = append(durations, r.durations)
					continue
				}
				require.Equal(t, pictureTime, r.time)
				require.Equal(t, []uint32{2000, 2000}, r.durations)
				require.Equal(t, []uint32{0x02000000, 0x01010000}, r.flags)
				pictureTime += 4000
			}
			require.Equal(t, tt.times, times)
			require.Equal(t, tt.durations, durations)

			report, err := mux.Probe(bytes.NewReader(buf.Bytes()))
			require.NoError(t, err)
			require.Empty(t, report.Problems)
			require.EqualValues(t, tt.offset, report.Tracks[1].Start)
			require.EqualValues(t, tt.preRoll, report.Tracks[1].PreRoll)
		})
	}
}

// flagBytes is by how much a fragment differs from what FragmentSize has for it, which stands for one that starts with
// its only sync sample.
func flagBytes(video []mux.Sample) int64 {
	for i := range video {
		if i > 0 && video[i].Sync {
			return 4 * int64(len(video)-1)
		}
	}
	if len(video) > 0 && !video[0].Sync {
		return -4
	}
	return 0
}

// TestRandomFiles writes random fragments and holds the sizes that were announced, what go-mp4 reads, and what Probe
// finds against what was written.
func TestRandomFiles(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 5))
			cfg := randomConfig(rng, 2)
			var buf bytes.Buffer
			w, err := mux.NewWriter(&buf, cfg)
			require.NoError(t, err)
			fragments := randomFragments(rng, &cfg)
			startable := 0
			for _, f := range fragments {
				if len(f.Video) > 0 && f.Video[0].Sync || cfg.Video == nil && len(f.Audio) > 0 {
					startable++
				}
			}
			trailer, entries := w.TrailerSize(startable), startable
			for _, f := range fragments {
				want := w.Written() + w.FragmentSize(len(f.Video), len(f.Audio), payload(f))
				want += flagBytes(f.Video)
				require.NoError(t, w.WriteFragment(f))
				require.Equal(t, want, w.Written())
				require.EqualValues(t, buf.Len(), w.Written())
			}
			require.Equal(t, trailer, w.TrailerSize(0))
			want := w.Written() + trailer
			require.NoError(t, w.Close())
			require.Equal(t, want, w.Written())
			require.EqualValues(t, buf.Len(), w.Written())

			checkSamples(t, buf.Bytes(), fragments)
			checkIndex(t, buf.Bytes(), entries)
			report, err := mux.Probe(bytes.NewReader(buf.Bytes()))
			require.NoError(t, err)
			require.EqualValues(t, buf.Len(), report.WholeBytes)
			require.Len(t, report.Fragments, len(fragments))
			if len(fragments) > 0 && (cfg.Video == nil || startable > 0) {
				for _, problem := range report.Problems {
					require.Contains(t, problem, "does not start with a sync sample", "the one thing random files may lack")
				}
			}
		})
	}
}

// randomConfig has both tracks, or one of them, and up to so many access units of pre-roll.
func randomConfig(rng *rand.Rand, preRolls uint32) mux.Config {
	cfg := config()
	cfg.Audio.PreRoll, cfg.Audio.Offset = rng.Uint32N(preRolls+1)*1024, rng.Uint32N(1024)
	switch rng.IntN(4) {
	case 0:
		cfg.Video = nil
	case 1:
		cfg.Audio = nil
	}
	return cfg
}

func randomFragments(rng *rand.Rand, cfg *mux.Config) []mux.Fragment {
	fragments := make([]mux.Fragment, rng.IntN(8))
	for i := range fragments {
		f := &fragments[i]
		if cfg.Video != nil {
			f.Video = pictures(rng, 4+rng.IntN(16))[rng.IntN(4):]
		}
		if cfg.Audio != nil {
			f.Audio = sounds(rng, 1+rng.IntN(33))
		}
		if cfg.Video != nil && cfg.Audio != nil {
			switch rng.IntN(5) {
			case 0:
				f.Video = nil
			case 1:
				f.Audio = nil
			}
		}
	}
	return fragments
}

func checkSamples(t *testing.T, file []byte, fragments []mux.Fragment) {
	t.Helper()
	runs := readRuns(t, file)
	next := map[uint32]int64{}
	for i, f := range fragments {
		for track, samples := range map[uint32][]mux.Sample{1: f.Video, 2: f.Audio} {
			if len(samples) == 0 {
				continue
			}
			var r *trackRun
			for j := range runs {
				if runs[j].track == track && runs[j].moofSeq == int64(i+1) {
					r = &runs[j]
				}
			}
			require.NotNil(t, r)
			require.Len(t, r.data, len(samples))
			if track == 1 || next[track] > 0 {
				require.Equal(t, next[track], r.time)
			}
			next[track] = r.time
			for k, s := range samples {
				require.Equal(t, s.Data, r.data[k])
				require.Equal(t, s.Sync || track == 2, r.flags[k]&0x10000 == 0)
				next[track] += int64(r.durations[k])
			}
		}
	}
}

func checkIndex(t *testing.T, file []byte, entries int) {
	t.Helper()
	tfra := boxOf[*mp4.Tfra](t, file, "mfra", "tfra")
	require.Len(t, tfra.Entries, entries)
	runs := readRuns(t, file)
	for _, e := range tfra.Entries {
		found := false
		for _, r := range runs {
			if r.track == tfra.TrackID && r.moofAt == int64(uint64(e.MoofOffsetV0)) {
				found = true
				require.EqualValues(t, uint64(e.TimeV0), r.time)
				require.Zero(t, r.flags[0]&0x10000)
			}
		}
		require.True(t, found)
		require.Equal(t, []uint32{1, 1, 1}, []uint32{e.TrafNumber, e.TrunNumber, e.SampleNumber})
	}
	mfro := boxOf[*mp4.Mfro](t, file, "mfra", "mfro")
	require.Equal(t, "mfra", string(file[len(file)-int(mfro.Size)+4:][:4]))
}

func TestWriteFragmentRefuses(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(6, 7))
	good := mux.Fragment{Video: pictures(rng, 1), Audio: sounds(rng, 2)}
	empty := []mux.Sample{good.Video[0], {}}
	huge := slices.Repeat([]mux.Sample{{Data: make([]byte, mux.MaxFragmentPayload>>10)}}, 1<<10+1)
	tests := []struct {
		name         string
		video, audio bool
		fragment     mux.Fragment
	}{
		{"video without a track", false, true, good},
		{"audio without a track", true, false, good},
		{"empty picture", true, true, mux.Fragment{Video: empty}},
		{"empty audio", true, true, mux.Fragment{Audio: empty}},
		{"too many samples", true, true, mux.Fragment{Audio: make([]mux.Sample, 1<<20+1)}},
		{"too many bytes", true, true, mux.Fragment{Audio: huge}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := config()
			ok := mux.Fragment{}
			if tt.video {
				ok.Video = good.Video
			} else {
				cfg.Video = nil
			}
			if tt.audio {
				ok.Audio = good.Audio
			} else {
				cfg.Audio = nil
			}
			var buf bytes.Buffer
			w, err := mux.NewWriter(&buf, cfg)
			require.NoError(t, err)
			before := buf.Len()
			require.ErrorIs(t, w.WriteFragment(tt.fragment), mux.ErrFragment)
			require.Equal(t, before, buf.Len())
			require.NoError(t, w.WriteFragment(ok), "the writer goes on")
			require.NoError(t, w.Close())
			report, err := mux.Probe(bytes.NewReader(buf.Bytes()))
			require.NoError(t, err)
			require.Empty(t, report.Problems)
		})
	}
}

func TestEmptyFragmentWritesNothing(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	w, err := mux.NewWriter(&buf, config())
	require.NoError(t, err)
	before := buf.Len()
	require.NoError(t, w.WriteFragment(mux.Fragment{}))
	require.Equal(t, before, buf.Len())
	require.Zero(t, w.FragmentSize(0, 0, 0))
}

func TestCloseIsIdempotent(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	w, err := mux.NewWriter(&buf, config())
	require.NoError(t, err)
	require.NoError(t, w.Close())
	size := buf.Len()
	require.NoError(t, w.Close())
	rng := rand.New(rand.NewPCG(8, 9))
	require.ErrorIs(t, w.WriteFragment(mux.Fragment{Audio: sounds(rng, 1)}), mux.ErrClosed)
	require.Equal(t, size, buf.Len())
	require.EqualValues(t, size, w.Written())
}

// TestWriteErrors lets the underlying writer fail at every byte of a file.
func TestWriteErrors(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(10, 11))
	f := mux.Fragment{Video: pictures(rng, 2), Audio: sounds(rng, 3)}
	broken := errors.New("disk full")
	write := func(dst io.Writer) (w *mux.Writer, err error) {
		if w, err = mux.NewWriter(dst, config()); err != nil {
			return nil, err
		}
		if err := w.WriteFragment(f); err != nil {
			require.ErrorIs(t, w.WriteFragment(f), err)
			require.ErrorIs(t, w.Close(), err)
			return w, err
		}
		err = w.Close()
		require.Equal(t, err, w.Close())
		return w, err
	}
	whole, err := write(&failing{limit: 1 << 20})
	require.NoError(t, err)
	for limit := range int(whole.Written()) {
		for _, short := range []bool{false, true} {
			want := broken
			if short {
				want = io.ErrShortWrite
			}
			w, err := write(&failing{limit: limit, err: broken, short: short})
			require.ErrorIs(t, err, want)
			if w != nil {
				require.EqualValues(t, limit, w.Written(), "counts what was taken")
			}
		}
	}
}

func TestWriteFragmentDoesNotAllocate(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 13))
	f := mux.Fragment{Video: pictures(rng, 16), Audio: sounds(rng, 32)}
	w, err := mux.NewWriter(io.Discard, config())
	require.NoError(t, err)
	require.NoError(t, w.WriteFragment(f))
	var failed error
	allocs := testing.AllocsPerRun(1000, func() {
		if err := w.WriteFragment(f); err != nil {
			failed = err
		}
	})
	require.NoError(t, failed)
	require.Zero(t, allocs)
}

func BenchmarkWriteFragment(b *testing.B) {
	rng := rand.New(rand.NewPCG(14, 15))
	f := mux.Fragment{Video: pictures(rng, 16), Audio: sounds(rng, 32)}
	for i := range f.Video {
		f.Video[i].Data = make([]byte, 15000)
	}
	w, err := mux.NewWriter(io.Discard, config())
	require.NoError(b, err)
	b.ReportAllocs()
	b.SetBytes(payload(f))
	for b.Loop() {
		if err := w.WriteFragment(f); err != nil {
			b.Fatal(err)
		}
	}
}

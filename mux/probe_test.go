package mux_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mux"
)

func probe(t testing.TB, file []byte) *mux.Report {
	t.Helper()
	report, err := mux.Probe(bytes.NewReader(file))
	require.NoError(t, err)
	return report
}

func TestProbe(t *testing.T) {
	t.Parallel()
	file, whole := small(t, 100)
	r := probe(t, file)
	require.Empty(t, r.Problems)
	require.EqualValues(t, len(file), r.Size)
	require.EqualValues(t, len(file), r.WholeBytes)
	require.Equal(t, "iso6", r.MajorBrand)
	require.Equal(t, []string{"iso6", "iso5", "avc1", "mp42"}, r.Brands)

	var videoBytes, audioBytes int64
	for i, f := range r.Fragments {
		require.Equal(t, whole[i+1], f.Offset)
		require.Equal(t, whole[i+2], f.Offset+f.Size)
		require.EqualValues(t, i+1, f.Sequence)
		require.Equal(t, i != 1, f.Sync)
		require.False(t, f.Damaged)
		videoBytes += f.Runs[0].Bytes
		audioBytes += f.Runs[1].Bytes
		f.Runs[0].Bytes, f.Runs[1].Bytes = 0, 0
	}
	require.Equal(t, []mux.RunReport{
		{Track: 1, Time: 0, Duration: 6000, Samples: 3},
		{Track: 2, Time: 0, Duration: 7*1024 + 100, Samples: 7},
	}, r.Fragments[0].Runs)
	require.Equal(t, []mux.RunReport{
		{Track: 1, Time: 12000, Duration: 4000, Samples: 2},
		{Track: 2, Time: 12*1024 + 100, Duration: 4 * 1024, Samples: 4},
	}, r.Fragments[2].Runs)

	require.Equal(t, []mux.TrackReport{
		{
			ID: 1, Kind: mux.KindVideo, Codec: "avc1.42c028", Timescale: 16000, Width: 1920, Height: 1080,
			Samples: 8, SyncSamples: 2, Bytes: videoBytes, Duration: 16000,
		},
		{
			ID: 2, Kind: mux.KindAudio, Codec: "mp4a.40.2", Timescale: 16000, SampleRate: 16000, Channels: 1,
			Samples: 16, SyncSamples: 16, Bytes: audioBytes, PreRoll: 1024, Start: 100, Duration: 15 * 1024,
		},
	}, r.Tracks)
	require.Equal(t, time.Second, r.Duration, "of the pictures, the sound ends before them")
}

// TestProbeTruncated cuts a file at every byte: what is whole before the cut is found, and with Trailer it is a file
// without problems.
func TestProbeTruncated(t *testing.T) {
	t.Parallel()
	file, whole := small(t, 0)
	last := whole[len(whole)-1]
	for n := range len(file) + 1 {
		r := probe(t, file[:n])
		want := whole[0]
		fragments := -1
		for _, w := range whole[1:] {
			if w <= int64(n) {
				want = w
				fragments++
			}
		}
		require.Equal(t, want, r.WholeBytes, "cut at %d", n)
		require.Equal(t, int64(n) == last, len(r.Problems) == 0, "cut at %d", n)
		if want == 0 || int64(n) == last {
			continue
		}
		require.Len(t, r.Fragments, fragments)
		cut := probe(t, file[:want])
		require.Equal(t, cut.Tracks, r.Tracks, "cut at %d: what is torn does not count", n)
		require.Equal(t, cut.Duration, r.Duration)
		trailer, err := r.Trailer()
		require.NoError(t, err)
		mended := append(slices.Clone(file[:want]), trailer...)
		require.Empty(t, probe(t, mended).Problems, "cut at %d", n)
		if fragments == 3 {
			require.Equal(t, file, mended, "nothing but the index was lost")
		}
	}
}

// patch replaces the only occurrence of old that follows the n-th occurrence of box.
func patch(t *testing.T, file []byte, box string, n, at int, value ...byte) []byte {
	t.Helper()
	file = slices.Clone(file)
	pos := 0
	for range n {
		i := bytes.Index(file[pos:], []byte(box))
		require.GreaterOrEqual(t, i, 0)
		pos += i + 4
	}
	copy(file[pos+at:], value)
	return file
}

func TestProbeProblems(t *testing.T) {
	t.Parallel()
	file, whole := small(t, 0)
	all := int64(len(file))
	moofs := func(i int) int64 { return whole[i+1] }
	tests := []struct {
		name    string
		file    []byte
		problem string
		whole   int64
	}{
		{"nothing", nil, "no ftyp", 0},
		{"text", []byte("this is no film at all"), "torn", 0},
		{"zeros", make([]byte, 100), "torn", 0},
		{"box smaller than its header", []byte("\x00\x00\x00\x07free"), "is broken", 0},
		{"large size below its header", []byte("\x00\x00\x00\x01free\x00\x00\x00\x00\x00\x00\x00\x0f"), "is broken", 0},
		{"large size beyond all", []byte("\x00\x00\x00\x01free\xff\xff\xff\xff\xff\xff\xff\xff"), "torn", 0},
		{"mdat to the end of the file", patch(t, file, "mdat", 3, -8, 0, 0, 0, 0), "left open", whole[3]},
		{"no ftyp", file[32:], "no ftyp", all - 32},
		{"moov twice", slices.Concat(file[:whole[1]], file[32:whole[1]]), "another moov", 2*whole[1] - 32},
		{"fragment before moov", slices.Concat(file[:32], file[whole[1]:]), "before moov", 0},
		{"mdat alone", slices.Concat(file[:whole[1]], []byte("\x00\x00\x00\x08mdat")), "without a moof", whole[1] + 8},
		{"timescale of 0", patch(t, file, "mvhd", 1, 12, 0, 0, 0, 0), "no timescale", all},
		{"track timescale of 0", patch(t, file, "mdhd", 1, 12, 0, 0, 0, 0), "track 1: no timescale", all},
		{"tracks of one id", patch(t, file, "tkhd", 2, 12, 0, 0, 0, 1), "two tracks have id 1", all},
		{"track id 0", patch(t, file, "tkhd", 2, 12, 0, 0, 0, 0), "a track has no id", all},
		{"no trex", patch(t, file, "trex", 2, 4, 0, 0, 0, 3), "track 2: no trex", all},
		{"no avcC", patch(t, file, "avcC", 1, -4, 'f', 'r', 'e', 'e'), "no avcC", all},
		{"broken esds", patch(t, file, "esds", 1, 0, 9), "stsd: esds", all},
		{"torn box in moov", patch(t, file, "trak", 1, -8, 0xff), "moov: not made of whole boxes", all},
		{"torn box in trak", patch(t, file, "mdia", 1, -8, 0xff), "track 1: not made of whole boxes", all},
		{"torn box in mvex", patch(t, file, "trex", 1, -8, 0xff), "mvex: not made of whole boxes", all},
		{"gap", patch(t, file, "tfdt", 3, 4, 0, 0, 0x17, 0x71), "track 1 has a gap of 1 ticks before 6001", all},
		{"overlap", patch(t, file, "tfdt", 3, 4, 0, 0, 0x17, 0x6f), "track 1 goes back by 1 ticks to 5999", all},
		{"endless time", patch(t, file, "tfdt", 6, 0, 1), "tfdt is broken", all},
		{"sequence goes back", patch(t, file, "mfhd", 3, 4, 0, 0, 0, 2), "fragment 2 follows fragment 2", all},
		{"no mfhd", patch(t, file, "mfhd", 3, -4, 'f', 'r', 'e', 'e'), "no mfhd", all},
		{"unknown track", patch(t, file, "tfhd", 2, 4, 0, 0, 0, 9), "traf of no known track", all},
		{"traf without tfhd", patch(t, file, "tfhd", 2, -4, 'f', 'r', 'e', 'e'), "tfdt without tfhd", all},
		{"endless trun", patch(t, file, "trun", 2, 4, 0xff, 0xff, 0xff, 0xff), "trun is broken", all},
		{"trun too short", patch(t, file, "trun", 2, 4, 0, 0, 1, 0), "trun is too short", all},
		{"data before mdat", patch(t, file, "trun", 1, 8, 0, 0, 0, 0), "track 1 has samples at", all},
		{"data after mdat", patch(t, file, "trun", 6, 8, 0, 0, 4, 0), "track 2 has samples at", all},
		{"starts within a group", patch(t, file, "trun", 1, 12, 1, 1, 0, 0), "does not start with a sync sample", all},
		{"not NAL units", patch(t, file, "mdat", 2, 0, 0, 0, 0, 0), "video sample 0 of the fragment is not made of NAL", all},
		{"lost at the end", zero(file[:whole[4]], moofs(2)+300), "not made of NAL", whole[3]},
		{"lost from a moof on", zero(file[:whole[4]], moofs(2)), "torn", whole[3]},
		{"index of another fragment", patch(t, file, "tfra", 1, 20, 0, 0, 0, 1), "no fragment of track 1 at 1", all},
		{"index of another time", patch(t, file, "tfra", 1, 16, 0, 0, 0, 1), "index entry 0: time 1", all},
		{"short index", patch(t, file, "tfra", 1, 12, 0, 0, 0, 1), "index lacks the fragment at", all},
		{"mfro", patch(t, file, "mfro", 1, 4, 0, 0, 0, 1), "mfro says 1 bytes", all},
		{"index twice", slices.Concat(file, file[whole[4]:]), "another mfra", 2*all - whole[4]},
		{"torn box in mfra", patch(t, file, "tfra", 1, -8, 0xff), "mfra: not made of whole boxes", all},
		{"torn box in moof", patch(t, file, "traf", 1, -8, 0xff), "moof: not made of whole boxes", all},
		{"torn box in traf", patch(t, file, "trun", 1, -8, 0xff), "traf is not made of whole boxes", all},
		{"torn box in stsd", patch(t, file, "avc1", 2, -8, 0xff), "stsd: not made of whole boxes", all},
		{"torn box in avc1", patch(t, file, "colr", 1, -8, 0xff), "avc1: not made of whole boxes", all},
		{"torn box in mp4a", patch(t, file, "esds", 1, -8, 0xff), "mp4a: not made of whole boxes", all},
		{"SPS longer than avcC", patch(t, file, "avcC", 1, 6, 0xff), "avcC", all},
		{"trex of another version", patch(t, file, "trex", 1, 0, 9), "trex: unsupported", all},
		{"ftyp too short", append([]byte("\x00\x00\x00\x0aftypis"), file[32:]...), "ftyp: ", all - 22},
		{"tfhd too short", patch(t, file, "tfhd", 1, 3, 0x3b), "tfhd is too short", all},
		{"many tracks", manyTracks(t, file[:whole[1]], 20), "more than 16 tracks", whole[1] + 19*int64(len(trak(file)))},
		{"huge moov", append(binary.BigEndian.AppendUint32(nil, 5<<20), append([]byte("moov"), make([]byte, 5<<20-8)...)...), "at most", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := probe(t, tt.file)
			require.Contains(t, strings.Join(r.Problems, "\n"), tt.problem)
			require.Equal(t, tt.whole, r.WholeBytes, strings.Join(r.Problems, "\n"))
		})
	}
}

// trak returns the first trak of a file.
func trak(file []byte) []byte {
	at := bytes.Index(file, []byte("trak")) - 4
	return file[at : at+int(binary.BigEndian.Uint32(file[at:]))]
}

// manyTracks repeats the first track of an init segment.
func manyTracks(t *testing.T, file []byte, n int) []byte {
	t.Helper()
	return replaceBox(t, file, "trak", bytes.Repeat(trak(file), n), "moov")
}

func zero(file []byte, from int64) []byte {
	file = slices.Clone(file)
	clear(file[from:])
	return file
}

func TestProbeBoundsItsProblems(t *testing.T) {
	t.Parallel()
	file, whole := small(t, 0)
	file = append(slices.Clone(file[:whole[1]]), bytes.Repeat([]byte("\x00\x00\x00\x08mdat"), 1000)...)
	require.Len(t, probe(t, file).Problems, 101)
}

func TestProbeWithoutTrack(t *testing.T) {
	t.Parallel()
	_, err := probe(t, []byte("\x00\x00\x00\x08moov")).Trailer()
	require.Error(t, err)
}

// brokenReader fails when it is read at or after a given offset.
type brokenReader struct {
	*bytes.Reader
	after int64
	err   error
}

func (b *brokenReader) Read(dst []byte) (int, error) {
	if pos, _ := b.Seek(0, io.SeekCurrent); pos+int64(len(dst)) > b.after {
		return 0, b.err
	}
	return b.Reader.Read(dst)
}

func TestProbeReadErrors(t *testing.T) {
	t.Parallel()
	file, _ := small(t, 0)
	broken := errors.New("bad sector")
	for after := range len(file) {
		_, err := mux.Probe(&brokenReader{bytes.NewReader(file), int64(after), broken})
		if err != nil {
			require.ErrorIs(t, err, broken)
		} else {
			require.Greater(t, after, 1000, "only payload may go unread")
		}
	}
}

func FuzzProbe(f *testing.F) {
	file, whole := small(f, 3)
	f.Add(file)
	f.Add(file[:whole[1]])
	f.Add(file[:len(file)-50])
	f.Add(slices.Concat(file[:32], file[whole[1]:]))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := mux.Probe(bytes.NewReader(data))
		require.NoError(t, err)
		require.LessOrEqual(t, r.WholeBytes, r.Size)
		require.LessOrEqual(t, len(r.Problems), 101)
		require.GreaterOrEqual(t, r.Duration, time.Duration(0))
		samples := 0
		for _, track := range r.Tracks {
			samples += track.Samples
		}
		require.LessOrEqual(t, samples, len(data))
		if r.WholeBytes == 0 || len(r.Tracks) == 0 {
			return
		}
		// Cut where the report says, it is as whole as before.
		again, err := mux.Probe(bytes.NewReader(data[:r.WholeBytes]))
		require.NoError(t, err)
		require.Equal(t, r.WholeBytes, again.WholeBytes)
		_, err = r.Trailer()
		require.NoError(t, err)
	})
}

func BenchmarkProbe(b *testing.B) {
	file, _ := small(b, 0)
	b.ReportAllocs()
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, err := mux.Probe(bytes.NewReader(file)); err != nil {
			b.Fatal(err)
		}
	}
}

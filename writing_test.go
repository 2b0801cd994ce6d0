package callrec_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/mux"
)

// nowhere is a folder that keeps nothing.
type nowhere struct{ chunk.Dir }

func (nowhere) Create(string) (chunk.File, error) { return nowhereFile{}, nil }
func (nowhere) List() ([]string, error)           { return nil, nil }
func (nowhere) Rename(string, string) error       { return nil }
func (nowhere) Sync() error                       { return nil }
func (nowhere) Lock() (io.Closer, error)          { return nowhereFile{}, nil }

type nowhereFile struct{}

func (nowhereFile) Write(p []byte) (int, error) { return len(p), nil }
func (nowhereFile) Sync() error                 { return nil }
func (nowhereFile) Close() error                { return nil }

// fragmentWriter writes two seconds, which are four fragments, at the ceiling of the bit rates, as a recording does.
func fragmentWriter(t testing.TB) (write func(), bytes int64) {
	t.Helper()
	w, err := chunk.NewWriter(chunk.Config{Dir: nowhere{}})
	require.NoError(t, err)
	_, err = w.Begin()
	require.NoError(t, err)
	sps, pps := tapVideo{}.ParameterSets()
	m, err := mux.NewWriter(w, mux.Config{
		Timescale: 16000,
		Video:     &mux.VideoConfig{Width: 1920, Height: 1080, SPS: sps, PPS: pps, FrameDuration: 2000},
		Audio:     &mux.AudioConfig{Config: []byte{0x14, 0x08}, SampleRate: 16000, Channels: 1, FrameDuration: 1024, PreRoll: 1024},
	})
	require.NoError(t, err)
	f := mux.Fragment{Video: make([]mux.Sample, 4), Audio: make([]mux.Sample, 8)}
	for i := range f.Video {
		f.Video[i] = mux.Sample{Data: make([]byte, 1_000_000/8*2/16), Sync: i == 0}
	}
	for i := range f.Audio {
		f.Audio[i] = mux.Sample{Data: make([]byte, 48_000/8*2/31)}
	}
	line := []byte(`{"event":"fragment","at":123000000000,"chunk":0,"bytes":262144,"ticks":1600000}` + "\n")
	write = func() {
		for range 4 {
			if m.WriteFragment(f) != nil || w.Commit(false) != nil {
				panic("it does not fit")
			}
		}
		w.Journal(line)
	}
	write()
	before := w.Size()
	write()
	return write, w.Size() - before
}

// TestWritingAllocatesNothing: a fragment costs no memory on its way to the folder. What grows is the index, by 24 bytes
// for each fragment that begins with a keyframe.
func TestWritingAllocatesNothing(t *testing.T) {
	write, _ := fragmentWriter(t)
	require.Zero(t, testing.AllocsPerRun(100, write))
}

// BenchmarkWriting is the cost of two seconds of a recording between the encoders and the operating system: boxes,
// checksum, order of calls.
func BenchmarkWriting(b *testing.B) {
	write, bytes := fragmentWriter(b)
	b.SetBytes(bytes)
	b.ReportAllocs()
	for b.Loop() {
		write()
	}
}

package callrec_test

import (
	"encoding/binary"
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/mux"
)

// smallChunk is a bound that stand-ins for encoders can keep.
const smallChunk = 64 << 10

// numbered stands in for both encoders: its access units are of random size and carry numbers, so that it can be seen
// in the files that none is missing or there twice.
type numbered struct {
	rng    *rand.Rand
	frames int // pictures encoded and not taken back
	units  int
	redone int
	shift  int // sizes are divided by 2 to the power of this
}

func (n *numbered) codecs() codec.Set {
	return codec.Set{
		AudioEncoder: func(codec.AudioEncoding) (codec.AudioEncoder, error) { return numberedAudio{n}, nil },
		VideoEncoder: func(codec.VideoEncoding) (codec.VideoEncoder, error) { return numberedVideo{n}, nil },
	}
}

type numberedAudio struct{ *numbered }

func (a numberedAudio) FrameSize() int { return 1024 }
func (a numberedAudio) Lookahead() int { return 1 }
func (a numberedAudio) Config() []byte { return []byte{0x14, 0x08} }
func (a numberedAudio) Encode(dst []byte, _ []int16) ([]byte, bool, error) {
	a.units++
	if a.units == 1 {
		return dst, false, nil
	}
	dst = binary.BigEndian.AppendUint32(dst, uint32(a.units-2))
	return append(dst, make([]byte, a.rng.IntN(764)>>a.shift)...), true, nil
}

type numberedVideo struct{ *numbered }

func (v numberedVideo) ParameterSets() (sps []byte, pps [][]byte) { return tapVideo{}.ParameterSets() }

func (v numberedVideo) Encode(dst []byte, _ *image.YCbCr, opt codec.VideoEncodeOptions) ([]byte, codec.EncodedPicture, error) {
	if opt.Redo {
		v.frames--
		v.redone++
	}
	size := v.rng.IntN(40 << 10)
	key := opt.IDR || v.rng.IntN(32) == 0
	nal := byte(0x41)
	if key {
		size += 80 << 10
		nal = 0x65
	}
	size >>= v.shift
	dst = binary.BigEndian.AppendUint32(dst, uint32(size+5))
	dst = append(dst, nal)
	dst = binary.BigEndian.AppendUint32(dst, uint32(v.frames))
	v.frames++
	return append(dst, make([]byte, size)...), codec.EncodedPicture{Keyframe: key}, nil
}

// TestChunks splits recordings of random content at random bounds and pauses, and holds every file against what is
// promised: within its bound, playable alone, nothing missing or repeated at a seam, documents that agree.
func TestChunks(t *testing.T) {
	t.Parallel()
	for seed := range uint64(25) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 5))
			n := &numbered{rng: rng}
			maxFrames := 0
			var form callrec.Finalize
			from := time.Duration(rng.IntN(int(time.Second)))
			rec, path := recording(t, func(c *callrec.Config) {
				c.Codecs = n.codecs()
				c.MaxChunkSize = smallChunk + 120<<10 + int64(rng.IntN(1<<20))
				c.RecordFrom = from
				c.Metadata = metadata.GenerationCurrent
				if rng.IntN(3) != 0 {
					c.Finalize = callrec.FinalizeFragmented
				}
				form = c.Finalize
				if rng.IntN(2) == 0 {
					maxFrames = 8 + rng.IntN(60)
					c.MaxChunkDuration = time.Duration(maxFrames) * 125 * time.Millisecond
				}
			})
			media := time.Second - from + pauses(t, rec, rng)
			result, err := rec.Stop(0, metadata.SessionCallEnded)
			require.NoError(t, err)
			want := int((media + 62500*time.Microsecond) / (125 * time.Millisecond))
			require.Equal(t, want, n.frames, "media of %v", media)
			require.InDelta(t, media, result.Duration, 1e6)
			checkChunks(t, path, form, result, n, maxFrames, int(media*16/time.Millisecond))
		})
	}
}

// pauses runs a recording for a while, with pauses, and returns how much of it counts after the first second.
func pauses(t *testing.T, rec *callrec.Recording, rng *rand.Rand) (media time.Duration) {
	t.Helper()
	require.NoError(t, rec.Join(0, callrec.Participant{ID: "A"}))
	at := time.Second
	require.NoError(t, rec.Pause(at))
	require.NoError(t, rec.Resume(at))
	start := at
	for range rng.IntN(5) {
		at += time.Duration(rng.Int64N(int64(8 * time.Second)))
		require.NoError(t, rec.Pause(at))
		media += at - start
		at += time.Duration(rng.Int64N(int64(3 * time.Second)))
		require.NoError(t, rec.Resume(at))
		start = at
	}
	at += time.Duration(rng.Int64N(int64(20 * time.Second)))
	require.NoError(t, rec.Advance(at))
	return media + at - start
}

func checkChunks(t *testing.T, path string, form callrec.Finalize, result *callrec.Result, n *numbered, maxFrames, ticks int) {
	t.Helper()
	frame, start := 0, time.Time{}
	redone := 0
	for i, c := range result.Chunks {
		r := probe(t, filepath.Join(path, c.File))
		require.Empty(t, r.Problems)
		require.Equal(t, c.Bytes, r.Size)
		video, audio := r.Tracks[0], r.Tracks[1]
		if i < len(result.Chunks)-1 {
			require.Equal(t, time.Duration(video.Samples)*125*time.Millisecond, c.Duration)
		}
		require.True(t, r.Fragments[0].Sync)
		for j, f := range r.Fragments {
			if form == callrec.FinalizeFragmented && f.Runs[0].Track == video.ID {
				require.LessOrEqual(t, f.Runs[0].Duration, int64(callrec.DefaultFragmentDuration/62500), "what a crash may cost")
			}
			require.True(t, form == callrec.FinalizeFragmented || f.Sync, "fragment %d", j)
		}

		// the sound begins with the access unit before the first boundary at or after the cut, and goes on to the
		// first boundary at or after the end
		first, end := (frame*2000+1023)/1024, ((frame+video.Samples)*2000+1023)/1024
		sound := numbers(t, path, c, r, 1)
		if i == len(result.Chunks)-1 { // or after the end of the recording, give or take the rounding of cuts
			end = sound[len(sound)-1]
			require.InDelta(t, ticks+512, end*1024, 512+16)
		}
		require.Equal(t, sequence(first, end+1), sound, "sound of chunk %d", i)
		require.Equal(t, sequence(frame, frame+video.Samples), numbers(t, path, c, r, 0), "pictures of chunk %d", i)
		require.EqualValues(t, first*1024-frame*2000, audio.Start)
		frame += video.Samples

		switch c.EndReason {
		case metadata.ChunkSessionEnded:
			require.Equal(t, len(result.Chunks)-1, i)
		case metadata.ChunkMaximumTimeExceeded:
			require.Equal(t, maxFrames, video.Samples)
		default:
			require.Equal(t, metadata.ChunkMaximumSizeExceeded, c.EndReason)
			redone++
		}

		b, err := os.ReadFile(filepath.Join(path, c.MetadataFile))
		require.NoError(t, err)
		d, err := metadata.Decode(b)
		require.NoError(t, err)
		require.Equal(t, c.Duration.Round(time.Millisecond), d.ChunkDuration)
		require.Equal(t, c.DocumentID, d.ChunkDocumentID)
		require.Equal(t, []metadata.Participant{{ParticipantID: "A"}}, d.Participants)
		if i > 0 {
			left := time.Duration(0) // what the previous chunk left out
			prev, err := os.ReadFile(filepath.Join(path, result.Chunks[i-1].MetadataFile))
			require.NoError(t, err)
			p, err := metadata.Decode(prev)
			require.NoError(t, err)
			for _, x := range p.PauseResumeIntervals {
				left += x.Duration
			}
			require.WithinDuration(t, start.Add(result.Chunks[i-1].Duration+left), d.ChunkStartTime, time.Duration(1+len(p.PauseResumeIntervals))*time.Millisecond)
		}
		start = d.ChunkStartTime
	}
	require.Equal(t, n.frames, frame)
	require.Equal(t, n.redone, redone, "nothing is encoded twice but what did not fit")
}

func probe(t *testing.T, path string) *mux.Report {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	r, err := mux.Probe(f)
	require.NoError(t, err)
	return r
}

func sequence(from, to int) []int {
	var s []int
	for i := from; i < to; i++ {
		s = append(s, i)
	}
	return s
}

// numbers reads the numbers back that the access units of a track carry; a picture is one NAL unit.
func numbers(t *testing.T, path string, c callrec.Chunk, r *mux.Report, track int) []int {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path, c.File))
	require.NoError(t, err)
	at := 0
	if r.Tracks[track].Kind == mux.KindVideo {
		at = 5
	}
	var list []int
	for _, f := range r.Fragments {
		for _, s := range samplesOf(b[f.Offset:f.Offset+f.Size], r.Tracks[track].ID) {
			list = append(list, int(binary.BigEndian.Uint32(s[at:])))
		}
	}
	return list
}

// samplesOf reads the samples of a track out of a fragment as the recorder writes them.
func samplesOf(fragment []byte, track uint32) (samples [][]byte) {
	current := uint32(0)
	var walk func(boxes []byte)
	walk = func(boxes []byte) {
		for len(boxes) > 0 {
			size := binary.BigEndian.Uint32(boxes)
			content := boxes[8:size]
			switch string(boxes[4:8]) {
			case "moof", "traf":
				walk(content)
			case "tfhd":
				current = binary.BigEndian.Uint32(content[4:])
			case "trun":
				if current == track {
					samples = append(samples, runSamples(fragment, content)...)
				}
			}
			boxes = boxes[size:]
		}
	}
	walk(fragment)
	return samples
}

// runSamples reads a trun with data_offset and sizes, whatever else it has (ISO/IEC 14496-12 8.8.8).
func runSamples(fragment, trun []byte) (samples [][]byte) {
	flags, count, data := binary.BigEndian.Uint32(trun), binary.BigEndian.Uint32(trun[4:]), binary.BigEndian.Uint32(trun[8:])
	entries := trun[12:]
	if flags&0x4 != 0 {
		entries = entries[4:]
	}
	for range count {
		if flags&0x100 != 0 {
			entries = entries[4:]
		}
		size := binary.BigEndian.Uint32(entries)
		entries = entries[4:]
		if flags&0x400 != 0 {
			entries = entries[4:]
		}
		samples = append(samples, fragment[data:data+size])
		data += size
	}
	return samples
}

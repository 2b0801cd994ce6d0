package callrec_test

import (
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
	"github.com/callrec/callrec/codec/builtin"
	"github.com/callrec/callrec/metadata"
)

// greedy stands in for both encoders and takes all that it may: every access unit of sound is as large as AAC allows,
// and every picture as large as its bound, or huge where it has none.
type greedy struct{ kept int }

func (g greedy) codecs() codec.Set {
	return codec.Set{
		AudioEncoder: func(codec.AudioEncoding) (codec.AudioEncoder, error) {
			return &greedyAudio{numberedAudio: numberedAudio{&numbered{}}}, nil
		},
		VideoEncoder: func(codec.VideoEncoding) (codec.VideoEncoder, error) { return greedyVideo{tapVideo{}, g.kept}, nil },
	}
}

type greedyAudio struct {
	numberedAudio
	units int
}

func (a *greedyAudio) Encode(dst []byte, _ []int16) ([]byte, bool, error) {
	a.units++
	return append(dst, make([]byte, 768*min(a.units-1, 1))...), a.units > 1, nil
}

type greedyVideo struct {
	tapVideo
	kept int
}

func (v greedyVideo) KeptSize() int { return v.kept }

func (v greedyVideo) Encode(dst []byte, _ *image.YCbCr, opt codec.VideoEncodeOptions) ([]byte, codec.EncodedPicture, error) {
	size := opt.MaxSize
	if size == 0 {
		size = 100_000
	}
	if size < v.kept {
		return dst, codec.EncodedPicture{}, fmt.Errorf("a bound of %d bytes, %d were promised", size, v.kept)
	}
	au := append([]byte{byte((size - 4) >> 24), byte((size - 4) >> 16), byte((size - 4) >> 8), byte(size - 4), 0x65}, make([]byte, size-5)...)
	return append(dst, au...), codec.EncodedPicture{Keyframe: opt.IDR}, nil
}

// TestSmallestChunk: the bound that is computed works with whatever the encoders make of a call, and a smaller one is
// refused before anything is written, with an error that names it.
func TestSmallestChunk(t *testing.T) {
	t.Parallel()
	for _, form := range []callrec.Finalize{callrec.FinalizeIndexed, callrec.FinalizeFragmented, callrec.FinalizeProgressive} {
		for _, kept := range []int{5, 700, 9000} {
			t.Run(fmt.Sprintf("%v/%d", form, kept), func(t *testing.T) {
				t.Parallel()
				smallest, err := callrec.Config{Finalize: form, Codecs: greedy{kept}.codecs()}.SmallestChunk()
				require.NoError(t, err)
				rng := rand.New(rand.NewPCG(uint64(kept), 3))
				rec, path := recording(t, func(c *callrec.Config) {
					c.Codecs, c.Finalize, c.MaxChunkSize = greedy{kept}.codecs(), form, smallest
					c.RecordFrom = time.Duration(rng.Int64N(int64(time.Second)))
				})
				pauses(t, rec, rng)
				result, err := rec.Stop(0, metadata.SessionCallEnded)
				require.NoError(t, err)
				require.NotEmpty(t, result.Chunks)
				largest := int64(0)
				for _, c := range result.Chunks {
					require.LessOrEqual(t, c.Bytes, smallest)
					if form != callrec.FinalizeProgressive { // Probe wants fragments
						require.Empty(t, probe(t, filepath.Join(path, c.File)).Problems)
					}
					largest = max(largest, c.Bytes)
				}
				if form == callrec.FinalizeFragmented {
					require.Greater(t, largest, smallest-soundReserve, "the bound has no fat")
				}
				refused(t, func(c *callrec.Config) {
					c.Codecs, c.Finalize, c.MaxChunkSize = greedy{kept}.codecs(), form, smallest-1
				}, smallest)
			})
		}
	}
}

// soundReserve is how much of the smallest bound may stay empty: room for an access unit of sound that ends the recording
// in a fragment of its own.
const soundReserve = 768 + 256

func refused(t *testing.T, change func(*callrec.Config), smallest int64) {
	t.Helper()
	path := t.TempDir()
	c := callrec.Config{Dir: unlockedDir(t, path), ID: "x", Start: time.Unix(1, 0)}
	change(&c)
	_, err := callrec.New(c)
	require.ErrorIs(t, err, callrec.ErrConfig)
	require.ErrorIs(t, err, callrec.ErrChunkTooSmall)
	require.ErrorContains(t, err, fmt.Sprint("the smallest is ", smallest))
	files, err := os.ReadDir(path)
	require.NoError(t, err)
	require.Empty(t, files)
}

// noisy has the encoder see noise of full amplitude instead of the canvas.
type noisy struct {
	codec.VideoEncoder
	codec.SizeKeeper
	pic *image.YCbCr
	rng *rand.ChaCha8
}

func (n *noisy) Encode(dst []byte, _ *image.YCbCr, opt codec.VideoEncodeOptions) ([]byte, codec.EncodedPicture, error) {
	if !opt.Redo {
		for _, plane := range [][]byte{n.pic.Y, n.pic.Cb, n.pic.Cr} {
			_, _ = n.rng.Read(plane) // never fails
		}
	}
	opt.DamageKnown = false
	return n.VideoEncoder.Encode(dst, n.pic, opt)
}

// TestSmallestChunkOfNoise is the same with the module's encoder, which keeps to a size, and the worst that it can be given.
func TestSmallestChunkOfNoise(t *testing.T) {
	t.Parallel()
	set, err := builtin.Select(builtin.Choice{builtin.H264Encoder: builtin.Go})
	require.NoError(t, err)
	encoder := set.VideoEncoder
	set.VideoEncoder = func(c codec.VideoEncoding) (codec.VideoEncoder, error) {
		e, err := encoder(c)
		if err != nil {
			return nil, err
		}
		return &noisy{e, e.(codec.SizeKeeper), image.NewYCbCr(image.Rect(0, 0, callrec.Width, callrec.Height), image.YCbCrSubsampleRatio420), rand.NewChaCha8([32]byte{})}, nil
	}
	smallest, err := callrec.Config{Codecs: set}.SmallestChunk()
	require.NoError(t, err)
	t.Logf("the smallest bound is %d bytes", smallest)
	rec, path := recording(t, func(c *callrec.Config) {
		c.Codecs, c.MaxChunkSize = set, smallest
	})
	require.NoError(t, rec.Advance(400*time.Millisecond))
	result, err := rec.Stop(400*time.Millisecond, metadata.SessionCallEnded)
	require.NoError(t, err)
	require.Len(t, result.Chunks, 3, "a picture of noise takes all of a chunk")
	for _, c := range result.Chunks {
		require.LessOrEqual(t, c.Bytes, smallest)
		require.Empty(t, probe(t, filepath.Join(path, c.File)).Problems)
	}
}

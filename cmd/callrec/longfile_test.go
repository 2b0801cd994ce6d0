//go:build oracle

package main

import (
	"bytes"
	"image"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/aac"
	"github.com/callrec/callrec/codec/h264"
	"github.com/callrec/callrec/mux"
)

// seeking seeks in a long file. It says what it does before it does it.
const seeking = script + `
const mark = name => fetch('/mark/' + name, {method: 'POST'});
(async () => {
  try {
    await mark('open');
    v.src = '/media';
    await next(v, 'loadeddata');
    for (const part of [0.9, 0.1, 0.5, 0.73, 0.3]) {
      await mark('seek-' + part);
      await seek(part);
    }
    await mark('play');
    await play();
  } catch (e) { result.error = String(e); }
  post();
})();
</script>`

const (
	longSeconds  = 3600
	longInterval = 32 // pictures from one keyframe to the next
)

// longFile writes an hour of a small moving picture with sound, as a recorder does, in fragments of four pictures.
func longFile(t *testing.T) []byte {
	t.Helper()
	const width, height = 320, 240
	rng := rand.New(rand.NewPCG(1, 1))
	video, err := h264.NewEncoder(h264.EncoderConfig{Width: width, Height: height, FrameRate: 8, QP: 30})
	require.NoError(t, err)
	picture := image.NewYCbCr(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio420)
	for i := range picture.Cb {
		picture.Cb[i], picture.Cr[i] = 128, 128
	}
	pictures := make([]mux.Sample, longInterval)
	for i := range pictures {
		for range 400 {
			picture.Y[rng.IntN(len(picture.Y))] = byte(rng.Uint32())
		}
		au, _, err := video.Encode(nil, picture, codec.VideoEncodeOptions{IDR: i == 0})
		require.NoError(t, err)
		pictures[i] = mux.Sample{Data: au, Sync: i == 0}
	}
	audio, err := aac.NewEncoder(aac.EncoderConfig{})
	require.NoError(t, err)
	pcm, sounds := make([]int16, audio.FrameSize()), []mux.Sample(nil)
	for len(sounds) < 200 {
		for i := range pcm {
			pcm[i] = int16(rng.IntN(2000) - 1000)
		}
		au, ok, err := audio.Encode(nil, pcm)
		require.NoError(t, err)
		if ok {
			sounds = append(sounds, mux.Sample{Data: au})
		}
	}
	var file bytes.Buffer
	sps, pps := video.ParameterSets()
	w, err := mux.NewWriter(&file, mux.Config{
		Timescale: 16000,
		Video:     &mux.VideoConfig{Width: width, Height: height, SPS: sps, PPS: pps, FrameDuration: 2000},
		Audio:     &mux.AudioConfig{Config: audio.Config(), SampleRate: 16000, Channels: 1, FrameDuration: 1024, PreRoll: 1024},
	})
	require.NoError(t, err)
	const each = 4 // pictures in a fragment
	unit := 0
	for n := 0; n < longSeconds*8; n += each {
		f := mux.Fragment{Video: pictures[n%longInterval:][:each]}
		for ; unit*1024 < (n+each)*2000; unit++ {
			f.Audio = append(f.Audio, sounds[unit%len(sounds)])
		}
		require.NoError(t, w.WriteFragment(f))
	}
	require.NoError(t, w.Close())
	return file.Bytes()
}

// readCounter serves a file and counts what is read of it, from one mark of the page to the next.
type readCounter struct {
	path string

	mu    sync.Mutex
	marks []reads
}

type reads struct {
	mark            string
	requests, bytes int
	ranges          []string
}

func (c *readCounter) routes(routes *http.ServeMux) {
	routes.HandleFunc("POST /mark/{name}", func(_ http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.marks = append(c.marks, reads{mark: r.PathValue("name")})
	})
	routes.HandleFunc("GET /media", func(w http.ResponseWriter, r *http.Request) {
		c.count(1, 0, r.Header.Get("Range"))
		http.ServeFile(countingResponse{w, c}, r, c.path)
	})
}

func (c *readCounter) count(requests, bytes int, ranges ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := &c.marks[len(c.marks)-1]
	last.requests += requests
	last.bytes += bytes
	last.ranges = append(last.ranges, ranges...)
}

// countingResponse has no ReadFrom, so all of a file comes through Write.
type countingResponse struct {
	http.ResponseWriter
	c *readCounter
}

func (w countingResponse) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.c.count(0, n)
	return n, err
}

// TestBrowserSeeks seeks in a file of an hour, forth and back: each time the browser goes to the right place at once, and
// reads no more than what lies ahead of it, which is what it and the sockets hold.
func TestBrowserSeeks(t *testing.T) {
	t.Parallel()
	source := longFile(t)
	for _, form := range []struct {
		name    string
		rewrite func(io.Writer, io.ReadSeeker) error
	}{{"indexed", mux.Indexed}, {"progressive", mux.Progressive}} {
		t.Run(form.name, func(t *testing.T) {
			t.Parallel()
			var file bytes.Buffer
			require.NoError(t, form.rewrite(&file, bytes.NewReader(source)))
			c := &readCounter{path: filepath.Join(t.TempDir(), form.name+".mp4")}
			require.NoError(t, os.WriteFile(c.path, file.Bytes(), 0o600))
			b := watchRoutes(t, seeking, c.routes)
			require.Empty(t, b.Error)
			require.InDelta(t, longSeconds, b.Duration, 0.125)
			require.InDeltaSlice(t, []float64{0.9, 0.1, 0.5, 0.73, 0.3}, b.Seeks, 1e-6)
			require.Greater(t, b.Played, 0.2)
			require.Positive(t, b.AudioBytes)
			require.Len(t, c.marks, 7)
			for _, m := range c.marks {
				t.Logf("%s: %d bytes in %d requests: %v", m.mark, m.bytes, m.requests, m.ranges)
				require.LessOrEqual(t, m.requests, 4, m.mark)
				require.Less(t, m.bytes, file.Len()/3, m.mark)
			}
		})
	}
}

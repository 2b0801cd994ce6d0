//go:build oracle

package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mux"
)

// script is what the pages have in common: a player, and waiting for what it does. Whatever is waited for may take long on
// a busy machine.
const script = `<!doctype html><meta charset="utf-8"><video muted></video><script>
const v = document.querySelector('video');
const result = {seeks: [], buffered: []};
const post = () => fetch('/result', {method: 'POST', body: JSON.stringify(result)});
const patience = 40000;
const next = (target, name) => new Promise((resolve, reject) => {
  target.addEventListener(name, resolve, {once: true});
  target.addEventListener('error', () => reject(name + ': ' + (v.error && v.error.message)), {once: true});
  setTimeout(() => reject(name + ': timed out'), patience);
});
const seek = async part => {
  const seeked = next(v, 'seeked');
  v.currentTime = part * v.duration;
  await seeked;
  result.seeks.push(v.currentTime / v.duration);
};
const play = async () => { // until it has played for a while, with sound
  const from = v.currentTime, until = Date.now() + patience;
  await v.play();
  while (!(v.currentTime > from + 0.3 && v.webkitAudioDecodedByteCount > 0) && Date.now() < until)
    await new Promise(r => setTimeout(r, 50));
  Object.assign(result, {duration: v.duration, width: v.videoWidth, height: v.videoHeight, played: v.currentTime - from,
    audioBytes: v.webkitAudioDecodedByteCount, error: v.error && v.error.message});
};
`

// page plays a file in a <video> element: it waits for the metadata, seeks here and there, plays a little, and posts what it
// saw.
const page = script + `
(async () => {
  try {
    v.src = '/media';
    await next(v, 'loadeddata');
    for (const part of [0.9, 0.1, 0.5]) await seek(part);
    const seeked = next(v, 'seeked');
    v.currentTime = 0;
    await seeked;
    await play();
  } catch (e) { result.error = String(e); }
  post();
})();
</script>`

// browserResult is what the page posts.
type browserResult struct {
	Duration, Played float64
	Width, Height    int
	Seeks, Buffered  []float64
	AudioBytes       int
	Error            string
}

// streamed appends a file to a MediaSource piece by piece, as adaptive streaming does: the init segment and each fragment
// alone, with what they are served as from /parts. It posts what was buffered after each.
const streamed = script + `
(async () => {
  try {
    const parts = await (await fetch('/parts')).json();
    const source = new MediaSource();
    const opened = next(source, 'sourceopen');
    v.src = URL.createObjectURL(source);
    await opened;
    const type = 'video/mp4; codecs="' + parts.codecs + '"';
    if (!MediaSource.isTypeSupported(type)) throw type + ' is not supported';
    const buffer = source.addSourceBuffer(type);
    for (const [from, to] of parts.ranges) {
      const data = await (await fetch('/media', {headers: {Range: 'bytes=' + from + '-' + (to - 1)}})).arrayBuffer();
      const updated = next(buffer, 'updateend');
      buffer.appendBuffer(data);
      await updated;
      const b = buffer.buffered;
      result.buffered.push(b.length === 1 ? b.end(0) : -b.length);
    }
    source.endOfStream();
    await play();
  } catch (e) { result.error = String(e); }
  post();
})();
</script>`

// parts tells the page what the file is made of.
type parts struct {
	Codecs string     `json:"codecs"`
	Ranges [][2]int64 `json:"ranges"`
}

func partsOf(t *testing.T, path string) parts {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	r, err := mux.Probe(f)
	require.NoError(t, err)
	require.Empty(t, r.Problems)
	p := parts{Codecs: r.Tracks[0].Codec + "," + r.Tracks[1].Codec, Ranges: [][2]int64{{0, r.Fragments[0].Offset}}}
	for _, fragment := range r.Fragments {
		p.Ranges = append(p.Ranges, [2]int64{fragment.Offset, fragment.Offset + fragment.Size})
	}
	return p
}

// watch opens a file in Chromium, served over loopback, and returns what the page saw.
func watch(t *testing.T, path, page string, parts parts) browserResult {
	t.Helper()
	return watchRoutes(t, page, func(routes *http.ServeMux) {
		routes.HandleFunc("GET /parts", func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(parts) })
		routes.HandleFunc("GET /media", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, path) })
	})
}

// watchRoutes opens a page in Chromium, served over loopback with what it asks for, and returns what it saw.
func watchRoutes(t *testing.T, page string, add func(*http.ServeMux)) browserResult {
	t.Helper()
	results := make(chan browserResult, 1)
	routes := http.NewServeMux()
	add(routes)
	routes.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, page) })
	routes.HandleFunc("POST /result", func(_ http.ResponseWriter, r *http.Request) {
		var b browserResult
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&b); err != nil {
			b.Error = err.Error()
		}
		select {
		case results <- b:
		default:
		}
	})
	server := httptest.NewServer(routes)
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	browser := exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
		"--autoplay-policy=no-user-gesture-required", "--user-data-dir="+profile(t), server.URL+"/")
	browser.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	browser.Cancel = func() error { return syscall.Kill(-browser.Process.Pid, syscall.SIGKILL) }
	browser.WaitDelay = 5 * time.Second
	require.NoError(t, browser.Start())
	defer func() {
		cancel() // ends the browser
		_ = browser.Wait()
	}()
	select {
	case b := <-results:
		return b
	case <-ctx.Done():
		require.FailNow(t, "the browser did not answer")
		return browserResult{}
	}
}

// profile is a directory for a browser's own files, gone after the test. It isn't t.TempDir, which fails the test when it
// can't remove the directory at once: the browser's helper processes may write there for a moment after it has ended.
func profile(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "callrec-browser-") //nolint:usetesting // see above
	require.NoError(t, err)
	t.Cleanup(func() {
		for range 50 {
			if os.RemoveAll(dir) == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Logf("left behind: %s", dir)
	})
	return dir
}

// TestBrowserPlays opens chunks in Chromium's <video>: right duration, seeking, both tracks decoded.
func TestBrowserPlays(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"fragmented", "progressive", "indexed"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			browserPlays(t, replayed(t, "three-party", "--max-chunk-size", "700KiB", "--finalize", form))
		})
	}
}

func browserPlays(t *testing.T, r report) {
	t.Helper()
	for _, c := range r.Chunks {
		path := filepath.Join(r.Directory, c.File)
		b := watch(t, path, page, parts{})
		require.Empty(t, b.Error)
		require.InDelta(t, float64(c.DurationMS)/1000, b.Duration, 0.125, c.File)
		require.Equal(t, [2]int{1920, 1080}, [2]int{b.Width, b.Height})
		require.InDeltaSlice(t, []float64{0.9, 0.1, 0.5}, b.Seeks, 0.01)
		require.Greater(t, b.Played, 0.2, "it plays")
		require.Positive(t, b.AudioBytes, "its sound is decoded")
	}
}

// TestBrowserStreams feeds a chunk to Media Source Extensions, fragment by fragment: the short ones that the recorder
// writes, most of which begin within a group of pictures, and the joined ones.
func TestBrowserStreams(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"fragmented", "indexed"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			browserStreams(t, replayed(t, "three-party", "--duration", "9s", "--finalize", form))
		})
	}
}

func browserStreams(t *testing.T, r report) {
	t.Helper()
	path := filepath.Join(r.Directory, r.Chunks[0].File)
	p := partsOf(t, path)
	b := watch(t, path, streamed, p)
	require.Empty(t, b.Error)
	require.Len(t, b.Buffered, len(p.Ranges))
	for i, end := range b.Buffered[1:] {
		require.Greater(t, end, b.Buffered[i], "each fragment adds to what can be played, without a gap")
	}
	require.InDelta(t, 9, b.Duration, 0.125)
	require.Equal(t, [2]int{1920, 1080}, [2]int{b.Width, b.Height})
	require.Greater(t, b.Played, 0.2)
	require.Positive(t, b.AudioBytes)
}

//go:build oracle

package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// page plays a file in a <video> element: it waits for the metadata, seeks here and there, and posts what it saw.
const page = `<!doctype html><meta charset="utf-8"><video muted></video><script>
const v = document.querySelector('video');
const result = {seeks: []};
const post = () => fetch('/result', {method: 'POST', body: JSON.stringify(result)});
const next = name => new Promise((resolve, reject) => {
  v.addEventListener(name, resolve, {once: true});
  v.addEventListener('error', () => reject(name + ': ' + v.error.message), {once: true});
  setTimeout(() => reject(name + ': timed out'), 20000);
});
(async () => {
  try {
    v.src = '/media' + location.search;
    await next('loadeddata');
    Object.assign(result, {duration: v.duration, width: v.videoWidth, height: v.videoHeight});
    for (const part of [0.9, 0.1, 0.5]) {
      const seeked = next('seeked');
      v.currentTime = part * v.duration;
      await seeked;
      result.seeks.push(v.currentTime / v.duration);
    }
    v.currentTime = 0;
    await next('seeked');
    await v.play();
    await new Promise(r => setTimeout(r, 1000));
    Object.assign(result, {played: v.currentTime, audioBytes: v.webkitAudioDecodedByteCount, error: v.error && v.error.message});
  } catch (e) { result.error = String(e); }
  post();
})();
</script>`

// browserResult is what the page posts.
type browserResult struct {
	Duration, Played float64
	Width, Height    int
	Seeks            []float64
	AudioBytes       int
	Error            string
}

// watch opens a file in Chromium, served over loopback, and returns what the page saw.
func watch(t *testing.T, path string) browserResult {
	t.Helper()
	results := make(chan browserResult, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, page) })
	mux.HandleFunc("GET /media", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, path) })
	mux.HandleFunc("POST /result", func(_ http.ResponseWriter, r *http.Request) {
		var b browserResult
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&b); err != nil {
			b.Error = err.Error()
		}
		select {
		case results <- b:
		default:
		}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	browser := exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
		"--autoplay-policy=no-user-gesture-required", "--user-data-dir="+t.TempDir(), server.URL+"/")
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

// TestBrowserPlays opens chunks in Chromium's <video>: right duration, seeking, both tracks decoded.
func TestBrowserPlays(t *testing.T) {
	t.Parallel()
	r := replayed(t, "three-party", "--max-chunk-size", "700KiB")
	for _, c := range r.Chunks {
		b := watch(t, filepath.Join(r.Directory, c.File))
		require.Empty(t, b.Error)
		require.InDelta(t, float64(c.DurationMS)/1000, b.Duration, 0.125, c.File)
		require.Equal(t, [2]int{1920, 1080}, [2]int{b.Width, b.Height})
		require.InDeltaSlice(t, []float64{0.9, 0.1, 0.5}, b.Seeks, 0.01)
		require.Greater(t, b.Played, 0.2, "it plays")
		require.Positive(t, b.AudioBytes, "its sound is decoded")
	}
}

//go:build oracle

package h264_test

import (
	"bytes"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

// step is one call of Encode.
type step struct {
	pic *image.YCbCr
	opt codec.VideoEncodeOptions
}

// run encodes the steps and returns the byte stream and the reconstructions of what was not taken back.
func run(t *testing.T, cfg h264.EncoderConfig, steps []step) (stream, want []byte) {
	t.Helper()
	e, err := h264.NewEncoder(cfg)
	require.NoError(t, err)
	sps, pps := e.ParameterSets()
	for _, set := range append([][]byte{sps}, pps...) {
		stream = append(append(stream, 0, 0, 0, 1), set...)
	}
	var lastStream, lastWant int
	for _, s := range steps {
		au, _, err := e.Encode(nil, s.pic, s.opt)
		require.NoError(t, err)
		if s.opt.Redo {
			stream, want = stream[:lastStream], want[:lastWant]
		}
		lastStream, lastWant = len(stream), len(want)
		stream = annexB(stream, au)
		want = tight(want, e.Reconstruction())
	}
	return stream, want
}

// decode has ffmpeg decode a byte stream.
func decode(t *testing.T, stream []byte) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "x.264")
	require.NoError(t, os.WriteFile(file, stream, 0o600))
	cmd := exec.Command("ffmpeg", "-v", "warning", "-probesize", "50M", "-f", "h264", "-i", file, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(t, cmd.Run(), errs.String())
	require.Empty(t, errs.String())
	return out.Bytes()
}

func check(t *testing.T, cfg h264.EncoderConfig, steps []step) {
	t.Helper()
	stream, want := run(t, cfg, steps)
	same(t, want, decode(t, stream), cfg.Width, cfg.Height)
}

func plain(s source, n int) []step {
	steps := make([]step, n)
	for i := range steps {
		steps[i].pic = clone(s(i))
	}
	return steps
}

func TestOracleSizes(t *testing.T) {
	sizes := []image.Point{{32, 32}, {48, 80}, {50, 34}, {176, 144}, {642, 362}}
	for _, p := range sizes {
		scenes := map[string]source{
			"noise":    noise(p.X, p.Y),
			"extremes": extremes(p.X, p.Y),
			"camera":   camera(p.X, p.Y, 12, 3),
			"clean":    camera(p.X, p.Y, 0, 3),
			"still":    still(camera(p.X, p.Y, 12, 3)),
			"text":     text(p.X, p.Y),
			"cuts":     cuts(3, camera(p.X, p.Y, 8, 3), text(p.X, p.Y), camera(p.X, p.Y, 20, 9)),
		}
		for name, s := range scenes {
			for _, qp := range []int{0, 1, 4, 10, 16, 22, 28, 34, 40, 46, 51} {
				if p.X > 600 && qp%12 != 4 && qp != 0 {
					continue
				}
				t.Run(fmt.Sprintf("%dx%d/%s/qp%d", p.X, p.Y, name, qp), func(t *testing.T) {
					cfg := h264.EncoderConfig{Width: p.X, Height: p.Y, QP: qp, KeyframeInterval: 7}
					check(t, cfg, plain(s, 10))
				})
			}
		}
	}
}

func TestOracle1080(t *testing.T) {
	for _, qp := range []int{0, 24} {
		check(t, h264.EncoderConfig{Width: 1920, Height: 1080, QP: qp}, plain(camera(1920, 1080, 12, 3), 4))
	}
}

func TestOracleEveryQP(t *testing.T) {
	for qp := 1; qp <= 51; qp++ {
		t.Run(fmt.Sprint(qp), func(t *testing.T) {
			s := cuts(2, camera(96, 64, 12, 3), text(96, 64), noise(96, 64))
			check(t, h264.EncoderConfig{Width: 96, Height: 64, QP: qp}, plain(s, 8))
		})
	}
}

func TestOracleOptions(t *testing.T) {
	const w, h = 322, 242
	for _, qp := range []int{0, 20, 36} {
		t.Run(fmt.Sprint(qp), func(t *testing.T) {
			cam := camera(w/2, h/2, 10, 7)
			canvas := clone(text(w, h)(0))
			var steps []step
			for n := range 40 {
				opt := codec.VideoEncodeOptions{DamageKnown: n%9 != 0, IDR: n == 13 || n == 14}
				if n%4 != 3 {
					x, y := 2*(n%5)*10, 2*(n%7)*8
					tile := cam(n)
					paste(canvas, tile, x, y)
					opt.Damage = append(opt.Damage, tile.Rect.Add(image.Pt(x, y)), image.Rect(-5, -5, 3, 3))
				}
				steps = append(steps, step{clone(canvas), opt})
				if n == 13 || n == 20 || n == 23 || n == 30 {
					steps = append(steps, step{clone(canvas), codec.VideoEncodeOptions{Redo: true, IDR: n != 30}})
				}
			}
			check(t, h264.EncoderConfig{Width: w, Height: h, QP: qp}, steps)
		})
	}
}

func TestOracleProbe(t *testing.T) {
	stream, _ := run(t, h264.EncoderConfig{Width: 1920, Height: 1080}, plain(still(camera(1920, 1080, 0, 3)), 3))
	file := filepath.Join(t.TempDir(), "x.264")
	require.NoError(t, os.WriteFile(file, stream, 0o600))
	out, err := exec.Command("ffprobe", "-v", "warning", "-show_entries",
		"stream=codec_name,profile,width,height,sample_aspect_ratio,level,pix_fmt,color_range,color_space,"+
			"color_transfer,color_primaries,r_frame_rate,has_b_frames,refs", "-of", "default=nw=1", file).CombinedOutput()
	require.NoError(t, err)
	for _, line := range []string{
		"codec_name=h264", "profile=High", "width=1920", "height=1080", "sample_aspect_ratio=1:1",
		"level=40", "pix_fmt=yuv420p", "color_range=tv", "color_space=bt709", "color_transfer=bt709",
		"color_primaries=bt709", "r_frame_rate=8/1", "has_b_frames=0", "refs=1",
	} {
		require.Contains(t, string(out), line+"\n")
	}
}

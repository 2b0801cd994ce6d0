package peers_test

import (
	"image"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/bench/inputs"
	"github.com/callrec/callrec/bench/peers"
)

func TestRecordCommands(t *testing.T) {
	t.Parallel()
	job := peers.Job{
		Call:   &inputs.Call{Spec: inputs.Spec{Codec: inputs.H264}, Media: []string{"a.mkv", "b.mkv"}},
		Canvas: image.Pt(1920, 1080), Tiles: []image.Rectangle{image.Rect(8, 10, 808, 460), image.Rect(816, 10, 1616, 460)},
		Encoding: peers.Encoding{Preset: "superfast", RateFactor: 30.5, OneThread: true}, Out: "out.mp4",
	}
	ffmpeg := peers.FFmpeg{}.Record(job).String()
	for _, want := range []string{
		"-threads 1 -i a.mkv", "[0:v]fps=8,scale=800:450", "xstack=inputs=2:layout=0_0|808_0", "pad=1920:1080:8:10",
		"-preset superfast -crf 30.50", "amix=inputs=2", "-ar 16000 -ac 1",
	} {
		require.Contains(t, ffmpeg, want)
	}
	gst := peers.GStreamer{}.Record(job)
	require.Equal(t, 1, gst.Processors)
	for _, want := range []string{"sink_1::xpos=816", "crf=30.50", "avdec_h264 max-threads=1", "framerate=8/1", "location=b.mkv"} {
		require.Contains(t, gst.String(), want)
	}
	job.OneThread, job.Seconds, job.Out = false, 3, "-"
	require.NotContains(t, peers.FFmpeg{}.Compose(job).String(), "-threads")
	require.Contains(t, peers.FFmpeg{}.Compose(job).String(), "-t 3 -i a.mkv")
	require.Contains(t, peers.GStreamer{}.Compose(job).String(), "eos-after=25")
	require.Zero(t, peers.GStreamer{}.Compose(job).Processors)
}

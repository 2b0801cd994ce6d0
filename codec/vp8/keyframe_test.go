package vp8_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	ximage "golang.org/x/image/vp8"
)

// TestKeyframesAgainstXImage compares keyframes with the still picture decoder of golang.org/x/image, an implementation
// with another origin.
func TestKeyframesAgainstXImage(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"keyframes-99x75.ivf", "altref-66x50.ivf", "webrtc-640x360.ivf", "layers-320x180.ivf"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, x := newDecoder(t), ximage.NewDecoder()
			for i, frame := range readIVF(t, testdata(name)) {
				if frame[0]&1 == 1 {
					break // x/image knows no inter frames
				}
				pics, err := d.Decode(frame, 0)
				require.NoError(t, err)
				x.Init(bytes.NewReader(frame), len(frame))
				_, err = x.DecodeFrameHeader()
				require.NoError(t, err)
				want, err := x.DecodeFrame()
				require.NoError(t, err)
				require.Equal(t, want.Rect, pics[0].Image.Rect)
				require.Equal(t, hashPicture(want), hashPicture(pics[0].Image), "frame %d", i)
			}
		})
	}
}

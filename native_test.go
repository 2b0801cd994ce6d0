//go:build ffmpeg

package callrec_test

import (
	"image"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/tiler"
)

// TestNativeVideo: codecs that only native decoders know show everybody's picture.
func TestNativeVideo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		call    string
		at      time.Duration
		borders []string // by tile
	}{
		{vp9, 6 * time.Second, []string{"red", "lime"}},
		{"testdata/calls/av1", 4 * time.Second, []string{"red"}},
	}
	for _, tt := range tests {
		t.Run(tt.call, func(t *testing.T) {
			t.Parallel()
			var p tap
			seen := false
			p.frame = func(k int, canvas *image.YCbCr) {
				if time.Duration(k)*125*time.Millisecond != tt.at {
					return
				}
				seen = true
				tiles := tiler.Grid{}.Arrange(nil, canvas.Rect.Size(), make([]tiler.Subject, len(tt.borders)))
				for i, tile := range tiles {
					require.Equal(t, tt.borders[i], borderColor(canvas, tile))
				}
			}
			rec, _ := recording(t, func(c *callrec.Config) { c.Codecs = p.codecs() })
			end := play(t, tt.call, "", rec, nil)
			result, err := rec.Stop(end, metadata.SessionCallEnded)
			require.NoError(t, err)
			require.Empty(t, result.Warnings)
			require.True(t, seen)
			for _, s := range result.Participants {
				require.Greater(t, s.Frames, 80)
				require.Zero(t, s.DecodeErrors)
			}
		})
	}
}

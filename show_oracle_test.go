//go:build oracle && !race

package callrec_test

import (
	"bytes"
	"fmt"
	"image"
	"os/exec"
	"strings"
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/metadata"
)

// TestColorBarsH264 has x264 encode color bars of all four kinds, named in the VUI, records them, decodes the recording,
// and compares it with the bars in BT.709 limited range.
func TestColorBarsH264(t *testing.T) {
	t.Parallel()
	for _, bt709 := range []bool{false, true} {
		for _, full := range []bool{false, true} {
			t.Run(fmt.Sprintf("BT.709 %v, full range %v", bt709, full), func(t *testing.T) {
				t.Parallel()
				stream := encodeBars(t, bt709, full)
				worst, frames := 0, 0
				rec, _ := recording(t, func(c *callrec.Config) {
					c.Codecs = decoding(t, func(got *image.YCbCr) {
						frames++
						worst = max(worst, barsOff(got))
					})
				})
				require.NoError(t, rec.Join(0, callrec.Participant{ID: "a"}))
				require.NoError(t, rec.AddTrack(0, "a", callrec.Track{
					SSRC: 1, PayloadType: 96, Kind: callrec.Video, Codec: "H264", ClockRate: 90000, FMTP: "packetization-mode=1",
				}))
				payloads := (&codecs.H264Payloader{}).Payload(1200, stream)
				for i, payload := range payloads {
					p := rtp.Packet{Header: rtp.Header{
						Version: 2, PayloadType: 96, SSRC: 1, SequenceNumber: uint16(i), Marker: i == len(payloads)-1,
					}, Payload: payload}
					b, err := p.Marshal()
					require.NoError(t, err)
					require.NoError(t, rec.RTP(0, "a", b))
				}
				_, err := rec.Stop(2*frame, metadata.SessionCallEnded)
				require.NoError(t, err)
				require.Equal(t, 2, frames)
				require.LessOrEqual(t, worst, 2)
			})
		}
	}
}

// encodeBars returns one IDR picture with its parameter sets.
func encodeBars(t *testing.T, bt709, full bool) []byte {
	t.Helper()
	params := []string{"colorprim=bt709", "transfer=bt709", "colormatrix=smpte170m", "fullrange=off", "log=-1"}
	if bt709 {
		params[2] = "colormatrix=bt709"
	}
	if full {
		params[3] = "fullrange=on"
	}
	m := colorBars(bt709, full)
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-hide_banner", "-loglevel", "error",
		"-f", "rawvideo", "-pix_fmt", "yuv420p", "-video_size", "640x360", "-i", "-",
		"-frames:v", "1", "-c:v", "libx264", "-profile:v", "baseline", "-qp", "2", "-x264-params", strings.Join(params, ":"), "-f", "h264", "-")
	cmd.Stdin = bytes.NewReader(append(append(append([]byte{}, m.Y...), m.Cb...), m.Cr...))
	stream, err := cmd.Output()
	require.NoError(t, err)
	return stream
}

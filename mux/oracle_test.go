//go:build oracle

package mux_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mux"
)

const (
	oracleSeconds = 5
	aacFrame      = 1024
	pictureTicks  = 2000
)

// run runs a tool and returns what it wrote to stdout and stderr.
func run(t *testing.T, name string, args ...string) (stdout, stderr []byte) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	var out, diag bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &diag
	require.NoError(t, cmd.Run(), "%s %q: %s", name, args, diag.String())
	return out.Bytes(), diag.Bytes()
}

// elementary is a pair of elementary streams made by ffmpeg, split into access units.
type elementary struct {
	sps, pps, asc []byte
	video, audio  []mux.Sample
	adts          [][]byte // the audio access units with their ADTS headers
}

func encode(t *testing.T, profile string) elementary {
	t.Helper()
	dir := t.TempDir()
	h264, aac := filepath.Join(dir, "v.264"), filepath.Join(dir, "a.aac")
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=8", "-t", strconv.Itoa(oracleSeconds),
		"-pix_fmt", "yuv420p", "-c:v", "libx264", "-profile:v", profile, "-g", "16", "-bf", "0",
		"-x264-params", "scenecut=0:aud=1:open-gop=0:threads=1:slices=1:colorprim=bt709:transfer=bt709:colormatrix=bt709",
		"-f", "h264", h264)
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i",
		"aevalsrc=0.3*sin(440*2*PI*t)+0.2*sin(1234*2*PI*t*t/5):s=16000", "-t", strconv.Itoa(oracleSeconds), "-ac", "1",
		"-c:a", "aac", "-b:a", "48k", "-f", "adts", aac)
	var e elementary
	e.splitAnnexB(t, h264)
	e.splitADTS(t, aac)
	require.Len(t, e.video, 8*oracleSeconds)
	return e
}

func (e *elementary) splitAnnexB(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	for nal := range bytes.SplitSeq(data, []byte{0, 0, 1}) {
		nal = bytes.TrimRight(nal, "\x00") // zero_byte of the next start code, trailing_zero_8bits
		if len(nal) == 0 {
			continue
		}
		switch nal[0] & 0x1f {
		case 7:
			e.sps = nal
		case 8:
			e.pps = nal
		case 9:
			e.video = append(e.video, mux.Sample{})
		case 1, 5:
			s := &e.video[len(e.video)-1]
			s.Data = binary.BigEndian.AppendUint32(s.Data, uint32(len(nal)))
			s.Data = append(s.Data, nal...)
			s.Sync = nal[0]&0x1f == 5
		}
	}
}

func (e *elementary) splitADTS(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	for len(data) > 0 {
		require.Equal(t, byte(0xff), data[0])
		require.Equal(t, byte(0xf1), data[1], "no CRC")
		size := int(data[3]&3)<<11 | int(data[4])<<3 | int(data[5])>>5
		e.adts = append(e.adts, data[:size])
		e.audio = append(e.audio, mux.Sample{Data: data[7:size]})
		profile, rate, channels := data[2]>>6+1, data[2]>>2&15, data[2]&1<<2|data[3]>>6
		e.asc = []byte{profile<<3 | rate>>1, rate<<7 | channels<<3}
		data = data[size:]
	}
}

// mux writes the streams with audio access units from first on, two seconds to a fragment.
func (e *elementary) mux(t *testing.T, path string, first int, offset uint32) []mux.Sample {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	w, err := mux.NewWriter(f, mux.Config{
		Timescale: 16000,
		Video: &mux.VideoConfig{
			Width: 320, Height: 240, SPS: e.sps, PPS: [][]byte{e.pps}, FrameDuration: pictureTicks,
			AvgBitrate: 300000, MaxBitrate: 600000,
		},
		Audio: &mux.AudioConfig{
			Config: e.asc, SampleRate: 16000, Channels: 1, FrameDuration: aacFrame,
			PreRoll: aacFrame, Offset: offset, AvgBitrate: 48000, MaxBitrate: 64000,
		},
	})
	require.NoError(t, err)
	audio := e.audio[first:]
	const pictures, frames = 16, 31
	for i, a := 0, audio; i < len(e.video); i += pictures {
		n := min(frames, len(a))
		if i+pictures >= len(e.video) {
			n = len(a)
		}
		require.NoError(t, w.WriteFragment(mux.Fragment{
			Video: e.video[i:min(i+pictures, len(e.video))], Audio: a[:n],
		}))
		a = a[n:]
	}
	require.NoError(t, w.Close())
	return audio
}

type probeJSON struct {
	Streams []struct {
		CodecType    string `json:"codec_type"`
		Profile      string `json:"profile"`
		AvgFrameRate string `json:"avg_frame_rate"`
		RFrameRate   string `json:"r_frame_rate"`
		TimeBase     string `json:"time_base"`
		DurationTS   int64  `json:"duration_ts"`
		ColorSpace   string `json:"color_space"`
		ColorRange   string `json:"color_range"`
		SAR          string `json:"sample_aspect_ratio"`
	}
	Packets []packetJSON
}

type packetJSON struct {
	CodecType string `json:"codec_type"`
	PTS       int64  `json:"pts"`
	DTS       int64  `json:"dts"`
	Duration  int64  `json:"duration"`
	Size      string `json:"size"`
	Flags     string `json:"flags"`
}

func (p *packetJSON) bytes(t *testing.T) int64 {
	t.Helper()
	n, err := strconv.ParseInt(p.Size, 10, 64)
	require.NoError(t, err)
	return n
}

func TestOracle(t *testing.T) {
	for _, profile := range []string{"baseline", "high"} {
		e := encode(t, profile)
		for _, first := range []int{0, 7} {
			for _, offset := range []uint32{0, 1, 512, 1023} {
				t.Run(fmt.Sprintf("%s from %d offset %d", profile, first, offset), func(t *testing.T) {
					path := filepath.Join(t.TempDir(), "f.mp4")
					audio := e.mux(t, path, first, offset)
					checkProbe(t, path, len(e.video), len(audio), int64(offset))
					checkDecode(t, path, e.adts[first:])
				})
			}
		}
	}
}

func checkProbe(t *testing.T, path string, pictures, frames int, offset int64) {
	t.Helper()
	out, diag := run(t, "ffprobe", "-v", "warning", "-of", "json", "-show_streams", "-show_packets", path)
	require.Empty(t, string(diag))
	var p probeJSON
	require.NoError(t, json.Unmarshal(out, &p))
	require.Len(t, p.Streams, 2)
	require.Equal(t, "8/1", p.Streams[0].AvgFrameRate)
	require.Equal(t, "8/1", p.Streams[0].RFrameRate)
	require.Equal(t, "bt709", p.Streams[0].ColorSpace)
	require.Equal(t, "tv", p.Streams[0].ColorRange)
	require.Equal(t, "1:1", p.Streams[0].SAR)
	for _, s := range p.Streams {
		require.Equal(t, "1/16000", s.TimeBase)
	}
	var nv, na int64
	for _, packet := range p.Packets {
		require.Equal(t, packet.PTS, packet.DTS)
		if packet.CodecType == "video" {
			require.Equal(t, nv*pictureTicks, packet.PTS)
			require.EqualValues(t, pictureTicks, packet.Duration)
			require.Equal(t, nv%16 == 0, packet.Flags[0] == 'K')
			nv++
			continue
		}
		want := offset + (na-1)*aacFrame
		if na == 0 {
			want = -aacFrame
		}
		require.Equal(t, want, packet.PTS, "audio packet %d", na)
		na++
	}
	require.EqualValues(t, pictures, nv)
	require.EqualValues(t, frames, na)
	require.EqualValues(t, pictures*pictureTicks, p.Streams[0].DurationTS)

	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	r, err := mux.Probe(f)
	require.NoError(t, err)
	require.Empty(t, r.Problems)
	require.EqualValues(t, pictures*pictureTicks, r.Tracks[0].Duration)
	require.Equal(t, offset, r.Tracks[1].Start)
	require.EqualValues(t, (frames-1)*aacFrame, r.Tracks[1].Duration)
}

func checkDecode(t *testing.T, path string, adts [][]byte) {
	t.Helper()
	_, diag := run(t, "ffmpeg", "-v", "warning", "-i", path, "-f", "null", "-")
	require.Empty(t, string(diag))

	elementaryPath := filepath.Join(t.TempDir(), "a.aac")
	require.NoError(t, os.WriteFile(elementaryPath, bytes.Join(adts, nil), 0o600))
	want, _ := run(t, "ffmpeg", "-v", "error", "-i", elementaryPath, "-f", "f32le", "-")
	got, diag := run(t, "ffmpeg", "-v", "warning", "-copyts", "-i", path, "-map", "0:a", "-af", "atrim=start=0",
		"-f", "f32le", "-")
	require.Empty(t, string(diag))
	require.Len(t, want, 4*aacFrame*len(adts))
	require.True(t, bytes.Equal(want[4*aacFrame:], got), "got %d bytes, want %d", len(got), len(want)-4*aacFrame)
}

// TestOracleForeign compares what Probe finds in ffmpeg's own fragmented files with what ffprobe finds.
func TestOracleForeign(t *testing.T) {
	for _, movflags := range []string{"frag_keyframe+empty_moov", "frag_keyframe+empty_moov+default_base_moof"} {
		t.Run(movflags, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "f.mp4")
			run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=8:d=5",
				"-f", "lavfi", "-i", "sine=r=16000:d=5", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-g", "16", "-bf", "2",
				"-c:a", "aac", "-movflags", movflags, path)
			out, _ := run(t, "ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_packets", path)
			var p probeJSON
			require.NoError(t, json.Unmarshal(out, &p))
			f, err := os.Open(path)
			require.NoError(t, err)
			defer f.Close()
			r, err := mux.Probe(f)
			require.NoError(t, err)
			require.Empty(t, r.Problems)
			require.Equal(t, r.Size, r.WholeBytes)
			for i, track := range r.Tracks {
				require.Equal(t, p.Streams[i].CodecType, track.Kind)
				require.Equal(t, p.Streams[i].TimeBase, fmt.Sprintf("1/%d", track.Timescale))
				samples, keys := 0, 0
				first, bytesIn := int64(1<<62), int64(0)
				for _, packet := range p.Packets {
					if packet.CodecType != track.Kind {
						continue
					}
					samples++
					bytesIn += packet.bytes(t)
					if packet.Flags[0] == 'K' {
						keys++
					}
					if packet.PTS >= 0 {
						first = min(first, packet.PTS)
					}
				}
				require.Equal(t, samples, track.Samples)
				require.Equal(t, keys, track.SyncSamples)
				require.Equal(t, bytesIn, track.Bytes)
				require.Equal(t, first, track.Start)
			}
		})
	}
}

package callrec_test

import (
	"errors"
	"image"
	"io"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/internal/capture"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/tiler"
)

const (
	threeParty = "testdata/calls/three-party"
	telephony  = "testdata/calls/telephony"
	muted      = "testdata/calls/mute"
	vp9        = "testdata/calls/vp9"
)

var callStart = time.Date(2026, 11, 21, 21, 33, 28, 215883555, time.UTC)

// tap stands in for both encoders and keeps what is given to them: what a perfect codec would record.
type tap struct {
	frame  func(k int, canvas *image.YCbCr) // called for every canvas
	frames int
	pcm    []int16
}

func (p *tap) codecs() codec.Set {
	return codec.Set{
		AudioEncoder: func(codec.AudioEncoding) (codec.AudioEncoder, error) { return tapAudio{p}, nil },
		VideoEncoder: func(codec.VideoEncoding) (codec.VideoEncoder, error) { return tapVideo{p}, nil },
	}
}

type tapAudio struct{ p *tap }

func (a tapAudio) FrameSize() int { return 1024 }
func (a tapAudio) Lookahead() int { return 0 }
func (a tapAudio) Config() []byte { return []byte{0x14, 0x08} }
func (a tapAudio) Encode(dst []byte, pcm []int16) ([]byte, bool, error) {
	a.p.pcm = append(a.p.pcm, pcm...)
	return append(dst, 0), true, nil
}

type tapVideo struct{ p *tap }

func (v tapVideo) ParameterSets() (sps, pps []byte) {
	return []byte{0x67, 66, 0xc0, 40, 0x80}, []byte{0x68, 0x80}
}

func (v tapVideo) Encode(dst []byte, pic *image.YCbCr, opt codec.VideoEncodeOptions) ([]byte, codec.EncodedPicture, error) {
	if v.p.frame != nil {
		v.p.frame(v.p.frames, pic)
	}
	v.p.frames++
	return append(dst, 0, 0, 0, 1, 0x65), codec.EncodedPicture{Keyframe: opt.IDR}, nil
}

// recording starts a recording into a folder of the test.
func recording(t testing.TB, change func(*callrec.Config)) (*callrec.Recording, string) {
	t.Helper()
	path := t.TempDir()
	dir, err := chunk.DirFS(path)
	require.NoError(t, err)
	cfg := callrec.Config{Dir: dir, ID: "r-1", Start: callStart, ResourceID: "res", CallID: "call", Sync: chunk.SyncNever}
	if change != nil {
		change(&cfg)
	}
	rec, err := callrec.New(cfg)
	require.NoError(t, err)
	return rec, path
}

// inputs are those of a Recording's methods that a call needs.
type inputs interface {
	Join(at time.Duration, p callrec.Participant) error
	Leave(at time.Duration, id string) error
	AddTrack(at time.Duration, id string, t callrec.Track) error
	RTP(at time.Duration, id string, packet []byte) error
	RTCP(at time.Duration, id string, packet []byte) error
}

// play gives a captured call to a recording, or what one participant sent alone. The hook sees every event first.
func play(t testing.TB, dir, only string, rec inputs, hook func(at time.Duration)) time.Duration {
	t.Helper()
	call, err := capture.OpenCall(dir)
	require.NoError(t, err)
	defer call.Close()
	last := time.Duration(0)
	for {
		e, err := call.Next()
		if errors.Is(err, io.EOF) {
			return last
		}
		require.NoError(t, err)
		if only != "" && e.Participant.ParticipantID != only {
			continue
		}
		if hook != nil {
			hook(e.At)
		}
		last = e.At
		id := e.Participant.ParticipantID
		switch e.Kind {
		case capture.Join:
			require.NoError(t, rec.Join(e.At, callrec.Participant{ID: id, DisplayName: e.Participant.DisplayName}))
			for _, tr := range e.Participant.Tracks {
				track := callrec.Track{
					SSRC: tr.SSRC, PayloadType: tr.PayloadType, Codec: tr.Codec,
					ClockRate: tr.ClockRate, Channels: tr.Channels, FMTP: tr.FMTP,
				}
				if tr.Kind == "video" {
					track.Kind = callrec.Video
				}
				require.NoError(t, rec.AddTrack(e.At, id, track))
			}
		case capture.Leave:
			require.NoError(t, rec.Leave(e.At, id))
		case capture.RTP:
			require.NoError(t, rec.RTP(e.At, id, e.Data))
		case capture.RTCP:
			require.NoError(t, rec.RTCP(e.At, id, e.Data))
		}
	}
}

// stayOf is from when to when someone is in a captured call, and their marks.
type stayOf struct {
	name       string
	join, left time.Duration
	color      string
	tone       float64 // Hz
}

var threePartyStays = []stayOf{
	{"A", 624 * time.Millisecond, 20024 * time.Millisecond, "red", 430},
	{"B", 3373 * time.Millisecond, 15012 * time.Millisecond, "lime", 620},
	{"C", 6411 * time.Millisecond, 20032 * time.Millisecond, "blue", 910},
}

// colorAt names the color of a sample of the canvas, "" if it is none of the participants' borders.
func colorAt(canvas *image.YCbCr, x, y int) string {
	c := canvas.COffset(x, y)
	luma, cb, cr := float64(canvas.Y[canvas.YOffset(x, y)])-16, float64(canvas.Cb[c])-128, float64(canvas.Cr[c])-128
	// BT.709, limited range (ITU-R BT.709-6 table 3)
	r := 1.164*luma + 1.793*cr
	g := 1.164*luma - 0.213*cb - 0.533*cr
	b := 1.164*luma + 2.112*cb
	switch {
	case r > 180 && g < 90 && b < 90:
		return "red"
	case g > 180 && r < 90 && b < 90:
		return "lime"
	case b > 180 && r < 90 && g < 90:
		return "blue"
	}
	return ""
}

// borderColor is the color of the border of a tile if it is the same on all four sides, else "".
func borderColor(canvas *image.YCbCr, tile image.Rectangle) string {
	d := tile.Dy() * 12 / 360 // the middle of the border
	sides := []image.Point{
		{tile.Min.X + tile.Dx()/2, tile.Min.Y + d},
		{tile.Max.X - tile.Dx()/3, tile.Max.Y - 1 - d}, // the label is on the left
		{tile.Min.X + d, tile.Min.Y + tile.Dy()/2},
		{tile.Max.X - 1 - d, tile.Min.Y + tile.Dy()/2},
	}
	color := colorAt(canvas, sides[0].X, sides[0].Y)
	for _, p := range sides[1:] {
		if colorAt(canvas, p.X, p.Y) != color {
			return ""
		}
	}
	return color
}

// TestRightPeopleAtTheRightTime looks at every canvas and at the mix of a real call: everyone's border fills their tile
// from their first picture to their leaving, everyone's pilot tone sounds while they are there, and neither otherwise.
func TestRightPeopleAtTheRightTime(t *testing.T) {
	t.Parallel()
	var p tap
	first := map[string]time.Duration{} // first time that a border is seen
	p.frame = func(k int, canvas *image.YCbCr) {
		at := time.Duration(k) * 125 * time.Millisecond
		var there []stayOf
		for _, s := range threePartyStays {
			if s.join <= at && at < s.left {
				there = append(there, s)
			}
		}
		tiles := tiler.Grid{}.Arrange(nil, canvas.Rect.Size(), make([]tiler.Subject, len(there)))
		for i, s := range there {
			switch borderColor(canvas, tiles[i]) {
			case s.color:
				if _, seen := first[s.name]; !seen {
					first[s.name] = at
				}
			default:
				require.NotContains(t, first, s.name, "%s is not in tile %d at %v", s.name, i, at)
			}
		}
		seen := map[string]bool{}
		for y := 4; y < canvas.Rect.Dy(); y += 8 {
			for x := 4; x < canvas.Rect.Dx(); x += 8 {
				seen[colorAt(canvas, x, y)] = true
			}
		}
		for _, s := range threePartyStays {
			if at < s.join || at >= s.left {
				require.False(t, seen[s.color], "%s is seen at %v", s.name, at)
			}
		}
	}
	rec, _ := recording(t, func(c *callrec.Config) { c.Codecs = p.codecs() })
	end := play(t, threeParty, "", rec, nil)
	result, err := rec.Stop(end, metadata.SessionCallEnded)
	require.NoError(t, err)
	require.Empty(t, result.Warnings)

	require.Equal(t, 161, p.frames, "20.032 s, the last frame begun")
	require.Equal(t, 20125*time.Millisecond, result.Duration)
	for _, s := range threePartyStays {
		require.Less(t, first[s.name]-s.join, 300*time.Millisecond, "%s is seen soon after joining", s.name)
	}
	for _, s := range threePartyStays {
		for from := time.Duration(0); from+time.Second <= end; from += 500 * time.Millisecond {
			level := tone(p.pcm, from, time.Second, s.tone)
			switch {
			case from >= s.join+200*time.Millisecond && from+time.Second <= s.left:
				require.InDelta(t, -30, level, 3, "the tone of %s from %v", s.name, from)
			case from+time.Second <= s.join || from >= s.left:
				require.Less(t, level, -42.0, "the tone of %s from %v", s.name, from)
			}
		}
	}
	for i := range int64(sampleCount(600 * time.Millisecond)) {
		require.Zero(t, p.pcm[i], "there is silence before anyone joins")
	}
	for _, s := range result.Participants {
		require.Zero(t, s.Lost, s.ParticipantID)
		require.Zero(t, s.Concealed, s.ParticipantID)
		require.Zero(t, s.DecodeErrors, s.ParticipantID)
	}
	require.Equal(t, 971+1078, result.Participants[0].Packets)
}

func sampleCount(d time.Duration) int { return int(d * callrec.SampleRate / time.Second) }

// tone is the level of a sine of a frequency in a stretch of sound, in dB of full scale, by Goertzel's algorithm with a
// Hann window.
func tone(pcm []int16, from, length time.Duration, frequency float64) float64 {
	x := pcm[sampleCount(from):sampleCount(from+length)]
	var re, im, weight float64
	for i, s := range x {
		w := 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(len(x)))
		phase := 2 * math.Pi * frequency * float64(i) / callrec.SampleRate
		re += w * float64(s) * math.Cos(phase)
		im += w * float64(s) * math.Sin(phase)
		weight += w
	}
	// ffmpeg's sine, by which the pilots were made, is at -18 dBFS before its gain: levels are of the peak
	return 20 * math.Log10(2*math.Hypot(re, im)/weight/32768+1e-9)
}

package main

import (
	"context"
	"fmt"
	"image"
	"os"
	"path/filepath"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/bench/inputs"
)

// material is what the parts work on.
type material struct {
	calls    []*inputs.Call
	cameras  []string // streams of one camera: VP8, VP8 at 1280x720, H.264
	voice    string   // Ogg file
	pcm      []string // files of 16 kHz mono PCM
	pictures []string // YUV4MPEG2 files of 8 pictures per second
}

const partParticipants = 9

// partInputs makes the parts' inputs.
func (s *suite) partInputs(ctx context.Context) (*material, error) {
	m := &material{}
	for i, spec := range []inputs.Spec{
		{Participants: s.people(partParticipants), Width: 640, Height: 360, Codec: inputs.VP8},
		{Participants: 1, Width: 1280, Height: 720, Codec: inputs.VP8},
		{Participants: 1, Width: 640, Height: 360, Codec: inputs.H264},
	} {
		spec.Length, spec.Seed = s.duration, seed
		call, err := s.maker.Make(ctx, spec)
		if err != nil {
			return nil, err
		}
		m.calls = append(m.calls, call)
		stream := filepath.Join(s.scratch, fmt.Sprintf("camera%d%s", i, inputs.StreamExt(spec.Codec)))
		if err := s.convert(ctx, call.Media[0], "-map", "0:v", "-c", "copy", stream); err != nil {
			return nil, err
		}
		m.cameras = append(m.cameras, stream)
	}
	m.voice = filepath.Join(s.scratch, "voice.ogg")
	if err := s.convert(ctx, m.calls[0].Media[0], "-map", "0:a", "-c", "copy", m.voice); err != nil {
		return nil, err
	}
	for i, media := range m.calls[0].Media {
		pcm := filepath.Join(s.scratch, fmt.Sprintf("voice%d.pcm", i))
		pictures := filepath.Join(s.scratch, fmt.Sprintf("camera%d.y4m", i))
		if err := s.convert(ctx, media, "-map", "0:a", "-ar", "16000", "-ac", "1", "-f", "s16le", pcm,
			"-map", "0:v", "-r", fmt.Sprint(callrec.FrameRate), "-t", fmt.Sprint(s.piece), pictures); err != nil {
			return nil, err
		}
		m.pcm, m.pictures = append(m.pcm, pcm), append(m.pictures, pictures)
	}
	return m, nil
}

// convert makes files of a participant's with ffmpeg.
func (s *suite) convert(ctx context.Context, media string, args ...string) error {
	_, _, err := s.runner.Run(ctx, *ffmpeg(append([]string{"-i", media}, args...)...))
	return err
}

func canvas() image.Point { return image.Pt(callrec.Width, callrec.Height) }

// rate is a bit rate to read.
func rate(bytes int64, seconds float64) string {
	return fmt.Sprintf("%.0f kbit/s", float64(bytes)*8/1000/max(seconds, 0.001))
}

// fileRate is the bit rate of a file that lasts so long.
func fileRate(name string, seconds float64) string {
	info, err := os.Stat(name)
	if err != nil {
		return "unknown"
	}
	return rate(info.Size(), seconds)
}

package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/opus"
	"github.com/callrec/callrec/ingest"
	"github.com/callrec/callrec/internal/capture"
)

// sound is 16 kHz mono PCM to try encoders on.
type sound struct {
	name string
	pcm  []int16
}

// loadSounds reads WAV files and captured calls; without any it takes the speech of a call, of espeak-ng, and music.
func loadSounds(inputs []string, dir string) ([]sound, error) {
	if len(inputs) == 0 {
		spoken, err := espeak(dir)
		if err != nil {
			return nil, err
		}
		call, err := loadSound("testdata/calls/three-party")
		if err != nil {
			return nil, err
		}
		return []sound{call, spoken, {"music", music(15)}}, nil
	}
	sounds := make([]sound, 0, len(inputs))
	for _, path := range inputs {
		s, err := loadSound(path)
		if err != nil {
			return nil, err
		}
		sounds = append(sounds, s)
	}
	return sounds, nil
}

func loadSound(path string) (sound, error) {
	name := strings.TrimSuffix(filepath.Base(path), ".wav")
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		pcm, err := callSound(path)
		return sound{name, pcm}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return sound{}, err
	}
	defer f.Close()
	pcm, rate, err := readWAV(f)
	if err == nil && rate != codec.SampleRate {
		err = fmt.Errorf("%s has %d Hz, want %d", path, rate, codec.SampleRate)
	}
	return sound{name, pcm}, err
}

// espeak speaks a few sentences.
func espeak(dir string) (sound, error) {
	const text = "The birch canoe slid on the smooth planks. Glue the sheet to the dark blue background. " +
		"It is easy to tell the depth of a well. These days a chicken leg is a rare dish. " +
		"Rice is often served in round bowls. The juice of lemons makes fine punch."
	raw, file := filepath.Join(dir, "espeak-22k.wav"), filepath.Join(dir, "espeak.wav")
	if err := runQuietly([]string{"espeak-ng", "-s", "150", "-v", "en", "-w", raw, text}); err != nil {
		return sound{}, err
	}
	if err := runQuietly([]string{"ffmpeg", "-v", "error", "-y", "-i", raw, "-ar", "16000", "-ac", "1", file}); err != nil {
		return sound{}, err
	}
	return loadSound(file)
}

// callSound decodes the Opus packets of a call's first participant.
func callSound(dir string) (pcm []int16, err error) {
	call, err := capture.OpenCall(dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, call.Close()) }()
	first := call.Manifest.Participants[0]
	d, err := opus.NewDecoder(codec.AudioFormat{Name: "opus", Channels: 2})
	if err != nil {
		return nil, err
	}
	var track *ingest.Track
	for _, t := range first.Tracks {
		if strings.EqualFold(t.Codec, "opus") && track == nil {
			track, err = ingest.NewTrack(ingest.TrackConfig{Codec: "opus", PayloadType: t.PayloadType, SSRC: t.SSRC, MaxPackets: 32768})
			if err != nil {
				return nil, err
			}
		}
	}
	if track == nil {
		return nil, fmt.Errorf("%s: no Opus of participant %s", dir, first.ParticipantID)
	}
	for {
		e, err := call.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if e.Kind == capture.RTP && e.Participant.ParticipantID == first.ParticipantID {
			_ = track.Push(e.At, e.Data) // the camera's packets are of another SSRC
		}
	}
	for {
		au, ok := track.Pop(math.MaxInt64)
		if !ok {
			return pcm, nil
		}
		if pcm, err = d.Decode(pcm, au.Payload); err != nil {
			return nil, err
		}
	}
}

// music plays chords of plucked strings over a bass, with a drum on every beat: tonal, with attacks.
func music(seconds int) []int16 {
	mix := make([]float64, seconds*codec.SampleRate)
	pluck := func(at, freq, amplitude, tau float64) {
		for h := 1.0; h*freq < 7500 && h < 16; h++ {
			weight := amplitude / h
			for i := int(at * codec.SampleRate); i < len(mix); i++ {
				t := float64(i)/codec.SampleRate - at
				if t > 4*tau {
					break
				}
				mix[i] += weight * math.Exp(-t*(1+0.4*h)/tau) * math.Sin(2*math.Pi*freq*h*t*(1+0.0003*h*h))
			}
		}
	}
	rnd := rand.New(rand.NewPCG(5, 6))
	drum := func(at, amplitude float64) {
		for i := int(at * codec.SampleRate); i < min(len(mix), int((at+0.1)*codec.SampleRate)); i++ {
			t := float64(i)/codec.SampleRate - at
			mix[i] += amplitude * math.Exp(-t/0.02) * (rnd.NormFloat64() + 2*math.Sin(2*math.Pi*120*t))
		}
	}
	chords := [][]float64{{220, 261.6, 329.6}, {174.6, 220, 261.6}, {261.6, 329.6, 392}, {196, 246.9, 293.7}}
	for beat := range 2 * seconds {
		at := float64(beat) / 2
		chord := chords[beat/4%len(chords)]
		pluck(at, chord[0]/2, 3500, 0.6)
		for k, freq := range chord {
			pluck(at+0.125*float64(k), freq*float64(1+beat%2), 2000, 0.5)
		}
		drum(at, 1500)
	}
	pcm := make([]int16, len(mix))
	for i, v := range mix {
		pcm[i] = int16(min(max(math.Round(v), -32768), 32767))
	}
	return pcm
}

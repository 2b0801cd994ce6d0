package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/callrec/callrec/codec/aac"
)

// maxWAV bounds the sound that is read, in bytes.
const maxWAV = 1 << 30

// audio encodes a mono 16-bit WAV file to AAC with ADTS headers.
func (e *encodeFlags) audio(r io.Reader, w io.Writer) (s encodeStats, err error) {
	pcm, rate, err := readWAV(r)
	if err != nil {
		return s, err
	}
	enc, err := aac.NewEncoder(aac.EncoderConfig{SampleRate: rate, Bitrate: int(e.bitrate)})
	if err != nil {
		return s, err
	}
	size := enc.FrameSize()
	for range 1 + enc.Lookahead() { // to get the last ones out
		pcm = append(pcm, make([]int16, size)...)
	}
	var au, frame []byte
	for ; len(pcm) >= size; pcm = pcm[size:] {
		before, begin := cpuSeconds(), time.Now()
		var ready bool
		au, ready, err = enc.Encode(au[:0], pcm[:size])
		s.CPUSeconds += cpuSeconds() - before
		s.Seconds += time.Since(begin).Seconds()
		if err != nil {
			return s, err
		}
		if !ready {
			continue
		}
		if frame, err = aac.AppendADTS(frame[:0], enc.Config(), au); err != nil {
			return s, err
		}
		s.Frames++
		if _, err := w.Write(frame); err != nil {
			return s, err
		}
	}
	return s, nil
}

// readWAV reads the samples of a mono 16-bit PCM file: RIFF chunks of an id, a size and content.
func readWAV(r io.Reader) (pcm []int16, rate int, err error) {
	b, err := io.ReadAll(io.LimitReader(r, maxWAV))
	if err != nil {
		return nil, 0, err
	}
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WAVE" {
		return nil, 0, errors.New("no WAV file")
	}
	for rest := b[12:]; len(rest) >= 8; {
		id, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:]))
		body := rest[8:]
		body = body[:min(size, len(body))] // a stream does not know its size
		switch id {
		case "fmt ":
			if len(body) < 16 {
				return nil, 0, errors.New("format chunk is cut off")
			}
			channels, bits := binary.LittleEndian.Uint16(body[2:]), binary.LittleEndian.Uint16(body[14:])
			if channels != 1 || bits != 16 {
				return nil, 0, fmt.Errorf("%d channels of %d bits, want 1 of 16", channels, bits)
			}
			rate = int(binary.LittleEndian.Uint32(body[4:]))
		case "data":
			if rate == 0 {
				return nil, 0, errors.New("data before its format")
			}
			pcm = make([]int16, len(body)/2)
			for i := range pcm {
				pcm[i] = int16(binary.LittleEndian.Uint16(body[2*i:]))
			}
			return pcm, rate, nil
		}
		rest = rest[min(8+size+size%2, len(rest)):]
	}
	return nil, 0, errors.New("no data")
}

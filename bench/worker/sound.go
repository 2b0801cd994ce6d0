package worker

import (
	"context"
	"encoding/binary"
	"os"

	"github.com/callrec/callrec/bench/measure"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/builtin"
	"github.com/callrec/callrec/mixer"
)

// MixArgs name what to mix: files of 16 kHz mono 16-bit little-endian PCM.
type MixArgs struct {
	Files []string
	Out   string
}

// Mix mixes sound and writes it in the format of the inputs.
func Mix(_ context.Context, a MixArgs) (r PartResult, err error) {
	m, err := mixer.New(mixer.Config{})
	if err != nil {
		return r, err
	}
	voices := make([][]int16, len(a.Files))
	in := make([]*mixer.Input, len(a.Files))
	n := 0
	for i, name := range a.Files {
		if voices[i], err = readPCM(name); err != nil {
			return r, err
		}
		if in[i], err = m.AddInput(mixer.InputConfig{}); err != nil {
			return r, err
		}
		n = max(n, len(voices[i]))
	}
	const block = codec.SampleRate / 50
	mixed := make([]int16, n)
	before := measure.ThreadCPU()
	ahead := (m.Lookahead() + block - 1) / block * block
	for at := -ahead; at < n; at += block {
		for i, voice := range voices {
			if from := at + ahead; from < len(voice) {
				in[i].Write(int64(from), voice[from:min(from+block, len(voice))])
			}
		}
		if at >= 0 {
			m.Read(mixed[at:min(at+block, n)])
		}
	}
	r.CPU = (measure.ThreadCPU() - before).Seconds()
	r.Units, r.Seconds = int64(n), float64(n)/codec.SampleRate
	return r, writePCM(a.Out, mixed)
}

// EncodeSoundArgs say what to encode: a file of 16 kHz mono 16-bit little-endian PCM, to one of bare access units.
type EncodeSoundArgs struct {
	File, Out string
}

// EncodeSound encodes sound with the recording's settings.
func EncodeSound(_ context.Context, a EncodeSoundArgs) (r PartResult, err error) {
	pcm, err := readPCM(a.File)
	if err != nil {
		return r, err
	}
	e, err := builtin.Set().AudioEncoder(codec.AudioEncoding{Bitrate: 48000})
	if err != nil {
		return r, err
	}
	var out []byte
	before := measure.ThreadCPU()
	for n := e.FrameSize(); len(pcm) >= n; pcm = pcm[n:] {
		if out, _, err = e.Encode(out, pcm[:n]); err != nil {
			return r, err
		}
		r.Units += int64(n)
	}
	r.CPU = (measure.ThreadCPU() - before).Seconds()
	r.Seconds, r.Bytes = float64(r.Units)/codec.SampleRate, int64(len(out))
	return r, os.WriteFile(a.Out, out, 0o600)
}

func readPCM(name string) ([]int16, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	pcm := make([]int16, len(data)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(data[2*i:]))
	}
	return pcm, nil
}

func writePCM(name string, pcm []int16) error {
	data := make([]byte, 0, 2*len(pcm))
	for _, v := range pcm {
		data = binary.LittleEndian.AppendUint16(data, uint16(v))
	}
	return os.WriteFile(name, data, 0o600)
}

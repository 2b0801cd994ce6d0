package worker

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/callrec/callrec/bench/inputs"
	"github.com/callrec/callrec/bench/measure"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/builtin"
)

// DecodeArgs name the stream to decode: .ivf (VP8), .264 (H.264 byte stream) or .ogg (Opus).
type DecodeArgs struct {
	File string
}

// Decode decodes a stream and lets go of what comes out.
func Decode(_ context.Context, a DecodeArgs) (PartResult, error) {
	begin := measure.ThreadCPU()
	units, err := inputs.ReadStream(a.File)
	if err != nil {
		return PartResult{}, err
	}
	var r PartResult
	if filepath.Ext(a.File) == ".ogg" {
		r, err = decodeSound(units)
	} else {
		r, err = decodePictures(a.File, units)
	}
	r.CPU = (measure.ThreadCPU() - begin).Seconds()
	return r, err
}

func decodePictures(file string, units [][]byte) (r PartResult, err error) {
	name := inputs.VP8
	if filepath.Ext(file) == ".264" {
		name = inputs.H264
	}
	d, err := builtin.Set().NewVideoDecoder(codec.VideoFormat{Name: name})
	if err != nil {
		return r, err
	}
	for i, au := range units {
		pictures, err := d.Decode(au, int64(i))
		if err != nil {
			return r, fmt.Errorf("access unit %d: %w", i, err)
		}
		r.Units += int64(len(pictures))
		r.Bytes += int64(len(au))
	}
	r.Seconds = float64(len(units)) / inputs.CameraRate
	return r, nil
}

func decodeSound(units [][]byte) (r PartResult, err error) {
	d, err := builtin.Set().NewAudioDecoder(codec.AudioFormat{Name: "opus", ClockRate: 48000, Channels: 2})
	if err != nil {
		return r, err
	}
	var pcm []int16
	for i, au := range units {
		if pcm, err = d.Decode(pcm[:0], au); err != nil {
			return r, fmt.Errorf("access unit %d: %w", i, err)
		}
		r.Units += int64(len(pcm))
		r.Bytes += int64(len(au))
	}
	r.Seconds = float64(r.Units) / codec.SampleRate
	return r, nil
}

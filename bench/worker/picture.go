package worker

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"

	"github.com/callrec/callrec/bench/measure"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/builtin"
	"github.com/callrec/callrec/mux"
	"github.com/callrec/callrec/tiler"
)

const (
	frameRate = 8
	timescale = codec.SampleRate
)

// TileArgs name the pictures to put on a canvas, as YUV4MPEG2 files of 8 pictures per second, one for each participant.
type TileArgs struct {
	Files []string
}

// Tile composes pictures.
func Tile(_ context.Context, a TileArgs) (r PartResult, err error) {
	t, err := tiler.New(tiler.Config{})
	if err != nil {
		return r, err
	}
	tiles := make([]tiler.Tile, len(a.Files))
	sources := make([]*measure.Y4M, len(a.Files))
	for i, name := range a.Files {
		f, err := os.Open(name)
		if err != nil {
			return r, err
		}
		defer f.Close()
		if sources[i], err = measure.NewY4M(f); err != nil {
			return r, err
		}
		tiles[i].ID, tiles[i].Name = name, fmt.Sprintf("Participant %d", i+1)
	}
	for {
		for i, s := range sources {
			if tiles[i].Picture, err = s.Next(); err != nil {
				if errors.Is(err, io.EOF) {
					err = nil
				}
				return r, err
			}
			tiles[i].Serial++
		}
		before := measure.ThreadCPU()
		t.Compose(tiles)
		r.CPU += (measure.ThreadCPU() - before).Seconds()
		r.Units++
		r.Seconds += 1. / frameRate
	}
}

// EncodeArgs say what to encode: a YUV4MPEG2 file of 8 canvases per second, to an MP4 file.
type EncodeArgs struct {
	File, Out string
	Quality   bool
}

// Encode encodes canvases with the recording's settings.
func Encode(_ context.Context, a EncodeArgs) (r PartResult, err error) {
	in, err := os.Open(a.File)
	if err != nil {
		return r, err
	}
	defer in.Close()
	y, err := measure.NewY4M(in)
	if err != nil {
		return r, err
	}
	out, err := os.Create(a.Out)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	e, err := builtin.Set().VideoEncoder(codec.VideoEncoding{Width: 1920, Height: 1080, FrameRate: frameRate, MaxBitrate: 1_000_000})
	if err != nil {
		return r, err
	}
	w, err := newVideoFile(out, e)
	if err != nil {
		return r, err
	}
	var q measure.Quality
	var au []byte
	for {
		m, err := y.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return r, err
		}
		before := measure.ThreadCPU()
		var info codec.EncodedPicture
		if au, info, err = e.Encode(au[:0], m, codec.VideoEncodeOptions{IDR: r.Units == 0}); err != nil {
			return r, err
		}
		r.CPU += (measure.ThreadCPU() - before).Seconds()
		r.Units++
		r.Bytes += int64(len(au))
		if rec, ok := e.(reconstructor); ok && a.Quality {
			q.Add(m, rec.Reconstruction(), false)
		}
		if err := w.WriteFragment(mux.Fragment{Video: []mux.Sample{{Data: au, Sync: info.Keyframe}}}); err != nil {
			return r, err
		}
	}
	r.Seconds, r.PSNRY = float64(r.Units)/frameRate, q.PSNR()
	return r, w.Close()
}

func newVideoFile(w io.Writer, e codec.VideoEncoder) (*mux.Writer, error) {
	sps, pps := e.ParameterSets()
	return mux.NewWriter(w, mux.Config{Timescale: timescale, Video: &mux.VideoConfig{
		Width: 1920, Height: 1080, SPS: sps, PPS: pps, FrameDuration: timescale / frameRate,
	}})
}

// MuxArgs say how much to write.
type MuxArgs struct {
	Out     string
	Minutes int
}

// Mux writes fragments of two seconds such as a recording has, of 0.8 Mbit/s of video and 48 kbit/s of audio.
func Mux(_ context.Context, a MuxArgs) (r PartResult, err error) {
	e, err := builtin.Set().VideoEncoder(codec.VideoEncoding{Width: 1920, Height: 1080, FrameRate: frameRate})
	if err != nil {
		return r, err
	}
	au, _, err := e.Encode(nil, image.NewYCbCr(image.Rect(0, 0, 1920, 1080), image.YCbCrSubsampleRatio420), codec.VideoEncodeOptions{IDR: true})
	if err != nil {
		return r, err
	}
	out, err := os.Create(a.Out)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	sound, err := builtin.Set().AudioEncoder(codec.AudioEncoding{})
	if err != nil {
		return r, err
	}
	sps, pps := e.ParameterSets()
	w, err := mux.NewWriter(out, mux.Config{
		Timescale: timescale,
		Video:     &mux.VideoConfig{Width: 1920, Height: 1080, SPS: sps, PPS: pps, FrameDuration: timescale / frameRate},
		Audio: &mux.AudioConfig{
			Config: sound.Config(), SampleRate: codec.SampleRate, Channels: 1, FrameDuration: uint32(sound.FrameSize()),
		},
	})
	if err != nil {
		return r, err
	}
	fragment := fragmentOf(au)
	before := measure.ThreadCPU()
	for range a.Minutes * 30 {
		if err := w.WriteFragment(fragment); err != nil {
			return r, err
		}
		r.Units++
	}
	err = w.Close()
	r.CPU = (measure.ThreadCPU() - before).Seconds()
	r.Seconds, r.Bytes = float64(a.Minutes*60), w.Written()
	return r, err
}

// fragmentOf is two seconds of recording in which every picture is this access unit, made longer with a NAL unit of filler
// data (ITU-T H.264 7.3.2.7).
func fragmentOf(au []byte) mux.Fragment {
	const pictureBytes, soundBytes = 12500, 384
	n := max(pictureBytes-len(au)-4, 2)
	filler := make([]byte, n)
	for i := range filler {
		filler[i] = 0xff
	}
	filler[0], filler[n-1] = 12, 0x80
	au = append(au, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	au = append(au, filler...)
	var f mux.Fragment
	for i := range 2 * frameRate {
		f.Video = append(f.Video, mux.Sample{Data: au, Sync: i == 0})
	}
	for range 31 {
		f.Audio = append(f.Audio, mux.Sample{Data: make([]byte, soundBytes)})
	}
	return f
}

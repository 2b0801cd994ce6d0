package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/callrec/callrec/bench/inputs"
	"github.com/callrec/callrec/bench/measure"
	"github.com/callrec/callrec/bench/peers"
	"github.com/callrec/callrec/bench/report"
	"github.com/callrec/callrec/bench/worker"
)

// part is one part of the work to measure.
type part struct {
	name, title string
	unit        string
	job         string // of a worker
	arguments   any
	peer        *measure.Command // does the same; nil for none
	peerName    string
	note        string
}

// parts measures the parts of a call one by one.
func (s *suite) parts(ctx context.Context) error {
	if !slices.ContainsFunc(partNames(), s.wants) {
		return nil
	}
	if !s.ffmpeg {
		s.say("the parts are left out: their inputs are made with ffmpeg")
		return nil
	}
	m, err := s.partInputs(ctx)
	if err != nil {
		return err
	}
	list, err := s.listParts(ctx, m)
	if err != nil {
		return err
	}
	for _, p := range list {
		if !s.wants(p.name) {
			continue
		}
		s.say(p.name)
		result, err := s.part(ctx, p)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		s.results.SetPart(result)
	}
	return nil
}

// partNames are the names of all parts.
func partNames() []string {
	return []string{
		"part/ingest", "part/vp8-decoder", "part/vp8-720p-decoder", "part/h264-decoder", "part/opus-decoder", "part/mixer",
		"part/tiler", "part/aac-encoder", "part/mux", encoderPart,
	}
}

const encoderPart = "part/h264-encoder"

// part measures one part by turns with its peer.
func (s *suite) part(ctx context.Context, p part) (report.Part, error) {
	r := report.Part{Name: p.name, Title: p.title, Unit: p.unit, Note: p.note}
	var ours, theirs []float64
	for range s.runs {
		var inside worker.PartResult
		usage, err := s.work(ctx, p.job, p.arguments, &inside)
		if err != nil {
			return r, err
		}
		r.Units, r.Seconds = float64(inside.Units), inside.Seconds
		if p.peer == nil {
			ours = append(ours, inside.CPU)
			continue
		}
		ours = append(ours, usage.CPU)
		if usage, _, err = s.runner.Run(ctx, *p.peer); err != nil {
			return r, err
		}
		theirs = append(theirs, usage.CPU)
	}
	r.CPUSeconds = measure.Median(ours)
	if p.peer != nil {
		r.Peer, r.PeerSeconds, r.Ratio = p.peerName, measure.Median(theirs), measure.Median(measure.Ratios(ours, theirs))
	}
	return r, nil
}

// listParts are all parts.
func (s *suite) listParts(ctx context.Context, m *material) ([]part, error) {
	return s.withEncoders(ctx, m, []part{
		{
			name: "part/ingest", title: "ingest", unit: "packets", job: "ingest", note: "all participants of a call",
			arguments: worker.IngestArgs{Call: m.calls[0].Dir, Times: 5},
		},
		s.decodePart("part/vp8-decoder", "VP8 decoder, 640x360", "pictures", m.cameras[0]),
		s.decodePart("part/vp8-720p-decoder", "VP8 decoder, 1280x720", "pictures", m.cameras[1]),
		s.decodePart("part/h264-decoder", "H.264 decoder, 640x360", "pictures", m.cameras[2]),
		s.decodePart("part/opus-decoder", "Opus decoder", "samples", m.voice),
		s.mixPart(m),
		s.tilePart(m),
		s.aacPart(m),
		s.muxPart(),
	})
}

// withEncoders adds the encoders' parts, for which a rate factor has to be searched, if they are wanted.
func (s *suite) withEncoders(ctx context.Context, m *material, list []part) ([]part, error) {
	if !s.wants(encoderPart) {
		return list, nil
	}
	encoders, err := s.encoderParts(ctx, m)
	return append(list, encoders...), err
}

func (s *suite) decodePart(name, title, unit, file string) part {
	return part{
		name: name, title: title, unit: unit, job: "decode", arguments: worker.DecodeArgs{File: file},
		peerName: "ffmpeg", peer: ffmpeg("-threads", "1", "-i", file, "-f", "null", "-"),
	}
}

func (s *suite) mixPart(m *material) part {
	args := oneThread()
	for _, f := range m.pcm {
		args = append(args, "-f", "s16le", "-ar", "16000", "-ac", "1", "-i", f)
	}
	args = append(args, "-filter_complex", fmt.Sprintf("amix=inputs=%d:normalize=0", len(m.pcm)), "-f", "s16le", filepath.Join(s.scratch, "mix.raw"))
	return part{
		name: "part/mixer", title: "mixer", unit: "samples", job: "mix", note: fmt.Sprintf("%d voices of PCM; callrec's limits peaks", len(m.pcm)),
		arguments: worker.MixArgs{Files: m.pcm, Out: filepath.Join(s.scratch, "mix.pcm")},
		peerName:  "ffmpeg, amix", peer: ffmpeg(args...),
	}
}

// tilePart composes the participants' pictures again and again.
func (s *suite) tilePart(m *material) part {
	spec := inputs.Spec{Participants: len(m.pictures), Width: 640, Height: 360}
	args := oneThread()
	for _, f := range m.pictures {
		args = append(args, "-i", f)
	}
	graph := peers.FFmpeg{}.Canvas(peers.Job{Canvas: canvas(), Tiles: tiles(spec)}, "")
	args = append(args, "-filter_complex", graph, "-map", "[v]", "-f", "null", "-")
	return part{
		name: "part/tiler", title: "scaler and tiler", unit: "canvases", job: "tile", note: fmt.Sprintf("%d pictures of 640x360, all of them new each time", len(m.pictures)),
		arguments: worker.TileArgs{Files: m.pictures}, peerName: "ffmpeg, scale and xstack", peer: ffmpeg(args...),
	}
}

func (s *suite) aacPart(m *material) part {
	out := filepath.Join(s.scratch, "sound.aac")
	return part{
		name: "part/aac-encoder", title: "AAC-LC encoder", unit: "samples", job: "aac", note: "48 kbit/s",
		arguments: worker.EncodeSoundArgs{File: m.pcm[0], Out: out}, peerName: "ffmpeg",
		peer: ffmpeg("-f", "s16le", "-ar", "16000", "-ac", "1", "-i", m.pcm[0], "-c:a", "aac", "-b:a", "48k", out),
	}
}

func (s *suite) muxPart() part {
	return part{
		name: "part/mux", title: "muxer", unit: "fragments", job: "mux", note: "0.85 Mbit/s",
		arguments: worker.MuxArgs{Out: filepath.Join(s.scratch, "muxed.mp4"), Minutes: 60},
	}
}

// encoderParts encode the canvases of the first call, libx264 at the same PSNR.
func (s *suite) encoderParts(ctx context.Context, m *material) ([]part, error) {
	source := filepath.Join(s.scratch, "canvas.y4m")
	var recorded worker.RecordResult
	if _, err := s.work(ctx, "record", worker.RecordArgs{
		Call: m.calls[0].Dir, Out: filepath.Join(s.scratch, "ours"), Seconds: float64(s.piece), Canvas: source,
	}, &recorded); err != nil {
		return nil, err
	}
	args := worker.EncodeArgs{File: source, Out: filepath.Join(s.scratch, "ours.mp4"), Quality: true}
	var r worker.PartResult
	if _, err := s.work(ctx, "encode", args, &r); err != nil {
		return nil, err
	}
	args.Quality = false
	var list []part
	presets := []string{superfast, veryfast}
	if s.smoke {
		presets = presets[:1]
	}
	for _, preset := range presets {
		e := peers.Encoding{Preset: preset, RateFactor: firstRateFactor, OneThread: true}
		out := filepath.Join(s.scratch, preset+".mp4")
		factor, psnr, err := peers.Match(ctx, source, out, e, r.PSNRY, searchTolerance)
		if err != nil {
			return nil, err
		}
		e.RateFactor = factor
		list = append(list, part{
			name: encoderPart, title: "H.264 encoder", unit: "canvases", job: "encode", arguments: args,
			peerName: "ffmpeg, libx264 " + preset, peer: ffmpeg(append(append([]string{"-i", source}, peers.X264(e)...), out)...),
			note: fmt.Sprintf("%.2f and %.2f dB; %s and %s", r.PSNRY, psnr, rate(r.Bytes, r.Seconds), fileRate(out, r.Seconds)),
		})
	}
	return list, nil
}

// oneThread are ffmpeg's arguments for filters on one thread.
func oneThread() []string { return []string{"-filter_threads", "1", "-filter_complex_threads", "1"} }

func ffmpeg(args ...string) *measure.Command {
	return &measure.Command{Name: "ffmpeg", Args: append(peers.Quiet(), args...)}
}

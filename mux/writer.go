package mux

import (
	"fmt"
	"io"
)

// Writer writes one file. Times start at 0 in each track and follow from the number of samples, so nothing can gap or
// overlap. It is not safe for concurrent use.
type Writer struct {
	w       io.Writer
	cfg     Config
	written int64
	err     error // the first failed write; nothing is written after it
	closed  bool

	sequence             uint32 // of the next fragment, from 1
	videoTime, audioTime int64  // tfdt of the next fragment
	audioCount           int64  // audio samples so far
	index                []indexEntry
	joining              int64                           // sum of joinGrowth
	moof                 []byte                          // scratch
	runs                 struct{ video, audio []sample } // scratch
}

// NewWriter validates cfg and writes the init segment, so that the file is valid from then on. An error about cfg
// wraps ErrConfig, another one is w's. The writer makes many small writes: buffer w where that costs.
func NewWriter(w io.Writer, cfg Config) (*Writer, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	segment, err := initSegment(&cfg)
	if err != nil {
		return nil, err
	}
	m := &Writer{w: w, sequence: 1}
	m.cfg.Timescale = cfg.Timescale
	if cfg.Video != nil {
		video := *cfg.Video
		video.SPS, video.PPS = nil, nil
		m.cfg.Video = &video
	}
	if cfg.Audio != nil {
		audio := *cfg.Audio
		audio.Config = nil
		m.cfg.Audio = &audio
		if audio.PreRoll == 0 {
			m.audioTime = int64(audio.Offset)
		}
	}
	if err := m.write(segment); err != nil {
		return nil, err
	}
	return m, nil
}

// Written returns the number of bytes written so far; right after NewWriter it is the size of the init segment.
func (w *Writer) Written() int64 { return w.written }

// FragmentSize returns by how much Written grows with a WriteFragment of nVideo and nAudio samples that have payload
// bytes altogether, if that is the next one, starts with a sync sample and has no other in the video track. For a later
// one the result may be a little too large: four bytes where it does not start with a sync sample, and four for each
// audio sample if the fragment that ends the pre-roll comes in between. It is never too small if the pre-roll is at most
// one access unit.
func (w *Writer) FragmentSize(nVideo, nAudio int, payload int64) int64 {
	if nVideo == 0 && nAudio == 0 {
		return 0
	}
	video, audio := w.shapes(nVideo, nAudio)
	return int64(moofSize(&video, &audio)) + boxHeader + payload
}

// TrailerSize returns how many bytes Close can write if more fragments that start with a sync sample are written before,
// and less than MaxFragmentPayload bytes until then.
func (w *Writer) TrailerSize(more int) int64 {
	last := indexEntry{time: max(w.videoTime, w.audioTime) + MaxFragmentPayload, offset: w.written + MaxFragmentPayload}
	return trailerSize(len(w.index)+more, last.wide())
}

// WriteFragment writes one fragment: moof, then the samples as they are. A fragment without samples writes nothing.
// An error that wraps ErrFragment leaves the file as it was. After an error of the underlying writer the file may end
// within a fragment, and every further call returns that error.
func (w *Writer) WriteFragment(f Fragment) error {
	if w.err != nil {
		return w.err
	}
	if w.closed {
		return ErrClosed
	}
	if len(f.Video) == 0 && len(f.Audio) == 0 {
		return nil
	}
	if err := w.check(&f); err != nil {
		return err
	}
	offset := w.written
	w.moof = w.appendMoof(w.moof[:0], &f)
	if err := w.writeAll(&f); err != nil {
		return err
	}
	w.advance(&f, offset)
	return nil
}

func (w *Writer) writeAll(f *Fragment) error {
	if err := w.write(w.moof); err != nil {
		return err
	}
	for _, samples := range [...][]Sample{f.Video, f.Audio} {
		for i := range samples {
			if err := w.write(samples[i].Data); err != nil {
				return err
			}
		}
	}
	return nil
}

// advance accounts for a fragment that was written at offset.
func (w *Writer) advance(f *Fragment, offset int64) {
	if w.indexable(f) && len(w.index) < maxIndexEntries {
		time := w.videoTime
		if w.cfg.Video == nil {
			time = w.audioTime
		}
		w.index = append(w.index, indexEntry{time: time, offset: offset, traf: 1})
	}
	if w.cfg.Video != nil {
		w.videoTime += int64(len(f.Video)) * int64(w.cfg.Video.FrameDuration)
	}
	if n := len(f.Audio); n > 0 {
		w.audioTime += int64(n) * int64(w.cfg.Audio.FrameDuration)
		if w.stretchIndex(n) >= 0 {
			w.audioTime += int64(w.cfg.Audio.Offset)
		}
		w.audioCount += int64(n)
	}
	w.joining += joinGrowth(len(f.Video) + len(f.Audio))
	w.sequence++
}

// indexable reports whether playback can start from the fragment: in the video track, without one in the audio track.
func (w *Writer) indexable(f *Fragment) bool {
	if w.cfg.Video == nil {
		return len(f.Audio) > 0
	}
	return len(f.Video) > 0 && f.Video[0].Sync
}

// Close writes the index of the fragments (mfra) and returns the first error that the Writer met. It does not close
// the underlying writer. Closing again does nothing and returns the same.
func (w *Writer) Close() error {
	if w.closed || w.err != nil {
		return w.err
	}
	w.closed = true
	track := uint32(videoTrackID)
	if w.cfg.Video == nil {
		track = audioTrackID
	}
	mfra, err := trailer(track, w.index)
	if err != nil {
		w.err = fmt.Errorf("mux: %w", err)
		return w.err
	}
	return w.write(mfra)
}

func (w *Writer) write(b []byte) error {
	n, err := w.w.Write(b)
	w.written += int64(n)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err != nil {
		w.err = fmt.Errorf("mux: write at %d: %w", w.written, err)
	}
	return w.err
}

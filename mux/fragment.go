package mux

import "fmt"

// Sample is one access unit.
type Sample struct {
	// Data is the access unit, at least one byte: for video its NAL units, each preceded by its length in four bytes,
	// without parameter sets (ISO/IEC 14496-15 5.3); for audio one raw_data_block. Borrowed until WriteFragment returns.
	Data []byte
	// Sync says that decoding can start here. Audio samples are sync samples whatever it says.
	Sync bool
}

// Fragment is what one moof and mdat hold: the next samples of both tracks in decoding order. One of the two may be
// empty. Players can start at a fragment whose first video sample is a sync sample.
type Fragment struct {
	Video, Audio []Sample // borrowed until WriteFragment returns
}

// MaxFragmentPayload is the number of bytes that all samples of a fragment may have together. It keeps data offsets,
// which are signed 32-bit numbers, and the mdat size within their range.
const MaxFragmentPayload = 1 << 30

// maxFragmentSamples bounds the samples of one track in a fragment and so the size of moof.
const maxFragmentSamples = 1 << 20

// Sizes of boxes of fixed size, header included (ISO/IEC 14496-12 8.8.4 to 8.8.8, 8.8.12).
const (
	boxHeader  = 8
	mfhdSize   = 16
	tfhdSize   = 16 // track_ID only
	trunHeader = 20 // with data_offset
)

// Flags of tfhd and trun (ISO/IEC 14496-12 8.8.7.1, 8.8.8.1).
const (
	tfhdBaseDataOffset    = 0x000001
	tfhdDescriptionIndex  = 0x000002
	tfhdDefaultDuration   = 0x000008
	tfhdDefaultSize       = 0x000010
	tfhdDefaultFlags      = 0x000020
	tfhdDefaultBaseIsMoof = 0x020000
	trunDataOffset        = 0x000001
	trunFirstSampleFlags  = 0x000004
	trunDuration          = 0x000100
	trunSampleSize        = 0x000200
	trunFlags             = 0x000400
	trunCompositionOffset = 0x000800
)

// stretchIndex returns the index of the sample that carries the offset of the audio track, among n audio samples to
// be written next; -1 if it is not there.
func (w *Writer) stretchIndex(n int) int {
	a := w.cfg.Audio
	if a == nil || a.PreRoll == 0 || a.Offset == 0 {
		return -1
	}
	i := int64(a.PreRoll/a.FrameDuration) - 1 - w.audioCount
	if i < 0 || i >= int64(n) {
		return -1
	}
	return int(i)
}

// shapes returns what the trafs of a fragment look like that has so many samples and is written next. No video sample but
// the first is taken to be a sync sample. Durations are written only where they differ from the default: in the fragment
// with the last pre-roll sample, which is stretched to the first one after it.
func (w *Writer) shapes(nVideo, nAudio int) (video, audio runShape) {
	video = runShape{track: videoTrackID, time: w.videoTime, count: nVideo, flags: trunDataOffset | trunSampleSize | trunFirstSampleFlags}
	audio = runShape{track: audioTrackID, time: w.audioTime, count: nAudio, flags: trunDataOffset | trunSampleSize, roll: true}
	if w.stretchIndex(nAudio) >= 0 {
		audio.flags |= trunDuration
	}
	return video, audio
}

func moofSize(video, audio *runShape) int {
	return boxHeader + mfhdSize + video.trafSize() + audio.trafSize()
}

func (f *Fragment) payload() (video, audio int64) {
	for i := range f.Video {
		video += int64(len(f.Video[i].Data))
	}
	for i := range f.Audio {
		audio += int64(len(f.Audio[i].Data))
	}
	return video, audio
}

// check refuses what cannot be written.
func (w *Writer) check(f *Fragment) error {
	if len(f.Video) > 0 && w.cfg.Video == nil {
		return fmt.Errorf("%w: video samples without a video track", ErrFragment)
	}
	if len(f.Audio) > 0 && w.cfg.Audio == nil {
		return fmt.Errorf("%w: audio samples without an audio track", ErrFragment)
	}
	if n := max(len(f.Video), len(f.Audio)); n > maxFragmentSamples {
		return fmt.Errorf("%w: %d samples, at most %d", ErrFragment, n, maxFragmentSamples)
	}
	for i := range f.Video {
		if len(f.Video[i].Data) == 0 {
			return fmt.Errorf("%w: video sample %d is empty", ErrFragment, i)
		}
	}
	for i := range f.Audio {
		if len(f.Audio[i].Data) == 0 {
			return fmt.Errorf("%w: audio sample %d is empty", ErrFragment, i)
		}
	}
	if video, audio := f.payload(); video+audio > MaxFragmentPayload {
		return fmt.Errorf("%w: payload of %d bytes, at most %d", ErrFragment, video+audio, MaxFragmentPayload)
	}
	return nil
}

// appendMoof appends the moof box and the header of mdat. In mdat the video samples come first, then the audio samples.
func (w *Writer) appendMoof(b []byte, f *Fragment) []byte {
	videoBytes, audioBytes := f.payload()
	video, audio := w.shapes(len(f.Video), len(f.Audio))
	w.runs.video, w.runs.audio = w.videoRun(w.runs.video[:0], f.Video), w.audioRun(w.runs.audio[:0], f.Audio)
	if len(f.Video) > 0 {
		video.flags = runFlags(w.runs.video, w.cfg.Video.FrameDuration, flagsNonSync)
	}
	size := moofSize(&video, &audio)
	b = appendHeader(b, size, "moof")
	b = appendHeader(b, mfhdSize, "mfhd")
	b = appendWords(b, 0, w.sequence)
	data := size + boxHeader
	b = video.appendTraf(b, w.runs.video, data)
	b = audio.appendTraf(b, w.runs.audio, data+int(videoBytes))
	return appendHeader(b, boxHeader+int(videoBytes+audioBytes), "mdat")
}

func (w *Writer) videoRun(run []sample, samples []Sample) []sample {
	for i := range samples {
		s := sample{duration: w.cfg.Video.FrameDuration, size: uint32(len(samples[i].Data)), flags: flagsNonSync}
		if samples[i].Sync {
			s.flags = flagsSync
		}
		run = append(run, s)
	}
	return run
}

func (w *Writer) audioRun(run []sample, samples []Sample) []sample {
	for i := range samples {
		run = append(run, sample{duration: w.cfg.Audio.FrameDuration, size: uint32(len(samples[i].Data)), flags: flagsSync})
	}
	if i := w.stretchIndex(len(samples)); i >= 0 {
		run[i].duration += w.cfg.Audio.Offset
	}
	return run
}

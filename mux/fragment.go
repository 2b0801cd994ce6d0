package mux

import (
	"encoding/binary"
	"fmt"
)

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
	boxHeader     = 8
	mfhdSize      = 16
	tfhdSize      = 16 // track_ID only
	tfdtSize      = 20 // version 1
	trunHeader    = 20 // with data_offset
	videoRunEntry = 8  // size, flags
	audioRunEntry = 4  // size
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
	trunSize              = 0x000200
	trunFlags             = 0x000400
	trunCompositionOffset = 0x000800
)

// runSize returns the size of a traf with n samples, 0 without any.
func runSize(n, entry int) int {
	if n == 0 {
		return 0
	}
	return boxHeader + tfhdSize + tfdtSize + trunHeader + n*entry
}

// audioEntrySize returns the size of one sample's entry in the audio trun of a fragment that has n audio samples.
// Durations are written only where they differ from the default: in the fragment with the last pre-roll sample, which
// is stretched to the first one after it.
func (w *Writer) audioEntrySize(n int) int {
	if w.stretchIndex(n) >= 0 {
		return audioRunEntry + 4
	}
	return audioRunEntry
}

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

func (w *Writer) moofSize(nVideo, nAudio int) int {
	return boxHeader + mfhdSize + runSize(nVideo, videoRunEntry) + runSize(nAudio, w.audioEntrySize(nAudio))
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
	size := w.moofSize(len(f.Video), len(f.Audio))
	video, audio := f.payload()
	b = appendHeader(b, size, "moof")
	b = appendHeader(b, mfhdSize, "mfhd")
	b = binary.BigEndian.AppendUint32(b, 0)
	b = binary.BigEndian.AppendUint32(b, w.sequence)
	data := size + boxHeader
	if len(f.Video) > 0 {
		b = appendRunHeader(b, videoTrackID, w.videoTime, len(f.Video), videoRunEntry, trunSize|trunFlags, data)
		b = appendVideoEntries(b, f.Video)
		data += int(video)
	}
	if n := len(f.Audio); n > 0 {
		stretch, flags := w.stretchIndex(n), uint32(trunSize)
		if stretch >= 0 {
			flags |= trunDuration
		}
		b = appendRunHeader(b, audioTrackID, w.audioTime, n, w.audioEntrySize(n), flags, data)
		b = w.appendAudioEntries(b, f.Audio, stretch)
	}
	return appendHeader(b, boxHeader+int(video+audio), "mdat")
}

func appendHeader(b []byte, size int, boxType string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(size))
	return append(b, boxType...)
}

// appendRunHeader appends a traf up to the entries of its trun. time is the tfdt, data the data_offset.
func appendRunHeader(b []byte, track uint32, time int64, n, entry int, flags uint32, data int) []byte {
	b = appendHeader(b, runSize(n, entry), "traf")
	b = appendHeader(b, tfhdSize, "tfhd")
	b = binary.BigEndian.AppendUint32(b, tfhdDefaultBaseIsMoof)
	b = binary.BigEndian.AppendUint32(b, track)
	b = appendHeader(b, tfdtSize, "tfdt")
	b = binary.BigEndian.AppendUint32(b, 1<<24) // version 1
	b = binary.BigEndian.AppendUint64(b, uint64(time))
	b = appendHeader(b, trunHeader+n*entry, "trun")
	b = binary.BigEndian.AppendUint32(b, trunDataOffset|flags)
	b = binary.BigEndian.AppendUint32(b, uint32(n))
	return binary.BigEndian.AppendUint32(b, uint32(data))
}

func appendVideoEntries(b []byte, samples []Sample) []byte {
	for i := range samples {
		flags := uint32(flagsNonSync)
		if samples[i].Sync {
			flags = flagsSync
		}
		b = binary.BigEndian.AppendUint32(b, uint32(len(samples[i].Data)))
		b = binary.BigEndian.AppendUint32(b, flags)
	}
	return b
}

func (w *Writer) appendAudioEntries(b []byte, samples []Sample, stretch int) []byte {
	for i := range samples {
		if stretch >= 0 {
			duration := w.cfg.Audio.FrameDuration
			if i == stretch {
				duration += w.cfg.Audio.Offset
			}
			b = binary.BigEndian.AppendUint32(b, duration)
		}
		b = binary.BigEndian.AppendUint32(b, uint32(len(samples[i].Data)))
	}
	return b
}

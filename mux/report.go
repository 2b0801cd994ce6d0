package mux

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Report is what Probe found.
type Report struct {
	// Size is the size of the file in bytes.
	Size int64
	// WholeBytes is how much of the file is whole: it ends with the init segment, with a fragment whose samples are all
	// there, or with the index, and what follows is torn or damaged; damaged fragments in front of a whole one stay
	// inside. Cut there, and with Trailer appended, the file is as good as one that was closed. 0 if not even the init
	// segment is whole.
	WholeBytes int64
	// Indexed says that the whole part ends with the index.
	Indexed bool
	// MajorBrand and Brands are from ftyp.
	MajorBrand string
	Brands     []string
	// Duration is the end of the presentation: when the last sample of the track that ends last is over.
	Duration time.Duration
	// Tracks, in the order of the file. They and Duration account for all of Fragments, damaged ones too.
	Tracks []TrackReport
	// Fragments are those whose mdat is complete, in the order of the file.
	Fragments []FragmentReport
	// Problems lists in words what is wrong with the file, in the order of the file. Empty for a file that Writer wrote
	// and closed. After 100 of them there is one that says that there are more.
	Problems []string
}

// Kinds of tracks.
const (
	KindVideo = "video"
	KindAudio = "audio"
)

// TrackReport is what Probe found out about one track. Times are in ticks of its timescale.
type TrackReport struct {
	ID uint32
	// Kind is KindVideo, KindAudio or the handler type in the file.
	Kind string
	// Codec is the value for a "codecs" parameter (RFC 6381): "avc1.64001f", "mp4a.40.2", or the sample entry's type
	// alone.
	Codec                string
	Timescale            uint32 // ticks per second
	Width, Height        int    // of video, in luma samples
	SampleRate, Channels int    // of audio, in Hz
	Samples, SyncSamples int
	Bytes                int64 // of all samples
	// PreRoll is the media time that the edit list cuts from the start.
	PreRoll int64
	// Start is the presentation time of the first sample that the edit list does not cut, Duration the time from there
	// to the end of the last sample.
	Start, Duration int64
}

// FragmentReport is what Probe found out about one fragment.
type FragmentReport struct {
	// Offset and Size are the place in the file of moof, mdat and what is between them, in bytes.
	Offset, Size int64
	Sequence     uint32
	// Sync says that playback can start here: the first sample of the video track (without one, of the first track) is
	// a sync sample.
	Sync bool
	// Damaged says that samples are not within mdat, or that a video sample is not made of NAL units.
	Damaged bool
	Runs    []RunReport
}

// RunReport is what a fragment holds of one track.
type RunReport struct {
	Track          uint32
	Time, Duration int64 // media time (tfdt) and sum of sample durations, in ticks of the track
	Samples        int
	Bytes          int64

	firstOffset int64 // composition time offset of the first sample
}

// presented is the time of the first sample in the index: in presentation order but without edits
// (ISO/IEC 14496-12 8.8.10).
func (r *RunReport) presented() int64 { return max(r.Time+r.firstOffset, 0) }

// maxProblems bounds Report.Problems.
const maxProblems = 100

func (r *Report) problem(format string, args ...any) {
	switch len(r.Problems) {
	case maxProblems + 1:
		return
	case maxProblems:
		r.Problems = append(r.Problems, "and more")
		return
	}
	r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
}

// mainTrack is the track that decides where playback can start: the first video track, else the first track.
func (r *Report) mainTrack() *TrackReport {
	for i := range r.Tracks {
		if r.Tracks[i].Kind == KindVideo {
			return &r.Tracks[i]
		}
	}
	if len(r.Tracks) == 0 {
		return nil
	}
	return &r.Tracks[0]
}

// startable returns the index of the whole fragments that playback can start from.
func (r *Report) startable() []indexEntry {
	track := r.mainTrack()
	if track == nil {
		return nil
	}
	var entries []indexEntry
	for _, f := range r.Fragments {
		if !f.Sync || f.Offset+f.Size > r.WholeBytes || len(entries) >= maxIndexEntries {
			continue
		}
		for i, run := range f.Runs {
			if run.Track == track.ID {
				entries = append(entries, indexEntry{time: run.presented(), offset: f.Offset, traf: i + 1})
				break
			}
		}
	}
	return entries
}

// Trailer returns the index (mfra) that belongs after the first WholeBytes bytes of the file if these do not end with
// one already.
func (r *Report) Trailer() ([]byte, error) {
	track := r.mainTrack()
	if track == nil {
		return nil, errors.New("mux: no track to index")
	}
	return trailer(track.ID, r.startable())
}

// duration converts ticks, rounding down and saturating.
func duration(ticks int64, timescale uint32) time.Duration {
	if timescale == 0 || ticks <= 0 {
		return 0
	}
	seconds, rest := ticks/int64(timescale), ticks%int64(timescale)
	if seconds >= math.MaxInt64/int64(time.Second) {
		return math.MaxInt64
	}
	return time.Duration(seconds)*time.Second + time.Duration(rest*int64(time.Second)/int64(timescale))
}

// Package mux writes H.264 and AAC samples as fragmented MP4 (ISO/IEC 14496-12, -14 and -15) to an io.Writer, and
// tells what is in such a file and what is wrong with it.
//
// A Writer starts with an init segment, so that the file plays from its first fragment on whatever happens later; each
// fragment is a moof and an mdat box; Close adds an index (mfra). Indexed and Progressive bring a file that is complete
// into the form that it is kept in. The size of everything is known before it is
// written, so a caller can keep a file below a bound. Probe reads a file back, whole or cut off anywhere.
//
// # Time
//
// Both tracks share one timescale, and every sample of a track has the same duration. The timeline of a file starts at
// 0, where the first picture is. Audio may carry pre-roll, access units that only prime the decoder: they take the media
// time before the edit list's start and so are at negative presentation times. The first audio that is presented
// may come up to one frame later than the first picture (AudioConfig.Offset). The last access unit of the pre-roll
// then lasts that much longer than its samples do, which is what ISO/IEC 14496-12 8.8.12.1 prescribes for a gap;
// readers that go by sample durations and readers that go by tfdt agree on it.
//
//	media time         0            1024     1024+offset
//	                   | pre-roll   |        | first audio ...
//	presentation    -1024           0        offset
//	                                | first picture ...
//
// What players make of it, as tested with ffmpeg 5.1 and Chromium 156: ffmpeg gives the pre-roll negative timestamps
// and decodes it, so whoever counts samples has to cut at 0 (-copyts -af atrim=start=0); Chromium leaves it out, but
// counts it into video.duration where audio ends last. Both find the duration without a mehd box, which could only
// be written by going back.
//
// The package does not know how samples were made, nor where the bytes go.
package mux

package callrec

import (
	"strings"
	"time"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/ingest"
	"github.com/callrec/callrec/internal/speaker"
	"github.com/callrec/callrec/mixer"
	"github.com/callrec/callrec/tiler"
)

// Kind says what a track carries.
type Kind uint8

const (
	// Audio is a microphone or any other sound.
	Audio Kind = iota
	// Video is a camera or a shared screen.
	Video
)

// Participant is one who takes part in the call.
type Participant struct {
	ID          string // raw communication identifier, such as "8:acs:…", unique among those in the call
	DisplayName string // what the label shows; may be empty
	// Avatar is shown while the participant's camera is off; nil means their initials.
	Avatar *tiler.Image
}

// Track is one media stream of a participant, as its session description has it. Packets of other payload types on its
// SSRC, such as comfort noise and telephone events between those of speech, count as received and are not decoded.
type Track struct {
	SSRC        uint32
	PayloadType uint8
	Kind        Kind
	Codec       string // RTP encoding name: "opus", "PCMU", "PCMA", "G722", "L16"; "VP8", "H264"
	ClockRate   int    // Hz
	Channels    int    // audio: 0 means 1
	FMTP        string // format parameters as "a=1;b=2", may be empty
	// Share says that a video track is a shared screen, which gets a tile of its own, is never cropped, and is large in
	// the layouts that have a large tile. Its last picture stays for a minute when no more frames come, since a still
	// screen needs none.
	Share bool
	// HeaderExtensions are the RTP header extensions of the track, identifier to URI (RFC 8285). Those of a picture's
	// orientation and colors are followed, others not looked at. Borrowed until return.
	HeaderExtensions map[uint8]string
}

// participant is one stay of a participant in the call: joining again after leaving makes another one.
type participant struct {
	Participant
	*stay
	clock  *ingest.Clock
	tracks []*track
	counts *ParticipantStats // shared by all stays

	voice speaker.Voice
	muted bool
	tile  tiler.Tile // as of the last video frame
}

// in says whether the participant is in the call at a position.
func (p *participant) in(position int64) bool { return p.from <= position && position < p.until }

// track is one media stream and what it takes to get to its samples.
type track struct {
	Track
	owner   *participant
	in      *ingest.Track // nil if no depacketizer knows the codec
	added   time.Duration // call time
	removed int64         // position, never while it is there
	bye     bool          // the sender has said goodbye (RFC 3550 6.6) and sent nothing since
	byeAt   int64         // position of the last goodbye, never if there was none
	rtp     ingest.Stats  // as last added to the owner's counts

	// audio
	audio     codec.AudioDecoder // nil if there is none for the codec
	input     *mixer.Input
	expected  int64 // position at which the next access unit's sound begins if nothing is missing
	nextStamp int64 // the timestamp that it has then
	heard     bool  // both are valid
	damaged   bool  // what comes before the next access unit could not be decoded

	// video
	video       codec.VideoDecoder // nil if there is none for the codec
	dropper     dropper            // video, if it implements that
	spare       []byte             // a frame that may be left out
	spareAt     int64              // its position
	picture     codec.Picture      // newest due picture, Image nil if there is none
	pictureAt   int64              // position of the picture
	aliveAt     int64              // position of the last frame that came, decodable or not
	serial      uint64             // number of the picture in the recording
	look        ingest.Look        // of the last access unit
	since       int64              // position of the first picture
	sharedAt    int64              // position at which a shared screen was first seen, never before that
	starved     bool               // pictures have been left out since, under load
	needKey     bool               // nothing can be decoded before the next keyframe
	requestedAt time.Duration      // when a keyframe was last asked for
	requested   bool
}

// soundless says whether the track is audio that carries no sound of its own: comfort noise (RFC 3389) or telephone
// events (RFC 4733). Its packets are taken and not decoded; in the recording there is silence in their place.
func (t *Track) soundless() bool {
	return t.Kind == Audio && (strings.EqualFold(t.Codec, "CN") || strings.EqualFold(t.Codec, "telephone-event"))
}

// active says whether the track is still there at a position.
func (t *track) active(position int64) bool { return position < min(t.removed, t.owner.until) }

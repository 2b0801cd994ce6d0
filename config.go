package callrec

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/builtin"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/tiler"
)

// The format of a recording.
const (
	// SampleRate is the rate of the recorded audio in Hz, which is mono.
	SampleRate = codec.SampleRate
	// FrameRate is the number of recorded video frames per second.
	FrameRate = 8
	// Width of the recorded video in luma samples.
	Width = 1920
	// Height of the recorded video in luma samples.
	Height = 1080

	// MaxVideoSlices is the largest Config.VideoSlices.
	MaxVideoSlices = 8

	// timescale is the number of ticks per second of media time, for both tracks: an audio sample is one tick, a video
	// frame frameTicks, so that nothing is ever rounded.
	timescale  = SampleRate
	frameTicks = timescale / FrameRate
)

// Config describes a recording. Only Dir, ID and Start have no default.
type Config struct {
	// Dir is the folder in which the recording's files are made, for it alone.
	Dir chunk.Dir
	// ID names the recording. It enters the names of documents and nothing else.
	ID string
	// Start is the wall clock at call time 0. It enters the metadata and nothing else.
	Start time.Time
	// RecordFrom is the call time at which the recording begins; what comes before serves to bring decoders and clocks
	// into step. 0 means the beginning of the call.
	RecordFrom time.Duration

	// ResourceID and CallID are the GUIDs that the metadata carries; Topic the resource path of the notification.
	ResourceID, CallID, Topic string
	// Metadata chooses the form of the metadata documents.
	Metadata metadata.Generation

	// MaxChunkSize bounds each media file in bytes; 0 means no bound. The smallest that is accepted is SmallestChunk.
	MaxChunkSize int64
	// MaxChunkDuration bounds the media in each file, rounded down to whole video frames; 0 means no bound.
	MaxChunkDuration time.Duration
	// Finalize says what form the media files have at last.
	Finalize Finalize
	// FragmentDuration is the media in each fragment while a chunk is written, rounded down to whole video frames. A
	// fragment is handed to Dir when its last frame is encoded; what is not written yet is what a crash costs. 0 means
	// DefaultFragmentDuration; the smallest accepted is 125 ms, the largest 10 s.
	FragmentDuration time.Duration
	// Sync says when bytes are forced to the disk. SyncInterval, unless Sync is chunk.SyncNever, has it done at least
	// once in so much media time; 0 leaves it to Sync.
	Sync         chunk.Sync
	SyncInterval time.Duration
	// Replace removes a recording that Dir holds already, instead of refusing.
	Replace bool
	// Continue goes on with the recording of the same ID that Dir holds and whose recorder died: what it left is
	// completed, and the next chunk belongs to this process. Start and all times are of this process; the call in
	// between is left out. Without a recording in Dir it is a new one. New returns an error that wraps ErrEnded if the
	// recording had been stopped.
	Continue bool
	// MaxPending bounds the bytes that wait in memory while Dir takes none: the disk is full, or away. They are tried
	// again every second of call time, and more than this ends the recording. 0 means chunk.DefaultMaxPending.
	MaxPending int64
	// Background has a goroutine write to Dir, so that a slow disk does not hold up the recording. The files are the
	// same.
	Background bool

	// PlayoutDelay is how long after its instant a piece of the call is waited for: packets that arrive later than this
	// are lost. What is composed lags another 130 ms behind. 0 means DefaultPlayoutDelay; the smallest accepted is 200 ms, the largest 10 s.
	PlayoutDelay time.Duration
	// VideoTimeout is how long a participant's last picture stays on show when no more frames come, before the
	// placeholder takes its place. 0 means two seconds. When frames come but wait for a keyframe, after a loss, the
	// picture stays up to ten seconds.
	VideoTimeout time.Duration

	// VideoBitrate is the ceiling of the video in bit/s; 0 means 1 Mbit/s.
	VideoBitrate int
	// VideoSlices is how many processors may work on one picture of the video, 1 to MaxVideoSlices, for somewhat more bits:
	// each codes a slice of its own. The files depend on it, but not on how many processors there are. 0 means 1, which is
	// best where many calls are recorded at once. Encoders other than that of codec/h264 ignore it.
	VideoSlices int
	// AudioBitrate is the average of the audio in bit/s; 0 means 48 kbit/s.
	AudioBitrate int
	// Leveling brings participants who speak quietly slowly up to an ordinary level, by 12 dB at most.
	Leveling bool

	// Layout places the participants on the canvas; nil means a grid. SetLayout changes it during the call.
	Layout tiler.Layout
	// MaxTiles bounds how many tiles are shown; 0 means as many as the layout has room for, 49 in a grid. Where there are
	// more participants those are shown who spoke last: who speaks for a second takes the place of the one who has been
	// silent for longest. Shared screens count, but do not give way.
	MaxTiles int
	// FillTiles crops cameras to the shape of their tiles instead of showing bars beside them.
	FillTiles bool
	// TimeStamp writes the date and time, in UTC, into the bottom right corner of the video.
	TimeStamp bool
	// Watermark is drawn over the video; nil means none.
	Watermark *tiler.Watermark
	// Font is a TrueType or OpenType font for names in scripts other than Latin, Greek and Cyrillic; nil means none.
	Font []byte
	// Announcement is 16 kHz mono PCM that is mixed in from the beginning of the recording. Retained.
	Announcement []int16

	// Codecs serves decoders and encoders; the zero value means those of codec/builtin.
	Codecs codec.Set

	// OnKeyframeRequest, if not nil, is called when a video track can't go on without a keyframe: 200 ms after a loss
	// or the first packets of a track if none came by then, 300 ms after AddTrack if no packets came, after a resume;
	// at most once a second for each track. It is called from within the inputs.
	OnKeyframeRequest func(participantID string, ssrc uint32)
	// Tap, if not nil, is given every participant's sound by itself, for a transcription or the like: at its place in the
	// recording, with the drift of the sender's clock taken out, before the mix. Blocks of a track come in order and do
	// not overlap; what lies between two of them is silence, and what lies in pauses is left out. It is called from
	// within the inputs, up to PlayoutDelay after the sound arrived, and must not call the recording.
	Tap func(TapBlock)
	// Logger gets a line for what goes wrong, once per cause; nil means none.
	Logger *slog.Logger
}

// DefaultPlayoutDelay gives retransmissions one second to arrive.
const DefaultPlayoutDelay = time.Second

// DefaultFragmentDuration is four video frames. With the playout delay at its default, what happened is handed to Dir
// within 1.87 s: the first frame of a fragment waits for the last (375 ms), that one for its sound (125 ms, up to 64 ms to
// the end of an access unit, and two more that AAC looks ahead, 128 ms), sound for packets to arrive (1130 ms), and all of
// it for the next step (20 ms) and the live driver's tick (20 ms). What is left of two seconds is for encoding and for
// the disk.
const DefaultFragmentDuration = 4 * time.Second / FrameRate

const (
	minFragment         = time.Second / FrameRate
	maxFragment         = 10 * time.Second
	minPlayoutDelay     = 200 * time.Millisecond
	maxPlayoutDelay     = 10 * time.Second
	defaultVideoTimeout = 2 * time.Second
	defaultVideoBitrate = 1_000_000
	defaultAudioBitrate = 48_000
	maxRecordFrom       = 30 * 24 * time.Hour
)

// complete checks the configuration and fills in what was left to default.
func (c *Config) complete() error {
	switch {
	case c.Dir == nil:
		return fmt.Errorf("%w: no Dir", ErrConfig)
	case c.ID == "":
		return fmt.Errorf("%w: no ID", ErrConfig)
	case c.Start.IsZero():
		return fmt.Errorf("%w: no Start", ErrConfig)
	case c.RecordFrom < 0 || c.RecordFrom > maxRecordFrom:
		return fmt.Errorf("%w: RecordFrom %v is out of range", ErrConfig, c.RecordFrom)
	case c.MaxChunkSize < 0:
		return fmt.Errorf("%w: MaxChunkSize %d is negative", ErrConfig, c.MaxChunkSize)
	case c.MaxChunkDuration != 0 && c.MaxChunkDuration < time.Second:
		return fmt.Errorf("%w: MaxChunkDuration %v: the smallest is 1s", ErrConfig, c.MaxChunkDuration)
	case c.MaxTiles < 0:
		return fmt.Errorf("%w: MaxTiles %d is negative", ErrConfig, c.MaxTiles)
	case c.VideoSlices < 0 || c.VideoSlices > MaxVideoSlices:
		return fmt.Errorf("%w: VideoSlices %d is not within 0 to %d", ErrConfig, c.VideoSlices, MaxVideoSlices)
	case c.VideoTimeout < 0:
		return fmt.Errorf("%w: VideoTimeout %v is negative", ErrConfig, c.VideoTimeout)
	}
	if err := c.checkStorage(); err != nil {
		return err
	}
	if c.PlayoutDelay == 0 {
		c.PlayoutDelay = DefaultPlayoutDelay
	}
	if c.PlayoutDelay < minPlayoutDelay || c.PlayoutDelay > maxPlayoutDelay {
		return fmt.Errorf("%w: PlayoutDelay %v is not within %v to %v", ErrConfig, c.PlayoutDelay, minPlayoutDelay, maxPlayoutDelay)
	}
	if c.FragmentDuration == 0 {
		c.FragmentDuration = DefaultFragmentDuration
	}
	if c.FragmentDuration < minFragment || c.FragmentDuration > maxFragment {
		return fmt.Errorf("%w: FragmentDuration %v is not within %v to %v", ErrConfig, c.FragmentDuration, minFragment, maxFragment)
	}
	if c.VideoTimeout == 0 {
		c.VideoTimeout = defaultVideoTimeout
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.completeCodecs()
	return nil
}

// completeCodecs fills in what was left to default of codecs and bit rates.
func (c *Config) completeCodecs() {
	if c.VideoBitrate == 0 {
		c.VideoBitrate = defaultVideoBitrate
	}
	if c.AudioBitrate == 0 {
		c.AudioBitrate = defaultAudioBitrate
	}
	standard := builtin.Set()
	if c.Codecs.AudioDecoders == nil {
		c.Codecs.AudioDecoders = standard.AudioDecoders
	}
	if c.Codecs.VideoDecoders == nil {
		c.Codecs.VideoDecoders = standard.VideoDecoders
	}
	if c.Codecs.AudioEncoder == nil {
		c.Codecs.AudioEncoder = standard.AudioEncoder
	}
	if c.Codecs.VideoEncoder == nil {
		c.Codecs.VideoEncoder = standard.VideoEncoder
	}
}

// fragmentFrames is the number of video frames in a fragment.
func (c *Config) fragmentFrames() int { return int(c.FragmentDuration * FrameRate / time.Second) }

// checkStorage refuses bounds on writing that can't be kept.
func (c *Config) checkStorage() error {
	switch {
	case c.SyncInterval < 0:
		return fmt.Errorf("%w: SyncInterval %v is negative", ErrConfig, c.SyncInterval)
	case c.MaxPending < 0:
		return fmt.Errorf("%w: MaxPending %d is negative", ErrConfig, c.MaxPending)
	case c.Finalize > FinalizeFragmented:
		return fmt.Errorf("%w: %v", ErrConfig, c.Finalize)
	case c.Continue && c.Replace:
		return fmt.Errorf("%w: Continue and Replace exclude each other", ErrConfig)
	}
	return nil
}

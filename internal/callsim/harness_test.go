package callsim_test

import (
	"flag"
	"image"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/internal/callsim"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/tiler"
)

var long = flag.Bool("callsim.long", false, "simulate hours instead of minutes")

// callLength is how long a call is simulated: minutes, or what is asked for with -callsim.long.
func callLength(hours time.Duration) time.Duration {
	if *long {
		return hours
	}
	return 8 * time.Minute
}

// row places participants in small square tiles from left to right, so that hours of canvases cost little.
type row struct{}

const tileSide = 64

func tileOf(i int) image.Rectangle { return image.Rect(2*i*tileSide, 0, (2*i+1)*tileSide, tileSide) }

func (row) Arrange(dst []image.Rectangle, _ image.Point, subjects []tiler.Subject) []image.Rectangle {
	for i := range subjects {
		dst = append(dst, tileOf(i))
	}
	return dst
}

// pause is an interval of call time that is left out.
type pause struct{ from, to time.Duration }

// mark is what was heard: the mark of a second of a sender's, and where.
type mark struct {
	second int
	at     time.Duration // call time
	media  time.Duration
}

// sight is what was decoded: a picture and where it was put.
type sight struct {
	number int
	at     time.Duration // call time
}

// shot is what was seen in one tile of a canvas: the number of the picture, -1 for none.
type shot struct {
	frame  int64
	number int
}

// outcome is what a recording of a simulated call came to.
type outcome struct {
	sim     *callsim.Sim
	senders int
	pauses  []pause
	ended   time.Duration // when the recording was stopped
	result  *callrec.Result
	marks   [callsim.MaxSenders][]mark
	sights  [callsim.MaxSenders][]sight
	shots   [callsim.MaxSenders][]shot
	broken  int // pulses without their other
	samples int64
	frames  int64
	asked   map[string][]time.Duration // keyframes, by participant
	now     time.Duration
}

// mediaTime is call time without the pauses, worked out here anew.
func (o *outcome) mediaTime(at time.Duration) time.Duration {
	m := at
	for _, p := range o.pauses {
		if p.from < at {
			m -= min(p.to, at) - p.from
		}
	}
	return m
}

// callTime is the inverse: the first call time at which a media time is reached and the call is recorded.
func (o *outcome) callTime(media time.Duration) time.Duration {
	at := media
	for _, p := range o.pauses {
		if p.from > at {
			break
		}
		at += p.to - p.from
	}
	return at
}

const sample = time.Second / 16000

// options change how a simulated call is recorded.
type options struct {
	pauses []pause // in order
	config func(*callrec.Config)
	// each is called before each input, with what the recording is.
	each func(rec *callrec.Recording, at time.Duration)
	// canvases says that the marks on the canvases are read.
	canvases bool
	deaf     bool // the senders do not hear requests for keyframes
}

// record simulates a call and records it.
func record(t *testing.T, cfg callsim.Config, opt options) *outcome {
	t.Helper()
	o := &outcome{sim: callsim.New(cfg), senders: len(cfg.Senders), pauses: opt.pauses, asked: map[string][]time.Duration{}}
	w := o.witness(opt)
	dir, err := chunk.DirFS(t.TempDir())
	require.NoError(t, err)
	c := callrec.Config{
		Dir: dir, ID: "r", Start: time.Unix(1_800_000_000, 0), Sync: chunk.SyncNever, Codecs: w.Codecs(), Layout: row{},
		OnKeyframeRequest: func(id string, ssrc uint32) {
			o.asked[id] = append(o.asked[id], o.now)
			if !opt.deaf {
				o.sim.RequestKeyframe(id, ssrc)
			}
		},
	}
	if opt.config != nil {
		opt.config(&c)
	}
	rec, err := callrec.New(c)
	require.NoError(t, err)
	pauses := opt.pauses
	for {
		in, ok := o.sim.Next()
		if !ok {
			break
		}
		for len(pauses) > 0 && pauses[0].from <= in.At {
			require.NoError(t, rec.Pause(pauses[0].from))
			require.NoError(t, rec.Resume(pauses[0].to))
			pauses = pauses[1:]
		}
		o.now = in.At
		if opt.each != nil {
			opt.each(rec, in.At)
		}
		require.NoError(t, give(rec, in))
	}
	for o.ended = max(cfg.Duration+2*time.Second, o.now); o.now < o.ended; o.now += 20 * time.Millisecond {
		require.NoError(t, rec.Advance(o.now))
	}
	o.result, err = rec.Stop(o.ended, metadata.SessionCallEnded)
	require.NoError(t, err)
	o.samples, o.frames = w.Samples, w.Frames
	return o
}

// give tells the recording what the simulation says.
func give(rec *callrec.Recording, in callsim.Input) error {
	switch in.Kind {
	case callsim.Join:
		return rec.Join(in.At, callrec.Participant{ID: in.ID})
	case callsim.Leave:
		return rec.Leave(in.At, in.ID)
	case callsim.AddTrack:
		kind := callrec.Audio
		if in.Track.Video {
			kind = callrec.Video
		}
		return rec.AddTrack(in.At, in.ID, callrec.Track{
			SSRC: in.Track.SSRC, PayloadType: in.Track.PayloadType, Kind: kind, Codec: in.Track.Codec, ClockRate: in.Track.ClockRate,
		})
	case callsim.RemoveTrack:
		return rec.RemoveTrack(in.At, in.ID, in.Track.SSRC)
	case callsim.RTP:
		return rec.RTP(in.At, in.ID, in.Data)
	default:
		return rec.RTCP(in.At, in.ID, in.Data)
	}
}

// witness notes what is seen and heard in the outcome.
func (o *outcome) witness(opt options) *callsim.Witness {
	w := &callsim.Witness{
		Position: func(media int64) int64 { return int64(o.callTime(time.Duration(media)*sample) / sample) },
		Broken:   func(int64) { o.broken++ },
	}
	w.Mark = func(sender, second int, media int64) {
		at := o.callTime(time.Duration(media) * sample)
		near := int((at - callsim.MarkTime(sender, 0)).Round(time.Second) / time.Second)
		second += (near - second + 32) &^ 63 // the nearest that is the same modulo 64
		o.marks[sender] = append(o.marks[sender], mark{second, at, time.Duration(media) * sample})
	}
	w.Decoded = func(sender, number int, position int64) {
		at := time.Duration(position) * sample
		o.sights[sender] = append(o.sights[sender], sight{unwrap(number, at), at})
	}
	if opt.canvases {
		w.Canvas = func(frame int64, canvas *image.YCbCr) {
			for i := range o.senders {
				sender, number, ok := callsim.ReadMark(canvas, tileOf(i))
				if number = unwrap(number, o.callTime(time.Duration(frame)*time.Second/8)); !ok {
					sender, number = i, -1
				}
				o.shots[sender] = append(o.shots[sender], shot{frame, number})
			}
		}
	}
	return w
}

// unwrap is the number of a picture that is seen at a call time, of all that end in the number of its mark.
func unwrap(number int, at time.Duration) int {
	const frameRate = 10
	near := int(at * frameRate / time.Second)
	return number + (near-number+callsim.Numbers/2)/callsim.Numbers*callsim.Numbers
}

// errors of the marks of a sender: by how much later than captured they were put on the timeline, by second.
func (o *outcome) soundErrors(sender int) map[int]time.Duration {
	list := map[int]time.Duration{}
	for _, m := range o.marks[sender] {
		list[m.second] = m.at - callsim.MarkTime(sender, m.second)
	}
	return list
}

// pictureError is by how much later than captured the pictures of a sender's second were put on the timeline: the
// median, which the camera's jitter does not touch. false if there is none.
func (o *outcome) pictureErrors(sender int) map[int]time.Duration {
	bySecond := map[int][]time.Duration{}
	for _, s := range o.sights[sender] {
		captured := o.sim.Captured(sender, s.number)
		second := int(captured / time.Second)
		bySecond[second] = append(bySecond[second], s.at-captured)
	}
	list := map[int]time.Duration{}
	for second, errors := range bySecond {
		slices.Sort(errors)
		list[second] = errors[len(errors)/2]
	}
	return list
}

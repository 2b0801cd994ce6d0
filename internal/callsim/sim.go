package callsim

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

// Sim is a call that is being simulated. It belongs to one goroutine at a time.
type Sim struct {
	cfg     Config
	senders []*sender
	agenda  agenda
	order   uint64
	now     int64

	ready []Input // to hand out before the simulation goes on
	taken int
	lent  []byte // the packet that the caller has
	free  [][]byte
}

// sender is the state of a participant's client.
type sender struct {
	cfg     *Sender
	index   int
	in      bool
	clock   clock // of the system
	net     network
	rng     *rand.Rand
	streams []*stream
	counts  Counts
}

// New makes a call at its beginning. It panics if the Config is not one that can be simulated, which is the test's error.
func New(cfg Config) *Sim {
	if len(cfg.Senders) > MaxSenders {
		panic(fmt.Sprintf("callsim: %d senders, at most %d", len(cfg.Senders), MaxSenders))
	}
	s := &Sim{cfg: cfg}
	for i := range cfg.Senders {
		c := &cfg.Senders[i]
		rng := func(n uint64) *rand.Rand { return rand.New(rand.NewPCG(cfg.Seed, uint64(i)<<8|n)) }
		p := &sender{cfg: c, index: i, clock: clock{c.Clock}, net: network{path: c.Path, rng: rng(0)}, rng: rng(1)}
		if c.Audio != nil {
			p.streams = append(p.streams, newStream(p, *c.Audio, false, rng(2)))
		}
		if c.Video != nil {
			p.streams = append(p.streams, newStream(p, *c.Video, true, rng(3)))
		}
		s.senders = append(s.senders, p)
		stays := c.Stays
		if len(stays) == 0 {
			stays = []Interval{{0, math.MaxInt64}}
		}
		for _, stay := range stays {
			s.plan(happening{at: int64(stay.From), do: join, stream: &stream{sender: p}})
			if int64(stay.To) <= int64(cfg.Duration) {
				s.plan(happening{at: int64(stay.To), do: leave, stream: &stream{sender: p}})
			}
		}
	}
	return s
}

func newStream(p *sender, c Stream, video bool, rng *rand.Rand) *stream {
	st := &stream{sender: p, cfg: &c, video: video, rng: rng, rate: 48000, clock: clock{p.cfg.Sound}}
	c.Codec = cmp.Or(c.Codec, map[bool]string{false: "opus", true: "VP8"}[video])
	c.PayloadType = cmp.Or(c.PayloadType, map[bool]uint8{false: 111, true: 96}[video])
	c.FrameRate, c.Packets = cmp.Or(c.FrameRate, 10), cmp.Or(c.Packets, 3)
	st.codec, st.pt = c.Codec, c.PayloadType
	switch {
	case video:
		st.rate, st.clock = 90000, clock{p.cfg.Clock}
	case !strings.EqualFold(c.Codec, "opus"):
		st.rate = 8000
	}
	return st
}

// plan puts something on the agenda.
func (s *Sim) plan(h happening) {
	h.order = s.order
	s.order++
	s.agenda.push(h)
}

// Next returns the next thing that the recorder is told, or false when the call is over and all packets have arrived.
func (s *Sim) Next() (Input, bool) {
	if s.lent != nil {
		s.free = append(s.free, s.lent[:0])
		s.lent = nil
	}
	for s.taken == len(s.ready) {
		s.ready, s.taken = s.ready[:0], 0
		if len(s.agenda) == 0 {
			return Input{}, false
		}
		h := s.agenda.pop()
		s.now = h.at
		s.happen(h)
	}
	in := s.ready[s.taken]
	s.taken++
	s.lent = in.Data
	return in, true
}

func (s *Sim) tell(p *sender, in Input) {
	in.At, in.ID = time.Duration(s.now), p.cfg.ID
	s.ready = append(s.ready, in)
}

func (s *Sim) happen(h happening) {
	p := h.stream.sender
	stale := !p.in || h.epoch != h.stream.epoch
	switch {
	case h.do == join:
		s.join(p)
	case h.do == leave:
		s.leave(p)
	case h.do == arriveRTP || h.do == arriveRTCP:
		s.arrive(h)
	case stale || s.now >= int64(s.cfg.Duration):
	case h.do == sendSound:
		s.sendSound(h.stream)
	case h.do == sendPicture:
		s.sendPicture(h.stream)
	case h.do == sendReport:
		s.sendReport(h.stream)
	}
}

func (s *Sim) join(p *sender) {
	p.in = true
	s.tell(p, Input{Kind: Join})
	for _, st := range p.streams {
		st.begin()
		s.tell(p, Input{Kind: AddTrack, Track: st.track()})
		s.start(st)
	}
}

// start lets a stream send from now on.
func (s *Sim) start(st *stream) {
	local := st.clock.local(float64(s.now))
	do, unit := sendSound, packetTime
	if st.video {
		do, unit = sendPicture, 1e9/float64(st.cfg.FrameRate)
	}
	st.unit = int64(math.Ceil(local / unit))
	st.started = false
	s.plan(happening{at: max(s.due(st), s.now), do: do, stream: st, epoch: st.epoch})
	if every := st.sender.reportTime(true); every > 0 {
		s.plan(happening{at: s.now + every, do: sendReport, stream: st, epoch: st.epoch})
	}
}

func (s *Sim) leave(p *sender) {
	p.in = false
	s.tell(p, Input{Kind: Leave})
}

// Counts tells what became of a sender's packets so far.
func (s *Sim) Counts(id string) Counts {
	for _, p := range s.senders {
		if p.cfg.ID == id {
			return p.counts
		}
	}
	return Counts{}
}

// RequestKeyframe asks a sender for a keyframe, as a PLI does (RFC 4585 6.3.1).
func (s *Sim) RequestKeyframe(id string, ssrc uint32) {
	for _, p := range s.senders {
		for _, st := range p.streams {
			if p.cfg.ID == id && st.ssrc == ssrc {
				p.counts.Keyframes++
				st.keyAt = s.now + keyframeTrip
			}
		}
	}
}

// Captured is the true time at which a sender captured a picture, without the camera's jitter of a few milliseconds.
func (s *Sim) Captured(sender, number int) time.Duration {
	st := s.senders[sender].streams[len(s.senders[sender].streams)-1]
	return time.Duration(st.clock.truth(float64(number) * 1e9 / float64(st.cfg.FrameRate)))
}

// MarkTime is the true time of the sound's mark of a sender's second.
func MarkTime(sender, second int) time.Duration { return time.Duration(markTime(sender, second)) }

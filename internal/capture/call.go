package capture

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// EventKind says what an Event is.
type EventKind uint8

// The kinds of events of a call, in the order in which they are given at one instant.
const (
	Join EventKind = iota
	RTP
	RTCP
	Leave
)

// Event is one thing that happened in a call.
type Event struct {
	At          time.Duration // since the call's start
	Kind        EventKind
	Participant *Participant
	Data        []byte // packet of RTP and RTCP events; borrowed: valid until the next call of Next
}

// Call gives all events of a captured call in order of time. It reads the files as it goes.
type Call struct {
	Manifest *Manifest
	// Duration is the length of the call by the manifest: when the last participant left.
	Duration time.Duration

	sources  []*source
	taken    *source // whose packet the last Event lends
	warnings []string
}

// source is one participant's dump, one packet ahead.
type source struct {
	p         *Participant
	file      *os.File
	dump      *DumpReader
	next      Event
	last      time.Duration // so that time never goes back within a file
	outOfStay int           // packets outside of join and leave
	joined    bool
	finished  bool // the dump has nothing more
	left      bool
}

// OpenCall opens the capture in dir. A manifest that can't be used is an error; a participant whose dump can't be used
// is a warning, and their join and leave are still given. It is an error too if no dump at all can be used.
func OpenCall(dir string) (*Call, error) {
	m, err := ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	c := &Call{Manifest: m}
	good := 0
	for i := range m.Participants {
		p := &m.Participants[i]
		s := &source{p: p}
		c.sources = append(c.sources, s)
		c.Duration = max(c.Duration, time.Duration(p.LeaveMS)*time.Millisecond)
		if err := s.open(filepath.Join(dir, p.File)); err != nil {
			c.warn(p, err)
			s.finished = true
			continue
		}
		good++
	}
	if good == 0 {
		err := fmt.Errorf("%w: %s: no participant's file can be read: %s", ErrDump, dir, c.warnings[0])
		return nil, errors.Join(err, c.Close())
	}
	for _, s := range c.sources {
		c.advance(s)
	}
	return c, nil
}

func (s *source) open(path string) (err error) {
	if s.file, err = os.Open(path); err != nil {
		return err
	}
	s.dump, err = NewDumpReader(s.file)
	return err
}

// Warnings lists what was wrong with the capture so far, a sentence each.
func (c *Call) Warnings() []string { return c.warnings }

func (c *Call) warn(p *Participant, err error) {
	c.warnings = append(c.warnings, fmt.Sprintf("participant %s: %s: %v", p.ParticipantID, p.File, err))
}

// Close closes the files.
func (c *Call) Close() error {
	var errs []error
	for _, s := range c.sources {
		if s.file != nil {
			errs = append(errs, s.file.Close())
			s.file = nil
		}
	}
	return errors.Join(errs...)
}

// Next returns the next event, or io.EOF when everybody has left.
func (c *Call) Next() (Event, error) {
	if c.taken != nil {
		c.advance(c.taken)
		c.taken = nil
	}
	var first *source
	for _, s := range c.sources {
		if s.left {
			continue
		}
		if first == nil || s.next.At < first.next.At || s.next.At == first.next.At && s.next.Kind < first.next.Kind {
			first = s
		}
	}
	if first == nil {
		return Event{}, io.EOF
	}
	e := first.next
	if e.Kind == Leave {
		first.left = true
		if first.outOfStay > 0 {
			c.warn(first.p, fmt.Errorf("%d packets outside of %d to %d ms are left out", first.outOfStay, first.p.JoinMS, first.p.LeaveMS))
		}
		return e, nil
	}
	c.taken = first
	return e, nil
}

// maxSilence is the longest time between two packets that is believed of a participant whose leave is not known.
const maxSilence = 10 * time.Minute

// advance puts the source's next event in place.
func (c *Call) advance(s *source) {
	if !s.joined {
		s.joined = true
		s.last = time.Duration(s.p.JoinMS) * time.Millisecond
		s.next = Event{At: s.last, Kind: Join, Participant: s.p}
		return
	}
	leave := time.Duration(s.p.LeaveMS) * time.Millisecond
	for !s.finished {
		pkt, err := s.dump.Next()
		if err != nil {
			s.finished = true
			if !errors.Is(err, io.EOF) {
				c.warn(s.p, fmt.Errorf("%w; what came before is recorded", err))
			}
			break
		}
		if pkt.At < time.Duration(s.p.JoinMS)*time.Millisecond || leave != 0 && pkt.At > leave {
			s.outOfStay++
			continue
		}
		if leave == 0 && pkt.At-s.last > maxSilence {
			s.finished = true
			c.warn(s.p, fmt.Errorf("%w: time leaps from %v to %v; what came before is recorded", ErrDump, s.last, pkt.At))
			break
		}
		s.last = max(s.last, pkt.At)
		s.next = Event{At: s.last, Kind: RTP, Participant: s.p, Data: pkt.Data}
		if pkt.RTCP {
			s.next.Kind = RTCP
		}
		return
	}
	s.next = Event{At: max(s.last, leave), Kind: Leave, Participant: s.p}
}

// Package capture reads recorded calls: a folder with manifest.json, which says who took part and what each sent, and one
// rtpdump file for each participant with all packets in order of arrival. It plays them into a recording.
package capture

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// ManifestName is the file that makes a folder a capture.
const ManifestName = "manifest.json"

// ErrManifest is wrapped by the errors of a manifest that is missing or can't be used.
var ErrManifest = errors.New("bad manifest")

// Manifest is what manifest.json says. Times are in milliseconds since the call's start.
type Manifest struct {
	Call         string        `json:"call"`
	StartTime    time.Time     `json:"startTime"`
	Participants []Participant `json:"participants"`
}

// Participant is one who took part in the call.
type Participant struct {
	ParticipantID string  `json:"participantId"`
	DisplayName   string  `json:"displayName"`
	File          string  `json:"file"`    // rtpdump file in the folder
	JoinMS        int64   `json:"joinMs"`  // first arrival
	LeaveMS       int64   `json:"leaveMs"` // last arrival
	Tracks        []Track `json:"tracks"`
}

// Track is one media stream of a participant, as its session description had it.
type Track struct {
	Kind             string            `json:"kind"`    // "audio" or "video"
	Content          string            `json:"content"` // as RFC 4796 has it: "slides" for a shared screen, may be empty
	SSRC             uint32            `json:"ssrc"`
	PayloadType      uint8             `json:"payloadType"`
	Codec            string            `json:"codec"`     // RTP encoding name
	ClockRate        int               `json:"clockRate"` // Hz
	Channels         int               `json:"channels"`
	FMTP             string            `json:"fmtp"`
	HeaderExtensions map[string]string `json:"headerExtensions"` // identifier to URI
}

// Limits of a manifest, far above any real call.
const (
	maxManifestBytes = 16 << 20
	maxParticipants  = 2000
	maxCallMS        = 7 * 24 * 3600 * 1000
)

// ReadManifest reads and checks the manifest of the capture in dir. Its errors name the file and, where they can, the
// participant, and wrap ErrManifest.
func ReadManifest(dir string) (*Manifest, error) {
	path := filepath.Join(dir, ManifestName)
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrManifest, err)
	}
	if info.Size() > maxManifestBytes {
		return nil, fmt.Errorf("%w: %s has %d bytes, more than %d", ErrManifest, path, info.Size(), maxManifestBytes)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrManifest, err)
	}
	m, err := parseManifest(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrManifest, path, err)
	}
	return m, nil
}

func parseManifest(b []byte) (*Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, describeJSON(b, err)
	}
	if len(m.Participants) == 0 {
		return nil, errors.New("no participants")
	}
	if len(m.Participants) > maxParticipants {
		return nil, fmt.Errorf("%d participants, more than %d", len(m.Participants), maxParticipants)
	}
	for i, p := range m.Participants {
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("participants[%d] %q: %w", i, p.ParticipantID, err)
		}
		for j, q := range m.Participants[:i] { // who comes again has another entry
			if q.ParticipantID == p.ParticipantID && (q.LeaveMS == 0 || p.LeaveMS == 0 || q.LeaveMS > p.JoinMS && p.LeaveMS > q.JoinMS) {
				return nil, fmt.Errorf("participants[%d] %q: is in the call already by participants[%d]", i, p.ParticipantID, j)
			}
		}
	}
	return &m, nil
}

func (p *Participant) check() error {
	switch {
	case p.ParticipantID == "":
		return errors.New("no participantId")
	case p.File == "":
		return errors.New("no file")
	case !filepath.IsLocal(p.File):
		return fmt.Errorf("file %q lies outside the capture", p.File)
	case p.JoinMS < 0 || p.JoinMS > maxCallMS:
		return fmt.Errorf("joinMs %d is out of range", p.JoinMS)
	case p.LeaveMS < 0 || p.LeaveMS > maxCallMS:
		return fmt.Errorf("leaveMs %d is out of range", p.LeaveMS)
	case p.LeaveMS != 0 && p.LeaveMS < p.JoinMS:
		return fmt.Errorf("leaveMs %d is before joinMs %d", p.LeaveMS, p.JoinMS)
	}
	return nil
}

// describeJSON adds the line to a syntax or type error.
func describeJSON(b []byte, err error) error {
	var offset int64
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &wrongType):
		offset = wrongType.Offset
	default:
		return err
	}
	line := 1
	for _, c := range b[:min(max(offset, 0), int64(len(b)))] {
		if c == '\n' {
			line++
		}
	}
	return fmt.Errorf("line %d: %w", line, err)
}

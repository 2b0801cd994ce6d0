package inputs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Call is a call that has been made.
type Call struct {
	Spec  Spec
	Dir   string   // a capture
	Media []string // a Matroska file of Opus and video for each participant, in the order of the capture
}

// Maker makes calls and keeps them.
type Maker struct {
	Cache    string // folder for what is made, created if need be
	Captures string // folder of the committed captures
	// Progress, if not nil, is told what is being made, since a call can take minutes.
	Progress func(what string)
}

// Make makes a call, or finds it in the cache.
func (m Maker) Make(ctx context.Context, s Spec) (*Call, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	dir := filepath.Join(m.Cache, "calls", s.Name())
	if _, err := os.Stat(dir); err != nil {
		if err := m.build(ctx, s, dir); err != nil {
			return nil, fmt.Errorf("inputs: call %s: %w", s.Name(), err)
		}
	}
	c := &Call{Spec: s, Dir: dir}
	for i := range s.Participants {
		c.Media = append(c.Media, filepath.Join(dir, mediaFile(i)))
	}
	return c, nil
}

// build makes a call's folder under another name first, so that a folder of the right name is always whole.
func (m Maker) build(ctx context.Context, s Spec, dir string) (err error) {
	cameras := make([]string, s.Participants)
	for i := range cameras {
		if cameras[i], err = m.camera(ctx, s, i); err != nil {
			return err
		}
	}
	m.say("call " + s.Name())
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	part, err := os.MkdirTemp(filepath.Dir(dir), "part-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(part))
		}
	}()
	voices, err := readVoices(m.Captures)
	if err != nil {
		return err
	}
	for i, camera := range cameras {
		voice := filepath.Join(part, fmt.Sprintf("p%02d.ogg", i))
		if err := encodeSpeech(ctx, voice, speech(s, voices, i)); err != nil {
			return err
		}
		if err := join(ctx, filepath.Join(part, mediaFile(i)), voice, camera); err != nil {
			return err
		}
		if err := writeDump(s, i, filepath.Join(part, dumpFile(i)), voice, camera); err != nil {
			return err
		}
		if err := os.Remove(voice); err != nil {
			return err
		}
	}
	if err := writeManifest(s, part); err != nil {
		return err
	}
	return os.Rename(part, dir)
}

func (m Maker) say(what string) {
	if m.Progress != nil {
		m.Progress(what)
	}
}

func mediaFile(participant int) string { return fmt.Sprintf("p%02d.mkv", participant) }
func dumpFile(participant int) string  { return fmt.Sprintf("p%02d.rtpdump", participant) }

// DefaultCache is the folder in the user's cache that calls are kept in.
func DefaultCache() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("inputs: %w", err)
	}
	return filepath.Join(dir, "callrec-bench"), nil
}

package events

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/callrec/callrec/control/store"
	"github.com/callrec/callrec/metadata"
)

// DeadLetterSuffix ends the names of files in the dead-letter folder.
const DeadLetterSuffix = ".json"

// deadLetter writes an event that was given up, with what became of it, into the dead-letter folder.
func (d *Deliverer) deadLetter(e store.Event, reason string) error {
	if d.cfg.DeadLetters == "" {
		return nil
	}
	content, err := deadLetterOf(e, reason)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(d.cfg.DeadLetters, 0o700); err != nil {
		return fmt.Errorf("events: %w", err)
	}
	name := filepath.Join(d.cfg.DeadLetters, deadLetterName(e))
	if err := os.WriteFile(name+".part", content, 0o600); err != nil {
		return fmt.Errorf("events: %w", err)
	}
	if err := os.Rename(name+".part", name); err != nil {
		return fmt.Errorf("events: %w", err)
	}
	return nil
}

func deadLetterName(e store.Event) string {
	return e.Published.UTC().Format("20060102T150405.000") + "-" + e.ID + "-" + fmt.Sprint(e.Seq) + DeadLetterSuffix
}

// deadLetterOf adds to an event what Event Grid adds, in lower case to CloudEvents.
func deadLetterOf(e store.Event, reason string) ([]byte, error) {
	var fields map[string]any
	body := []byte(strings.TrimSuffix(strings.TrimPrefix(string(e.Body), "["), "]")) // lists hold one event
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, fmt.Errorf("events: dead letter: %w", err)
	}
	for name, value := range map[string]any{
		"deadLetterReason":        reason,
		"deliveryAttempts":        e.Attempts,
		"lastDeliveryOutcome":     e.LastOutcome,
		"publishTime":             metadata.Timestamp(e.Published),
		"lastDeliveryAttemptTime": metadata.Timestamp(e.LastAttempt),
	} {
		if s := Schema(e.Schema); s == CloudEvents || s == Callback {
			name = strings.ToLower(name)
		}
		fields[name] = value
	}
	return encode([]any{fields})
}

// PruneDeadLetters removes the dead letters that were last touched before a time.
func (d *Deliverer) PruneDeadLetters(before time.Time) error {
	if d.cfg.DeadLetters == "" {
		return nil
	}
	entries, err := os.ReadDir(d.cfg.DeadLetters)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("events: %w", err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !strings.Contains(entry.Name(), DeadLetterSuffix) || !info.ModTime().Before(before) {
			continue
		}
		if err := os.Remove(filepath.Join(d.cfg.DeadLetters, entry.Name())); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("events: %w", err)
		}
	}
	return nil
}

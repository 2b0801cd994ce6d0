package store

import (
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// Event is a message that waits for delivery to an endpoint. Those of one endpoint are delivered in the order in which
// they came.
type Event struct {
	// Seq orders the events of an endpoint. The store assigns it.
	Seq uint64 `json:"-"`
	// Endpoint is where the event goes: a URL, in a form that is its user's.
	Endpoint string `json:"endpoint"`
	// ID and Type are the event's own; Subject is for the log.
	ID      string `json:"id"`
	Type    string `json:"type"`
	Subject string `json:"subject,omitempty"`
	// Schema says how Body is wrapped, ContentType how it is labeled.
	Schema      string `json:"schema"`
	ContentType string `json:"contentType"`
	Body        []byte `json:"body"`

	Published time.Time `json:"published"`
	// Attempts counts the deliveries that failed; the last was at LastAttempt and came out as LastOutcome.
	Attempts    int       `json:"attempts,omitempty"`
	LastAttempt time.Time `json:"lastAttempt,omitzero"`
	LastOutcome string    `json:"lastOutcome,omitempty"`
	// NotBefore is when the next attempt is due.
	NotBefore time.Time `json:"notBefore,omitzero"`
}

// MaxPending is the number of events that may wait for one endpoint. Of more, the newest are refused.
const MaxPending = 10_000

func enqueue(tx *bbolt.Tx, events []Event) error {
	for _, e := range events {
		b, err := bucket(tx, bucketOutbox).CreateBucketIfNotExists([]byte(e.Endpoint))
		if err != nil {
			return err
		}
		seq, err := b.NextSequence()
		if err != nil {
			return err
		}
		if first, _ := b.Cursor().First(); first != nil && seq-binary.BigEndian.Uint64(first) >= MaxPending {
			continue // an endpoint that has not answered for so long would not get them before they expire
		}
		if err := put(b, seqKey(seq), e); err != nil {
			return err
		}
	}
	return nil
}

func seqKey(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }

// Enqueue adds events to the outbox.
func (s *Store) Enqueue(events ...Event) error {
	return s.update("enqueue", func(tx *bbolt.Tx) error { return enqueue(tx, events) })
}

// Endpoints returns the endpoints for which events wait.
func (s *Store) Endpoints() ([]string, error) {
	var list []string
	err := s.view("endpoints", func(tx *bbolt.Tx) error {
		outbox := bucket(tx, bucketOutbox)
		return outbox.ForEachBucket(func(name []byte) error {
			if first, _ := outbox.Bucket(name).Cursor().First(); first != nil {
				list = append(list, string(name))
			}
			return nil
		})
	})
	return list, err
}

// Pending returns the event that an endpoint gets next. Its error wraps ErrNotFound if none waits.
func (s *Store) Pending(endpoint string) (Event, error) {
	var e Event
	err := s.view("pending event", func(tx *bbolt.Tx) error {
		b := bucket(tx, bucketOutbox).Bucket([]byte(endpoint))
		if b == nil {
			return ErrNotFound
		}
		key, _ := b.Cursor().First()
		if key == nil {
			return ErrNotFound
		}
		e.Seq = binary.BigEndian.Uint64(key)
		_, err := get(b, key, &e)
		return err
	})
	return e, err
}

// Waiting is the number of events in the outbox.
func (s *Store) Waiting() (n int, err error) {
	err = s.view("waiting events", func(tx *bbolt.Tx) error {
		outbox := bucket(tx, bucketOutbox)
		return outbox.ForEachBucket(func(name []byte) error {
			n += outbox.Bucket(name).Stats().KeyN
			return nil
		})
	})
	return n, err
}

// Attempted writes back an event whose delivery failed.
func (s *Store) Attempted(e Event) error {
	return s.update("note attempt", func(tx *bbolt.Tx) error {
		b := bucket(tx, bucketOutbox).Bucket([]byte(e.Endpoint))
		if b == nil || b.Get(seqKey(e.Seq)) == nil {
			return fmt.Errorf("event %s: %w", e.ID, ErrNotFound)
		}
		return put(b, seqKey(e.Seq), e)
	})
}

// Delivered removes an event.
func (s *Store) Delivered(e Event) error {
	return s.update("remove event", func(tx *bbolt.Tx) error {
		outbox := bucket(tx, bucketOutbox)
		b := outbox.Bucket([]byte(e.Endpoint))
		if b == nil {
			return nil
		}
		if err := b.Delete(seqKey(e.Seq)); err != nil {
			return err
		}
		if first, _ := b.Cursor().First(); first != nil {
			return nil
		}
		return outbox.DeleteBucket([]byte(e.Endpoint))
	})
}

// Validated says when an endpoint has agreed to get events; the zero time if it has not.
func (s *Store) Validated(endpoint string) (at time.Time, err error) {
	err = s.view("subscription", func(tx *bbolt.Tx) error {
		_, err := get(bucket(tx, bucketSubscriptions), []byte(endpoint), &at)
		return err
	})
	return at, err
}

// Validate notes that an endpoint has agreed to get events.
func (s *Store) Validate(endpoint string, at time.Time) error {
	return s.update("note subscription", func(tx *bbolt.Tx) error {
		return put(bucket(tx, bucketSubscriptions), []byte(endpoint), at)
	})
}

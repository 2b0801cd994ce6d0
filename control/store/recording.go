package store

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// Recording is what is known of a recording.
type Recording struct {
	ID            string `json:"id"`
	Generation    string `json:"generation"` // of the API that started it
	CallID        string `json:"callId"`
	ServerCallID  string `json:"serverCallId"`
	ConnectionID  string `json:"callConnectionId,omitempty"`
	CorrelationID string `json:"correlationId"`
	// CallbackURI is where changes of its state are told; may be empty.
	CallbackURI      string `json:"callbackUri,omitempty"`
	OperationContext string `json:"operationContext,omitempty"`
	StartedBy        string `json:"startedBy,omitempty"`
	// BaseURL is scheme and host of the locations of its files.
	BaseURL string    `json:"baseUrl,omitempty"`
	Started time.Time `json:"started"`
	// State is one of the States, empty before the recording has begun and when it is final.
	State string `json:"state,omitempty"`
	// Final says that the recording has ended and its files are complete. What follows is not known before.
	Final     bool          `json:"final"`
	EndReason string        `json:"endReason,omitempty"`
	Duration  time.Duration `json:"duration,omitempty"` // of the media
	Expires   time.Time     `json:"expires,omitzero"`
	// Chunks are the recording's files, without those that were deleted. While it goes on, those that are complete.
	Chunks []Chunk `json:"chunks,omitempty"`
}

// States of a recording that is not final.
const (
	StateActive = "active"
	StatePaused = "paused"
	StateEnded  = "ended" // its files are being completed
)

// Chunk is one file of a recording.
type Chunk struct {
	DocumentID string `json:"documentId"`
	Index      int    `json:"index"`
	EndReason  string `json:"endReason"`
}

// Put writes a recording, in place of the one of the same ID, and the events that tell of what changed.
func (s *Store) Put(r *Recording, events ...Event) error {
	return s.update("put recording", func(tx *bbolt.Tx) error {
		if err := putRecording(tx, r); err != nil {
			return err
		}
		return enqueue(tx, events)
	})
}

func putRecording(tx *bbolt.Tx, r *Recording) error {
	if err := dropIndexes(tx, r.ID); err != nil {
		return err
	}
	for _, c := range r.Chunks {
		if err := bucket(tx, bucketDocuments).Put([]byte(c.DocumentID), []byte(r.ID)); err != nil {
			return err
		}
	}
	if r.Final {
		if err := bucket(tx, bucketExpiry).Put(expiryKey(r), nil); err != nil {
			return err
		}
	}
	return put(bucket(tx, bucketRecordings), []byte(r.ID), r)
}

// dropIndexes removes what refers to a recording, if there is one of this ID.
func dropIndexes(tx *bbolt.Tx, id string) error {
	var r Recording
	if found, err := get(bucket(tx, bucketRecordings), []byte(id), &r); err != nil || !found {
		return err
	}
	for _, c := range r.Chunks {
		if err := bucket(tx, bucketDocuments).Delete([]byte(c.DocumentID)); err != nil {
			return err
		}
	}
	return bucket(tx, bucketExpiry).Delete(expiryKey(&r))
}

func expiryKey(r *Recording) []byte {
	return append(timeKey(r.Expires), r.ID...)
}

func timeKey(t time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(max(t.UnixNano(), 0)))
}

// Forget removes a recording. It is no error if there is none.
func (s *Store) Forget(id string) error {
	return s.update("forget recording", func(tx *bbolt.Tx) error {
		if err := dropIndexes(tx, id); err != nil {
			return err
		}
		return bucket(tx, bucketRecordings).Delete([]byte(id))
	})
}

// Recording returns the recording of an ID. Its error wraps ErrNotFound if there is none.
func (s *Store) Recording(id string) (*Recording, error) {
	r := &Recording{}
	err := s.view("recording", func(tx *bbolt.Tx) error { return getRecording(tx, []byte(id), r) })
	if err != nil {
		return nil, err
	}
	return r, nil
}

func getRecording(tx *bbolt.Tx, id []byte, r *Recording) error {
	found, err := get(bucket(tx, bucketRecordings), id, r)
	if err == nil && !found {
		err = ErrNotFound
	}
	return err
}

// Document returns the recording and the chunk that a document ID stands for. Its error wraps ErrNotFound if there is
// none.
func (s *Store) Document(id string) (*Recording, Chunk, error) {
	r := &Recording{}
	var c Chunk
	err := s.view("document", func(tx *bbolt.Tx) error {
		recording := bucket(tx, bucketDocuments).Get([]byte(id))
		if recording == nil {
			return ErrNotFound
		}
		if err := getRecording(tx, recording, r); err != nil {
			return err
		}
		i := slices.IndexFunc(r.Chunks, func(c Chunk) bool { return c.DocumentID == id })
		if i < 0 {
			return fmt.Errorf("%w: recording %s does not know it", ErrNotFound, r.ID)
		}
		c = r.Chunks[i]
		return nil
	})
	if err != nil {
		return nil, Chunk{}, err
	}
	return r, c, nil
}

// Recordings returns all recordings for which keep returns true, by ID; a nil keep means all.
func (s *Store) Recordings(keep func(*Recording) bool) ([]*Recording, error) {
	var list []*Recording
	err := s.view("recordings", func(tx *bbolt.Tx) error {
		b := bucket(tx, bucketRecordings)
		return b.ForEach(func(id, _ []byte) error {
			r := &Recording{}
			if err := getRecording(tx, id, r); err != nil {
				return err
			}
			if keep == nil || keep(r) {
				list = append(list, r)
			}
			return nil
		})
	})
	return list, err
}

// Expired returns the IDs of at most limit recordings that have expired by now, the oldest first.
func (s *Store) Expired(now time.Time, limit int) ([]string, error) {
	var ids []string
	bound := timeKey(now)
	err := s.view("expired", func(tx *bbolt.Tx) error {
		c := bucket(tx, bucketExpiry).Cursor()
		for k, _ := c.First(); k != nil && len(ids) < limit && string(k[:len(bound)]) <= string(bound); k, _ = c.Next() {
			ids = append(ids, string(k[len(bound):]))
		}
		return nil
	})
	return ids, err
}

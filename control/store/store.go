// Package store keeps what a recording service has to remember: its recordings and their files, when they expire, which
// start requests were answered already, and the events that wait for delivery. It is one bbolt file, and what belongs
// together changes together: a recording's new state and the event that tells of it are in it both or not at all.
//
// The media are not in it. They and their journals stay files, and the registry of recordings can be made again from
// them.
package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// Store is an open store. It is safe for concurrent use, by one process.
type Store struct {
	db *bbolt.DB
}

// lockTimeout is how long Open waits for another process that has the file open.
const lockTimeout = time.Second

// The buckets. Times in keys are nanoseconds since 1970, big-endian, so that they sort.
const (
	bucketRecordings    = "recordings"    // recording id -> Recording
	bucketDocuments     = "documents"     // document id -> recording id
	bucketExpiry        = "expiry"        // time, recording id -> nothing
	bucketRepeat        = "repeatability" // request id -> repeated
	bucketOutbox        = "outbox"        // endpoint -> bucket: sequence -> Event
	bucketSubscriptions = "subscriptions" // endpoint -> time of its validation
)

// Open opens the store in a file, which is made if it is not there.
func Open(path string) (*Store, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTimeout})
	if err != nil {
		return nil, fmt.Errorf("store: open: %w", err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range []string{
			bucketRecordings, bucketDocuments, bucketExpiry, bucketRepeat, bucketOutbox, bucketSubscriptions,
		} {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("store: open: %w", err), db.Close())
	}
	return &Store{db: db}, nil
}

// Close closes the file. It is idempotent.
func (s *Store) Close() error {
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("store: close: %w", err)
	}
	return nil
}

// bucket is one of the buckets that Open has made.
func bucket(tx *bbolt.Tx, name string) *bbolt.Bucket { return tx.Bucket([]byte(name)) }

// put writes the JSON form of v.
func put(b *bbolt.Bucket, key []byte, v any) error {
	encoded, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return b.Put(key, encoded)
}

// get reads what put wrote. It returns false if there is nothing under the key.
func get(b *bbolt.Bucket, key []byte, v any) (bool, error) {
	encoded := b.Get(key)
	if encoded == nil {
		return false, nil
	}
	if err := json.Unmarshal(encoded, v); err != nil {
		return false, fmt.Errorf("entry %q: %w", key, err)
	}
	return true, nil
}

// view and update run a transaction and say what it was for if it fails.
func (s *Store) view(what string, f func(tx *bbolt.Tx) error) error {
	if err := s.db.View(f); err != nil {
		return fmt.Errorf("store: %s: %w", what, err)
	}
	return nil
}

func (s *Store) update(what string, f func(tx *bbolt.Tx) error) error {
	if err := s.db.Update(f); err != nil {
		return fmt.Errorf("store: %s: %w", what, err)
	}
	return nil
}

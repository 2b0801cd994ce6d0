package store

import (
	"time"

	"go.etcd.io/bbolt"
)

// repeated is a start request that has been answered.
type repeated struct {
	Recording string    `json:"recording"`
	At        time.Time `json:"at"`
	Digest    string    `json:"digest"`
}

// Begin notes a new recording, the repeatability ID of the request that starts it, unless that is empty, and a digest of
// the request. It has to be called before the recording starts, so that no crash makes one request start two.
func (s *Store) Begin(r *Recording, requestID, digest string) error {
	return s.update("begin recording", func(tx *bbolt.Tx) error {
		if requestID != "" {
			if err := put(bucket(tx, bucketRepeat), []byte(requestID), repeated{r.ID, r.Started, digest}); err != nil {
				return err
			}
		}
		return putRecording(tx, r)
	})
}

// Abandon takes back what Begin noted, for a recording that could not be started.
func (s *Store) Abandon(id, requestID string) error {
	return s.update("abandon recording", func(tx *bbolt.Tx) error {
		if requestID != "" {
			if err := bucket(tx, bucketRepeat).Delete([]byte(requestID)); err != nil {
				return err
			}
		}
		if err := dropIndexes(tx, id); err != nil {
			return err
		}
		return bucket(tx, bucketRecordings).Delete([]byte(id))
	})
}

// Repeated returns the recording that a request of this repeatability ID has started, and that request's digest. Its
// error wraps ErrNotFound if there was none.
func (s *Store) Repeated(requestID string) (recordingID, digest string, err error) {
	var r repeated
	err = s.view("repeated request", func(tx *bbolt.Tx) error {
		found, err := get(bucket(tx, bucketRepeat), []byte(requestID), &r)
		if err == nil && !found {
			err = ErrNotFound
		}
		return err
	})
	return r.Recording, r.Digest, err
}

// ForgetRepeated removes the repeatability IDs of requests before a time.
func (s *Store) ForgetRepeated(before time.Time) error {
	return s.update("forget repeated requests", func(tx *bbolt.Tx) error {
		b := bucket(tx, bucketRepeat)
		var old [][]byte
		err := b.ForEach(func(id, _ []byte) error {
			var r repeated
			if _, err := get(b, id, &r); err != nil {
				return err
			}
			if r.At.Before(before) {
				old = append(old, id)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, id := range old {
			if err := b.Delete(id); err != nil {
				return err
			}
		}
		return nil
	})
}

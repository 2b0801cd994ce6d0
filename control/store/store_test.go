package store_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/control/store"
)

var start = time.Date(2026, 11, 21, 20, 20, 6, 0, time.UTC)

func open(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// reopen closes the store and opens it again, as after a restart.
func reopen(t *testing.T, s *store.Store, path string) *store.Store {
	t.Helper()
	require.NoError(t, s.Close())
	return open(t, path)
}

func final(id string, expires time.Time) *store.Recording {
	return &store.Recording{
		ID: id, CallID: "c", Started: start, Final: true, Expires: expires,
		Chunks: []store.Chunk{{DocumentID: "d-" + id + "-0"}, {DocumentID: "d-" + id + "-1", Index: 1}},
	}
}

func TestRecordings(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "db")
	s := open(t, path)
	_, err := s.Recording("a")
	require.ErrorIs(t, err, store.ErrNotFound)

	a := final("a", start.Add(time.Hour))
	require.NoError(t, s.Put(&store.Recording{ID: "a", Started: start}))
	require.NoError(t, s.Put(a))
	s = reopen(t, s, path)
	got, err := s.Recording("a")
	require.NoError(t, err)
	require.Equal(t, a, got)

	r, c, err := s.Document("d-a-1")
	require.NoError(t, err)
	require.Equal(t, a, r)
	require.Equal(t, 1, c.Index)

	a.Chunks = a.Chunks[:1] // the other file is deleted
	require.NoError(t, s.Put(a))
	_, _, err = s.Document("d-a-1")
	require.ErrorIs(t, err, store.ErrNotFound)

	require.NoError(t, s.Put(&store.Recording{ID: "b", Started: start}))
	list, err := s.Recordings(func(r *store.Recording) bool { return !r.Final })
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "b", list[0].ID)

	require.NoError(t, s.Forget("a"))
	require.NoError(t, s.Forget("a"))
	_, err = s.Recording("a")
	require.ErrorIs(t, err, store.ErrNotFound)
	_, _, err = s.Document("d-a-0")
	require.ErrorIs(t, err, store.ErrNotFound)
	ids, err := s.Expired(start.Add(time.Hour*24), 10)
	require.NoError(t, err)
	require.Empty(t, ids)
}

func TestExpired(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "db"))
	for i := range 5 {
		require.NoError(t, s.Put(final(fmt.Sprint(i), start.Add(time.Duration(5-i)*time.Hour))))
	}
	require.NoError(t, s.Put(&store.Recording{ID: "running", Started: start}))
	require.NoError(t, s.Put(final("4", start.Add(100*time.Hour)))) // was the first, is the last
	for _, tt := range []struct {
		at   time.Duration
		most int
		want []string
	}{
		{time.Hour, 10, nil},
		{2*time.Hour - 1, 10, nil},
		{2 * time.Hour, 10, []string{"3"}},
		{5 * time.Hour, 10, []string{"3", "2", "1", "0"}},
		{5 * time.Hour, 2, []string{"3", "2"}},
		{100 * time.Hour, 10, []string{"3", "2", "1", "0", "4"}},
	} {
		ids, err := s.Expired(start.Add(tt.at), tt.most)
		require.NoError(t, err)
		require.Equal(t, tt.want, ids, "%v", tt.at)
	}
}

func TestRepeated(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "db")
	s := open(t, path)
	require.NoError(t, s.Begin(&store.Recording{ID: "a", Started: start}, "req-a", "digest"))
	require.NoError(t, s.Begin(&store.Recording{ID: "b", Started: start.Add(time.Hour)}, "req-b", ""))
	require.NoError(t, s.Begin(&store.Recording{ID: "c", Started: start}, "", ""))
	s = reopen(t, s, path)
	id, digest, err := s.Repeated("req-a")
	require.NoError(t, err)
	require.Equal(t, []string{"a", "digest"}, []string{id, digest})

	require.NoError(t, s.Abandon("b", "req-b"))
	_, _, err = s.Repeated("req-b")
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = s.Recording("b")
	require.ErrorIs(t, err, store.ErrNotFound)

	require.NoError(t, s.ForgetRepeated(start))
	_, _, err = s.Repeated("req-a")
	require.NoError(t, err)
	require.NoError(t, s.ForgetRepeated(start.Add(1)))
	_, _, err = s.Repeated("req-a")
	require.ErrorIs(t, err, store.ErrNotFound)
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "db")
	s := open(t, path)
	event := func(endpoint, id string) store.Event {
		return store.Event{Endpoint: endpoint, ID: id, Body: []byte(`{}`), Published: start}
	}
	require.NoError(t, s.Put(&store.Recording{ID: "a"}, event("x", "1"), event("y", "2"), event("x", "3")))
	s = reopen(t, s, path)
	endpoints, err := s.Endpoints()
	require.NoError(t, err)
	require.Equal(t, []string{"x", "y"}, endpoints)
	waiting, err := s.Waiting()
	require.NoError(t, err)
	require.Equal(t, 3, waiting)

	e, err := s.Pending("x")
	require.NoError(t, err)
	require.Equal(t, "1", e.ID)
	e.Attempts, e.LastOutcome, e.NotBefore = 1, "NotFound", start.Add(time.Minute)
	require.NoError(t, s.Attempted(e))
	s = reopen(t, s, path)
	again, err := s.Pending("x")
	require.NoError(t, err)
	require.Equal(t, e, again)

	require.NoError(t, s.Delivered(e))
	require.ErrorIs(t, s.Attempted(e), store.ErrNotFound)
	e, err = s.Pending("x")
	require.NoError(t, err)
	require.Equal(t, "3", e.ID)
	require.NoError(t, s.Delivered(e))
	require.NoError(t, s.Delivered(e))
	_, err = s.Pending("x")
	require.ErrorIs(t, err, store.ErrNotFound)
	endpoints, err = s.Endpoints()
	require.NoError(t, err)
	require.Equal(t, []string{"y"}, endpoints)
}

func TestOutboxIsBounded(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "db"))
	events := make([]store.Event, store.MaxPending+5)
	for i := range events {
		events[i] = store.Event{Endpoint: "x", ID: fmt.Sprint(i)}
	}
	require.NoError(t, s.Enqueue(events...))
	waiting, err := s.Waiting()
	require.NoError(t, err)
	require.Equal(t, store.MaxPending, waiting)
	e, err := s.Pending("x")
	require.NoError(t, err)
	require.Equal(t, "0", e.ID)
}

func TestSubscriptions(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "db")
	s := open(t, path)
	at, err := s.Validated("x")
	require.NoError(t, err)
	require.Zero(t, at)
	require.NoError(t, s.Validate("x", start))
	at, err = reopen(t, s, path).Validated("x")
	require.NoError(t, err)
	require.Equal(t, start, at)
}

func TestOneProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "db")
	open(t, path)
	_, err := store.Open(path)
	require.ErrorContains(t, err, "timeout")
}

package control_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/control"
	"github.com/callrec/callrec/metadata"
)

// fakeCalls is a place of calls whose recordings write small files in place of media.
type fakeCalls struct {
	mu    sync.Mutex
	calls []*fakeCall
}

func (f *fakeCalls) add(info control.CallInfo) *fakeCall {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := &fakeCall{info: info, media: []byte("the media of chunk 0")}
	f.calls = append(f.calls, c)
	return c
}

func (f *fakeCalls) Find(l control.Locator) control.Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.calls {
		if l.Means(c.info) {
			return c
		}
	}
	return nil
}

// fakeCall is a call. Its hooks, where not nil, run in place of what a recording does.
type fakeCall struct {
	info  control.CallInfo
	media []byte

	mu       sync.Mutex
	started  []*fakeRecording
	onRecord func(ctx context.Context) error
	onChange func(ctx context.Context) error
	onStop   func(r *fakeRecording) error
}

func (c *fakeCall) Info() control.CallInfo { return c.info }

func (c *fakeCall) Record(ctx context.Context, opt control.RecordOptions) (control.Recording, error) {
	if c.onRecord != nil {
		if err := c.onRecord(ctx); err != nil {
			return nil, err
		}
	}
	dir, err := chunk.DirFS(opt.Dir)
	if err != nil {
		return nil, err
	}
	cfg := chunk.Config{Dir: dir, Sync: chunk.SyncNever}
	if opt.Continue {
		cfg.Continue, cfg.Next, cfg.JournalSize = true, 1, -1
	}
	w, err := chunk.NewWriter(cfg)
	if err != nil {
		return nil, err
	}
	r := &fakeRecording{call: c, opt: opt, w: w, done: make(chan struct{})}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.started = append(c.started, r)
	return r, r.begin()
}

// last is the recording that was started last.
func (c *fakeCall) last() *fakeRecording {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.started[len(c.started)-1]
}

func (c *fakeCall) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.started)
}

// fakeRecording writes a chunk for each time it is told to.
type fakeRecording struct {
	call *fakeCall
	opt  control.RecordOptions
	done chan struct{}

	mu     sync.Mutex
	w      *chunk.Writer
	index  int
	closed bool
	chunks []metadata.NotificationChunk
	ops    []string
}

func (r *fakeRecording) begin() (err error) {
	r.index, err = r.w.Begin()
	r.w.Journal([]byte(`{"event":"chunk"}`))
	return err
}

func documentID(recording string, index int) string {
	return fmt.Sprintf("0-local-d1-%s%d", recording[:31], index)
}

// cut completes a chunk and begins the next.
func (r *fakeRecording) cut() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return errors.Join(r.finish(metadata.ChunkMaximumSizeExceeded), r.begin())
}

func (r *fakeRecording) finish(reason metadata.EndReason) error {
	if _, err := r.w.Write(r.call.media); err != nil {
		return err
	}
	d := metadata.Document{
		ResourceID: r.opt.ResourceID, CallID: r.opt.CallID, ChunkDocumentID: documentID(r.opt.ID, r.index),
		ChunkIndex: r.index, ChunkStartTime: testStart, ChunkDuration: time.Second,
		RecordingInfo: metadata.RecordingInfo{
			ContentType: metadata.ContentAudioVideo, ChannelType: metadata.ChannelMixed, Format: metadata.FormatMP4,
			Audio: metadata.Audio{SampleRate: 16000, BitRate: 48000, Channels: 1},
		},
		Participants: []metadata.Participant{{ParticipantID: "8:acs:someone"}},
	}
	b, err := d.Encode(r.opt.Metadata)
	if err != nil {
		return err
	}
	r.chunks = append(r.chunks, metadata.NotificationChunk{DocumentID: d.ChunkDocumentID, Index: r.index, EndReason: reason})
	return r.w.Finish(b, func(chunk.Finished) []byte { return []byte("{}\n") })
}

func (r *fakeRecording) change(ctx context.Context, op string) error {
	if r.call.onChange != nil {
		if err := r.call.onChange(ctx); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ops = append(r.ops, op)
	return nil
}

func (r *fakeRecording) Pause(ctx context.Context) error  { return r.change(ctx, "pause") }
func (r *fakeRecording) Resume(ctx context.Context) error { return r.change(ctx, "resume") }

func (r *fakeRecording) Stop(_ context.Context, reason metadata.EndReason) error {
	if r.call.onStop != nil {
		if err := r.call.onStop(r); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	r.ops = append(r.ops, "stop")
	defer close(r.done)
	if err := r.finish(metadata.ChunkSessionEnded); err != nil {
		return err
	}
	n := metadata.Notification{
		ID: "n", CallID: r.opt.CallID, EventTime: testStart, Chunks: r.chunks, RecordingStart: testStart,
		RecordingDuration: time.Duration(len(r.chunks)) * time.Second, SessionEndReason: reason,
	}
	b, err := n.Encode()
	if err != nil {
		return err
	}
	return r.w.Close(b)
}

func (r *fakeRecording) Done() <-chan struct{} { return r.done }

// operations are what the recording was told to do.
func (r *fakeRecording) operations() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{}, r.ops...)
}

package control

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/callrec/callrec/metadata"
)

// Calls is where calls take place. Its methods are safe for concurrent use.
type Calls interface {
	// Find returns the call that a locator means, or nil if there is none that could be recorded now. Locator.Means
	// helps to compare.
	Find(Locator) Call
}

// Call is a call that can be recorded. Its methods are safe for concurrent use.
type Call interface {
	Info() CallInfo
	// Record starts a recording. It must not outlast ctx by much: a start that comes later is stopped at once.
	Record(context.Context, RecordOptions) (Recording, error)
}

// CallInfo names a call.
type CallInfo struct {
	CallID        string // GUID
	ServerCallID  string // the conversation of the API of 2021 as well
	GroupCallID   string
	RoomID        string
	ConnectionID  string
	CorrelationID string // GUID
}

// RecordOptions say how a recording is made.
type RecordOptions struct {
	ID         string // of the recording
	Dir        string // folder for its files, for it alone; not there yet unless it goes on
	Continue   bool   // go on with the recording in Dir, whose recorder died
	Paused     bool   // start paused
	Metadata   metadata.Generation
	CallID     string
	ResourceID string
	Topic      string
}

// Recording is a recording that goes on. Its methods are safe for concurrent use and return when what they do is done,
// or with ctx.
type Recording interface {
	Pause(context.Context) error
	Resume(context.Context) error
	// Stop ends the recording and completes its files. Stopping again has no effect.
	Stop(context.Context, metadata.EndReason) error
	// Done is closed when the files are complete, or never will be: after Stop, or when the call has ended by itself, or
	// the recording has failed.
	Done() <-chan struct{}
}

// LocatorKind says which of a call's names a Locator holds.
type LocatorKind uint8

const (
	// ServerCall is the server call ID, or the conversation ID of 2021.
	ServerCall LocatorKind = iota
	// GroupCall is the GUID of a group call.
	GroupCall
	// Room is the ID of a room.
	Room
	// Connection is the ID of a call connection.
	Connection
)

// Locator names a call, as a client does.
type Locator struct {
	Kind LocatorKind
	ID   string
}

// maxLocator bounds IDs of calls in bytes.
const maxLocator = 4096

// Means says whether the locator names a call. Clients are careless about how they encode the ID of a conversation,
// which is a URL in base64url without padding: base64 and padding are understood as well, and the URL itself.
func (l Locator) Means(c CallInfo) bool {
	if l.ID == "" || len(l.ID) > maxLocator {
		return false
	}
	switch l.Kind {
	case GroupCall:
		return strings.EqualFold(l.ID, c.GroupCallID)
	case Room:
		return l.ID == c.RoomID
	case Connection:
		return l.ID == c.ConnectionID
	}
	if c.ServerCallID == "" {
		return false
	}
	ours := spellings(c.ServerCallID)
	return slices.ContainsFunc(spellings(l.ID), func(id string) bool { return slices.Contains(ours, id) })
}

// spellings are the ID itself and what it stands for if it is base64 of a URL.
func spellings(id string) []string {
	list := []string{id}
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(id, "="))
	if decoded, err := base64.RawStdEncoding.DecodeString(plain); err == nil && strings.Contains(string(decoded), "://") {
		list = append(list, string(decoded))
	}
	return list
}

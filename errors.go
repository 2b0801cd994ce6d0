package callrec

import "errors"

// ErrConfig is wrapped by New for a Config that can't work.
var ErrConfig = errors.New("callrec: invalid configuration")

// ErrStopped is returned by every input to a recording that has been stopped.
var ErrStopped = errors.New("callrec: recording is stopped")

// ErrUnknownParticipant is wrapped when an input names a participant who is not in the call.
var ErrUnknownParticipant = errors.New("callrec: unknown participant")

// ErrUnknownTrack is wrapped when an input names a track that the participant does not have.
var ErrUnknownTrack = errors.New("callrec: unknown track")

// ErrDuplicate is wrapped when a participant joins, or a track is added, that is there already.
var ErrDuplicate = errors.New("callrec: already there")

// ErrChunkTooSmall is wrapped when Config.MaxChunkSize can't hold even one frame.
var ErrChunkTooSmall = errors.New("callrec: maximum chunk size too small")

// ErrOverloaded is wrapped when too many inputs wait for a live recording.
var ErrOverloaded = errors.New("callrec: too many inputs wait")

// ErrNoRecording is wrapped by Recover for a folder that holds nothing of a recording.
var ErrNoRecording = errors.New("callrec: no recording")

// ErrNoJournal is wrapped by Recover when the media is whole but can't be described: the journal is missing, or does
// not say what was recorded.
var ErrNoJournal = errors.New("callrec: no journal")

// ErrEnded is wrapped by New when Config.Continue is set and the recording has come to its end.
var ErrEnded = errors.New("callrec: recording has ended")

package chunk

import "errors"

// ErrExists is wrapped when a folder already holds a recording and Config.Replace is not set.
var ErrExists = errors.New("chunk: folder holds a recording already")

// ErrFull is wrapped by Write when the bytes would take the chunk over Config.MaxSize. Nothing of them is written.
var ErrFull = errors.New("chunk: maximum size reached")

// ErrState is wrapped when calls come out of order: writing without an open chunk, beginning a second one, or anything
// after Close.
var ErrState = errors.New("chunk: call out of order")

// ErrBusy is wrapped when another recording, or the recovery of one, has the folder.
var ErrBusy = errors.New("chunk: folder is in use")

// ErrStalled is wrapped, with the cause, when the folder does not take what is written: more waits in memory than
// Config.MaxPending allows, or something still waits at Close.
var ErrStalled = errors.New("chunk: folder takes no more")

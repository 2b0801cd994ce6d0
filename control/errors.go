package control

import "errors"

// The errors that end up in answers. Everything else is an internal error, of which clients learn nothing more.
var (
	// ErrInvalid is wrapped for a request that makes no sense.
	ErrInvalid = errors.New("invalid request")
	// ErrUnsupported is wrapped for a request that makes sense but asks for something that is not supported.
	ErrUnsupported = errors.New("not supported")
	// ErrTooLarge is wrapped for a request with too large a body.
	ErrTooLarge = errors.New("the body is too large")
	// ErrCallNotFound is wrapped when no call is meant by a locator.
	ErrCallNotFound = errors.New("call not found")
	// ErrRecordingNotFound is wrapped for a recording that never was or has been stopped.
	ErrRecordingNotFound = errors.New("recording not found")
	// ErrDocumentNotFound is wrapped for a file that never was, is not complete, was deleted or has expired.
	ErrDocumentNotFound = errors.New("document not found")
	// ErrRecorded is wrapped when a call is being recorded already.
	ErrRecorded = errors.New("the call is being recorded already")
	// ErrBusy is wrapped when a limit is reached; trying again later may help.
	ErrBusy = errors.New("too many requests")
	// ErrTimeout is wrapped when a recording takes too long to do what it was told.
	ErrTimeout = errors.New("the recorder did not answer in time")
	// ErrClosed is wrapped when the service is shutting down.
	ErrClosed = errors.New("the service is shutting down")
)

// ErrConfig is wrapped by New for a Config that can't work.
var ErrConfig = errors.New("control: invalid configuration")

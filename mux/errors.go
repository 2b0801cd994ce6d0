package mux

import "errors"

var (
	// ErrConfig is wrapped by NewWriter's error when the configuration cannot be written as a file.
	ErrConfig = errors.New("mux: invalid configuration")

	// ErrFragment is wrapped by WriteFragment's error when a fragment cannot be written: a sample without data, samples
	// for a track that the configuration lacks, or more than MaxFragmentPayload bytes. Nothing of it was written and the
	// Writer stays usable.
	ErrFragment = errors.New("mux: invalid fragment")

	// ErrClosed is returned by WriteFragment after Close.
	ErrClosed = errors.New("mux: writer is closed")

	// ErrSource is wrapped by Progressive's error when the source is not as Writer leaves a file that it closes.
	ErrSource = errors.New("mux: not a whole fragmented file")
)

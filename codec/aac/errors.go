package aac

import "errors"

var (
	// ErrConfig is wrapped by NewEncoder's and AppendADTS's error when a field is outside of its documented range.
	ErrConfig = errors.New("aac: bad configuration")

	// ErrFrameSize is wrapped by Encode's error when it is not given exactly FrameSize samples.
	ErrFrameSize = errors.New("aac: wrong number of samples")

	// ErrAccessUnitSize is wrapped by AppendADTS's error when an access unit does not fit into an ADTS frame.
	ErrAccessUnitSize = errors.New("aac: access unit too long for ADTS")
)

package params

import "errors"

var (
	// ErrInvalid is wrapped by errors for syntax elements outside of the range the standard gives them.
	ErrInvalid = errors.New("h264: invalid syntax")
	// ErrUnsupported is wrapped by errors for parts of the standard that are not implemented: interlaced pictures, other
	// sample formats than 8-bit 4:2:0 and 4:0:0, data partitioning, SP and SI slices.
	ErrUnsupported = errors.New("h264: unsupported stream")
	// ErrTooLarge is wrapped by errors for pictures beyond the bound that was given.
	ErrTooLarge = errors.New("h264: picture too large")
	// ErrMissing is wrapped by errors for slices that refer to a parameter set that is not known.
	ErrMissing = errors.New("h264: missing parameter set")
)

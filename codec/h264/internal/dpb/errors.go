package dpb

import "errors"

// ErrReference is wrapped by errors for reference pictures that are missing.
var ErrReference = errors.New("h264: missing reference picture")

package resample

import "errors"

// ErrConfig is wrapped by New's error when a Config asks for a conversion outside the documented limits.
var ErrConfig = errors.New("resample: bad configuration")

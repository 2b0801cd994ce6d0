package mixer

import "errors"

// ErrConfig is wrapped by the errors of New and AddInput about settings outside their documented limits.
var ErrConfig = errors.New("mixer: bad configuration")

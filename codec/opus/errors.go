package opus

import "errors"

// ErrMalformed is wrapped by errors about payloads that break the rules of RFC 6716 3.2 or whose frames cannot be
// decoded.
var ErrMalformed = errors.New("opus: malformed payload")

// ErrPanic is wrapped by the error of a Decode during which the Opus library panicked. The decoder has been restarted.
var ErrPanic = errors.New("opus: decoder panicked")

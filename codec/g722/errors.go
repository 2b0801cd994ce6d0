package g722

import "errors"

// ErrPayloadSize is wrapped by the error of a Decode whose payload is empty or longer than MaxPayload.
var ErrPayloadSize = errors.New("g722: bad payload size")

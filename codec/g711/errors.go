package g711

import "errors"

// ErrPayloadSize is wrapped by the error of a Decode whose payload is empty or longer than MaxPayload.
var ErrPayloadSize = errors.New("g711: bad payload size")

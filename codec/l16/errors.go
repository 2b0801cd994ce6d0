package l16

import "errors"

// ErrPayloadSize is wrapped by the error of a Decode whose payload is empty, longer than a second, or not made of whole
// samples of all channels.
var ErrPayloadSize = errors.New("l16: bad payload size")

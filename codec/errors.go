package codec

import "errors"

// ErrUnsupported is returned by Set when it has no implementation for a codec.
var ErrUnsupported = errors.New("codec: unsupported codec")

// ErrNeedKeyframe is wrapped by a VideoDecoder's error when nothing can be decoded before the next keyframe: at the
// start of a stream, and after damage that later pictures would carry on.
var ErrNeedKeyframe = errors.New("codec: keyframe needed")

// ErrTooLarge is wrapped by a VideoDecoder's error when a stream asks for pictures beyond the configured bound.
var ErrTooLarge = errors.New("codec: picture too large")

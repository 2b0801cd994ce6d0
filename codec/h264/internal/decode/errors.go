package decode

import "errors"

var (
	// ErrDamaged is wrapped by errors for slices whose data breaks the syntax, is cut off or missing.
	ErrDamaged = errors.New("h264: damaged picture")
	// ErrNeedKeyframe is wrapped by errors after which nothing is decoded before the next picture that can be decoded
	// alone.
	ErrNeedKeyframe = errors.New("h264: keyframe needed")
)

package vp8

import "errors"

// ErrDamaged is wrapped by the errors of Decode and ParseHeader for an access unit that is no VP8 frame, or one of which
// part is missing: the frame tag or start code is wrong, or the first partition or the partition sizes reach beyond its
// end.
var ErrDamaged = errors.New("vp8: damaged frame")

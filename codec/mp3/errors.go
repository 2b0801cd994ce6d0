package mp3

import "errors"

// ErrNoAudio is wrapped by Decode's error when the input holds no MPEG audio that can be decoded: it is empty, garbage,
// or of a kind that is not supported (MPEG-2.5, layers I and II, free format).
var ErrNoAudio = errors.New("mp3: no decodable MPEG layer III audio")

// ErrTooLarge is wrapped by Decode's error when the input, or what it decodes to, is beyond the limit.
var ErrTooLarge = errors.New("mp3: too large")

//go:build ffmpeg

package ffmpeg

import "github.com/callrec/callrec/codec"

// NewFileDecoder returns a decoder that waits for reordered pictures as long as the stream's level allows.
func NewFileDecoder(f codec.VideoFormat) (*VideoDecoder, error) { return newVideoDecoder(f, 1) }

// Live is the number of contexts, frames and packets that are not freed yet.
func Live() int { return live() }

// Droppable asks about an access unit that follows another.
func Droppable(name string, before, au []byte) bool {
	f := newFollower(name)
	f.decoded(before)
	return f.droppable(au)
}

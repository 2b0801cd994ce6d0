//go:build !ffmpeg

package builtin

// hint says how to get more codecs.
const hint = " (build with -tags ffmpeg for native codecs)"

// nativeImplementations are none without the build tag ffmpeg.
func nativeImplementations() []implementation { return nil }

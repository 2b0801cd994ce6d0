// Package ffmpeg serves codecs through FFmpeg's libavcodec and libopus. It exists in full only with the build tag ffmpeg,
// which needs cgo and, found through pkg-config, the development files of libavcodec and libavutil (FFmpeg 5.1 or
// newer). Without the tag it is empty, and no part of the module needs a C compiler.
//
// A thin layer of C (shim.c) hides what differs between versions of the library. One call crosses the border for each
// packet or frame. Decoded pictures are lent out where the library decoded them; the planes of a picture to encode are
// lent to the library; compressed data is copied once on its way.
//
// Which codecs there are depends on how the library was built: constructors wrap codec.ErrUnsupported for one that it
// lacks. libopus is not linked but looked up when it is first needed.
//
// Decoders and encoders hold memory that the garbage collector does not see. Close frees it at once; one that is not
// closed is freed some time after it became unreachable. A fault in the libraries ends the process: for media from
// strangers the pure-Go decoders are the safer choice.
package ffmpeg

//go:build ffmpeg

package ffmpeg

/*
#cgo pkg-config: libavcodec libavutil
#cgo CFLAGS: -O2 -Wall -Wextra -Werror=implicit-function-declaration
#include <stdlib.h>
#include "shim.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/callrec/callrec/codec"
)

// ErrLibrary is wrapped by errors that the libraries report while they decode or encode.
var ErrLibrary = errors.New("ffmpeg: library error")

// ErrClosed is returned by a decoder or encoder that has been closed.
var ErrClosed = errors.New("ffmpeg: closed")

// Version returns the version of the libavcodec in use, such as "59.37.100".
func Version() string {
	v := uint(C.cr_library())
	return fmt.Sprintf("%d.%d.%d", v>>16, v>>8&0xff, v&0xff)
}

// live is the number of contexts, frames and packets that the shim has not freed yet.
func live() int { return int(C.cr_live()) }

// withName calls f with a C string.
func withName(name string, f func(*C.char) C.int) int {
	s := C.CString(name)
	defer C.free(unsafe.Pointer(s))
	return int(f(s))
}

// decoderName returns the first of the library's decoders that it has, or an error that wraps codec.ErrUnsupported.
func decoderName(names ...string) (string, error) {
	return firstOf("decoder", names, func(s *C.char) C.int { return C.cr_has_decoder(s) })
}

// encoderName is the like for encoders.
func encoderName(names ...string) (string, error) {
	return firstOf("encoder", names, func(s *C.char) C.int { return C.cr_has_encoder(s) })
}

func firstOf(kind string, names []string, has func(*C.char) C.int) (string, error) {
	for _, name := range names {
		if withName(name, has) != 0 {
			return name, nil
		}
	}
	return "", fmt.Errorf("%w: libavcodec %s was built without %s %q", codec.ErrUnsupported, Version(), kind, names)
}

// failure makes an error of a negative code.
func failure(what string, code C.int) error {
	switch code {
	case C.CR_TOO_LARGE:
		return fmt.Errorf("ffmpeg: %s: %w", what, codec.ErrTooLarge)
	case C.CR_FORMAT:
		return fmt.Errorf("ffmpeg: %s: %w: the samples are not in the format that is handled", what, codec.ErrUnsupported)
	case C.CR_PICTURES:
		return fmt.Errorf("%w: %s: more than %d pictures at once", ErrLibrary, what, int(C.CR_MAX_PICTURES))
	}
	var text [128]C.char
	C.cr_error(code, &text[0], C.int(len(text)))
	return fmt.Errorf("%w: %s: %s", ErrLibrary, what, C.GoString(&text[0]))
}

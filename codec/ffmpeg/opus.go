//go:build ffmpeg

package ffmpeg

/*
#cgo linux LDFLAGS: -ldl
#cgo CFLAGS: -pthread
#include "libopus.h"
*/
import "C"

import (
	"fmt"
	"runtime"
	"slices"

	"github.com/callrec/callrec/codec"
)

const (
	// maxOpus is the longest packet, 120 ms at 16 kHz (RFC 6716 3.2.5).
	maxOpus = 1920
	// opusGrain is 2.5 ms, the grain of what libopus conceals.
	opusGrain = 40
	opusClock = 48000 // of RTP, whatever the encoder's rate (RFC 7587 4.1)
)

// OpusName returns the name and version of the library that decodes Opus, or an error that wraps codec.ErrUnsupported if it
// is not on this machine.
func OpusName() (string, error) {
	v := C.cr_opus_version()
	if v == nil {
		return "", fmt.Errorf("%w: libopus was not found", codec.ErrUnsupported)
	}
	return C.GoString(v), nil
}

// OpusDecoder decodes one Opus track with libopus, which conceals losses and restores them from in-band forward error
// correction where the next packet has it. It implements codec.AudioDecoder.
type OpusDecoder struct {
	c       *C.cr_opus
	pcm     [maxOpus]int16
	cleanup runtime.Cleanup
}

var _ codec.AudioDecoder = (*OpusDecoder)(nil)

// NewOpusDecoder returns a decoder for a track of the format. The error wraps codec.ErrUnsupported if the format is not
// one of Opus over RTP, or the library not on this machine.
func NewOpusDecoder(f codec.AudioFormat) (*OpusDecoder, error) {
	if f.ClockRate != 0 && f.ClockRate != opusClock || f.Channels < 0 || f.Channels > 2 {
		return nil, fmt.Errorf("%w: opus with clock rate %d, %d channels", codec.ErrUnsupported, f.ClockRate, f.Channels)
	}
	if _, err := OpusName(); err != nil {
		return nil, err
	}
	d := &OpusDecoder{c: C.cr_opus_open()}
	if d.c == nil {
		return nil, fmt.Errorf("%w: libopus: out of memory", ErrLibrary)
	}
	d.cleanup = runtime.AddCleanup(d, closeOpus, d.c)
	return d, nil
}

func closeOpus(c *C.cr_opus) { C.cr_opus_close(c) }

// Decode implements codec.AudioDecoder. Errors wrap ErrLibrary.
func (d *OpusDecoder) Decode(dst []int16, payload []byte) ([]int16, error) {
	if d.c == nil {
		return dst, ErrClosed
	}
	if len(payload) == 0 {
		return dst, fmt.Errorf("%w: opus: empty packet", ErrLibrary)
	}
	n := C.cr_opus_decode(d.c, (*C.uint8_t)(&payload[0]), C.int(len(payload)), (*C.int16_t)(&d.pcm[0]), maxOpus, 0)
	if n < 0 {
		return dst, fmt.Errorf("%w: opus: %s", ErrLibrary, C.GoString(C.cr_opus_error(n)))
	}
	return append(dst, d.pcm[:n]...), nil
}

// Conceal implements codec.AudioDecoder. The end of the gap, as far as the next packet reaches back, comes from that.
func (d *OpusDecoder) Conceal(dst []int16, n int, next []byte) []int16 {
	if n <= 0 {
		return dst
	}
	start := len(dst)
	dst = slices.Grow(dst, n)[:start+n]
	rest := dst[start:]
	clear(rest)
	for len(rest) > 0 && d.c != nil {
		part := min(len(rest), maxOpus)
		fec := next
		if part < len(rest) {
			fec = nil
		}
		copy(rest, d.restore(part, fec))
		rest = rest[part:]
	}
	return dst
}

// restore conceals n samples, the last of them from what the packet after them carries. libopus does so in steps of its
// grain; what is too much is left out where the gap begins.
func (d *OpusDecoder) restore(n int, next []byte) []int16 {
	whole := (n + opusGrain - 1) / opusGrain * opusGrain
	pcm := d.pcm[:whole]
	got := C.int(-1)
	if len(next) > 0 {
		got = C.cr_opus_decode(d.c, (*C.uint8_t)(&next[0]), C.int(len(next)), (*C.int16_t)(&pcm[0]), C.int(whole), 1)
	}
	if int(got) != whole {
		got = C.cr_opus_decode(d.c, nil, 0, (*C.int16_t)(&pcm[0]), C.int(whole), 0)
	}
	if int(got) != whole {
		return nil // silence
	}
	return pcm[whole-n:]
}

// Reset implements codec.AudioDecoder.
func (d *OpusDecoder) Reset() {
	if d.c != nil {
		C.cr_opus_reset(d.c)
	}
}

// Close frees the library's memory. Closing again does nothing.
func (d *OpusDecoder) Close() error {
	if d.c != nil {
		d.cleanup.Stop()
		closeOpus(d.c)
		d.c = nil
	}
	return nil
}

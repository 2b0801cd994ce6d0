//go:build ffmpeg

package ffmpeg

/*
#include "shim.h"
*/
import "C"

import (
	"bytes"
	"fmt"
	"runtime"
	"unsafe"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/internal/conceal"
)

// G722Name returns the name of the library's G.722 decoder, AACName that of its AAC encoder. The errors wrap
// codec.ErrUnsupported.
func G722Name() (string, error) { return decoderName("g722") }

// AACName returns the name of the library's AAC encoder.
func AACName() (string, error) { return encoderName("aac") }

// maxG722 bounds a packet: 120 ms would be 960 bytes.
const maxG722 = 4096

// G722Decoder decodes one track of G.722 at 64 kbit/s. It implements codec.AudioDecoder.
type G722Decoder struct {
	c       *C.cr_decoder
	conceal conceal.Concealer
	pcm     [2 * maxG722]int16
	cleanup runtime.Cleanup
}

var _ codec.AudioDecoder = (*G722Decoder)(nil)

// NewG722Decoder returns a decoder; the error wraps codec.ErrUnsupported if the library has none.
func NewG722Decoder(codec.AudioFormat) (*G722Decoder, error) {
	name, err := G722Name()
	if err != nil {
		return nil, err
	}
	d := &G722Decoder{}
	if code := withName(name, func(s *C.char) C.int { return C.cr_audio_decoder_open(s, &d.c) }); code < 0 {
		return nil, failure(name, C.int(code))
	}
	d.cleanup = runtime.AddCleanup(d, closeDecoder, d.c)
	return d, nil
}

// Decode implements codec.AudioDecoder. Every byte gives two samples.
func (d *G722Decoder) Decode(dst []int16, payload []byte) ([]int16, error) {
	switch {
	case d.c == nil:
		return dst, ErrClosed
	case len(payload) == 0 || len(payload) > maxG722:
		return dst, fmt.Errorf("%w: g722: packet of %d bytes", ErrLibrary, len(payload))
	}
	n := C.cr_decode_audio(d.c, (*C.uint8_t)(&payload[0]), C.int(len(payload)), (*C.int16_t)(&d.pcm[0]), C.int(len(d.pcm)))
	if n < 0 {
		return dst, failure("g722", n)
	}
	return d.conceal.Good(dst, d.pcm[:n]), nil
}

// Conceal implements codec.AudioDecoder.
func (d *G722Decoder) Conceal(dst []int16, n int, _ []byte) []int16 { return d.conceal.Conceal(dst, n) }

// Reset implements codec.AudioDecoder.
func (d *G722Decoder) Reset() {
	d.conceal.Reset()
	if d.c != nil {
		C.cr_decoder_reset(d.c)
	}
}

// Close frees the library's memory. Closing again does nothing.
func (d *G722Decoder) Close() error {
	if d.c != nil {
		d.cleanup.Stop()
		closeDecoder(d.c)
		d.c = nil
	}
	return nil
}

const defaultAACBitrate = 48_000

// AACEncoder encodes AAC-LC, 16 kHz mono, with the library's own encoder. It implements codec.AudioEncoder.
type AACEncoder struct {
	c       *C.cr_encoder
	config  []byte
	out     C.cr_packet
	frame   int
	cleanup runtime.Cleanup
}

var _ codec.AudioEncoder = (*AACEncoder)(nil)

// NewAACEncoder returns an encoder. The error wraps codec.ErrUnsupported if the library has none.
func NewAACEncoder(cfg codec.AudioEncoding) (*AACEncoder, error) {
	name, err := AACName()
	if err != nil {
		return nil, err
	}
	if cfg.Bitrate == 0 {
		cfg.Bitrate = defaultAACBitrate
	}
	e := &AACEncoder{}
	code := withName(name, func(s *C.char) C.int {
		return C.cr_audio_encoder_open(s, codec.SampleRate, C.int64_t(cfg.Bitrate), &e.c)
	})
	if code < 0 {
		return nil, failure(name, C.int(code))
	}
	e.cleanup = runtime.AddCleanup(e, closeEncoder, e.c)
	e.frame = int(C.cr_frame_size(e.c))
	var size C.int
	data := C.cr_extradata(e.c, &size)
	e.config = bytes.Clone(unsafe.Slice((*byte)(data), int(size)))
	return e, nil
}

// FrameSize implements codec.AudioEncoder.
func (e *AACEncoder) FrameSize() int { return e.frame }

// Lookahead implements codec.AudioEncoder: the library's encoder has the next frame before it codes one.
func (e *AACEncoder) Lookahead() int { return 1 }

// Config implements codec.AudioEncoder.
func (e *AACEncoder) Config() []byte { return e.config }

// Encode implements codec.AudioEncoder.
func (e *AACEncoder) Encode(dst []byte, pcm []int16) (au []byte, ready bool, err error) {
	switch {
	case e.c == nil:
		return dst, false, ErrClosed
	case len(pcm) != e.frame:
		return dst, false, fmt.Errorf("%w: aac: %d samples, want %d", ErrLibrary, len(pcm), e.frame)
	}
	if code := C.cr_encode_audio(e.c, (*C.int16_t)(&pcm[0]), &e.out); code < 0 {
		return dst, false, failure("aac", code)
	}
	out := &e.out
	if out.size == 0 {
		return dst, false, nil
	}
	return append(dst, unsafe.Slice((*byte)(out.data), int(out.size))...), true, nil
}

// Close frees the library's memory. Closing again does nothing.
func (e *AACEncoder) Close() error {
	if e.c != nil {
		e.cleanup.Stop()
		closeEncoder(e.c)
		e.c = nil
	}
	return nil
}

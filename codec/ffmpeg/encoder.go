//go:build ffmpeg

package ffmpeg

/*
#include <stdlib.h>
#include "shim.h"
*/
import "C"

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"runtime"
	"unsafe"

	"github.com/callrec/callrec/codec"
)

const (
	defaultMaxBitrate = 1_000_000
	// lambdaPerQP is FF_QP2LAMBDA, by which the library multiplies quantizers.
	lambdaPerQP = 118
)

// preset of libx264: a live recording has one core for all its streams, and less is left to gain in slower ones than
// they cost.
const preset = "superfast"

// VideoEncoderName returns the name of the library's H.264 encoder, or an error that wraps codec.ErrUnsupported.
func VideoEncoderName() (string, error) { return encoderName("libx264", "libopenh264") }

// VideoEncoder encodes H.264 with libx264, or else libopenh264. It implements codec.VideoEncoder. It aims at constant
// quality below the ceiling, or at the average if one is given. A picture of which all is new, as when a page of text
// comes up, may exceed the ceiling to be legible; what follows has to make up for more than a few seconds' worth.
// libx264 is told of damage by FFmpeg 7.0 and later; without that, encoders find out by themselves what did not change.
type VideoEncoder struct {
	cfg     codec.VideoEncoding
	name    string
	c       *C.cr_encoder
	sps     []byte
	pps     [][]byte
	encoded bool
	debt    debt
	changed []C.cr_rect // scratch
	out     C.cr_packet
	cleanup runtime.Cleanup
}

var _ codec.VideoEncoder = (*VideoEncoder)(nil)

// NewVideoEncoder returns an encoder. The error wraps codec.ErrUnsupported if the library has none, ErrLibrary if it
// does not like the configuration.
func NewVideoEncoder(cfg codec.VideoEncoding) (*VideoEncoder, error) {
	name, err := VideoEncoderName()
	if err != nil {
		return nil, err
	}
	if cfg.MaxBitrate == 0 {
		cfg.MaxBitrate = max(defaultMaxBitrate, cfg.Bitrate)
	}
	if cfg.FrameRate == 0 {
		cfg.FrameRate = 8
	}
	if cfg.KeyframeInterval == 0 {
		cfg.KeyframeInterval = 4 * cfg.FrameRate
	}
	if cfg.Width <= 0 || cfg.Height <= 0 || cfg.Width%2 != 0 || cfg.Height%2 != 0 {
		return nil, fmt.Errorf("%w: %s: size %dx%d", ErrLibrary, name, cfg.Width, cfg.Height)
	}
	e := &VideoEncoder{cfg: cfg, name: name, debt: newDebt(cfg)}
	if err := e.open(); err != nil {
		return nil, err
	}
	e.cleanup = runtime.AddCleanup(e, closeEncoder, e.c)
	if e.sps, e.pps, err = e.sets(); err != nil {
		return nil, fmt.Errorf("%w: %w", err, e.Close())
	}
	return e, nil
}

func (e *VideoEncoder) open() error {
	p := C.CString(preset)
	defer C.free(unsafe.Pointer(p))
	cfg := (*C.cr_video_encoding)(C.calloc(1, C.sizeof_cr_video_encoding))
	defer C.free(unsafe.Pointer(cfg))
	*cfg = C.cr_video_encoding{
		width: C.int(e.cfg.Width), height: C.int(e.cfg.Height), frame_rate: C.int(e.cfg.FrameRate),
		bitrate: C.int64_t(e.cfg.Bitrate), max_bitrate: C.int64_t(e.cfg.MaxBitrate),
		buffer_seconds: bufferSeconds, quality: usualFactor, worst: worstFactor,
		keyframe_interval: C.int(e.cfg.KeyframeInterval), preset: p,
	}
	code := withName(e.name, func(s *C.char) C.int { return C.cr_video_encoder_open(s, cfg, &e.c) })
	if code < 0 {
		return failure(e.name, C.int(code))
	}
	return nil
}

func closeEncoder(c *C.cr_encoder) { C.cr_encoder_close(&c) }

// sets takes the parameter sets out of what the library has for the container.
func (e *VideoEncoder) sets() (sps []byte, pps [][]byte, err error) {
	var size C.int
	data := C.cr_extradata(e.c, &size)
	eachNAL(unsafe.Slice((*byte)(data), int(size)), func(nal []byte) {
		switch nal[0] & nalTypeMask {
		case nalSPS:
			sps = bytes.Clone(nal)
		case nalPPS:
			pps = append(pps, bytes.Clone(nal))
		}
	})
	if sps == nil || pps == nil {
		return nil, nil, fmt.Errorf("%w: %s: no parameter sets", ErrLibrary, e.name)
	}
	return sps, pps, nil
}

// ParameterSets implements codec.VideoEncoder.
func (e *VideoEncoder) ParameterSets() (sps []byte, pps [][]byte) { return e.sps, e.pps }

// Encode implements codec.VideoEncoder. A picture that is redone becomes an IDR picture, since the library can't take a
// step back. For MaxSize it is encoded again, more coarsely each time, as an IDR picture.
func (e *VideoEncoder) Encode(dst []byte, pic *image.YCbCr, opt codec.VideoEncodeOptions) ([]byte, codec.EncodedPicture, error) {
	switch {
	case e.c == nil:
		return dst, codec.EncodedPicture{}, ErrClosed
	case pic.SubsampleRatio != image.YCbCrSubsampleRatio420 || pic.Rect.Size() != image.Pt(e.cfg.Width, e.cfg.Height):
		return dst, codec.EncodedPicture{}, fmt.Errorf("%w: %s: picture %v of %v, want 4:2:0 of %dx%d",
			ErrLibrary, e.name, pic.SubsampleRatio, pic.Rect.Size(), e.cfg.Width, e.cfg.Height)
	case opt.Redo && !e.encoded:
		return dst, codec.EncodedPicture{}, fmt.Errorf("%w: %s: no picture to redo", ErrLibrary, e.name)
	}
	known := e.encoded && opt.DamageKnown && !opt.Redo
	e.encoded = true
	e.setChanged(opt.Damage)
	au, info, err := e.encode(dst, pic, opt.IDR || opt.Redo, known, usualFactor, e.debt.worst())
	for f := usualFactor; err == nil && opt.MaxSize > 0 && len(au)-len(dst) > opt.MaxSize && f < maxFactor; {
		f = min(f+factorStep, maxFactor)
		au, info, err = e.encode(dst, pic, true, false, f, maxFactor)
	}
	e.debt.add(len(au) - len(dst))
	return au, info, err
}

// setChanged notes the damage as the shim takes it.
func (e *VideoEncoder) setChanged(damage []image.Rectangle) {
	e.changed = e.changed[:0]
	for _, r := range damage {
		if r = r.Intersect(image.Rect(0, 0, e.cfg.Width, e.cfg.Height)); !r.Empty() {
			e.changed = append(e.changed, C.cr_rect{
				x: C.uint32_t(r.Min.X), y: C.uint32_t(r.Min.Y), width: C.uint32_t(r.Dx()), height: C.uint32_t(r.Dy()),
			})
		}
	}
}

// encode encodes a picture with a constant rate factor and its bound, unless an average is aimed at. With known, only what
// was noted as changed differs from the picture before.
func (e *VideoEncoder) encode(
	dst []byte, pic *image.YCbCr, idr, known bool, factor, worst int,
) ([]byte, codec.EncodedPicture, error) {
	key := C.int(0)
	if idr {
		key = 1
	}
	if e.cfg.Bitrate != 0 && factor == usualFactor {
		factor = -1
	}
	changed := C.int(-1)
	if known {
		changed = C.int(len(e.changed))
	}
	y, c := pic.YOffset(pic.Rect.Min.X, pic.Rect.Min.Y), pic.COffset(pic.Rect.Min.X, pic.Rect.Min.Y)
	code := C.cr_encode_video(e.c, (*C.uint8_t)(&pic.Y[y]), (*C.uint8_t)(&pic.Cb[c]), (*C.uint8_t)(&pic.Cr[c]),
		C.int(pic.YStride), C.int(pic.CStride), key, C.int(factor), C.int(worst), unsafe.SliceData(e.changed), changed, &e.out)
	if code < 0 {
		return dst, codec.EncodedPicture{}, failure(e.name, code)
	}
	out := &e.out
	if out.size == 0 {
		return dst, codec.EncodedPicture{}, fmt.Errorf("%w: %s: no access unit for a picture", ErrLibrary, e.name)
	}
	eachNAL(unsafe.Slice((*byte)(out.data), int(out.size)), func(nal []byte) {
		if kind := nal[0] & nalTypeMask; kind <= nalLastSlice {
			dst = append(binary.BigEndian.AppendUint32(dst, uint32(len(nal))), nal...)
		}
	})
	return dst, codec.EncodedPicture{Keyframe: out.keyframe != 0, QP: float64(out.quality) / lambdaPerQP}, nil
}

// Close frees the library's memory. Closing again does nothing.
func (e *VideoEncoder) Close() error {
	if e.c != nil {
		e.cleanup.Stop()
		closeEncoder(e.c)
		e.c = nil
	}
	return nil
}

// NAL unit types (ITU-T H.264 table 7-1). Of an access unit only slices are kept: parameter sets go into the container,
// and what else the encoders write (their name and settings) is of no use to a player.
const (
	nalTypeMask  = 0x1f
	nalLastSlice = 5
	nalSPS       = 7
	nalPPS       = 8
)

// eachNAL calls f for the NAL units of a byte stream (ITU-T H.264 annex B), which are not empty.
func eachNAL(stream []byte, f func(nal []byte)) {
	startCode := []byte{0, 0, 1}
	_, rest, found := bytes.Cut(stream, startCode)
	for found {
		var nal []byte
		nal, rest, found = bytes.Cut(rest, startCode)
		if nal = bytes.TrimRight(nal, "\x00"); len(nal) > 0 {
			f(nal)
		}
	}
}

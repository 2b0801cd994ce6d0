//go:build ffmpeg

package ffmpeg

/*
#include "shim.h"
*/
import "C"

import (
	"encoding/base64"
	"fmt"
	"image"
	"runtime"
	"strings"
	"unsafe"

	"github.com/callrec/callrec/codec"
)

// The bound of coded sizes that codec.VideoFormat's zero values stand for.
const (
	defaultMaxWidth  = 4096
	defaultMaxHeight = 2304
)

// libraryDecoders lists, for each RTP encoding name, the library's decoders that serve it, the best first.
func libraryDecoders(name string) []string {
	switch strings.ToLower(name) {
	case "vp8":
		return []string{"vp8", "libvpx"}
	case "vp9":
		return []string{"vp9", "libvpx-vp9"}
	case "h264":
		return []string{"h264"}
	case "h265":
		return []string{"hevc"}
	case "av1":
		return []string{"libdav1d", "libaom-av1"}
	}
	return nil
}

// VideoDecoderName returns the name of the library's decoder for a codec, by its RTP encoding name in any case: VP8, VP9,
// H264, H265 or AV1. The error wraps codec.ErrUnsupported if there is none.
func VideoDecoderName(name string) (string, error) {
	list := libraryDecoders(name)
	if list == nil {
		return "", fmt.Errorf("%w: %q", codec.ErrUnsupported, name)
	}
	return decoderName(list...)
}

// VideoDecoder decodes one video track with libavcodec, on the calling goroutine's thread alone. It implements
// codec.VideoDecoder; pictures are borrowed from the library until the next Decode, Reset or Close, the newest one as long as there is
// no newer one.
type VideoDecoder struct {
	name     string
	c        *C.cr_decoder
	sets     []byte // parameter sets of the session description, to go before the first access unit
	follow   follower
	first    []byte // scratch for that
	out      [C.CR_MAX_PICTURES]C.cr_picture
	images   [C.CR_MAX_PICTURES]image.YCbCr
	pictures [C.CR_MAX_PICTURES]codec.Picture
	cleanup  runtime.Cleanup
}

var _ codec.VideoDecoder = (*VideoDecoder)(nil)

// NewVideoDecoder returns a decoder for a track of the format. The error wraps codec.ErrUnsupported if the library has
// none for its name. Parameter sets in the format's FMTP (sprop-…, RFC 6184 8.1, RFC 7798 7.1) are used if they can be
// read.
//
// A stream that does not say how much it reorders is taken to be one of a call, which does not: pictures come out at
// once, and should there be some that were to come earlier, the first of these are lost.
func NewVideoDecoder(f codec.VideoFormat) (*VideoDecoder, error) { return newVideoDecoder(f, 0) }

func newVideoDecoder(f codec.VideoFormat, strict C.int) (*VideoDecoder, error) {
	name, err := VideoDecoderName(f.Name)
	if err != nil {
		return nil, err
	}
	if f.MaxWidth == 0 {
		f.MaxWidth = defaultMaxWidth
	}
	if f.MaxHeight == 0 {
		f.MaxHeight = defaultMaxHeight
	}
	d := &VideoDecoder{name: name, sets: parameterSets(f.FMTP), follow: newFollower(strings.ToLower(f.Name))}
	code := withName(name, func(s *C.char) C.int {
		return C.cr_video_decoder_open(s, C.int(f.MaxWidth), C.int(f.MaxHeight), strict, &d.c)
	})
	if code < 0 {
		return nil, failure(name, C.int(code))
	}
	d.cleanup = runtime.AddCleanup(d, closeDecoder, d.c)
	return d, nil
}

func closeDecoder(c *C.cr_decoder) { C.cr_decoder_close(&c) }

// parameterSets returns the NAL units of the sprop parameters as a byte stream.
func parameterSets(fmtp string) []byte {
	var stream []byte
	for parameter := range strings.SplitSeq(fmtp, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		switch strings.ToLower(key) {
		case "sprop-parameter-sets", "sprop-vps", "sprop-sps", "sprop-pps":
		default:
			continue
		}
		for set := range strings.SplitSeq(value, ",") {
			if nal, err := base64.StdEncoding.DecodeString(set); err == nil && len(nal) > 0 {
				stream = append(append(stream, 0, 0, 0, 1), nal...)
			}
		}
	}
	return stream
}

// Decode implements codec.VideoDecoder. Errors wrap codec.ErrNeedKeyframe, since references may be damaged; besides
// codec.ErrTooLarge for pictures beyond the bound, codec.ErrUnsupported for those that are not 8-bit 4:2:0, and
// ErrLibrary for all else that the library can't decode.
func (d *VideoDecoder) Decode(au []byte, pts int64) ([]codec.Picture, error) {
	if d.c == nil {
		return nil, ErrClosed
	}
	if len(au) == 0 {
		return nil, nil
	}
	if d.sets != nil {
		d.first = append(append(d.first[:0], d.sets...), au...)
		au, d.sets = d.first, nil
	}
	if d.follow != nil {
		d.follow.decoded(au)
	}
	return d.decode(au, pts)
}

// Flush returns the pictures that wait for earlier ones in output order, and forgets all references as Reset does. The
// pictures are borrowed until the next call.
func (d *VideoDecoder) Flush() []codec.Picture {
	if d.c == nil {
		return nil
	}
	pictures, err := d.decode(nil, 0)
	if err != nil {
		pictures = nil
	}
	d.Reset()
	return pictures
}

// decode decodes an access unit, or brings out what is left for nil.
func (d *VideoDecoder) decode(au []byte, pts int64) ([]codec.Picture, error) {
	n := C.cr_decode_video(d.c, (*C.uint8_t)(unsafe.SliceData(au)), C.int(len(au)), C.int64_t(pts), &d.out[0])
	if n < 0 {
		return nil, fmt.Errorf("%w: %w", failure(d.name, n), codec.ErrNeedKeyframe)
	}
	for i := range d.out[:n] {
		p := &d.out[i]
		d.images[i] = wrap(p)
		d.pictures[i] = codec.Picture{Image: &d.images[i], PTS: int64(p.pts)}
		if p.bt709 != 0 {
			d.pictures[i].Color.Matrix = codec.MatrixBT709
		}
		d.pictures[i].Color.FullRange = p.full_range != 0
	}
	return d.pictures[:n], nil
}

// wrap makes an image of a picture's planes, where they lie.
func wrap(p *C.cr_picture) image.YCbCr {
	w, h := int(p.width), int(p.height)
	plane := func(pix *C.uint8_t, stride C.int, w, h int) []byte {
		return unsafe.Slice((*byte)(pix), int(stride)*(h-1)+w)
	}
	return image.YCbCr{
		Y:              plane(p.y, p.y_stride, w, h),
		Cb:             plane(p.cb, p.c_stride, (w+1)/2, (h+1)/2),
		Cr:             plane(p.cr, p.c_stride, (w+1)/2, (h+1)/2),
		YStride:        int(p.y_stride),
		CStride:        int(p.c_stride),
		SubsampleRatio: image.YCbCrSubsampleRatio420,
		Rect:           image.Rect(0, 0, w, h),
	}
}

// Reset implements codec.VideoDecoder.
func (d *VideoDecoder) Reset() {
	if d.c != nil {
		C.cr_decoder_reset(d.c)
	}
	if d.follow != nil {
		d.follow.reset()
	}
}

// Close frees the library's memory, pictures included. Closing again does nothing.
func (d *VideoDecoder) Close() error {
	if d.c != nil {
		d.cleanup.Stop()
		closeDecoder(d.c)
		d.c = nil
	}
	return nil
}

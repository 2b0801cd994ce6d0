package h264

import (
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264/internal/decode"
	"github.com/callrec/callrec/codec/h264/internal/dpb"
	"github.com/callrec/callrec/codec/h264/internal/nal"
	"github.com/callrec/callrec/codec/h264/internal/params"
)

// Bounds on the picture size where DecoderConfig has none.
const (
	DefaultMaxWidth  = 4096
	DefaultMaxHeight = 2304
)

var (
	// ErrDamaged is wrapped by the errors of Decode for a picture that breaks the syntax, is cut off, or lacks slices or
	// reference pictures.
	ErrDamaged = errors.New("h264: damaged picture")
	// ErrUnsupported is wrapped by the errors of Decode for streams that use what this decoder does not have: interlaced
	// pictures, sample formats other than 8-bit 4:2:0 and 4:0:0, slice groups, data partitioning, SP and SI slices, and
	// lossless macroblocks.
	ErrUnsupported = errors.New("h264: unsupported stream")
)

// DecoderConfig configures a Decoder. The zero value is ready to use.
type DecoderConfig struct {
	// MaxWidth and MaxHeight bound the coded size in luma samples of the pictures that are decoded, and with it the
	// memory a stream can make the decoder use. 0 means DefaultMaxWidth and DefaultMaxHeight.
	MaxWidth, MaxHeight int
	// SpropParameterSets holds parameter sets that come with the session description: the value of the fmtp parameter
	// sprop-parameter-sets (RFC 6184 section 8.1), NAL units in base64 separated by commas. What is in it stays in
	// force through Reset. Those of the stream take their places.
	SpropParameterSets string
}

// Decoder decodes one H.264 stream of the Baseline, Main or High profile: progressive, 8-bit 4:2:0 (4:0:0 comes out with
// gray chroma). It implements codec.VideoDecoder and is not safe for concurrent use.
type Decoder struct {
	decoder *decode.Decoder
	sprop   [][]byte
	out     []codec.Picture
}

var _ codec.VideoDecoder = (*Decoder)(nil)

// NewDecoder makes a decoder. It fails with an error that wraps ErrConfig if a bound is negative or the parameter sets
// are not base64; a parameter set that cannot be used is an error of its own kind.
func NewDecoder(cfg DecoderConfig) (*Decoder, error) {
	if cfg.MaxWidth < 0 || cfg.MaxHeight < 0 {
		return nil, fmt.Errorf("%w: picture bound of %dx%d", ErrConfig, cfg.MaxWidth, cfg.MaxHeight)
	}
	d := &Decoder{decoder: decode.New(limits(cfg.MaxWidth, cfg.MaxHeight))}
	if cfg.SpropParameterSets != "" {
		for s := range strings.SplitSeq(cfg.SpropParameterSets, ",") {
			unit, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s))
			if err != nil {
				return nil, fmt.Errorf("%w: sprop-parameter-sets: %w", ErrConfig, err)
			}
			if len(unit) > 0 {
				d.sprop = append(d.sprop, unit)
			}
		}
	}
	if err := d.addParameterSets(); err != nil {
		return nil, err
	}
	return d, nil
}

func limits(width, height int) params.Limits {
	l := params.Limits{MaxWidth: width, MaxHeight: height}
	if width == 0 {
		l.MaxWidth = DefaultMaxWidth
	}
	if height == 0 {
		l.MaxHeight = DefaultMaxHeight
	}
	return l
}

func (d *Decoder) addParameterSets() error {
	for _, unit := range d.sprop {
		if err := d.decoder.ParameterSets(unit); err != nil {
			return public(err)
		}
	}
	return nil
}

// Reset forgets all references, all pictures that wait for output, and the parameter sets that came with the stream; the
// next access unit has to be a keyframe. Buffers are kept for reuse; pictures that were returned are no longer valid.
func (d *Decoder) Reset() {
	d.decoder.Reset()
	_ = d.addParameterSets() // they were accepted before
}

// Decode decodes one access unit, a byte stream of NAL units with start codes (ITU-T H.264 annex B), and returns the
// pictures that are due. A stream that cannot reorder (picture order count type 2, max_num_reorder_frames 0, Baseline
// profile) gives each picture at once; otherwise as many wait as the stream declares or, where it declares nothing, as
// its level allows until the order of its pictures has shown that it does not reorder.
//
// Decoding starts at an IDR picture or at an I picture with a recovery point message that promises exact pictures at
// once. A damaged picture is not returned. If others depend on it, everything up to the next such picture is refused.
//
// au is borrowed until return. The slice and the pictures are borrowed until the next call; the last picture stays valid
// until a further one is returned.
//
// Errors wrap codec.ErrNeedKeyframe if what follows cannot be decoded before the next keyframe, codec.ErrTooLarge for
// pictures beyond the configured bounds, ErrUnsupported and ErrDamaged for what these say. Pictures may be returned
// together with an error.
func (d *Decoder) Decode(au []byte, pts int64) ([]codec.Picture, error) {
	pics, err := d.decoder.Decode(au, pts)
	return d.pictures(pics), public(err)
}

// Flush returns all pictures that still wait for output, as Decode does; it is to be called at the end of a stream.
func (d *Decoder) Flush() []codec.Picture {
	return d.pictures(d.decoder.Flush())
}

func (d *Decoder) pictures(pics []*dpb.Picture) []codec.Picture {
	d.out = d.out[:0]
	for _, p := range pics {
		d.out = append(d.out, codec.Picture{Image: &p.Image, PTS: p.PTS, Color: color(p.SPS)})
	}
	return d.out
}

// matrixBT709 is the matrix_coefficients of ITU-R BT.709 (table E-5).
const matrixBT709 = 1

func color(s *params.SPS) codec.Color {
	c := codec.Color{FullRange: s.FullRange}
	if s.Matrix == matrixBT709 {
		c.Matrix = codec.MatrixBT709
	}
	return c
}

// public turns an error of the internal packages into one that wraps the sentinels of this package and of package codec.
func public(err error) error {
	if err == nil {
		return nil
	}
	wrapped := []error{err}
	add := func(inner, outer error) {
		if errors.Is(err, inner) {
			wrapped = append(wrapped, outer)
		}
	}
	add(decode.ErrNeedKeyframe, codec.ErrNeedKeyframe)
	add(params.ErrTooLarge, codec.ErrTooLarge)
	add(params.ErrUnsupported, ErrUnsupported)
	add(decode.ErrDamaged, ErrDamaged)
	add(params.ErrInvalid, ErrDamaged)
	add(dpb.ErrReference, ErrDamaged)
	if len(wrapped) == 1 {
		return err
	}
	return &decodeError{wrapped}
}

// decodeError says what its first error says and is all of them.
type decodeError struct{ all []error }

func (e *decodeError) Error() string { return e.all[0].Error() }

func (e *decodeError) Unwrap() []error { return e.all }

// AccessUnits cuts a byte stream (ITU-T H.264 annex B) into its access units, which are parts of it.
func AccessUnits(stream []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		splitter := decode.NewSplitter(limits(1<<16, 1<<16))
		start := 0
		for rest := stream; ; {
			var unit []byte
			if unit, rest = nal.Next(rest); len(unit) == 0 {
				break
			}
			at := len(stream) - len(rest)
			if cap(unit) > 0 {
				at = cap(stream) - cap(unit) - startCodeLen
			}
			if splitter.Begins(unit) {
				if !yield(stream[start:at]) {
					return
				}
				start = at
			}
		}
		if start < len(stream) {
			yield(stream[start:])
		}
	}
}

// startCodeLen is the length of the start code in front of a NAL unit.
const startCodeLen = 3

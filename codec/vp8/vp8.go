// Package vp8 decodes VP8 video (RFC 6386), all of it: key and inter frames of every version, bit for bit what the
// reference decoder makes of them. It does not encode, knows nothing of RTP (RFC 7741) or of containers, and does not
// conceal losses: after a damaged frame it waits for the next keyframe.
//
// On amd64 coefficients, loop filters, the six-tap interpolation and the transforms are in assembly, most of which needs
// AVX2 and BMI2, and give the same bytes as the plain Go of other processors. The build tag purego leaves the assembly out.
package vp8

import (
	"errors"
	"fmt"
	"image"

	"github.com/callrec/callrec/codec"
)

// Bounds on the picture size where DecoderConfig has none.
const (
	defaultMaxWidth  = 4096
	defaultMaxHeight = 2304
)

// DecoderConfig configures a Decoder. The zero value is ready to use.
type DecoderConfig struct {
	// MaxWidth and MaxHeight bound the size in luma samples of the pictures that are decoded, and with it the memory a
	// stream can make the decoder use. 0 means 4096 and 2304; no VP8 picture is larger than 16383 by 16383.
	MaxWidth, MaxHeight int
}

// numFrames is how many frames a decoder may have to hold: three references, the picture shown last, and the one being
// decoded.
const numFrames = 5

// Decoder decodes one VP8 stream. It implements codec.VideoDecoder and is not safe for concurrent use.
type Decoder struct {
	maxWidth, maxHeight int

	needKeyframe  bool // nothing can be decoded before the next keyframe
	mbw, mbh      int  // coded size in macroblocks
	width, height int  // size to display in luma samples

	// What holds from one frame to the next.
	probs      probabilities
	segments   segmentHeader // absolute, quant and filter
	segmentMap []uint8       // segment of each macroblock
	deltas     filterDeltas
	frames     [numFrames]frame
	refs       [4]*frame // by reference frame; refs[refIntra] is the frame being decoded

	// The current frame.
	hdr        frameHeader
	first      boolReader
	tokens     [maxPartitions]boolReader
	savedProbs probabilities // what probs goes back to after a frame that does not refresh them
	frameProbs frameProbabilities
	signBias   [4]bool
	dequant    [4]dequantizer    // by segment
	runs       [4]macroblockRuns // by segment
	levels     [4][4][4]uint8    // loop filter level by segment, reference frame and kind of mode
	filters    [64]filterLimits

	mbState

	shown   *frame // what image shows
	image   image.YCbCr
	picture [1]codec.Picture
}

var _ codec.VideoDecoder = (*Decoder)(nil)

// NewDecoder makes a decoder. It fails if a bound of the configuration is negative.
func NewDecoder(cfg DecoderConfig) (*Decoder, error) {
	if cfg.MaxWidth < 0 || cfg.MaxHeight < 0 {
		return nil, fmt.Errorf("vp8: picture bound of %dx%d", cfg.MaxWidth, cfg.MaxHeight)
	}
	d := &Decoder{maxWidth: cfg.MaxWidth, maxHeight: cfg.MaxHeight}
	if d.maxWidth == 0 {
		d.maxWidth = defaultMaxWidth
	}
	if d.maxHeight == 0 {
		d.maxHeight = defaultMaxHeight
	}
	d.initRuns()
	d.Reset()
	return d, nil
}

// Reset forgets all references, so that the next access unit has to be a keyframe. Buffers are kept for reuse; pictures
// that were returned are no longer valid.
func (d *Decoder) Reset() {
	d.needKeyframe = true
	d.refs = [4]*frame{}
	d.shown = nil
}

// Decode decodes one access unit, which is one frame, and returns its picture, or none if the frame is not to be shown.
// There is no reordering. An access unit of length zero stands for a frame in which nothing changed: it gives the last
// picture again. Data missing at the end of a token partition reads as zeros.
//
// au is borrowed until return. The slice and the picture are borrowed until the next call of Decode or Reset; they stay
// valid if that fails.
//
// Errors wrap codec.ErrNeedKeyframe: no inter frame is decoded from then on until a keyframe comes. Those for a damaged
// frame wrap ErrDamaged too, those for a keyframe beyond the configured bounds codec.ErrTooLarge.
func (d *Decoder) Decode(au []byte, pts int64) ([]codec.Picture, error) {
	if len(au) == 0 {
		return d.repeat(pts)
	}
	if err := d.decodeFrame(au); err != nil {
		d.needKeyframe = true
		if errors.Is(err, codec.ErrNeedKeyframe) {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %w", err, codec.ErrNeedKeyframe)
	}
	if !d.hdr.ShowFrame {
		return nil, nil
	}
	d.show(d.refs[refIntra])
	return d.pictureAt(pts), nil
}

// Droppable says that nothing decoded later depends on au, so that it need not be decoded unless it is to be seen: it
// replaces no reference, and changes nothing else that stays in force, as far as can be told after the access units
// decoded so far. In a stream with temporal layers that holds for the highest layer. au is the access unit that would be
// decoded next, borrowed until return. It is false for access units that would give an error.
func (d *Decoder) Droppable(au []byte) bool {
	var h frameHeader
	var r boolReader
	rest, err := h.parse(au, &r)
	if err != nil || d.needKeyframe {
		return false
	}
	if _, err := splitPartitions(rest, h.partitions); err != nil {
		return false
	}
	return h.changesNothing(d.deltas)
}

// repeat answers an access unit of length zero.
func (d *Decoder) repeat(pts int64) ([]codec.Picture, error) {
	if d.needKeyframe {
		return nil, fmt.Errorf("vp8: empty frame: %w", codec.ErrNeedKeyframe)
	}
	if d.shown == nil {
		return nil, nil
	}
	return d.pictureAt(pts), nil
}

// show makes image present f at the size of the last keyframe.
func (d *Decoder) show(f *frame) {
	d.shown = f
	y, u, v := &f.planes[0], &f.planes[1], &f.planes[2]
	d.image.Y = y.pix[y.origin:]
	d.image.Cb = u.pix[u.origin:]
	d.image.Cr = v.pix[v.origin:]
	d.image.YStride = y.stride
	d.image.CStride = u.stride
	d.image.SubsampleRatio = image.YCbCrSubsampleRatio420
	d.image.Rect = image.Rect(0, 0, d.width, d.height)
}

func (d *Decoder) pictureAt(pts int64) []codec.Picture {
	d.picture[0] = codec.Picture{Image: &d.image, PTS: pts, Color: codec.Color{Matrix: codec.MatrixBT601}}
	return d.picture[:]
}

// freeFrame returns a frame that is neither a reference nor shown.
func (d *Decoder) freeFrame() *frame {
	for i := range d.frames {
		f := &d.frames[i]
		if f != d.refs[refLast] && f != d.refs[refGolden] && f != d.refs[refAltRef] && f != d.shown {
			return f
		}
	}
	panic("vp8: more frames in use than there are")
}

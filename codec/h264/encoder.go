// Package h264 encodes and decodes video by ITU-T H.264. Clause numbers in the comments are those of the 08/2021 edition.
//
// The encoder is meant for call recordings: a large canvas at a low picture rate, of which much stands still and the rest
// is noisy camera video. It uses the High profile, or Constrained Baseline if asked to: intra and forward-predicted
// pictures, of one slice or of several that are coded at once, arithmetic coding, both transforms, partitions down to 8x8 if asked for, quarter-sample motion,
// deblocking. It holds a ceiling on the bits of any two seconds, keyframes included, and spends nothing on what did not
// change but gets coded well once. Flat areas, where errors are seen best, are coded finely however scarce bits are.
//
// The decoder takes what participants send: the Baseline, Main and High profiles, progressive, 8-bit 4:2:0.
//
// Both are deterministic, integers throughout, and allocate nothing per picture once their buffers have grown.
package h264

import (
	"fmt"
	"image"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264/internal/mb"
	"github.com/callrec/callrec/codec/h264/internal/picture"
)

// The bounds of the configuration.
const (
	minSize      = 32
	maxWidth     = 4096
	maxHeight    = 2304
	maxFrameRate = 60
	minBitrate   = 10_000
	maxBitrate   = 240_000_000 // of level 5.1
	maxInterval  = 1 << 16
	maxQP        = 51
)

// EncoderConfig says what to encode. Width and Height are required, the rest may be zero.
type EncoderConfig struct {
	// Width and Height are the size in luma samples: even, at least 32 by 32, at most 4096 by 2304. Sizes that are not
	// multiples of 16 are padded and cropped by the sequence parameter set.
	Width, Height int
	// FrameRate is a whole number of pictures per second, 1 to 60; 0 means 8. It goes into the stream and into rate
	// control.
	FrameRate int
	// MaxBitrate is the ceiling in bit/s: no two seconds carry more than twice that, keyframes included, as long as a
	// picture of the configured size can be expressed at all in what is left (an all but empty keyframe takes about 8
	// bits per 16x16 macroblock). 10 000 to 240 000 000; 0 means 1 000 000.
	MaxBitrate int
	// Quality is the quantizer, 1 (finest) to 51, that pictures are coded with as far as the ceiling allows, of which
	// keyframes take 3 less and slides 2: below it nothing is spent, however easy the content. 0 means 28.
	Quality int
	// Bitrate, if not 0, is the average in bit/s that is held instead of a quality: over ten seconds and more of moving
	// content, at most MaxBitrate and at least 1000. Content that stands still, or is easy even with a quantizer of Quality,
	// which is 12 then if not set, takes less, and what it left is not spent after more than ten seconds.
	Bitrate int
	// KeyframeInterval is the largest distance between IDR pictures, in pictures, 1 to 65536; 0 means four seconds. It is
	// sixteen times that while nothing changes, and is said not to, and as long as what did change since the last IDR
	// picture is less than a whole picture: the frame around who speaks, a name, a pointer. It is up to four times that
	// where MaxBitrate would make the keyframe much worse than the pictures before it.
	KeyframeInterval int
	// QP fixes the quantizer of all macroblocks, 1 (finest) to 51, of which IDR pictures take 3 less: there is no rate
	// control, and flat areas are not coded finer than others. 0 means rate control.
	QP int
	// Profile is the profile of the stream; ProfileHigh if not set.
	Profile Profile
	// Speed is how much work is put into each picture; SpeedLive if not set.
	Speed Speed
	// Slices is how many slices a picture is divided into, each coded by a goroutine of its own, so that a picture takes
	// less time where processors are idle: 2 to 8, but no more than a quarter of the rows of macroblocks. Pictures in which
	// little changes, or with few bits, have fewer. More slices take more bits for the same quality. What is written depends
	// on this number, but not on how many processors there are. 0 and 1 mean one slice, coded by the caller's goroutine.
	Slices int
}

func (c *EncoderConfig) setDefaults() {
	if c.FrameRate == 0 {
		c.FrameRate = 8
	}
	if c.MaxBitrate == 0 {
		c.MaxBitrate = 1_000_000
	}
	if c.KeyframeInterval == 0 {
		c.KeyframeInterval = 4 * c.FrameRate
	}
}

func (c *EncoderConfig) validate() error {
	checks := [...]struct {
		name      string
		v, lo, hi int
	}{
		{"Width", c.Width, minSize, maxWidth},
		{"Height", c.Height, minSize, maxHeight},
		{"FrameRate", c.FrameRate, 1, maxFrameRate},
		{"MaxBitrate", c.MaxBitrate, minBitrate, maxBitrate},
		{"Quality", c.Quality, 0, maxQP},
		{"KeyframeInterval", c.KeyframeInterval, 1, maxInterval},
		{"QP", c.QP, 0, maxQP},
		{"Profile", int(c.Profile), 0, int(ProfileConstrainedBaseline)},
		{"Speed", int(c.Speed), 0, int(SpeedBest)},
		{"Slices", c.Slices, 0, maxSlices},
	}
	for _, k := range checks {
		if k.v < k.lo || k.v > k.hi {
			return fmt.Errorf("%w: %s is %d, want %d to %d", ErrConfig, k.name, k.v, k.lo, k.hi)
		}
	}
	if c.Bitrate != 0 && (c.Bitrate < minBitrate/10 || c.Bitrate > c.MaxBitrate) {
		return fmt.Errorf("%w: Bitrate is %d, want 0 or %d to %d", ErrConfig, c.Bitrate, minBitrate/10, c.MaxBitrate)
	}
	if c.Width%2 != 0 || c.Height%2 != 0 {
		return fmt.Errorf("%w: size %dx%d is odd", ErrConfig, c.Width, c.Height)
	}
	return nil
}

// coded is a decoded picture with what is known of its macroblocks.
type coded struct {
	frame *picture.Frame
	info  []mb.Info
	half  halfPlanes
	// quality is, by macroblock, the quantizer with which it was last compared to its source; owed if its residual was
	// left out for want of bits.
	quality []uint8
	// content tells, by macroblock, apart what the samples are: where two pictures have the same number, they are alike.
	content []uint64
}

// state is what a picture changes and a redone one takes back. It is a plain value.
type state struct {
	refs     [maxRefs]int // indices in Encoder.pics of the last pictures, the latest first; -1 if there is none
	frameNum int          // of the next picture
	idrID    int          // idr_pic_id of the next IDR picture
	sinceIDR int          // pictures since the last IDR one, itself included
	changed  int          // macroblocks that were damaged in them
	rate     rateState
	costs    [maxRows]int32 // of a macroblock of each row of P pictures, in 1/16 bits; 0 if not known
}

// Encoder is an H.264 encoder. It implements codec.VideoEncoder and is not safe for concurrent use.
type Encoder struct {
	job
	cfg EncoderConfig
	sps []byte
	pps [][]byte

	pics     [maxRefs + 1]coded // the references, and one that the next picture overwrites
	state    state
	before   state // the state that Redo goes back to
	redoable bool

	rate   rateControl
	slices []*sliceEncoder // as many as there may be slices
	recon  image.YCbCr

	// If there may be more than one slice:
	rows       []macroRow
	activities []int   // of the rows of the last IDR picture
	spent      []int32 // bits of the rows of the last picture
	workers    *workers
	codeSlice  func(i int)
	filter     *filter
	filterRows func(int)
}

var _ codec.VideoEncoder = (*Encoder)(nil)

// NewEncoder makes an encoder. It returns an error that wraps ErrConfig if a field is out of its range.
func NewEncoder(cfg EncoderConfig) (*Encoder, error) {
	cfg.setDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	mbw, mbh := (cfg.Width+15)/16, (cfg.Height+15)/16
	e := &Encoder{
		cfg: cfg,
		job: job{
			mbw: mbw, mbh: mbh,
			tools:  toolsFor(cfg.Profile, cfg.Speed),
			level:  levelFor(mbw, mbh, cfg.FrameRate, cfg.MaxBitrate),
			fixed:  cfg.QP != 0,
			damage: make([]damage, mbw*mbh),
		},
		state: state{refs: [maxRefs]int{-1, -1}},
	}
	e.newSlices(slicesOf(cfg.Slices, mbh))
	e.pps = append(e.pps, buildPPS(mainPPS, e.tools))
	if e.tools.cabac {
		e.pps = append(e.pps, buildPPS(stillPPS, tools{transform8: e.tools.transform8}))
	}
	e.sps = buildSPS(cfg, e.tools, mbw, mbh, e.level)
	e.rate = newRateControl(cfg, e.tools)
	for i := range e.pics[:e.tools.refs+1] {
		e.pics[i] = coded{
			frame: picture.NewFrame(16*mbw, 16*mbh), half: newHalfPlanes(16*mbw, 16*mbh, len(e.slices) > 1),
			info: make([]mb.Info, mbw*mbh), quality: make([]uint8, mbw*mbh), content: make([]uint64, mbw*mbh),
		}
	}
	return e, nil
}

// ParameterSets returns the sequence parameter set and the picture parameter sets, each one NAL unit. They hold for the
// encoder's whole life; the caller may keep but not change them.
func (e *Encoder) ParameterSets() (sps []byte, pps [][]byte) { return e.sps, e.pps }

// Reconstruction is what a decoder makes of the last access unit, cropped to the configured size. It is borrowed until
// the next call of Encode and not to be written to; nil before the first.
func (e *Encoder) Reconstruction() *image.YCbCr {
	if e.state.refs[0] < 0 {
		return nil
	}
	f := e.pics[e.state.refs[0]].frame
	e.recon = image.YCbCr{
		Y: f.Y.Pix[f.Y.Origin:], Cb: f.C[0].Pix[f.C[0].Origin:], Cr: f.C[1].Pix[f.C[1].Origin:],
		YStride: f.Y.Stride, CStride: f.C[0].Stride,
		SubsampleRatio: image.YCbCrSubsampleRatio420,
		Rect:           image.Rect(0, 0, e.cfg.Width, e.cfg.Height),
	}
	return &e.recon
}

// Encode encodes one picture, borrowed until return, and appends its access unit to dst: one NAL unit for each
// slice, preceded by its length in four bytes. The picture is an IDR one if that is asked for, if it is the first, and if KeyframeInterval has
// passed since the last. With Redo, Damage is relative to the picture before the one taken back; a redone picture may be
// redone again. MaxSize is kept unless it is below what a picture without any residual takes: about a byte per 16x16
// macroblock in an IDR picture, some 16 bytes in others.
//
// Outside of the damage a picture repeats the last one, except that what was coded coarsely and stands still is made better
// over some pictures, as bits allow.
//
// The errors wrap ErrPicture or ErrRedo and leave dst and the encoder unchanged.
func (e *Encoder) Encode(dst []byte, pic *image.YCbCr, opt codec.VideoEncodeOptions) (
	[]byte, codec.EncodedPicture, error,
) {
	if err := e.checkPicture(pic); err != nil {
		return dst, codec.EncodedPicture{}, err
	}
	if opt.Redo {
		if !e.redoable {
			return dst, codec.EncodedPicture{}, ErrRedo
		}
		e.state = e.before
	} else {
		e.before = e.state
		e.redoable = true
	}
	e.idr = opt.IDR || e.state.refs[0] < 0 || e.keyframeDue(pic, &opt)
	if e.idr {
		e.state.frameNum, e.state.sinceIDR, e.state.changed = 0, 0, 0
	}
	dst, done := e.encode(dst, pic, opt)
	if e.idr {
		e.state.idrID = (e.state.idrID + 1) & 15
	}
	e.state.frameNum = (e.state.frameNum + 1) & (1<<log2MaxFrameNum - 1)
	e.state.sinceIDR++
	return dst, done, nil
}

// KeptSize implements codec.SizeKeeper: a byte for each macroblock, and an eighth more.
func (e *Encoder) KeptSize() int {
	macroblocks := ((e.cfg.Width + 15) / 16) * ((e.cfg.Height + 15) / 16)
	return macroblocks + macroblocks/8 + 64
}

// keyframeDue tells whether the interval has passed. A keyframe waits if the ceiling leaves too little for it to be about as
// good as the pictures before.
func (e *Encoder) keyframeDue(pic *image.YCbCr, opt *codec.VideoEncodeOptions) bool {
	n := e.interval(opt)
	switch since := e.state.sinceIDR; {
	case since < n:
		return false
	case e.cfg.QP != 0 || since >= lateIntervals*n:
		return true
	}
	return e.rate.affords(&e.state.rate, e.activity(pic))
}

// lateIntervals bounds, in intervals, how long a keyframe waits.
const lateIntervals = 4

// stillIntervals is how many times the interval may pass without an IDR picture while little changes: it would take as
// much as all else, and a player gets through the skipped pictures in no time.
const stillIntervals = 16

// interval is the largest distance of the last IDR picture from one that is not one.
func (e *Encoder) interval(opt *codec.VideoEncodeOptions) int {
	if opt.DamageKnown && (len(opt.Damage) == 0 || e.state.changed < len(e.damage)) {
		return stillIntervals * e.cfg.KeyframeInterval
	}
	return e.cfg.KeyframeInterval
}

func (e *Encoder) checkPicture(pic *image.YCbCr) error {
	w, h := e.cfg.Width, e.cfg.Height
	if pic == nil || pic.SubsampleRatio != image.YCbCrSubsampleRatio420 {
		return fmt.Errorf("%w: not 4:2:0", ErrPicture)
	}
	if pic.Rect.Dx() != w || pic.Rect.Dy() != h {
		return fmt.Errorf("%w: %v, want %dx%d", ErrPicture, pic.Rect, w, h)
	}
	y := pic.YOffset(pic.Rect.Min.X, pic.Rect.Min.Y) + (h-1)*pic.YStride + w
	c := pic.COffset(pic.Rect.Min.X, pic.Rect.Min.Y) + (h/2-1)*pic.CStride + w/2
	if len(pic.Y) < y || len(pic.Cb) < c || len(pic.Cr) < c {
		return fmt.Errorf("%w: planes too short", ErrPicture)
	}
	return nil
}

// Package h264 encodes video by ITU-T H.264 in its Constrained Baseline profile: intra and forward-predicted pictures of
// one slice, variable-length codes, one reference, quarter-sample motion, deblocking. Clause numbers in the comments are
// those of the 08/2021 edition.
//
// The encoder is meant for call recordings: a large canvas at a low picture rate, of which much stands still and the rest
// is noisy camera video. It holds a ceiling on the bits of any two seconds, keyframes included, and spends nothing on what
// did not change. It is deterministic, integers throughout, and allocates nothing per picture once its buffers have grown.
package h264

import (
	"fmt"
	"image"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264/internal/bits"
	"github.com/callrec/callrec/codec/h264/internal/deblock"
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
	// Bitrate is the average in bit/s that content hard to encode is brought to; easy content takes less. At most
	// MaxBitrate; 0 means nine tenths of MaxBitrate.
	Bitrate int
	// KeyframeInterval is the largest distance between IDR pictures, in pictures, 1 to 65536; 0 means four seconds.
	KeyframeInterval int
	// QP fixes the quantiser of all macroblocks, 1 (finest) to 51, and turns rate control off. 0 means rate control.
	QP int
}

func (c *EncoderConfig) setDefaults() {
	if c.FrameRate == 0 {
		c.FrameRate = 8
	}
	if c.MaxBitrate == 0 {
		c.MaxBitrate = 1_000_000
	}
	if c.Bitrate == 0 {
		c.Bitrate = c.MaxBitrate / 10 * 9
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
		{"Bitrate", c.Bitrate, minBitrate / 10, c.MaxBitrate},
		{"KeyframeInterval", c.KeyframeInterval, 1, maxInterval},
		{"QP", c.QP, 0, maxQP},
	}
	for _, k := range checks {
		if k.v < k.lo || k.v > k.hi {
			return fmt.Errorf("%w: %s is %d, want %d to %d", ErrConfig, k.name, k.v, k.lo, k.hi)
		}
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
}

// state is what a picture changes and a redone one takes back. It is a plain value.
type state struct {
	last     int // index in Encoder.pics of the last picture, -1 if there is none
	frameNum int // of the next picture
	idrID    int // idr_pic_id of the next IDR picture
	sinceIDR int // pictures since the last IDR one, itself included
	rate     rateState
}

// Encoder is an H.264 encoder. It implements codec.VideoEncoder and is not safe for concurrent use.
type Encoder struct {
	cfg      EncoderConfig
	mbw, mbh int
	level    level
	sps, pps []byte

	pics     [2]coded // the last picture and the one before it, which the next one overwrites
	state    state
	before   state // the state that Redo goes back to
	redoable bool

	rate     rateControl
	cur, ref *coded // the picture being coded and its reference
	idr      bool
	damaged  []bool // by macroblock
	half     halfPlanes
	recon    image.YCbCr

	w       bits.Writer
	skipRun int // skipped macroblocks not yet written
	lastQP  int // QPY of the last macroblock that sent one

	m       macro
	coeffs  [16][16]int32 // scaled coefficients of luma blocks, raster order
	coeffsC [2][4][16]int32
	spare   [256]byte
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
		cfg: cfg, mbw: mbw, mbh: mbh,
		level:   levelFor(mbw, mbh, cfg.FrameRate, cfg.MaxBitrate),
		pps:     buildPPS(),
		damaged: make([]bool, mbw*mbh),
		half:    newHalfPlanes(16*mbw, 16*mbh),
		state:   state{last: -1},
		rate:    newRateControl(cfg),
	}
	e.sps = buildSPS(cfg, mbw, mbh, e.level)
	for i := range e.pics {
		e.pics[i] = coded{picture.NewFrame(16*mbw, 16*mbh), make([]mb.Info, mbw*mbh)}
	}
	return e, nil
}

// ParameterSets returns the sequence and the picture parameter set, each one NAL unit. They hold for the encoder's whole
// life; the caller may keep but not change them.
func (e *Encoder) ParameterSets() (sps, pps []byte) { return e.sps, e.pps }

// Reconstruction is what a decoder makes of the last access unit, cropped to the configured size. It is borrowed until
// the next call of Encode and not to be written to; nil before the first.
func (e *Encoder) Reconstruction() *image.YCbCr {
	if e.state.last < 0 {
		return nil
	}
	f := e.pics[e.state.last].frame
	e.recon = image.YCbCr{
		Y: f.Y.Pix[f.Y.Origin:], Cb: f.C[0].Pix[f.C[0].Origin:], Cr: f.C[1].Pix[f.C[1].Origin:],
		YStride: f.Y.Stride, CStride: f.C[0].Stride,
		SubsampleRatio: image.YCbCrSubsampleRatio420,
		Rect:           image.Rect(0, 0, e.cfg.Width, e.cfg.Height),
	}
	return &e.recon
}

// Encode encodes one picture, borrowed until return, and appends its access unit to dst: one NAL unit preceded by its
// length in four bytes. The picture is an IDR one if that is asked for, if it is the first, and if KeyframeInterval has
// passed since the last. With Redo, Damage is relative to the picture before the one taken back.
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
	e.idr = opt.IDR || e.state.last < 0 || e.state.sinceIDR >= e.cfg.KeyframeInterval
	if e.idr {
		e.state.frameNum, e.state.sinceIDR = 0, 0
	}
	start := len(dst)
	dst, qp := e.encode(dst, pic, opt)
	e.rate.finish(&e.state.rate, e.idr, 8*(len(dst)-start))
	if e.idr {
		e.state.idrID = (e.state.idrID + 1) & 15
	}
	e.state.frameNum = (e.state.frameNum + 1) & (1<<log2MaxFrameNum - 1)
	e.state.sinceIDR++
	return dst, codec.EncodedPicture{Keyframe: e.idr, QP: qp}, nil
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

// encode codes the picture and returns the mean quantiser of the macroblocks that were analysed.
func (e *Encoder) encode(dst []byte, pic *image.YCbCr, opt codec.VideoEncodeOptions) ([]byte, float64) {
	active := e.mbw * e.mbh
	if !e.idr {
		active = e.markDamage(opt)
	}
	qp := e.rate.start(&e.state.rate, e.idr, active, e, pic)
	e.putSliceHeader(e.idr, qp)
	e.skipRun, e.lastQP = 0, qp
	if active == 0 {
		// The whole picture is one run of skipped macroblocks with zero vectors, and none of their edges is filtered: it
		// equals its reference, which stays in place.
		e.w.UE(uint32(e.mbw * e.mbh))
		return e.appendSlice(dst, false), float64(qp)
	}
	e.cur = &e.pics[0]
	e.ref = nil
	next := 0
	if last := e.state.last; last >= 0 {
		next = 1 - last
		e.cur, e.ref = &e.pics[next], &e.pics[last]
	}
	if !e.idr {
		e.half.reset(&e.ref.frame.Y)
	}
	mean := e.codeMacroblocks(pic, active)
	if e.skipRun > 0 {
		e.w.Reserve(16)
		e.w.UE(uint32(e.skipRun))
	}
	e.deblock()
	e.cur.frame.Extend()
	e.state.last = next
	return e.appendSlice(dst, e.idr), mean
}

// codeMacroblocks codes all macroblocks of the picture and returns the mean quantiser of the active ones.
func (e *Encoder) codeMacroblocks(pic *image.YCbCr, active int) float64 {
	done, sumQP := 0, 0
	for y := range e.mbh {
		// mb_qp_delta reaches from -26 to 25.
		e.m.setQP(min(e.rate.row(e.w.Len(), done, active), e.lastQP+25))
		for x := range e.mbw {
			e.startMacro(x, y)
			if !e.idr && !e.damaged[e.m.index] {
				e.copyStill()
				continue
			}
			done++
			sumQP += e.m.qp
			e.m.loadSource(pic)
			switch {
			case e.idr:
				e.codeIntra()
			default:
				e.codeInter()
			}
		}
	}
	e.rate.sumQP = sumQP
	return float64(sumQP) / float64(active)
}

// deblock filters the picture.
func (e *Encoder) deblock() {
	info := e.cur.info
	for y := range e.mbh {
		for x := range e.mbw {
			i := y*e.mbw + x
			var left, top *mb.Info
			if x > 0 {
				left = &info[i-1]
			}
			if y > 0 {
				top = &info[i-e.mbw]
			}
			deblock.Macroblock(e.cur.frame, x, y, &info[i], left, top, deblock.Offsets{})
		}
	}
}

// markDamage marks the damaged macroblocks and returns how many they are.
func (e *Encoder) markDamage(opt codec.VideoEncodeOptions) int {
	if !opt.DamageKnown {
		for i := range e.damaged {
			e.damaged[i] = true
		}
		return len(e.damaged)
	}
	clear(e.damaged)
	count := 0
	bounds := image.Rect(0, 0, e.cfg.Width, e.cfg.Height)
	for _, r := range opt.Damage {
		if r = r.Intersect(bounds); r.Empty() {
			continue
		}
		for y := r.Min.Y >> 4; y <= (r.Max.Y-1)>>4; y++ {
			row := e.damaged[y*e.mbw+r.Min.X>>4 : y*e.mbw+(r.Max.X-1)>>4+1]
			for i, marked := range row {
				if !marked {
					row[i] = true
					count++
				}
			}
		}
	}
	return count
}

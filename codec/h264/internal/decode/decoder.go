// Package decode decodes progressive 8-bit 4:2:0 (and 4:0:0) H.264 streams of the Baseline, Main and High profiles
// (ITU-T H.264): CAVLC and CABAC, I, P and B slices. It conceals nothing: a damaged picture is not put out.
package decode

import (
	"errors"
	"fmt"

	"github.com/callrec/callrec/codec/h264/internal/dpb"
	"github.com/callrec/callrec/codec/h264/internal/nal"
	"github.com/callrec/callrec/codec/h264/internal/params"
)

// Decoder decodes one stream. Make it with New.
type Decoder struct {
	limits  params.Limits
	sets    sets
	buf     dpb.Buffer
	payload []byte // of the present NAL unit

	needKeyframe bool
	untouched    bool  // no picture was decoded since Reset
	recovery     bool  // a recovery point SEI message says that the next picture can be decoded alone
	fresh        bool  // decoding began at a picture that is no IDR picture
	freshPOC     int32 // its picture order count: those before it in output order may lack references

	pic     *dpb.Picture       // being decoded, nil between pictures
	first   params.SliceHeader // of its first slice
	failure error              // the first one in it
	done    int                // macroblocks decoded
	pts     int64
	starts  int // pictures begun in the present access unit

	slice                    // the present slice
	deblocks []deblockParams // of the slices of the picture
	infos    []mbInfo
}

// New makes a decoder for pictures within the limits.
func New(limits params.Limits) *Decoder {
	d := &Decoder{limits: limits}
	d.initCaches()
	d.Reset()
	return d
}

// Reset forgets all but the buffers.
func (d *Decoder) Reset() {
	d.buf.Forget()
	d.sets = sets{}
	d.pic = nil
	d.needKeyframe, d.untouched, d.recovery, d.fresh = true, true, false, false
}

// Decode decodes one access unit in Annex B format and returns the pictures that are due, borrowed until the next call;
// the last one of them until another one was returned. The error is that of the first part that could not be decoded, and of
// the first one that needs a keyframe.
func (d *Decoder) Decode(au []byte, pts int64) ([]*dpb.Picture, error) {
	d.buf.Release()
	d.pts, d.starts = pts, 0
	var failure error
	note := func(err error) {
		if failure == nil {
			failure = err
		} else if errors.Is(err, ErrNeedKeyframe) && !errors.Is(failure, ErrNeedKeyframe) {
			failure = errors.Join(failure, err)
		}
	}
	for {
		var unit []byte
		if unit, au = nal.Next(au); len(unit) == 0 {
			break
		}
		note(d.unit(unit))
	}
	note(d.finishPicture())
	return d.buf.Output(), failure
}

// Flush returns the pictures that still wait for output, as Decode does.
func (d *Decoder) Flush() []*dpb.Picture {
	d.buf.Release()
	d.buf.Flush()
	return d.buf.Output()
}

// ParameterSets takes a sequence or picture parameter set from outside the stream.
func (d *Decoder) ParameterSets(unit []byte) error {
	if t := unit[0] & 31; t != nal.TypeSPS && t != nal.TypePPS {
		return nil
	}
	return d.unit(unit)
}

// unit decodes one NAL unit, which is not empty.
func (d *Decoder) unit(unit []byte) error {
	if unit[0]&0x80 != 0 {
		return fmt.Errorf("%w: forbidden_zero_bit", params.ErrInvalid)
	}
	kind := int(unit[0] & 31)
	switch kind {
	case nal.TypeSlice, nal.TypeIDR, nal.TypeSEI, nal.TypeSPS, nal.TypePPS:
		d.unescape(unit)
	}
	switch {
	case kind == nal.TypeSlice || kind == nal.TypeIDR:
		return d.sliceUnit(unit[0])
	case kind >= nal.TypePartitionA && kind <= nal.TypePartitionC:
		d.needKeyframe = true
		return fmt.Errorf("%w: %w: data partitioning", ErrNeedKeyframe, params.ErrUnsupported)
	case kind == nal.TypeSPS:
		err := d.finishPicture()
		return errors.Join(err, d.sets.addSPS(d.payload, d.limits))
	case kind == nal.TypePPS:
		return d.sets.addPPS(d.payload)
	case kind == nal.TypeSEI:
		err := d.finishPicture()
		d.recovery = d.recovery || recoveryPoint(d.payload)
		return err
	case kind == nal.TypeDelimiter || kind == nal.TypeEndOfSeq:
		return d.finishPicture()
	}
	return nil
}

// unescape sets payload to that of unit, without trailing zeros.
func (d *Decoder) unescape(unit []byte) {
	need := len(unit) + nal.Slack
	if cap(d.payload) < need {
		d.payload = make([]byte, 0, need+need/2)
	}
	d.payload = trimZeros(nal.AppendPayload(d.payload[:0], unit))
}

// sliceUnit decodes the slice in payload.
func (d *Decoder) sliceUnit(header byte) error {
	h := &d.hdr
	d.r = nal.NewReader(d.payload)
	if err := h.Parse(&d.r, header, &d.sets); err != nil {
		if d.pic != nil {
			d.fail(err)
			return nil // finishPicture reports it
		}
		if header>>5&3 != 0 { // others may refer to it
			d.needKeyframe = true
		}
		if d.needKeyframe {
			err = fmt.Errorf("%w: %w", err, ErrNeedKeyframe)
		}
		return err
	}
	if h.Redundant {
		return nil
	}
	var err error
	if d.pic == nil || !samePicture(&d.first, h) {
		err = d.finishPicture()
		if e := d.startPicture(); e != nil {
			return errors.Join(err, e)
		}
	}
	if d.failure != nil {
		return err
	}
	if e := d.decodeSlice(); e != nil {
		d.fail(e)
	}
	return err
}

// fail notes why the present picture is damaged.
func (d *Decoder) fail(err error) {
	if d.failure == nil {
		d.failure = err
	}
}

// samePicture tells whether two slices belong to the same primary coded picture (clause 7.4.1.2.4).
func samePicture(a, b *params.SliceHeader) bool {
	return a.FrameNum == b.FrameNum && a.SPS == b.SPS && a.IDR == b.IDR &&
		a.IDRPicID == b.IDRPicID && (a.RefIDC == 0) == (b.RefIDC == 0) && a.POCLSB == b.POCLSB &&
		a.DeltaPOCBottom == b.DeltaPOCBottom && a.DeltaPOC == b.DeltaPOC
}

// maxPictures bounds how many pictures are decoded in one call. An access unit has one; several stand for lost
// boundaries, many for an attempt to make much work of few bytes.
const maxPictures = 4

// startPicture begins the picture of the slice header that was read.
func (d *Decoder) startPicture() error {
	h := &d.hdr
	if d.starts++; d.starts > maxPictures {
		d.needKeyframe = true
		return fmt.Errorf("%w: more than %d pictures in one access unit: %w", ErrDamaged, maxPictures, ErrNeedKeyframe)
	}
	recovery := d.recovery || d.untouched
	d.recovery = false
	restarted := false
	switch {
	case h.IDR:
		d.buf.Configure(h.SPS)
		d.needKeyframe, d.fresh = false, false
	case d.needKeyframe:
		if !recovery || h.Type != params.SliceI {
			return fmt.Errorf("%w: picture %d in decoding order needs others", ErrNeedKeyframe, h.FrameNum)
		}
		d.buf.Configure(h.SPS)
		d.buf.Restart(h.FrameNum)
		d.needKeyframe, d.fresh, restarted = false, true, true
	case !d.buf.Uses(h.SPS):
		d.needKeyframe = true
		return fmt.Errorf("%w: sequence parameter set changed within a coded video sequence", ErrNeedKeyframe)
	}
	pic, err := d.buf.Start(h, d.pts)
	if err != nil {
		d.needKeyframe = true
		return fmt.Errorf("%w: %w", err, ErrNeedKeyframe)
	}
	if restarted {
		d.freshPOC = pic.POC
	}
	d.pic, d.failure, d.done, d.untouched = pic, nil, 0, false
	d.first = *h
	d.deblocks = d.deblocks[:0]
	n := h.SPS.MBWidth * h.SPS.MBHeight
	if cap(d.infos) < n {
		d.infos = make([]mbInfo, n)
	}
	d.infos = d.infos[:n]
	for i := range d.infos {
		d.infos[i].slice = 0
	}
	d.mbw, d.mbh = h.SPS.MBWidth, h.SPS.MBHeight
	return nil
}

// finishPicture ends the present picture, if there is one: it is filtered, marked and stored, or given up if damaged.
func (d *Decoder) finishPicture() error {
	if d.pic == nil {
		return nil
	}
	h := &d.first
	pic := d.pic
	d.pic = nil
	if d.failure == nil && d.done != len(d.infos) {
		d.failure = fmt.Errorf("%w: %d of %d macroblocks missing", ErrDamaged, len(d.infos)-d.done, len(d.infos))
	}
	leading := d.fresh && pic.POC < d.freshPOC
	if d.failure != nil {
		if leading {
			// Its references were never there; what comes after the start in output order does not need it.
			d.buf.Lose(h)
			return d.failure
		}
		d.buf.Abandon()
		if h.RefIDC == 0 {
			return d.failure // nothing depends on it
		}
		d.needKeyframe = true
		return fmt.Errorf("%w: %w", d.failure, ErrNeedKeyframe)
	}
	d.deblock(pic)
	if h.RefIDC != 0 {
		pic.Extend()
	}
	d.buf.Finish(h, !leading)
	return nil
}

// recoveryPoint tells whether a payload of SEI messages holds a recovery point with a recovery_frame_cnt of 0
// (clause D.1.8).
func recoveryPoint(p []byte) bool {
	for len(p) > 2 {
		kind, rest, ok := seiNumber(p)
		if !ok {
			return false
		}
		var size int
		if size, p, ok = seiNumber(rest); !ok || size > len(p) {
			return false
		}
		if kind == 6 {
			r := nal.NewReader(p[:size:size])
			return r.UE() == 0
		}
		p = p[size:]
	}
	return false
}

// seiNumber reads a number in the form of payloadType and payloadSize (clause 7.3.2.3.1).
func seiNumber(p []byte) (n int, rest []byte, ok bool) {
	for i, b := range p {
		n += int(b)
		if b != 255 {
			return n, p[i+1:], true
		}
	}
	return 0, nil, false
}

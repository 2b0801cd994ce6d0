package vp8

import (
	"fmt"

	"github.com/callrec/callrec/codec"
)

// Reference frames, as macroblocks name them.
const (
	refIntra = iota
	refLast
	refGolden
	refAltRef
)

// probabilities are the entropy probabilities that a frame may leave behind for the next (RFC 6386 9.11).
type probabilities struct {
	coeff      [4][8][3][11]uint8
	mv         [2][numMVProbs]uint8
	lumaMode   [4]uint8
	chromaMode [3]uint8
}

// frameProbabilities are the ones that every frame states anew, each that of the first of two cases.
type frameProbabilities struct {
	skipEnabled bool  // macroblocks say whether they have coefficients
	skip        uint8 // that they have some
	intra       uint8 // that a macroblock is not predicted from a reference
	last        uint8 // that the reference is the last frame
	golden      uint8 // that it is golden and not altref
}

// decodeFrame decodes one frame into refs[refIntra] and updates the references. All errors come before anything that the
// last picture depends on is changed.
func (d *Decoder) decodeFrame(au []byte) error {
	if d.needKeyframe && au[0]&1 == 1 {
		return fmt.Errorf("vp8: inter frame: %w", codec.ErrNeedKeyframe)
	}
	rest, err := d.hdr.parse(au, &d.first)
	if err != nil {
		return err
	}
	parts, err := splitPartitions(rest, d.hdr.partitions)
	if err != nil {
		return err
	}
	for i := range d.hdr.partitions {
		d.tokens[i].reset(parts[i])
	}
	if d.hdr.Keyframe {
		if err := d.startKeyframe(); err != nil {
			return err
		}
	}
	d.applyHeader()
	if !d.hdr.UpdatesProbabilities {
		d.savedProbs = d.probs
	}
	d.readProbabilities()

	d.refs[refIntra] = d.freeFrame()
	d.refs[refIntra].resize(d.mbw, d.mbh)
	d.decodeRows()

	if !d.hdr.UpdatesProbabilities {
		d.probs = d.savedProbs
	}
	d.updateReferences()
	d.needKeyframe = false
	return nil
}

// splitPartitions finds the n token partitions (RFC 6386 9.5). The sizes of all but the last come first; the last takes
// what is left.
func splitPartitions(data []byte, n int) (parts [maxPartitions][]byte, err error) {
	table := partitionSizeBytes * (n - 1)
	if len(data) < table {
		return parts, fmt.Errorf("%w: %d bytes left for the sizes of %d partitions", ErrDamaged, len(data), n)
	}
	sizes, data := data[:table], data[table:]
	for i := range n - 1 {
		size := int(sizes[3*i]) | int(sizes[3*i+1])<<8 | int(sizes[3*i+2])<<16
		if size > len(data) {
			return parts, fmt.Errorf("%w: token partition %d of %d bytes, %d left", ErrDamaged, i, size, len(data))
		}
		parts[i], data = data[:size], data[size:]
	}
	parts[n-1] = data
	return parts, nil
}

// startKeyframe takes over the picture size and puts everything that persists back to its defaults.
func (d *Decoder) startKeyframe() error {
	w, h := d.hdr.Width, d.hdr.Height
	if w > d.maxWidth || h > d.maxHeight {
		return fmt.Errorf("vp8: %w: %dx%d, bound is %dx%d", codec.ErrTooLarge, w, h, d.maxWidth, d.maxHeight)
	}
	d.width, d.height = w, h
	if mbw, mbh := (w+15)/16, (h+15)/16; mbw != d.mbw || mbh != d.mbh {
		d.mbw, d.mbh = mbw, mbh
		d.segmentMap = make([]uint8, mbw*mbh)
		d.resizeRows(mbw)
	}
	d.probs.coeff = defaultCoeffProbs
	d.probs.mv = defaultMVProbs
	d.probs.lumaMode = defaultLumaModeProbs
	d.probs.chromaMode = defaultChromaProbs
	d.segments = segmentHeader{}
	d.deltas = filterDeltas{}
	if !d.hdr.segmentation.updateMap {
		clear(d.segmentMap)
	}
	return nil
}

// applyHeader takes over from the header what persists and derives what the macroblocks need.
func (d *Decoder) applyHeader() {
	if s := &d.hdr.segmentation; s.updateData {
		d.segments = *s
	}
	d.deltas = d.hdr.filter.deltas.apply(d.deltas)
	d.signBias = [4]bool{refGolden: d.hdr.goldenBias, refAltRef: d.hdr.altRefBias}
	d.initDequantizers()
	d.initFilter()
}

// readProbabilities reads the probability updates that end the frame header (RFC 6386 9.9 to 9.11, 13.4, 17.2).
func (d *Decoder) readProbabilities() {
	r := &d.first
	for i := range d.probs.coeff {
		for j := range d.probs.coeff[i] {
			for k := range d.probs.coeff[i][j] {
				r.updateProbs(&d.probs.coeff[i][j][k], &coeffUpdateProbs[i][j][k])
			}
		}
	}
	f := &d.frameProbs
	*f = frameProbabilities{skipEnabled: r.flag()}
	if f.skipEnabled {
		f.skip = r.literal(8)
	}
	if d.hdr.Keyframe {
		return
	}
	f.intra = r.literal(8)
	f.last = r.literal(8)
	f.golden = r.literal(8)
	if r.flag() {
		for i := range d.probs.lumaMode {
			d.probs.lumaMode[i] = r.literal(8)
		}
	}
	if r.flag() {
		for i := range d.probs.chromaMode {
			d.probs.chromaMode[i] = r.literal(8)
		}
	}
	for i := range d.probs.mv {
		for j := range d.probs.mv[i] {
			if r.bit(mvUpdateProbs[i][j]) {
				d.probs.mv[i][j] = max(r.literal(7)<<1, 1)
			}
		}
	}
}

// updateProbs reads which of probs change, and to what. Most do not.
func (r *boolReader) updateProbs(probs, updateProbs *[11]uint8) {
	s := r.bitState
	for i := range probs {
		var update bool
		if s, update = r.ready(s, 1).bit(updateProbs[i]); update {
			r.bitState = s
			probs[i] = r.literal(8)
			s = r.bitState
		}
	}
	r.bitState = s
}

// updateReferences lets the new frame and copies take the place of references (RFC 6386 9.7). Golden is copied after
// altref, as in the reference decoder: it matters if each is to be copied from the other.
func (d *Decoder) updateReferences() {
	h := &d.hdr
	switch h.copyToAltRef {
	case copyLast:
		d.refs[refAltRef] = d.refs[refLast]
	case copyOther:
		d.refs[refAltRef] = d.refs[refGolden]
	}
	switch h.copyToGolden {
	case copyLast:
		d.refs[refGolden] = d.refs[refLast]
	case copyOther:
		d.refs[refGolden] = d.refs[refAltRef]
	}
	current := d.refs[refIntra]
	if h.refreshGolden {
		d.refs[refGolden] = current
	}
	if h.refreshAltRef {
		d.refs[refAltRef] = current
	}
	if h.UpdatesLast {
		d.refs[refLast] = current
	}
	if h.UpdatesLast || h.refreshGolden || h.refreshAltRef {
		current.extend()
	}
}

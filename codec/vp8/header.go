package vp8

import "fmt"

// Header is what can be said of a frame without decoding it.
type Header struct {
	// Keyframe says that the frame can be decoded without any other and that nothing after it refers to what came before.
	Keyframe bool
	// ShowFrame says that decoding the frame gives a picture.
	ShowFrame bool
	// Version is the bitstream version, 0 to 3, which selects the interpolation filters.
	Version int
	// FirstPartitionSize is the size in bytes of the partition with the modes and motion vectors.
	FirstPartitionSize int
	// Width and Height are the size of the picture in luma samples, 1 to 16383. They are 0 except in keyframes.
	Width, Height int
	// UpdatesLast, UpdatesGolden and UpdatesAltRef say which of the reference frames are no longer the same after this
	// frame, be it that this frame or a copy of another reference takes their place.
	UpdatesLast, UpdatesGolden, UpdatesAltRef bool
	// UpdatesProbabilities, UpdatesSegments and UpdatesFilter say that the frame sends something else that stays in force
	// after it: entropy probabilities, segment map or parameters, loop filter adjustments. Encoders that guard against
	// losses repeat the last with every frame; Decoder.Droppable knows whether they change anything.
	UpdatesProbabilities, UpdatesSegments, UpdatesFilter bool
}

// ParseHeader reads the frame tag and the beginning of the first partition of one whole access unit, which is borrowed
// until return. An error wraps ErrDamaged.
func ParseHeader(au []byte) (Header, error) {
	var h frameHeader
	var r boolReader
	if _, err := h.parse(au, &r); err != nil {
		return Header{}, err
	}
	return h.Header, nil
}

// Sizes in bytes of the uncompressed start of a frame (RFC 6386 9.1).
const (
	frameTagSize       = 3
	keyframeHeaderSize = 7
	partitionSizeBytes = 3
)

// maxPartitions is the largest number of token partitions (RFC 6386 9.5).
const maxPartitions = 8

// Values of the buffer copy fields (RFC 6386 9.7). For both, copyOther is the other of golden and altref.
const (
	copyNone  = 0
	copyLast  = 1
	copyOther = 2
)

// frameHeader is a Header with everything else that comes ahead of the probability updates (RFC 6386 9.2 to 9.11).
type frameHeader struct {
	Header

	segmentation segmentHeader
	filter       filterHeader
	quant        quantHeader

	partitions             int // number of token partitions
	refreshGolden          bool
	refreshAltRef          bool
	copyToGolden           uint8
	copyToAltRef           uint8
	goldenBias, altRefBias bool // motion vectors into this reference point the other way
}

type segmentHeader struct {
	enabled    bool
	updateMap  bool
	updateData bool
	absolute   bool     // data replaces the frame's values instead of adding to them
	quant      [4]int8  // data for the quantizer index
	filter     [4]int8  // data for the loop filter level
	treeProbs  [3]uint8 // valid with updateMap
}

type filterHeader struct {
	simple        bool
	level         uint8 // 0 to 63
	sharpness     uint8 // 0 to 7
	deltasEnabled bool
	deltas        filterDeltaUpdate
}

// filterDeltas are the adjustments of the loop filter level (RFC 6386 9.6): four by reference frame (intra, last, golden,
// altref), four by mode (intra 4x4, zero motion, other motion of the whole macroblock, split).
type filterDeltas [8]int8

// modeDeltas is where the ones by mode start in filterDeltas.
const modeDeltas = 4

// filterDeltaUpdate is what a frame says of the adjustments.
type filterDeltaUpdate struct {
	set   [8]bool // which of them it replaces
	value filterDeltas
}

// apply returns the adjustments in force after the update.
func (u *filterDeltaUpdate) apply(old filterDeltas) filterDeltas {
	for i, set := range u.set {
		if set {
			old[i] = u.value[i]
		}
	}
	return old
}

type quantHeader struct {
	index                        uint8 // 0 to 127
	y1DC, y2DC, y2AC, uvDC, uvAC int8
}

// parse reads the frame header and leaves r where the probability updates begin. It returns the bytes that follow the
// first partition.
func (h *frameHeader) parse(au []byte, r *boolReader) (rest []byte, err error) {
	*h = frameHeader{}
	first, rest, err := h.parseTag(au)
	if err != nil {
		return nil, err
	}
	r.reset(first)
	if h.Keyframe {
		r.flag() // color space: there is only one
		r.flag() // clamping type: a promise that clamping is not needed, which does not change the result
	}
	h.segmentation.parse(r)
	h.filter.parse(r)
	h.partitions = 1 << r.literal(2)
	h.quant.parse(r)
	if err := h.parseReferences(r); err != nil {
		return nil, err
	}
	h.UpdatesSegments = h.segmentation.updateMap || h.segmentation.updateData
	h.UpdatesFilter = h.filter.deltas != filterDeltaUpdate{}
	return rest, nil
}

// parseTag reads the uncompressed part (RFC 6386 9.1):
//
//	bits  0     inter frame
//	      1-3   version
//	      4     show frame
//	      5-23  first partition size
//
// little endian, and in keyframes the start code 9d 01 2a, then width and height in 14 bits each with two bits of
// upscaling hint on top.
func (h *frameHeader) parseTag(au []byte) (first, rest []byte, err error) {
	if len(au) < frameTagSize {
		return nil, nil, fmt.Errorf("%w: %d bytes", ErrDamaged, len(au))
	}
	tag := uint32(au[0]) | uint32(au[1])<<8 | uint32(au[2])<<16
	h.Keyframe = tag&1 == 0
	h.Version = int(tag >> 1 & 7)
	h.ShowFrame = tag>>4&1 == 1
	h.FirstPartitionSize = int(tag >> 5)
	if h.Version > 3 {
		return nil, nil, fmt.Errorf("%w: reserved version %d", ErrDamaged, h.Version)
	}
	data := au[frameTagSize:]
	if h.Keyframe {
		if len(data) < keyframeHeaderSize {
			return nil, nil, fmt.Errorf("%w: keyframe of %d bytes", ErrDamaged, len(au))
		}
		if data[0] != 0x9d || data[1] != 0x01 || data[2] != 0x2a {
			return nil, nil, fmt.Errorf("%w: start code %x", ErrDamaged, data[:3])
		}
		h.Width = (int(data[3]) | int(data[4])<<8) & 0x3fff
		h.Height = (int(data[5]) | int(data[6])<<8) & 0x3fff
		if h.Width == 0 || h.Height == 0 {
			return nil, nil, fmt.Errorf("%w: picture of %dx%d", ErrDamaged, h.Width, h.Height)
		}
		data = data[keyframeHeaderSize:]
	}
	if h.FirstPartitionSize > len(data) {
		return nil, nil, fmt.Errorf("%w: first partition of %d bytes, %d left", ErrDamaged, h.FirstPartitionSize, len(data))
	}
	return data[:h.FirstPartitionSize], data[h.FirstPartitionSize:], nil
}

// parse reads the segmentation part (RFC 6386 9.3).
func (s *segmentHeader) parse(r *boolReader) {
	s.enabled = r.flag()
	if !s.enabled {
		return
	}
	s.updateMap = r.flag()
	s.updateData = r.flag()
	if s.updateData {
		s.absolute = r.flag()
		for i := range s.quant {
			s.quant[i] = r.optionalSigned(7)
		}
		for i := range s.filter {
			s.filter[i] = r.optionalSigned(6)
		}
	}
	if s.updateMap {
		for i := range s.treeProbs {
			s.treeProbs[i] = 255
			if r.flag() {
				s.treeProbs[i] = r.literal(8)
			}
		}
	}
}

// parse reads the loop filter part (RFC 6386 9.6).
func (f *filterHeader) parse(r *boolReader) {
	f.simple = r.flag()
	f.level = r.literal(6)
	f.sharpness = r.literal(3)
	f.deltasEnabled = r.flag()
	if !f.deltasEnabled || !r.flag() {
		return
	}
	for i := range f.deltas.set {
		if r.flag() {
			f.deltas.set[i] = true
			f.deltas.value[i] = r.signed(6)
		}
	}
}

// parse reads the quantizer indices (RFC 6386 9.6).
func (q *quantHeader) parse(r *boolReader) {
	q.index = r.literal(7)
	q.y1DC = r.optionalSigned(4)
	q.y2DC = r.optionalSigned(4)
	q.y2AC = r.optionalSigned(4)
	q.uvDC = r.optionalSigned(4)
	q.uvAC = r.optionalSigned(4)
}

// parseReferences reads which references and probabilities the frame replaces (RFC 6386 9.7, 9.8, 9.11).
func (h *frameHeader) parseReferences(r *boolReader) error {
	if h.Keyframe {
		h.refreshGolden, h.refreshAltRef = true, true
		h.UpdatesLast, h.UpdatesGolden, h.UpdatesAltRef = true, true, true
		h.UpdatesProbabilities = r.flag()
		return nil
	}
	h.refreshGolden = r.flag()
	h.refreshAltRef = r.flag()
	if !h.refreshGolden {
		h.copyToGolden = r.literal(2)
	}
	if !h.refreshAltRef {
		h.copyToAltRef = r.literal(2)
	}
	if h.copyToGolden > copyOther || h.copyToAltRef > copyOther {
		return fmt.Errorf("%w: reserved buffer copy", ErrDamaged)
	}
	h.goldenBias = r.flag()
	h.altRefBias = r.flag()
	h.UpdatesProbabilities = r.flag()
	h.UpdatesLast = r.flag()
	h.UpdatesGolden = h.refreshGolden || h.copyToGolden != copyNone
	h.UpdatesAltRef = h.refreshAltRef || h.copyToAltRef != copyNone
	return nil
}

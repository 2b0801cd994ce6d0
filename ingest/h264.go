package ingest

import (
	"encoding/binary"
	"fmt"
)

// NAL unit types (ITU-T H.264 table 7-1) and those that RFC 6184 adds (table 1).
const (
	nalSlice    = 1
	nalIDR      = 5
	nalSEI      = 6
	nalSPS      = 7
	nalPPS      = 8
	nalAUD      = 9
	nalLast     = 23 // the last one that is a NAL unit by itself
	nalSTAPA    = 24
	nalFUA      = 28
	nalTypeMask = 0x1f
)

// checkH264 checks the structure of a payload (RFC 6184 5.2, packetization modes 0 and 1) and says whether an access
// unit can begin with it: with parameter sets or the like, or with a slice whose first macroblock is number 0.
//
//	single NAL unit    header u8, content
//	STAP-A (5.7.1)     header u8, then per NAL unit: size u16, NAL unit
//	FU-A (5.8)         indicator u8, S|E|R|type u8, a part of the NAL unit without its header
func checkH264(payload []byte) (start bool, err error) {
	switch kind := payload[0] & nalTypeMask; {
	case kind == nalSTAPA:
		return checkSTAPA(payload[1:])
	case kind == nalFUA:
		if len(payload) < 3 {
			return false, fmt.Errorf("%w: H264: FU-A of %d bytes", ErrPayload, len(payload))
		}
		first, last := payload[1]&0x80 != 0, payload[1]&0x40 != 0
		if first && last {
			return false, fmt.Errorf("%w: H264: FU-A with both start and end bit", ErrPayload)
		}
		return first && beginsUnit(payload[1]&nalTypeMask, payload[2:]), nil
	case kind == 0 || kind > nalLast:
		return false, fmt.Errorf("%w: H264: NAL unit type %d", ErrPayload, kind)
	case len(payload) < 2:
		return false, fmt.Errorf("%w: H264: NAL unit of 1 byte", ErrPayload)
	default:
		return beginsUnit(kind, payload[1:]), nil
	}
}

func checkSTAPA(rest []byte) (start bool, err error) {
	if len(rest) == 0 {
		return false, fmt.Errorf("%w: H264: empty STAP-A", ErrPayload)
	}
	for first := true; len(rest) > 0; first = false {
		if len(rest) < 2 {
			return false, fmt.Errorf("%w: H264: STAP-A ends within a size", ErrPayload)
		}
		size := int(binary.BigEndian.Uint16(rest))
		if size < 2 || size > len(rest)-2 {
			return false, fmt.Errorf("%w: H264: STAP-A says %d bytes, has %d", ErrPayload, size, len(rest)-2)
		}
		if first {
			start = beginsUnit(rest[2]&nalTypeMask, rest[3:])
		}
		rest = rest[2+size:]
	}
	return start, nil
}

// beginsUnit says whether an access unit can begin with a NAL unit (clause 7.4.1.2.3). A slice header begins with
// first_mb_in_slice, of which 0 is coded as a single 1 bit.
func beginsUnit(kind byte, content []byte) bool {
	switch kind {
	case nalSEI, nalSPS, nalPPS, nalAUD:
		return true
	default:
		return kind >= nalSlice && kind <= nalIDR && len(content) > 0 && content[0]&0x80 != 0
	}
}

// h264Format is the payload format of RFC 6184. Access units are joined into a byte stream (ITU-T H.264 annex B).
type h264Format struct {
	open bool // within a fragmented NAL unit
	idr  bool // there is a slice of an IDR picture
}

// startsExactly is false since many packets of an access unit may look like its first one.
func (*h264Format) startsExactly() bool { return false }

func (*h264Format) check(payload []byte) (d descriptor, part []byte, err error) {
	d.start, err = checkH264(payload)
	d.key = err == nil && beginsIDR(payload)
	return d, payload, err
}

// beginsIDR says whether an IDR picture, or the parameter sets before one, begins with a payload that checkH264 found
// good.
func beginsIDR(payload []byte) bool {
	kind := payload[0] & nalTypeMask
	switch kind {
	case nalSTAPA:
		kind = payload[3] & nalTypeMask
	case nalFUA:
		if payload[1]&0x80 == 0 {
			return false
		}
		kind = payload[1] & nalTypeMask
	}
	return kind == nalIDR || kind == nalSPS
}

func (a *h264Format) begin(unit []byte) []byte {
	*a = h264Format{}
	return unit
}

func (a *h264Format) end(unit []byte) (whole []byte, keyframe, ok bool) { return unit, a.idr, !a.open }

// add appends the NAL units of a payload that checkH264 found good.
func (a *h264Format) add(dst []byte, s *slot) (unit []byte, ok bool) {
	payload := s.payload
	switch payload[0] & nalTypeMask {
	case nalFUA:
		first, last := payload[1]&0x80 != 0, payload[1]&0x40 != 0
		if first == a.open {
			return dst, false // two beginnings, or none
		}
		a.open = !last
		if first {
			header := payload[0]&^nalTypeMask | payload[1]&nalTypeMask
			dst = a.beginNAL(dst, header)
			dst = append(dst, header)
		}
		return append(dst, payload[2:]...), true
	case nalSTAPA:
		for rest := payload[1:]; len(rest) > 0; {
			size := int(binary.BigEndian.Uint16(rest))
			dst = append(a.beginNAL(dst, rest[2]), rest[2:2+size]...)
			rest = rest[2+size:]
		}
	default:
		dst = append(a.beginNAL(dst, payload[0]), payload...)
	}
	return dst, !a.open
}

// beginNAL appends a start code and notes what kind of NAL unit follows.
func (a *h264Format) beginNAL(dst []byte, header byte) []byte {
	a.idr = a.idr || header&nalTypeMask == nalIDR
	return append(dst, 0, 0, 0, 1)
}

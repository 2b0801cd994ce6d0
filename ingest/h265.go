package ingest

import (
	"encoding/binary"
	"fmt"
)

// NAL unit types (ITU-T H.265 table 7-1) and those that RFC 7798 adds (4.4).
const (
	hevcLastSlice = 31 // the last type of a slice segment, some of them reserved
	hevcFirstIRAP = 16 // BLA, IDR and CRA pictures: 16 to 21, 22 and 23 are reserved for more of the kind
	hevcLastIRAP  = 23
	hevcVPS       = 32
	hevcSPS       = 33
	hevcPPS       = 34
	hevcAUD       = 35
	hevcPrefixSEI = 39
	hevcLast      = 47 // the last one that is a NAL unit by itself
	hevcAP        = 48
	hevcFU        = 49
)

// hevcType is the type of the NAL unit whose header of two bytes begins with first.
func hevcType(first byte) byte { return first >> 1 & 0x3f }

// h265Format is the payload format of RFC 7798 without decoding order numbers (sprop-max-don-diff 0, as WebRTC uses it).
// Access units are joined into a byte stream (ITU-T H.265 annex B).
//
//	single NAL unit    header u16, content
//	AP (4.4.2)         header u16, then per NAL unit: size u16, NAL unit
//	FU (4.4.3)         header u16, S|E|type u8, a part of the NAL unit without its header
type h265Format struct {
	open bool // within a fragmented NAL unit
	irap bool // there is a slice of a picture from which decoding can begin
}

// startsExactly is false since many packets of an access unit may look like its first one.
func (*h265Format) startsExactly() bool { return false }

func (*h265Format) check(payload []byte) (d descriptor, part []byte, err error) {
	if len(payload) < 3 {
		return d, nil, fmt.Errorf("%w: H265: payload of %d bytes", ErrPayload, len(payload))
	}
	switch kind := hevcType(payload[0]); {
	case kind == hevcAP:
		d.start, err = checkAP(payload[2:])
	case kind == hevcFU:
		first, last := payload[2]&0x80 != 0, payload[2]&0x40 != 0
		switch {
		case len(payload) < 4:
			err = fmt.Errorf("%w: H265: FU of %d bytes", ErrPayload, len(payload))
		case first && last:
			err = fmt.Errorf("%w: H265: FU with both start and end bit", ErrPayload)
		default:
			d.start = first && hevcBegins(payload[2]&0x3f, payload[3:])
		}
	case kind > hevcLast:
		err = fmt.Errorf("%w: H265: NAL unit type %d", ErrPayload, kind)
	default:
		d.start = hevcBegins(kind, payload[2:])
	}
	return d, payload, err
}

func checkAP(rest []byte) (start bool, err error) {
	for first := true; len(rest) > 0; first = false {
		if len(rest) < 2 {
			return false, fmt.Errorf("%w: H265: AP ends within a size", ErrPayload)
		}
		size := int(binary.BigEndian.Uint16(rest))
		if size < 3 || size > len(rest)-2 {
			return false, fmt.Errorf("%w: H265: AP says %d bytes, has %d", ErrPayload, size, len(rest)-2)
		}
		if first {
			start = hevcBegins(hevcType(rest[2]), rest[4:])
		}
		rest = rest[2+size:]
	}
	return start, nil
}

// hevcBegins says whether an access unit can begin with a NAL unit (ITU-T H.265 7.4.2.4.4): with parameter sets or the
// like, or with the first slice segment of a picture, whose first bit says so.
func hevcBegins(kind byte, content []byte) bool {
	switch kind {
	case hevcVPS, hevcSPS, hevcPPS, hevcAUD, hevcPrefixSEI:
		return true
	default:
		return kind <= hevcLastSlice && len(content) > 0 && content[0]&0x80 != 0
	}
}

func (f *h265Format) begin(unit []byte) []byte {
	*f = h265Format{}
	return unit
}

func (f *h265Format) add(unit []byte, s *slot) ([]byte, bool) {
	payload := s.payload
	switch hevcType(payload[0]) {
	case hevcFU:
		first, last := payload[2]&0x80 != 0, payload[2]&0x40 != 0
		if first == f.open {
			return unit, false // two beginnings, or none
		}
		f.open = !last
		if first {
			header := payload[0]&0x81 | payload[2]&0x3f<<1
			unit = append(f.beginNAL(unit, header), header, payload[1])
		}
		return append(unit, payload[3:]...), true
	case hevcAP:
		for rest := payload[2:]; len(rest) > 0; {
			size := int(binary.BigEndian.Uint16(rest))
			unit = append(f.beginNAL(unit, rest[2]), rest[2:2+size]...)
			rest = rest[2+size:]
		}
	default:
		unit = append(f.beginNAL(unit, payload[0]), payload...)
	}
	return unit, !f.open
}

// beginNAL appends a start code and notes what kind of NAL unit follows.
func (f *h265Format) beginNAL(unit []byte, header byte) []byte {
	kind := hevcType(header)
	f.irap = f.irap || kind >= hevcFirstIRAP && kind <= hevcLastIRAP
	return append(unit, 0, 0, 0, 1)
}

func (f *h265Format) end(unit []byte) (whole []byte, keyframe, ok bool) {
	return unit, f.irap, !f.open && len(unit) > 0
}

package ingest

import "fmt"

// OBU types (AV1 bitstream specification, 6.2.2).
const (
	obuSequenceHeader    = 1
	obuTemporalDelimiter = 2
	obuFrameHeader       = 3
	obuMetadata          = 5
	obuFrame             = 6
	obuTileList          = 8
)

// Bits of an OBU's header (AV1 bitstream specification, 5.3.2).
const (
	obuForbidden    = 0x80
	obuHasExtension = 0x04 // a second byte follows
	obuHasSize      = 0x02
)

// The aggregation header (AV1 RTP payload specification, 4.4): Z|Y|W W|N|reserved.
const (
	av1Continues  = 0x80 // Z: the first element continues one of the packet before
	av1Unfinished = 0x40 // Y: the last element goes on in the next packet
	av1NewStream  = 0x08 // N: a coded video sequence begins
)

// obuSizeBytes is the length of the size field that is written for an OBU: enough for MaxFrameBytes, and fixed, so that
// it can be filled in at the OBU's end (leb128 may be padded, AV1 bitstream specification, 4.10.5).
const obuSizeBytes = 4

// av1Format is the AV1 RTP payload format. A frame is a temporal unit, which becomes a low-overhead byte stream (AV1
// bitstream specification, 5): each OBU with its size, a temporal delimiter first.
type av1Format struct {
	open     bool // an element goes on in the next packet
	size     int  // where the size of the open OBU belongs in the unit, -1 if it is left out or has its own
	leaveOut bool // the open OBU is of no use
	keyframe bool
	frames   int // OBUs with a frame or its header
}

// startsExactly is false: a packet that begins with an OBU may be the first one of a temporal unit or not.
func (*av1Format) startsExactly() bool { return false }

func (*av1Format) check(payload []byte) (d descriptor, part []byte, err error) {
	first := byte(0)
	err = eachElement(payload, func(element []byte, continues, _ bool) error {
		if len(element) == 0 {
			return fmt.Errorf("%w: AV1: an empty OBU element", ErrPayload)
		}
		if !continues {
			if element[0]&obuForbidden != 0 || element[0]&obuHasExtension != 0 && len(element) < 2 {
				return fmt.Errorf("%w: AV1: OBU header % x", ErrPayload, element[:1])
			}
			if first == 0 {
				first = element[0]
			}
		}
		return nil
	})
	if err == nil && payload[0]&av1Continues == 0 {
		switch first >> 3 & 0xf {
		case obuSequenceHeader, obuTemporalDelimiter, obuFrameHeader, obuMetadata, obuFrame:
			d.start = true
		}
	}
	return d, payload, err
}

// eachElement calls f for the OBU elements of a payload, which is not empty. continues says that the element began in the
// packet before, unfinished that it goes on in the next one.
func eachElement(payload []byte, f func(element []byte, continues, unfinished bool) error) error {
	header, rest := payload[0], payload[1:]
	count := int(header >> 4 & 0b11) // W: so many elements, the last without a length; 0: any number, all with one
	if len(rest) == 0 {
		return fmt.Errorf("%w: AV1: no OBU element", ErrPayload)
	}
	for i := 0; len(rest) > 0; i++ {
		size := len(rest)
		if count == 0 || i < count-1 {
			n, length, ok := leb128(rest)
			if !ok || n > len(rest)-length {
				return fmt.Errorf("%w: AV1: OBU element %d does not fit", ErrPayload, i)
			}
			size, rest = n, rest[length:]
		}
		element := rest[:size]
		rest = rest[size:]
		last := len(rest) == 0
		if count != 0 && last != (i == count-1) {
			return fmt.Errorf("%w: AV1: %d OBU elements announced, %d there", ErrPayload, count, i+1)
		}
		if err := f(element, i == 0 && header&av1Continues != 0, last && header&av1Unfinished != 0); err != nil {
			return err
		}
	}
	return nil
}

// leb128 reads a number in groups of seven bits, the lowest first, of which all but the last have bit 7 set (AV1
// bitstream specification, 4.10.5). One that is larger than any payload is not ok.
func leb128(b []byte) (value, length int, ok bool) {
	for i := 0; i < len(b) && i < 8; i++ {
		if i < 4 {
			value |= int(b[i]&0x7f) << (7 * i)
		} else if b[i]&0x7f != 0 {
			return 0, 0, false
		}
		if b[i]&0x80 == 0 {
			return value, i + 1, true
		}
	}
	return 0, 0, false
}

func (f *av1Format) begin(unit []byte) []byte {
	*f = av1Format{size: -1}
	return append(unit, obuTemporalDelimiter<<3|0x02, 0)
}

func (f *av1Format) add(unit []byte, s *slot) ([]byte, bool) {
	f.keyframe = f.keyframe || s.payload[0]&av1NewStream != 0
	fits := true
	err := eachElement(s.payload, func(element []byte, continues, unfinished bool) error {
		if continues != f.open {
			fits = false // a beginning that is missing, or an end
			return nil
		}
		if !continues {
			unit = f.beginOBU(unit, &element)
		}
		if !f.leaveOut {
			unit = append(unit, element...)
		}
		if f.open = unfinished; !unfinished {
			f.endOBU(unit)
		}
		return nil
	})
	return unit, fits && err == nil
}

// beginOBU appends the header of an OBU, and room for its size if it does not carry it, and takes the header from the
// element. Temporal delimiters and tile lists do not belong into RTP and are left out.
func (f *av1Format) beginOBU(unit []byte, element *[]byte) []byte {
	e := *element
	kind := e[0] >> 3 & 0xf
	f.size, f.leaveOut = -1, kind == obuTemporalDelimiter || kind == obuTileList
	switch kind {
	case obuSequenceHeader:
		f.keyframe = true
	case obuFrame, obuFrameHeader:
		f.frames++
	}
	if f.leaveOut || e[0]&obuHasSize != 0 {
		return unit
	}
	n := 1
	if e[0]&obuHasExtension != 0 {
		n = 2
	}
	unit = append(append(unit, e[0]|obuHasSize), e[1:n]...)
	*element = e[n:]
	f.size = len(unit)
	return append(unit, 0x80, 0x80, 0x80, 0)
}

// endOBU fills in the size of the open OBU.
func (f *av1Format) endOBU(unit []byte) {
	if f.size < 0 {
		return
	}
	size := len(unit) - f.size - obuSizeBytes
	for i := range obuSizeBytes {
		unit[f.size+i] |= byte(size >> (7 * i) & 0x7f)
	}
	f.size = -1
}

func (f *av1Format) end(unit []byte) (whole []byte, keyframe, ok bool) {
	return unit, f.keyframe, !f.open && f.frames > 0
}

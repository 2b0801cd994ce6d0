package decode

import (
	"github.com/callrec/callrec/codec/h264/internal/nal"
	"github.com/callrec/callrec/codec/h264/internal/params"
)

// Splitter finds the first NAL unit of each access unit of a byte stream (clause 7.4.1.2.3).
type Splitter struct {
	limits  params.Limits
	sets    sets
	payload []byte
	last    params.SliceHeader // the slice before
	sliced  bool               // the present access unit has a slice
	known   bool               // last was understood
}

// NewSplitter makes a splitter that understands parameter sets within the limits.
func NewSplitter(limits params.Limits) *Splitter { return &Splitter{limits: limits} }

// Begins tells whether unit is the first of an access unit. It has to be given all NAL units in order.
func (s *Splitter) Begins(unit []byte) bool {
	if len(unit) == 0 {
		return false
	}
	kind := int(unit[0] & 31)
	switch {
	case kind == nal.TypeSlice || kind == nal.TypeIDR:
		return s.slice(unit)
	case kind == nal.TypeSPS || kind == nal.TypePPS:
		s.payload = nal.AppendPayload(s.payload[:0], unit)
		// What is wrong with a parameter set is for the decoder to say.
		if kind == nal.TypeSPS {
			_ = s.sets.addSPS(s.payload, s.limits)
		} else {
			_ = s.sets.addPPS(trimZeros(s.payload))
		}
	case kind == nal.TypeSEI || kind == nal.TypeDelimiter || kind >= 14 && kind <= 18:
	default:
		return false
	}
	begins := s.sliced
	s.sliced = false
	return begins
}

func (s *Splitter) slice(unit []byte) bool {
	s.payload = nal.AppendPayload(s.payload[:0], unit[:min(len(unit), maxHeader)])
	r := nal.NewReader(s.payload)
	var h params.SliceHeader
	known := h.Parse(&r, unit[0], &s.sets) == nil
	begins := s.sliced
	switch {
	case known && s.known:
		begins = begins && !samePicture(&s.last, &h)
	default:
		begins = begins && len(unit) > 1 && unit[1]&0x80 != 0 // first_mb_in_slice 0
	}
	s.last, s.known, s.sliced = h, known, true
	return begins
}

// maxHeader is more than any slice header takes, in bytes.
const maxHeader = 2048

// trimZeros cuts off trailing zeros, which are no part of a payload.
func trimZeros(p []byte) []byte {
	for n := len(p); n > 0 && p[n-1] == 0; n-- {
		p = p[:n-1]
	}
	return p
}

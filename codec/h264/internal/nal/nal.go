// Package nal finds the NAL units of an Annex B byte stream and reads the syntax elements of their payloads (ITU-T H.264
// clauses 7.2, 7.3.1, 9.1 and annex B).
package nal

import "bytes"

// The types of NAL unit that are told apart (table 7-1).
const (
	TypeSlice      = 1
	TypePartitionA = 2
	TypePartitionC = 4
	TypeIDR        = 5
	TypeSEI        = 6
	TypeSPS        = 7
	TypePPS        = 8
	TypeDelimiter  = 9
	TypeEndOfSeq   = 10
)

// Next cuts the first NAL unit out of a byte stream and returns it, without start code and trailing zeros, and what
// follows. unit is empty when there is no further one.
func Next(stream []byte) (unit, rest []byte) {
	start := bytes.Index(stream, startCode)
	for start >= 0 {
		stream = stream[start+len(startCode):]
		unit = stream
		start = bytes.Index(stream, startCode)
		if start >= 0 {
			unit, rest = stream[:start], stream[start:]
			stream, start = rest, 0
		} else {
			rest = nil
		}
		for len(unit) > 0 && unit[len(unit)-1] == 0 {
			unit = unit[:len(unit)-1]
		}
		if len(unit) > 0 {
			return unit, rest
		}
	}
	return nil, nil
}

// AppendPayload appends the raw byte sequence payload of unit to dst: all after the header byte, without the emulation
// prevention bytes (clause 7.4.1).
func AppendPayload(dst, unit []byte) []byte {
	if len(unit) == 0 {
		return dst
	}
	body := unit[1:]
	for {
		i := bytes.Index(body, escape)
		if i < 0 {
			return append(dst, body...)
		}
		dst = append(dst, body[:i+2]...)
		body = body[i+3:]
	}
}

package mux

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// runShape is what a traf with one trun looks like, but for its entries.
type runShape struct {
	track uint32
	time  int64 // tfdt
	count int   // samples
	flags uint32
	roll  bool // the samples are of the track's group "roll"
}

// runFlags says which fields a trun needs to tell its samples, which are in order of decoding, from what trex has as the
// track's defaults (ISO/IEC 14496-12 8.8.8.1).
func runFlags(samples []sample, defaultDuration, defaultFlags uint32) uint32 {
	flags := uint32(trunDataOffset | trunSampleSize)
	for i := range samples {
		if samples[i].duration != defaultDuration {
			flags |= trunDuration
		}
		switch {
		case samples[i].flags == defaultFlags:
		case i == 0:
			flags |= trunFirstSampleFlags
		default:
			flags |= trunFlags
		}
	}
	if flags&trunFlags != 0 {
		flags &^= trunFirstSampleFlags // not both
	}
	return flags
}

// trunSize is the size of a trun with so many samples.
func trunSize(flags uint32, count int) int {
	size := trunHeader
	if flags&trunFirstSampleFlags != 0 {
		size += 4
	}
	return size + 4*bits.OnesCount32(flags&(trunDuration|trunSampleSize|trunFlags))*count
}

// trafSize is the size of the traf, 0 without samples.
func (r *runShape) trafSize() int {
	if r.count == 0 {
		return 0
	}
	size := boxHeader + tfhdSize + tfdtSize(r.time) + trunSize(r.flags, r.count)
	if r.roll {
		size += sbgpSize
	}
	return size
}

// appendTraf appends a traf whose data is at an offset from the start of moof; nothing without samples.
func (r *runShape) appendTraf(b []byte, samples []sample, data int) []byte {
	if r.count == 0 {
		return b
	}
	b = appendHeader(b, r.trafSize(), "traf")
	b = appendTrafHeader(b, r.track, r.time)
	b = appendTrun(b, samples, r.flags, data)
	if r.roll {
		b = appendRoll(b, r.count)
	}
	return b
}

// rollType is the grouping type of samples that decode right only after others (ISO/IEC 14496-12 10.1).
const rollType = "roll"

// sbgpSize is the size of a sbgp with one entry.
const sbgpSize = 28

// appendRoll appends a sbgp (ISO/IEC 14496-12 8.9.2) that puts so many samples into the group that the track's sgpd
// describes.
func appendRoll(b []byte, count int) []byte {
	b = appendHeader(b, sbgpSize, "sbgp")
	b = appendWords(b, 0)
	b = append(b, rollType...)
	return appendWords(b, 1, uint32(count), 1)
}

// tfdtSize is the size of a tfdt (ISO/IEC 14496-12 8.8.12), which is of version 0 as long as 32 bits hold the time: for
// three days at 16000 ticks a second.
func tfdtSize(time int64) int {
	if time > math.MaxUint32 {
		return 20
	}
	return 16
}

// appendTrafHeader appends tfhd and tfdt.
func appendTrafHeader(b []byte, track uint32, time int64) []byte {
	b = appendHeader(b, tfhdSize, "tfhd")
	b = appendWords(b, tfhdDefaultBaseIsMoof, track)
	size := tfdtSize(time)
	b = appendHeader(b, size, "tfdt")
	if size == 16 {
		return appendWords(b, 0, uint32(time))
	}
	b = appendWords(b, 1<<24) // version 1
	return binary.BigEndian.AppendUint64(b, uint64(time))
}

func appendTrun(b []byte, samples []sample, flags uint32, data int) []byte {
	b = appendHeader(b, trunSize(flags, len(samples)), "trun")
	b = appendWords(b, flags, uint32(len(samples)), uint32(data))
	if flags&trunFirstSampleFlags != 0 {
		b = appendWords(b, samples[0].flags)
	}
	for i := range samples {
		if flags&trunDuration != 0 {
			b = appendWords(b, samples[i].duration)
		}
		b = appendWords(b, samples[i].size)
		if flags&trunFlags != 0 {
			b = appendWords(b, samples[i].flags)
		}
	}
	return b
}

func appendHeader(b []byte, size int, boxType string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(size))
	return append(b, boxType...)
}

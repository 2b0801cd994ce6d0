package mp3

import (
	"bytes"
	"encoding/binary"
)

// decoderDelay is by how many samples the filter banks of a decoder are late (528), and one that LAME counts besides.
const decoderDelay = 529

// header is what matters of a frame header (ISO/IEC 11172-3 2.4.1.3).
//
//	AAAAAAAA AAABBCCD EEEEFFGH IIJJKLMM
//	A sync  B version  C layer  D no CRC  E bit rate  F sampling rate  G padding  I mode
type header struct {
	mpeg1    bool
	rate     int // Hz
	channels int
	size     int // bytes, with the header
}

// parseHeader reads a frame header that the library can decode: MPEG-1 or MPEG-2, layer III, not free format.
func parseHeader(b []byte) (header, bool) {
	if len(b) < 4 || b[0] != 0xff || b[1]&0xe6 != 0xe2 {
		return header{}, false
	}
	version, bitrate, rate := b[1]>>3&3, b[2]>>4, b[2]>>2&3
	if version < 2 || bitrate == 0 || bitrate == 15 || rate == 3 || b[3]&3 == 2 {
		return header{}, false
	}
	h := header{mpeg1: version == 3, channels: 2}
	if b[3]>>6 == 3 {
		h.channels = 1
	}
	padding := int(b[2] >> 1 & 1)
	if h.mpeg1 {
		h.rate = rates1[rate]
		h.size = 144000*bitrates1[bitrate]/h.rate + padding
	} else {
		h.rate = rates1[rate] / 2
		h.size = 72000*bitrates2[bitrate]/h.rate + padding
	}
	return h, true
}

// samples is the number of samples a frame stands for.
func (h header) samples() int {
	if h.mpeg1 {
		return 1152
	}
	return 576
}

// sideInfo is the size of the side information after the header (11172-3 2.4.1.7, 13818-3 2.4.1.7).
func (h header) sideInfo() int {
	switch {
	case h.mpeg1 && h.channels == 2:
		return 32
	case h.mpeg1 || h.channels == 2:
		return 17
	}
	return 9
}

// stream is the audio of a file.
type stream struct {
	frames []byte // from the first frame of sound on
	rate   int    // Hz
	skip   int    // samples at rate to drop at the start
	length int    // samples after those; negative if the file does not say
}

// open finds the audio between a file's tags.
func open(data []byte) (stream, bool) {
	data = skipTags(data)
	start, h, ok := firstFrame(data)
	if !ok {
		return stream{}, false
	}
	data = data[start:]
	s := stream{frames: data, rate: h.rate, length: -1}
	s.readInfo(h)
	return s, true
}

// skipTags removes ID3 tags: version 2 ahead (ten bytes of header, the size in four times seven bits; a footer is as
// long as the header), version 1 behind.
func skipTags(data []byte) []byte {
	for len(data) >= 10 && string(data[:3]) == "ID3" {
		size := 0
		for _, b := range data[6:10] {
			size = size<<7 | int(b&0x7f)
		}
		size += 10
		if data[5]&0x10 != 0 {
			size += 10
		}
		data = data[min(size, len(data)):]
	}
	if n := len(data) - 128; n >= 0 && string(data[n:n+3]) == "TAG" {
		data = data[:n]
	}
	return data
}

// firstFrame finds the first frame header that another one of the same kind follows, or the end.
func firstFrame(data []byte) (int, header, bool) {
	for at := 0; ; at++ {
		skip := bytes.IndexByte(data[at:], 0xff)
		if skip < 0 {
			return 0, header{}, false
		}
		at += skip
		h, ok := parseHeader(data[at:])
		if !ok || h.size > len(data)-at {
			continue
		}
		next := data[at+h.size:]
		if n, ok := parseHeader(next); len(next) < 4 || ok && n.mpeg1 == h.mpeg1 && n.rate == h.rate {
			return at, h, true
		}
	}
}

// readInfo looks for a Xing or Info header, which encoders put in the place of the first frame's audio, and takes from
// it what has to be cut off. Such a frame decodes to silence that is not part of the sound.
//
//	"Xing" or "Info", flags (32 bits), then as the flags say: frames (32), bytes (32), table (800), quality (32);
//	then LAME's extension: encoder (9 bytes), 12 bytes, delay (12 bits), padding (12)
func (s *stream) readInfo(h header) {
	frame := s.frames[:h.size]
	info := frame[min(4+h.sideInfo(), len(frame)):]
	if len(info) < 8 || string(info[:4]) != "Xing" && string(info[:4]) != "Info" {
		return
	}
	s.frames = s.frames[h.size:]
	flags := binary.BigEndian.Uint32(info[4:])
	rest := info[8:]
	frames := -1
	for bit, size := range [4]int{4, 4, 100, 4} {
		if flags>>bit&1 == 0 {
			continue
		}
		if len(rest) < size {
			return
		}
		if bit == 0 {
			frames = int(binary.BigEndian.Uint32(rest))
		}
		rest = rest[size:]
	}
	if len(rest) < 24 || string(rest[:4]) != "LAME" && string(rest[:3]) != "Lav" {
		return
	}
	delay, padding := int(rest[21])<<4|int(rest[22])>>4, int(rest[22]&15)<<8|int(rest[23])
	s.skip = delay + decoderDelay
	if n := frames*h.samples() - delay - padding; frames >= 0 && n > 0 {
		s.length = n
	}
}

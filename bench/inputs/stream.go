package inputs

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/callrec/callrec/codec/h264"
)

var errStream = errors.New("not what ffmpeg writes")

// The layout of IVF: a header of 32 bytes, then frames, each after a header of 12 bytes that begins with its size.
const (
	ivfHeader      = 32
	ivfFrameHeader = 12
)

// ReadStream returns the access units of a file as ffmpeg writes it: .ivf (VP8), .264 (H.264 byte stream) or .ogg (Opus).
func ReadStream(path string) (units [][]byte, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("inputs: %w", err)
	}
	switch ext := filepath.Ext(path); ext {
	case ".264":
		units = slices.Collect(h264.AccessUnits(data))
	case ".ivf":
		units, err = ivfFrames(data)
	case ".ogg":
		units, err = opusPackets(data)
	default:
		err = fmt.Errorf("no reader for *%s", ext)
	}
	if err != nil {
		return nil, fmt.Errorf("inputs: %s: %w", path, err)
	}
	return units, nil
}

func ivfFrames(data []byte) (frames [][]byte, err error) {
	if len(data) < ivfHeader {
		return nil, errStream
	}
	for rest := data[ivfHeader:]; len(rest) > 0; {
		if len(rest) < ivfFrameHeader {
			return nil, errStream
		}
		size := int64(binary.LittleEndian.Uint32(rest))
		rest = rest[ivfFrameHeader:]
		if size > int64(len(rest)) {
			return nil, errStream
		}
		frames, rest = append(frames, rest[:size]), rest[size:]
	}
	return frames, nil
}

// Ogg (RFC 3533 section 6): pages of a header of 27 bytes, whose last byte is the number of the lacing values that
// follow, and segments of so many bytes. A packet goes on as long as the lacing values are 255.
const oggHeader = 27

// opusPackets returns the packets of an Ogg file, without the two headers of RFC 7845.
func opusPackets(data []byte) (packets [][]byte, err error) {
	var packet []byte
	for len(data) > 0 {
		if len(data) < oggHeader || string(data[:4]) != "OggS" {
			return nil, errStream
		}
		n := int(data[oggHeader-1])
		if len(data) < oggHeader+n {
			return nil, errStream
		}
		lacing, rest := data[oggHeader:oggHeader+n], data[oggHeader+n:]
		for _, size := range lacing {
			if int(size) > len(rest) {
				return nil, errStream
			}
			packet, rest = append(packet, rest[:size]...), rest[size:]
			if size < 255 {
				packets, packet = append(packets, packet), nil
			}
		}
		data = rest
	}
	if len(packets) < 2 {
		return nil, errStream
	}
	return packets[2:], nil
}

// Package mp3 decodes a whole MPEG-1 or MPEG-2 layer III file (ISO/IEC 11172-3, 13818-3) to 16 kHz mono PCM, for
// announcements. The codec itself is github.com/hajimehoshi/go-mp3, whose floating-point results can differ by a
// rounding error between CPU architectures.
package mp3

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	gomp3 "github.com/hajimehoshi/go-mp3"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/internal/resample"
)

const (
	// MaxBytes is the largest input that Decode reads.
	MaxBytes = 32 << 20

	frameBytes = 4 // the library always gives 16-bit little-endian stereo
	blockSize  = 4096
)

// Decode reads r to its end and returns its sound as 16 kHz mono PCM, stereo averaged. maxSamples bounds the result; it
// has to be positive. The silence that encoders add at both ends is removed where the file says how long it is (the
// LAME extension of the Xing header). A file that breaks off in the middle gives what was decoded up to there.
//
// Errors wrap ErrNoAudio, ErrTooLarge or the reader's error. The result belongs to the caller.
func Decode(r io.Reader, maxSamples int) ([]int16, error) {
	if maxSamples <= 0 {
		return nil, fmt.Errorf("%w: no sample is allowed", ErrTooLarge)
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("mp3: reading: %w", err)
	}
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, MaxBytes)
	}
	s, ok := open(data)
	if !ok {
		return nil, fmt.Errorf("%w in %d bytes", ErrNoAudio, len(data))
	}
	return s.decode(maxSamples)
}

func (s *stream) decode(maxSamples int) (pcm []int16, err error) {
	defer func() {
		if p := recover(); p != nil {
			pcm, err = nil, fmt.Errorf("%w: decoder panicked: %v", ErrNoAudio, p)
		}
	}()
	// Only an io.Reader: given more, the library would go through the whole file first.
	dec, err := gomp3.NewDecoder(struct{ io.Reader }{bytes.NewReader(s.frames)})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoAudio, err)
	}
	rs, err := resample.New(resample.Config{From: s.rate, To: codec.SampleRate})
	if err != nil {
		return nil, fmt.Errorf("mp3: %w", err)
	}
	buf := make([]byte, blockSize*frameBytes)
	mono := make([]int16, blockSize)
	for readErr := error(nil); readErr == nil; {
		var n int
		n, readErr = io.ReadFull(dec, buf)
		block := mono[:n/frameBytes]
		downmix(block, buf)
		pcm = rs.Append(pcm, s.trim(block))
		if len(pcm) > maxSamples {
			return nil, fmt.Errorf("%w: more than %d samples", ErrTooLarge, maxSamples)
		}
	}
	// Whatever ended the reading, be it a broken frame or a tag that is not known, ends the sound.
	pcm = rs.Flush(pcm)
	if len(pcm) > maxSamples {
		return nil, fmt.Errorf("%w: more than %d samples", ErrTooLarge, maxSamples)
	}
	return pcm, nil
}

// downmix fills dst with the average of the two channels of 16-bit little-endian stereo.
func downmix(dst []int16, stereo []byte) {
	for i := range dst {
		left := int16(binary.LittleEndian.Uint16(stereo[frameBytes*i:]))
		right := int16(binary.LittleEndian.Uint16(stereo[frameBytes*i+2:]))
		dst[i] = int16((int(left) + int(right)) >> 1)
	}
}

// trim cuts from consecutive blocks what is not part of the sound.
func (s *stream) trim(block []int16) []int16 {
	k := min(s.skip, len(block))
	s.skip -= k
	block = block[k:]
	if s.length >= 0 {
		block = block[:min(s.length, len(block))]
		s.length -= len(block)
	}
	return block
}

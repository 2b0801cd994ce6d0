// Package mp3 decodes a whole MPEG-1 or MPEG-2 layer III file (ISO/IEC 11172-3, 13818-3) to 16 kHz mono PCM, for
// announcements. The codec itself is github.com/hajimehoshi/go-mp3.
package mp3

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	gomp3 "github.com/hajimehoshi/go-mp3"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/internal/resample"
)

const (
	// MaxBytes is the largest input that Decode reads.
	MaxBytes = 64 << 20

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
	return decode(bytes.NewReader(data), maxSamples)
}

func decode(r io.Reader, maxSamples int) (pcm []int16, err error) {
	defer func() {
		if p := recover(); p != nil {
			pcm, err = nil, fmt.Errorf("%w: decoder panicked: %v", ErrNoAudio, p)
		}
	}()
	dec, err := gomp3.NewDecoder(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoAudio, err)
	}
	rs, err := resample.New(resample.Config{From: dec.SampleRate(), To: codec.SampleRate})
	if err != nil {
		return nil, err
	}
	buf := make([]byte, blockSize*frameBytes)
	mono := make([]int16, blockSize)
	for {
		n, err := io.ReadFull(dec, buf)
		n /= frameBytes
		for i := range n {
			l := int16(uint16(buf[4*i]) | uint16(buf[4*i+1])<<8)
			r := int16(uint16(buf[4*i+2]) | uint16(buf[4*i+3])<<8)
			mono[i] = int16((int(l) + int(r)) >> 1)
		}
		pcm = rs.Append(pcm, mono[:n])
		if len(pcm) > maxSamples {
			return nil, fmt.Errorf("%w: more than %d samples", ErrTooLarge, maxSamples)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			break
		}
	}
	pcm = rs.Flush(pcm)
	return pcm, nil
}

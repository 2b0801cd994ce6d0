// Package l16 decodes linear PCM of 16 bits as it comes in RTP payloads (RFC 3551 4.5.11), of any sampling rate up to
// MaxRate and of up to MaxChannels channels, to 16 kHz mono PCM.
package l16

import (
	"encoding/binary"
	"fmt"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/internal/conceal"
	"github.com/callrec/callrec/internal/resample"
)

const (
	// MaxRate is the highest sampling rate in Hz.
	MaxRate = resample.MaxRate
	// MaxChannels is the largest number of channels.
	MaxChannels = 8

	defaultRate = 44100 // of the static payload types 10 and 11
)

// Decoder decodes one track. It implements codec.AudioDecoder. Where the rate is not 16 kHz already, the output is late
// by Delay samples, always.
type Decoder struct {
	rate, channels int
	resample       *resample.Resampler // nil if there is nothing to convert
	conceal        conceal.Concealer
	narrow         []int16 // mono at the payload's rate
	wide           []int16 // at 16 kHz, before concealment
}

var _ codec.AudioDecoder = (*Decoder)(nil)

// NewDecoder returns a decoder for a track of the format. Its sampling rate is the clock rate, 44100 if that is 0. The
// error wraps codec.ErrUnsupported if the rate is below 8000 or above MaxRate or has no common measure with 16000 to
// speak of, or if there are more than MaxChannels channels.
func NewDecoder(f codec.AudioFormat) (*Decoder, error) {
	if f.ClockRate == 0 {
		f.ClockRate = defaultRate
	}
	if f.Channels == 0 {
		f.Channels = 1
	}
	if f.ClockRate < 8000 || f.ClockRate > MaxRate || f.Channels < 0 || f.Channels > MaxChannels {
		return nil, fmt.Errorf("%w: L16 with clock rate %d and %d channels", codec.ErrUnsupported, f.ClockRate, f.Channels)
	}
	d := &Decoder{rate: f.ClockRate, channels: f.Channels}
	if d.rate == codec.SampleRate {
		return d, nil
	}
	var err error
	d.resample, err = resample.New(resample.Config{From: d.rate, To: codec.SampleRate, Steady: true})
	if err != nil {
		return nil, fmt.Errorf("%w: L16: %w", codec.ErrUnsupported, err)
	}
	return d, nil
}

// Delay is by how many samples at 16 kHz the output is late because of the rate conversion, at most 6 ms.
func (d *Decoder) Delay() int {
	if d.resample == nil {
		return 0
	}
	return d.resample.Delay()
}

// Decode implements codec.AudioDecoder. Channels are averaged. The error wraps ErrPayloadSize.
func (d *Decoder) Decode(dst []int16, payload []byte) ([]int16, error) {
	sample := 2 * d.channels
	if len(payload) == 0 || len(payload)%sample != 0 || len(payload) > sample*d.rate {
		return dst, fmt.Errorf("%w: %d bytes of %d channels at %d Hz", ErrPayloadSize, len(payload), d.channels, d.rate)
	}
	d.narrow = d.narrow[:0]
	for ; len(payload) > 0; payload = payload[sample:] {
		sum := 0
		for c := range d.channels {
			sum += int(int16(binary.BigEndian.Uint16(payload[2*c:])))
		}
		d.narrow = append(d.narrow, int16(sum/d.channels))
	}
	if d.resample == nil {
		return d.conceal.Good(dst, d.narrow), nil
	}
	d.wide = d.resample.Append(d.wide[:0], d.narrow)
	return d.conceal.Good(dst, d.wide), nil
}

// Conceal implements codec.AudioDecoder by extrapolating what was heard last, faded to silence within 60 ms. next is
// not used.
func (d *Decoder) Conceal(dst []int16, n int, _ []byte) []int16 {
	if n > 0 && d.resample != nil {
		// What the filter still holds is from before the loss and must not sound after it.
		d.resample.Reset()
	}
	return d.conceal.Conceal(dst, n)
}

// Reset implements codec.AudioDecoder.
func (d *Decoder) Reset() {
	if d.resample != nil {
		d.resample.Reset()
	}
	d.conceal.Reset()
}

// Package g711 decodes ITU-T G.711, mu-law and A-law, as it comes in RTP payloads (RFC 3551 4.5.14) to 16 kHz mono PCM.
package g711

import (
	"fmt"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/internal/conceal"
	"github.com/callrec/callrec/internal/resample"
)

const (
	clockRate = 8000 // Hz

	// MaxPayload is the largest payload in bytes, and so in samples at 8 kHz: one second.
	MaxPayload = 8000
)

// Law is one of the two companding laws.
type Law uint8

// The laws, by their RTP encoding names.
const (
	PCMU Law = iota // mu-law, static payload type 0
	PCMA            // A-law, static payload type 8
)

// Decoder decodes one track. It implements codec.AudioDecoder.
//
// The rate is doubled by a short linear-phase half-band filter: flat to 3.4 kHz (the band of telephony, ITU-T G.712),
// images of what lies below it 70 dB down. Its output is late by Delay samples, always; a payload of n bytes gives 2n
// samples at once.
type Decoder struct {
	table    *[256]int16
	resample *resample.Resampler
	conceal  conceal.Concealer
	narrow   []int16 // at 8 kHz
	wide     []int16 // at 16 kHz, before concealment
}

var _ codec.AudioDecoder = (*Decoder)(nil)

// New returns a decoder for the law.
func New(law Law) (*Decoder, error) {
	d := new(Decoder)
	switch law {
	case PCMU:
		d.table = muTable
	case PCMA:
		d.table = aTable
	default:
		return nil, fmt.Errorf("%w: G.711 law %d", codec.ErrUnsupported, law)
	}
	var err error
	d.resample, err = resample.New(resample.Config{
		From: clockRate, To: codec.SampleRate,
		// Symmetric about 4 kHz, which makes it a half-band filter: every other output sample is an input sample.
		Pass: 0.85, Stop: 1.15, Attenuation: 70,
		Steady: true,
	})
	if err != nil {
		return nil, fmt.Errorf("g711: %w", err)
	}
	return d, nil
}

// NewPCMU returns a mu-law decoder for a track of the format, whose clock rate has to be 8000 or 0 and whose channels 1
// or 0; otherwise the error wraps codec.ErrUnsupported.
func NewPCMU(f codec.AudioFormat) (codec.AudioDecoder, error) { return newDecoder(PCMU, f) }

// NewPCMA does for A-law what NewPCMU does for mu-law.
func NewPCMA(f codec.AudioFormat) (codec.AudioDecoder, error) { return newDecoder(PCMA, f) }

func newDecoder(law Law, f codec.AudioFormat) (codec.AudioDecoder, error) {
	if (f.ClockRate != 0 && f.ClockRate != clockRate) || f.Channels < 0 || f.Channels > 1 {
		return nil, fmt.Errorf("%w: G.711 with clock rate %d and %d channels", codec.ErrUnsupported, f.ClockRate, f.Channels)
	}
	d, err := New(law)
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Delay is by how many samples at 16 kHz the output is late because of the rate conversion: less than 2 ms.
func (d *Decoder) Delay() int {
	return d.resample.Delay()
}

// Decode implements codec.AudioDecoder. It appends two samples for each byte. The error wraps ErrPayloadSize.
func (d *Decoder) Decode(dst []int16, payload []byte) ([]int16, error) {
	if len(payload) == 0 || len(payload) > MaxPayload {
		return dst, fmt.Errorf("%w: %d bytes, want 1 to %d", ErrPayloadSize, len(payload), MaxPayload)
	}
	d.narrow = d.narrow[:0]
	for _, code := range payload {
		d.narrow = append(d.narrow, d.table[code])
	}
	d.wide = d.resample.Append(d.wide[:0], d.narrow)
	return d.conceal.Good(dst, d.wide), nil
}

// Conceal implements codec.AudioDecoder by extrapolating what was heard last, faded to silence within 60 ms. next is
// not used.
func (d *Decoder) Conceal(dst []int16, n int, _ []byte) []int16 {
	if n > 0 {
		// What the filter still holds is from before the loss and must not sound after it.
		d.resample.Reset()
	}
	return d.conceal.Conceal(dst, n)
}

// Reset implements codec.AudioDecoder.
func (d *Decoder) Reset() {
	d.resample.Reset()
	d.conceal.Reset()
}

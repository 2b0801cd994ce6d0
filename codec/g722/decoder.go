// Package g722 decodes ITU-T G.722 (sub-band ADPCM, 7 kHz of audio in 64 kbit/s) as it comes in RTP payloads (RFC 3551
// 4.5.2) to 16 kHz mono PCM, which is the codec's own rate. It is the standard's mode 1, all that RTP knows; the two
// modes that give up bits for data do not occur there.
package g722

import (
	"fmt"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/internal/conceal"
)

const (
	// clockRate is the RTP clock in Hz: half the sampling rate, by a mistake of RFC 1890 that has been kept.
	clockRate = 8000

	// MaxPayload is the largest payload in bytes, each of which stands for two samples: one second.
	MaxPayload = 8000

	mirrorTaps = 12
)

// Decoder decodes one track. It implements codec.AudioDecoder.
type Decoder struct {
	bands   bands
	conceal conceal.Concealer
	pcm     []int16
}

var _ codec.AudioDecoder = (*Decoder)(nil)

// bands are the two decoders and the filter that joins what they give.
type bands struct {
	low, high band
	// sums and differences of the two, newest first
	sum, diff [mirrorTaps]int32
}

func newBands() bands { return bands{low: newLowBand(), high: newHighBand()} }

// NewDecoder returns a decoder for a track of the format, whose clock rate has to be 8000 or 0 and whose channels 1 or 0;
// otherwise the error wraps codec.ErrUnsupported.
func NewDecoder(f codec.AudioFormat) (*Decoder, error) {
	if (f.ClockRate != 0 && f.ClockRate != clockRate) || f.Channels < 0 || f.Channels > 1 {
		return nil, fmt.Errorf("%w: G.722 with clock rate %d and %d channels", codec.ErrUnsupported, f.ClockRate, f.Channels)
	}
	return &Decoder{bands: newBands()}, nil
}

// Decode implements codec.AudioDecoder. It appends two samples for each byte. The error wraps ErrPayloadSize.
func (d *Decoder) Decode(dst []int16, payload []byte) ([]int16, error) {
	if len(payload) == 0 || len(payload) > MaxPayload {
		return dst, fmt.Errorf("%w: %d bytes, want 1 to %d", ErrPayloadSize, len(payload), MaxPayload)
	}
	d.pcm = d.pcm[:0]
	for _, code := range payload {
		first, second := d.bands.decode(code)
		d.pcm = append(d.pcm, first, second)
	}
	return d.conceal.Good(dst, d.pcm), nil
}

// decode decodes one byte: two bits of the higher sub-band and six of the lower.
//
//	 0 1 2 3 4 5 6 7
//	+-+-+-+-+-+-+-+-+
//	| IH|    IL     |
//	+-+-+-+-+-+-+-+-+
func (b *bands) decode(code byte) (first, second int16) {
	low := b.low.signal(invQuant6[code&63])
	core := code >> 2 & 15
	b.low.adapt(invQuant4[core], logStepLow[core])

	ih := code >> 6
	high := b.high.signal(invQuant2[ih])
	b.high.adapt(invQuant2[ih], logStepHigh[ih])
	return b.join(low, high)
}

// join is the receiving quadrature mirror filter, which makes two samples of one of each sub-band (G.722 4.4).
func (b *bands) join(low, high int32) (first, second int16) {
	copy(b.sum[1:], b.sum[:])
	copy(b.diff[1:], b.diff[:])
	b.sum[0], b.diff[0] = low+high, low-high
	var x, y int32
	for i, c := range mirror {
		x += c * b.diff[i]
		y += c * b.sum[mirrorTaps-1-i]
	}
	return int16(saturate(x >> 11)), int16(saturate(y >> 11))
}

// Conceal implements codec.AudioDecoder by extrapolating what was heard last, faded to silence within 60 ms. next is
// not used.
func (d *Decoder) Conceal(dst []int16, n int, _ []byte) []int16 {
	return d.conceal.Conceal(dst, n)
}

// Reset implements codec.AudioDecoder.
func (d *Decoder) Reset() {
	d.bands = newBands()
	d.conceal.Reset()
}

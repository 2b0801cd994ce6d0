// Package opus decodes Opus (RFC 6716) as it comes in RTP payloads (RFC 7587) to 16 kHz mono PCM. The codec itself is
// github.com/pion/opus, which decodes straight to that rate; this package takes packets apart, conceals what is missing
// (DTX, loss), restores it from in-band forward error correction where that is there, and keeps the library's failures
// to the payload that caused them.
//
// The library computes in floating point
// without keeping compilers from fusing multiplications with additions, so its PCM can differ by a rounding error
// between CPU architectures; on one of them it is always the same.
package opus

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	pion "github.com/pion/opus"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/internal/conceal"
)

const (
	sampleRate = codec.SampleRate
	clockRate  = 48000 // of RTP, whatever the encoder's rate (RFC 7587 4.1)
	// noSignal is the largest frame that carries none: an encoder in DTX sends frames of zero bytes or one, and a
	// decoder treats them as lost (RFC 6716 4.4 and its reference decoder).
	noSignal = 1
)

// library is what is used of pion's decoder. A test puts one in its place that panics.
type library interface {
	DecodeToInt16(payload []byte, out []int16) (int, error)
}

// Decoder decodes one track. It implements codec.AudioDecoder.
type Decoder struct {
	lib     library
	conceal conceal.Concealer
	packet  packet
	single  [1 + maxFrameBytes]byte
	pcm     [maxDuration]int16

	redundancy redundancy
	restored   int
}

var _ codec.AudioDecoder = (*Decoder)(nil)

// NewDecoder returns a decoder for a track of the format. The name has to be opus, the clock rate 48000 or 0, the
// channels at most 2 (every Opus track says 2, RFC 7587 7); the format parameters do not matter to a decoder. Otherwise
// the error wraps codec.ErrUnsupported.
func NewDecoder(f codec.AudioFormat) (*Decoder, error) {
	if !strings.EqualFold(f.Name, "opus") || (f.ClockRate != 0 && f.ClockRate != clockRate) || f.Channels < 0 || f.Channels > 2 {
		return nil, fmt.Errorf("%w: opus decoder for %q, clock rate %d, %d channels", codec.ErrUnsupported, f.Name, f.ClockRate, f.Channels)
	}
	d := new(Decoder)
	if err := d.restart(); err != nil {
		return nil, err
	}
	return d, nil
}

// Decode implements codec.AudioDecoder. It appends PacketDuration samples. Frames that a sender in DTX left empty are
// concealed, which soon is silence. Errors wrap ErrMalformed or ErrPanic; after a panic the library starts anew.
func (d *Decoder) Decode(dst []int16, payload []byte) ([]int16, error) {
	p := &d.packet
	if err := p.parse(payload); err != nil {
		return dst, err
	}
	for i, frame := range p.frames[:p.n] {
		if len(frame) <= noSignal {
			continue
		}
		if err := d.decodeFrame(d.pcm[i*p.frameSize:][:p.frameSize], p.toc, frame); err != nil {
			return dst, err
		}
	}
	// Only now that nothing can fail any more may the concealment move on.
	for i, frame := range p.frames[:p.n] {
		if len(frame) <= noSignal {
			dst = d.conceal.Conceal(dst, p.frameSize)
		} else {
			dst = d.conceal.Good(dst, d.pcm[i*p.frameSize:][:p.frameSize])
		}
	}
	return dst, nil
}

// decodeFrame decodes one frame as a packet of its own, code 0. It fills out exactly.
func (d *Decoder) decodeFrame(out []int16, toc byte, frame []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.Join(fmt.Errorf("%w: %v\n%s", ErrPanic, r, debug.Stack()), d.restart())
		}
	}()
	d.single[0] = toc &^ 3
	n := copy(d.single[1:], frame)
	got, err := d.lib.DecodeToInt16(d.single[:1+n], out)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if got != len(out) {
		return fmt.Errorf("%w: %d samples, want %d", ErrMalformed, got, len(out))
	}
	return nil
}

// restart replaces the library's decoder by a new one.
func (d *Decoder) restart() error {
	lib, err := pion.NewDecoderWithOutput(sampleRate, 1)
	if err != nil {
		return fmt.Errorf("opus: %w", err)
	}
	d.lib = &lib
	return nil
}

// Conceal implements codec.AudioDecoder. If the packet that follows the loss has in-band forward error correction, the
// end of the loss is restored from it: as much as the packet's first frame stands for. What is before that, or all of it,
// is extrapolated from what was heard last and faded to silence within 60 ms.
func (d *Decoder) Conceal(dst []int16, n int, next []byte) []int16 {
	parts, samples := d.restorable(n, next)
	dst = d.conceal.Conceal(dst, n-samples)
	for _, p := range parts {
		pcm := d.pcm[:p.samples]
		if p.frame == nil || d.decodeFrame(pcm, p.toc, p.frame) != nil {
			dst = d.conceal.Conceal(dst, p.samples)
			continue
		}
		dst = d.conceal.Good(dst, pcm)
		d.restored += p.samples
	}
	return dst
}

// restorable returns the parts at the end of a loss of n samples that the next packet says something about.
func (d *Decoder) restorable(n int, next []byte) (parts []part, samples int) {
	p := &d.packet
	if len(next) == 0 || p.parse(next) != nil || p.frameSize > n {
		return nil, 0
	}
	parts = d.redundancy.read(p.toc, p.frames[0])
	if len(parts) == 0 {
		return nil, 0
	}
	return parts, p.frameSize
}

// Restored is how many samples have been restored by forward error correction since the decoder was made.
func (d *Decoder) Restored() int { return d.restored }

// Reset implements codec.AudioDecoder.
func (d *Decoder) Reset() {
	d.conceal.Reset()
	// The arguments of the library's constructor are constants with which it has succeeded before.
	_ = d.restart()
}

package callsim

import (
	"errors"
	"fmt"
	"image"

	"github.com/callrec/callrec/codec"
)

// Witness stands in for the codecs of a recording: it makes marks of payloads and tells what it sees of them. Its
// functions may be nil.
type Witness struct {
	// Decoded is told of each picture that was decoded, with its position on the timeline in samples of 16 kHz.
	Decoded func(sender, number int, position int64)
	// Canvas is told of each canvas that is encoded. The canvas is borrowed until return.
	Canvas func(frame int64, canvas *image.YCbCr)
	// Mark is told of each mark of the sound in the mix: the sender, its second modulo 64, and its media time in samples.
	Mark func(sender, second int, at int64)
	// Broken is told of each pulse that has no other.
	Broken func(at int64)

	Samples int64 // encoded so far
	Frames  int64 // encoded so far
	// Position maps a media time to a position, so that the sender of a mark is known. nil means that they are the same.
	Position func(media int64) int64

	pulses pulseFinder
}

var (
	errPayload   = errors.New("callsim: not a payload of a simulated call")
	errReference = errors.New("callsim: the picture that this one refers to is missing")
)

// Codecs serves the witness in place of all codecs.
func (w *Witness) Codecs() codec.Set {
	audio := func(codec.AudioFormat) (codec.AudioDecoder, error) { return new(soundDecoder), nil }
	video := func(skip int) func(codec.VideoFormat) (codec.VideoDecoder, error) {
		return func(codec.VideoFormat) (codec.VideoDecoder, error) { return newPictureDecoder(w, skip), nil }
	}
	w.pulses.w = w
	return codec.Set{
		AudioDecoders: map[string]func(codec.AudioFormat) (codec.AudioDecoder, error){
			"opus": audio, "pcmu": audio, "pcma": audio, "g722": audio,
		},
		VideoDecoders: map[string]func(codec.VideoFormat) (codec.VideoDecoder, error){
			"vp8": video(0), "h264": video(startCode + nalHeader),
		},
		AudioEncoder: func(codec.AudioEncoding) (codec.AudioEncoder, error) { return soundEncoder{w}, nil },
		VideoEncoder: func(codec.VideoEncoding) (codec.VideoEncoder, error) { return canvasEncoder{w}, nil },
	}
}

const (
	startCode = 4 // bytes
	nalHeader = 2 // with the first byte of a slice header
)

// packetSamples is the length of a packet of sound in samples of 16 kHz.
const packetSamples = 320

// soundDecoder makes 20 ms of pulses of a payload.
type soundDecoder struct{}

func (*soundDecoder) Decode(dst []int16, payload []byte) ([]int16, error) {
	if len(payload)%2 != soundHeader {
		return dst, errPayload
	}
	from := len(dst)
	dst = (*soundDecoder).Conceal(nil, dst, packetSamples, nil)
	out := dst[from:]
	for rest := payload[soundHeader:]; len(rest) > 0; rest = rest[2:] {
		at := int(int16(uint16(rest[0])<<8 | uint16(rest[1])))
		for i, v := range pulse() {
			if p := at + i; p >= 0 && p < len(out) {
				out[p] = v
			}
		}
	}
	return dst, nil
}

// Conceal is silence: a mark is whole or it is missed.
func (*soundDecoder) Conceal(dst []int16, n int, _ []byte) []int16 {
	for range n {
		dst = append(dst, 0)
	}
	return dst
}

func (*soundDecoder) Reset() {}

// pictureDecoder makes pictures with marks, and refuses those whose reference it does not have.
type pictureDecoder struct {
	w    *Witness
	skip int // bytes before the payload
	last int // number of the last picture, -1 if there is none
	list [1]codec.Picture
	size [4]*image.YCbCr
}

func newPictureDecoder(w *Witness, skip int) *pictureDecoder {
	d := &pictureDecoder{w: w, skip: skip, last: -1}
	for i, s := range Sizes() {
		d.size[i] = image.NewYCbCr(image.Rectangle{Max: s}, image.YCbCrSubsampleRatio420)
		for j := range d.size[i].Cb {
			d.size[i].Cb[j], d.size[i].Cr[j] = 128, 128
		}
	}
	return d
}

func (d *pictureDecoder) Decode(au []byte, pts int64) ([]codec.Picture, error) {
	if len(au) < d.skip {
		return nil, errPayload
	}
	p, ok := readPicture(au[d.skip:])
	if !ok || p.size >= len(d.size) {
		return nil, errPayload
	}
	if !p.key && p.refers != d.last {
		d.last = -1
		return nil, fmt.Errorf("%w: %d: %w", errReference, p.refers, codec.ErrNeedKeyframe)
	}
	d.last = p.number
	drawMark(d.size[p.size], markBits(p.sender, p.number))
	if d.w.Decoded != nil {
		d.w.Decoded(p.sender, p.number, pts)
	}
	d.list[0] = codec.Picture{Image: d.size[p.size], PTS: pts, Color: codec.Color{Matrix: codec.MatrixBT709}}
	return d.list[:], nil
}

func (d *pictureDecoder) Reset() { d.last = -1 }

// soundEncoder looks for marks in the mix.
type soundEncoder struct{ w *Witness }

func (soundEncoder) FrameSize() int { return 1024 }
func (soundEncoder) Lookahead() int { return 0 }
func (soundEncoder) Config() []byte { return []byte{0x14, 0x08} } // AAC-LC, 16 kHz, mono (ISO/IEC 14496-3 1.6.2.1)

func (e soundEncoder) Encode(dst []byte, pcm []int16) ([]byte, bool, error) {
	e.w.pulses.look(e.w.Samples, pcm)
	e.w.Samples += int64(len(pcm))
	return append(dst, 0), true, nil
}

// canvasEncoder shows the canvases to the witness.
type canvasEncoder struct{ w *Witness }

func (canvasEncoder) ParameterSets() (sps []byte, pps [][]byte) {
	return []byte{0x67, 66, 0xc0, 40, 0x80}, [][]byte{{0x68, 0x80}}
}

func (e canvasEncoder) Encode(dst []byte, pic *image.YCbCr, opt codec.VideoEncodeOptions) ([]byte, codec.EncodedPicture, error) {
	if opt.Redo {
		e.w.Frames--
	} else if e.w.Canvas != nil {
		e.w.Canvas(e.w.Frames, pic)
	}
	e.w.Frames++
	return append(dst, 0, 0, 0, 1, 0x65), codec.EncodedPicture{Keyframe: opt.IDR}, nil
}

// pulseFinder finds pulses, and the marks that they make.
type pulseFinder struct {
	w       *Witness
	inside  bool
	from    int64 // where the pulse that is being read began
	waiting bool
	first   int64 // the pulse that waits for the second one of its mark
}

const pulseThreshold = 3400

func (f *pulseFinder) look(at int64, pcm []int16) {
	for i, v := range pcm {
		loud := v >= pulseThreshold || v <= -pulseThreshold
		switch {
		case loud == f.inside:
		case loud:
			f.inside, f.from = true, at+int64(i)
		default:
			f.inside = false
			f.found((f.from + at + int64(i)) / 2)
		}
	}
}

// found takes the middle of a pulse.
func (f *pulseFinder) found(at int64) {
	gap := at - f.first - pulseDistance + pulseStep/2
	if f.waiting && gap >= 0 && gap < markSeconds*pulseStep {
		f.waiting = false
		if f.w.Mark != nil {
			position := f.first
			if f.w.Position != nil {
				position = f.w.Position(position)
			}
			f.w.Mark(int(float64(position%16000)*sampleTime/slotTime), int(gap/pulseStep), f.first)
		}
		return
	}
	if f.waiting && f.w.Broken != nil {
		f.w.Broken(f.first)
	}
	f.waiting, f.first = true, at
}

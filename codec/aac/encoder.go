// Package aac encodes AAC-LC (ISO/IEC 14496-3 subpart 4): mono PCM of 8 to 48 kHz to raw_data_blocks of one
// single_channel_element, one per 1024 samples.
//
// The encoder has long and short blocks, a psychoacoustic model, temporal noise shaping, and a bit reservoir. It does not
// do the tools of other object types, nor intensity or mid/side stereo, nor perceptual noise substitution.
//
// The same samples give the same bytes on every CPU. Encoding allocates nothing.
package aac

import "fmt"

const (
	objectTypeLC = 2 // audioObjectType of AAC-LC

	defaultSampleRate = 16000
	defaultBitrate    = 48000
	minBitrate        = 16000
	maxBitrate        = 128000
)

// EncoderConfig says what an Encoder is to make. The zero value is 16 kHz at 48 kbit/s.
type EncoderConfig struct {
	// SampleRate is the sampling frequency in Hz: 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100 or 48000.
	// 0 means 16000.
	SampleRate int
	// Bitrate is the average bit rate in bit/s, 16000 to 128000. 0 means 48000. An access unit cannot have more than
	// 6144 bits, so the rate that is reached ends at six times the sample rate. Signals that need less, silence above
	// all, get less.
	Bitrate int
}

// Encoder encodes one mono signal. It is not safe for concurrent use. It implements codec.AudioEncoder.
type Encoder struct {
	config  [2]byte
	channel channel
	rate    rateControl
	frames  int
}

// NewEncoder makes an encoder. An error wraps ErrConfig.
func NewEncoder(cfg EncoderConfig) (*Encoder, error) {
	if cfg.SampleRate == 0 {
		cfg.SampleRate = defaultSampleRate
	}
	if cfg.Bitrate == 0 {
		cfg.Bitrate = defaultBitrate
	}
	if cfg.Bitrate < minBitrate || cfg.Bitrate > maxBitrate {
		return nil, fmt.Errorf("%w: bit rate %d, want %d to %d", ErrConfig, cfg.Bitrate, minBitrate, maxBitrate)
	}
	for i := range rateTables {
		if t := &rateTables[i]; sampleRates[t.index] == cfg.SampleRate {
			e := &Encoder{rate: newRateControl(cfg.Bitrate, cfg.SampleRate)}
			e.channel.setup(sharedTables(), t, cfg)
			// AudioSpecificConfig: five bits of object type, four of frequency index, four of channel configuration,
			// and GASpecificConfig's frameLengthFlag, dependsOnCoreCoder and extensionFlag, all 0.
			e.config = [2]byte{objectTypeLC<<3 | byte(t.index>>1), byte(t.index<<7) | 1<<3}
			return e, nil
		}
	}
	return nil, fmt.Errorf("%w: sample rate %d", ErrConfig, cfg.SampleRate)
}

// FrameSize returns 1024, the number of samples per access unit.
func (e *Encoder) FrameSize() int {
	return frameSize
}

// Lookahead returns 1: the first call of Encode gives no access unit, since a frame's windows depend on the next
// frame.
func (e *Encoder) Lookahead() int {
	return 1
}

// Config returns the AudioSpecificConfig. The caller may keep but not change it.
func (e *Encoder) Config() []byte {
	return e.config[:]
}

// Encode takes the next 1024 samples, borrowed until return, and appends the next access unit to dst, returning the
// extended slice. ready is false, and dst unchanged, at the first call only. Access unit 0 is priming; access unit n
// decoded after its predecessor gives input samples (n-1)*1024 up to n*1024. An access unit has at most 768 bytes.
//
// The only error wraps ErrFrameSize, and leaves dst and the encoder unchanged.
func (e *Encoder) Encode(dst []byte, pcm []int16) (au []byte, ready bool, err error) {
	if len(pcm) != frameSize {
		return dst, false, fmt.Errorf("%w: got %d, want %d", ErrFrameSize, len(pcm), frameSize)
	}
	e.channel.push(pcm)
	if e.frames == 0 {
		e.frames++
		return dst, false, nil
	}
	entropy := e.channel.analyze()
	target, limit := e.rate.budget(entropy)
	// An access unit is a whole number of bytes.
	e.channel.frame.allocate(target&^7, limit&^7)
	w := bitWriter{buf: dst}
	e.channel.frame.writeBlock(&w)
	au = w.align()
	e.rate.spend(8 * (len(au) - len(dst)))
	return au, true, nil
}

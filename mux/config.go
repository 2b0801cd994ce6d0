package mux

import "fmt"

// Config describes one file. At least one of Video and Audio has to be set; a nil track is left out of the file.
type Config struct {
	// Timescale is the number of ticks per second of the movie and of both tracks, 1 or more. All durations and times
	// of this package are in these ticks.
	Timescale uint32
	Video     *VideoConfig
	Audio     *AudioConfig
}

// VideoConfig describes the H.264 track. Its colors are always signaled as BT.709 in limited range and its samples as
// square, which the sequence parameter set should say as well.
type VideoConfig struct {
	// Width and Height are the size to display in luma samples, 1 to 65535.
	Width, Height int
	// SPS is the sequence parameter set, a NAL unit of 4 to 65535 bytes without start code or length. Borrowed until
	// NewWriter returns.
	SPS []byte
	// PPS are the picture parameter sets, 1 to 255 NAL units of 2 to 65535 bytes each. Borrowed like SPS.
	PPS [][]byte
	// FrameDuration is the duration of every picture in ticks, 1 or more.
	FrameDuration uint32
	// AvgBitrate and MaxBitrate are declared for the track, in bit/s. Nothing is declared if both are 0.
	AvgBitrate, MaxBitrate uint32
}

// AudioConfig describes the AAC track.
type AudioConfig struct {
	// Config is the AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1), 2 to 64 bytes. Borrowed until NewWriter returns.
	Config []byte
	// SampleRate in Hz, 1 to 65535, and Channels, 1 to 8.
	SampleRate, Channels int
	// FrameDuration is the duration of every access unit in ticks, 1 or more.
	FrameDuration uint32
	// PreRoll is the duration in ticks of the leading access units that only prime the decoder, a multiple of
	// FrameDuration. An edit list cuts them from the presentation.
	PreRoll uint32
	// Offset is how many ticks after time 0 the first access unit after the pre-roll is presented, less than
	// FrameDuration.
	Offset uint32
	// AvgBitrate and MaxBitrate are declared for the track, in bit/s; 0 means unknown.
	AvgBitrate, MaxBitrate uint32
}

const (
	maxParameterSet = 1<<16 - 1 // avcC counts their bytes in 16 bits
	maxPPS          = 1<<8 - 1  // and picture parameter sets in 8
	maxAudioConfig  = 64
	maxPreRoll      = 1 << 20 // ticks; keeps media_time far inside its 32 bits
)

func (c *Config) validate() error {
	if c.Timescale == 0 {
		return fmt.Errorf("%w: timescale is 0", ErrConfig)
	}
	if c.Video == nil && c.Audio == nil {
		return fmt.Errorf("%w: no track", ErrConfig)
	}
	if c.Video != nil {
		if err := c.Video.validate(); err != nil {
			return err
		}
	}
	if c.Audio != nil {
		return c.Audio.validate()
	}
	return nil
}

func (v *VideoConfig) validate() error {
	switch {
	case v.Width < 1 || v.Height < 1 || v.Width > 65535 || v.Height > 65535:
		return fmt.Errorf("%w: video size %dx%d", ErrConfig, v.Width, v.Height)
	case len(v.SPS) < 4 || len(v.SPS) > maxParameterSet || v.SPS[0]&0x1f != nalSPS:
		return fmt.Errorf("%w: SPS (%d bytes) is not a sequence parameter set", ErrConfig, len(v.SPS))
	case len(v.PPS) < 1 || len(v.PPS) > maxPPS:
		return fmt.Errorf("%w: %d picture parameter sets", ErrConfig, len(v.PPS))
	case v.FrameDuration == 0:
		return fmt.Errorf("%w: video frame duration is 0", ErrConfig)
	}
	for _, pps := range v.PPS {
		if len(pps) < 2 || len(pps) > maxParameterSet || pps[0]&0x1f != nalPPS {
			return fmt.Errorf("%w: PPS (%d bytes) is not a picture parameter set", ErrConfig, len(pps))
		}
	}
	return nil
}

func (a *AudioConfig) validate() error {
	switch {
	case len(a.Config) < 2 || len(a.Config) > maxAudioConfig:
		return fmt.Errorf("%w: AudioSpecificConfig has %d bytes", ErrConfig, len(a.Config))
	case a.SampleRate < 1 || a.SampleRate > 65535:
		return fmt.Errorf("%w: audio sample rate %d", ErrConfig, a.SampleRate)
	case a.Channels < 1 || a.Channels > 8:
		return fmt.Errorf("%w: %d audio channels", ErrConfig, a.Channels)
	case a.FrameDuration == 0:
		return fmt.Errorf("%w: audio frame duration is 0", ErrConfig)
	case a.PreRoll%a.FrameDuration != 0 || a.PreRoll > maxPreRoll:
		return fmt.Errorf("%w: pre-roll %d is not a small multiple of the frame duration %d",
			ErrConfig, a.PreRoll, a.FrameDuration)
	case a.Offset >= a.FrameDuration:
		return fmt.Errorf("%w: offset %d is not below the frame duration %d", ErrConfig, a.Offset, a.FrameDuration)
	}
	return nil
}

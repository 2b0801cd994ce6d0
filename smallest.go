package callrec

import (
	"fmt"
	"io"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/mux"
)

// unkeptKeyframe is what a keyframe is taken to have at most, in bytes, of an encoder that does not say which bounds it
// keeps. One that is larger all the same ends the recording.
const unkeptKeyframe = 56 << 10

// SmallestChunk returns the smallest MaxChunkSize, in bytes, that New accepts with the rest of the configuration: a file
// with one keyframe, as small as the encoder can make any picture, with its sound, the pre-roll and all boxes. It opens
// encoders to ask them.
func (c Config) SmallestChunk() (int64, error) {
	c.completeCodecs()
	video, audio, err := c.encoders()
	if err != nil {
		return 0, err
	}
	defer release(video)
	defer release(audio)
	return c.smallestChunk(video, audio)
}

// encoders opens the encoders.
func (c *Config) encoders() (codec.VideoEncoder, codec.AudioEncoder, error) {
	video, err := c.Codecs.VideoEncoder(codec.VideoEncoding{
		Width: Width, Height: Height, FrameRate: FrameRate, MaxBitrate: c.VideoBitrate, Slices: c.VideoSlices,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("callrec: video encoder: %w", err)
	}
	audio, err := c.Codecs.AudioEncoder(codec.AudioEncoding{Bitrate: c.AudioBitrate})
	if err != nil {
		release(video)
		return nil, nil, fmt.Errorf("callrec: audio encoder: %w", err)
	}
	return video, audio, nil
}

// newMux begins a file. offset is how many ticks after its first picture the sound begins that is not pre-roll.
func (c *Config) newMux(w io.Writer, video codec.VideoEncoder, audio codec.AudioEncoder, offset int64) (*mux.Writer, error) {
	sps, pps := video.ParameterSets()
	m, err := mux.NewWriter(w, mux.Config{
		Timescale: timescale,
		Video: &mux.VideoConfig{
			Width: Width, Height: Height, SPS: sps, PPS: pps, FrameDuration: frameTicks,
			MaxBitrate: uint32(c.VideoBitrate),
		},
		Audio: &mux.AudioConfig{
			Config: audio.Config(), SampleRate: SampleRate, Channels: 1,
			FrameDuration: uint32(audio.FrameSize()), PreRoll: uint32(audio.FrameSize()), Offset: uint32(offset),
			AvgBitrate: uint32(c.AudioBitrate),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("callrec: %w", err)
	}
	return m, nil
}

// checkChunkSize refuses a bound that a chunk might not keep.
func (c *Config) checkChunkSize(video codec.VideoEncoder, audio codec.AudioEncoder) error {
	if c.MaxChunkSize == 0 {
		return nil
	}
	smallest, err := c.smallestChunk(video, audio)
	if err == nil && c.MaxChunkSize < smallest {
		err = fmt.Errorf("%w: MaxChunkSize %d bytes: %w: the smallest is %d", ErrConfig, c.MaxChunkSize, ErrChunkTooSmall, smallest)
	}
	return err
}

// smallestChunk is what output.sizeWith can come to for the first frame of a chunk, if that is as small as the encoder
// can make it and the sound is as large as it can be: the pre-roll, and what lies within a frame and a half.
func (c *Config) smallestChunk(video codec.VideoEncoder, audio codec.AudioEncoder) (int64, error) {
	frameSize := int64(audio.FrameSize())
	m, err := c.newMux(io.Discard, video, audio, frameSize-1)
	if err != nil {
		return 0, err
	}
	keyframe := int64(unkeptKeyframe)
	if k, ok := video.(codec.SizeKeeper); ok {
		keyframe = int64(k.KeptSize())
	}
	units := 1 + (frameTicks+frameTicks/2+frameSize-1)/frameSize
	return m.Written() + m.FragmentSize(1, int(units), keyframe+units*maxSoundUnit) + soundAlone + m.TrailerSize(1) +
		c.Finalize.growth(m, 1, int(units)), nil
}

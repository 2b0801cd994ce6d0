package aac

import "fmt"

// ADTSHeaderSize is the length in bytes of an ADTS header without a checksum.
const ADTSHeaderSize = 7

// maxADTSFrame is the largest aac_frame_length, which has 13 bits.
const maxADTSFrame = 1<<13 - 1

// ADTSHeader returns the header (ISO/IEC 14496-3 1.A.3) that makes a frame of an .aac file out of one access unit of
// size bytes. config is the AudioSpecificConfig that Encoder.Config returns. An error wraps ErrConfig or
// ErrAccessUnitSize.
func ADTSHeader(config []byte, size int) ([ADTSHeaderSize]byte, error) {
	var h [ADTSHeaderSize]byte
	if len(config) < 2 || config[0]>>3 != objectTypeLC {
		return h, fmt.Errorf("%w: not the AudioSpecificConfig of an AAC-LC stream: % x", ErrConfig, config)
	}
	frequency := config[0]&7<<1 | config[1]>>7
	channels := config[1] >> 3 & 15
	if int(frequency) >= len(sampleRates) || channels == 0 || channels > 7 {
		return h, fmt.Errorf("%w: frequency index %d, channel configuration %d", ErrConfig, frequency, channels)
	}
	length := size + ADTSHeaderSize
	if size < 0 || length > maxADTSFrame {
		return h, fmt.Errorf("%w: %d bytes", ErrAccessUnitSize, size)
	}
	h[0] = 0xff                                             // syncword
	h[1] = 0xf1                                             // syncword, MPEG-4, layer 0, no checksum
	h[2] = (objectTypeLC-1)<<6 | frequency<<2 | channels>>2 // profile, sampling_frequency_index, channel_configuration
	h[3] = channels&3<<6 | byte(length>>11)                 // channel_configuration, aac_frame_length
	h[4] = byte(length >> 3)                                // aac_frame_length
	h[5] = byte(length&7)<<5 | 0x1f                         // aac_frame_length, buffer fullness: variable rate
	h[6] = 0xfc                                             // buffer fullness, one access unit in the frame
	return h, nil
}

// AppendADTS appends the access unit au with its ADTS header to dst and returns the extended slice; au is borrowed until
// return. Errors are those of ADTSHeader, and leave dst unchanged.
func AppendADTS(dst, config, au []byte) ([]byte, error) {
	h, err := ADTSHeader(config, len(au))
	if err != nil {
		return dst, err
	}
	return append(append(dst, h[:]...), au...), nil
}

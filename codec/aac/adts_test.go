package aac_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/aac"
)

func TestADTSHeader(t *testing.T) {
	t.Parallel()
	got, err := aac.AppendADTS([]byte{9}, []byte{0x14, 0x08}, bytes.Repeat([]byte{7}, 0x155))
	require.NoError(t, err)
	require.Len(t, got, 1+7+0x155)
	require.Equal(t, []byte{
		9,
		0xff, 0xf1, // syncword, MPEG-4, no checksum
		0b01_1000_0_0,     // LC, 16 kHz, private bit, channel configuration
		0b01_0000_00,      // the same, flags, aac_frame_length 0x15c
		0b00101011,        // aac_frame_length
		0b100_11111, 0xfc, // aac_frame_length, buffer fullness 0x7ff, one block
		7,
	}, got[:9])
}

func TestADTSErrors(t *testing.T) {
	t.Parallel()
	good := []byte{0x14, 0x08}
	_, err := aac.ADTSHeader(good, 8191-7)
	require.NoError(t, err)
	_, err = aac.ADTSHeader(good, 8191-6)
	require.ErrorIs(t, err, aac.ErrAccessUnitSize)
	_, err = aac.ADTSHeader(good, -1)
	require.ErrorIs(t, err, aac.ErrAccessUnitSize)
	for _, config := range [][]byte{nil, {0x14}, {0x0c, 0x08}, {0x17, 0x88}, {0x14, 0x00}, {0x14, 0x48}} {
		_, err = aac.ADTSHeader(config, 10)
		require.ErrorIs(t, err, aac.ErrConfig, "% x", config)
	}
	dst := []byte{1, 2}
	got, err := aac.AppendADTS(dst, nil, nil)
	require.ErrorIs(t, err, aac.ErrConfig)
	require.Equal(t, dst, got)
}

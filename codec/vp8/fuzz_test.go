package vp8_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/vp8"
)

// FuzzDecode decodes a sequence of frames, each preceded by its length in two bytes, little endian.
func FuzzDecode(f *testing.F) {
	for _, frames := range fuzzSeeds(f) {
		var data []byte
		for _, frame := range frames {
			data = binary.LittleEndian.AppendUint16(data, uint16(len(frame)))
			data = append(data, frame...)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		const bound, maxFrames = 100, 16 // keep each run short
		d, err := vp8.NewDecoder(vp8.DecoderConfig{MaxWidth: bound, MaxHeight: bound})
		require.NoError(t, err)
		var last []codec.Picture
		lastHash := ""
		for range maxFrames {
			if len(data) < 2 {
				return
			}
			n := min(int(binary.LittleEndian.Uint16(data)), len(data)-2)
			frame := data[2 : 2+n : 2+n]
			data = data[2+n:]
			droppable := d.Droppable(frame)
			pics, err := d.Decode(frame, 7)
			if err != nil {
				require.ErrorIs(t, err, codec.ErrNeedKeyframe)
				require.Empty(t, pics)
				require.False(t, droppable)
				if len(last) > 0 {
					require.Equal(t, lastHash, hashPicture(last[0].Image), "the last picture has to stay valid")
				}
				continue
			}
			if len(pics) == 0 {
				continue
			}
			require.Len(t, pics, 1)
			require.Equal(t, int64(7), pics[0].PTS)
			require.LessOrEqual(t, pics[0].Image.Rect.Dx(), bound)
			require.LessOrEqual(t, pics[0].Image.Rect.Dy(), bound)
			last, lastHash = pics, hashPicture(pics[0].Image)
		}
	})
}

func FuzzParseHeader(f *testing.F) {
	for _, frames := range fuzzSeeds(f) {
		f.Add(frames[0])
		f.Add(frames[1])
	}
	f.Fuzz(func(t *testing.T, au []byte) {
		h, err := vp8.ParseHeader(au)
		if err != nil {
			require.ErrorIs(t, err, vp8.ErrDamaged)
			require.Zero(t, h)
			return
		}
		require.Equal(t, h.Keyframe, h.Width > 0 && h.Height > 0)
		require.LessOrEqual(t, h.FirstPartitionSize, len(au))
		require.LessOrEqual(t, h.Version, 3)
		if h.Keyframe {
			require.True(t, h.UpdatesLast && h.UpdatesGolden && h.UpdatesAltRef)
		}
	})
}

// fuzzSeeds are streams for the fuzzers to start from.
func fuzzSeeds(t testing.TB) [][][]byte {
	t.Helper()
	seeds := [][][]byte{
		readIVF(t, testdata("altref-66x50.ivf"))[:4],
		readIVF(t, testdata("keyframes-99x75.ivf"))[:2],
		{{}, {0}},
	}
	for version := range 4 {
		s := newRandomStream(uint64(version), 18, 15, version)
		s.partition = 10
		seeds = append(seeds, s.frames(3))
	}
	return seeds
}

// TestRandomDamage changes bytes of good streams: nothing may panic, and whatever decodes has to decode the same again.
func TestRandomDamage(t *testing.T) {
	t.Parallel()
	good := readIVF(t, testdata("altref-66x50.ivf"))
	rnd := newRandomStream(9, 1, 1, 0).rnd
	d, again := newDecoder(t), newDecoder(t)
	for range 150 {
		for _, frame := range good {
			au := append([]byte(nil), frame...)
			for range rnd.IntN(4) {
				au[rnd.IntN(min(len(au), 40+rnd.IntN(200)))] ^= byte(1 << rnd.IntN(8))
			}
			if len(au) > 9 && au[0]&1 == 0 {
				au[7] &= 1 // at most 511 wide and high
				au[9] &= 1
			}
			pics, err := d.Decode(au, 0)
			same, sameErr := again.Decode(au, 0)
			require.Equal(t, err == nil, sameErr == nil)
			require.Len(t, same, len(pics))
			if len(pics) > 0 {
				require.Equal(t, hashPicture(pics[0].Image), hashPicture(same[0].Image))
			}
		}
	}
}

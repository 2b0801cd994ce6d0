package vp8_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/vp8"
)

func TestNewDecoder(t *testing.T) {
	t.Parallel()
	_, err := vp8.NewDecoder(vp8.DecoderConfig{MaxWidth: -1})
	require.Error(t, err)
	_, err = vp8.NewDecoder(vp8.DecoderConfig{MaxHeight: -1})
	require.Error(t, err)
}

func TestHiddenFrameGivesNoPicture(t *testing.T) {
	t.Parallel()
	frames := readIVF(t, testdata("altref-66x50.ivf"))
	d := newDecoder(t)
	for i, frame := range frames {
		h, err := vp8.ParseHeader(frame)
		require.NoError(t, err)
		require.Equal(t, i != 1, h.ShowFrame)
		pics, err := d.Decode(frame, int64(i))
		require.NoError(t, err)
		if h.ShowFrame {
			require.Len(t, pics, 1)
			require.Equal(t, codec.Color{Matrix: codec.MatrixBT601}, pics[0].Color)
		} else {
			require.Empty(t, pics)
		}
	}
}

func TestEmptyFrameRepeatsPicture(t *testing.T) {
	t.Parallel()
	frames := readIVF(t, testdata("altref-66x50.ivf"))
	d := newDecoder(t)
	_, err := d.Decode(nil, 0)
	require.ErrorIs(t, err, codec.ErrNeedKeyframe)

	pics, err := d.Decode(frames[0], 1)
	require.NoError(t, err)
	want := hashPicture(pics[0].Image)
	_, err = d.Decode(frames[1], 2) // hidden
	require.NoError(t, err)
	pics, err = d.Decode(nil, 3)
	require.NoError(t, err)
	require.Len(t, pics, 1)
	require.Equal(t, int64(3), pics[0].PTS)
	require.Equal(t, want, hashPicture(pics[0].Image))

	hidden := slices.Clone(frames[0])
	hidden[0] &^= 1 << 4
	d.Reset()
	pics, err = d.Decode(hidden, 4)
	require.NoError(t, err)
	require.Empty(t, pics)
	pics, err = d.Decode(nil, 5)
	require.NoError(t, err)
	require.Empty(t, pics, "nothing has been shown since the reset")
}

func TestStartsWithKeyframe(t *testing.T) {
	t.Parallel()
	frames := readIVF(t, testdata("webrtc-640x360.ivf"))
	d := newDecoder(t)
	for i := range 3 {
		pics, err := d.Decode(frames[1+i], 0)
		require.ErrorIs(t, err, codec.ErrNeedKeyframe)
		require.NotErrorIs(t, err, vp8.ErrDamaged)
		require.Empty(t, pics)
	}
	want := decodeAll(t, d, frames[:5])
	d.Reset()
	_, err := d.Decode(frames[5], 0)
	require.ErrorIs(t, err, codec.ErrNeedKeyframe)
	require.Equal(t, want, decodeAll(t, d, frames[:5]))
}

func TestDamage(t *testing.T) {
	t.Parallel()
	frames := readIVF(t, testdata("altref-66x50.ivf"))
	change := func(i int, f func(au []byte) []byte) []byte { return f(slices.Clone(frames[i])) }
	tests := []struct {
		name string
		au   []byte
	}{
		{"part of the frame tag", frames[2][:2]},
		{"first partition cut", frames[2][:10]},
		{"token partition sizes cut", change(2, func(au []byte) []byte {
			h, err := vp8.ParseHeader(au)
			require.NoError(t, err)
			return au[:3+h.FirstPartitionSize+8]
		})},
		{"token partition cut", change(2, func(au []byte) []byte {
			h, err := vp8.ParseHeader(au)
			require.NoError(t, err)
			return au[:3+h.FirstPartitionSize+9]
		})},
		{"first partition beyond the end", change(2, func(au []byte) []byte { au[2] = 0xff; return au })},
		{"reserved version", change(2, func(au []byte) []byte { au[0] |= 4 << 1; return au })},
		{"keyframe header cut", frames[0][:9]},
		{"start code", change(0, func(au []byte) []byte { au[4]++; return au })},
		{"no width", change(0, func(au []byte) []byte { au[6], au[7] = 0, 0; return au })},
		{"no height", change(0, func(au []byte) []byte { au[8], au[9] = 0, 0xc0; return au })},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDecoder(t)
			pics, err := d.Decode(frames[0], 0)
			require.NoError(t, err)
			want := hashPicture(pics[0].Image)

			none, err := d.Decode(test.au, 1)
			require.ErrorIs(t, err, vp8.ErrDamaged)
			require.ErrorIs(t, err, codec.ErrNeedKeyframe)
			require.Empty(t, none)
			require.False(t, d.Droppable(frames[2]))

			_, err = d.Decode(frames[2], 2)
			require.ErrorIs(t, err, codec.ErrNeedKeyframe)
			require.NotErrorIs(t, err, vp8.ErrDamaged)
			require.Equal(t, want, hashPicture(pics[0].Image), "the last good picture stays valid")

			require.Equal(t, readMD5s(t, testdata("altref-66x50.ivf.md5")), decodeAll(t, d, frames))
		})
	}
}

// TestReservedBufferCopy has a frame that asks for a copy of a reference there is not.
func TestReservedBufferCopy(t *testing.T) {
	t.Parallel()
	for _, golden := range []bool{true, false} {
		w := newBoolWriter()
		w.literal(1+1+6+3+1+2+7+5, 0) // no segments, no filter, no deltas, one partition, quantizer
		w.literal(2, 0)               // nothing refreshed
		if golden {
			w.literal(4, 3<<2)
		} else {
			w.literal(4, 3)
		}
		first := w.flush()
		au := append([]byte{byte(1 | len(first)<<5), byte(len(first) >> 3), 0}, first...)
		_, err := vp8.ParseHeader(au)
		require.ErrorIs(t, err, vp8.ErrDamaged)
		require.ErrorContains(t, err, "reserved buffer copy")
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	large := readIVF(t, testdata("keyframes-99x75.ivf"))
	small := readIVF(t, testdata("altref-66x50.ivf"))
	tests := []struct {
		cfg  vp8.DecoderConfig
		fits bool
	}{
		{vp8.DecoderConfig{MaxWidth: 98}, false},
		{vp8.DecoderConfig{MaxWidth: 99}, true},
		{vp8.DecoderConfig{MaxHeight: 74}, false},
		{vp8.DecoderConfig{MaxHeight: 75}, true},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.cfg), func(t *testing.T) {
			t.Parallel()
			d, err := vp8.NewDecoder(test.cfg)
			require.NoError(t, err)
			decodeAll(t, d, small[:3])
			_, err = d.Decode(large[0], 0)
			if test.fits {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, codec.ErrTooLarge)
			require.ErrorIs(t, err, codec.ErrNeedKeyframe)
			_, err = d.Decode(small[3], 0)
			require.ErrorIs(t, err, codec.ErrNeedKeyframe)
			decodeAll(t, d, small)
		})
	}
}

// TestDefaultBound has a keyframe of the largest size the format knows.
func TestDefaultBound(t *testing.T) {
	t.Parallel()
	au := slices.Clone(readIVF(t, testdata("altref-66x50.ivf"))[0])
	au[6], au[7], au[8], au[9] = 0xff, 0x3f, 0xff, 0x3f
	_, err := newDecoder(t).Decode(au, 0)
	require.ErrorIs(t, err, codec.ErrTooLarge)
	require.ErrorContains(t, err, "16383x16383, bound is 4096x2304")
}

// TestSizeChanges joins streams of different sizes: each has to come out as it does alone.
func TestSizeChanges(t *testing.T) {
	t.Parallel()
	d := newDecoder(t)
	for i, size := range [][2]int{{64, 64}, {200, 33}, {16, 16}, {33, 200}, {1, 1}, {64, 63}, {200, 200}} {
		frames := newRandomStream(uint64(i), size[0], size[1], i%4).frames(8)
		require.Equal(t, decodeAll(t, newDecoder(t), frames), decodeAll(t, d, frames), "%v", size)
	}
}

// TestScalingIsIgnored sets the upscaling hints above width and height.
func TestScalingIsIgnored(t *testing.T) {
	t.Parallel()
	frames := readIVF(t, testdata("keyframes-99x75.ivf"))
	want := decodeAll(t, newDecoder(t), frames)
	for _, f := range frames {
		f[7] |= 0x40
		f[9] |= 0xc0
	}
	require.Equal(t, want, decodeAll(t, newDecoder(t), frames))
}

// TestTruncation cuts a keyframe and an inter frame at every length. What has all of its first partition and the sizes of
// the others decodes, the rest is damaged.
func TestTruncation(t *testing.T) {
	t.Parallel()
	frames := newRandomStream(5, 20, 18, 0)
	key, inter := frames.frame(true), frames.frame(false)
	for name, au := range map[string][]byte{"keyframe": key, "inter frame": inter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDecoder(t)
			h, err := vp8.ParseHeader(au)
			require.NoError(t, err)
			wasDamaged := true
			for n := 1; n <= len(au); n++ {
				_, err := d.Decode(key, 0)
				require.NoError(t, err)
				_, err = d.Decode(au[:n:n], 0)
				if err != nil {
					require.ErrorIs(t, err, vp8.ErrDamaged, "%d bytes", n)
					require.ErrorIs(t, err, codec.ErrNeedKeyframe, "%d bytes", n)
					require.True(t, wasDamaged, "more data cannot be worse: %d bytes", n)
				} else {
					require.Greater(t, n, h.FirstPartitionSize)
					wasDamaged = false
				}
				_, parseErr := vp8.ParseHeader(au[:n:n])
				if err == nil {
					require.NoError(t, parseErr)
				}
			}
			require.False(t, wasDamaged)
		})
	}
}

// TestDroppable leaves out the frames that are said not to matter; the others have to come out the same.
func TestDroppable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		want []int // frames that can be left out
	}{
		{"layers-320x180.ivf", []int{1, 3, 5, 7, 9, 11}},
		{"webrtc-640x360.ivf", nil},
		{"altref-66x50.ivf", nil},
		{"keyframes-99x75.ivf", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			frames := readIVF(t, testdata(test.name))
			all, some := newDecoder(t), newDecoder(t)
			var follower vp8.Follower
			var dropped []int
			for i, frame := range frames {
				want, err := all.Decode(frame, int64(i))
				require.NoError(t, err)
				require.Equal(t, some.Droppable(frame), follower.Droppable(frame), "frame %d", i)
				if some.Droppable(frame) {
					dropped = append(dropped, i)
					continue
				}
				follower.Decoded(frame)
				got, err := some.Decode(frame, int64(i))
				require.NoError(t, err)
				require.Len(t, got, len(want))
				if len(want) > 0 {
					require.Equal(t, hashPicture(want[0].Image), hashPicture(got[0].Image), "frame %d", i)
				}
			}
			require.Equal(t, test.want, dropped)
		})
	}
}

// TestDroppableRandom does the same with streams that use everything.
func TestDroppableRandom(t *testing.T) {
	t.Parallel()
	dropped := 0
	for seed := range uint64(8) {
		all, some := newDecoder(t), newDecoder(t)
		var follower vp8.Follower
		for i, frame := range newRandomStream(seed, 40, 40, 0).frames(60) {
			want, err := all.Decode(frame, int64(i))
			require.NoError(t, err)
			require.Equal(t, some.Droppable(frame), follower.Droppable(frame), "seed %d, frame %d", seed, i)
			if some.Droppable(frame) {
				dropped++
				continue
			}
			follower.Decoded(frame)
			got, err := some.Decode(frame, int64(i))
			require.NoError(t, err)
			require.Len(t, got, len(want))
			if len(want) > 0 {
				require.Equal(t, hashPicture(want[0].Image), hashPicture(got[0].Image), "seed %d, frame %d", seed, i)
			}
		}
	}
	require.Positive(t, dropped)
}

func TestDecodeDoesNotAllocate(t *testing.T) {
	for _, name := range []string{"webrtc-640x360.ivf", "altref-66x50.ivf"} {
		frames := readIVF(t, testdata(name))
		d := newDecoder(t)
		allocs := testing.AllocsPerRun(2, func() {
			for _, frame := range frames {
				d.Droppable(frame)
				if _, err := vp8.ParseHeader(frame); err != nil {
					t.Fatal(err)
				}
				if _, err := d.Decode(frame, 0); err != nil {
					t.Fatal(err)
				}
			}
		})
		require.Zero(t, allocs, name)
	}
}

package h264_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

// decodeDamaged decodes whatever can be and gives the sum of each frame.
func decodeDamaged(d *h264.Decoder, stream []byte) (sums []string, damage error) {
	add := func(pics []codec.Picture) {
		for _, p := range pics {
			sums = append(sums, frameSum(p.Image))
		}
	}
	for au := range h264.AccessUnits(stream) {
		pics, err := d.Decode(au, 0)
		if err != nil && damage == nil {
			damage = err
		}
		add(pics)
	}
	add(d.Flush())
	return sums, damage
}

func TestDecoderTruncatedAtEveryLength(t *testing.T) {
	t.Parallel()
	for i, s := range goodStreams {
		stream := decoderStream(t, s.name)
		all, damage := decodeDamaged(newDecoder(t), stream)
		require.NoError(t, damage)
		d := newDecoder(t)
		step := 1
		if i > 0 {
			step = 5 // the larger ones take long
		}
		for n := 0; n < len(stream); n += step {
			d.Reset()
			sums, _ := decodeDamaged(d, stream[:n])
			for _, sum := range sums {
				require.Contains(t, all, sum, "%s cut at %d: a frame that is not in the whole stream", s.name, n)
			}
		}
	}
}

func TestDecoderRecoversFromSpoiledBits(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for _, s := range goodStreams {
		stream := decoderStream(t, s.name)
		good, _ := decodeDamaged(newDecoder(t), stream)
		d := newDecoder(t)
		failed := 0
		for range 100 {
			spoiled := bytes.Clone(stream)
			for range 1 + r.IntN(4) {
				spoiled[r.IntN(len(spoiled))] ^= 1 << r.IntN(8)
			}
			if _, damage := decodeDamaged(d, spoiled); damage != nil {
				failed++
			}
			sums, damage := decodeDamaged(d, stream)
			require.NoError(t, damage)
			require.Equal(t, good, sums)
		}
		require.NotZero(t, failed, s.name)
	}
}

func TestDecoderLostPicture(t *testing.T) {
	t.Parallel()
	units := accessUnits(decoderStream(t, "baseline-64x48.264"))
	d := newDecoder(t)
	pics, err := d.Decode(units[0], 0)
	require.NoError(t, err)
	last, sum := pics[0].Image, frameSum(pics[0].Image)
	for _, au := range units[2:5] {
		pics, err = d.Decode(au, 1)
		require.ErrorIs(t, err, codec.ErrNeedKeyframe)
		require.Empty(t, pics)
		require.Equal(t, sum, frameSum(last), "the last good picture stays valid")
	}
	for i, au := range units[5:] { // from the second IDR picture on
		pics, err = d.Decode(au, int64(i))
		require.NoError(t, err)
		require.Len(t, pics, 1)
	}
}

// cutSlice takes the last slice out of an access unit.
func cutSlice(au []byte) []byte { return au[:bytes.LastIndex(au, []byte{0, 0, 1})] }

func TestDecoderLostSlice(t *testing.T) {
	t.Parallel()
	units := accessUnits(decoderStream(t, "baseline-64x48.264"))
	d := newDecoder(t)
	pics, err := d.Decode(units[0], 0)
	require.NoError(t, err)
	sum := frameSum(pics[0].Image)
	last := pics[0].Image
	pics, err = d.Decode(cutSlice(units[1]), 1)
	require.ErrorIs(t, err, h264.ErrDamaged)
	require.ErrorIs(t, err, codec.ErrNeedKeyframe)
	require.Empty(t, pics)
	require.Equal(t, sum, frameSum(last))
}

func TestDecoderDamagedUnreferencedPicture(t *testing.T) {
	t.Parallel()
	units := accessUnits(decoderStream(t, "high-82x50.264"))
	good, _ := decodeDamaged(newDecoder(t), slices.Concat(units...))
	at := slices.IndexFunc(units, func(au []byte) bool {
		return bytes.Contains(au, []byte{0, 0, 1, 0x01}) // a slice with nal_ref_idc 0
	})
	require.Positive(t, at)
	d := newDecoder(t)
	var sums []string
	for i, au := range units {
		if i == at {
			au = cutSlice(au)
		}
		pics, err := d.Decode(au, int64(i))
		if i == at {
			require.ErrorIs(t, err, h264.ErrDamaged)
			require.NotErrorIs(t, err, codec.ErrNeedKeyframe)
		} else {
			require.NoError(t, err)
		}
		for _, p := range pics {
			require.NotEqual(t, int64(at), p.PTS)
			sums = append(sums, frameSum(p.Image))
		}
	}
	for _, p := range d.Flush() {
		sums = append(sums, frameSum(p.Image))
	}
	require.Len(t, sums, len(good)-1)
	require.Subset(t, good, sums)
}

func TestDecoderStartsAtRecoveryPoint(t *testing.T) {
	t.Parallel()
	stream := decoderStream(t, "opengop-64x48.264")
	units := accessUnits(stream)
	good, _ := decodeDamaged(newDecoder(t), stream)
	recovery := slices.IndexFunc(units[1:], func(au []byte) bool {
		return bytes.Contains(au, []byte{0, 0, 1, 6, 6})
	}) + 1
	require.Positive(t, recovery, "the stream has a recovery point message")

	// After a loss in the first group of pictures.
	d := newDecoder(t)
	var sums []string
	for i, au := range units {
		if i == 1 {
			continue
		}
		pics, err := d.Decode(au, int64(i))
		switch {
		case i > 1 && i < recovery:
			require.ErrorIs(t, err, codec.ErrNeedKeyframe)
		case i == recovery:
			require.NoError(t, err)
		default:
			require.NotErrorIs(t, err, codec.ErrNeedKeyframe)
		}
		for _, p := range pics {
			sums = append(sums, frameSum(p.Image))
		}
	}
	for _, p := range d.Flush() {
		sums = append(sums, frameSum(p.Image))
	}
	require.Equal(t, good[0], sums[0])
	require.Equal(t, good[len(good)-len(sums)+1:], sums[1:], "from the recovery point on all is exact")
	require.Greater(t, len(sums), 5)
}

func TestDecoderBrokenStreams(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("CALLREC_VECTORS")
	if dir == "" {
		t.Skip("CALLREC_VECTORS does not name the folder of the conformance streams")
	}
	files, err := filepath.Glob(filepath.Join(dir, "h264", "broken", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		stream, err := os.ReadFile(file)
		require.NoError(t, err)
		sums, _ := decodeDamaged(newDecoder(t), stream)
		require.NotEmpty(t, sums, file)
	}
}

func TestDecoderHugeAccessUnitOfTinyPictures(t *testing.T) {
	t.Parallel()
	units := accessUnits(decoderStream(t, "baseline-64x48.264"))
	d := newDecoder(t)
	pics, err := d.Decode(bytes.Repeat(slices.Concat(units[0], units[5]), 200), 0)
	require.Error(t, err)
	require.NotEmpty(t, pics)
	require.LessOrEqual(t, len(pics), 4, "work and memory are bounded")
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"baseline-64x48.264", "high-82x50.264", "interlaced-48x64.264", "opengop-64x48.264"} {
		f.Add(decoderStream(f, name))
	}
	for seed := range uint64(8) {
		f.Add(newRandomStream(seed).generate(4))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		d, err := h264.NewDecoder(h264.DecoderConfig{MaxWidth: 128, MaxHeight: 128})
		require.NoError(t, err)
		show := func(pics []codec.Picture) {
			for _, p := range pics {
				require.LessOrEqual(t, p.Image.Rect.Dx(), 128)
				require.LessOrEqual(t, p.Image.Rect.Dy(), 128)
				frameSum(p.Image)
			}
		}
		for au := range h264.AccessUnits(stream) {
			pics, _ := d.Decode(au, 0)
			show(pics)
		}
		show(d.Flush())
	})
}

package aac_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/aac"
)

var _ codec.AudioEncoder = (*aac.Encoder)(nil)

func newEncoder(t testing.TB, rate, bitrate int) *aac.Encoder {
	t.Helper()
	e, err := aac.NewEncoder(aac.EncoderConfig{SampleRate: rate, Bitrate: bitrate})
	require.NoError(t, err)
	return e
}

// encode returns the access units that hold all of pcm, which is filled up with silence.
func encode(t testing.TB, e *aac.Encoder, pcm []int16) [][]byte {
	t.Helper()
	const size = 1024
	frames := (len(pcm)+size-1)/size + 1 // the last one's overlap
	padded := make([]int16, (frames+e.Lookahead())*size)
	copy(padded, pcm)
	units := make([][]byte, 0, frames)
	for i := range frames + e.Lookahead() {
		au, ready, err := e.Encode(nil, padded[i*size:(i+1)*size])
		require.NoError(t, err)
		require.Equal(t, i >= e.Lookahead(), ready, "call %d", i)
		if ready {
			units = append(units, au)
		} else {
			require.Empty(t, au)
		}
	}
	return units
}

// decode returns the samples of access units, aligned with the encoder's input, and what the access units said.
func decode(t testing.TB, e *aac.Encoder, units [][]byte) ([]float64, []*parsed) {
	t.Helper()
	d := newDecoder(e.Config())
	pcm := make([]float64, 0, 1024*len(units))
	all := make([]*parsed, 0, len(units))
	for i, au := range units {
		require.LessOrEqual(t, len(au), 768)
		out, p, err := d.decode(au)
		require.NoError(t, err, "access unit %d", i)
		pcm = append(pcm, out...)
		all = append(all, p)
	}
	return pcm[1024:], all
}

// parse returns what the access units say.
func parse(t testing.TB, e *aac.Encoder, units [][]byte) []*parsed {
	t.Helper()
	d := newDecoder(e.Config())
	all := make([]*parsed, len(units))
	for i, au := range units {
		var err error
		all[i], err = d.parse(au)
		require.NoError(t, err, "access unit %d", i)
	}
	return all
}

func totalBits(units [][]byte) int {
	n := 0
	for _, au := range units {
		n += 8 * len(au)
	}
	return n
}

func TestConfig(t *testing.T) {
	t.Parallel()
	e, err := aac.NewEncoder(aac.EncoderConfig{})
	require.NoError(t, err)
	require.Equal(t, 1024, e.FrameSize())
	require.Equal(t, 1, e.Lookahead())
	// AAC-LC (00010), 16 kHz (1000), mono (0001), no flags (000).
	require.Equal(t, []byte{0b00010_100, 0b0_0001_000}, e.Config())
	require.Equal(t, []byte{0b00010_011, 0b0_0001_000}, newEncoder(t, 24000, 0).Config())
	require.Equal(t, []byte{0b00010_010, 0b0_0001_000}, newEncoder(t, 44100, 0).Config())

	for _, cfg := range []aac.EncoderConfig{
		{SampleRate: 96000},
		{SampleRate: 7350},
		{SampleRate: 1},
		{SampleRate: -16000},
		{Bitrate: 15999},
		{Bitrate: 128001},
		{Bitrate: -1},
	} {
		_, err := aac.NewEncoder(cfg)
		require.ErrorIs(t, err, aac.ErrConfig, "%+v", cfg)
	}
}

func TestWrongFrameSize(t *testing.T) {
	t.Parallel()
	e := newEncoder(t, 0, 0)
	for _, n := range []int{0, 1023, 1025, 2048} {
		dst := []byte{1, 2, 3}
		au, ready, err := e.Encode(dst, make([]int16, n))
		require.ErrorIs(t, err, aac.ErrFrameSize)
		require.False(t, ready)
		require.Equal(t, dst, au)
	}
	// And the encoder is as new.
	pcm := speechLike(4096, 1)
	require.Equal(t, encode(t, newEncoder(t, 0, 0), pcm), encode(t, e, pcm))
}

func TestEncodeAppends(t *testing.T) {
	t.Parallel()
	pcm := speechLike(8*1024, 2)
	want := slices.Concat(encode(t, newEncoder(t, 0, 0), pcm)...)
	e := newEncoder(t, 0, 0)
	var got []byte
	for i := range 10 {
		frame := make([]int16, 1024)
		if i < 8 {
			copy(frame, pcm[i*1024:])
		}
		before := slices.Clone(frame)
		var err error
		got, _, err = e.Encode(got, frame)
		require.NoError(t, err)
		require.Equal(t, before, frame, "the input is only borrowed")
	}
	require.Equal(t, want, got)
}

func TestSine(t *testing.T) {
	t.Parallel()
	const n = 16 * 1024
	for _, rate := range aac.SampleRates {
		in := sine(n, rate)
		e := newEncoder(t, rate, 48000)
		out, _ := decode(t, e, encode(t, e, in))
		// Leave out the edges, which are no sine.
		want, got := in[2048:n-2048], out[2048:n-2048]
		require.Greater(t, snr(want, got), 45.0, "%d Hz", rate)
		level := 10 * math.Log10(energy(got)/(16384*16384/2.0))
		require.InDelta(t, 0, level, 0.1, "%d Hz: level in dB", rate)
	}
}

// The decoded access unit n holds the samples of the documented place: moved by one sample a chirp would not match.
func TestAlignment(t *testing.T) {
	t.Parallel()
	const n = 12 * 1024
	in := chirp(n, 100, 7000, 12000)
	e := newEncoder(t, 16000, 64000)
	units := encode(t, e, in)
	require.Len(t, units, n/1024+1)
	out, _ := decode(t, e, units)
	require.Len(t, out, n)
	require.Greater(t, snr(in, out), 25.0)
	for _, shift := range []int{-1, 1} {
		require.Less(t, snr(in[1024:n-1024], out[1024+shift:]), 10.0)
	}
}

func TestSpeechQuality(t *testing.T) {
	t.Parallel()
	in := speechLike(32*1024, 3)
	for _, c := range []struct {
		bitrate int
		least   float64 // dB of segmental signal-to-noise ratio, about 1 dB below what it is
	}{{24000, 21}, {32000, 23.5}, {48000, 28.5}, {64000, 32.5}} {
		e := newEncoder(t, 16000, c.bitrate)
		out, _ := decode(t, e, encode(t, e, in))
		got := segmentalSNR(in, out)
		t.Logf("%d bit/s: %.1f dB", c.bitrate, got)
		require.Greater(t, got, c.least, "%d bit/s", c.bitrate)
	}
}

func TestSilence(t *testing.T) {
	t.Parallel()
	e := newEncoder(t, 0, 0)
	for i, au := range encode(t, e, make([]int16, 20*1024)) {
		require.LessOrEqual(t, len(au), 5, "access unit %d", i)
	}
	e = newEncoder(t, 0, 0) // also after sound
	units := encode(t, e, slices.Concat(speechLike(10*1024, 4), make([]int16, 10*1024)))
	for _, au := range units[len(units)-8:] {
		require.LessOrEqual(t, len(au), 5)
	}
}

// Extreme signals stay within the limits, decode, and come out at their level.
func TestExtremes(t *testing.T) {
	t.Parallel()
	const n = 6 * 1024
	alternating := square(n, 2)
	impulses := make([]int16, n)
	for i := 500; i < n; i += 3000 {
		impulses[i] = -32768
	}
	for _, c := range []struct {
		name  string
		pcm   []int16
		least float64 // signal-to-noise ratio in dB; 0: not looked at, the signal being above the bandwidth
	}{
		{"square wave", square(n, 37), 15},
		{"alternating full scale", alternating, 0},
		{"white noise at full scale", whiteNoise(n, 32767), 5},
		{"constant", constant(n, 32767), 40},
		{"negative constant", constant(n, -32768), 40},
		{"impulses", impulses, 10},
		{"least bit of noise", whiteNoise(n, 1), -1},
	} {
		for _, rate := range []int{8000, 16000, 48000} {
			e := newEncoder(t, rate, 32000)
			out, _ := decode(t, e, encode(t, e, c.pcm))
			if c.least != 0 && rate == 16000 {
				require.Greater(t, snr(c.pcm, out), c.least, c.name)
			}
		}
	}
}

func TestBitsAreBounded(t *testing.T) {
	t.Parallel()
	const n = 60 * 1024
	for _, c := range []struct {
		name   string
		pcm    []int16
		active bool // uses its bit rate up
	}{
		{"speech", speechLike(n, 5), false},
		{"noise", whiteNoise(n, 8000), true},
		{"castanets", castanets(n, 9000, 20000, 30500, 41000, 52000), false},
	} {
		for _, bitrate := range []int{16000, 24000, 32000, 48000, 64000, 96000, 128000} {
			e := newEncoder(t, 16000, bitrate)
			units := encode(t, e, c.pcm)
			effective := min(bitrate, 6144*16000/1024)
			budget := float64(effective) * 1024 / 16000
			spent := 0
			for i, au := range units {
				require.LessOrEqual(t, len(au), 768)
				spent += 8 * len(au)
				require.LessOrEqual(t, float64(spent), float64(i+1)*budget+6144, "%s at %d bit/s, access unit %d", c.name, bitrate, i)
			}
			mean := float64(spent) / float64(len(units)) / budget
			if c.active {
				require.InDelta(t, 1, mean, 0.05, "%s at %d bit/s: share of the bit rate", c.name, bitrate)
			}
		}
	}
}

// The search for scale factors and sections works on bits counted, not written: both have to agree.
func TestCountedBitsAreWritten(t *testing.T) {
	t.Parallel()
	in := slices.Concat(speechLike(20*1024, 12), castanets(8*1024, 3000, 5500), square(4*1024, 50))
	for _, bitrate := range []int{16000, 48000, 96000} {
		e := newEncoder(t, 16000, bitrate)
		d := newDecoder(e.Config())
		for i := range len(in) / 1024 {
			au, ready, err := e.Encode(nil, in[i*1024:(i+1)*1024])
			require.NoError(t, err)
			if ready {
				p, err := d.parse(au)
				require.NoError(t, err)
				require.Equal(t, aac.CountedBits(e), p.bits, "%d bit/s, access unit %d", bitrate, i-1)
			}
		}
	}
}

func TestWindowSequences(t *testing.T) {
	t.Parallel()
	allowed := map[[2]int]bool{
		{0, 0}: true, {0, 1}: true, {1, 2}: true, {2, 2}: true, {2, 3}: true, {3, 0}: true, {3, 1}: true,
	}
	seen := map[int]int{}
	for seed := range 4 {
		in := castanets(24*1024, 3000+seed*300, 7000, 9100, 10300, 11500, 18000+seed*111)
		e := newEncoder(t, 16000, 48000)
		all := parse(t, e, encode(t, e, in))
		for i := 1; i < len(all); i++ {
			require.True(t, allowed[[2]int{all[i-1].sequence, all[i].sequence}], "%d after %d", all[i].sequence, all[i-1].sequence)
			seen[all[i].sequence]++
		}
	}
	for seq := range 4 {
		require.Positive(t, seen[seq], "window_sequence %d", seq)
	}
}

// An attack out of silence wherever it falls in the frame gets short windows, and nothing is heard more than a short
// window before it.
func TestPreEcho(t *testing.T) {
	t.Parallel()
	for offset := 0; offset < 1024; offset += 93 {
		at := 6*1024 + offset
		in := castanets(12*1024, at)
		e := newEncoder(t, 16000, 48000)
		out, all := decode(t, e, encode(t, e, in))
		short := slices.ContainsFunc(all, func(p *parsed) bool { return p.sequence == 2 })
		require.True(t, short, "attack at %d", at)
		// The echo's energy over the burst's.
		before := 10 * math.Log10((energy(out[:at-256])*float64(at-256)+1e-9)/(energy(out[at:])*float64(len(out)-at)))
		require.Less(t, before, -50.0, "attack at %d: dB of its energy come early", at)
	}
}

func TestGroupsAndCodebooksAndShaping(t *testing.T) {
	t.Parallel()
	var books [12]int
	groups, shaped := map[int]bool{}, 0
	for _, bitrate := range []int{16000, 48000, 96000} {
		for _, in := range [][]int16{speechLike(40*1024, 6), castanets(20*1024, 5000, 9000, 13500)} {
			e := newEncoder(t, 16000, bitrate)
			all := parse(t, e, encode(t, e, in))
			for _, p := range all {
				for b, n := range p.books {
					books[b] += n
				}
				if p.sequence == 2 {
					groups[len(p.groupLens)] = true
				}
				if p.tnsOrder > 0 {
					shaped++
				}
			}
		}
	}
	for b, n := range books {
		require.Positive(t, n, "codebook %d", b)
	}
	require.Greater(t, len(groups), 2, "numbers of window groups: %v", groups)
	require.Positive(t, shaped, "access units with temporal noise shaping")
}

func TestEncodeDoesNotAllocate(t *testing.T) {
	e := newEncoder(t, 0, 0)
	in := append(speechLike(30*1024, 7), castanets(30*1024, 5000, 9000, 20000)...)
	dst := make([]byte, 0, 768)
	frame := 0
	allocs := testing.AllocsPerRun(120, func() {
		_, _, err := e.Encode(dst, in[frame*1024:(frame+1)*1024])
		if err != nil {
			panic(err)
		}
		frame = (frame + 1) % 60
	})
	require.Zero(t, allocs)
}

func TestTwoEncodersAreIndependent(t *testing.T) {
	t.Parallel()
	a, b := speechLike(8*1024, 8), whiteNoise(8*1024, 9000)
	wantA, wantB := encode(t, newEncoder(t, 0, 0), a), encode(t, newEncoder(t, 8000, 16000), b)
	e, f := newEncoder(t, 0, 0), newEncoder(t, 8000, 16000)
	for i := range 8 {
		auA, ready, err := e.Encode(nil, a[i*1024:(i+1)*1024])
		require.NoError(t, err)
		auB, _, err := f.Encode(nil, b[i*1024:(i+1)*1024])
		require.NoError(t, err)
		if ready {
			require.Equal(t, wantA[i-1], auA)
			require.Equal(t, wantB[i-1], auB)
		}
	}
}

package mixer_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mixer"
)

func TestSilenceInSilenceOut(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	same(t, make([]int16, 5000), read(m, 5000), "no input")
	in := addInput(t, m)
	same(t, make([]int16, 500), read(m, 500), "nothing written")
	writeBlocks(in, 6000, make([]int16, 3000))
	same(t, make([]int16, 6000), read(m, 6000))
	require.Equal(t, int64(11500), m.Position())
}

func TestOneInputPassesUnchanged(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	in := addInput(t, m)
	pcm := quietStart(noise(40000, 29204, 1))
	writeBlocks(in, 0, pcm)
	var got []int16
	for n := 1; len(got)+n < 39000; n = n*2%1999 + 1 {
		got = append(got, read(m, n)...)
	}
	same(t, pcm[:len(got)], got)
	require.Equal(t, mixer.Stats{Written: 40000}, in.Stats())
}

func TestWrittenJustInTime(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	in := addInput(t, m)
	pcm := quietStart(noise(32000, 20000, 2))
	var got []int16
	look := m.Lookahead()
	in.Write(0, pcm[:look])
	for i := look; i+100 <= len(pcm); i += 100 {
		in.Write(int64(i), pcm[i:i+100])
		got = append(got, read(m, 100)...)
	}
	same(t, pcm[:len(got)], got, "no fade where the next block comes in time")
	require.Zero(t, in.Stats().Late)
}

func TestFirstBlockFadesIn(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	in := addInput(t, m)
	pcm := make([]int16, 640)
	for i := range pcm {
		pcm[i] = 10000
	}
	in.Write(100, pcm)
	got := read(m, 800)
	same(t, make([]int16, 100), got[:100])
	for i := 101; i < 164; i++ {
		require.Greater(t, got[i], got[i-1])
	}
	same(t, pcm[64:640-64], got[164:740-64])
	for i := 740 - 63; i < 740; i++ {
		require.Less(t, got[i], got[i-1], "fades out at the end")
	}
	same(t, make([]int16, 60), got[740:])
}

func TestOrderOfInputsDoesNotMatter(t *testing.T) {
	t.Parallel()
	signals := [][]int16{noise(8000, 30000, 3), sine(8000, 400, 25000), noise(8000, 9000, 4), sine(8000, 1900, 32000)}
	mix := func(order ...int) []int16 {
		m := newMixer(t, mixer.Config{})
		inputs := make([]*mixer.Input, len(order))
		for i := range order {
			inputs[i] = addInput(t, m)
		}
		for i, which := range order {
			writeBlocks(inputs[i], int64(100*which), signals[which])
		}
		return read(m, 9000)
	}
	want := mix(0, 1, 2, 3)
	same(t, want, mix(3, 2, 1, 0))
	same(t, want, mix(2, 0, 3, 1))
}

func TestMixIsLinearBelowThreshold(t *testing.T) {
	t.Parallel()
	a, b := quietStart(noise(8000, 14000, 5)), quietStart(noise(8000, 15000, 6))
	both := make([]int16, len(a))
	for i := range a {
		both[i] = a[i] + b[i]
	}
	mix := func(signals ...[]int16) []int16 {
		m := newMixer(t, mixer.Config{})
		for _, s := range signals {
			writeBlocks(addInput(t, m), 0, s)
		}
		return read(m, 7000)
	}
	same(t, both[:7000], mix(a, b))
	same(t, mix(both), mix(a, b))
	same(t, mix(a), mix(a, make([]int16, 8000)), "silence changes nothing")
	same(t, mix(a), mix(make([]int16, 100), a, nil))
}

func TestGain(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	pcm := quietStart(noise(4000, 6000, 7))
	half, err := m.AddInput(mixer.InputConfig{Gain: 0.5})
	require.NoError(t, err)
	double, err := m.AddInput(mixer.InputConfig{Gain: 2})
	require.NoError(t, err)
	writeBlocks(half, 0, pcm)
	writeBlocks(double, 0, pcm)
	for i, v := range read(m, 3000) {
		require.InDelta(t, 2.5*float64(pcm[i]), float64(v), 0.5)
	}
}

func TestNeverClips(t *testing.T) {
	t.Parallel()
	for _, threshold := range []int{0, 1, 20000, 32767} {
		m := newMixer(t, mixer.Config{Threshold: threshold})
		limit := threshold
		if limit == 0 {
			limit = 29204
		}
		for k := range 4 {
			in := addInput(t, m)
			pcm := sine(16000, 100+30*float64(k), 32767)
			if k == 3 {
				// The worst there is, all at once.
				pcm = noise(16000, 32767, 8)
				for i := range pcm {
					pcm[i] = int16(65535*(i/3%2) - 32768)
				}
			}
			writeBlocks(in, int64(k*1000), pcm)
		}
		got := read(m, 20000)
		require.LessOrEqual(t, peak(got), limit)
		require.Greater(t, peak(got), limit*9/10, "but it is loud")
	}
}

func TestLimiterComesAndGoes(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	a, b := addInput(t, m), addInput(t, m)
	tone := sine(32000, 250, 20000)
	writeBlocks(a, 0, tone)
	writeBlocks(b, 8000, sine(1600, 250, 20000)) // 100 ms in which both exceed the threshold
	got := read(m, 30000)
	same(t, tone[64:8000-m.Lookahead()], got[64:8000-m.Lookahead()], "unchanged up to the look-ahead before")
	require.LessOrEqual(t, peak(got), 29204)
	same(t, tone[27000:30000], got[27000:30000], "and again a second after")
	// A tone of amplitude 2A has 2A*w*w; the gain's own movement adds little.
	w := 2 * math.Pi * 250 / mixer.SampleRate
	require.Less(t, curvature(got), int(40000*w*w*1.2)+4)
	// Release: the gain rises, slowly.
	early, late := peak(got[9700:9800]), peak(got[14000:14100])
	require.Less(t, early, late)
	require.Less(t, early, 17000)
}

func TestLimiterSeesTheFirstSamples(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	for range 4 {
		in := addInput(t, m)
		pcm := make([]int16, 100)
		for i := range pcm {
			pcm[i] = -32768
		}
		in.Write(0, pcm)
	}
	require.LessOrEqual(t, peak(read(m, 200)), 29204)
}

func TestDistortion(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	in := addInput(t, m)
	const n, freq = 16000, 997.0
	writeBlocks(in, 0, sine(n+2000, freq, 16384))
	got := read(m, n+1000)[1000:] // a whole number of periods
	var s, c, power, rest float64
	for i, v := range got {
		sin, cos := math.Sincos(2 * math.Pi * freq * float64(1000+i) / mixer.SampleRate)
		s, c = s+sin*float64(v), c+cos*float64(v)
	}
	s, c = 2*s/float64(len(got)), 2*c/float64(len(got))
	for i, v := range got {
		sin, cos := math.Sincos(2 * math.Pi * freq * float64(1000+i) / mixer.SampleRate)
		d := float64(v) - s*sin - c*cos
		rest, power = rest+d*d, power+float64(v)*float64(v)
	}
	require.Less(t, 10*math.Log10(rest/power), -80.0, "THD+N in dB")
}

func TestConfigLimits(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]mixer.Config{
		"threshold":  {Threshold: 40000},
		"look-ahead": {Lookahead: time.Second},
		"release":    {Release: time.Millisecond},
		"tolerance":  {Tolerance: -1},
		"ahead":      {MaxAhead: time.Hour},
	} {
		_, err := mixer.New(cfg)
		require.ErrorIs(t, err, mixer.ErrConfig, name)
	}
	m := newMixer(t, mixer.Config{})
	for _, gain := range []float64{-1, 8.1, math.NaN(), math.Inf(1)} {
		_, err := m.AddInput(mixer.InputConfig{Gain: gain})
		require.ErrorIs(t, err, mixer.ErrConfig)
	}
}

func TestDoesNotAllocate(t *testing.T) {
	m := newMixer(t, mixer.Config{})
	a, b := addInput(t, m), addInput(t, m)
	pcm, dst := noise(320, 30000, 9), make([]int16, 320)
	at, drift := int64(0), int64(0)
	require.Zero(t, testing.AllocsPerRun(500, func() {
		a.Write(at+1000+drift, pcm) // forces the interpolation
		b.Write(at+1000, pcm)
		m.Read(dst)
		at += 320
		drift += at / 320 % 2
	}))
	require.NotZero(t, a.Stats().Skew)
}

func BenchmarkMix(b *testing.B) {
	for _, n := range []int{1, 4, 16} {
		for _, row := range []struct {
			name  string
			drift int64
		}{{"steady", 0}, {"drifting", 1}} {
			b.Run(fmt.Sprintf("%d inputs %s", n, row.name), func(b *testing.B) {
				m := newMixer(b, mixer.Config{})
				inputs := make([]*mixer.Input, n)
				for i := range inputs {
					inputs[i] = addInput(b, m)
				}
				pcm, dst := noise(320, 3000, 10), make([]int16, 320)
				var at, block int64
				b.SetBytes(640)
				b.ReportAllocs()
				for b.Loop() {
					for _, in := range inputs {
						in.Write(at+1000+block/16*row.drift, pcm)
					}
					m.Read(dst)
					at += 320
					block++
				}
			})
		}
	}
}

func Example() {
	m, err := mixer.New(mixer.Config{})
	if err != nil {
		panic(err)
	}
	anna, err := m.AddInput(mixer.InputConfig{})
	if err != nil {
		panic(err)
	}
	pcm := make([]int16, 320)
	for i := range pcm {
		pcm[i] = 1000
	}
	anna.Write(0, pcm)
	anna.Write(320, pcm)
	out := make([]int16, 320)
	m.Read(out)
	fmt.Println(m.Position(), out[0], out[319])
	// Output: 320 0 1000
}

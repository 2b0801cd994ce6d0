package opus_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/codec/opus"
)

// snrOf compares two stretches of sound.
func snrOf(want, got []int16) float64 {
	signal, noise := 0.0, 1e-9
	for i, v := range want {
		d := float64(v) - float64(got[i])
		signal, noise = signal+float64(v)*float64(v), noise+d*d
	}
	return 10 * math.Log10(signal/noise)
}

// TestForwardErrorCorrection loses packets singly. What is restored from the packet that follows is like what was lost,
// and concealment is not.
func TestForwardErrorCorrection(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		file string
		size int
	}{{"fec.pkts", 320}, {"fec60.pkts", 960}, {"fecstereo.pkts", 320}} {
		t.Run(row.file, func(t *testing.T) {
			t.Parallel()
			list := load(t, row.file)
			whole := newDecoder(t)
			var want []int16
			var err error
			for _, p := range list {
				want, err = whole.Decode(want, p.data)
				require.NoError(t, err)
			}
			require.Zero(t, whole.Restored())
			play := func(fec bool) (got []int16, d *opus.Decoder) {
				d = newDecoder(t)
				for i, p := range list {
					switch {
					case i%5 == 3 && i+1 < len(list) && fec:
						got = d.Conceal(got, row.size, list[i+1].data)
					case i%5 == 3:
						got = d.Conceal(got, row.size, nil)
					default:
						got, err = d.Decode(got, p.data)
						require.NoError(t, err)
					}
					require.Len(t, got, (i+1)*row.size)
				}
				return got, d
			}
			restored, d := play(true)
			concealed, _ := play(false)
			require.Greater(t, d.Restored(), len(list)/5*row.size*2/3)
			a, b := snrOf(want, restored), snrOf(want, concealed)
			t.Logf("%.1f dB restored, %.1f dB concealed", a, b)
			require.Greater(t, a, b+3)
		})
	}
}

// TestRestoredAtTheEndOfALoss: of a longer loss the last packet is restored, what is before it concealed.
func TestRestoredAtTheEndOfALoss(t *testing.T) {
	t.Parallel()
	list := load(t, "fec.pkts")
	at := 0
	for i := 20; at == 0; i++ {
		d := newDecoder(t)
		d.Conceal(nil, 320, list[i].data)
		if d.Restored() > 0 {
			at = i
		}
	}
	d := newDecoder(t)
	var pcm []int16
	for _, p := range list[:at-3] {
		var err error
		pcm, err = d.Decode(pcm, p.data)
		require.NoError(t, err)
	}
	for _, row := range []struct{ lost, restored int }{
		{960, 320}, {321, 320}, {320, 320}, {319, 0}, {0, 0},
	} {
		before := d.Restored()
		require.Len(t, d.Conceal(nil, row.lost, list[at].data), row.lost)
		require.Equal(t, row.restored, d.Restored()-before, "of %d lost samples", row.lost)
	}
}

// TestBrokenRedundancy: whatever follows a loss, the loss gets its samples and the decoder goes on.
func TestBrokenRedundancy(t *testing.T) {
	t.Parallel()
	list := load(t, "fec.pkts")
	for n := range len(list[30].data) {
		d := newDecoder(t)
		require.Len(t, d.Conceal(nil, 640, list[30].data[:n]), 640, fmt.Sprint(n))
		_, err := d.Decode(nil, list[31].data)
		require.NoError(t, err)
	}
}

func TestRestoringDoesNotAllocate(t *testing.T) {
	list := load(t, "fec.pkts")
	d := newDecoder(t)
	out := make([]int16, 0, 1000)
	for _, p := range list[:40] { // the library takes scratch memory as it first needs it
		out, _ = d.Decode(d.Conceal(out[:0], 320, p.data)[:0], p.data)
	}
	i := 0
	before := d.Restored()
	require.Zero(t, testing.AllocsPerRun(20, func() {
		p := list[40+i%10].data
		i++
		out = d.Conceal(out[:0], 320, p)
	}))
	require.NotEqual(t, before, d.Restored())
}

package opus

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRangeCoder writes random symbols of all distributions and reads them again.
func TestRangeCoder(t *testing.T) {
	t.Parallel()
	models := []model{modelFrameType, modelGainDelta, modelLagHigh, modelSplit16[15], modelExtraBit, modelMidOnly, modelSpectrum1[0]}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		type symbol struct {
			model, value int // model len(models) is a bit
		}
		list := make([]symbol, rnd.IntN(200))
		var e rangeEncoder
		e.start([]byte{9})
		for i := range list {
			k := rnd.IntN(len(models) + 1)
			if k == len(models) {
				list[i] = symbol{k, rnd.IntN(2)}
				e.bit(list[i].value == 1)
				continue
			}
			v := rnd.IntN(len(models[k]))
			if rnd.IntN(2) == 0 {
				v = len(models[k]) - 1 // runs of the last symbol make carries
			}
			list[i] = symbol{k, v}
			e.symbol(models[k], v)
		}
		out := e.finish()
		require.EqualValues(t, 9, out[0])
		var d rangeDecoder
		d.start(out[1:])
		for i, s := range list {
			if s.model == len(models) {
				require.Equal(t, s.value == 1, d.bit(), "symbol %d", i)
			} else {
				require.Equal(t, s.value, d.symbol(models[s.model]), "symbol %d", i)
			}
		}
		require.False(t, d.exhausted())
	}
}

// TestModels: every distribution falls to 0, so that reading a symbol always ends.
func TestModels(t *testing.T) {
	t.Parallel()
	all := []model{
		modelRedundant2, modelRedundant3, modelStereo1, modelStereo2, modelStereo3, modelMidOnly, modelFrameType, modelGainLow,
		modelGainDelta, modelSpectrumMore, modelInterpolation, modelLagHigh, modelLagDelta, modelPeriodicity, modelScaling,
		modelSeed, modelExtraBit,
	}
	for _, list := range [][]model{
		modelGainHigh[:], modelSpectrum1[:], modelSpectrum2[:], modelLagLow[:], modelContour[:], modelFilter[:],
		modelRateLevel[:], modelPulses[:], modelSplit16[:], modelSplit8[:], modelSplit4[:], modelSplit2[:],
	} {
		all = append(all, list...)
	}
	for k, m := range all {
		require.Zero(t, m[len(m)-1], "distribution %d", k)
		for i := 1; i < len(m); i++ {
			require.LessOrEqual(t, m[i], m[i-1], "distribution %d", k)
		}
	}
	require.Len(t, spectrumNarrow, 32)
	require.Len(t, spectrumWide, 32)
	for i := range spectrumNarrow {
		require.Len(t, spectrumNarrow[i], 10)
		require.Len(t, spectrumWide[i], 16)
	}
}

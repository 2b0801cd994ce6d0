package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBDRate(t *testing.T) {
	a := curve{{kbps: 4000, psnr: 40}, {kbps: 2000, psnr: 37}, {kbps: 1000, psnr: 34}, {kbps: 400, psnr: 30}}
	tenth, shifted := make(curve, len(a)), make(curve, len(a))
	for i, p := range a {
		tenth[i] = point{kbps: p.kbps * 1.1, psnr: p.psnr}
		shifted[i] = point{kbps: p.kbps, psnr: p.psnr + 20}
	}
	require.InDelta(t, 0, bdRate(a, a), 1e-9)
	require.InDelta(t, 10, bdRate(a, tenth), 1e-6)
	require.InDelta(t, -100.0/11, bdRate(tenth, a), 1e-6)
	require.NotEqual(t, 0.0, bdRate(a, shifted), "nothing in common is no number")
}

func TestCPURatio(t *testing.T) {
	t.Parallel()
	a := curve{{psnr: 40, cpu: 4}, {psnr: 30, cpu: 1}, {psnr: 35, cpu: 2}}
	require.InDelta(t, 1, cpuRatio(a, a), 1e-9)
	twice := curve{{psnr: 40, cpu: 8}, {psnr: 35, cpu: 4}, {psnr: 30, cpu: 2}}
	require.InDelta(t, 2, cpuRatio(a, twice), 1e-9)
	// The same time, but for 5 dB less: twice as much for the same quality.
	require.InDelta(t, 2, cpuRatio(a, curve{{psnr: 25, cpu: 1}, {psnr: 30, cpu: 2}, {psnr: 35, cpu: 4}}), 1e-9)
	require.True(t, math.IsNaN(cpuRatio(a, curve{{psnr: 20, cpu: 1}, {psnr: 25, cpu: 2}})))
}

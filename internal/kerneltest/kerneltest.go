// Package kerneltest helps tests to compare kernels in assembly with their twins in plain Go: with memory between pages
// that must not be touched, and with samples that drive kernels to their limits.
package kerneltest

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// Room is how many bytes there are between the guards of an Arena.
const Room = 4 << 12

// Arena is memory between two guards: pages that must not be touched, where the system has such. A kernel that reads or
// writes before its first byte or behind its last one crashes the test.
type Arena struct{ mem []byte }

// NewArena makes an arena, which is given back at the end of the test.
func NewArena(tb testing.TB) *Arena {
	tb.Helper()
	return &Arena{guarded(tb)}
}

// Edge returns n bytes that start right behind the first guard or end right in front of the second one, as rnd decides.
func (a *Arena) Edge(rnd *rand.Rand, n int) []byte {
	if rnd.IntN(2) == 0 {
		return a.mem[:n:n]
	}
	return a.mem[len(a.mem)-n:]
}

// Pair is the same samples for a kernel, between guards, and for its twin.
type Pair struct{ Kernel, Plain []byte }

// NewPair fills n bytes of the arena with Samples and copies them.
func (a *Arena) NewPair(rnd *rand.Rand, n int) Pair {
	kernel := a.Edge(rnd, n)
	Samples(rnd, kernel)
	return Pair{kernel, bytes.Clone(kernel)}
}

// Samples fills b with noise, with extremes only, with noise around a level, or with extremes in a pattern.
func Samples(rnd *rand.Rand, b []byte) {
	base, spread := rnd.IntN(256), 1+rnd.IntN(12)
	period, pattern := 1+rnd.IntN(24), rnd.Uint32()
	kind := rnd.IntN(5)
	for i := range b {
		switch kind {
		case 0:
			b[i] = byte(rnd.Uint32())
		case 1:
			b[i] = byte(255 * (rnd.Uint32() & 1))
		case 2:
			b[i] = byte(min(max(base+rnd.IntN(spread)-spread/2, 0), 255))
		case 3:
			b[i] = byte(255 * (pattern >> (i % period) & 1))
		default:
			b[i] = byte(255 * (base & 1))
		}
	}
}

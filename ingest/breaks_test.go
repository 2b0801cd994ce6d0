package ingest_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/ingest"
)

// TestBreaks sends ten seconds of sound whose timestamps break at the fifth, and reads it a second behind: the places
// are those of the arrivals half a second later, and the break is counted once.
func TestBreaks(t *testing.T) {
	t.Parallel()
	const step = 960 // ticks in 20 ms
	tests := []struct {
		name string
		// stamp is that of packet n, of which number 250 is the first after the break.
		stamp    func(n int) uint32
		restarts int64
	}{
		{"none", func(n int) uint32 { return uint32(n * step) }, 0},
		{"three seconds on", func(n int) uint32 { return uint32(n*step + n/250*3*48000) }, 1},
		{"half a second on", func(n int) uint32 { return uint32(n*step + n/250*24000) }, 1},
		{"three seconds back", func(n int) uint32 { return uint32(n*step - n/250*3*48000) }, 1},
		{"an hour back", func(n int) uint32 { return uint32(n*step - n/250*3600*48000) }, 1},
		{"standing still for good", func(n int) uint32 { return uint32(min(n, 250) * step) }, 1},
		{"standing still for two seconds", func(n int) uint32 { return uint32((min(n, 250) + max(n-350, 0)) * step) }, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			track := audioTrack(t, nil)
			var got []unit
			for n := range 500 {
				at := time.Duration(n) * 20 * ms
				_ = track.Push(at, pkt{seq: uint16(n), stamp: tt.stamp(n), payload: []byte{byte(n >> 8), byte(n)}}.bytes())
				got = append(got, popAll(track, at-time.Second)...)
			}
			got = append(got, popAll(track, math.MaxInt64)...)
			require.Equal(t, tt.restarts, track.Stats().Restarts)
			require.GreaterOrEqual(t, len(got), 499, "one packet at most is not believed")
			for _, u := range got {
				n := int(u.payload[0])<<8 | int(u.payload[1])
				if n < 250 || n >= 275 {
					require.InDelta(t, float64(n)*0.020, u.Time.Seconds(), 0.030, "packet %d", n)
				}
			}
		})
	}
}

// TestBurstIsNoJump: pictures that were held up and then come all at once are not taken for a clock that leaps.
func TestBurstIsNoJump(t *testing.T) {
	t.Parallel()
	for _, begin := range []int{0, 100} {
		track := videoTrack(t, nil)
		for n := range 200 {
			at := time.Duration(n) * 100 * ms
			if n >= begin && n < begin+20 {
				at = time.Duration(begin+20) * 100 * ms
			}
			require.NoError(t, track.Push(at, pkt{seq: uint16(n), stamp: uint32(n * 9000), marker: true, payload: []byte{0x10, 0}}.bytes()))
		}
		require.Zero(t, track.Stats().Restarts)
		require.Len(t, popAll(track, math.MaxInt64), 200)
	}
}

// TestLongOutage: what comes after a loss that is longer than the jitter buffer is all taken, and the loss is counted.
func TestLongOutage(t *testing.T) {
	t.Parallel()
	for _, lost := range []int{100, 600, 3500, 20000} {
		track := audioTrack(t, nil)
		for n := range 200 {
			k := n
			if n >= 100 {
				k += lost
			}
			at := time.Duration(k) * 20 * ms
			popAll(track, at-time.Second)
			require.NoError(t, track.Push(at, pkt{seq: uint16(k), stamp: uint32(k * 960), payload: []byte{1}}.bytes()))
		}
		popAll(track, math.MaxInt64)
		s := track.Stats()
		require.EqualValues(t, 200, s.Units)
		require.EqualValues(t, lost, s.Lost)
		require.Zero(t, s.Restarts+s.Overflow)
	}
}

// TestNeedsKeyframe: the need is known 200 ms after a loss, and ends with what was missing, or a keyframe after it.
func TestNeedsKeyframe(t *testing.T) {
	t.Parallel()
	key, other := []byte{0x10, 0}, []byte{0x10, 1}
	type arrival struct {
		at      time.Duration
		seq     uint16
		payload []byte
	}
	tests := []struct {
		name string
		come []arrival
		at   time.Duration
		want bool
		read time.Duration // position up to which it is read
	}{
		{"nothing came", nil, time.Second, false, -1},
		{"a keyframe first", []arrival{{0, 1, key}, {100 * ms, 2, other}}, time.Second, false, -1},
		{"none", []arrival{{0, 1, other}, {100 * ms, 2, other}}, 200 * ms, true, -1},
		{"none, but it is early", []arrival{{0, 1, other}}, 199 * ms, false, -1},
		{"a loss", []arrival{{0, 1, key}, {100 * ms, 3, other}}, 300 * ms, true, -1},
		{"a loss just now", []arrival{{0, 1, key}, {100 * ms, 3, other}}, 299 * ms, false, -1},
		{"late, not lost", []arrival{{0, 1, key}, {100 * ms, 3, other}, {250 * ms, 2, other}}, time.Second, false, -1},
		{"a keyframe after it", []arrival{{0, 1, key}, {100 * ms, 3, other}, {200 * ms, 4, key}}, time.Second, false, -1},
		{"a loss after that", []arrival{{0, 1, key}, {100 * ms, 3, key}, {200 * ms, 5, other}}, 500 * ms, false, -1},
		{"when the first is given up", []arrival{{0, 1, key}, {100 * ms, 3, key}, {200 * ms, 5, other}}, 2 * time.Second, true, 150 * ms},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			track := videoTrack(t, nil)
			for _, a := range tt.come {
				require.NoError(t, track.Push(a.at, pkt{seq: a.seq, stamp: uint32(a.at / ms * 90), marker: true, payload: a.payload}.bytes()))
			}
			popAll(track, tt.read)
			track.NeedsKeyframe(tt.at - 200*ms) // what reading gave up is noticed then
			require.Equal(t, tt.want, track.NeedsKeyframe(tt.at))
		})
	}
	blind, err := ingest.NewTrack(ingest.TrackConfig{Kind: ingest.Video, Codec: "VP9", PayloadType: pt, SSRC: ssrc})
	require.NoError(t, err)
	_ = blind.Push(0, pkt{payload: []byte{0x88, 0}}.bytes())
	require.False(t, blind.NeedsKeyframe(time.Hour), "its packets do not tell")
}

// TestKeyframeWaits: from its arrival until it is taken.
func TestKeyframeWaits(t *testing.T) {
	t.Parallel()
	track := videoTrack(t, nil)
	require.False(t, track.KeyframeWaits())
	require.NoError(t, track.Push(0, pkt{seq: 1, marker: true, payload: []byte{0x10, 0}}.bytes()))
	require.True(t, track.KeyframeWaits())
	require.Len(t, popAll(track, time.Second), 1)
	require.False(t, track.KeyframeWaits())
}

package ingest_test

import (
	"bytes"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/ingest"
)

// arrival is a packet on its way into a track.
type arrival struct {
	at time.Duration
	pkt
}

// run pushes packets, reading a delay behind each arrival, then drains. It returns the payloads, each with the number of
// lost packets before it if there are any: "a 2:d".
func run(t *testing.T, track *ingest.Track, delay time.Duration, list []arrival) string {
	t.Helper()
	var units []unit
	for _, a := range list {
		units = append(units, popAll(track, a.at-delay)...)
		if err := track.Push(a.at, a.bytes()); err != nil {
			require.ErrorIs(t, err, ingest.ErrJump)
		}
	}
	units = append(units, popAll(track, math.MaxInt64)...)
	words := make([]string, 0, len(units))
	last := time.Duration(math.MinInt64)
	for _, u := range units {
		require.GreaterOrEqual(t, u.Time, last, "presentation times go back")
		last = u.Time
		if u.Lost > 0 {
			words = append(words, fmt.Sprintf("%d:%s", u.Lost, u.payload))
		} else {
			words = append(words, u.payload)
		}
	}
	return strings.Join(words, " ")
}

// voice is an audio packet of the n-th 20 ms, arriving on time, with the letter of its number as payload.
func voice(n int, seq uint16, stamp uint32) arrival {
	return arrival{time.Duration(n) * 20 * ms, pkt{seq: seq, stamp: stamp, payload: []byte{'a' + byte(n%26)}}}
}

// voices are packets of the given numbers in this order, each arriving when it would without the others, or with the one
// before it if that is later.
func voices(seq uint16, stamp uint32, numbers ...int) []arrival {
	list := make([]arrival, 0, len(numbers))
	at := time.Duration(0)
	for _, n := range numbers {
		a := voice(n, seq+uint16(n), stamp+uint32(n)*960)
		at = max(at, a.at)
		a.at = at
		list = append(list, a)
	}
	return list
}

func TestAudio(t *testing.T) {
	t.Parallel()
	const delay = 100 * ms
	tests := []struct {
		name     string
		arrivals []arrival
		want     string
		stats    ingest.Stats
	}{
		{"in order", voices(7, 1000, 0, 1, 2, 3), "a b c d", ingest.Stats{Packets: 4, Bytes: 4, Units: 4}},
		{"one lost", voices(7, 1000, 0, 1, 3, 4), "a b 1:d e", ingest.Stats{Packets: 4, Bytes: 4, Lost: 1, Units: 4}},
		{
			"losses apart", voices(7, 1000, 0, 2, 3, 6), "a 1:c d 2:g",
			ingest.Stats{Packets: 4, Bytes: 4, Lost: 3, Units: 4},
		},
		{
			"duplicate of a waiting packet", voices(7, 1000, 0, 1, 1, 2), "a b c",
			ingest.Stats{Packets: 4, Bytes: 3, Duplicates: 1, Units: 3},
		},
		{
			"duplicate of a packet that was read", voices(7, 1000, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0), "a b c d e f g h i j",
			ingest.Stats{Packets: 11, Bytes: 10, Duplicates: 1, Units: 10},
		},
		{
			"reordered", voices(7, 1000, 0, 2, 1, 4, 3), "a b c d e",
			ingest.Stats{Packets: 5, Bytes: 5, Reordered: 2, Units: 5},
		},
		{
			"first packets out of order", voices(7, 1000, 2, 0, 1, 3), "a b c d",
			ingest.Stats{Packets: 4, Bytes: 4, Reordered: 2, Units: 4},
		},
		{
			"too late", voices(7, 1000, 0, 2, 3, 4, 5, 6, 7, 8, 9, 1, 10), "a 1:c d e f g h i j k",
			ingest.Stats{Packets: 11, Bytes: 10, Lost: 1, Late: 1, Units: 10},
		},
		{
			"both counters wrap", voices(65534, math.MaxUint32-960, 0, 1, 2, 4, 3, 6), "a b c d e 1:g",
			ingest.Stats{Packets: 6, Bytes: 6, Lost: 1, Reordered: 1, Units: 6},
		},
		{
			"first packets out of order over the wrap", voices(65535, math.MaxUint32, 1, 0, 2), "a b c",
			ingest.Stats{Packets: 3, Bytes: 3, Reordered: 1, Units: 3},
		},
		{
			"silence in DTX is no loss",
			[]arrival{voice(0, 7, 0), voice(1, 8, 960), voice(21, 9, 21*960), voice(41, 10, 41*960), voice(42, 11, 42*960)},
			"a b v p q",
			ingest.Stats{Packets: 5, Bytes: 5, Units: 5},
		},
		{
			"padding alone carries nothing",
			[]arrival{
				voice(0, 7, 0),
				{5 * ms, pkt{seq: 8, padding: 200}},
				voice(1, 9, 960),
				{25 * ms, pkt{seq: 10, stamp: 960, padding: 1}},
				voice(2, 11, 1920),
			},
			"a b c",
			ingest.Stats{Packets: 5, Bytes: 3, Padding: 2, Units: 3},
		},
		{
			"padding behind a payload is cut off",
			[]arrival{{0, pkt{seq: 7, payload: []byte("a"), padding: 4}}},
			"a",
			ingest.Stats{Packets: 1, Bytes: 1, Units: 1},
		},
		{
			"a loss beside padding is counted once",
			[]arrival{voice(0, 7, 0), {5 * ms, pkt{seq: 9, padding: 9}}, voice(1, 10, 960)},
			"a 1:b",
			ingest.Stats{Packets: 3, Bytes: 2, Padding: 1, Lost: 1, Units: 2},
		},
		{
			"other payload types fill the sequence",
			[]arrival{
				voice(0, 7, 0), {20 * ms, pkt{seq: 8, stamp: 0xdeadbeef, pt: 13, payload: []byte("n")}}, voice(2, 9, 1920),
			},
			"a c",
			ingest.Stats{Packets: 3, Bytes: 2, Foreign: 1, Units: 2},
		},
		{
			"a stream that begins with another payload type",
			[]arrival{{0, pkt{seq: 7, stamp: 0xdeadbeef, pt: 101, payload: []byte("n")}}, voice(1, 8, 0), voice(2, 9, 960)},
			"b c",
			ingest.Stats{Packets: 3, Bytes: 2, Foreign: 1, Units: 2},
		},
		{
			"one stray sequence number", slicesOf(voices(7, 0, 0, 1), []arrival{voice(1, 30000, 960)}, voices(7, 0, 2, 3)),
			"a b c d",
			ingest.Stats{Packets: 4, Bytes: 4, Bad: 1, Units: 4},
		},
		{
			"one stray timestamp", slicesOf(voices(7, 0, 0, 1), []arrival{voice(2, 9, 1<<31)}, voices(7, 0, 3, 4)),
			"a b 1:d e",
			ingest.Stats{Packets: 4, Bytes: 4, Bad: 1, Lost: 1, Units: 4},
		},
		{
			"stray ones apart do not confirm each other",
			slicesOf(
				voices(7, 0, 0, 1), []arrival{voice(1, 30000, 960)}, voices(7, 0, 2), []arrival{voice(2, 30001, 1920)}, voices(7, 0, 3),
			),
			"a b c d",
			ingest.Stats{Packets: 4, Bytes: 4, Bad: 2, Units: 4},
		},
		{
			"stray ones of unlike timestamps do not confirm each other",
			slicesOf(voices(7, 0, 0, 1), []arrival{voice(1, 30000, 960), voice(1, 30001, 1<<31)}, voices(7, 0, 2, 3)),
			"a b c d",
			ingest.Stats{Packets: 4, Bytes: 4, Bad: 2, Units: 4},
		},
		{
			"sequence numbers start anew", slicesOf(voices(7, 0, 0, 1), voices(30000, 0, 2, 3, 4)),
			"a b 1:d e",
			ingest.Stats{Packets: 4, Bytes: 4, Bad: 1, Lost: 1, Restarts: 1, Units: 4},
		},
		{
			"timestamps start anew", slicesOf(voices(7, 0, 0, 1), voices(7, 1<<31, 2, 3, 4)),
			"a b 1:d e",
			ingest.Stats{Packets: 4, Bytes: 4, Bad: 1, Lost: 1, Restarts: 1, Units: 4},
		},
		{
			"both start anew", slicesOf(voices(7, 0, 0, 1), voices(30000, 1<<31, 2, 3, 4, 6)),
			"a b 1:d e 1:g",
			ingest.Stats{Packets: 5, Bytes: 5, Bad: 1, Lost: 2, Restarts: 1, Units: 5},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			track := audioTrack(t, nil)
			require.Equal(t, tt.want, run(t, track, delay, tt.arrivals))
			require.Equal(t, tt.stats, track.Stats())
		})
	}
}

func slicesOf(parts ...[]arrival) []arrival {
	var all []arrival
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// After a restart with another timestamp the presentation times go on as the packets arrive.
func TestRestartKeepsTime(t *testing.T) {
	t.Parallel()
	track := audioTrack(t, nil)
	for _, a := range slicesOf(voices(7, 0, 0, 1), voices(30000, 1<<31, 50, 51, 52)) {
		_ = track.Push(a.at, a.bytes()) // the first one of the new numbers is refused
	}
	var times []time.Duration
	var stamps []int64
	for _, u := range popAll(track, time.Hour) {
		times, stamps = append(times, u.Time), append(stamps, u.Timestamp)
	}
	require.Equal(t, []time.Duration{0, 20 * ms, 51 * 20 * ms, 52 * 20 * ms}, times)
	require.Equal(t, []int64{0, 960, 51 * 960, 52 * 960}, stamps)
}

// A packet is waited for up to the instant at which the position reaches what follows it, and no longer.
func TestDeadline(t *testing.T) {
	t.Parallel()
	push := func(track *ingest.Track, n int, at time.Duration) {
		a := voice(n, uint16(n), uint32(n)*960)
		require.NoError(t, track.Push(at, a.bytes()))
	}
	for _, inTime := range []bool{true, false} {
		t.Run(fmt.Sprintf("in time %v", inTime), func(t *testing.T) {
			t.Parallel()
			track := audioTrack(t, nil)
			push(track, 0, 0)
			push(track, 2, 40*ms)
			au, ok := track.Pop(0)
			require.True(t, ok)
			require.Equal(t, "a", string(au.Payload))
			_, ok = track.Pop(40*ms - 1)
			require.False(t, ok)
			if inTime {
				push(track, 1, 1000*ms)
			}
			au, ok = track.Pop(40 * ms)
			require.True(t, ok)
			if inTime {
				require.Equal(t, "b", string(au.Payload))
				require.Zero(t, au.Lost)
				return
			}
			require.Equal(t, "c", string(au.Payload))
			require.Equal(t, 1, au.Lost)
			push(track, 1, 1000*ms)
			_, ok = track.Pop(time.Hour)
			require.False(t, ok)
			require.Equal(t, int64(1), track.Stats().Late)
		})
	}
}

func TestPushErrors(t *testing.T) {
	t.Parallel()
	good := pkt{seq: 1, payload: []byte("x")}.bytes()
	changed := func(i int, b byte) []byte {
		c := bytes.Clone(good)
		c[i] = b
		return c
	}
	tests := []struct {
		name   string
		packet []byte
		want   error
	}{
		{"empty", nil, ingest.ErrMalformed},
		{"11 bytes", good[:11], ingest.ErrMalformed},
		{"version 1", changed(0, 1<<6), ingest.ErrMalformed},
		{"version 3", changed(0, 3<<6), ingest.ErrMalformed},
		{"contributors missing", changed(0, 2<<6|15), ingest.ErrMalformed},
		{"extension missing", changed(0, 2<<6|0x10), ingest.ErrMalformed},
		{"padding longer than the packet", changed(0, 2<<6|0x20), ingest.ErrMalformed},
		{"padding of 0 bytes", append(changed(0, 2<<6|0x20)[:12], 0), ingest.ErrMalformed},
		{"larger than UDP", append(good[:12:12], make([]byte, 65535)...), ingest.ErrMalformed},
		{"other SSRC", changed(11, 99), ingest.ErrSSRC},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			track := audioTrack(t, nil)
			require.ErrorIs(t, track.Push(0, tt.packet), tt.want)
			require.Equal(t, ingest.Stats{Bad: 1}, track.Stats())
			_, ok := track.Pop(time.Hour)
			require.False(t, ok)
			require.NoError(t, track.Push(0, good))
			_, ok = track.Pop(time.Hour)
			require.True(t, ok)
		})
	}
}

func TestNewTrackErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		cfg  ingest.TrackConfig
		want error
	}{
		{"no codec", ingest.TrackConfig{}, ingest.ErrUnsupported},
		{"H.263", ingest.TrackConfig{Kind: ingest.Video, Codec: "H263-1998"}, ingest.ErrUnsupported},
		{"VP8 as audio", ingest.TrackConfig{Kind: ingest.Audio, Codec: "VP8"}, ingest.ErrUnsupported},
		{"Opus as video", ingest.TrackConfig{Kind: ingest.Video, Codec: "opus"}, ingest.ErrUnsupported},
		{"no such kind", ingest.TrackConfig{Kind: 9, Codec: "opus"}, ingest.ErrUnsupported},
		{"negative clock rate", ingest.TrackConfig{Codec: "opus", ClockRate: -1}, ingest.ErrConfig},
		{"clock rate", ingest.TrackConfig{Codec: "opus", ClockRate: 1_000_001}, ingest.ErrConfig},
		{"payload type", ingest.TrackConfig{Codec: "opus", PayloadType: 128}, ingest.ErrConfig},
		{"too few packets", ingest.TrackConfig{Codec: "opus", MaxPackets: 15}, ingest.ErrConfig},
		{"too many packets", ingest.TrackConfig{Codec: "opus", MaxPackets: 32769}, ingest.ErrConfig},
		{"negative bytes", ingest.TrackConfig{Codec: "opus", MaxBytes: -1}, ingest.ErrConfig},
		{"any case", ingest.TrackConfig{Codec: "OpUs"}, nil},
		{"G.711", ingest.TrackConfig{Codec: "pcmu"}, nil},
		{"G.711 A-law", ingest.TrackConfig{Codec: "PCMA"}, nil},
		{"G.722", ingest.TrackConfig{Codec: "G722"}, nil},
		{"linear PCM", ingest.TrackConfig{Codec: "L16", ClockRate: 32000}, nil},
		{"vp8", ingest.TrackConfig{Kind: ingest.Video, Codec: "vp8", MaxPackets: 32768}, nil},
		{"VP9", ingest.TrackConfig{Kind: ingest.Video, Codec: "VP9"}, nil},
		{"H.265", ingest.TrackConfig{Kind: ingest.Video, Codec: "H265"}, nil},
		{"AV1", ingest.TrackConfig{Kind: ingest.Video, Codec: "AV1"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			track, err := ingest.NewTrack(tt.cfg)
			if tt.want != nil {
				require.ErrorIs(t, err, tt.want)
				return
			}
			require.NoError(t, err)
			require.NotNil(t, track)
		})
	}
}

// Whatever a sender does, a track holds no more than it is allowed to, and goes on afterwards.
func TestBounds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		size       int
		maxPackets int
		maxBytes   int
	}{
		{"packets", 10, 64, 0},
		{"bytes", 1000, 1024, 20_000},
		{"large packets", 60_000, 1024, 200_000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			track, err := ingest.NewTrack(ingest.TrackConfig{
				Codec: "opus", PayloadType: pt, SSRC: ssrc, MaxPackets: tt.maxPackets, MaxBytes: tt.maxBytes,
			})
			require.NoError(t, err)
			full := 0
			for n := range 3000 {
				p := pkt{seq: uint16(n), stamp: uint32(n) * 10, payload: make([]byte, tt.size)}
				if err := track.Push(0, p.bytes()); err != nil {
					require.ErrorIs(t, err, ingest.ErrFull)
					full++
				}
			}
			units := popAll(track, time.Hour)
			want := tt.maxPackets
			if tt.maxBytes > 0 {
				want = tt.maxBytes / tt.size
			}
			require.Len(t, units, want)
			require.Equal(t, 3000-want, full)
			require.Equal(t, int64(full), track.Stats().Overflow)

			require.NoError(t, track.Push(0, pkt{seq: 3000, stamp: 30000, payload: []byte("x")}.bytes()))
			units = popAll(track, time.Hour)
			require.Len(t, units, 1)
			require.Equal(t, 3000-want, units[0].Lost)
		})
	}
}

// Buffers of large packets are not kept, or packets of changing size would in the end give each of many a large one.
func TestMemory(t *testing.T) {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	track, err := ingest.NewTrack(ingest.TrackConfig{Codec: "opus", PayloadType: pt, SSRC: ssrc, MaxPackets: 2048})
	require.NoError(t, err)
	seq := uint16(0)
	wave := func(packets, size int) {
		for range packets {
			require.NoError(t, track.Push(0, pkt{seq: seq, payload: make([]byte, size)}.bytes()))
			seq++
		}
		for range packets {
			_, ok := track.Pop(time.Hour)
			require.True(t, ok)
		}
	}
	for range 12 {
		wave(128, 64_000)
		wave(2000, 10)
	}
	require.Less(t, int64(heap())-int64(before), int64(8<<20))
	runtime.KeepAlive(track)
}

// A sender of nothing but padding, with gaps, can't fill the jitter buffer for good.
func TestPaddingFlood(t *testing.T) {
	t.Parallel()
	track := audioTrack(t, nil)
	require.NoError(t, track.Push(0, voice(0, 0, 0).bytes()))
	_, ok := track.Pop(0)
	require.True(t, ok)
	for n := range 100_000 {
		require.NoError(t, track.Push(0, pkt{seq: uint16(2 * n), padding: 20}.bytes()))
	}
	require.NoError(t, track.Push(0, pkt{seq: uint16(200_000 % 65536), stamp: 960, payload: []byte("x")}.bytes()))
	au, ok := track.Pop(time.Hour)
	require.True(t, ok)
	require.Equal(t, 100_000, au.Lost)
}

func TestClose(t *testing.T) {
	t.Parallel()
	clock := ingest.NewClock()
	track := audioTrack(t, clock)
	require.NoError(t, track.Push(0, voice(0, 0, 0).bytes()))
	track.Close()
	track.Close()
	au, ok := track.Pop(0)
	require.True(t, ok)
	require.Equal(t, "a", string(au.Payload))
}

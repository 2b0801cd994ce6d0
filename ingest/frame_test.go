package ingest_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/ingest"
)

// Payload descriptors (RFC 7741 4.2) without extension.
const (
	start     = "\x10" // S, PID 0
	more      = "\x00"
	start1    = "\x11" // S, PID 1
	startN    = "\x30" // S, N
	truncated = "\x80" // X, and nothing of it
)

// part is a packet of the n-th frame of 30 per second.
func part(n int, seq uint16, marker bool, payload string) arrival {
	return arrival{
		at:  time.Duration(n) * time.Second / 30,
		pkt: pkt{seq: seq, stamp: uint32(n) * 3000, marker: marker, payload: []byte(payload)},
	}
}

func TestFrames(t *testing.T) {
	t.Parallel()
	a1, a2, a3 := part(0, 1, false, start+"a"), part(0, 2, false, more+"b"), part(0, 3, true, more+"c")
	b1, b2 := part(1, 4, false, start+"d"), part(1, 5, true, start1+"e")
	c1 := part(2, 6, true, start+"f")
	tests := []struct {
		name     string
		arrivals []arrival
		want     string
		lost     int64
		dropped  int64
	}{
		{"in order", []arrival{a1, a2, a3, b1, b2, c1}, "abc de f", 0, 0},
		{"out of order", []arrival{a2, a3, a1, c1, b2, b1}, "abc de f", 0, 0},
		{"duplicates", []arrival{a1, a2, a1, a3, a3, b1, b2, b2, c1}, "abc de f", 0, 0},
		{"stream begins inside a frame", []arrival{a2, a3, b1, b2, c1}, "1:de f", 0, 1},
		{"middle missing", []arrival{a1, a3, b1, b2, c1}, "1:de f", 1, 1},
		{"end missing", []arrival{a1, a2, b1, b2, c1}, "1:de f", 1, 1},
		{"start missing", []arrival{a1, a2, a3, b2, c1}, "abc 1:f", 1, 1},
		{"whole frame missing", []arrival{a1, a2, a3, c1}, "abc 2:f", 2, 0},
		{"two frames damaged", []arrival{a1, a2, b2, c1}, "2:f", 2, 2},
		{
			"no markers",
			[]arrival{part(0, 1, false, start+"a"), part(0, 2, false, more+"b"), part(1, 3, false, start+"c"), part(2, 4, true, start+"d")},
			"ab c d", 0, 0,
		},
		{
			"no marker and a gap: the end can't be known",
			[]arrival{part(0, 1, false, start+"a"), part(0, 2, false, more+"b"), part(1, 4, true, start+"c")},
			"1:c", 1, 1,
		},
		{
			"padding inside a frame and between frames",
			[]arrival{
				part(1, 1, false, start+"a"),
				{0, pkt{seq: 2, stamp: 77, padding: 5}},
				part(1, 3, true, more+"b"),
				{ms, pkt{seq: 4, padding: 5}},
				part(2, 5, true, start+"c"),
			},
			"ab c", 0, 0,
		},
		{
			"padding at the end of a frame without marker",
			[]arrival{a1, {0, pkt{seq: 2, padding: 5}}, part(1, 3, true, start+"b")},
			"a b", 0, 0,
		},
		{
			"a second partition is not a new frame",
			[]arrival{part(0, 1, false, start+"a"), part(0, 2, true, start1+"b")},
			"ab", 0, 0,
		},
		{
			"a frame can't begin with its second partition",
			[]arrival{part(0, 1, true, start1+"a"), part(1, 2, true, start+"b")},
			"1:b", 0, 1,
		},
		{
			"two frames of one timestamp",
			[]arrival{part(0, 1, false, start+"a"), part(0, 2, true, start+"b"), part(0, 3, true, start+"c")},
			"a b c", 0, 0,
		},
		{
			"a broken descriptor costs its frame",
			[]arrival{part(0, 1, true, start+"a"), part(1, 2, false, start+"b"), part(1, 3, true, truncated), part(2, 4, true, start+"c")},
			"a 1:c", 0, 1,
		},
		{
			"a descriptor alone costs its frame",
			[]arrival{part(0, 1, false, start), part(0, 2, true, more+"b"), part(1, 3, true, start+"c")},
			"1:c", 0, 1,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			track := videoTrack(t, nil)
			for _, a := range tt.arrivals {
				if err := track.Push(a.at, a.bytes()); err != nil {
					require.ErrorIs(t, err, ingest.ErrPayload)
				}
			}
			require.Equal(t, tt.want, run(t, track, 0, nil))
			stats := track.Stats()
			require.Equal(t, tt.lost, stats.Lost)
			require.Equal(t, tt.dropped, stats.DroppedUnits)
		})
	}
}

// What is missing of a frame when its time has come is lost; what comes then is of no use.
func TestFrameDeadline(t *testing.T) {
	t.Parallel()
	track := videoTrack(t, nil)
	push := func(a arrival) { require.NoError(t, track.Push(a.at, a.bytes())) }
	push(part(0, 1, true, start+"a"))
	push(part(1, 2, false, start+"b"))
	push(part(2, 4, true, start+"d"))

	require.Len(t, popAll(track, time.Second/30-1), 1)
	push(part(1, 3, true, more+"c"))
	units := popAll(track, time.Second/30)
	require.Len(t, units, 1)
	require.Equal(t, "bc", units[0].payload)
	require.Zero(t, units[0].Lost)
	require.Len(t, popAll(track, 2*time.Second/30), 1)

	push(part(3, 5, false, start+"e"))
	require.Empty(t, popAll(track, 3*time.Second/30), "the frame is not whole at its time")
	late := part(3, 6, true, more+"f")
	require.NoError(t, track.Push(time.Second, late.bytes()))
	push(part(4, 7, true, start+"g"))
	units = popAll(track, time.Second)
	require.Len(t, units, 1)
	require.Equal(t, "g", units[0].payload)
	require.Equal(t, 1, units[0].Lost, "a gap, though all packets came in the end")
	require.Equal(t, int64(1), track.Stats().DroppedUnits)
	require.Zero(t, track.Stats().Lost)
}

func TestFrameTooLarge(t *testing.T) {
	t.Parallel()
	track, err := ingest.NewTrack(ingest.TrackConfig{
		Kind: ingest.Video, Codec: "VP8", PayloadType: pt, SSRC: ssrc, MaxBytes: 2 * ingest.MaxFrameBytes,
	})
	require.NoError(t, err)
	const size = 1 << 15
	seq := uint16(0)
	frame := func(stamp uint32, size int, body int) {
		for n := 0; n < size; n += body {
			head := more
			if n == 0 {
				head = start
			}
			p := pkt{seq: seq, stamp: stamp, marker: n+body >= size, payload: append([]byte(head), make([]byte, min(body, size-n))...)}
			require.NoError(t, track.Push(0, p.bytes()))
			seq++
		}
	}
	frame(0, ingest.MaxFrameBytes, size)
	units := popAll(track, time.Hour)
	require.Len(t, units, 1)
	require.Len(t, units[0].payload, ingest.MaxFrameBytes)
	frame(3000, ingest.MaxFrameBytes+1, size)
	require.Empty(t, popAll(track, time.Hour))
	frame(6000, 10, size)
	units = popAll(track, time.Hour)
	require.Len(t, units, 1)
	require.Equal(t, 1, units[0].Lost)
	require.Equal(t, int64(1), track.Stats().DroppedUnits)
}

func TestVP8Descriptor(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		payload string
		want    ingest.VP8Descriptor
		frame   string
		key     bool
	}{
		{"keyframe", start + "\x10", ingest.VP8Descriptor{}, "\x10", true},
		{"inter frame", start + "\x11", ingest.VP8Descriptor{}, "\x11", false},
		{"non-reference", startN + "\x01", ingest.VP8Descriptor{NonReference: true}, "\x01", false},
		{"7-bit picture ID", "\x90\x80\x7f\x00", ingest.VP8Descriptor{HasPictureID: true, PictureID: 127}, "\x00", true},
		{"15-bit picture ID", "\x90\x80\xff\xfe\x00", ingest.VP8Descriptor{HasPictureID: true, PictureID: 32766}, "\x00", true},
		{"TL0PICIDX", "\x90\x40\xab\x00", ingest.VP8Descriptor{HasTL0: true, TL0PicIdx: 0xab}, "\x00", true},
		{"TID and Y", "\x90\x20\xa0\x00", ingest.VP8Descriptor{HasTID: true, TID: 2, LayerSync: true}, "\x00", true},
		{"KEYIDX alone", "\x90\x10\xff\x00", ingest.VP8Descriptor{}, "\x00", true},
		{
			"all of it", "\xb0\xf0\x81\x02\x03\xdf\x01",
			ingest.VP8Descriptor{HasPictureID: true, PictureID: 258, HasTL0: true, TL0PicIdx: 3, HasTID: true, TID: 3, NonReference: true},
			"\x01", false,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			track := videoTrack(t, nil)
			for _, a := range []arrival{part(0, 1, true, tt.payload), part(1, 2, true, start+"x")} {
				require.NoError(t, track.Push(a.at, a.bytes()))
			}
			units := popAll(track, time.Hour)
			require.Len(t, units, 2)
			require.Equal(t, tt.want, units[0].VP8)
			require.Equal(t, tt.frame, units[0].payload)
			require.Equal(t, tt.key, units[0].Keyframe)
			require.True(t, units[0].Marker)
			require.Equal(t, ingest.VP8Descriptor{}, units[1].VP8)

			for n := 1; n < len(tt.payload); n++ {
				short := videoTrack(t, nil)
				require.ErrorIs(t, short.Push(0, part(0, 1, true, tt.payload[:n]).bytes()), ingest.ErrPayload, "%d bytes", n)
				require.Equal(t, int64(1), short.Stats().Bad)
				require.Empty(t, popAll(short, time.Hour))
			}
		})
	}
}

// film is a stream of frames and what should come of it when only some of its packets are received.
type film struct {
	packets []pkt
	frames  []struct{ from, to int } // packets, to is exclusive
}

func makeFilm(r *rand.Rand, frames int, markers bool, kind ingest.Kind) film {
	var f film
	seq, stamp := uint16(r.Uint32()), r.Uint32()
	for n := range frames {
		from := len(f.packets)
		parts := 1
		if kind == ingest.Video {
			parts = 1 + r.IntN(4)
		}
		for i := range parts {
			p := pkt{seq: seq, stamp: stamp + uint32(n)*3000, marker: markers && i == parts-1}
			p.payload = []byte{byte(n), byte(n >> 8), byte(i)}
			if kind == ingest.Video {
				p.payload = append([]byte{more[0]}, p.payload...)
				if i == 0 {
					p.payload[0] = start[0]
				}
			}
			f.packets = append(f.packets, p)
			seq++
		}
		f.frames = append(f.frames, struct{ from, to int }{from, len(f.packets)})
	}
	return f
}

// expect returns the frames that are whole and the losses before each, given which packets were received.
func (f film) expect(received []bool, markers bool, kind ingest.Kind) (payloads []string, lost []int) {
	gap, damage, begun := 0, false, false
	for _, frame := range f.frames {
		missing, there := 0, 0
		var b strings.Builder
		for i := frame.from; i < frame.to; i++ {
			if received[i] {
				begun = true
				there++
				body := f.packets[i].payload
				if kind == ingest.Video {
					body = body[1:]
				}
				b.Write(body)
			} else if begun {
				missing++
			}
		}
		endKnown := markers || kind == ingest.Audio || frame.to < len(received) && received[frame.to]
		if there == frame.to-frame.from && endKnown {
			if damage {
				gap = max(gap, 1)
			}
			payloads, lost = append(payloads, b.String()), append(lost, gap)
			gap, damage = 0, false
			continue
		}
		gap += missing
		damage = damage || there > 0
	}
	return payloads, lost
}

// Any order and any losses: the units come in order, each is whole, and the lost packets are counted exactly.
func TestAnyOrderAnyLoss(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		kind := ingest.Kind(seed % 2)
		markers := seed%4 < 2
		f := makeFilm(r, 60, markers, kind)
		received := make([]bool, len(f.packets))
		var order []int
		for i := range received {
			if received[i] = r.Float64() > 0.15; received[i] {
				order = append(order, i)
				if r.IntN(10) == 0 {
					order = append(order, i)
				}
			}
		}
		r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		track := videoTrack(t, nil)
		if kind == ingest.Audio {
			track = audioTrack(t, nil)
		}
		for _, i := range order {
			require.NoError(t, track.Push(0, f.packets[i].bytes()))
		}
		requireUnits(t, seed, f, received, markers, kind, popAll(track, math.MaxInt64))
	}
}

func requireUnits(t *testing.T, seed uint64, f film, received []bool, markers bool, kind ingest.Kind, units []unit) {
	t.Helper()
	payloads, lost := f.expect(received, markers, kind)
	var gotPayloads []string
	var gotLost []int
	for _, u := range units {
		gotPayloads, gotLost = append(gotPayloads, u.payload), append(gotLost, u.Lost)
	}
	require.Equal(t, payloads, gotPayloads, "seed %d", seed)
	require.Equal(t, lost, gotLost, "seed %d", seed)
}

// The same with packets that come 200 ms late at most while the position follows 300 ms behind: nothing that was sent in
// time is lost.
func TestJitterWithinDelay(t *testing.T) {
	t.Parallel()
	const delay, jitter = 300 * ms, 200 * ms
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 2))
		kind := ingest.Kind(seed % 2)
		f := makeFilm(r, 120, true, kind)
		track, err := ingest.NewTrack(ingest.TrackConfig{
			Kind: kind, Codec: []string{"opus", "VP8"}[kind], ClockRate: 90000, PayloadType: pt, SSRC: ssrc,
		})
		require.NoError(t, err)
		received := make([]bool, len(f.packets))
		sent := map[int][]int{} // by ms of arrival
		last := 0
		for n, frame := range f.frames {
			for i := frame.from; i < frame.to; i++ {
				if received[i] = r.Float64() > 0.1; received[i] {
					at := n*1000/30 + r.IntN(int(jitter/ms))
					sent[at] = append(sent[at], i)
					last = max(last, at)
				}
			}
		}
		var units []unit
		for at := range last + 1 {
			for _, i := range sent[at] {
				require.NoError(t, track.Push(time.Duration(at)*ms, f.packets[i].bytes()))
			}
			if at%25 == 0 {
				units = append(units, popAll(track, time.Duration(at)*ms-delay)...)
			}
		}
		units = append(units, popAll(track, math.MaxInt64)...)
		requireUnits(t, seed, f, received, true, kind, units)
		require.Zero(t, track.Stats().Late)
	}
}

package ingest_test

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/ingest"
)

// Payloads of RFC 6184. A slice of which the first macroblock is number 0 begins with a 1 bit.
const (
	sps      = "\x67s"
	pps      = "\x68p"
	aud      = "\x09a"
	idr      = "\x65\x88i"
	slice    = "\x41\x9as"
	slice2   = "\x41\x22t" // first_mb_in_slice is not 0
	params   = "\x78\x00\x02" + sps + "\x00\x02" + pps
	fuStart  = "\x7c\x85\x88"
	fuMiddle = "\x7c\x05m"
	fuEnd    = "\x7c\x45e"
)

func h264Track(tb testing.TB) *ingest.Track {
	tb.Helper()
	t, err := ingest.NewTrack(ingest.TrackConfig{Kind: ingest.Video, Codec: "H264", PayloadType: pt, SSRC: ssrc})
	require.NoError(tb, err)
	return t
}

// describe shows access units with | for each start code, and what was lost before them.
func describe(units []unit) string {
	var list []string
	for _, u := range units {
		s := strings.ReplaceAll(u.payload, "\x00\x00\x00\x01", "|")
		if u.Keyframe {
			s += " key"
		}
		if u.Lost > 0 {
			s = fmt.Sprintf("%d:%s", u.Lost, s)
		}
		list = append(list, s)
	}
	return strings.Join(list, ", ")
}

func TestH264(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		arrivals []arrival
		want     string
		lost     int64
		dropped  int64
	}{
		{"single NAL units", []arrival{part(0, 1, true, idr), part(1, 2, true, slice)}, "|" + idr + " key, |" + slice, 0, 0},
		{
			"parameter sets, aggregated, before a fragmented IDR picture",
			[]arrival{part(0, 1, false, params), part(0, 2, false, fuStart), part(0, 3, false, fuMiddle), part(0, 4, true, fuEnd)},
			"|" + sps + "|" + pps + "|\x65\x88me key", 0, 0,
		},
		{
			"the same out of order",
			[]arrival{part(0, 3, false, fuMiddle), part(0, 4, true, fuEnd), part(0, 1, false, params), part(0, 2, false, fuStart)},
			"|" + sps + "|" + pps + "|\x65\x88me key", 0, 0,
		},
		{
			"several slices, each of which could begin a unit or not",
			[]arrival{part(0, 1, false, aud), part(0, 2, false, slice), part(0, 3, true, slice2), part(1, 4, true, slice)},
			"|" + aud + "|" + slice + "|" + slice2 + ", |" + slice, 0, 0,
		},
		{
			"no markers",
			[]arrival{part(0, 1, false, slice), part(0, 2, false, slice2), part(1, 3, false, slice), part(2, 4, true, slice)},
			"|" + slice + "|" + slice2 + ", |" + slice + ", |" + slice, 0, 0,
		},
		{
			"the beginning is lost",
			[]arrival{part(0, 1, true, slice), part(1, 3, true, slice2), part(2, 4, true, slice)},
			"|" + slice + ", 1:|" + slice, 1, 1,
		},
		{
			"a fragment is lost",
			[]arrival{part(0, 1, false, fuStart), part(0, 3, true, fuEnd), part(1, 4, true, slice)},
			"1:|" + slice, 1, 1,
		},
		{
			"the last fragment is lost",
			[]arrival{part(0, 1, false, fuStart), part(0, 2, false, fuMiddle), part(1, 4, true, slice)},
			"1:|" + slice, 1, 1,
		},
		{
			"fragments that do not end",
			[]arrival{part(0, 1, false, fuStart), part(0, 2, true, fuMiddle), part(1, 3, true, slice)},
			"1:|" + slice, 0, 1,
		},
		{
			"fragments that begin twice",
			[]arrival{part(0, 1, false, fuStart), part(0, 2, false, fuStart), part(0, 3, true, fuEnd), part(1, 4, true, slice)},
			"1:|" + slice, 0, 1,
		},
		{
			"a NAL unit within a fragmented one",
			[]arrival{part(0, 1, false, fuStart), part(0, 2, false, slice2), part(0, 3, true, fuEnd), part(1, 4, true, slice)},
			"1:|" + slice, 0, 1,
		},
		{
			"a broken payload costs its unit",
			[]arrival{part(0, 1, false, slice), part(0, 2, true, "\x78\x00\x09x"), part(1, 3, true, slice)},
			"1:|" + slice, 0, 1,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			track := h264Track(t)
			for _, a := range tt.arrivals {
				if err := track.Push(a.at, a.bytes()); err != nil {
					require.ErrorIs(t, err, ingest.ErrPayload)
				}
			}
			require.Equal(t, tt.want, describe(popAll(track, math.MaxInt64)))
			require.Equal(t, tt.lost, track.Stats().Lost)
			require.Equal(t, tt.dropped, track.Stats().DroppedUnits)
		})
	}
}

func TestH264Payloads(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, payload string
		good          bool
	}{
		{"NAL unit", slice, true},
		{"STAP-A", params, true},
		{"FU-A", fuStart, true},
		{"NAL unit of one byte", "\x41", false},
		{"NAL unit type 0", "\x40ab", false},
		{"STAP-B", "\x79\x00\x00\x00\x02ab", false},
		{"MTAP16", "\x7aabcdef", false},
		{"FU-B", "\x7d\x85\x00\x00a", false},
		{"NAL unit type 30", "\x7eab", false},
		{"empty STAP-A", "\x78", false},
		{"STAP-A that ends within a size", "\x78\x00\x02" + sps + "\x00", false},
		{"STAP-A with a NAL unit of one byte", "\x78\x00\x01a", false},
		{"STAP-A with too large a size", "\x78\x00\x03" + sps, false},
		{"FU-A without content", "\x7c\x85", false},
		{"FU-A with start and end", "\x7c\xc5a", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := h264Track(t).Push(0, pkt{seq: 1, marker: true, payload: []byte(tt.payload)}.bytes())
			if tt.good {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, ingest.ErrPayload)
		})
	}
}

// TestH264Call takes a real call: every access unit comes out whole and in order, and those that begin with parameter
// sets are the keyframes.
func TestH264Call(t *testing.T) {
	t.Parallel()
	const dir = "../testdata/calls/h264"
	c := readCall(t, dir)
	for i := range c.Participants {
		for _, p := range play(t, c, dir, i, 1000*ms, true) {
			require.Zero(t, p.stats.Lost, p.name)
			require.Zero(t, p.stats.DroppedUnits, p.name)
			require.Zero(t, p.stats.Bad, p.name)
			if p.kind != ingest.Video {
				continue
			}
			keyframes := 0
			for n, u := range p.units {
				require.True(t, strings.HasPrefix(u.payload, "\x00\x00\x00\x01"))
				require.Zero(t, u.Lost)
				require.Equal(t, strings.Contains(u.payload, "\x00\x00\x00\x01\x67"), u.Keyframe, "unit %d", n)
				if u.Keyframe {
					keyframes++
				}
			}
			require.Greater(t, len(p.units), 200, p.name)
			require.GreaterOrEqual(t, keyframes, 2, p.name)
		}
	}
}

// FuzzH264 pushes payloads in packets of one timestamp, each preceded by its length in a byte: what comes out consists
// of what went in.
func FuzzH264(f *testing.F) {
	for _, list := range [][]string{{slice}, {params, fuStart, fuMiddle, fuEnd}, {fuStart, slice}, {"\x78\x00\x09x"}} {
		var b []byte
		for _, s := range list {
			b = append(append(b, byte(len(s))), s...)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		track := h264Track(t)
		size := 0
		for seq := uint16(0); len(b) > 0; seq++ {
			n := min(int(b[0]), len(b)-1)
			payload := b[1 : 1+n]
			b = b[1+n:]
			size += len(payload)
			_ = track.Push(0, pkt{seq: seq, marker: len(b) == 0, payload: payload}.bytes())
		}
		for _, u := range popAll(track, math.MaxInt64) {
			require.True(t, strings.HasPrefix(u.payload, "\x00\x00\x00\x01"))
			starts := bytes.Count([]byte(u.payload), []byte("\x00\x00\x00\x01"))
			require.LessOrEqual(t, len(u.payload), size+5*starts)
		}
	})
}

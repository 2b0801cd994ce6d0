package ingest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/ingest"
)

const threeParty = "../testdata/calls/three-party"

// frames counts the frames of a video track by what is on the wire: a frame for each marker bit of a new sequence number.
func frames(list []record, ssrc uint32) int {
	seen := map[uint16]bool{}
	n := 0
	for _, r := range list {
		if s, ok := ingest.SSRC(r.data); r.rtcp || !ok || s != ssrc {
			continue
		}
		seq := uint16(r.data[2])<<8 | uint16(r.data[3])
		if !seen[seq] && r.data[1]&0x80 != 0 {
			n++
		}
		seen[seq] = true
	}
	return n
}

// A real call, with a few retransmissions that came although nothing was lost: every access unit comes out.
func TestRealCall(t *testing.T) {
	t.Parallel()
	c := readCall(t, threeParty)
	require.Len(t, c.Participants, 3)
	for i, p := range c.Participants {
		for k, tr := range play(t, c, threeParty, i, time.Second, true) {
			stats := tr.stats
			require.Zero(t, stats.Lost+stats.Late+stats.Bad+stats.Foreign+stats.Overflow+stats.Restarts+stats.DroppedUnits, tr.name)
			require.Zero(t, stats.BadReports, tr.name)
			require.Positive(t, stats.Reports, tr.name)
			require.Equal(t, int64(len(tr.units)), stats.Units)
			if tr.kind == ingest.Video {
				require.Equal(t, int64(3), stats.Duplicates, tr.name)
				require.Len(t, tr.units, frames(readDump(t, threeParty+"/"+p.File), p.Tracks[k].SSRC), tr.name)
				require.True(t, tr.units[0].Keyframe, tr.name)
			} else {
				require.Len(t, tr.units, int(stats.Packets), tr.name)
			}
			for n, u := range tr.units {
				require.Zero(t, u.Lost, "%s: unit %d", tr.name, n)
				if n > 0 {
					require.Greater(t, u.Time, tr.units[n-1].Time, "%s: unit %d", tr.name, n)
					require.Greater(t, u.Timestamp, tr.units[n-1].Timestamp, "%s: unit %d", tr.name, n)
				}
			}
		}
	}
}

// In the real call the reports move no sound, and pictures by the 7 to 9 ms that this browser's sound takes longer on
// its way than its pictures.
func TestRealCallReports(t *testing.T) {
	t.Parallel()
	c := readCall(t, threeParty)
	for i := range c.Participants {
		with, without := play(t, c, threeParty, i, time.Second, true), play(t, c, threeParty, i, time.Second, false)
		for k, tr := range with {
			require.Len(t, without[k].units, len(tr.units))
			for n, u := range tr.units {
				shift := u.Time - without[k].units[n].Time
				switch since := u.Time - tr.units[0].Time; {
				case tr.kind == ingest.Audio:
					require.Zero(t, shift, "%s: unit %d", tr.name, n)
				case since > 3*time.Second:
					require.InDelta(t, 8*ms, shift, float64(1500*time.Microsecond), "%s: unit %d", tr.name, n)
				}
			}
		}
	}
}

// The same call with losses: each track comes to the same count of packets.
func TestRealCallWithLosses(t *testing.T) {
	t.Parallel()
	c := readCall(t, threeParty)
	list := readDump(t, threeParty+"/"+c.Participants[0].File)
	info := c.Participants[0].Tracks[1]
	track, err := ingest.NewTrack(ingest.TrackConfig{Kind: ingest.Video, Codec: info.Codec, PayloadType: info.PayloadType, SSRC: info.SSRC})
	require.NoError(t, err)
	sent, dropped, n := map[uint16]bool{}, map[uint16]bool{}, 0
	var units []unit
	for _, r := range list {
		units = append(units, popAll(track, r.at-time.Second)...)
		if s, ok := ingest.SSRC(r.data); r.rtcp || !ok || s != info.SSRC {
			continue
		}
		seq := uint16(r.data[2])<<8 | uint16(r.data[3])
		if n++; n > 1 && (seq%32 == 9 || dropped[seq]) {
			dropped[seq] = true
			continue
		}
		sent[seq] = true
		require.NoError(t, track.Push(r.at, r.data))
	}
	units = append(units, popAll(track, time.Hour)...)
	lost := 0
	for _, u := range units {
		lost += u.Lost
	}
	require.Equal(t, len(dropped), lost)
	require.Equal(t, int64(len(dropped)), track.Stats().Lost)
	require.Equal(t, frames(list, info.SSRC), len(units)+int(track.Stats().DroppedUnits)+wholeLost(list, info.SSRC, dropped))
}

// wholeLost counts the frames of which no packet was received.
func wholeLost(list []record, ssrc uint32, dropped map[uint16]bool) int {
	left := map[uint32]bool{}
	for _, r := range list {
		if s, ok := ingest.SSRC(r.data); r.rtcp || !ok || s != ssrc {
			continue
		}
		stamp := uint32(r.data[4])<<24 | uint32(r.data[5])<<16 | uint32(r.data[6])<<8 | uint32(r.data[7])
		left[stamp] = left[stamp] || !dropped[uint16(r.data[2])<<8|uint16(r.data[3])]
	}
	n := 0
	for _, some := range left {
		if !some {
			n++
		}
	}
	return n
}

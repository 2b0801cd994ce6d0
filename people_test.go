//go:build !race

package callrec_test

import (
	"image"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/tiler"
)

// stayOf is from when to when someone is in a captured call, and their marks.
type stayOf struct {
	name       string
	join, left time.Duration
	color      string
	tone       float64 // Hz
}

var threePartyStays = []stayOf{
	{"A", 624 * time.Millisecond, 20024 * time.Millisecond, "red", 430},
	{"B", 3373 * time.Millisecond, 15012 * time.Millisecond, "lime", 620},
	{"C", 6411 * time.Millisecond, 20032 * time.Millisecond, "blue", 910},
}

// borderColor is the color of the border of a tile if it is the same on all four sides, else "".
func borderColor(canvas *image.YCbCr, tile image.Rectangle) string {
	d := tile.Dy() * 12 / 360 // the middle of the border
	sides := []image.Point{
		{tile.Min.X + tile.Dx()/2, tile.Min.Y + d},
		{tile.Max.X - tile.Dx()/3, tile.Max.Y - 1 - d}, // the label is on the left
		{tile.Min.X + d, tile.Min.Y + tile.Dy()/2},
		{tile.Max.X - 1 - d, tile.Min.Y + tile.Dy()/2},
	}
	color := colorAt(canvas, sides[0].X, sides[0].Y)
	for _, p := range sides[1:] {
		if colorAt(canvas, p.X, p.Y) != color {
			return ""
		}
	}
	return color
}

// TestRightPeopleAtTheRightTime looks at every canvas and at the mix of a real call: everyone's border fills their tile
// from their first picture to their leaving, everyone's pilot tone sounds while they are there, and neither otherwise.
func TestRightPeopleAtTheRightTime(t *testing.T) {
	t.Parallel()
	var p tap
	first := map[string]time.Duration{} // first time that a border is seen
	p.frame = func(k int, canvas *image.YCbCr) {
		at := time.Duration(k) * 125 * time.Millisecond
		var there []stayOf
		for _, s := range threePartyStays {
			if s.join <= at && at < s.left {
				there = append(there, s)
			}
		}
		tiles := tiler.Grid{}.Arrange(nil, canvas.Rect.Size(), make([]tiler.Subject, len(there)))
		for i, s := range there {
			switch borderColor(canvas, tiles[i]) {
			case s.color:
				if _, seen := first[s.name]; !seen {
					first[s.name] = at
				}
			default:
				require.NotContains(t, first, s.name, "%s is not in tile %d at %v", s.name, i, at)
			}
		}
		seen := map[string]bool{}
		for y := 4; y < canvas.Rect.Dy(); y += 8 {
			for x := 4; x < canvas.Rect.Dx(); x += 8 {
				seen[colorAt(canvas, x, y)] = true
			}
		}
		for _, s := range threePartyStays {
			if at < s.join || at >= s.left {
				require.False(t, seen[s.color], "%s is seen at %v", s.name, at)
			}
		}
	}
	rec, _ := recording(t, func(c *callrec.Config) { c.Codecs = p.codecs() })
	end := play(t, threeParty, "", rec, nil)
	result, err := rec.Stop(end, metadata.SessionCallEnded)
	require.NoError(t, err)
	require.Empty(t, result.Warnings)

	require.Equal(t, 160, p.frames, "20.032 s, to the nearest frame")
	require.Equal(t, 20032*time.Millisecond, result.Duration)
	for _, s := range threePartyStays {
		require.Less(t, first[s.name]-s.join, 300*time.Millisecond, "%s is seen soon after joining", s.name)
	}
	for _, s := range threePartyStays {
		for from := time.Duration(0); from+time.Second <= end; from += 500 * time.Millisecond {
			level := tone(p.pcm, from, time.Second, s.tone)
			switch {
			case from >= s.join+200*time.Millisecond && from+time.Second <= s.left:
				require.InDelta(t, -30, level, 3, "the tone of %s from %v", s.name, from)
			case from+time.Second <= s.join || from >= s.left:
				require.Less(t, level, -42.0, "the tone of %s from %v", s.name, from)
			}
		}
	}
	for i := range int64(sampleCount(600 * time.Millisecond)) {
		require.Zero(t, p.pcm[i], "there is silence before anyone joins")
	}
	for _, s := range result.Participants {
		require.Zero(t, s.Lost, s.ParticipantID)
		require.Zero(t, s.Concealed, s.ParticipantID)
		require.Zero(t, s.DecodeErrors, s.ParticipantID)
	}
	require.Equal(t, 971+1078, result.Participants[0].Packets)
}

// TestH264 sees both participants of a call with H.264 from soon after their first keyframe to the end.
func TestH264(t *testing.T) {
	t.Parallel()
	var p tap
	p.frame = func(k int, canvas *image.YCbCr) {
		at := time.Duration(k) * 125 * time.Millisecond
		if at < 2*time.Second {
			return
		}
		tiles := tiler.Grid{}.Arrange(nil, canvas.Rect.Size(), make([]tiler.Subject, 2))
		require.Equal(t, "red", borderColor(canvas, tiles[0]), "A at %v", at)
		require.Equal(t, "lime", borderColor(canvas, tiles[1]), "B at %v", at)
	}
	rec, _ := recording(t, func(c *callrec.Config) { c.Codecs = p.codecs() })
	end := play(t, h264Call, "", rec, nil)
	result, err := rec.Stop(end, metadata.SessionCallEnded)
	require.NoError(t, err)
	require.Empty(t, result.Warnings)
	for _, s := range result.Participants {
		require.Zero(t, s.DecodeErrors)
		require.Greater(t, s.Frames, 200)
	}
	require.Equal(t, 80, p.frames)
}

// TestActiveSpeaker follows who is large in a real call in which voices take turns, over pilot tones that never stop.
func TestActiveSpeaker(t *testing.T) {
	t.Parallel()
	var p tap
	var turns []string
	p.frame = func(k int, canvas *image.YCbCr) {
		color := borderColor(canvas, canvas.Rect)
		if n := len(turns); color != "" && (n == 0 || turns[n-1] != color) {
			turns = append(turns, color)
			t.Logf("%s from %v", color, time.Duration(k)*125*time.Millisecond)
		}
	}
	rec, _ := recording(t, func(c *callrec.Config) {
		c.Codecs, c.Layout = p.codecs(), tiler.Single{}
	})
	end := play(t, threeParty, "", rec, nil)
	_, err := rec.Stop(end, metadata.SessionCallEnded)
	require.NoError(t, err)
	require.Equal(t, []string{"red", "lime", "blue"}, turns)
}

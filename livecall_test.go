//go:build !race

package callrec_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/metadata"
)

// livePlayer plays a captured call into a live recording, at the capture's times.
type livePlayer struct {
	*callrec.Live
	start time.Time
}

func (p *livePlayer) wait(at time.Duration) { time.Sleep(time.Until(p.start.Add(at))) }

func (p *livePlayer) Join(at time.Duration, who callrec.Participant) error {
	p.wait(at)
	return p.Live.Join(who)
}

func (p *livePlayer) Leave(at time.Duration, id string) error {
	p.wait(at)
	return p.Live.Leave(id)
}

func (p *livePlayer) AddTrack(at time.Duration, id string, t callrec.Track) error {
	p.wait(at)
	return p.Live.AddTrack(id, t)
}

func (p *livePlayer) RTP(at time.Duration, id string, packet []byte) error {
	p.wait(at)
	err := p.Live.RTP(id, packet)
	clear(packet) // it was borrowed
	return err
}

func (p *livePlayer) RTCP(at time.Duration, id string, packet []byte) error {
	p.wait(at)
	err := p.Live.RTCP(id, packet)
	clear(packet)
	return err
}

// TestLiveEqualsReplay: what a live call gives is what its replay gives, byte for byte.
func TestLiveEqualsReplay(t *testing.T) {
	t.Parallel()
	var replayed tap
	rec, want := recording(t, func(c *callrec.Config) { c.Codecs = replayed.codecs() })
	end := play(t, telephony, "", rec, nil)
	_, err := rec.Stop(end, metadata.SessionCallEnded)
	require.NoError(t, err)

	synctest.Test(t, func(t *testing.T) {
		var p tap
		live, got := liveRecording(t, &p, nil)
		player := &livePlayer{Live: live, start: time.Now()}
		require.Equal(t, end, play(t, telephony, "", player, nil))
		result, err := live.Stop(t.Context(), metadata.SessionCallEnded)
		require.NoError(t, err)
		require.Equal(t, replayed.pcm, p.pcm)
		require.Equal(t, end, result.Duration)
		names, err := filepath.Glob(filepath.Join(want, "*"))
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(names), 4)
		for _, name := range names {
			a, err := os.ReadFile(name)
			require.NoError(t, err)
			b, err := os.ReadFile(filepath.Join(got, filepath.Base(name)))
			require.NoError(t, err)
			require.Equal(t, a, b, filepath.Base(name))
		}
	})
}

package callrec

import "time"

// TapBlock is a piece of one participant's sound, as Config.Tap gets it.
type TapBlock struct {
	ParticipantID string
	SSRC          uint32 // of the track
	// Time is the call time of the first sample, MediaTime its place in the recording; both are whole samples.
	Time, MediaTime time.Duration
	// PCM is the sound at SampleRate, mono, before it is mixed. Borrowed until return.
	PCM []int16
}

// tapOf makes what hands a track's sound from the mixer to the configured tap; nil if there is none.
func (r *Recording) tapOf(t *track) func(position int64, pcm []int16) {
	if r.cfg.Tap == nil {
		return nil
	}
	return func(position int64, pcm []int16) {
		for len(pcm) > 0 {
			end, recorded := r.timeline.stretch(position)
			n := min(int64(len(pcm)), end-position)
			if recorded {
				r.cfg.Tap(TapBlock{
					ParticipantID: t.owner.ID, SSRC: t.SSRC,
					Time: timeOf(position), MediaTime: timeOf(r.timeline.media(position)),
					PCM: pcm[:n],
				})
			}
			position, pcm = position+n, pcm[n:]
		}
	}
}

package inputs

import (
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/opus"
)

const (
	turn      = 2500 * time.Millisecond // how long one speaks before the next does
	turnLen   = int(turn * codec.SampleRate / time.Second)
	turnFade  = 400 // samples
	silentPer = 256 // what remains of who does not speak: one part in so many, -48 dB
)

// readVoices decodes the speech of the three-party call.
func readVoices(captures string) (voices [][]int16, err error) {
	for _, who := range []string{"8:acs:demo_A", "8:acs:demo_B", "8:acs:demo_C"} {
		d, err := opus.NewDecoder(codec.AudioFormat{Name: "opus", ClockRate: 48000, Channels: 2})
		if err != nil {
			return nil, err
		}
		var pcm []int16
		err = eachUnit(filepath.Join(captures, "three-party"), who, "audio", func(au []byte) error {
			pcm, err = d.Decode(pcm, au)
			return err
		})
		if err != nil {
			return nil, err
		}
		voices = append(voices, pcm)
	}
	return voices, nil
}

// speech is what participant i says: in turn, with the hum of the room when others do. Alone one speaks half of the time.
func speech(s Spec, voices [][]int16, i int) []int16 {
	r := rand.New(rand.NewPCG(s.Seed, uint64(1000+i)))
	voice := voices[i%len(voices)]
	from := r.IntN(len(voice))
	pcm := make([]int16, int(s.Length*codec.SampleRate/time.Second))
	turns := max(s.Participants, 2)
	for k := range pcm {
		v := int(voice[(from+k)%len(voice)])
		part := 0 // of the voice, in turnFade parts
		if at := k % turnLen; k/turnLen%turns == i {
			part = min(at, turnLen-1-at, turnFade)
		}
		pcm[k] = int16((v*part/turnFade + v*(turnFade-part)/turnFade/silentPer) + r.IntN(9) - 4)
	}
	return pcm
}

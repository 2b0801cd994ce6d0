// Package speaker follows who speaks in a call, from how loud each participant is, and chooses who is shown when not all
// can be. It works on windows of 100 ms and integers alone: the same levels give the same choices.
package speaker

import "math/bits"

// Thresholds, in dB.
const (
	silent    = 127 // the level of digital silence
	quietest  = 50  // below overload: what is quieter is not speech
	prominent = 6   // how far speech rises over what is always there
	step      = 4   // by how much a window of speech most often differs from the one before
)

// Durations, in windows.
const (
	memory    = 30 // 3 s, in which every speaker takes a breath, so that the quietest window is the room's noise
	second    = 10 // how long somebody has to speak to come to the fore
	pause     = 5  // between two words, after which speech counts as ended
	lively    = 5  // such steps in a second of speech; the noise of a microphone just opened, with a beep, has four
	linger    = 8  // after the last word, for which the border stays
	onsetSpan = 5
	onset     = 3 // windows with speech of onsetSpan that make the border appear: a click or a beep is two at most
)

// Voice follows one participant. The zero value has heard nothing.
type Voice struct {
	levels   [memory]uint8 // a ring, in dB below overload
	heard    int64         // windows in all
	voiced   uint32        // one bit for each of the last windows, the newest lowest
	run      int64         // the window in which the speech began that goes on, -1 for none
	last     int64         // the last window of sustained speech, 0 for none
	begun    bool
	speaking bool
}

// Add takes the level of the next window in dB below overload: 0 is as loud as can be, 127 silence.
func (v *Voice) Add(level int) {
	level = min(max(level, 0), silent)
	if !v.begun {
		v.begun, v.run = true, -1
		for i := range v.levels {
			v.levels[i] = uint8(level)
		}
	}
	floor := 0
	for _, l := range v.levels {
		floor = max(floor, int(l))
	}
	v.levels[v.heard%memory] = uint8(level)
	v.heard++
	v.voiced <<= 1
	if level <= quietest && level <= floor-prominent {
		v.voiced |= 1
	}
	switch {
	case v.within(pause) == 0:
		v.run = -1
	case v.run < 0:
		v.run = v.heard
	}
	if v.Sustained() {
		v.last = v.heard
	}
	v.speaking = v.within(onsetSpan) >= onset || v.speaking && v.within(linger) > 0
}

// within is the number of windows with speech among the last n.
func (v *Voice) within(n int) int { return bits.OnesCount32(v.voiced & (1<<n - 1)) }

// Speaking says whether the participant speaks now. It neither misses the pauses between words nor flickers with them.
func (v *Voice) Speaking() bool { return v.speaking }

// Sustained says whether the participant has been speaking for a second, half of it at least aloud.
func (v *Voice) Sustained() bool {
	return v.begun && v.run >= 0 && v.heard-v.run+1 >= second && v.within(second) >= second/2 && v.steps() >= lively
}

// steps counts how often the level rose or fell at a window with speech in the last second.
func (v *Voice) steps() int {
	n := 0
	for i := range int64(second - 1) {
		if v.voiced>>i&3 == 0 {
			continue
		}
		now, before := int(v.levels[(v.heard-1-i)%memory]), int(v.levels[(v.heard-2-i)%memory])
		if max(now-before, before-now) >= step {
			n++
		}
	}
	return n
}

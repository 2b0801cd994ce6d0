package mixer

// Leveling of quiet inputs. Once a window of 100 ms the mean level of the windows that hold speech says what gain would
// bring it to targetLevel; the gain moves there so slowly that speech does not sound as if it was moved. It never turns
// down: what is loud is left to the limiter.
const (
	targetLevel = 26 // dB below overload, where ITU-T P.56 speech is usually kept
	speechLevel = 50 // what is quieter is no speech
	maxBoost    = 12 // dB
	boostSteps  = 4  // per dB

	levelingBits = 24 // the gain is kept in 1/2^24
	levelingOne  = 1 << levelingBits
	levelingStep = 3 * levelingOne / (4 * SampleRate) // per sample: from 0 to 12 dB in four seconds
	levelingTau  = 20                                 // windows of speech that the mean is taken over, 2 s
	boostRatio   = levelingOne + 489981               // a quarter of a dB: 10^(1/80) = 1.029205
	levelFrac    = 256                                // parts of a dB in which the mean is kept
)

// leveling is the state of one input.
type leveling struct {
	on     bool
	mean   int   // level of speech in 1/256 dB below overload, 0 as long as there was none
	gain   int64 // at present, in 1/2^24
	target int64
}

func newLeveling(on bool) leveling {
	return leveling{on: on, gain: levelingOne, target: levelingOne}
}

// window takes the level of a whole window.
func (l *leveling) window(level int) {
	if level > speechLevel {
		return
	}
	if l.mean == 0 {
		l.mean = max(level*levelFrac, 1)
	}
	l.mean += (level*levelFrac - l.mean) / levelingTau
	steps := min(max((l.mean-targetLevel*levelFrac)*boostSteps/levelFrac, 0), maxBoost*boostSteps)
	l.target = levelingOne
	for range steps {
		l.target = l.target * boostRatio >> levelingBits
	}
}

// next is the gain of the next sample.
func (l *leveling) next() int64 {
	l.gain += min(max(l.target-l.gain, -levelingStep), levelingStep)
	return l.gain
}

// addLeveled is add with leveling: pcm is from a timeline position on.
func (in *Input) addLeveled(pos int64, sum []int32, pcm []int16) {
	for i, v := range pcm {
		g := in.gain * in.leveling.next() >> levelingBits
		sum[i] += int32((int64(v)*g + 1<<(gainBits-1)) >> gainBits)
		if at := pos + int64(i) + 1; at%LevelWindow == 0 {
			w := &in.levels.windows[(at/LevelWindow-1)%levelWindows]
			in.leveling.window(in.m.scale.level(w.energy))
		}
	}
}

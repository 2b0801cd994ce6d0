package conceal

// pitch returns the lag, in samples, at which the newest window of the past is most like what came before it. Where
// nothing is like it (noise, silence) that is the longest lag: a short one would make noise buzz.
func pitch(past *[history]int16) int {
	now := past[maxLag:]
	var energy, energyNow int64 // of the compared past and of the window
	for i, v := range now {
		energyNow += int64(v) * int64(v)
		d := int64(past[maxLag-minLag+i])
		energy += d * d
	}
	best, bestLag := 0.0, maxLag
	for lag := minLag; lag <= maxLag; lag++ {
		then := past[maxLag-lag:][:window]
		if lag > minLag {
			in, out := int64(then[0]), int64(past[maxLag-lag+window])
			energy += in*in - out*out
		}
		var dot int64
		for i, v := range now {
			dot += int64(v) * int64(then[i])
		}
		if dot <= 0 || energy == 0 {
			continue
		}
		// The normalized correlation squared, but for the constant energy of the window. A longer lag has to beat a
		// shorter one by 2 %, or multiples of the period would win by chance.
		score := float64(dot) * (float64(dot) / float64(energy))
		if score > best*1.02 {
			best, bestLag = score, lag
		}
	}
	if best < 0.25*float64(energyNow) { // a correlation of less than one half
		return maxLag
	}
	return bestLag
}

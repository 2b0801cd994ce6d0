package aac

// channel is the analysis of one channel: from samples to the demands of the bands of a frame.
type channel struct {
	tables     *tables
	rate       *rateTable
	long       psyBands
	short      psyBands
	transients transients
	mdctLong   *mdct
	mdctShort  *mdct
	longLines  int // lines of a long window that are coded
	shortLines int // the same of a short window

	samples  [3 * frameSize]float64 // the newest frame last
	windowed [2 * frameSize]float64
	lines    [frameSize]float64 // short windows: one after the other
	coded    [frameSize]float64 // short windows: in the layout's order

	attacks  [2]bool // of the frame that is coded next, and of the one after it
	model    [windowCount]thresholds
	previous [maxLongBands]float64 // thresholds of the frame before, if that was long
	wasLong  bool

	frame frame
}

// setup readies the zero value.
func (c *channel) setup(t *tables, r *rateTable, cfg EncoderConfig) {
	c.tables, c.rate = t, r
	c.mdctLong, c.mdctShort = newMDCT(frameSize), newMDCT(shortLines)
	c.long = newPsyBands(cfg.SampleRate, frameSize, r.long, 1)
	// A tone has a sixty-fourth of the energy in a short window: an eighth of the lines, and each an eighth.
	c.short = newPsyBands(cfg.SampleRate, shortLines, r.short, 1.0/(windowCount*windowCount))
	hz := bandwidth(cfg)
	c.longLines = 2 * frameSize * hz / cfg.SampleRate
	c.shortLines = 2 * shortLines * hz / cfg.SampleRate
	c.frame.setup(t, r, cfg.SampleRate)
}

// bandwidth is the upper end of the spectrum that is coded, in Hz: low rates are better spent on the lower part.
func bandwidth(cfg EncoderConfig) int {
	return min(cfg.SampleRate*49/100, 2500+cfg.Bitrate*22/100, 20000)
}

// push takes the next frame's samples.
func (c *channel) push(pcm []int16) {
	copy(c.samples[:], c.samples[frameSize:])
	for i, s := range pcm {
		c.samples[2*frameSize+i] = float64(s)
	}
	c.transients.push(pcm)
	c.attacks[0], c.attacks[1] = c.attacks[1], c.transients.attack()
}

// next is the window sequence of the frame that is coded now, after the one before: short around attacks, and only the
// transitions that ISO/IEC 14496-3 4.6.11.3.2 has.
func (c *channel) next(before sequence) sequence {
	afterShort := before == eightShort
	switch {
	case c.attacks[0], afterShort && c.attacks[1]:
		return eightShort
	case afterShort:
		return longStop
	case c.attacks[1]:
		return longStart
	default:
		return onlyLong
	}
}

// analyze transforms the oldest two frames that were pushed and readies c.frame for allocation. It returns the
// perceptual entropy in bits.
func (c *channel) analyze() float64 {
	f := &c.frame
	f.sequence = c.next(f.sequence)
	if f.sequence == eightShort {
		c.analyzeShort()
	} else {
		c.analyzeLong()
	}
	return weigh(f.alloc.demands[:f.layout.bands()])
}

// analyzeLong is analyze for one long window.
func (c *channel) analyzeLong() {
	f := &c.frame
	c.tables.windows.applyLong(c.windowed[:], c.samples[:2*frameSize], f.sequence)
	c.mdctLong.transform(c.lines[:], c.windowed[:])
	clear(c.lines[c.longLines:])
	f.layout.setLong(c.rate.long)
	coef := &f.alloc.coef
	coef.load(c.lines[:])
	m := &c.model[0]
	m.analyze(&c.long, coef.abs[:], coef.root[:])
	unlimited := m.noise
	if c.wasLong {
		m.limit(&c.long, &c.previous)
	}
	c.previous, c.wasLong = unlimited, true

	gain := f.tns.apply(c.lines[:], &c.long, m.energy[:])
	if f.tns.order > 0 {
		coef.load(c.lines[:])
		m.measure(&c.long, coef.abs[:], coef.root[:])
	}
	for b := range f.layout.bands() {
		lines := float64(f.layout.start[b+1] - f.layout.start[b])
		d := demand{
			lines:  lines,
			energy: m.energy[b],
			form:   m.form[b],
			mask:   m.noise[b],
			floor:  max(lines*roundingFloor, quietShare*c.long.quiet[b]),
		}
		if f.tns.covers(b) {
			d.mask /= gain
			d.floor /= gain
		}
		f.alloc.demands[b] = d
	}
}

// analyzeShort is analyze for eight short windows.
func (c *channel) analyzeShort() {
	f := &c.frame
	for w := range windowCount {
		c.tables.windows.applyShort(c.windowed[:], c.samples[:2*frameSize], w)
		lines := c.lines[w*shortLines:][:shortLines]
		c.mdctShort.transform(lines, c.windowed[:])
		clear(lines[c.shortLines:])
	}
	begins := c.transients.groups()
	f.layout.setShort(c.rate.short, &begins)
	f.tns.order = 0
	coef := &f.alloc.coef
	coef.load(c.lines[:])
	for w := range windowCount {
		at := w * shortLines
		c.model[w].analyze(&c.short, coef.abs[at:at+shortLines], coef.root[at:at+shortLines])
	}
	c.wasLong = false
	f.layout.interleave(c.coded[:], c.lines[:])
	coef.load(c.coded[:])
	first := 0
	for g := range f.layout.groups {
		end := first + f.layout.groupLen[g]
		for s := range f.layout.perGroup {
			f.alloc.demands[g*f.layout.perGroup+s] = c.demandShort(s, first, end)
		}
		first = end
	}
}

// demandShort joins the demands of a band of the short windows from first to end. Noise spreads over all of them, so
// that the least of their masks counts too.
func (c *channel) demandShort(s, first, end int) demand {
	windows := float64(end - first)
	d := demand{lines: windows * float64(c.rate.short[s+1]-c.rate.short[s])}
	least := c.model[first].noise[s]
	for w := first; w < end; w++ {
		m := &c.model[w]
		d.energy += m.energy[s]
		d.form += m.form[s]
		d.mask += m.noise[s]
		least = min(least, m.noise[s])
	}
	d.mask = min(d.mask, 2*windows*least)
	d.floor = max(d.lines*(roundingFloor/windowCount), windows*quietShare*c.short.quiet[s])
	return d
}

package opus

// In-band forward error correction: a packet may carry the SILK layer of the one before it once more, coarser (LBRR
// frames, RFC 6716 2.1.7 and 4.2.5). The library reads over these frames. Here their symbols are read and written anew
// as the regular frames of a packet of their own, which the library then decodes in the place of the lost one.

const (
	maxSilkFrames = 3 // of a packet of 60 ms
	silkFrame     = 20 * sampleRate / 1000
)

// part is a stretch of a lost frame.
type part struct {
	samples int // at 16 kHz
	toc     byte
	frame   []byte // its redundant frames as a regular one; nil if the packet has none
}

// redundancy finds the redundant frames of packets.
type redundancy struct {
	in    rangeDecoder
	out   rangeEncoder
	copy  bool // symbols go to out as well
	parts [maxSilkFrames]part
	n     int
	room  [maxFrameBytes * maxSilkFrames]byte

	// of the packet
	band int // 0 narrow, 1 medium, 2 wide
	long bool
	// of the channel's frame before
	voiced [2]bool

	pulses, extra [maxBlocks]int // scratch: of the blocks of a frame
	magnitudes    [maxBlocks * blockSize]int
}

const (
	blockSize = 16 // samples that share a number of pulses
	maxBlocks = 20
)

// read returns what a frame that follows a loss says about the frame before it, in order; nothing if it has no
// redundant frames. The result is valid until the next call.
func (r *redundancy) read(toc byte, frame []byte) []part {
	config := int(toc >> 3)
	r.n = 0
	switch {
	case config >= 16 || len(frame) <= noSignal:
		return nil // CELT
	case config >= 12:
		r.band = 2
		r.long = config&1 == 1
	default:
		r.band = config >> 2
		r.long = config&3 > 0
	}
	samples := frameSamples(toc)
	frames := max(samples/silkFrame, 1)
	stereo := toc&4 != 0
	r.in.start(frame)
	flags := r.flags(frames, stereo)
	if flags[0] == [maxSilkFrames]bool{} {
		return nil
	}
	r.transcribe(&flags, frames, samples/frames, stereo)
	if r.in.exhausted() {
		return nil
	}
	return r.parts[:r.n]
}

// flags reads the header of the SILK layer (4.2.3 and 4.2.4): which frames of which channel have redundant ones.
func (r *redundancy) flags(frames int, stereo bool) (flags [2][maxSilkFrames]bool) {
	channels := 1
	if stereo {
		channels = 2
	}
	var any [2]bool
	for c := range channels {
		for range frames {
			r.in.bit() // voice activity
		}
		any[c] = r.in.bit()
	}
	for c := range channels {
		mask := 0
		switch {
		case !any[c]:
		case frames == 1:
			mask = 1
		case frames == 2:
			mask = r.in.symbol(modelRedundant2) + 1
		default:
			mask = r.in.symbol(modelRedundant3) + 1
		}
		for i := range frames {
			flags[c][i] = mask>>i&1 == 1
		}
	}
	return flags
}

// transcribe makes a part of each run of frames with redundancy, and of those without. Of two channels the middle alone
// is kept: the decoder's output is mono.
func (r *redundancy) transcribe(flags *[2][maxSilkFrames]bool, frames, samples int, stereo bool) {
	room := r.room[:0]
	for i := range frames {
		mid, side := flags[0][i], stereo && flags[1][i]
		first := i == 0 || !flags[0][i-1]
		if mid && first {
			r.begin(room, flags[0][i:frames])
		}
		if mid && stereo {
			r.copy = false
			for _, m := range []model{modelStereo1, modelStereo2, modelStereo3, modelStereo2, modelStereo3} {
				r.symbol(m)
			}
			if !side {
				r.symbol(modelMidOnly)
			}
		}
		if mid {
			r.copy = true
			r.frame(0, first)
		}
		if side {
			r.copy = false
			r.frame(1, i == 0 || !flags[1][i-1])
		}
		switch {
		case !mid:
			r.parts[r.n] = part{samples: samples}
			r.n++
		case i+1 == frames || !flags[0][i+1]:
			frame := r.out.finish()[len(room):]
			length := r.run(flags[0][:i+1])
			r.parts[r.n] = part{samples: length * samples, toc: r.toc(length), frame: frame}
			r.n++
			room = room[:len(room)+len(frame)]
		}
	}
}

// run is how many frames at the end of the list are redundant.
func (r *redundancy) run(flags []bool) (n int) {
	for i := len(flags) - 1; i >= 0 && flags[i]; i-- {
		n++
	}
	return n
}

// toc is the first byte of a mono packet of one frame, of a number of SILK frames (3.1).
func (r *redundancy) toc(frames int) byte {
	size := 0 // 10 ms
	if r.long {
		size = frames
	}
	return byte(r.band<<2|size) << 3
}

// begin starts a packet of as many SILK frames as lead the list: all of them active, without redundancy of its own.
func (r *redundancy) begin(room []byte, flags []bool) {
	r.out.start(room)
	for _, redundant := range flags {
		if !redundant {
			break
		}
		r.out.bit(true)
	}
	r.out.bit(false)
}

// symbol reads a symbol and writes it, if that is wanted.
func (r *redundancy) symbol(m model) int {
	k := r.in.symbol(m)
	if r.copy {
		r.out.symbol(m, k)
	}
	return k
}

// frame reads a frame (4.2.7). alone says that it does not refer to the one before it.
func (r *redundancy) frame(channel int, alone bool) {
	kind := r.symbol(modelFrameType)
	voiced := kind >> 1 // 0 or 1
	r.gains(voiced, alone)
	r.spectrum(voiced)
	if voiced == 1 {
		r.pitch(alone || !r.voiced[channel])
		r.filters()
		if alone {
			r.symbol(modelScaling)
		}
	}
	r.voiced[channel] = voiced == 1
	r.symbol(modelSeed)
	r.excitation(kind, voiced)
}

func (r *redundancy) subframes() int {
	if r.long {
		return 4
	}
	return 2
}

// gains reads the gains of the subframes (4.2.7.4).
func (r *redundancy) gains(voiced int, alone bool) {
	for i := range r.subframes() {
		if i == 0 && alone {
			r.symbol(modelGainHigh[voiced])
			r.symbol(modelGainLow)
		} else {
			r.symbol(modelGainDelta)
		}
	}
}

// spectrum reads the line spectral frequencies (4.2.7.5.1 to 4.2.7.5.5).
func (r *redundancy) spectrum(voiced int) {
	wide := r.band / 2 // 0 or 1
	first := r.symbol(modelSpectrum1[2*wide+voiced])
	kinds := spectrumNarrow[first%len(spectrumNarrow)]
	if wide == 1 {
		kinds = spectrumWide[first%len(spectrumWide)]
	}
	for _, kind := range []byte(kinds) {
		if k := r.symbol(modelSpectrum2[kind-'a']); k == 0 || k == 8 {
			r.symbol(modelSpectrumMore)
		}
	}
	if r.long {
		r.symbol(modelInterpolation)
	}
}

// pitch reads the pitch lags (4.2.7.6.1).
func (r *redundancy) pitch(absolute bool) {
	if absolute || r.symbol(modelLagDelta) == 0 {
		r.symbol(modelLagHigh)
		r.symbol(modelLagLow[r.band])
	}
	k := 0
	if r.band > 0 {
		k = 2
	}
	if r.long {
		k++
	}
	r.symbol(modelContour[k])
}

// filters reads the long-term prediction filters (4.2.7.6.2).
func (r *redundancy) filters() {
	period := r.symbol(modelPeriodicity)
	for range r.subframes() {
		r.symbol(modelFilter[period])
	}
}

// blocks is the number of blocks of a frame (4.2.7.8, table 44).
func (r *redundancy) blocks() int {
	n := [...]int{5, 8, 10}[r.band]
	if r.long {
		n = [...]int{10, 15, 20}[r.band]
	}
	return n
}

// excitation reads the excitation (4.2.7.8): numbers of pulses, where they are, extra bits, signs.
func (r *redundancy) excitation(kind, voiced int) {
	n := r.blocks()
	rate := r.symbol(modelRateLevel[voiced])
	for b := range n {
		r.pulses[b], r.extra[b] = r.pulseCount(rate)
	}
	for b := range n {
		at := r.magnitudes[b*blockSize:][:blockSize]
		clear(at)
		r.locate(at, r.pulses[b])
	}
	for b := range n {
		at := r.magnitudes[b*blockSize:][:blockSize]
		for i := range at {
			for range r.extra[b] {
				at[i] = 2*at[i] + r.symbol(modelExtraBit)
			}
		}
	}
	for b := range n {
		sign := [2]uint8{positive[kind][min(r.pulses[b], 6)], 0}
		for _, v := range r.magnitudes[b*blockSize:][:blockSize] {
			if v > 0 {
				r.symbol(sign[:])
			}
		}
	}
}

// pulseCount reads the number of pulses of a block and the number of extra bits of its samples (4.2.7.8.2).
func (r *redundancy) pulseCount(rate int) (pulses, extra int) {
	const more = 17
	for pulses = r.symbol(modelPulses[rate]); pulses == more && extra < 10; {
		extra++
		if extra == 10 {
			rate = 10
		} else {
			rate = 9
		}
		pulses = r.symbol(modelPulses[rate])
	}
	return pulses, extra
}

// locate reads how the pulses of a block are spread over its samples: by halves (4.2.7.8.3).
func (r *redundancy) locate(at []int, pulses int) {
	if pulses == 0 {
		return
	}
	if len(at) == 1 {
		at[0] = pulses
		return
	}
	var m model
	switch len(at) {
	case 16:
		m = modelSplit16[pulses-1]
	case 8:
		m = modelSplit8[pulses-1]
	case 4:
		m = modelSplit4[pulses-1]
	default:
		m = modelSplit2[pulses-1]
	}
	left := r.symbol(m)
	r.locate(at[:len(at)/2], left)
	r.locate(at[len(at)/2:], pulses-left)
}

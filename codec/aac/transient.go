package aac

const (
	subBlock     = 64 // samples
	subPerFrame  = frameSize / subBlock
	attackBlocks = 2 // sub-blocks that are judged together
	pastBlocks   = 8 // sub-blocks they are judged against
	// attackRatio is how much more power than the past has makes an attack; attackFloor is the power per sample of the
	// differences below which nothing does.
	attackRatio = 9
	attackFloor = 20 * 20
	// groupRatio is the ratio of energies from which on short windows are kept apart.
	groupRatio = 4
)

// transients finds sudden rises of energy, which a long window would smear into an echo ahead of them. It works on the
// integer samples: the energy of their differences (a high-pass of 6 dB per octave) in sub-blocks.
type transients struct {
	last   int64
	energy [3 * subPerFrame]int64 // of three frames, the newest last
}

// push takes the next frame.
func (t *transients) push(pcm []int16) {
	copy(t.energy[:], t.energy[subPerFrame:])
	for k := range subPerFrame {
		sum := int64(0)
		for _, s := range pcm[k*subBlock : (k+1)*subBlock] {
			d := int64(s) - t.last
			t.last = int64(s)
			sum += d * d
		}
		t.energy[2*subPerFrame+k] = sum
	}
}

// The short windows of a frame whose long window covers the newest two of three frames begin and end at these
// sub-blocks.
const (
	attackFirst = subPerFrame + shortStart/subBlock
	attackEnd   = subPerFrame + (2*frameSize-shortStart)/subBlock
)

// attack tells whether the frame whose window covers the newest two frames should have short windows.
func (t *transients) attack() bool {
	for k := attackFirst; k+attackBlocks <= attackEnd; k++ {
		if t.rises(k) {
			return true
		}
	}
	return false
}

// rises tells whether an attack begins at sub-block k.
func (t *transients) rises(k int) bool {
	now, past := int64(0), int64(0)
	for _, e := range t.energy[k : k+attackBlocks] {
		now += e
	}
	for _, e := range t.energy[k-pastBlocks : k] {
		past += e
	}
	// Compared per sub-block: now/attackBlocks > attackRatio * past/pastBlocks.
	return now > attackFloor*subBlock*attackBlocks && now*pastBlocks > attackRatio*past*attackBlocks
}

// groups tells which of the short windows of the frame whose window covers the oldest two frames start a group: those
// whose energy differs much from the group's mean so far.
func (t *transients) groups() (begins [windowCount]bool) {
	const perWindow = shortLines / subBlock
	sum, count := int64(0), int64(0)
	for w := range windowCount {
		// The middle of the window, where its neighbors do not reach far.
		first := shortStart/subBlock + w*perWindow + perWindow/2
		e := int64(1)
		for _, x := range t.energy[first : first+perWindow] {
			e += x
		}
		if w == 0 || e*count > groupRatio*sum || e*count*groupRatio < sum {
			begins[w] = true
			sum, count = 0, 0
		}
		sum += e
		count++
	}
	return begins
}

package aac

const (
	maxLongBands  = 51                          // scale-factor bands of a long window at 32 kHz
	maxShortBands = 15                          // of a short window
	maxBands      = windowCount * maxShortBands // of a frame
)

// layout is how the lines of a frame are arranged for coding: which bands there are, and for short windows how the
// windows are grouped. Lines of a group are interleaved: band by band, within the band window by window.
type layout struct {
	short    bool
	groups   int
	groupLen [windowCount]int
	perGroup int               // bands of a group
	start    [maxBands + 1]int // first line of each band, group by group, and the end
	width    []int             // offsets of the bands of one window
}

// bands is the number of bands of the frame.
func (l *layout) bands() int {
	return l.groups * l.perGroup
}

// setLong arranges one long window.
func (l *layout) setLong(offsets []int) {
	l.short, l.groups, l.groupLen[0] = false, 1, 1
	l.arrange(offsets)
}

// setShort arranges eight short windows; begins tells which windows start a group, the first always does.
func (l *layout) setShort(offsets []int, begins *[windowCount]bool) {
	l.short, l.groups = true, 0
	for w := range windowCount {
		if w == 0 || begins[w] {
			l.groupLen[l.groups] = 0
			l.groups++
		}
		l.groupLen[l.groups-1]++
	}
	l.arrange(offsets)
}

func (l *layout) arrange(offsets []int) {
	l.width = offsets
	l.perGroup = len(offsets) - 1
	line, b := 0, 0
	for g := range l.groups {
		for s := range l.perGroup {
			l.start[b] = line
			line += (offsets[s+1] - offsets[s]) * l.groupLen[g]
			b++
		}
	}
	l.start[b] = line
}

// interleave brings the lines of eight short windows, one window after the other, into the layout's order.
func (l *layout) interleave(dst, src []float64) {
	out, first := 0, 0
	for g := range l.groups {
		for s := range l.perGroup {
			lo, hi := l.width[s], l.width[s+1]
			for w := first; w < first+l.groupLen[g]; w++ {
				out += copy(dst[out:], src[w*shortLines+lo:w*shortLines+hi])
			}
		}
		first += l.groupLen[g]
	}
}

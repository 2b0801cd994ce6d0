package aac

import "math"

// section is a run of bands of one group that share a codebook (ISO/IEC 14496-3 4.6.3).
type section struct {
	book  int
	bands int
}

// sectioner finds the sections of a frame that cost the fewest bits.
type sectioner struct {
	sections [maxBands]section
	count    int
	ends     [windowCount]int // of each group in sections
	from     [maxBands][bookCount]uint8
	chosen   [maxBands]int
}

// headerBits returns the length of sect_cb and one section length, and the section length that means that another one
// follows.
func headerBits(short bool) (header, lengthBits, escape int) {
	if short {
		return 4 + 3, 3, 7
	}
	return 4 + 5, 5, 31
}

// run divides the first maxSFB bands of every group into sections and returns the bits of section_data and
// spectral_data together. picks holds the trial of every band, nil for a band without values.
func (s *sectioner) run(t *quantTables, l *layout, maxSFB int, picks []*trial) int {
	total := 0
	s.count = 0
	for g := range l.groups {
		first := g * l.perGroup
		s.path(t, l, first, maxSFB, picks)
		total += s.collect(l, first, maxSFB)
		for b := first; b < first+maxSFB; b++ {
			total += bandBits(t, l, b, s.chosen[b], picks[b])
		}
		s.ends[g] = s.count
	}
	return total
}

// bandBits is what a band costs in a codebook.
func bandBits(t *quantTables, l *layout, b, book int, pick *trial) int {
	if pick != nil {
		return int(pick.bits[book])
	}
	lines := l.start[b+1] - l.start[b]
	switch {
	case book == zeroBook:
		return 0
	case book <= 4:
		return lines/4*t.zeroLen[book] + 1 // and a scale factor that does not change
	default:
		return lines/2*t.zeroLen[book] + 1
	}
}

// path chooses the codebooks of one group's bands by dynamic programming over the codebook of the band before.
func (s *sectioner) path(t *quantTables, l *layout, first, n int, picks []*trial) {
	if n == 0 {
		return
	}
	header, _, _ := headerBits(l.short)
	var cost [bookCount]int
	cheapest := uint8(0)
	for b := first; b < first+n; b++ {
		var next [bookCount]int
		least, leastBook := math.MaxInt, uint8(0)
		for book := range cost {
			here := bandBits(t, l, b, book, picks[b])
			s.from[b][book] = uint8(book)
			before := cost[book]
			if b == first {
				before = header
			} else if other := cost[cheapest] + header; other < before {
				before = other
				s.from[b][book] = cheapest
			}
			next[book] = before + here
			if here == tooLong {
				next[book] = before + 1<<20
			}
			if next[book] < least {
				least, leastBook = next[book], uint8(book)
			}
		}
		cost, cheapest = next, leastBook
	}
	book := cheapest
	for b := first + n - 1; b >= first; b-- {
		s.chosen[b] = int(book)
		book = s.from[b][book]
	}
}

// collect turns the chosen codebooks of one group into sections and returns the bits of their headers.
func (s *sectioner) collect(l *layout, first, n int) int {
	header, lengthBits, escape := headerBits(l.short)
	total := 0
	for b := first; b < first+n; {
		end := b + 1
		for end < first+n && s.chosen[end] == s.chosen[b] {
			end++
		}
		s.sections[s.count] = section{book: s.chosen[b], bands: end - b}
		s.count++
		total += header + (end-b)/escape*lengthBits
		b = end
	}
	return total
}

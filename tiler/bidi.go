package tiler

import (
	"slices"
	"unicode"
)

// direction is the direction of a character, a coarse form of the classes of the Unicode Bidirectional Algorithm (UAX #9
// section 3.2): names have no embeddings and no numbers to calculate with.
type direction uint8

const (
	neutral direction = iota
	leftToRight
	rightToLeft
	number
	mark // goes with what is before it
)

func directionOf(r rune) direction {
	switch {
	case r < 0x80 && !unicode.IsLetter(r):
		if r >= '0' && r <= '9' {
			return number
		}
		return neutral
	case unicode.In(r, unicode.M):
		return mark
	case unicode.In(r, unicode.Nd):
		return number
	case unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Samaritan,
		unicode.Mandaic, unicode.Adlam, unicode.Hanifi_Rohingya):
		return rightToLeft
	case unicode.In(r, unicode.L):
		return leftToRight
	}
	return neutral
}

// mirrored are the characters that point the other way in right-to-left text.
const mirrored = "()[]{}<>«»"

// visualOrder returns a name in the order in which it stands from left to right, which is the text itself if nothing in
// it is right-to-left. The name's first letter gives its direction (UAX #9 rules P2 and P3); neutrals between letters of
// one direction have that, others that of the name (N1, N2); numbers keep their digits in order (I1, I2).
func visualOrder(text []rune) []rune {
	if !slices.ContainsFunc(text, func(r rune) bool { return directionOf(r) == rightToLeft }) {
		return text
	}
	levels := bidiLevels(text)
	order := slices.Clone(text)
	for i, r := range order {
		if at := slices.Index([]rune(mirrored), r); at >= 0 && levels[i]&1 != 0 {
			order[i] = []rune(mirrored)[at^1]
		}
	}
	// Rule L2: from the highest level down, turn every run of that level or higher around. A mark stays behind its letter,
	// which is drawn first.
	for level := slices.Max(levels); level > 0; level-- {
		for i := 0; i < len(order); {
			end := i
			for end < len(order) && levels[end] >= level {
				end++
			}
			slices.Reverse(order[i:end])
			slices.Reverse(levels[i:end])
			i = max(end, i+1)
		}
	}
	for i := 0; i < len(order); i++ {
		end := i
		for end < len(order)-1 && directionOf(order[end]) == mark && levels[end]&1 != 0 {
			end++
		}
		slices.Reverse(order[i : end+1])
		i = end
	}
	return order
}

// bidiLevels returns the embedding level of each character: even from left to right, odd from right to left.
func bidiLevels(text []rune) []int {
	base := leftToRight
	for _, r := range text {
		if d := directionOf(r); d == leftToRight || d == rightToLeft {
			base = d
			break
		}
	}
	directions := make([]direction, len(text))
	letter, last := base, base
	for i, r := range text {
		d := directionOf(r)
		switch {
		case d == mark:
			d = last // W1
		case d == number && letter == leftToRight:
			d = leftToRight // W7
		case d == leftToRight, d == rightToLeft:
			letter = d
		}
		directions[i], last = d, d
	}
	level := 0
	if base == rightToLeft {
		level = 1
	}
	levels := make([]int, len(text))
	for i, d := range directions {
		if d == neutral {
			d = between(directions, i, base)
		}
		levels[i] = level
		switch {
		case d == number:
			levels[i] = 2
		case d == rightToLeft && level == 0, d == leftToRight && level == 1:
			levels[i]++
		}
	}
	return levels
}

// between resolves the neutral at i: the direction of what is on both sides, where a number counts as right-to-left, or
// the name's.
func between(directions []direction, i int, base direction) direction {
	strong := func(d direction) direction {
		if d == number {
			return rightToLeft
		}
		return d
	}
	left, right := base, base
	for _, d := range directions[:i] {
		if d != neutral {
			left = strong(d)
		}
	}
	for _, d := range directions[i:] {
		if d != neutral {
			right = strong(d)
			break
		}
	}
	if left == right {
		return left
	}
	return base
}

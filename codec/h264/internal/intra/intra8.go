package intra

// Edges8 holds the filtered neighbors of an 8x8 block (clause 8.3.2.2.1) and what the directional modes make of them. The
// modes of Intra_8x8 prediction are numbered as those of Intra_4x4 (table 8-3).
//
//	e[0..7]   left, from the bottom up
//	e[8]      above left
//	e[9..24]  above and above right
type Edges8 struct {
	e  [25]byte
	f2 [24]byte // f2[i]: mean of e[i] and e[i+1]
	f3 [25]byte // f3[i]: e[i-1], e[i], e[i+1] weighted 1 2 1; at both ends the last one stands in for what is beyond
	// HasLeft and HasTop tell which neighbors exist, HasAll whether these do and the one above left too.
	HasLeft, HasTop, HasAll bool
}

// Load takes the neighbors of the block at pix[at] that are available, and filters them.
func (n *Edges8) Load(pix []byte, at, stride int, left, top, corner, topRight bool) {
	n.HasLeft, n.HasTop, n.HasAll = left, top, left && top && corner
	var raw [25]byte
	if left {
		for y := range 8 {
			raw[7-y] = pix[at+y*stride-1]
		}
	}
	if corner {
		raw[8] = pix[at-stride-1]
	}
	if top {
		copy(raw[9:17], pix[at-stride:])
		if topRight {
			copy(raw[17:25], pix[at-stride+8:])
		} else {
			fill(raw[17:25], raw[16])
		}
	}
	n.filter(&raw, left, top, corner)
	for i := range n.f2 {
		n.f2[i] = byte((int(n.e[i]) + int(n.e[i+1]) + 1) >> 1)
	}
	e := &n.e
	n.f3[0] = mean3(e[0], e[0], e[1])
	for i := 1; i < 24; i++ {
		n.f3[i] = mean3(e[i-1], e[i], e[i+1])
	}
	n.f3[24] = mean3(e[23], e[24], e[24])
}

// filter is the reference sample filter: a sample at the end of what is available is filtered with itself.
func (n *Edges8) filter(raw *[25]byte, left, top, corner bool) {
	e := &n.e
	if top {
		before := raw[8]
		if !corner {
			before = raw[9]
		}
		e[9] = mean3(before, raw[9], raw[10])
		for i := 10; i < 24; i++ {
			e[i] = mean3(raw[i-1], raw[i], raw[i+1])
		}
		e[24] = mean3(raw[23], raw[24], raw[24])
	}
	if left {
		after := raw[8]
		if !corner {
			after = raw[7]
		}
		e[7] = mean3(after, raw[7], raw[6])
		for i := 6; i > 0; i-- {
			e[i] = mean3(raw[i-1], raw[i], raw[i+1])
		}
		e[0] = mean3(raw[1], raw[0], raw[0])
	}
	if corner {
		a, b := raw[8], raw[8]
		if left {
			a = raw[7]
		}
		if top {
			b = raw[9]
		}
		e[8] = mean3(a, raw[8], b)
	}
}

func mean3(a, b, c byte) byte { return byte((int(a) + 2*int(b) + int(c) + 2) >> 2) }

// Allowed tells whether the mode's neighbors exist.
func (n *Edges8) Allowed(mode int) bool {
	switch mode {
	case Vertical4, DiagonalDownLeft4, VerticalLeft4:
		return n.HasTop
	case Horizontal4, HorizontalUp4:
		return n.HasLeft
	case DC4:
		return true
	}
	return n.HasAll
}

// Predict writes eight rows of eight samples, the prediction of an allowed mode (clause 8.3.2.2), to dst. With the
// neighbors in one line each direction is a walk along it, or along a line of means.
func (n *Edges8) Predict(dst []byte, stride, mode int) {
	switch mode {
	case Vertical4:
		for y := range 8 {
			copy(dst[y*stride:][:8], n.e[9:17])
		}
	case Horizontal4:
		for y := range 8 {
			fill(dst[y*stride:][:8], n.e[7-y])
		}
	case DC4:
		v := n.dc()
		for y := range 8 {
			fill(dst[y*stride:][:8], v)
		}
	case DiagonalDownLeft4:
		for y := range 8 {
			copy(dst[y*stride:][:8], n.f3[10+y:])
			if y == 7 {
				dst[7*stride+7] = n.f3[24]
			}
		}
	case DiagonalDownRight4:
		for y := range 8 {
			copy(dst[y*stride:][:8], n.f3[8-y:])
		}
	case VerticalRight4:
		n.verticalRight(dst, stride)
	case HorizontalDown4:
		n.horizontalDown(dst, stride)
	case VerticalLeft4:
		for y := 0; y < 8; y += 2 {
			copy(dst[y*stride:][:8], n.f2[9+y>>1:])
			copy(dst[(y+1)*stride:][:8], n.f3[10+y>>1:])
		}
	case HorizontalUp4:
		n.horizontalUp(dst, stride)
	}
}

func (n *Edges8) verticalRight(dst []byte, stride int) {
	for y := range 8 {
		row := dst[y*stride:][:8]
		if y&1 == 0 {
			copy(row, n.f2[8-y>>1:])
		} else {
			copy(row, n.f3[8-y>>1:])
		}
		for x := range y >> 1 {
			row[x] = n.f3[9+2*x-y]
		}
	}
}

func (n *Edges8) horizontalDown(dst []byte, stride int) {
	var line [22]byte
	for i := range 8 {
		line[2*i], line[2*i+1] = n.f2[i], n.f3[i+1]
	}
	copy(line[16:], n.f3[9:15])
	for y := range 8 {
		copy(dst[y*stride:][:8], line[14-2*y:])
	}
}

func (n *Edges8) horizontalUp(dst []byte, stride int) {
	var line [22]byte
	for i := range 7 {
		line[2*i], line[2*i+1] = n.f2[6-i], n.f3[6-i]
	}
	fill(line[14:], n.e[0])
	for y := range 8 {
		copy(dst[y*stride:][:8], line[2*y:])
	}
}

func (n *Edges8) dc() byte {
	left, top := sum(n.e[:8]), sum(n.e[9:17])
	switch {
	case n.HasLeft && n.HasTop:
		return byte((left + top + 8) >> 4)
	case n.HasLeft:
		return byte((left + 4) >> 3)
	case n.HasTop:
		return byte((top + 4) >> 3)
	}
	return 128
}

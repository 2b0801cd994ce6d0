package decode

// edges8 holds the filtered neighbors of an 8x8 block (clause 8.3.2.2.1) in one line around it: left from the bottom up
// in 0 to 7, the corner in 8, above and above right in 9 to 24.
type edges8 struct {
	e                        [25]int
	hasLeft, hasTop, hasBoth bool // hasBoth: left, corner and above
}

// load takes the neighbors of the block at pix[at] that are available and filters them.
func (n *edges8) load(pix []byte, at, stride int, left, top, corner, topRight bool) {
	n.hasLeft, n.hasTop, n.hasBoth = left, top, left && top && corner
	var raw [25]int
	if left {
		for y := range 8 {
			raw[7-y] = int(pix[at+y*stride-1])
		}
	}
	if corner {
		raw[8] = int(pix[at-stride-1])
	}
	if top {
		row := pix[at-stride:][:16]
		for x := range 8 {
			raw[9+x] = int(row[x])
		}
		for x := 8; x < 16; x++ {
			v := raw[16]
			if topRight {
				v = int(row[x])
			}
			raw[9+x] = v
		}
	}
	// Samples at the end of what is available are filtered with themselves.
	e := &n.e
	if top {
		before := raw[8]
		if !corner {
			before = raw[9]
		}
		e[9] = (before + 2*raw[9] + raw[10] + 2) >> 2
		for i := 10; i < 24; i++ {
			e[i] = (raw[i-1] + 2*raw[i] + raw[i+1] + 2) >> 2
		}
		e[24] = (raw[23] + 3*raw[24] + 2) >> 2
	}
	if left {
		after := raw[8]
		if !corner {
			after = raw[7]
		}
		e[7] = (after + 2*raw[7] + raw[6] + 2) >> 2
		for i := 6; i > 0; i-- {
			e[i] = (raw[i-1] + 2*raw[i] + raw[i+1] + 2) >> 2
		}
		e[0] = (raw[1] + 3*raw[0] + 2) >> 2
	}
	if corner {
		a, b := raw[8], raw[8]
		if left {
			a = raw[7]
		}
		if top {
			b = raw[9]
		}
		e[8] = (a + 2*raw[8] + b + 2) >> 2
	}
}

// predict writes the prediction of an Intra_8x8 mode (clause 8.3.2.2) to dst; false if its neighbors are missing.
func (n *edges8) predict(dst []byte, stride, mode int) bool {
	switch mode {
	case 2:
		v := n.dc()
		for y := range 8 {
			fillBytes(dst[y*stride:][:8], v)
		}
		return true
	case 0, 3, 7:
		if !n.hasTop {
			return false
		}
	case 1, 8:
		if !n.hasLeft {
			return false
		}
	default:
		if !n.hasBoth {
			return false
		}
	}
	for y := range 8 {
		row := dst[y*stride:][:8]
		for x := range row {
			row[x] = n.sample(mode, x, y)
		}
	}
	return true
}

// mean2 and mean3 are the filters of the directional modes around index i.
func (n *edges8) mean2(i int) byte { return byte((n.e[i] + n.e[i+1] + 1) >> 1) }

func (n *edges8) mean3(i int) byte { return byte((n.e[i-1] + 2*n.e[i] + n.e[i+1] + 2) >> 2) }

// sample is the predicted sample at (x, y) in mode; with the neighbors in one line the clauses 8.3.2.2.2 to 8.3.2.2.10
// become walks along it.
func (n *edges8) sample(mode, x, y int) byte {
	const left, corner, top = 7, 8, 9 // e[left-y] and e[top+x] are beside row y and above column x
	switch mode {
	case 0:
		return byte(n.e[top+x])
	case 1:
		return byte(n.e[left-y])
	case 3: // diagonal down left
		if x+y == 14 {
			return byte((n.e[23] + 3*n.e[24] + 2) >> 2)
		}
		return n.mean3(top + x + y + 1)
	case 4: // diagonal down right
		return n.mean3(corner + x - y)
	case 5: // vertical right
		switch z := 2*x - y; {
		case z >= 0 && z&1 == 0:
			return n.mean2(corner + x - y>>1)
		case z >= -1:
			return n.mean3(corner + x - y>>1)
		default:
			return n.mean3(left + 2 + 2*x - y)
		}
	case 6: // horizontal down
		switch z := 2*y - x; {
		case z >= 0 && z&1 == 0:
			return n.mean2(left - y + x>>1)
		case z >= -1:
			return n.mean3(corner - y + x>>1)
		default:
			return n.mean3(corner + x - 2*y - 1)
		}
	case 7: // vertical left
		if y&1 == 0 {
			return n.mean2(top + x + y>>1)
		}
		return n.mean3(top + x + y>>1 + 1)
	}
	// Horizontal up.
	switch z := x + 2*y; {
	case z > 13:
		return byte(n.e[0])
	case z == 13:
		return byte((n.e[1] + 3*n.e[0] + 2) >> 2)
	case z&1 == 0:
		return n.mean2(left - y - x>>1 - 1)
	default:
		return n.mean3(left - y - x>>1 - 1)
	}
}

func (n *edges8) dc() byte {
	left, top := 0, 0
	for i := range 8 {
		left += n.e[i]
		top += n.e[9+i]
	}
	switch {
	case n.hasLeft && n.hasTop:
		return byte((left + top + 8) >> 4)
	case n.hasLeft:
		return byte((left + 4) >> 3)
	case n.hasTop:
		return byte((top + 4) >> 3)
	}
	return 128
}

// intra8 is Intra_8x8 prediction and reconstruction, block by block (clause 8.3.2).
func (d *Decoder) intra8(hasLeft, hasTop bool) {
	p := &d.pic.Y
	var edges edges8
	for q := range 4 {
		x, y := q&1, q>>1
		at := p.At(16*d.mbx+8*x, 16*d.mby+8*y)
		var corner, topRight bool
		switch q {
		case 0:
			corner, topRight = d.usable(d.topLeft), hasTop
		case 1:
			corner, topRight = hasTop, d.usable(d.topRight)
		case 2:
			corner, topRight = hasLeft, true
		default:
			corner = true
		}
		edges.load(p.Pix, at, p.Stride, hasLeft || x > 0, hasTop || y > 0, corner, topRight)
		mode := int(d.modes[origin+2*x+16*y])
		dst := p.Pix[at:]
		if !edges.predict(dst, p.Stride, mode) {
			d.failf("Intra8x8PredMode %d without neighbors", mode)
			return
		}
		d.addLuma8(dst, p.Stride, q)
	}
}

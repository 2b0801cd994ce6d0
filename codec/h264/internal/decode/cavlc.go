package decode

import "math/bits"

// cavlcBlock reads residual_block_cavlc (clause 7.3.5.3.2) and stores the scaled coefficients; len(scan) is the number of
// positions. It gives the number of coefficients.
func (d *Decoder) cavlcBlock(coef []int32, scan []uint8, scale []int32, shift uint, nC int) int {
	total, ones := d.coeffToken(nC)
	if total == 0 {
		return 0
	}
	if total > len(scan) {
		d.failf("%d coefficients in a block of %d", total, len(scan))
		return 0
	}
	var levels [16]int32
	if !d.readLevels(&levels, total, ones) {
		return 0
	}
	zeros := 0
	if total < len(scan) {
		zeros = d.totalZeros(total, nC)
	}
	at := zeros + total - 1
	if at >= len(scan) {
		d.failf("%d zeros and %d coefficients in a block of %d", zeros, total, len(scan))
		return 0
	}
	round := int32(1) << shift >> 1
	for i := range total {
		p := scan[at]
		coef[p] = (levels[i&15]*scale[p] + round) >> shift
		at--
		if zeros > 0 && i < total-1 {
			run := d.runBefore(zeros)
			zeros -= run
			at -= run
		}
		if at < 0 {
			break
		}
	}
	return total
}

// coeffToken reads coeff_token (clause 9.2.1).
func (d *Decoder) coeffToken(nC int) (total, ones int) {
	v := d.r.Peek()
	var e uint16
	switch {
	case nC < 0:
		e = chromaTokenTable[v>>56]
	case nC >= 8:
		d.r.Skip(6)
		code := int(v >> 58)
		if code == 3 {
			return 0, 0
		}
		return code>>2 + 1, code & 3
	default:
		zeros := bits.LeadingZeros64(v | 1<<48)
		e = tokenTable[min(nC>>1, 2)][(zeros<<3|int(v<<1<<uint(zeros)>>61))&127]
	}
	if e == 0 {
		d.failf("coeff_token")
		return 0, 0
	}
	d.r.Skip(int(e >> 8))
	return int(e >> 2 & 31), int(e & 3)
}

// readLevels reads trailing_ones_sign_flag, level_prefix and level_suffix (clause 9.2.2).
func (d *Decoder) readLevels(levels *[16]int32, total, ones int) bool {
	r := &d.r
	v := r.Peek()
	for i := range ones {
		levels[i] = 1 - int32(v>>(62-uint(i))&2)
	}
	r.Skip(ones)
	suffixLen := uint(0)
	if total > 10 && ones < 3 {
		suffixLen = 1
	}
	for i := ones; i < total; i++ {
		v := r.Peek()
		prefix := bits.LeadingZeros64(v | 1<<32)
		if prefix > 25 {
			d.failf("level_prefix")
			return false
		}
		code := int32(min(prefix, 15)) << suffixLen
		size := suffixLen
		switch {
		case prefix == 14 && suffixLen == 0:
			size = 4
		case prefix >= 15:
			size = uint(prefix - 3)
		}
		code += int32(v << uint(prefix+1) >> 1 >> (63 - size))
		r.Skip(prefix + 1 + int(size))
		if prefix >= 15 && suffixLen == 0 {
			code += 15
		}
		if prefix >= 16 {
			code += 1<<uint(prefix-3) - 4096
		}
		if i == ones && ones < 3 {
			code += 2
		}
		level := (code + 2) >> 1
		mag := level
		if code&1 != 0 {
			mag = (code + 1) >> 1
			level = -mag
		}
		levels[i&15] = level
		if suffixLen == 0 {
			suffixLen = 1
		}
		if mag > 3<<(suffixLen-1) && suffixLen < 6 {
			suffixLen++
		}
	}
	return true
}

// totalZeros reads total_zeros (clause 9.2.3).
func (d *Decoder) totalZeros(total, nC int) int {
	v := d.r.Peek()
	var e uint8
	if nC < 0 {
		e = chromaZerosTable[total-1][v>>61]
	} else {
		e = zerosTable[total-1][v>>55]
	}
	if e == 0 {
		d.failf("total_zeros")
		return 0
	}
	d.r.Skip(int(e & 15))
	return int(e >> 4)
}

// runBefore reads run_before (clause 9.2.3); it is at most zeros.
func (d *Decoder) runBefore(zeros int) int {
	v := d.r.Peek()
	if e := runTable[min(zeros, 7)-1][v>>61]; e != 0 {
		d.r.Skip(int(e & 15))
		return min(int(e>>4), zeros)
	}
	n := bits.LeadingZeros64(v | 1<<50)
	d.r.Skip(n + 1)
	if n+4 > zeros {
		d.failf("run_before")
		return 0
	}
	return n + 4
}

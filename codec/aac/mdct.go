package aac

// fft is a complex Fourier transform of a power-of-two size, in place on split real and imaginary parts.
type fft struct {
	size     int
	cos, sin []float64 // of k/size turns, k < size/2
	swaps    []int32   // pairs of positions that bit reversal exchanges
}

func newFFT(size int) *fft {
	f := &fft{size: size, cos: make([]float64, size/2), sin: make([]float64, size/2)}
	for k := range f.cos {
		f.sin[k], f.cos[k] = sinCosTurn(k, size)
	}
	for i, j := 0, 0; i < size; i++ {
		if i < j {
			f.swaps = append(f.swaps, int32(i), int32(j))
		}
		bit := size >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		j |= bit
	}
	return f
}

// transform replaces the sequence by its spectrum, with the kernel exp(-2πi nk/size) and no scaling.
func (f *fft) transform(re, im []float64) {
	re, im = re[:f.size], im[:f.size]
	for i := 0; i < len(f.swaps); i += 2 {
		a, b := f.swaps[i], f.swaps[i+1]
		re[a], re[b] = re[b], re[a]
		im[a], im[b] = im[b], im[a]
	}
	// The first two stages have trivial twiddle factors: one radix-4 pass does both.
	for i := 0; i+3 < len(re); i += 4 {
		r, m := re[i:i+4:i+4], im[i:i+4:i+4]
		ar, ai, br, bi := r[0]+r[1], m[0]+m[1], r[0]-r[1], m[0]-m[1]
		cr, ci, dr, di := r[2]+r[3], m[2]+m[3], r[2]-r[3], m[2]-m[3]
		r[0], m[0], r[2], m[2] = ar+cr, ai+ci, ar-cr, ai-ci
		r[1], m[1], r[3], m[3] = br+di, bi-dr, br-di, bi+dr
	}
	for half := 4; half < f.size; half *= 2 {
		stride := f.size / (2 * half)
		for start := 0; start < f.size; start += 2 * half {
			f.butterflies(re[start:start+2*half], im[start:start+2*half], half, stride)
		}
	}
}

// butterflies joins two transforms of half points each.
func (f *fft) butterflies(re, im []float64, half, stride int) {
	r0, r1 := re[:half], re[half:][:half]
	i0, i1 := im[:half], im[half:][:half]
	w := 0
	for k := range r0 {
		c, s := f.cos[w], f.sin[w]
		w += stride
		tr := float64(r1[k]*c) + float64(i1[k]*s)
		ti := float64(i1[k]*c) - float64(r1[k]*s)
		r1[k], i1[k] = r0[k]-tr, i0[k]-ti
		r0[k], i0[k] = r0[k]+tr, i0[k]+ti
	}
}

// mdct is the forward transform of ISO/IEC 14496-3 4.6.11.3: lines values from 2*lines windowed samples,
//
//	X[k] = 2 Σ z[n] cos(2π/N (n + n0)(k + 1/2)),  N = 2*lines, n0 = (N/2+1)/2
type mdct struct {
	lines    int
	fft      *fft
	cos, sin []float64 // of (n + 1/8)/(2 lines) turns
	re, im   []float64
}

func newMDCT(lines int) *mdct {
	m := &mdct{lines: lines, fft: newFFT(lines / 2)}
	m.cos, m.sin = make([]float64, lines/2), make([]float64, lines/2)
	m.re, m.im = make([]float64, lines/2), make([]float64, lines/2)
	for n := range m.cos {
		m.sin[n], m.cos[n] = sinCosTurn(8*n+1, 16*lines)
	}
	return m
}

// transform writes the lines values of the 2*lines samples z, which already are windowed.
//
// The time aliasing folds the quarters (a, b, c, d) of z into (-c_r - d, a - b_r), with _r for reversed; of that it
// takes the DCT-IV, by a complex transform of half the size: the even values are its real, the odd ones in reverse
// order its imaginary part.
func (m *mdct) transform(out, z []float64) {
	n, h := m.lines, m.lines/2
	z = z[: 2*n : 2*n]
	folded := func(i int) float64 {
		if i < h {
			return -z[n+h-1-i] - z[n+h+i]
		}
		return z[i-h] - z[n+h-1-i]
	}
	re, im, cos, sin := m.re[:h], m.im[:h], m.cos[:h], m.sin[:h]
	for i := range re {
		a, b := folded(2*i), folded(n-1-2*i)
		re[i] = float64(a*cos[i]) + float64(b*sin[i])
		im[i] = float64(b*cos[i]) - float64(a*sin[i])
	}
	m.fft.transform(re, im)
	out = out[:n]
	for i := range re {
		a, b := 2*re[i], 2*im[i]
		out[2*i] = float64(a*cos[i]) + float64(b*sin[i])
		out[n-1-2*i] = float64(a*sin[i]) - float64(b*cos[i])
	}
}

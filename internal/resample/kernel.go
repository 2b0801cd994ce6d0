package resample

// Geometry of Kernel.
const (
	// KernelTaps is the number of input samples that one interpolated sample depends on.
	KernelTaps = 32
	// KernelBefore is the number of those at or before its position; the others follow it.
	KernelBefore = KernelTaps / 2

	kernelPhases  = 256
	kernelBits    = 24
	kernelPhShift = 32 - 8 // bits of the fraction below the phase number
)

// Kernel interpolates between samples with a windowed sinc: flat within 0.1 dB to 0.41 of the sampling rate, errors
// 80 dB down. It is immutable once made and may be shared.
type Kernel struct {
	coefs [kernelPhases + 1][KernelTaps]int32
}

// NewKernel computes a kernel.
func NewKernel() *Kernel {
	k := new(Kernel)
	filter := newLowPass(KernelBefore, 0.5, kaiserBeta(84))
	var taps [KernelTaps]float64
	for p := range k.coefs {
		for j := range taps {
			taps[j] = filter.at(float64(p)/kernelPhases - float64(j-KernelBefore+1))
		}
		quantize(k.coefs[p][:], taps[:], kernelBits)
	}
	return k
}

// At returns the signal's value at the position of x[KernelBefore-1] plus frac/2^32 samples. With frac 0 that is
// x[KernelBefore-1] itself.
func (k *Kernel) At(x *[KernelTaps]int16, frac uint32) int16 {
	ph := frac >> kernelPhShift
	lo, hi := &k.coefs[ph], &k.coefs[ph+1]
	var a, b int64
	for j, v := range x {
		a += int64(lo[j]) * int64(v)
		b += int64(hi[j]) * int64(v)
	}
	// Between two phases the coefficients are interpolated linearly, which is the same as interpolating the results.
	// 15 bits of the fraction are more than the 24-bit coefficients resolve.
	t := int64(frac >> (kernelPhShift - 15) & (1<<15 - 1))
	v := a + ((b-a)*t)>>15
	return saturate((v + 1<<(kernelBits-1)) >> kernelBits)
}

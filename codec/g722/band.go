package g722

import "math"

const (
	zeros    = 6     // of the adaptive predictor
	maxShape = 16384 // what a reconstructed sub-band signal is limited to
)

// band is one of the two ADPCM decoders (ITU-T G.722 6.2). Index 0 of the histories is the newest.
type band struct {
	limit int32 // of the scale factor's logarithm
	shift int32 // of the scale factor's exponent

	log   int32 // NBL, NBH: logarithm of the scale factor
	scale int32 // DETL, DETH

	estimate int32            // SL, SH: the predicted signal
	fromZero int32            // SZL, SZH: its part from the zeros
	a        [2]int32         // coefficients of the poles
	b        [zeros]int32     // of the zeros
	r        [2]int32         // reconstructed signal
	p        [2]int32         // partially reconstructed signal
	d        [zeros + 1]int32 // quantized differences
}

func newLowBand() band  { return band{limit: 18432, shift: 8, scale: 32} }
func newHighBand() band { return band{limit: 22528, shift: 10, scale: 8} }

// signal is the reconstructed sample for an output of the inverse quantizer (blocks INVQB, RECONS, LIMIT).
func (b *band) signal(quantum int32) int32 {
	return min(max(b.estimate+(b.scale*quantum)>>15, -maxShape), maxShape-1)
}

// adapt takes the difference that adaptation uses, in 1/2^15 of the scale factor, and the step of its logarithm.
func (b *band) adapt(quantum, logStep int32) {
	d := (b.scale * quantum) >> 15
	b.adaptScale(logStep)
	p := saturate(b.fromZero + d)
	b.adaptPoles(p)
	b.adaptZeros(d)
	b.predict(saturate(b.estimate+d), p)
}

// adaptScale moves the scale factor (blocks LOGSCL and SCALEL, LOGSCH and SCALEH).
func (b *band) adaptScale(logStep int32) {
	b.log = min(max((b.log*127)>>7+logStep, 0), b.limit)
	v := antilog[b.log>>6&31]
	if down := b.shift - b.log>>11; down >= 0 {
		v >>= down
	} else {
		v <<= -down
	}
	b.scale = v << 2
}

// adaptPoles moves the coefficients of the poles by the signs of the partially reconstructed signal (blocks UPPOL2 and
// UPPOL1); both use the old first coefficient.
func (b *band) adaptPoles(p int32) {
	same0, same1 := p < 0 == (b.p[0] < 0), p < 0 == (b.p[1] < 0)
	old := b.a[0]

	first := saturate(old << 2)
	if same0 {
		first = saturate(-first)
	}
	second := int32(-128)
	if same1 {
		second = 128
	}
	second += first>>7 + (b.a[1]*32512)>>15
	b.a[1] = min(max(second, -12288), 12288)

	v := int32(-192)
	if same0 {
		v = 192
	}
	limit := saturate(15360 - b.a[1])
	b.a[0] = min(max(saturate(v+(old*32640)>>15), -limit), limit)
}

// adaptZeros moves the coefficients of the zeros by the signs of the differences (block UPZERO).
func (b *band) adaptZeros(d int32) {
	copy(b.d[1:], b.d[:zeros])
	b.d[0] = d
	for i := range b.b {
		step := int32(0)
		if d != 0 {
			step = 128
			if d < 0 != (b.d[i+1] < 0) {
				step = -128
			}
		}
		b.b[i] = saturate(step + (b.b[i]*32640)>>15)
	}
}

// predict computes the next estimate (blocks FILTEP, FILTEZ, PREDIC).
func (b *band) predict(r, p int32) {
	b.r[1], b.r[0] = b.r[0], r
	b.p[1], b.p[0] = b.p[0], p
	poles := saturate((b.a[0]*saturate(2*b.r[0]))>>15 + (b.a[1]*saturate(2*b.r[1]))>>15)
	sum := int32(0)
	for i, c := range b.b {
		sum += (c * saturate(2*b.d[i])) >> 15
	}
	b.fromZero = saturate(sum)
	b.estimate = saturate(poles + b.fromZero)
}

func saturate(v int32) int32 { return min(max(v, math.MinInt16), math.MaxInt16) }

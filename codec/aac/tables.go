package aac

import "sync"

// tables are all constants that are computed, shared by all encoders and never changed.
type tables struct {
	quant   *quantTables
	windows *windows
}

var sharedTables = sync.OnceValue(func() *tables {
	return &tables{quant: newQuantTables(), windows: newWindows()}
})

// largest holds the largest absolute value of each codebook.
var largest = [bookCount]int{0, 1, 1, 2, 2, 4, 4, 7, 7, 12, 12, maxQuantized}

// Taylor coefficients of sin(x)/x and cos(x) in x², highest power first. Up to π/4 the first omitted terms are below
// 1e-19.
var (
	sinTaylor = []float64{
		1.0 / 355687428096000, -1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800, 1.0 / 362880, -1.0 / 5040,
		1.0 / 120, -1.0 / 6, 1,
	}
	cosTaylor = []float64{
		-1.0 / 6402373705728000, 1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600, -1.0 / 3628800, 1.0 / 40320,
		-1.0 / 720, 1.0 / 24, -1.0 / 2, 1,
	}
)

// exp2Taylor holds ln(2)^k / k! for k from 14 down to 0.
var exp2Taylor = exp2Coefficients()

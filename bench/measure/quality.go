package measure

import (
	"image"
	"math"
)

// Quality gathers how near pictures are to their sources, in luma.
type Quality struct {
	squares float64 // sum of squared differences; whole numbers below 2^53, so exact
	samples float64
	ssim    float64 // sum of the pictures'
	frames  int
}

// Add takes a picture and its source, which have to be of one size. Without ssim the structural similarity, which takes
// longer, is left out of all pictures.
func (q *Quality) Add(source, picture *image.YCbCr, ssim bool) {
	size := source.Rect.Size()
	for y := range size.Y {
		q.squares += float64(rowSquares(source.Y[y*source.YStride:][:size.X], picture.Y[y*picture.YStride:][:size.X]))
	}
	q.samples += float64(size.X * size.Y)
	if ssim {
		q.ssim += ssimY(source, picture)
	}
	q.frames++
}

func rowSquares(a, b []byte) (sum uint64) {
	b = b[:len(a)]
	for i, v := range a {
		d := int(v) - int(b[i])
		sum += uint64(d * d)
	}
	return sum
}

// Frames is the number of pictures taken.
func (q *Quality) Frames() int { return q.frames }

// PSNR is the peak signal-to-noise ratio in dB of all pictures together, at most 100.
func (q *Quality) PSNR() float64 {
	if q.squares == 0 {
		return 100
	}
	return min(100, 10*math.Log10(255*255*q.samples/q.squares))
}

// SSIM is the mean structural similarity of the pictures, up to 1.
func (q *Quality) SSIM() float64 { return q.ssim / float64(max(q.frames, 1)) }

const (
	ssimWindow = 8
	ssimStep   = 4
)

// ssimY is the mean structural similarity (Wang et al. 2004) of windows of 8x8 samples at every fourth position, as
// the usual encoders print it.
func ssimY(a, b *image.YCbCr) float64 {
	size := a.Rect.Size()
	sum, n := 0.0, 0
	for y := 0; y+ssimWindow <= size.Y; y += ssimStep {
		for x := 0; x+ssimWindow <= size.X; x += ssimStep {
			sum += windowSSIM(a.Y[y*a.YStride+x:], a.YStride, b.Y[y*b.YStride+x:], b.YStride)
			n++
		}
	}
	return sum / float64(max(n, 1))
}

func windowSSIM(a []byte, aStride int, b []byte, bStride int) float64 {
	var sa, sb, squares, product int
	for y := range ssimWindow {
		ra, rb := a[y*aStride:][:ssimWindow], b[y*bStride:][:ssimWindow]
		for x, v := range ra {
			p, q := int(v), int(rb[x])
			sa, sb, squares, product = sa+p, sb+q, squares+p*p+q*q, product+p*q
		}
	}
	const (
		n  = ssimWindow * ssimWindow
		c1 = 0.01 * 255 * 0.01 * 255 * n * n
		c2 = 0.03 * 255 * 0.03 * 255 * n * (n - 1)
	)
	means := float64(sa) * float64(sb)
	meanSquares := float64(sa*sa + sb*sb)
	variances := float64(squares*n) - meanSquares
	covariance := float64(product*n) - means
	return (2*means + c1) * (2*covariance + c2) / ((meanSquares + c1) * (variances + c2))
}

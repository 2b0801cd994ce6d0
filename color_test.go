package callrec_test

import "image"

// colorAt names the color of a sample of the canvas, "" if it is none of the participants' borders.
func colorAt(canvas *image.YCbCr, x, y int) string {
	c := canvas.COffset(x, y)
	luma, cb, cr := float64(canvas.Y[canvas.YOffset(x, y)])-16, float64(canvas.Cb[c])-128, float64(canvas.Cr[c])-128
	// BT.709, limited range (ITU-R BT.709-6 table 3)
	r := 1.164*luma + 1.793*cr
	g := 1.164*luma - 0.213*cb - 0.533*cr
	b := 1.164*luma + 2.112*cb
	switch {
	case r > 180 && g < 90 && b < 90:
		return "red"
	case g > 180 && r < 90 && b < 90:
		return "lime"
	case b > 180 && r < 90 && g < 90:
		return "blue"
	}
	return ""
}

//go:build !amd64 || purego

package transform

func quantizeFours(levels [][16]int16, marks []Marks, c []Four, dc []int16, a, b halves, q *FourQuantizer) uint32 {
	return quantizeFoursPlain(levels, marks, c, dc, a, b, q)
}

func reconstructFours(dst, pred halves, c []Four, which uint32) {
	reconstructFoursPlain(dst, pred, c, which)
}

func quantizeChromaDC(levels *[2][4]int16, c *[2]Four, dc *[8]int16, q *dcQuantizer) uint8 {
	return quantizeChromaDCPlain(levels, c, dc, q)
}

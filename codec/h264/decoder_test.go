package h264_test

import (
	"crypto/md5"
	"encoding/hex"
	"hash"
	"image"
)

// frameSum is the MD5 of a frame as I420 without stride.
func frameSum(m *image.YCbCr) string {
	h := md5.New()
	addFrame(h, m)
	return hex.EncodeToString(h.Sum(nil))
}

func addFrame(h hash.Hash, m *image.YCbCr) {
	w, height := m.Rect.Dx(), m.Rect.Dy()
	addPlane(h, m.Y, m.YStride, w, height)
	addPlane(h, m.Cb, m.CStride, (w+1)/2, (height+1)/2)
	addPlane(h, m.Cr, m.CStride, (w+1)/2, (height+1)/2)
}

func addPlane(h hash.Hash, pix []byte, stride, w, height int) {
	for y := range height {
		h.Write(pix[y*stride:][:w])
	}
}

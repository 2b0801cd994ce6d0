package tiler

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
)

// MaxImageSide is the largest width and height of an Image, in pixels.
const MaxImageSide = 4096

// ErrImage is wrapped by the errors of NewImage and DecodeImage.
var ErrImage = errors.New("tiler: bad image")

// Image is a still picture, with transparency if it has any, that serves as an avatar or a watermark. It never changes
// and can be shared by Tilers.
type Image struct {
	w, h       int
	r, g, b, a []uint8 // premultiplied
}

// NewImage prepares a picture of at most MaxImageSide by MaxImageSide. It is borrowed until return.
func NewImage(m image.Image) (*Image, error) {
	b := m.Bounds()
	if b.Dx() < 1 || b.Dy() < 1 || b.Dx() > MaxImageSide || b.Dy() > MaxImageSide {
		return nil, fmt.Errorf("%w: %dx%d pixels, want 1 to %d", ErrImage, b.Dx(), b.Dy(), MaxImageSide)
	}
	rgba := image.NewRGBA(image.Rectangle{Max: b.Size()})
	draw.Draw(rgba, rgba.Rect, m, b.Min, draw.Src)
	n := b.Dx() * b.Dy()
	planes := make([]uint8, 4*n)
	p := &Image{w: b.Dx(), h: b.Dy(), r: planes[:n], g: planes[n : 2*n], b: planes[2*n : 3*n], a: planes[3*n:]}
	for i := range n {
		px := rgba.Pix[4*i : 4*i+4]
		p.r[i], p.g[i], p.b[i], p.a[i] = px[0], px[1], px[2], px[3]
	}
	return p, nil
}

// DecodeImage reads a PNG or JPEG file. Its size is checked before anything is decoded.
func DecodeImage(file []byte) (*Image, error) {
	config, decode := png.DecodeConfig, png.Decode
	if !bytes.HasPrefix(file, []byte("\x89PNG")) {
		config, decode = jpeg.DecodeConfig, jpeg.Decode
	}
	c, err := config(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrImage, err)
	}
	if c.Width > MaxImageSide || c.Height > MaxImageSide {
		return nil, fmt.Errorf("%w: %dx%d pixels, want 1 to %d", ErrImage, c.Width, c.Height, MaxImageSide)
	}
	m, err := decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrImage, err)
	}
	return NewImage(m)
}

// square returns the largest square in the middle.
func (m *Image) square() image.Rectangle {
	side := min(m.w, m.h)
	at := image.Pt((m.w-side)/2, (m.h-side)/2)
	return image.Rectangle{Min: at, Max: at.Add(image.Pt(side, side))}
}

// stickersLimit returns the bound of the cache of scaled avatars, in bytes: those of tiles that fill the canvas take less
// than one per luma sample.
func stickersLimit(width, height int) int { return max(1<<20, width*height) }

// stickerKey identifies a scaled avatar.
type stickerKey struct {
	image *Image
	size  int
}

// sticker is an Image of the size at which it is painted, in the color of the canvas, premultiplied. Its sides are even.
type sticker struct {
	w, h  int
	y     []uint8
	alpha []uint8 // as many as y
	c     []chroma
}

// chroma is what a sticker has for four luma samples.
type chroma struct{ cb, cr, alpha uint8 }

func (s *sticker) bytes() int { return 2*len(s.y) + 3*len(s.c) }

// sticker scales the part r of the image to an even size. cover, if not nil, says how much of each pixel is to be seen,
// and opacity, 0 to 256, of all.
func (m *Image) sticker(s *scaler, r image.Rectangle, w, h int, cover *mask, opacity int32) *sticker {
	ax, ay := s.axis(axisKey{r.Dx(), 0, 2 * r.Dx(), w}), s.axis(axisKey{r.Dy(), 0, 2 * r.Dy(), h})
	var planes [4][]uint8
	for i, pix := range [...][]uint8{m.r, m.g, m.b, m.a} {
		planes[i] = make([]uint8, w*h)
		s.plane(plane{planes[i], w, w, h}, plane{pix[r.Min.Y*m.w+r.Min.X:], m.w, r.Dx(), r.Dy()}, ax, ay)
		for j, v := range planes[i] {
			k := 255 * opacity
			if cover != nil {
				k = int32(cover.pix[j]) * opacity
			}
			planes[i][j] = uint8((int32(v)*k + 255*128) / (255 * 256))
		}
	}
	// An enlargement overshoots: no color may be stronger than its alpha.
	for _, p := range planes[:3] {
		for j, v := range p {
			p[j] = min(v, planes[3][j])
		}
	}
	return newSticker(w, h, planes)
}

// newSticker converts premultiplied red, green, blue and alpha.
func newSticker(w, h int, planes [4][]uint8) *sticker {
	s := &sticker{w: w, h: h, y: make([]uint8, w*h), alpha: planes[3], c: make([]chroma, w*h/4)}
	r, g, b, a := planes[0], planes[1], planes[2], planes[3]
	for i := range s.y {
		y := lumaOf(int32(r[i]), int32(g[i]), int32(b[i])) + 16<<16*int32(a[i])/255
		s.y[i] = uint8((y + 1<<15) >> 16)
	}
	for y := 0; y < h; y += 2 {
		for x := 0; x < w; x += 2 {
			sum := func(p []uint8) int32 {
				o := y*w + x
				return int32(p[o]) + int32(p[o+1]) + int32(p[o+w]) + int32(p[o+w+1])
			}
			cb, cr := chromaOf(sum(r), sum(g), sum(b))
			alpha := sum(a)
			gray := int32(128 << 16 * int64(alpha) / 255)
			s.c[y/2*w/2+x/2] = chroma{
				uint8((cb + gray + 2<<16) >> 18), uint8((cr + gray + 2<<16) >> 18), uint8((alpha + 2) / 4),
			}
		}
	}
	return s
}

// paint draws the sticker with its top left corner at an even position. It has to lie within m.
func (s *sticker) paint(m *image.YCbCr, at image.Point) {
	r := image.Rect(0, 0, s.w, s.h).Add(at)
	luma := lumaPlane(m, r)
	for y := range s.h {
		row := luma.row(y)
		for x, a := range s.alpha[y*s.w : (y+1)*s.w] {
			row[x] = over(s.y[y*s.w+x], row[x], a)
		}
	}
	cb, cr := chromaPlanes(m, r)
	for y := range s.h / 2 {
		cbRow, crRow := cb.row(y), cr.row(y)
		for x, c := range s.c[y*s.w/2 : (y+1)*s.w/2] {
			cbRow[x] = over(c.cb, cbRow[x], c.alpha)
			crRow[x] = over(c.cr, crRow[x], c.alpha)
		}
	}
}

// over puts a premultiplied sample over another.
func over(top, below, alpha uint8) uint8 {
	return uint8(min(255, int32(top)+(int32(below)*(255-int32(alpha))+127)/255))
}

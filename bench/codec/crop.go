package main

import (
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
)

// cropSize is the size of each picture in a crop: the middle third of a 1080p canvas would not fit beside others.
const cropSize = 480

// crops writes, for the coarsest quantizers, the source, the project's and the first peer's picture at about the same
// rate, side by side, cut out of the last frame.
func (b *bdrateFlags) crops(file, base string, curves map[string]curve) error {
	if err := os.MkdirAll(b.crop, 0o755); err != nil {
		return err
	}
	peer := b.peers[0]
	for i := len(b.qps) - 2; i < len(b.qps); i++ {
		ours := curves["callrec"][i]
		nearest := 0
		for j, p := range curves[peer] {
			if math.Abs(math.Log(p.kbps/ours.kbps)) < math.Abs(math.Log(curves[peer][nearest].kbps/ours.kbps)) {
				nearest = j
			}
		}
		name := fmt.Sprintf("%s-source-callrec-%.0fk-%s-%.0fk.png", base, ours.kbps, peer, curves[peer][nearest].kbps)
		left, err := lastCrops(file, b.stream("callrec", b.qps[i]))
		if err != nil {
			return err
		}
		right, err := lastCrops(file, b.stream(peer, b.qps[nearest]))
		if err != nil {
			return err
		}
		if err := writeBeside(filepath.Join(b.crop, name), left[0], left[1], right[1]); err != nil {
			return err
		}
	}
	return nil
}

// lastCrops gives a crop of the last frame of the source and of the stream.
func lastCrops(source, stream string) (pair [2]*image.RGBA, err error) {
	err = decodeBeside(source, stream, func(want, got *image.YCbCr, _ int) {
		r := want.Rect
		c := image.Rect(0, 0, min(cropSize, r.Dx()), min(cropSize, r.Dy())).Add(image.Pt(r.Dx()/8, r.Dy()/8)).Intersect(r)
		pair = [2]*image.RGBA{rgba(want, c), rgba(got, c)}
	})
	return pair, err
}

// rgba converts a part of a BT.709 picture in limited range.
func rgba(p *image.YCbCr, r image.Rectangle) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, r.Dx(), r.Dy()))
	clip := func(v float64) byte { return byte(min(max(v+0.5, 0), 255)) }
	for y := range r.Dy() {
		for x := range r.Dx() {
			c := p.YCbCrAt(r.Min.X+x, r.Min.Y+y)
			l, u, v := 1.164*(float64(c.Y)-16), float64(c.Cb)-128, float64(c.Cr)-128
			copy(out.Pix[out.PixOffset(x, y):], []byte{clip(l + 1.793*v), clip(l - 0.213*u - 0.533*v), clip(l + 2.112*u), 255})
		}
	}
	return out
}

func writeBeside(file string, parts ...*image.RGBA) error {
	const gap = 8
	w, h := 0, 0
	for _, p := range parts {
		w, h = w+p.Rect.Dx()+gap, max(h, p.Rect.Dy())
	}
	all := image.NewRGBA(image.Rect(0, 0, w-gap, h))
	x := 0
	for _, p := range parts {
		for y := range p.Rect.Dy() {
			copy(all.Pix[all.PixOffset(x, y):], p.Pix[y*p.Stride:][:4*p.Rect.Dx()])
		}
		x += p.Rect.Dx() + gap
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := png.Encode(f, all); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

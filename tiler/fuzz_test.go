package tiler_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/tiler"
)

// tape reads numbers from the fuzzer's bytes, zeros after their end.
type tape []byte

func (b *tape) next() int {
	if len(*b) == 0 {
		return 0
	}
	v := (*b)[0]
	*b = (*b)[1:]
	return int(v)
}

// signed returns a number around zero.
func (b *tape) signed() int { return int(int8(b.next())) }

// picture makes a picture that may claim anything about itself.
func (b *tape) picture() *image.YCbCr {
	at := image.Pt(b.next()%4-b.next()/250, b.next()%4-b.next()/250)
	size := image.Pt(b.next()%80, b.next()%80)
	p := &image.YCbCr{Rect: image.Rectangle{Min: at, Max: at.Add(size)}, YStride: size.X, CStride: (size.X + 2) / 2}
	if b.next()%8 == 0 {
		p.SubsampleRatio = image.YCbCrSubsampleRatio(b.next() % 8)
	} else {
		p.SubsampleRatio = image.YCbCrSubsampleRatio420
	}
	p.YStride += b.next() % 16
	p.CStride += b.next() % 16
	if b.next()%16 == 0 {
		p.YStride, p.CStride = b.signed(), b.signed()
	}
	plane := func(n int) []uint8 {
		n += b.signed() / 100
		s := make([]uint8, min(max(n, 0), 1<<16))
		for i := range s {
			s[i] = uint8(i*37) ^ uint8(b.next())
		}
		return s
	}
	p.Y = plane(p.YStride * size.Y)
	p.Cb = plane(p.CStride * ((size.Y + 2) / 2))
	p.Cr = plane(p.CStride * ((size.Y + 2) / 2))
	return p
}

// FuzzCompose draws a sequence of tiles with any pictures on any rectangles of a small canvas. Nothing may panic, only
// what is damaged may change, and the canvas has to be the one that a new Tiler draws.
func FuzzCompose(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x10\x09\x03\x02\x00\x00\x08\x09\x01\x02name\x01\x00\x01\x00\x20\x10\x01\x03\x05\x01\x64"))
	f.Add(slices.Repeat([]byte{3, 1, 40, 7, 200, 9}, 40))
	f.Add(slices.Repeat([]byte{0x1f, 0x80, 0x02}, 90))
	f.Fuzz(func(t *testing.T, data []byte) {
		b := tape(data)
		layout := &changing{}
		cfg := tiler.Config{Width: 2 + b.next()%40*2, Height: 2 + b.next()%40*2, Layout: layout}
		if b.next()%3 == 0 {
			cfg.Layout = nil
		}
		tl := newTiler(t, cfg)
		before := clone(first(tl.Compose(nil)))
		var tiles []tiler.Tile
		for serial := range 6 {
			tiles = tiles[:min(len(tiles), b.next()%5)]
			for len(tiles) < b.next()%4 {
				tiles = append(tiles, tiler.Tile{ID: string(rune(b.next()))})
			}
			for i := range tiles {
				tile := &tiles[i]
				switch b.next() % 4 {
				case 0:
					tile.Picture, tile.Serial = b.picture(), uint64(serial+1)
					tile.Color = tiler.Color{BT709: b.next()%2 == 0, FullRange: b.next()%2 == 0}
				case 1:
					tile.Picture = nil
				case 2:
					tile.Name = string([]byte{byte(b.next()), byte(b.next()), 'x'})
				case 3:
					flags := b.next()
					tile.Rotation, tile.Fill, tile.Share = tiler.Rotation(flags), flags&4 != 0, flags&8 != 0
					tile.Muted, tile.Speaking = flags&16 != 0, flags&32 != 0
				}
			}
			layout.rects = layout.rects[:0]
			for range tiles {
				at := image.Pt(b.signed(), b.signed())
				layout.rects = append(layout.rects, image.Rectangle{Min: at, Max: at.Add(image.Pt(b.signed(), b.signed()))})
			}
			stamp := []byte("00:00"[:b.next()%6])
			tl.SetStamp(stamp)
			canvas, damage := tl.Compose(tiles)
			require.NoError(t, checkDamage(before, canvas, damage))
			fresh := newTiler(t, cfg)
			fresh.SetStamp(stamp)
			require.True(t, equal(canvas, first(fresh.Compose(tiles))), "differs from what a new Tiler draws")
			before = clone(canvas)
			_, damage = tl.Compose(tiles)
			require.Empty(t, damage)
		}
	})
}

// FuzzDecodeImage decodes what callers give as avatars and watermarks.
func FuzzDecodeImage(f *testing.F) {
	var asPNG, asJPEG bytes.Buffer
	m := image.NewNRGBA(image.Rect(0, 0, 3, 2))
	require.NoError(f, png.Encode(&asPNG, m))
	require.NoError(f, jpeg.Encode(&asJPEG, m, nil))
	f.Add(asPNG.Bytes())
	f.Add(asJPEG.Bytes())
	f.Add([]byte("\x89PNG"))
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := tiler.DecodeImage(file)
		require.Equal(t, err == nil, p != nil)
		if err != nil {
			require.ErrorIs(t, err, tiler.ErrImage)
			return
		}
		newTiler(t, tiler.Config{Width: 64, Height: 36}).Compose([]tiler.Tile{{Avatar: p}})
	})
}

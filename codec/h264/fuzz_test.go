package h264_test

import (
	"encoding/binary"
	"image"
	"testing"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/h264"
)

// FuzzEncode encodes small pictures made of the input's bytes with options made of them too: nothing may panic, sizes
// have to be right, and MaxSize has to be kept where it can be.
func FuzzEncode(f *testing.F) {
	f.Add(uint8(0), uint8(0), uint8(0), uint16(0), []byte{0})
	f.Add(uint8(1), uint8(9), uint8(51), uint16(300), []byte("\x00\xff\x00\xff\x80\x80\x01\x02\x03"))
	f.Add(uint8(30), uint8(2), uint8(1), uint16(9000), []byte{255, 0, 0, 255, 7, 200, 13, 1, 1, 1, 77, 66})
	// Samples in the clear that emulation prevention took over the limit again and again.
	f.Add(uint8(30), uint8(2), uint8(3), uint16(9000), []byte("\xff\x00\x00\xff\a\xc8\r\x01X9MB"))
	f.Fuzz(func(t *testing.T, dw, dh, qp uint8, bitrate uint16, data []byte) {
		w, h := 32+2*int(dw%48), 32+2*int(dh%48)
		e, err := h264.NewEncoder(h264.EncoderConfig{
			Width: w, Height: h, QP: int(qp % 52), MaxBitrate: 10_000 + 20*int(bitrate), KeyframeInterval: 1 + int(dw)%9,
			FrameRate: 1 + int(bitrate)%60,
			Profile:   h264.Profile(bitrate % 2), Speed: h264.Speed(dh % 3),
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(data) == 0 {
			data = []byte{1}
		}
		at := 0
		next := func() byte {
			at++
			return data[at%len(data)] + byte(at/len(data)/7)
		}
		for n := range 6 {
			pic := blank(w, h)
			for _, plane := range [][]byte{pic.Y, pic.Cb, pic.Cr} {
				flip := next()
				for i := range plane {
					plane[i] = next() * (1 - flip&1)
				}
			}
			flags := next()
			opt := codec.VideoEncodeOptions{
				IDR: flags&1 != 0, Redo: flags&2 != 0 && n == 2, DamageKnown: flags&4 != 0, MaxSize: int(next()) * 16,
			}
			for range next() % 4 {
				opt.Damage = append(opt.Damage, image.Rect(int(next())-20, int(next())-20, int(next()), int(next())))
			}
			au, _, err := e.Encode(nil, pic, opt)
			if err != nil {
				t.Fatal(err)
			}
			macroblocks := (w + 15) / 16 * ((h + 15) / 16)
			if opt.MaxSize > macroblocks*2+40 && len(au) > opt.MaxSize {
				t.Fatalf("%d bytes for %dx%d, want at most %d", len(au), w, h, opt.MaxSize)
			}
			if len(au) < 8 || int(binary.BigEndian.Uint32(au)) != len(au)-4 {
				t.Fatalf("bad access unit of %d bytes", len(au))
			}
			if r := e.Reconstruction(); r.Rect != image.Rect(0, 0, w, h) || len(tight(nil, r)) != w*h*3/2 {
				t.Fatalf("reconstruction of %v", r.Rect)
			}
		}
	})
}

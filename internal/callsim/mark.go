package callsim

import (
	"encoding/binary"
	"image"
)

// The mark of a picture is its number and its sender's as 4 by 8 fields of black or white:
//
//	1 0 1 0, sender (4 bits), number (20 bits), check (4 bits)
const (
	fieldColumns = 4
	fieldRows    = 8
	numberBits   = 20
	black, white = 16, 235
)

// Numbers is how many numbers of pictures there are before they begin anew.
const Numbers = 1 << numberBits

// Sizes are the sizes of pictures that Resize steps through. The last is rotated.
func Sizes() []image.Point {
	return []image.Point{{64, 64}, {128, 128}, {64, 32}, {32, 64}}
}

func markBits(sender, number int) uint32 {
	v := uint32(sender)<<numberBits | uint32(number)%Numbers
	check := (v ^ v>>4 ^ v>>8 ^ v>>12 ^ v>>16 ^ v>>20) & 15
	return 0b1010<<28 | v<<4 | check
}

// drawMark fills a picture with a mark.
func drawMark(m *image.YCbCr, bits uint32) {
	size := m.Rect.Size()
	w, h := size.X/fieldColumns, size.Y/fieldRows
	for r := range fieldRows {
		row := m.Y[r*h*m.YStride:][:size.X]
		for c := range fieldColumns {
			level := byte(black)
			if bits>>(31-r*fieldColumns-c)&1 != 0 {
				level = white
			}
			for x := range w {
				row[c*w+x] = level
			}
		}
		for y := 1; y < h; y++ {
			copy(m.Y[(r*h+y)*m.YStride:], row)
		}
	}
}

// ReadMark reads the mark of a picture that is shown in a square tile of a canvas, whatever its shape; false if there
// is none.
func ReadMark(canvas *image.YCbCr, tile image.Rectangle) (sender, number int, ok bool) {
	w, h := tile.Dx()/4, tile.Dy()/4
	for _, r := range [...]image.Rectangle{
		tile,
		image.Rect(tile.Min.X, tile.Min.Y+h, tile.Max.X, tile.Max.Y-h),
		image.Rect(tile.Min.X+w, tile.Min.Y, tile.Max.X-w, tile.Max.Y),
	} {
		var bits uint32
		for field := range fieldColumns * fieldRows {
			x := r.Min.X + (2*(field%fieldColumns)+1)*r.Dx()/(2*fieldColumns)
			y := r.Min.Y + (2*(field/fieldColumns)+1)*r.Dy()/(2*fieldRows)
			bits <<= 1
			if canvas.Y[canvas.YOffset(x, y)] >= 128 {
				bits |= 1
			}
		}
		v := int(bits >> 4)
		sender, number = v>>numberBits&15, v%Numbers
		if bits == markBits(sender, number) {
			return sender, number, true
		}
	}
	return 0, 0, false
}

// The mark of a second of sound is two pulses whose distance is the second's number modulo markSeconds. Each sender has
// a slot of the second for its own.
const (
	markSeconds   = 64
	markLead      = 60e6             // ns of a slot before the mark
	slotTime      = 1e9 / MaxSenders // ns
	pulseDistance = 80               // samples of 16 kHz for number 0
	pulseStep     = 8                // samples for each number
	pulseLength   = 8                // samples
	pulseLevel    = 8000
	sampleTime    = 1e9 / 16000 // ns
)

// markTime is the true time of a mark in nanoseconds.
func markTime(sender, second int) float64 {
	return float64(second)*1e9 + float64(sender)*slotTime + markLead
}

// pulseGap is the distance of the pulses of a mark in samples.
func pulseGap(second int) int { return pulseDistance + second%markSeconds*pulseStep }

// pulse is the shape of a pulse.
func pulse() [pulseLength]int16 {
	return [pulseLength]int16{1200, 4000, 6800, pulseLevel, pulseLevel, 6800, 4000, 1200}
}

// A payload of sound is a byte that is 1 if there are pulses in it, and their positions in samples, which may be negative
// for one that began before.
const soundHeader = 1

func appendPulse(dst []byte, at int) []byte {
	return binary.BigEndian.AppendUint16(dst, uint16(int16(at)))
}

// picture is what a payload of video says.
type picture struct {
	key    bool
	sender int
	size   int // index of Sizes
	number int
	refers int // number of the picture that this one refers to, if it is not a keyframe
}

const pictureBytes = 12

// appendPicture writes a picture. Its first byte is a frame tag whose lowest bit is 0 for a keyframe (RFC 6386 9.1).
func appendPicture(dst []byte, p picture) []byte {
	tag := byte(1)
	if p.key {
		tag = 0
	}
	dst = append(dst, tag, byte(p.sender), byte(p.size), 0)
	dst = binary.BigEndian.AppendUint32(dst, uint32(p.number))
	return binary.BigEndian.AppendUint32(dst, uint32(p.refers))
}

func readPicture(b []byte) (picture, bool) {
	if len(b) < pictureBytes {
		return picture{}, false
	}
	return picture{
		key: b[0]&1 == 0, sender: int(b[1]), size: int(b[2]),
		number: int(binary.BigEndian.Uint32(b[4:])), refers: int(binary.BigEndian.Uint32(b[8:])),
	}, true
}

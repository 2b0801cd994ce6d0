package h264

import "github.com/callrec/callrec/codec/h264/internal/nal"

// Droppable says that nothing decoded later depends on au, an access unit in byte stream format, so that it need not be
// decoded unless it is to be seen: all it holds are P slices that are no reference (nal_ref_idc 0), as the upper temporal
// layers of a call have. B slices are not left out, since a decoder counts them when it puts pictures in order. au is
// borrowed until return.
func Droppable(au []byte) bool {
	slices := 0
	for len(au) > 0 {
		var unit []byte
		if unit, au = nal.Next(au); len(unit) == 0 {
			break
		}
		switch unit[0] & nalTypeMask {
		case nalPSlice:
			if unit[0]&nalRefMask != 0 || !isP(unit[1:]) {
				return false
			}
			slices++
		case nalSEI, nalDelimiter, nalFiller:
		default:
			return false
		}
	}
	return slices > 0
}

// Droppable says of the access unit that would be decoded next that it can be left out, as the function of that name does.
func (d *Decoder) Droppable(au []byte) bool { return Droppable(au) }

const (
	nalTypeMask  = 0x1f
	nalRefMask   = 0x60 // nal_ref_idc
	nalPSlice    = 1    // or B, of a picture that is not IDR
	nalSEI       = 6
	nalDelimiter = 9
	nalFiller    = 12
)

// isP reads slice_type, the second of two Exp-Golomb codes with which a slice header begins (clauses 7.3.3, 9.1). No
// picture has so many macroblocks that emulation prevention could come before it.
func isP(header []byte) bool {
	var window uint64
	for i := range 8 {
		window <<= 8
		if i < len(header) {
			window |= uint64(header[i])
		}
	}
	var value uint64
	for range 2 { // first_mb_in_slice, slice_type
		zeros := 0
		for ; window>>63 == 0; window <<= 1 {
			if zeros++; zeros > 16 {
				return false
			}
		}
		value = window>>(63-zeros) - 1
		window <<= zeros + 1
	}
	return value == 0 || value == 5
}

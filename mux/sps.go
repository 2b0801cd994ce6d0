package mux

import "fmt"

// NAL unit types of parameter sets (ITU-T H.264 table 7-1).
const (
	nalSPS = 7
	nalPPS = 8
)

// chroma is what the avcC box repeats from the sequence parameter set for the High profiles.
type chroma struct {
	present              bool
	format               uint8
	lumaBits, chromaBits uint8 // minus 8
}

// readChroma reads the chroma format and bit depths from a sequence parameter set (ITU-T H.264 7.3.2.1.1). Only the
// profiles for which avcC holds them (ISO/IEC 14496-15 5.3.3.1.2) are looked at.
func readChroma(sps []byte) (chroma, error) {
	switch sps[1] {
	case 100, 110, 122, 144:
	default:
		return chroma{}, nil
	}
	r := bitReader{data: sps[4:]}
	r.ue() // seq_parameter_set_id
	c := chroma{present: true}
	format := r.ue()
	if format == 3 {
		r.bit() // whether the planes are coded separately
	}
	lumaBits, chromaBits := r.ue(), r.ue()
	if r.short || format > 3 || lumaBits > 6 || chromaBits > 6 {
		return chroma{}, fmt.Errorf("%w: SPS cannot be read", ErrConfig)
	}
	c.format, c.lumaBits, c.chromaBits = uint8(format), uint8(lumaBits), uint8(chromaBits)
	return c, nil
}

// bitReader reads the first few fields of a parameter set. They are too small to contain an emulation prevention byte
// in any valid stream: none of them can make two zero bytes in a row.
type bitReader struct {
	data  []byte
	pos   int // in bits
	short bool
}

func (r *bitReader) bit() uint32 {
	if r.pos >= 8*len(r.data) {
		r.short = true
		return 0
	}
	b := r.data[r.pos/8] >> (7 - r.pos%8) & 1
	r.pos++
	return uint32(b)
}

// ue reads an Exp-Golomb code ue(v) (ITU-T H.264 9.1) of at most 15 leading zeros.
func (r *bitReader) ue() uint32 {
	zeros := 0
	for r.bit() == 0 {
		zeros++
		if r.short || zeros > 15 {
			r.short = true
			return 0
		}
	}
	v := uint32(1)
	for range zeros {
		v = v<<1 | r.bit()
	}
	return v - 1
}

package vp8

// dequantizer holds the quantizer steps of a segment, DC and AC, by kind of block.
type dequantizer struct {
	y1, y2, uv [2]int32
}

// initDequantizers derives the quantizer steps of the frame (RFC 6386 9.6, 14.1).
func (d *Decoder) initDequantizers() {
	q := &d.hdr.quant
	for i := range d.dequant {
		index := int32(q.index)
		if d.hdr.segmentation.enabled {
			if d.segments.absolute {
				index = 0
			}
			index = min(max(index+int32(d.segments.quant[i]), 0), 127)
		}
		d.dequant[i] = dequantizer{
			y1: [2]int32{step(&dcQuant, index, q.y1DC), step(&acQuant, index, 0)},
			y2: [2]int32{2 * step(&dcQuant, index, q.y2DC), max(step(&acQuant, index, q.y2AC)*155/100, 8)},
			uv: [2]int32{min(step(&dcQuant, index, q.uvDC), 132), step(&acQuant, index, q.uvAC)},
		}
		if !d.hdr.segmentation.enabled {
			return // all macroblocks count as segment 0
		}
	}
}

func step(table *[128]int32, index int32, delta int8) int32 {
	return table[min(max(index+int32(delta), 0), 127)]
}

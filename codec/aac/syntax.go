package aac

// Syntactic elements of raw_data_block (ISO/IEC 14496-3 4.4.2.1).
const (
	idSCE = 0
	idEND = 7
)

// overheadBits is the length of everything around section, scale-factor and spectral data.
func overheadBits(short bool) int {
	const element = 3 + 4 + 8 + 3 + 3 // identifier, tag, global_gain, three flags, end
	if short {
		return element + 4 + 4 + 7
	}
	return element + 4 + 6 + 1
}

// writeBlock writes a raw_data_block of one single_channel_element with the allocator's choice, unaligned.
func (f *frame) writeBlock(w *bitWriter) {
	w.write(idSCE, 3)
	w.write(0, 4) // element_instance_tag
	f.writeStream(w)
	w.write(idEND, 3)
}

// writeStream writes individual_channel_stream.
func (f *frame) writeStream(w *bitWriter) {
	w.write(uint32(f.globalGain()), 8)
	f.writeInfo(w)
	f.writeSections(w)
	f.writeScaleFactors(w)
	w.bit(false) // pulse_data_present
	f.tns.write(w)
	w.bit(false) // gain_control_data_present
	f.writeSpectrum(w)
}

// globalGain is the first scale factor.
func (f *frame) globalGain() int {
	for b := range f.layout.bands() {
		if t := f.alloc.picks[b]; t != nil {
			return t.scale
		}
	}
	return scaleOffset
}

// writeInfo writes ics_info.
func (f *frame) writeInfo(w *bitWriter) {
	l := &f.layout
	w.bit(false) // ics_reserved_bit
	w.write(uint32(f.sequence), 2)
	w.write(windowShape, 1)
	if !l.short {
		w.write(uint32(f.alloc.maxSFB), 6)
		w.bit(false) // predictor_data_present
		return
	}
	w.write(uint32(f.alloc.maxSFB), 4)
	for g := range l.groups {
		for k := range l.groupLen[g] {
			if g+k > 0 {
				w.bit(k > 0) // scale_factor_grouping: in the group of the window before
			}
		}
	}
}

// writeSections writes section_data.
func (f *frame) writeSections(w *bitWriter) {
	_, lengthBits, escape := headerBits(f.layout.short)
	for _, s := range f.alloc.section.sections[:f.alloc.section.count] {
		w.write(uint32(s.book), 4)
		n := s.bands
		for ; n >= escape; n -= escape {
			w.write(uint32(escape), uint(lengthBits))
		}
		w.write(uint32(n), uint(lengthBits))
	}
}

// eachBand calls visit for every band that lies in a section, in coding order.
func (f *frame) eachBand(visit func(b, book int)) {
	s := 0
	for g := range f.layout.groups {
		b := g * f.layout.perGroup
		for ; s < f.alloc.section.ends[g]; s++ {
			for range f.alloc.section.sections[s].bands {
				visit(b, f.alloc.section.sections[s].book)
				b++
			}
		}
	}
}

// writeScaleFactors writes scale_factor_data. A band without values whose section has a codebook nevertheless repeats
// the scale factor before it.
func (f *frame) writeScaleFactors(w *bitWriter) {
	last := f.globalGain()
	f.eachBand(func(b, book int) {
		if book == zeroBook {
			return
		}
		scale := last
		if t := f.alloc.picks[b]; t != nil {
			scale = t.scale
		}
		delta := scale - last + maxScaleStep
		w.write(scaleFactorBook.codes[delta], uint(scaleFactorBook.lens[delta]))
		last = scale
	})
}

// writeSpectrum writes spectral_data.
func (f *frame) writeSpectrum(w *bitWriter) {
	c := &f.alloc.coef
	f.eachBand(func(b, book int) {
		if book == zeroBook {
			return
		}
		start, end := f.layout.start[b], f.layout.start[b+1]
		if t := f.alloc.picks[b]; t != nil {
			c.quantize(f.alloc.quant, start, end, t.scale)
		} else {
			clear(c.q[start:end])
		}
		writeValues(w, book, c.q[start:end])
	})
}

// writeValues writes the values of a band with a codebook.
func writeValues(w *bitWriter, book int, q []int32) {
	codes, lens := spectralBooks[book].codes, spectralBooks[book].lens
	if book <= 4 {
		for ; len(q) >= 4; q = q[4:] {
			i := bookIndex(book, int(q[0]), int(q[1]), int(q[2]), int(q[3]))
			w.write(codes[i], uint(lens[i]))
			if !signedBook(book) {
				writeSigns(w, q[:4])
			}
		}
		return
	}
	for ; len(q) >= 2; q = q[2:] {
		i := bookIndex(book, int(q[0]), int(q[1]), 0, 0)
		w.write(codes[i], uint(lens[i]))
		if !signedBook(book) {
			writeSigns(w, q[:2])
		}
		if book == escapeBook {
			writeEscape(w, q[0])
			writeEscape(w, q[1])
		}
	}
}

// writeSigns writes a sign bit for every value that is not zero.
func writeSigns(w *bitWriter, q []int32) {
	for _, v := range q {
		if v != 0 {
			w.bit(v < 0)
		}
	}
}

// writeEscape writes the escape sequence of a value that needs one.
func writeEscape(w *bitWriter, v int32) {
	v = max(v, -v)
	if v < 16 {
		return
	}
	extra := uint(escapeBits(int(v))-5) / 2 // bits beyond four
	w.write(1<<(extra+1)-2, extra+1)
	w.write(uint32(v)-1<<(extra+4), extra+4)
}

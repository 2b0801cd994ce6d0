package decode

import (
	"fmt"

	"github.com/callrec/callrec/codec/h264/internal/cabac"
	"github.com/callrec/callrec/codec/h264/internal/deblock"
	"github.com/callrec/callrec/codec/h264/internal/dpb"
	"github.com/callrec/callrec/codec/h264/internal/nal"
	"github.com/callrec/callrec/codec/h264/internal/params"
)

// slice is the state of the slice being decoded and of its current macroblock.
type slice struct {
	hdr    params.SliceHeader
	r      nal.Reader
	bins   cabac.Decoder
	num    uint32 // of the slice in the picture, from 1
	lists  dpb.Lists
	ids    [2][params.MaxRefs]int32 // picture IDs of the lists
	weight weighting
	direct directMode
	scales *scales

	mbw, mbh int // size of the picture in macroblocks

	// The current macroblock.
	mbx, mby, addr int
	info           *mbInfo
	left, top      *mbInfo // neighbors A, B, C and D; nil if not available
	topRight       *mbInfo
	topLeft        *mbInfo
	qp             int
	chromaQP       [2]int
	lastDelta      bool // the macroblock before had an mb_qp_delta other than 0
	bad            error

	motion  [2]motionCache
	refPos  [2][9]uint8         // 1 where a neighboring or own 8x8 block refers above index 0, in rows of 3
	nnz     [3][cacheSize]uint8 // total_coeff around and in the macroblock
	modes   [cacheSize]int8     // intra prediction modes
	cbp     int
	mbShape shape
	sub     [4]subType
	refs    [2][4]int8 // transmitted reference indices of the 8x8 blocks

	intra16Mode int
	pred        predictor

	// Scaled transform coefficients: of luma by luma4x4BlkIdx, of chroma in raster order of the blocks. All zero between
	// macroblocks.
	luma     [16 * 16]int32
	chroma   [2][4 * 16]int32
	lumaDC   [16]int32
	chromaDC [2][4]int32
}

// deblockParams is what the deblocking filter needs of a slice.
type deblockParams struct {
	idc     int
	offsets deblock.Offsets
	chroma  [2]int // chroma_qp_index_offset of Cb and Cr
	isB     bool
}

// initCaches marks the places beside the macroblock that never hold a neighbor.
func (s *slice) initCaches() {
	for l := range s.motion {
		for i := range s.motion[l].ref {
			s.motion[l].ref[i] = refUnavailable
		}
	}
}

// failf notes that the macroblock breaks the syntax; decoding goes on with harmless values up to its end.
func (s *slice) failf(format string, args ...any) {
	if s.bad == nil {
		s.bad = fmt.Errorf("%w: macroblock %d: %s", ErrDamaged, s.addr, fmt.Sprintf(format, args...))
	}
}

// decodeSlice decodes slice_data (clause 7.3.4) after its header.
func (d *Decoder) decodeSlice() error {
	h := &d.hdr
	if d.infos[h.FirstMB].slice != 0 {
		return fmt.Errorf("%w: slice at macroblock %d comes twice", ErrDamaged, h.FirstMB)
	}
	if err := d.buf.BuildLists(&d.lists, h); err != nil {
		return err
	}
	for l := range d.lists {
		for i, p := range d.lists[l] {
			d.ids[l][i] = -1
			if p != nil {
				d.ids[l][i] = p.ID
				if p.NonExisting {
					d.lists[l][i] = nil
				}
			}
		}
	}
	d.scales = d.sets.pps[h.PPS.ID].scales
	d.weight.prepare(h, &d.lists, d.pic.POC)
	if h.Type == params.SliceB {
		if err := d.prepareDirect(); err != nil {
			return err
		}
	}
	d.deblocks = append(d.deblocks, deblockParams{
		idc: h.DeblockIDC, offsets: deblock.Offsets{A: h.AlphaOffset, B: h.BetaOffset},
		chroma: h.PPS.ChromaOffset, isB: h.Type == params.SliceB,
	})
	d.num = uint32(len(d.deblocks))
	d.bad, d.lastDelta = nil, false
	d.setQP(h.QP)
	var err error
	if h.PPS.CABAC {
		err = d.cabacSlice()
	} else {
		err = d.cavlcSlice()
	}
	if err != nil {
		d.clearCoefficients()
	}
	return err
}

func (d *Decoder) cavlcSlice() error {
	addr := d.hdr.FirstMB
	for {
		if d.hdr.Type != params.SliceI {
			run := d.r.UE()
			if run > uint32(len(d.infos)-addr) {
				return fmt.Errorf("%w: mb_skip_run %d at macroblock %d", ErrDamaged, run, addr)
			}
			for range run {
				if err := d.begin(addr); err != nil {
					return err
				}
				d.skip()
				if d.bad != nil {
					return d.bad
				}
				addr++
			}
			if !d.r.MoreData() {
				break
			}
		}
		if err := d.begin(addr); err != nil {
			return err
		}
		d.macroblock()
		if d.bad != nil {
			return d.bad
		}
		if d.r.Overrun() {
			return fmt.Errorf("%w: slice data end in macroblock %d", ErrDamaged, addr)
		}
		addr++
		if !d.r.MoreData() {
			break
		}
	}
	if d.r.Overrun() {
		return fmt.Errorf("%w: slice data end before macroblock %d", ErrDamaged, addr)
	}
	return nil
}

func (d *Decoder) cabacSlice() error {
	h := &d.hdr
	d.r.Align()
	column := 0
	if h.Type != params.SliceI {
		column = h.CABACInit + 1
	}
	d.bins.Reset(d.r.Payload(), d.r.Pos()>>3)
	d.bins.Contexts.Init(column, h.QP)
	for addr := h.FirstMB; ; addr++ {
		if err := d.begin(addr); err != nil {
			return err
		}
		if h.Type != params.SliceI && d.skipFlag() {
			d.skip()
			d.lastDelta = false
		} else {
			d.macroblock()
		}
		if d.bad != nil {
			return d.bad
		}
		if d.bins.Overrun() {
			return fmt.Errorf("%w: slice data end in macroblock %d", ErrDamaged, addr)
		}
		if d.bins.Terminate() {
			return nil
		}
	}
}

// begin makes the macroblock at addr the current one and finds its neighbors (clause 6.4.9).
func (d *Decoder) begin(addr int) error {
	if addr >= len(d.infos) || d.infos[addr].slice != 0 {
		return fmt.Errorf("%w: slice goes on at macroblock %d", ErrDamaged, addr)
	}
	d.addr = addr
	if addr == d.hdr.FirstMB {
		d.mbx, d.mby = addr%d.mbw, addr/d.mbw
	} else if d.mbx++; d.mbx == d.mbw {
		d.mbx, d.mby = 0, d.mby+1
	}
	d.done++
	d.info = &d.infos[addr]
	d.left, d.top, d.topLeft, d.topRight = nil, nil, nil, nil
	if d.mbx > 0 {
		d.left = d.neighbor(addr - 1)
	}
	if d.mby > 0 {
		up := addr - d.mbw
		d.top = d.neighbor(up)
		if d.mbx > 0 {
			d.topLeft = d.neighbor(up - 1)
		}
		if d.mbx+1 < d.mbw {
			d.topRight = d.neighbor(up + 1)
		}
	}
	d.info.slice = d.num
	return nil
}

// neighbor gives the macroblock at addr if it belongs to the slice.
func (d *Decoder) neighbor(addr int) *mbInfo {
	if m := &d.infos[addr]; m.slice == d.num {
		return m
	}
	return nil
}

// setQP makes qp QPY of the current macroblock.
func (d *Decoder) setQP(qp int) {
	d.qp = qp
	d.chromaQP[0] = chromaQP(qp, d.hdr.PPS.ChromaOffset[0])
	d.chromaQP[1] = chromaQP(qp, d.hdr.PPS.ChromaOffset[1])
}

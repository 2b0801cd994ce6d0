package cabac

// Contexts are the context variables of a slice: pStateIdx in the upper bits, valMPS in bit 0.
type Contexts [NumContexts]uint8

// Init sets all contexts as at the start of a slice (clause 9.3.1.1). column is 0 for I slices and otherwise
// cabac_init_idc+1; qp is SliceQPY.
func (c *Contexts) Init(column, qp int) {
	qp = min(max(qp, 0), 51)
	for i, mn := range &initial[column&3] {
		pre := min(max(int(mn[0])*qp>>4+int(mn[1]), 1), 126)
		if pre <= 63 {
			c[i] = uint8(63-pre) << 1
		} else {
			c[i] = uint8(pre-64)<<1 | 1
		}
	}
	c[terminating], c[nothing] = 63<<1, 63<<1|1
}

const (
	// terminating is the context that terminating bins have, in a state that no other one gets into and that stays: its
	// less probable symbol has a range of two (clause 9.3.1.2).
	terminating = 276
	// nothing is a context in the encoder's own use, in the place of one of field macroblocks. A bin of value one in it
	// takes no part of the range and changes nothing: it carries bypass bins alone.
	nothing = 277
)

//go:build !amd64 || purego

package cabac

import "github.com/callrec/callrec/codec/h264/internal/transform"

func (e *Encoder) block(t *blockTable, levels []int16, set uint64) { e.blockPlain(t, levels, set) }

func (e *Encoder) blocks(cat int, order []uint8, levels [][16]int16, marks []transform.Marks, left, top int) {
	e.blocksPlain(cat, order, levels, marks, left, top)
}

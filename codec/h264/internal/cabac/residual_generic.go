//go:build !amd64 || purego

package cabac

func (e *Encoder) block(t *blockTable, levels []int16, set uint64) { e.blockPlain(t, levels, set) }

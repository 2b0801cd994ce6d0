package h264

import (
	"sync/atomic"

	"github.com/callrec/callrec/codec/h264/internal/deblock"
	"github.com/callrec/callrec/codec/h264/internal/mb"
)

// filter has the rows of a picture deblocked by several goroutines. Each takes the next row there is and follows the one
// above, which has to be a macroblock ahead: the edge between a macroblock and the one above it comes after all edges of
// that one, and after the one that has it on its left.
type filter struct {
	next atomic.Int32
	// done gets a value for each part of a row that is filtered.
	done []chan struct{}
}

// rowParts is in how many parts a row tells that it is filtered.
const rowParts = 4

func newFilter(rows int) *filter {
	f := &filter{done: make([]chan struct{}, rows)}
	for y := range f.done {
		f.done[y] = make(chan struct{}, rowParts)
	}
	return f
}

// deblock filters the picture, in up to n goroutines.
func (e *Encoder) deblock(n int) {
	if n > 1 {
		e.filter.next.Store(0)
		e.workers.run(n, e.filterRows)
		return
	}
	for y := range e.mbh {
		e.deblockRow(y, 0, e.mbw)
	}
}

// markTouched gives copied macroblocks beside coded ones, whose common edges may be filtered, a number of their own. It takes
// the ends of two rows for neighbors too, which does no harm.
func (e *Encoder) markTouched() {
	content, number := e.cur.content, e.number
	for i, c := range content {
		if c != number {
			continue
		}
		for _, k := range [...]int{i - 1, i + 1, i - e.mbw, i + e.mbw} {
			if k >= 0 && k < len(content) && content[k] != number {
				content[k] = number + 1
			}
		}
	}
}

// deblockRow filters macroblocks from up to to, not included, of a row.
func (e *Encoder) deblockRow(y, from, to int) {
	info, content := e.cur.info, e.cur.content
	for x := from; x < to; x++ {
		i := y*e.mbw + x
		if content[i] < e.number { // copied, as all around it
			continue
		}
		var left, top *mb.Info
		if x > 0 {
			left = &info[i-1]
		}
		if y > 0 {
			top = &info[i-e.mbw]
		}
		deblock.Macroblock(e.cur.frame, x, y, &info[i], left, top, deblock.Offsets{})
	}
}

// filterInTurn filters rows until there are none left.
func (e *Encoder) filterInTurn(int) {
	for {
		y := int(e.filter.next.Add(1)) - 1
		if y >= e.mbh {
			return
		}
		e.filterRow(y)
	}
}

// filterRow filters a row behind the one above.
func (e *Encoder) filterRow(y int) {
	told := 0
	defer func() { // in any case, lest the next row waits forever
		for ; told < rowParts && y+1 < e.mbh; told++ {
			e.filter.done[y] <- struct{}{}
		}
	}()
	heard := 0
	for part := range rowParts {
		for ; y > 0 && heard < min(part+2, rowParts); heard++ {
			<-e.filter.done[y-1]
		}
		e.deblockRow(y, part*e.mbw/rowParts, (part+1)*e.mbw/rowParts)
		if part < rowParts-1 && y+1 < e.mbh {
			e.filter.done[y] <- struct{}{}
			told++
		}
	}
}

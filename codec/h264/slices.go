package h264

const (
	// maxSlices is the largest number of slices of a picture.
	maxSlices = 8
	// leastRows is how many macroblock rows there are at least for each slice of a picture, on average.
	leastRows = 4
	// leastActive is how many rows of macroblocks to code there are at least for each slice, on average, so that it is
	// worth its header, the contexts that it has to learn and handing it to another processor.
	leastActive = 2
	// handling is what it takes to look at a macroblock, in the bits that take as long to code.
	handling = 24
	// intraBits is what a macroblock of an IDR picture is thought to take.
	intraBits = 64
	// maxRows is the largest number of macroblock rows.
	maxRows = maxHeight / 16
	// lastTries is from which attempt on a picture is coded as one slice, so that no share runs out of bits while another
	// has some left.
	lastTries = 3
)

// macroRow is a row of macroblocks, as dividing a picture looks at it.
type macroRow struct {
	active int // macroblocks to code
	bits   int // that they are thought to take, or took in the last attempt
}

// slicesOf is how many slices a picture of the given height in macroblocks has at most.
func slicesOf(asked, mbh int) int { return max(min(asked, maxSlices, mbh/leastRows), 1) }

// survey counts what there is to code in each row of macroblocks, and guesses what it takes: of an IDR picture from its
// activity, of others from their like before.
func (e *Encoder) survey() {
	if len(e.slices) == 1 {
		return
	}
	known, sum := 0, 0
	for y := range e.rows {
		r := &e.rows[y]
		r.active = e.activeIn(y)
		if cost := e.costOf(y); cost > 0 {
			known += r.active
			sum += r.active * cost
		}
	}
	mean := max(sum/max(known, 1), 1)
	unit := 1 << costShift
	if e.idr {
		unit = max(mean/intraBits, 1)
	}
	for y := range e.rows {
		cost := e.costOf(y)
		if cost == 0 {
			cost = mean
		}
		// A quarter of the mean for what may happen where nothing did.
		e.rows[y].bits = e.rows[y].active * (cost + mean/4 + 1) / unit
	}
}

// activeIn is the number of macroblocks to code in a row.
func (e *Encoder) activeIn(y int) int {
	if e.idr {
		return e.mbw
	}
	n := 0
	for _, d := range e.damage[y*e.mbw : (y+1)*e.mbw] {
		if d >= stale {
			n++
		}
	}
	return n
}

// costShift is the binary places of what a macroblock of a row costs.
const costShift = 4

// costOf is what a macroblock of the row is thought to take, in bits or, in an IDR picture, in no unit; 0 if nothing is known.
func (e *Encoder) costOf(y int) int {
	if e.idr {
		return e.activities[y]
	}
	return int(e.state.costs[y])
}

// learn remembers what the rows of a P picture took.
func (e *Encoder) learn() {
	if len(e.slices) == 1 || e.idr {
		return
	}
	for y, r := range e.rows {
		if r.active == 0 {
			continue
		}
		cost := e.spent[y] << costShift / int32(r.active)
		if old := e.state.costs[y]; old != 0 {
			cost = (cost + old) / 2
		}
		e.state.costs[y] = max(cost, 1)
	}
}

// divide divides the picture into slices that should take about as long, and gives each its share of the bits. It returns
// their number, which depends on the picture and the configuration alone: one where bits are few or there is little to do.
func (e *Encoder) divide(attempt int) int {
	n := 1
	if len(e.slices) > 1 && attempt < lastTries {
		n = max(min(len(e.slices), e.rate.active/(leastActive*e.mbw)), 1)
		if !e.rate.divisible(leastOf(e.mbh, n), e.mbw, e.mbh) {
			n = 1
		}
	}
	if n == 1 {
		e.slices[0].begin(&e.job, 0, e.mbh)
		e.slices[0].rate = e.rate
		return 1
	}
	work, bits := 0, 0
	for _, r := range e.rows {
		work += handling*r.active + r.bits
		bits += r.bits
	}
	least, first, done := leastOf(e.mbh, n), 0, 0
	for i := range n {
		p := share{bits: bits, rows: e.mbh}
		end, last := first, e.mbh-least*(n-1-i)
		for ; end < last && (i == n-1 || end < first+least || done*n < work*(i+1)); end++ {
			r := &e.rows[end]
			done += handling*r.active + r.bits
			p.ofBits += r.bits
			p.active += r.active
		}
		p.ofRows = end - first
		e.slices[i].begin(&e.job, first, end)
		e.slices[i].rate = e.rate.part(p)
		first = end
	}
	return n
}

// leastOf is how many macroblock rows each of n slices has at least.
func leastOf(mbh, n int) int { return max(mbh/(4*n), 1) }

// newSlices makes what codes up to n slices at once.
func (e *Encoder) newSlices(n int) {
	e.slices = make([]*sliceEncoder, n)
	for i := range e.slices {
		e.slices[i] = &sliceEncoder{}
	}
	if n == 1 {
		return
	}
	e.rows = make([]macroRow, e.mbh)
	e.activities = make([]int, e.mbh)
	e.spent = make([]int32, e.mbh)
	for _, s := range e.slices {
		s.spent = e.spent
	}
	e.workers = newWorkers(n)
	e.codeSlice = func(i int) { e.slices[i].code() }
	e.filter = newFilter(e.mbh)
	e.filterRows = e.filterInTurn
}

// gather puts together what became of n slices. It returns the mean quantizer of the damaged macroblocks, and false if the
// picture is to be coded again.
func (e *Encoder) gather(n int) (meanQP float64, ok bool) {
	base := e.rate.base
	if n == 1 {
		e.rate, ok = e.slices[0].rate, e.slices[0].payload != nil
	} else {
		ok = e.rate.merge(e.slices[:n])
	}
	sumQP, count := 0, 0
	for _, s := range e.slices[:n] {
		sumQP += s.sumQP
		count += s.count
		s.source = nil // it is borrowed
		if e.spent != nil {
			e.measure(s, base)
		}
	}
	return float64(sumQP) / float64(max(count, 1)), ok
}

// measure replaces the guesses for a slice's rows with what they took, or would have taken, with the quantizer of the picture.
func (e *Encoder) measure(s *sliceEncoder, base int) {
	qp := s.meanQP(base)
	for y := s.first; y < s.end; y++ {
		r := &e.rows[y]
		if s.payload == nil {
			r.bits = r.active * s.rate.expected / max(s.rate.active, 1)
			continue
		}
		r.bits = int(s.spent[y]) * step(qp) / step(base) * step(qp) / step(base)
	}
}

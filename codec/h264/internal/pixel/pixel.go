// Package pixel compares and averages blocks of samples, for the decisions of the encoder and for prediction.
//
// A block is given by the slice that starts with its first sample and by its stride, the distance of rows. It is w
// samples wide, 4, 8 or 16, and h rows high, 4, 8 or 16, unless a function says otherwise. Kernels read the block and
// nothing else. On amd64 with AVX2 they are in assembly; the plain twins give the same and run everywhere else, and with
// the build tag purego. They hold eight samples in two words of four 16-bit lanes each.
package pixel

import "encoding/binary"

const (
	lanes  = 0x0001000100010001
	low8   = 0x00ff00ff00ff00ff
	low16  = 0x0000ffff0000ffff
	carry8 = 0x0100010001000100
)

func load32(b []byte) uint64 { return uint64(binary.LittleEndian.Uint32(b)) }

func load64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

func store64(b []byte, v uint64) { binary.LittleEndian.PutUint64(b, v) }

// absDiff is the absolute difference of four pairs of samples.
func absDiff(a, b uint64) uint64 {
	x := (a | carry8) - b
	n := ^x >> 8 & lanes // one where a is below b
	return (x&low8 ^ (n<<8 - n)) + n
}

// SAD is the sum of absolute differences of two blocks.
func SAD(a []byte, aStride int, b []byte, bStride, w, h int) int {
	return sad(a, aStride, b, bStride, w, h)
}

// SADs gives in out the SAD of block a and the ones that start at b[at[0]] to b[at[3]], which share a stride.
func SADs(out *[4]int32, a []byte, aStride int, b []byte, at *[4]int, bStride, w, h int) {
	sads(out, a, aStride, b, at, bStride, w, h)
}

// SADsOf is SADs with blocks that share a stride only.
func SADsOf(out *[4]int32, a []byte, aStride int, b *[4][]byte, bStride, w, h int) {
	sadsOf(out, a, aStride, b, bStride, w, h)
}

// SADLine gives in out the SAD of every fourth row of the 16x16 block a, the first one included, and those of the blocks that
// start at b[at], b[at+step] and so on.
func SADLine(out []int32, a []byte, aStride int, b []byte, at, step, bStride int) {
	sadLine(out, a, aStride, b, at, step, bStride)
}

// SATD is half the sum of the magnitudes of the coefficients that the 4x4 Hadamard transform makes of the differences of
// two blocks.
func SATD(a []byte, aStride int, b []byte, bStride, w, h int) int {
	return satd(a, aStride, b, bStride, w, h)
}

// SATDMean is SATD of block a and the rounded mean of the blocks p and q, which share a stride. w is 8 or 16.
func SATDMean(a []byte, aStride int, p, q []byte, stride, w, h int) int {
	return satdMean(a, aStride, p, q, stride, w, h)
}

// SATD8 is a quarter, rounded, of the sum of the magnitudes of the coefficients that the 8x8 Hadamard transform makes of
// the differences of two blocks. w and h are 8 or 16.
func SATD8(a []byte, aStride int, b []byte, bStride, w, h int) int {
	return (hadamard8(a, aStride, b, bStride, w, h) + 1) >> 1
}

// Rows says where the rows of an 8x8 block are in a line of samples: row 0 at Even, row 1 at Odd, and each other row Step
// samples behind the one before the last.
type Rows struct{ Even, Odd, Step int }

// Blocks says where several 8x8 blocks are in a line of samples, which may have samples in common.
type Blocks struct {
	rows [9]Rows
	size int // of the line
}

// NewBlocks makes Blocks.
func NewBlocks(rows [9]Rows) *Blocks {
	b := &Blocks{rows: rows}
	for _, r := range rows {
		b.size = max(b.size, r.Even+8, r.Odd+8, r.Even+3*r.Step+8, r.Odd+3*r.Step+8)
	}
	return b
}

// Rows says where the rows of block i are.
func (b *Blocks) Rows(i int) *Rows { return &b.rows[i] }

// SATD8s gives in costs SATD8 of the 8x8 block a and those of the blocks in a line that have a bit in which.
func SATD8s(costs *[9]int32, a []byte, aStride int, line []byte, b *Blocks, which uint16) {
	hadamard8s(costs, a, aStride, line, b, which)
}

// Straight8 gives in costs SATD8 of the 8x8 block a and of three others: the one whose rows are all top, the one whose
// columns are all left, which is given from the bottom up, and the one whose samples are all mean.
func Straight8(costs *[3]int32, a []byte, aStride int, top, left *[8]byte, mean byte) {
	straight8(costs, a, aStride, top, left, mean)
}

// Straight16 gives in costs SATD of the 16x16 block a, without gaps between its rows, and of three others: the one whose
// rows are all top, the one whose columns are all left, and the one whose samples are all mean.
func Straight16(costs *[3]int32, a *[256]byte, top, left *[16]byte, mean byte) {
	straight16(costs, a, top, left, mean)
}

// StraightChroma gives the same for two 8x8 blocks together. There is a mean for each 4x4 block, by rows of blocks: two of the
// first 8x8 block, two of the second one.
func StraightChroma(costs *[3]int32, a *[2][64]byte, top, left *[2][8]byte, means *[2][4]byte) {
	straightChroma(costs, a, top, left, means)
}

// SSD is the sum of squared differences of two blocks.
func SSD(a []byte, aStride int, b []byte, bStride, w, h int) int {
	return ssd(a, aStride, b, bStride, w, h)
}

// Moments is the sum of a block's samples and that of their squares. Its variance times its area n is
// squares - sum*sum/n. w is 8 or 16.
func Moments(a []byte, stride, w, h int) (sum, squares int) {
	return moments(a, stride, w, h)
}

// Mean writes to dst the rounded mean of the blocks p and q. dst may be one of them. w and h may be any even numbers up
// to 16.
func Mean(dst []byte, dStride int, p []byte, pStride int, q []byte, qStride, w, h int) {
	mean(dst, dStride, p, pStride, q, qStride, w, h)
}

// Copy copies the block src to dst. w and h may be any even numbers up to 16.
func Copy(dst []byte, dStride int, src []byte, sStride, w, h int) {
	copyBlock(dst, dStride, src, sStride, w, h)
}

// Within tells whether all samples differ by at most limit, below 128, from c. There are a multiple of 16 of them.
func Within(pix []byte, c, limit byte) bool { return within(pix, c, limit) }

// average is the rounded mean of eight pairs of samples.
func average(a, b uint64) uint64 {
	return (a | b) - (a^b)>>1&0x7f7f7f7f7f7f7f7f
}

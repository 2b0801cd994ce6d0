// Package dpb is the decoded picture buffer of ITU-T H.264: picture order counts, reference lists, the marking of
// reference pictures and the order of output (clauses 8.2.1, 8.2.4, 8.2.5 and C.4).
package dpb

import (
	"image"

	"github.com/callrec/callrec/codec/h264/internal/params"
	"github.com/callrec/callrec/codec/h264/internal/picture"
)

// MV is a motion vector in quarter luma samples.
type MV struct{ X, Y int16 }

// Marking says how a picture is used for reference.
type Marking uint8

// The markings.
const (
	Unused Marking = iota
	ShortTerm
	LongTerm
)

// Motion is what a picture was predicted from, kept for its neighbors and for the direct modes of later pictures.
type Motion struct {
	// MV holds for each list the vectors of the 16 luma 4x4 blocks of each macroblock in raster order within it.
	MV [2][]MV
	// Ref holds for each list the reference index of the four 8x8 blocks of each macroblock, -1 for none.
	Ref [2][]int8
	// RefID holds for each list the ID of the picture that Ref stands for, -1 for none.
	RefID [2][]int32
}

// Picture is one frame with all that belongs to it.
type Picture struct {
	*picture.Frame
	Motion

	// ID tells the pictures of a stream apart.
	ID          int32
	FrameNum    int
	LongIdx     int // LongTermFrameIdx
	Marking     Marking
	NonExisting bool // stands for a gap in frame_num (clause 8.2.5.2): no samples
	POC         int32
	top, bottom int32

	PTS   int64
	Image image.YCbCr // what is shown, after cropping
	SPS   *params.SPS

	wrap     int // FrameNumWrap, which is PicNum for frames
	waiting  bool
	borrowed bool
}

func newPicture(s *params.SPS) *Picture {
	n := s.MBWidth * s.MBHeight
	p := &Picture{Frame: picture.NewFrame(16*s.MBWidth, 16*s.MBHeight)}
	for l := range 2 {
		p.MV[l] = make([]MV, 16*n)
		p.Ref[l] = make([]int8, 4*n)
		p.RefID[l] = make([]int32, 4*n)
	}
	return p
}

// show sets Image to what the cropping rectangle leaves.
func (p *Picture) show(s *params.SPS) {
	p.SPS = s
	y, u, v := &p.Y, &p.C[0], &p.C[1]
	p.Image = image.YCbCr{
		Y:              y.Pix[y.At(s.CropLeft, s.CropTop):],
		Cb:             u.Pix[u.At(s.CropLeft/2, s.CropTop/2):],
		Cr:             v.Pix[v.At(s.CropLeft/2, s.CropTop/2):],
		YStride:        y.Stride,
		CStride:        u.Stride,
		SubsampleRatio: image.YCbCrSubsampleRatio420,
		Rect:           image.Rect(0, 0, s.Width, s.Height),
	}
}

// free tells whether nothing needs the picture any more.
func (p *Picture) free() bool { return p.Marking == Unused && !p.waiting && !p.borrowed }

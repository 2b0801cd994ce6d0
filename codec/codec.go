// Package codec holds the small interfaces between a recording and the codecs it uses: decoders that turn one track's
// access units into PCM or pictures, encoders that turn the mix and the canvas into access units, and the Set that says
// which implementation serves which RTP encoding name.
//
// It knows no implementation, no RTP and no files. Audio everywhere is signed 16-bit mono PCM at SampleRate; pictures
// are 8-bit 4:2:0 *image.YCbCr.
//
// Decoders and encoders that hold memory which the garbage collector does not see implement io.Closer as well; whoever
// made one closes it when it is not needed any more, after which nothing that it lent out may be used.
//
// None of the values behind these interfaces is safe for concurrent use: one goroutine at a time owns a decoder or an
// encoder. Given the same calls in the same order each must give the same results on every machine.
package codec

import "image"

// SampleRate is the rate in Hz of all PCM that passes between packages: decoders produce it, the mixer sums it, the
// audio encoder takes it.
const SampleRate = 16000

// AudioDecoder turns the access units of one audio track into 16 kHz mono PCM. It keeps state from one access unit to
// the next and has to be given them in decoding order.
type AudioDecoder interface {
	// Decode decodes one access unit (one RTP payload) and appends its PCM to dst, returning the extended slice. The
	// payload is borrowed until return. A malformed payload gives an error and dst unchanged; the decoder stays usable.
	Decode(dst []int16, payload []byte) ([]int16, error)

	// Conceal appends exactly n samples that stand in for lost audio, in the way the codec knows best (extrapolation
	// with a fade, then silence), and returns the extended slice. next is the payload that follows the loss, from which
	// a codec with in-band forward error correction may restore the end of the gap; nil if it is not known. It is
	// borrowed until return and is still to be passed to Decode afterwards.
	Conceal(dst []int16, n int, next []byte) []int16

	// Reset forgets everything decoded so far, as if the decoder were new.
	Reset()
}

// Matrix says how the luma and chroma of a picture were derived from red, green and blue (ISO/IEC 23091-2
// MatrixCoefficients).
type Matrix uint8

const (
	// MatrixBT601 is the matrix of ITU-R BT.601, what VP8 and most cameras use. It is the zero value.
	MatrixBT601 Matrix = iota
	// MatrixBT709 is the matrix of ITU-R BT.709.
	MatrixBT709
)

// Color says how a picture's samples are to be read. The zero value is BT.601 in limited range (luma 16 to 235, chroma
// 16 to 240).
type Color struct {
	Matrix    Matrix
	FullRange bool // samples use 0 to 255
}

// Picture is one decoded picture in output order.
type Picture struct {
	// Image holds the samples, 4:2:0, its Rect starting at (0, 0) and being the size to display. The planes may be
	// sub-slices of larger, padded ones. Borrowed: valid until the decoder's next Decode or Reset, and never to be
	// written to.
	Image *image.YCbCr
	// PTS is the value that was given to Decode with the access unit of this picture.
	PTS int64
	// Color says how to read the samples.
	Color Color
}

// VideoDecoder turns the access units of one video track into pictures. It has to be given them in decoding order.
type VideoDecoder interface {
	// Decode decodes one access unit and returns the pictures that are now due in output order: none, one, or more
	// where the stream reorders. pts is returned with the picture of this access unit and is otherwise not looked at.
	// The access unit is borrowed until return; the slice and the pictures are borrowed until the next call.
	//
	// An error reports an access unit that could not be decoded, or only in part. Decoders wrap ErrNeedKeyframe when
	// nothing that follows can be decoded before the next keyframe. The last good picture stays valid after an error.
	Decode(au []byte, pts int64) ([]Picture, error)

	// Reset forgets all references and parameter sets; the next access unit has to be a keyframe.
	Reset()
}

// AudioEncoder turns the mix into access units of the output's audio codec.
type AudioEncoder interface {
	// FrameSize is the number of samples an access unit stands for (1024 for AAC-LC).
	FrameSize() int

	// Encode takes exactly FrameSize samples, borrowed until return, and appends to dst the next access unit, returning
	// the extended slice. The first access units may lag behind the input: ready is false, and dst unchanged, as long
	// as the encoder is filling its look-ahead, which is a fixed number of calls.
	//
	// Access unit 0 is priming: decoded with its predecessor missing it gives FrameSize samples that come before the
	// first input sample. Access unit n, decoded after access unit n-1, gives input samples (n-1)*FrameSize up to
	// n*FrameSize. To get the last ones out, feed silence.
	Encode(dst []byte, pcm []int16) (au []byte, ready bool, err error)

	// Lookahead is the number of leading Encode calls for which ready is false.
	Lookahead() int

	// Config returns the decoder configuration that goes into the container (AAC: the AudioSpecificConfig of
	// ISO/IEC 14496-3 1.6.2.1). The caller may keep but not change it.
	Config() []byte
}

// SizeKeeper is implemented by video encoders that can promise to keep VideoEncodeOptions.MaxSize.
type SizeKeeper interface {
	// KeptSize is the smallest MaxSize, in bytes, that Encode keeps for every picture, IDR or not.
	KeptSize() int
}

// VideoEncodeOptions are the wishes of the caller for one picture.
type VideoEncodeOptions struct {
	// IDR asks for an instantaneous decoding refresh picture: a keyframe after which no earlier picture is referred to.
	IDR bool
	// Redo says that this picture takes the place of the one that was encoded last: that access unit is thrown away by
	// the caller, and the encoder's state (references, numbering, rate control) goes back to before it first. Only one
	// step can be taken back.
	Redo bool
	// MaxSize bounds the access unit in bytes; 0 means no bound of its own. The encoder gives up quality for it, and
	// keeps it unless even its coarsest quantizer takes more.
	MaxSize int
	// Damage lists the rectangles outside of which the picture equals the previous one, if DamageKnown. An empty list
	// with DamageKnown says that nothing changed. Borrowed until return. Rectangles may overlap and reach outside.
	Damage      []image.Rectangle
	DamageKnown bool
}

// EncodedPicture says what became of one picture.
type EncodedPicture struct {
	Keyframe bool    // an IDR picture
	QP       float64 // mean quantizer of the coded macroblocks, in the codec's own unit
}

// VideoEncoder turns canvases into access units of the output's video codec.
type VideoEncoder interface {
	// Encode encodes one 4:2:0 picture of the configured size, borrowed until return, and appends its access unit to
	// dst, returning the extended slice. There is no reordering: each call gives one access unit. H.264 comes as NAL
	// units each preceded by its length in four bytes, without parameter sets (ISO/IEC 14496-15 5.3).
	Encode(dst []byte, pic *image.YCbCr, opt VideoEncodeOptions) ([]byte, EncodedPicture, error)

	// ParameterSets returns the sequence parameter set and the picture parameter sets, one or more, each one NAL unit
	// without start code or length. They hold for the encoder's whole life. The caller may keep but not change them.
	ParameterSets() (sps []byte, pps [][]byte)
}

//go:build ffmpeg

package ffmpeg

import "github.com/callrec/callrec/codec"

// Constant rate factors of libx264. Without adaptive quantization a factor gives a quantizer that is 3 finer in a keyframe
// of nine noisy tiles.
const (
	usualFactor = 30
	// worstFactor is the coarsest that a picture is coded with to stay below the ceiling at once: text is legible.
	worstFactor = 36
	maxFactor   = 51
	// factorStep is by how much the factor grows from one attempt to keep a size to the next.
	factorStep = 7
)

// bufferSeconds is the time over which libx264 keeps the ceiling, as far as worstFactor lets it.
const bufferSeconds = 2

// debt is what was spent above the ceiling because of worstFactor, beyond what the buffer allows for.
type debt struct {
	perPicture int // bits
	bound      int // bits
	bits       int
}

func newDebt(cfg codec.VideoEncoding) debt {
	return debt{perPicture: cfg.MaxBitrate / cfg.FrameRate, bound: 2 * bufferSeconds * cfg.MaxBitrate}
}

// add takes a picture of so many bytes.
func (d *debt) add(size int) { d.bits = max(d.bits+8*size-d.perPicture, 0) }

// worst is the bound of the next picture's rate factor: where too much has been spent for too long, the ceiling comes
// first.
func (d *debt) worst() int {
	if d.bits > d.bound {
		return maxFactor
	}
	return worstFactor
}

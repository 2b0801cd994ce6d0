// Package tiler draws the participants of a call on one canvas: it lays out their tiles, scales their pictures into
// them, writes their names on them, and says which rectangles of the canvas changed.
//
// The canvas is 8-bit 4:2:0 in BT.709 limited range; pictures in other colors are converted. All pixel code is integer
// arithmetic, so that the same calls give the same canvas on every machine. What has not changed is not drawn again.
//
// It knows no codecs, no RTP and no files, and not who is talking: it is told what to show and in which order.
package tiler

import (
	"fmt"
	"image"
	"image/color"
	"math"
)

// MaxSide is the largest width and height of the canvas and of a picture, in luma samples.
const MaxSide = 8192

// Config describes a Tiler. The zero value gives a grid of tiles on a dark 1920x1080 canvas.
type Config struct {
	// Width and Height are the size of the canvas in luma samples: even, 2 to MaxSide. 0 means 1920 and 1080.
	Width, Height int
	// Layout decides where the tiles go. nil means Grid.
	Layout Layout
	// Background is the color around the tiles, without its alpha. nil means a dark gray.
	Background color.Color
	// Font is a TrueType or OpenType font for names, initials and the time stamp; nil means Go Medium, which has Latin,
	// Greek and Cyrillic letters and is also asked for what this font lacks. Retained.
	Font []byte
	// Watermark, if not nil, is drawn over everything. Retained.
	Watermark *Watermark
	// StampCorner is where the time stamp is drawn, see SetStamp.
	StampCorner Corner
}

// Tile is what one participant shows.
type Tile struct {
	// ID identifies the participant among the tiles of a call and from call to call. It gives the placeholder its
	// color, and its initials to one without a name. Tiles may share an ID, or have none, as long as no two pictures
	// of such tiles have the same Serial.
	ID string
	// Name is written on the tile, none if empty. At most MaxNameRunes characters of it are looked at, control
	// characters are left out, and a name too long for its tile ends in an ellipsis. Characters that the fonts do not
	// have show as boxes. Right-to-left names are put in their order, but Arabic letters are not joined.
	Name string
	// Muted puts the mark of a microphone that is off before the name.
	Muted bool
	// Speaking draws a border around the tile where the layout has room for it, see Border.
	Speaking bool
	// Active and Share are what Subject says of them. A shared screen is never cropped.
	Active, Share bool
	// Picture is the latest picture, 4:2:0, at a non-negative position, of 1x1 to MaxSide by MaxSide luma samples.
	// Its planes may have any stride and offset. Borrowed until Compose returns, and not written to.
	//
	// nil means that there is none; Avatar or the participant's initials are shown. The same goes for a picture that is
	// not 4:2:0, is empty, is too large, or has planes shorter than its size asks for.
	Picture *image.YCbCr
	// Serial has to change whenever the samples of Picture do. A picture with the same Serial as in the call before is
	// taken to be the same.
	Serial uint64
	// Color says how to read the samples of Picture.
	Color Color
	// Rotation is how the picture has to be turned to stand upright.
	Rotation Rotation
	// Fill crops the picture to the shape of its tile. Otherwise it is shown as large as fits, never cropped, and with
	// bars beside it if its shape is not the tile's.
	Fill bool
	// Avatar stands in the middle of the tile, cut to a circle, while there is no Picture; nil means the initials.
	Avatar *Image
}

// Tiler draws tiles on a canvas. It is not safe for concurrent use.
type Tiler struct {
	layout     Layout
	background yuv
	canvas     *image.YCbCr
	back       *image.YCbCr // where shared screens are drawn to be compared with the canvas; nil if there was none yet
	scaler     scaler
	labeler    labeler
	overlays   overlays

	started      bool
	subjects     []Subject
	rects        []image.Rectangle
	lit          []bool // which of rects get a border
	shown, spare []slot // what the canvas shows, and the list of the call before for reuse
	damage       []image.Rectangle
}

// New returns a Tiler, or an error if a size is not within its limits or the font can't be read.
func New(cfg Config) (*Tiler, error) {
	if cfg.Width == 0 {
		cfg.Width = 1920
	}
	if cfg.Height == 0 {
		cfg.Height = 1080
	}
	if min(cfg.Width, cfg.Height) < 2 || max(cfg.Width, cfg.Height) > MaxSide || cfg.Width%2 != 0 || cfg.Height%2 != 0 {
		return nil, fmt.Errorf("tiler: canvas of %dx%d, want even sizes from 2 to %d", cfg.Width, cfg.Height, MaxSide)
	}
	if cfg.Background == nil {
		cfg.Background = defaultBackground
	}
	set, err := newTypesetter(cfg.Font)
	if err != nil {
		return nil, err
	}
	canvas := image.NewYCbCr(image.Rect(0, 0, cfg.Width, cfg.Height), image.YCbCrSubsampleRatio420)
	t := &Tiler{
		background: fromColor(cfg.Background),
		canvas:     canvas,
		scaler:     scaler{axes: lru[axisKey, *axis]{limit: axesLimit}},
		labeler: labeler{
			set:      set,
			cache:    lru[textKey, caption]{limit: captionsLimit(cfg.Width, cfg.Height)},
			stickers: lru[stickerKey, *sticker]{limit: stickersLimit(cfg.Width, cfg.Height)},
		},
	}
	t.SetLayout(cfg.Layout)
	if err := t.overlays.init(canvas, cfg, &t.scaler, set); err != nil {
		return nil, err
	}
	return t, nil
}

// SetLayout changes the layout from the next Compose on. nil means Grid.
func (t *Tiler) SetLayout(l Layout) {
	if l == nil {
		l = Grid{}
	}
	t.layout = l
}

// Capacity is the number of tiles that the layout has room for when shares of them are shared screens.
func (t *Tiler) Capacity(shares int) int {
	if l, ok := t.layout.(Limited); ok {
		return l.Capacity(shares)
	}
	return math.MaxInt
}

// SetStamp changes the text of the time stamp, from the next Compose on: up to MaxStamp printable characters of ASCII,
// of which others are shown as spaces. There is none if it is empty, as in the beginning. Borrowed until return.
func (t *Tiler) SetStamp(text []byte) { t.overlays.stamp.setText(text) }

package worker

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"os"
	"runtime"
	"time"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/bench/measure"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/builtin"
	"github.com/callrec/callrec/codec/h264"
	"github.com/callrec/callrec/internal/capture"
	"github.com/callrec/callrec/internal/replay"
)

// RecordArgs say which call to record.
type RecordArgs struct {
	Call    string  // folder of a capture
	Out     string  // folder for the recording, replaced
	Seconds float64 // of the call; 0 means all
	// Quality compares every encoded picture with its canvas, which takes processor time of its own.
	Quality bool
	Piece   int    // also give the quality of the first so many pictures
	Canvas  string // write the canvases to this YUV4MPEG2 file, if not empty
}

// RecordResult says what a recording is like.
type RecordResult struct {
	Seconds         float64 // of media
	Bytes           int64   // of the media files
	AllocsPerSecond float64 // of media, in the second half of the call
	PSNRY, SSIM     float64
	PiecePSNRY      float64
}

// Record records a captured call.
func Record(ctx context.Context, a RecordArgs) (RecordResult, error) {
	var result RecordResult
	call, err := capture.OpenCall(a.Call)
	if err != nil {
		return result, err
	}
	defer func() { _ = call.Close() }() // only read
	dir, err := chunk.DirFS(a.Out)
	if err != nil {
		return result, err
	}
	watch := &watch{args: a}
	rec, err := callrec.New(callrec.Config{
		Dir: dir, ID: "bench", Start: call.Manifest.StartTime, Replace: true, Sync: chunk.SyncNever, Codecs: watch.codecs(),
	})
	if err != nil {
		return result, err
	}
	end := time.Duration(a.Seconds * float64(time.Second))
	if end == 0 || end > call.Duration {
		end = call.Duration
	}
	allocs := allocations{middle: end / 2}
	recorded, err := replay.Run(ctx, call, rec, replay.Options{End: end, Progress: allocs.at})
	if err := errors.Join(err, watch.close()); err != nil {
		return result, err
	}
	for _, c := range recorded.Chunks {
		result.Bytes += c.Bytes
		result.Seconds += c.Duration.Seconds()
	}
	result.AllocsPerSecond = allocs.perSecond()
	result.PSNRY, result.SSIM = watch.all.PSNR(), watch.all.SSIM()
	result.PiecePSNRY = watch.piece.PSNR()
	return result, nil
}

// allocations counts what is allocated in the second half of a call, when everybody is there.
type allocations struct {
	middle      time.Duration
	from, to    time.Duration
	first, last uint64
}

func (c *allocations) at(now time.Duration) {
	if now < c.middle {
		return
	}
	if c.from == 0 {
		c.from, c.first = now, mallocs()
	}
	if now >= 2*c.middle-time.Second && c.to == 0 { // a second before the end, which finishes the file
		c.to, c.last = now, mallocs()
	}
}

func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

func (c *allocations) perSecond() float64 {
	if c.to <= c.from {
		return 0
	}
	return float64(c.last-c.first) / (c.to - c.from).Seconds()
}

// watch stands between a recording and its video encoder, to look at canvases and pictures where that is asked for.
type watch struct {
	args       RecordArgs
	all, piece measure.Quality
	file       *os.File
	w          *bufio.Writer
}

func (w *watch) codecs() codec.Set {
	set := builtin.Set()
	if !w.args.Quality && w.args.Canvas == "" {
		return set
	}
	standard := set.VideoEncoder
	set.VideoEncoder = func(e codec.VideoEncoding) (codec.VideoEncoder, error) {
		inner, err := standard(e)
		if err != nil {
			return nil, err
		}
		if w.args.Canvas != "" {
			if w.file, err = os.Create(w.args.Canvas); err != nil {
				return nil, err
			}
			w.w = bufio.NewWriterSize(w.file, 1<<20)
			if _, err := w.w.WriteString(measure.Y4MHeader(image.Pt(e.Width, e.Height), e.FrameRate)); err != nil {
				return nil, err
			}
		}
		return &watchedEncoder{VideoEncoder: inner, watch: w}, nil
	}
	return set
}

func (w *watch) close() error {
	if w.file == nil {
		return nil
	}
	return errors.Join(w.w.Flush(), w.file.Close())
}

// watchedEncoder is a video encoder whose pictures are compared with what they were made of.
type watchedEncoder struct {
	codec.VideoEncoder
	watch   *watch
	decoder *h264.Decoder // of what an encoder makes that is no reconstructor
	stream  []byte        // scratch
}

// reconstructor is a video encoder that says what a decoder will make of its last access unit.
type reconstructor interface {
	Reconstruction() *image.YCbCr
}

// reconstruction is what a decoder makes of the last access unit, borrowed until the next one.
func (e *watchedEncoder) reconstruction(au []byte) (*image.YCbCr, error) {
	if r, ok := e.VideoEncoder.(reconstructor); ok {
		return r.Reconstruction(), nil
	}
	if e.decoder == nil {
		var err error
		if e.decoder, err = h264.NewDecoder(h264.DecoderConfig{}); err != nil {
			return nil, err
		}
	}
	startCode := []byte{0, 0, 0, 1}
	sps, pps := e.ParameterSets()
	e.stream = append(append(e.stream[:0], startCode...), sps...)
	for _, set := range pps {
		e.stream = append(append(e.stream, startCode...), set...)
	}
	for len(au) > 4 {
		n := int(binary.BigEndian.Uint32(au))
		e.stream = append(append(e.stream, startCode...), au[4:4+n]...)
		au = au[4+n:]
	}
	pictures, err := e.decoder.Decode(e.stream, 0)
	if err == nil && len(pictures) != 1 {
		err = fmt.Errorf("%d pictures of an access unit", len(pictures))
	}
	if err != nil {
		return nil, fmt.Errorf("decode what the encoder made: %w", err)
	}
	return pictures[0].Image, nil
}

// Encode implements codec.VideoEncoder.
func (e *watchedEncoder) Encode(dst []byte, m *image.YCbCr, opt codec.VideoEncodeOptions) ([]byte, codec.EncodedPicture, error) {
	if e.watch.w != nil {
		if err := measure.WriteY4M(e.watch.w, m); err != nil {
			return dst, codec.EncodedPicture{}, err
		}
	}
	au, info, err := e.VideoEncoder.Encode(dst, m, opt)
	if err != nil || !e.watch.args.Quality {
		return au, info, err
	}
	picture, err := e.reconstruction(au[len(dst):])
	if err != nil {
		return au, info, err
	}
	e.watch.all.Add(m, picture, true)
	if e.watch.piece.Frames() < e.watch.args.Piece {
		e.watch.piece.Add(m, picture, false)
	}
	return au, info, nil
}

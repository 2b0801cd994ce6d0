package callrec

import (
	"fmt"
	"image"
	"time"

	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/mux"
)

// fragmentFrames is the longest fragment, 2 s: what a crash can cost.
const fragmentFrames = 2 * FrameRate

// output takes the mixed sound and the composed canvases, encodes them and writes them as fragments into chunks. Media
// time ends up in the files exactly: video frame k of the recording at tick k*frameTicks, access unit n of the sound,
// which is that of ticks (n-1)*frameSize to n*frameSize, at its tick as well.
type output struct {
	cfg *Config
	account

	video codec.VideoEncoder
	audio codec.AudioEncoder
	sound soundQueue
	held  heldFrames

	chunks  *chunk.Writer
	open    *openChunk // nil between chunks
	done    []Chunk
	earlier int           // chunks below this index are those of another process
	began   time.Time     // wall clock at the start of the first chunk
	synced  int64         // media tick up to which the disk has everything
	failing bool          // the folder takes nothing
	retry   time.Duration // call time at which it is tried again
	line    []byte        // scratch

	frames     []pendingFrame // of the fragment that is being gathered
	pendingEnd int64          // number of the frame after them
	bytes      []byte         // their access units, one after another
	samples    struct{ video, audio []mux.Sample }
}

// openChunk is what there is to know of the chunk that is being written.
type openChunk struct {
	index      int
	mux        *mux.Writer
	firstFrame int64 // number of its first video frame
	position   int64 // of that frame
	nextSound  int64 // number of the next access unit of sound to write
	fragments  int   // that are written
	videoBytes int64
	audioBytes int64
}

// pendingFrame is an encoded video frame that is not written yet.
type pendingFrame struct {
	size int
	key  bool
}

func newOutput(cfg *Config, tl *timeline) (*output, error) {
	o := &output{cfg: cfg, account: account{about: aboutRecording(cfg), timeline: tl}}
	var err error
	o.video, err = cfg.Codecs.VideoEncoder(codec.VideoEncoding{
		Width: Width, Height: Height, FrameRate: FrameRate, MaxBitrate: cfg.VideoBitrate,
	})
	if err != nil {
		return nil, fmt.Errorf("callrec: video encoder: %w", err)
	}
	if o.audio, err = cfg.Codecs.AudioEncoder(codec.AudioEncoding{Bitrate: cfg.AudioBitrate}); err != nil {
		return nil, fmt.Errorf("callrec: audio encoder: %w", err)
	}
	o.sound.init(o.audio)
	if err := o.openFolder(); err != nil {
		return nil, err
	}
	return o, nil
}

// joined notes a participant for the metadata.
func (o *output) joined(s *stay) { o.stays = append(o.stays, s) }

func (o *output) journal(e journalEntry) error {
	line, err := e.line()
	if err != nil {
		return err
	}
	o.chunks.Journal(line)
	return nil
}

// mixed takes the sound from a position on, of which the recorded part is encoded, and encodes the frames that were
// waiting for it.
func (o *output) mixed(position int64, pcm []int16) error {
	for len(pcm) > 0 {
		end, recorded := o.timeline.stretch(position)
		n := min(int64(len(pcm)), end-position)
		if recorded {
			if err := o.hear(position, pcm[:n]); err != nil {
				return err
			}
		}
		position, pcm = position+n, pcm[n:]
	}
	if err := o.release(); err != nil {
		return err
	}
	if o.timeline.pausedAt(position) {
		return o.flushAhead()
	}
	return nil
}

// hear encodes sound that is recorded, faded where a cut or the end is near.
func (o *output) hear(position int64, pcm []int16) error {
	// there is no cut in between, so the gain only rises and then falls
	full := o.timeline.gain(position) == fadeSamples && o.timeline.gain(position+int64(len(pcm))-1) == fadeSamples
	for i, s := range pcm {
		if !full {
			s = int16(int64(s) * o.timeline.gain(position+int64(i)) / fadeSamples)
		}
		if err := o.sound.add(s); err != nil {
			return err
		}
	}
	return nil
}

// complete adds silence until the sound of the first n video frames is there.
func (o *output) complete(n int64) error {
	for !o.soundCovers(n) {
		if err := o.sound.add(0); err != nil {
			return err
		}
	}
	return o.release()
}

// soundCovers says whether the sound of the first n video frames has been encoded, and of half a frame more: that much
// longer the sound may be at the end of the recording, where the video ends with the nearest whole frame.
func (o *output) soundCovers(n int64) bool { return o.sound.has(o.lastSound(n)) }

// lastSound is the last access unit of sound that may go with the first n video frames.
func (o *output) lastSound(n int64) int64 { return o.sound.last(n*frameTicks + frameTicks/2) }

// frame takes video frame number k, which shows the call at a position. The canvas and the damage against the frame
// before are borrowed until return. afterCut says that something was left out of the recording right before it.
func (o *output) frame(k, position int64, canvas *image.YCbCr, damage []image.Rectangle, afterCut bool) error {
	f := heldFrame{number: k, position: position, canvas: canvas, damage: damage, afterCut: afterCut}
	if o.held.empty() && o.soundCovers(k+1) {
		return o.encode(f)
	}
	o.held.push(f)
	return nil
}

// release encodes the frames that were held back and whose sound has come.
func (o *output) release() error {
	for !o.held.empty() && o.soundCovers(o.held.first().number+1) {
		if err := o.encode(o.held.first()); err != nil {
			return err
		}
		o.held.pop()
	}
	return nil
}

// encode encodes a frame into the open chunk. If the chunk can't take it, with its sound and the index that the file
// ends with, the chunk ends before it, and the frame is encoded anew as the first of the next chunk.
func (o *output) encode(f heldFrame) error {
	if o.open != nil && o.chunkIsLong(f.number) {
		if err := o.finishChunk(f.number, f.position, metadata.ChunkMaximumTimeExceeded); err != nil {
			return err
		}
	}
	begin := o.open == nil
	if begin {
		if err := o.beginChunk(f); err != nil {
			return err
		}
	}
	opt := codec.VideoEncodeOptions{IDR: begin || f.afterCut, Damage: f.damage, DamageKnown: true}
	if begin {
		opt.MaxSize = o.roomFor(f.number)
	}
	if err := o.encodePicture(f, opt); err != nil {
		return err
	}
	if o.fits(f.number) {
		return nil
	}
	if o.open.firstFrame == f.number {
		return o.tooSmall(f.number)
	}
	o.takeBack()
	if err := o.finishChunk(f.number, f.position, metadata.ChunkMaximumSizeExceeded); err != nil {
		return err
	}
	if err := o.beginChunk(f); err != nil {
		return err
	}
	opt.IDR, opt.Redo, opt.MaxSize = true, true, o.roomFor(f.number)
	if err := o.encodePicture(f, opt); err != nil {
		return err
	}
	if !o.fits(f.number) {
		return o.tooSmall(f.number)
	}
	return nil
}

func (o *output) chunkIsLong(frame int64) bool {
	if o.cfg.MaxChunkDuration == 0 {
		return false
	}
	return (frame-o.open.firstFrame+1)*frameTicks > int64(o.cfg.MaxChunkDuration)/nsPerSample
}

// tooSmall drops the frame that is the only one of its chunk and still does not fit.
func (o *output) tooSmall(frame int64) error {
	size := o.sizeWith(frame)
	o.takeBack()
	return fmt.Errorf("%w: video frame %d alone makes a file of %d bytes, the bound is %d",
		ErrChunkTooSmall, frame, size, o.cfg.MaxChunkSize)
}

// encodePicture encodes a frame and appends it to the pending ones. Fragments are at most fragmentFrames long, and a
// keyframe begins a new one.
func (o *output) encodePicture(f heldFrame, opt codec.VideoEncodeOptions) error {
	if len(o.frames) == fragmentFrames {
		if err := o.flush(f.number); err != nil {
			return err
		}
	}
	start := len(o.bytes)
	au, info, err := o.video.Encode(o.bytes, f.canvas, opt)
	if err != nil {
		return fmt.Errorf("callrec: encode video frame %d: %w", f.number, err)
	}
	o.bytes = au
	if info.Keyframe && len(o.frames) > 0 {
		if err := o.flush(f.number); err != nil {
			return err
		}
		o.bytes = append(o.bytes[:0], au[start:]...)
		start = 0
	}
	o.frames = append(o.frames, pendingFrame{size: len(o.bytes) - start, key: info.Keyframe})
	o.pendingEnd = f.number + 1
	return nil
}

// takeBack removes the last pending frame.
func (o *output) takeBack() {
	last := len(o.frames) - 1
	o.bytes = o.bytes[:len(o.bytes)-o.frames[last].size]
	o.frames = o.frames[:last]
}

// sizeWith is the size that the chunk's file can have if it ends with the pending frames, of which the last has this
// number.
func (o *output) sizeWith(frame int64) int64 {
	from, to := o.open.nextSound, o.lastSound(frame+1)+1
	payload := int64(len(o.bytes)) + o.sound.size(from, to)
	return o.chunks.Size() + o.open.mux.FragmentSize(len(o.frames), int(to-from), payload) + o.open.mux.TrailerSize(1) +
		o.cfg.Finalize.growth(o.open.fragments+1)
}

// roomFor is the largest size in bytes that a frame may have to begin the open chunk; 0 if there is no bound.
func (o *output) roomFor(frame int64) int {
	if o.cfg.MaxChunkSize == 0 {
		return 0
	}
	o.frames = append(o.frames, pendingFrame{key: true})
	room := o.cfg.MaxChunkSize - o.sizeWith(frame)
	o.takeBack()
	return int(max(room, 1))
}

func (o *output) fits(frame int64) bool {
	return o.cfg.MaxChunkSize == 0 || o.sizeWith(frame) <= o.cfg.MaxChunkSize
}

// splitCost is more than a file grows by if a fragment becomes two: the boxes around the samples and an entry in each
// index.
const splitCost = 256

// flushAhead writes the pending frames, but for the last one, which the end of the chunk's sound needs, so that a pause
// does not keep them from the disk.
func (o *output) flushAhead() error {
	n := len(o.frames) - 1
	if n < 1 || o.cfg.MaxChunkSize > 0 && o.sizeWith(o.pendingEnd-1)+splitCost > o.cfg.MaxChunkSize {
		return nil
	}
	last := o.frames[n]
	all := o.bytes
	cut := len(all) - last.size
	o.frames, o.bytes = o.frames[:n], all[:cut]
	if err := o.flush(o.pendingEnd - 1); err != nil {
		return err
	}
	o.bytes = append(o.bytes, all[cut:]...)
	o.frames = append(o.frames, last)
	return nil
}

// flush writes the pending frames and their sound as one fragment. end is the number of the frame that follows.
func (o *output) flush(end int64) error { return o.flushWith(end, o.sound.last(end*frameTicks)) }

// flushWith is flush with the sound up to an access unit.
func (o *output) flushWith(end, lastSound int64) error {
	if len(o.frames) == 0 {
		return nil
	}
	before := o.chunks.Size()
	video, audio := o.samples.video[:0], o.samples.audio[:0]
	rest := o.bytes
	for _, f := range o.frames {
		video = append(video, mux.Sample{Data: rest[:f.size], Sync: f.key})
		rest = rest[f.size:]
		o.open.videoBytes += int64(f.size)
	}
	for n := o.open.nextSound; n <= lastSound; n++ {
		au := o.sound.get(n)
		audio = append(audio, mux.Sample{Data: au, Sync: true})
		o.open.audioBytes += int64(len(au))
	}
	o.samples.video, o.samples.audio = video, audio
	if err := o.open.mux.WriteFragment(mux.Fragment{Video: video, Audio: audio}); err != nil {
		return fmt.Errorf("callrec: %w", err)
	}
	if err := o.commit(end); err != nil {
		return err
	}
	o.open.fragments++
	o.open.nextSound = lastSound + 1
	o.sound.dropBefore(lastSound) // this one is the pre-roll of a chunk that may follow
	o.frames, o.bytes = o.frames[:0], o.bytes[:0]
	o.journalFragment(end, o.chunks.Size()-before)
	return nil
}

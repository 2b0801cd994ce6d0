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

// maxSoundUnit is the largest access unit of AAC for one channel in bytes (ISO/IEC 14496-3 4.5.3.1).
const maxSoundUnit = 6144 / 8

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
	noted   int64         // media tick of the last fragment that the journal has
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
	if o.video, o.audio, err = cfg.encoders(); err != nil {
		return nil, err
	}
	o.sound.init(o.audio)
	if err = cfg.checkChunkSize(o.video, o.audio); err == nil {
		err = o.openFolder()
	}
	if err != nil {
		release(o.video)
		release(o.audio)
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
		return o.flushEarly() // a pause does not keep what was before it from the disk
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
	for !o.sound.has(o.lastSound(n)) {
		if err := o.sound.add(0); err != nil {
			return err
		}
	}
	return o.release()
}

// soundCovers says whether the sound of the first n video frames has been encoded.
func (o *output) soundCovers(n int64) bool { return o.sound.has(o.sound.last(n * frameTicks)) }

// lastSound is the last access unit of sound that may go with the first n video frames: the sound may be half a frame
// longer at the end of the recording, where the video ends with the nearest whole frame.
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

// encode encodes a frame and writes the fragment that it completes.
func (o *output) encode(f heldFrame) error {
	if err := o.encodeFitting(f); err != nil || len(o.frames) < o.cfg.fragmentFrames() {
		return err
	}
	return o.flushEarly()
}

// encodeFitting encodes a frame into the open chunk. If the chunk can't take it, with its sound and the index that the
// file ends with, the chunk ends before it, and the frame is encoded anew as the first of the next chunk.
func (o *output) encodeFitting(f heldFrame) error {
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

// encodePicture encodes a frame and appends it to the pending ones. A keyframe begins a new fragment.
func (o *output) encodePicture(f heldFrame, opt codec.VideoEncodeOptions) error {
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
	o.pendingEnd = f.number + 1 // until the frame is taken back
	return nil
}

// takeBack removes the last pending frame.
func (o *output) takeBack() {
	last := len(o.frames) - 1
	o.bytes = o.bytes[:len(o.bytes)-o.frames[last].size]
	o.frames = o.frames[:last]
}

// sizeWith is the size that the chunk's file can have if it ends with the pending frames, of which the last has this
// number. An access unit of sound that may go with them and is not encoded yet counts as large as it can be.
func (o *output) sizeWith(frame int64) int64 {
	from, to := o.open.nextSound, o.lastSound(frame+1)+1
	payload := int64(len(o.bytes))
	if o.sound.has(to - 1) {
		payload += o.sound.size(from, to)
	} else {
		payload += o.sound.size(from, to-1) + maxSoundUnit
	}
	return o.chunks.Size() + o.open.mux.FragmentSize(len(o.frames), int(to-from), payload) + soundAlone +
		o.open.mux.TrailerSize(1) + o.cfg.Finalize.growth(o.open.mux, len(o.frames), int(to-from))
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

// soundAlone is more than the boxes around an access unit of sound that ends the recording in a fragment of its own,
// because the pictures before it were written already.
const soundAlone = 160

// flushEarly writes the pending frames before it is known what follows.
func (o *output) flushEarly() error {
	if len(o.frames) == 0 {
		return nil
	}
	return o.flush(o.pendingEnd)
}

// flush writes the pending frames and their sound as one fragment. end is the number of the frame that follows.
func (o *output) flush(end int64) error {
	return o.flushWith(end, o.sound.last(min(end*frameTicks, o.timeline.media(o.timeline.end))))
}

// flushWith is flush with the sound up to an access unit.
func (o *output) flushWith(end, lastSound int64) error {
	if len(o.frames) == 0 && lastSound < o.open.nextSound {
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
	o.open.nextSound = lastSound + 1
	o.sound.dropBefore(lastSound) // this one is the pre-roll of a chunk that may follow
	o.frames, o.bytes = o.frames[:0], o.bytes[:0]
	o.journalFragment(end, o.chunks.Size()-before)
	return nil
}

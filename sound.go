package callrec

import (
	"fmt"

	"github.com/callrec/callrec/codec"
)

// soundQueue encodes the recorded sound and keeps its access units, numbered from 0, until they are written. Access
// unit n is the sound of media ticks (n-1)*frameSize to n*frameSize; number 0 is priming.
type soundQueue struct {
	encoder   codec.AudioEncoder
	frameSize int64
	pcm       []int16 // of the frame that is being filled
	first     int64   // number of the first access unit that is kept
	ends      []int   // where each of them ends in bytes
	bytes     []byte
}

func (q *soundQueue) init(encoder codec.AudioEncoder) {
	q.encoder = encoder
	q.frameSize = int64(encoder.FrameSize())
	q.pcm = make([]int16, 0, q.frameSize)
}

// add takes the next sample of media time.
func (q *soundQueue) add(sample int16) error {
	q.pcm = append(q.pcm, sample)
	if len(q.pcm) < cap(q.pcm) {
		return nil
	}
	au, ready, err := q.encoder.Encode(q.bytes, q.pcm)
	if err != nil {
		return fmt.Errorf("callrec: encode sound: %w", err)
	}
	q.pcm = q.pcm[:0]
	if ready {
		if n := len(au) - len(q.bytes); n > maxSoundUnit {
			return fmt.Errorf("callrec: encode sound: an access unit of %d bytes, AAC allows %d", n, maxSoundUnit)
		}
		q.bytes = au
		q.ends = append(q.ends, len(au))
	}
	return nil
}

// last is the number of the access unit that completes the sound up to a media tick: the sound goes on to the first
// boundary at the tick or after it.
func (q *soundQueue) last(tick int64) int64 { return (tick + q.frameSize - 1) / q.frameSize }

// has says whether an access unit has been encoded.
func (q *soundQueue) has(n int64) bool { return n < q.first+int64(len(q.ends)) }

// start is the media tick at which an access unit begins.
func (q *soundQueue) start(n int64) int64 { return (n - 1) * q.frameSize }

// offset is where access unit n begins in bytes.
func (q *soundQueue) offset(n int64) int {
	if n == q.first {
		return 0
	}
	return q.ends[n-q.first-1]
}

// get returns an access unit, which is valid until the next add or dropBefore.
func (q *soundQueue) get(n int64) []byte { return q.bytes[q.offset(n):q.offset(n+1)] }

// size is the number of bytes of access units from to to, without the latter.
func (q *soundQueue) size(from, to int64) int64 { return int64(q.offset(to) - q.offset(from)) }

// dropBefore forgets the access units before number n.
func (q *soundQueue) dropBefore(n int64) {
	gone := q.offset(n)
	kept := q.ends[:copy(q.ends, q.ends[n-q.first:])]
	for i := range kept {
		kept[i] -= gone
	}
	q.ends = kept
	q.bytes = q.bytes[:copy(q.bytes, q.bytes[gone:])]
	q.first = n
}

package worker

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/bench/measure"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/internal/capture"
	"github.com/callrec/callrec/metadata"
)

// LongArgs describe a long call: two participants who speak on G.711, one with a still picture that is sent anew every ten
// seconds. That takes little processor time, while everything that could pile up is there: packets, sound, fragments.
type LongArgs struct {
	Telephony string // capture with PCMU or PCMA audio
	Out       string
	Minutes   int
	Samples   int // how often memory is looked at
}

// LongResult is the memory over a long call.
type LongResult struct {
	Samples []MemorySample
	CPU     float64 // seconds
	Bytes   int64   // of the recording
}

// MemorySample is the memory at an instant of a call.
type MemorySample struct {
	Minute   float64
	Resident int64 // bytes that the process has in store
	Heap     int64 // bytes of live values, after a garbage collection
}

const (
	longPacket   = 20 * time.Millisecond
	longKeyframe = 10 * time.Second
)

// Long records a long call.
func Long(ctx context.Context, a LongArgs) (LongResult, error) {
	var result LongResult
	talkers, err := readTalkers(a.Telephony)
	if err != nil {
		return result, err
	}
	dir, err := chunk.DirFS(a.Out)
	if err != nil {
		return result, err
	}
	rec, err := callrec.New(callrec.Config{
		Dir: dir, ID: "long", Start: time.Unix(0, 0), Replace: true, Sync: chunk.SyncNever, VideoTimeout: 2 * longKeyframe,
	})
	if err != nil {
		return result, err
	}
	for _, t := range talkers {
		if err := play(rec, capture.Event{Kind: capture.Join, Participant: t.who}); err != nil {
			return result, err
		}
	}
	end := time.Duration(a.Minutes) * time.Minute
	every := max(end/time.Duration(max(a.Samples, 1)), longPacket)
	begin := measure.ThreadCPU()
	for at := time.Duration(0); at < end && ctx.Err() == nil; at += longPacket {
		for _, t := range talkers {
			if err := t.send(rec, at); err != nil {
				return result, err
			}
		}
		if at%every == 0 {
			result.Samples = append(result.Samples, memoryAt(at))
		}
	}
	result.Samples = append(result.Samples, memoryAt(end))
	recorded, err := rec.Stop(end, metadata.SessionCallEnded)
	if err := errors.Join(err, ctx.Err()); err != nil {
		return result, err
	}
	result.CPU = (measure.ThreadCPU() - begin).Seconds()
	for _, c := range recorded.Chunks {
		result.Bytes += c.Bytes
	}
	return result, nil
}

// memoryAt looks at the memory as it is, and then at what of it is in use.
func memoryAt(at time.Duration) MemorySample {
	s := MemorySample{Minute: at.Minutes(), Resident: measure.Resident()}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s.Heap = int64(m.HeapAlloc)
	return s
}

// talker sends a captured participant's packets again and again.
type talker struct {
	who      *capture.Participant
	audio    [][]byte // packets of 20 ms
	keyframe [][]byte // packets of the first picture; none for who has no camera
	sent     int      // packets of audio
	pictures int      // packets of video
}

// readTalkers takes the participants of a capture with G.711, of whom the first keeps the camera.
func readTalkers(dir string) ([]*talker, error) {
	events, err := readEvents(dir, 0)
	if err != nil {
		return nil, err
	}
	byID := map[string]*talker{}
	var list []*talker
	for _, e := range events {
		id := e.Participant.ParticipantID
		if e.Kind == capture.Join {
			byID[id] = &talker{who: e.Participant}
			list = append(list, byID[id])
		}
		if e.Kind == capture.RTP {
			byID[id].take(e.Data)
		}
	}
	for i, t := range list {
		if len(t.audio) == 0 {
			return nil, fmt.Errorf("worker: %s: participant %d has no sound in packets of 20 ms", dir, i)
		}
		if i > 0 {
			t.keyframe = nil
		}
	}
	return list, nil
}

// take keeps a packet of sound, or one of the first picture.
func (t *talker) take(packet []byte) {
	const header, g711Packet = 12, 160
	if len(packet) < header {
		return
	}
	ssrc := binary.BigEndian.Uint32(packet[8:])
	for _, tr := range t.who.Tracks {
		switch {
		case tr.SSRC != ssrc || packet[1]&0x7f != tr.PayloadType:
		case tr.Kind == "audio" && len(packet) >= header+g711Packet:
			t.audio = append(t.audio, packet)
		case tr.Kind == "video" && (len(t.keyframe) == 0 || sameTimestamp(packet, t.keyframe[0])):
			t.keyframe = append(t.keyframe, packet)
		}
	}
}

func sameTimestamp(a, b []byte) bool {
	return binary.BigEndian.Uint32(a[4:]) == binary.BigEndian.Uint32(b[4:])
}

// send sends what is due at a time.
func (t *talker) send(rec *callrec.Recording, at time.Duration) error {
	packet := t.audio[t.sent%len(t.audio)]
	setNumbers(packet, t.sent, uint32(at*8000/time.Second))
	t.sent++
	if err := rec.RTP(at, t.who.ParticipantID, packet); err != nil {
		return err
	}
	if at%longKeyframe != 0 {
		return nil
	}
	for _, packet := range t.keyframe {
		setNumbers(packet, t.pictures, uint32(at/time.Millisecond*90))
		t.pictures++
		if err := rec.RTP(at, t.who.ParticipantID, packet); err != nil {
			return err
		}
	}
	return nil
}

// setNumbers sets the sequence number and the timestamp of an RTP packet (RFC 3550 5.1).
func setNumbers(packet []byte, seq int, timestamp uint32) {
	binary.BigEndian.PutUint16(packet[2:], uint16(seq))
	binary.BigEndian.PutUint32(packet[4:], timestamp)
}

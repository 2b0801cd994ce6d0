package callrec_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/metadata"
)

// A second of a call in which one participant sends silence.
func Example() {
	folder, err := os.MkdirTemp("", "callrec")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	dir, err := chunk.DirFS(folder)
	if err != nil {
		fmt.Println(err)
		return
	}
	rec, err := callrec.New(callrec.Config{Dir: dir, ID: "example", Start: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		fmt.Println(err)
		return
	}

	// What happens in the call is told with the time since its beginning.
	const id = "8:acs:amara"
	check(rec.Join(0, callrec.Participant{ID: id, DisplayName: "Amara"}))
	check(rec.AddTrack(0, id, callrec.Track{SSRC: 7, PayloadType: 0, Kind: callrec.Audio, Codec: "PCMU", ClockRate: 8000}))
	silence := make([]byte, 160) // 20 ms
	for i := range silence {
		silence[i] = 0xff
	}
	for n := range 50 {
		packet, err := (&rtp.Packet{
			Header:  rtp.Header{Version: 2, SSRC: 7, SequenceNumber: uint16(n), Timestamp: uint32(n * 160)},
			Payload: silence,
		}).Marshal()
		check(err)
		check(rec.RTP(time.Duration(n)*20*time.Millisecond, id, packet))
	}

	result, err := rec.Stop(time.Second, metadata.SessionCallEnded)
	check(err)
	for _, c := range result.Chunks {
		fmt.Println(c.File, c.Duration, c.EndReason)
	}
	fmt.Println(result.Participants[0].Packets, "packets,", result.Participants[0].Lost, "lost")
	// Output:
	// chunk-0000.mp4 1s SessionEnded
	// 50 packets, 0 lost
}

// A call that goes on is told as it happens; the recording takes the time from a clock, here one that is set by hand.
func ExampleLive() {
	folder, err := os.MkdirTemp("", "callrec")
	check(err)
	defer os.RemoveAll(folder)
	dir, err := chunk.DirFS(folder)
	check(err)
	start := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	var passed atomic.Int64
	live, err := callrec.NewLive(callrec.LiveConfig{
		Config: callrec.Config{Dir: dir, ID: "example"},
		Now:    func() time.Time { return start.Add(time.Duration(passed.Load())) },
	})
	check(err)

	check(live.Join(callrec.Participant{ID: "8:acs:amara", DisplayName: "Amara"}))
	passed.Store(int64(time.Second))
	check(live.Pause())
	passed.Store(int64(5 * time.Minute))
	check(live.Resume())
	passed.Add(int64(500 * time.Millisecond))

	result, err := live.Stop(context.Background(), metadata.SessionCallEnded)
	check(err)
	fmt.Println(result.Duration)
	// Output: 1.5s
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

package ingest_test

import (
	"fmt"
	"time"

	"github.com/pion/rtp"

	"github.com/callrec/callrec/ingest"
)

// Three packets of 20 ms are sent; the second one is overtaken by the third, and the fourth never comes.
func Example() {
	track, err := ingest.NewTrack(ingest.TrackConfig{Kind: ingest.Audio, Codec: "opus", PayloadType: 111, SSRC: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, n := range []uint16{0, 2, 1, 4} {
		packet := rtp.Packet{
			Header:  rtp.Header{Version: 2, PayloadType: 111, SSRC: 1, SequenceNumber: 100 + n, Timestamp: uint32(n) * 960},
			Payload: []byte{'a' + byte(n)},
		}
		data, err := packet.Marshal()
		if err != nil {
			fmt.Println(err)
			return
		}
		arrival := 5*time.Second + time.Duration(i)*25*time.Millisecond
		if err := track.Push(arrival, data); err != nil {
			fmt.Println(err)
		}
	}
	for {
		au, ok := track.Pop(6 * time.Second)
		if !ok {
			break
		}
		fmt.Printf("%v: %s, %d lost before it\n", au.Time, au.Payload, au.Lost)
	}
	// Output:
	// 4.985s: a, 0 lost before it
	// 5.005s: b, 0 lost before it
	// 5.025s: c, 0 lost before it
	// 5.065s: e, 1 lost before it
}

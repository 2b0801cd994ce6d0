package inputs

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/callrec/callrec/internal/capture"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
)

const (
	audioType  = 111
	videoType  = 96
	audioClock = 48000
	videoClock = 90000
	packetTime = 20 * time.Millisecond // of Opus
	mtu        = 1200                  // bytes, as browsers have it
	transit    = 30                    // ms that a packet is under way, and up to maxJitter more
	maxJitter  = 8
	ntpEpoch   = 2208988800 // seconds from 1900 to 1970
)

// callStart is the wall clock at call time 0.
func callStart() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) }

func audioSSRC(participant int) uint32 { return uint32(1000 + 2*participant) }
func videoSSRC(participant int) uint32 { return audioSSRC(participant) + 1 }

// arrival is one packet of a dump.
type arrival struct {
	ms     int64
	rtcp   bool
	packet []byte
}

// dump gathers what one participant sends.
type dump struct {
	rand     *rand.Rand
	arrivals []arrival
	last     map[uint32]int64 // arrival of each stream's last packet: jitter does not change the order
}

// writeDump packetizes a participant's streams and writes them as an rtpdump file.
func writeDump(s Spec, participant int, out, voice, camera string) error {
	sound, err := ReadStream(voice)
	if err != nil {
		return err
	}
	pictures, err := ReadStream(camera)
	if err != nil {
		return err
	}
	d := &dump{rand: rand.New(rand.NewPCG(s.Seed, uint64(2000+participant))), last: map[uint32]int64{}}
	if err := d.audio(audioSSRC(participant), sound); err != nil {
		return err
	}
	if err := d.video(s, videoSSRC(participant), pictures); err != nil {
		return err
	}
	for t := time.Duration(0); t < s.Length; t += time.Second {
		if err := d.report(audioSSRC(participant), t, audioClock); err != nil {
			return err
		}
		if err := d.report(videoSSRC(participant), t, videoClock); err != nil {
			return err
		}
	}
	return d.write(out, s.Length)
}

// audio sends one RTP packet for each Opus packet (RFC 7587).
func (d *dump) audio(ssrc uint32, packets [][]byte) error {
	for i, payload := range packets {
		at := time.Duration(i) * packetTime
		if err := d.send(ssrc, audioType, uint16(i), stamp(at, audioClock), i == 0, at+packetTime, payload); err != nil {
			return err
		}
	}
	return nil
}

// payloader cuts an access unit into RTP payloads.
type payloader interface {
	Payload(mtu uint16, payload []byte) [][]byte
}

// video sends access units as RFC 7741 (VP8) or RFC 6184 (H.264, packetization mode 1) has it.
func (d *dump) video(s Spec, ssrc uint32, units [][]byte) error {
	var p payloader = &codecs.VP8Payloader{EnablePictureID: true}
	if s.Codec == H264 {
		p = &codecs.H264Payloader{}
	}
	seq := uint16(0)
	for i, au := range units {
		at := time.Duration(i) * time.Second / CameraRate
		payloads := p.Payload(mtu-12, au)
		for k, payload := range payloads {
			if err := d.send(ssrc, videoType, seq, stamp(at, videoClock), k == len(payloads)-1, at, payload); err != nil {
				return err
			}
			seq++
		}
	}
	return nil
}

func stamp(at time.Duration, clock int64) uint32 {
	return uint32(int64(at) * clock / int64(time.Second))
}

// send notes an RTP packet that leaves its sender at a time.
func (d *dump) send(ssrc uint32, kind uint8, seq uint16, stamp uint32, marker bool, at time.Duration, payload []byte) error {
	p := rtp.Packet{
		Header: rtp.Header{
			Version: 2, PayloadType: kind, SequenceNumber: seq, Timestamp: stamp, SSRC: ssrc, Marker: marker,
		},
		Payload: payload,
	}
	raw, err := p.Marshal()
	if err != nil {
		return err
	}
	ms := max(at.Milliseconds()+transit+d.rand.Int64N(maxJitter+1), d.last[ssrc])
	d.last[ssrc] = ms
	d.arrivals = append(d.arrivals, arrival{ms: ms, packet: raw})
	return nil
}

// report notes a sender report.
func (d *dump) report(ssrc uint32, at time.Duration, clock int64) error {
	now := callStart().Add(at)
	seconds, rest := uint64(now.Unix()+ntpEpoch), uint64(now.Nanosecond())
	sr := rtcp.SenderReport{SSRC: ssrc, NTPTime: seconds<<32 | rest<<32/uint64(time.Second), RTPTime: stamp(at, clock)}
	raw, err := sr.Marshal()
	if err != nil {
		return err
	}
	d.arrivals = append(d.arrivals, arrival{ms: at.Milliseconds() + transit, rtcp: true, packet: raw})
	return nil
}

// write writes what arrives within the call in order of time.
func (d *dump) write(out string, length time.Duration) (err error) {
	slices.SortStableFunc(d.arrivals, func(a, b arrival) int { return int(a.ms - b.ms) })
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	defer func() { err = errors.Join(err, w.Flush(), f.Close()) }()
	if _, err := fmt.Fprintf(w, "#!rtpplay1.0 127.0.0.1/0\n%s", strings.Repeat("\x00", 16)); err != nil {
		return err
	}
	for _, a := range d.arrivals {
		if a.ms > length.Milliseconds() {
			break
		}
		size := len(a.packet)
		head := binary.BigEndian.AppendUint16(nil, uint16(8+size))
		if a.rtcp {
			size = 0
		}
		head = binary.BigEndian.AppendUint16(head, uint16(size))
		head = binary.BigEndian.AppendUint32(head, uint32(a.ms))
		if _, err := w.Write(append(head, a.packet...)); err != nil {
			return err
		}
	}
	return nil
}

// writeManifest writes the capture's manifest.
func writeManifest(s Spec, dir string) error {
	m := capture.Manifest{Call: s.Name(), StartTime: callStart()}
	for i := range s.Participants {
		m.Participants = append(m.Participants, capture.Participant{
			ParticipantID: fmt.Sprintf("8:acs:bench_%02d", i),
			DisplayName:   fmt.Sprintf("Participant %d", i+1),
			File:          dumpFile(i),
			LeaveMS:       s.Length.Milliseconds(),
			Tracks: []capture.Track{
				{Kind: "audio", SSRC: audioSSRC(i), PayloadType: audioType, Codec: "opus", ClockRate: audioClock, Channels: 2},
				{Kind: "video", SSRC: videoSSRC(i), PayloadType: videoType, Codec: s.Codec, ClockRate: videoClock},
			},
		})
	}
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, capture.ManifestName), data, 0o644)
}

package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/callrec/callrec/ingest"
	"github.com/callrec/callrec/internal/capture"
)

const extractUsage = "usage: codec extract CALLDIR PARTICIPANT FILE.ivf|FILE.264"

// extractCommand writes a participant's video of a captured call as an elementary stream.
func extractCommand(args []string, _, stderr io.Writer) int {
	if len(args) != 3 {
		fmt.Fprintln(stderr, extractUsage)
		return exitUsage
	}
	if err := extract(args[0], args[1], args[2]); err != nil {
		fmt.Fprintf(stderr, "codec extract: %v\n", err)
		return exitWork
	}
	return exitOK
}

func extract(dir, participant, out string) (err error) {
	units, name, err := videoUnits(dir, participant)
	if err != nil {
		return err
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	defer func() { err = errors.Join(err, w.Flush(), f.Close()) }()
	if !strings.EqualFold(name, "VP8") {
		for _, u := range units {
			if _, err := w.Write(u); err != nil {
				return err
			}
		}
		return nil
	}
	header := make([]byte, ivfHeader)
	copy(header, "DKIF\x00\x00\x20\x00VP80")
	binary.LittleEndian.PutUint32(header[16:], 30)
	binary.LittleEndian.PutUint32(header[20:], 1)
	binary.LittleEndian.PutUint32(header[24:], uint32(len(units)))
	if _, err := w.Write(header); err != nil {
		return err
	}
	for i, u := range units {
		var head [ivfFrameHeader]byte
		binary.LittleEndian.PutUint32(head[:], uint32(len(u)))
		binary.LittleEndian.PutUint64(head[4:], uint64(i))
		if _, err := w.Write(append(head[:], u...)); err != nil {
			return err
		}
	}
	return nil
}

// videoUnits returns the access units of a participant's first video track, and its codec.
func videoUnits(dir, participant string) (units [][]byte, name string, err error) {
	call, err := capture.OpenCall(dir)
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, call.Close()) }()
	var track *ingest.Track
	var ssrc uint32
	for _, p := range call.Manifest.Participants {
		for _, t := range p.Tracks {
			if p.ParticipantID != participant || t.Kind != "video" || track != nil {
				continue
			}
			name, ssrc = t.Codec, t.SSRC
			track, err = ingest.NewTrack(ingest.TrackConfig{
				Kind: ingest.Video, Codec: t.Codec, ClockRate: t.ClockRate, PayloadType: t.PayloadType, SSRC: t.SSRC,
				MaxPackets: 32768, MaxBytes: 1 << 30,
			})
			if err != nil {
				return nil, "", err
			}
		}
	}
	if track == nil {
		return nil, "", fmt.Errorf("%s: no video of participant %s", dir, participant)
	}
	for {
		e, err := call.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, "", err
		}
		if s, ok := ingest.SSRC(e.Data); e.Kind == capture.RTP && ok && s == ssrc {
			if err := track.Push(e.At, e.Data); err != nil {
				return nil, "", err
			}
		}
	}
	for {
		au, ok := track.Pop(math.MaxInt64)
		if !ok {
			return units, name, nil
		}
		units = append(units, append([]byte{}, au.Payload...))
	}
}

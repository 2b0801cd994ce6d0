package ingest

import (
	"encoding/binary"
	"fmt"

	"github.com/pion/rtcp"
)

// SenderReport is what a sender says about its clock (RFC 3550 6.4.1).
type SenderReport struct {
	SSRC    uint32
	NTPTime uint64 // wall clock of the sender: seconds since 1900 in the upper half, their fraction in the lower; 0 if it has none
	RTPTime uint32 // the same instant as an RTP timestamp
}

// maxRTCP is the size of the largest UDP datagram.
const maxRTCP = 65535

// ParseRTCP reads a compound RTCP packet (RFC 3550 6.1), or a reduced-size one (RFC 5506), and returns the sender
// reports and the SSRCs that said goodbye. Everything else in it is passed over unread. The packet is borrowed until
// return. For one that is broken it returns an error that wraps ErrRTCP, together with what stood before the damage.
func ParseRTCP(packet []byte) (reports []SenderReport, goodbyes []uint32, err error) {
	if len(packet) == 0 || len(packet) > maxRTCP {
		return nil, nil, fmt.Errorf("%w: %d bytes", ErrRTCP, len(packet))
	}
	for rest := packet; len(rest) > 0; {
		var header rtcp.Header
		if err := header.Unmarshal(rest); err != nil {
			return reports, goodbyes, fmt.Errorf("%w: offset %d: %w", ErrRTCP, len(packet)-len(rest), err)
		}
		size := (int(header.Length) + 1) * 4
		if size > len(rest) {
			return reports, goodbyes, fmt.Errorf("%w: offset %d: %d bytes, have %d", ErrRTCP, len(packet)-len(rest), size, len(rest))
		}
		reports, goodbyes, err = parseOne(header.Type, rest[:size], reports, goodbyes)
		if err != nil {
			return reports, goodbyes, fmt.Errorf("%w: offset %d: %w", ErrRTCP, len(packet)-len(rest), err)
		}
		rest = rest[size:]
	}
	return reports, goodbyes, nil
}

func parseOne(kind rtcp.PacketType, raw []byte, reports []SenderReport, goodbyes []uint32) ([]SenderReport, []uint32, error) {
	switch kind {
	case rtcp.TypeSenderReport:
		var sr rtcp.SenderReport
		if err := sr.Unmarshal(raw); err != nil {
			return reports, goodbyes, err
		}
		reports = append(reports, SenderReport{SSRC: sr.SSRC, NTPTime: sr.NTPTime, RTPTime: sr.RTPTime})
	case rtcp.TypeGoodbye:
		var bye rtcp.Goodbye
		if err := bye.Unmarshal(raw); err != nil {
			return reports, goodbyes, err
		}
		goodbyes = append(goodbyes, bye.Sources...)
	}
	return reports, goodbyes, nil
}

// SSRC returns the SSRC of an RTP packet (RFC 3550 5.1), so that the caller can find its track; false if the packet is
// too short to have one or of another version. The packet is borrowed until return.
func SSRC(packet []byte) (uint32, bool) {
	if len(packet) < 12 || packet[0]>>6 != rtpVersion {
		return 0, false
	}
	return binary.BigEndian.Uint32(packet[8:]), true
}

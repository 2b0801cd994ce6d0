package livecall

import "encoding/binary"

const (
	rtpHeaderSize  = 12
	rtcpHeaderSize = 8 // with the sender's SSRC
	rtcpVersion    = 2
	senderReport   = 200
	goodbye        = 203
)

// shiftRTP makes of a packet one of another SSRC (RFC 3550 §5.1).
func shiftRTP(packet []byte, by uint32) {
	if len(packet) >= rtpHeaderSize {
		shift(packet[8:12], by)
	}
}

// shiftRTCP does so with the sender of each packet of a compound packet (RFC 3550 §6.1). Reports about others stay as
// they are: they are about streams that nobody records.
func shiftRTCP(packet []byte, by uint32) {
	for len(packet) >= rtcpHeaderSize && packet[0]>>6 == rtcpVersion {
		if kind := packet[1]; kind >= senderReport && kind <= goodbye {
			shift(packet[4:8], by)
		}
		size := 4 * (int(binary.BigEndian.Uint16(packet[2:])) + 1)
		if size < rtcpHeaderSize || size > len(packet) {
			return
		}
		packet = packet[size:]
	}
}

func shift(ssrc []byte, by uint32) {
	binary.BigEndian.PutUint32(ssrc, binary.BigEndian.Uint32(ssrc)+by)
}

package opus

import "fmt"

// Limits of RFC 6716.
const (
	maxFrameBytes = 1275 // 3.2.1
	maxFrames     = 48   // 120 ms of 2.5 ms frames, 3.2.5
	maxDuration   = 120 * sampleRate / 1000
)

// packet is an Opus packet taken apart.
type packet struct {
	toc       byte
	frameSize int // samples at 16 kHz of each frame
	n         int
	frames    [maxFrames][]byte // the first n are set; they alias the payload
}

// PacketDuration returns for how much audio an RTP payload stands, in samples at 16 kHz: 40 (2.5 ms) to 1920 (120 ms).
// On the RTP clock of Opus, which always runs at 48 kHz (RFC 7587 4.1), it is three times that. The error wraps
// ErrMalformed. The payload is borrowed until return.
func PacketDuration(payload []byte) (samples int, err error) {
	var p packet
	if err := p.parse(payload); err != nil {
		return 0, err
	}
	return p.n * p.frameSize, nil
}

// frameSamples is the frame size that a TOC byte says, in samples at 16 kHz (RFC 6716 3.1, table 2).
func frameSamples(toc byte) int {
	const ms = sampleRate / 1000
	config := toc >> 3
	switch {
	case config < 12: // SILK: 10, 20, 40, 60 ms
		return [4]int{10 * ms, 20 * ms, 40 * ms, 60 * ms}[config&3]
	case config < 16: // hybrid: 10, 20 ms
		return 10 * ms << (config & 1)
	default: // CELT: 2.5, 5, 10, 20 ms
		return 5 * ms / 2 << (config & 3)
	}
}

// parse takes a payload apart (RFC 6716 3.2). The requirement numbers are those of its 3.4.
func (p *packet) parse(payload []byte) error {
	if len(payload) == 0 {
		return fmt.Errorf("%w: empty", ErrMalformed) // R1
	}
	p.toc, p.n = payload[0], 0
	p.frameSize = frameSamples(p.toc)
	body := payload[1:]
	switch p.toc & 3 {
	case 0:
		return p.equal(body, 1)
	case 1:
		return p.equal(body, 2)
	case 2:
		return p.sized(body, 2)
	default:
		return p.counted(body)
	}
}

// counted reads a code 3 packet: frame count byte, padding length, frames (3.2.5).
//
//	 0 1 2 3 4 5 6 7
//	+-+-+-+-+-+-+-+-+
//	|v|p|     M     |
//	+-+-+-+-+-+-+-+-+
func (p *packet) counted(body []byte) error {
	if len(body) == 0 {
		return fmt.Errorf("%w: no frame count", ErrMalformed) // R6, R7
	}
	vbr, padded, n := body[0]&0x80 != 0, body[0]&0x40 != 0, int(body[0]&0x3f)
	body = body[1:]
	if n == 0 || n*p.frameSize > maxDuration {
		return fmt.Errorf("%w: %d frames of %d samples", ErrMalformed, n, p.frameSize) // R5
	}
	if padded {
		var err error
		if body, err = unpad(body); err != nil {
			return err
		}
	}
	if vbr {
		return p.sized(body, n)
	}
	return p.equal(body, n)
}

// unpad removes the padding and its length bytes: 255 stands for 254 bytes and another length byte.
func unpad(body []byte) ([]byte, error) {
	total := 0
	for {
		if len(body) == 0 {
			return nil, fmt.Errorf("%w: truncated padding length", ErrMalformed)
		}
		b := int(body[0])
		body = body[1:]
		total += min(b, 254)
		if b < 255 {
			break
		}
	}
	if total > len(body) {
		return nil, fmt.Errorf("%w: %d bytes of padding, %d left", ErrMalformed, total, len(body))
	}
	return body[:len(body)-total], nil
}

// equal splits the body into n frames of one size.
func (p *packet) equal(body []byte, n int) error {
	size := len(body) / n
	if len(body)%n != 0 || size > maxFrameBytes {
		return fmt.Errorf("%w: %d frames in %d bytes", ErrMalformed, n, len(body)) // R2, R3, R6
	}
	for range n {
		p.frames[p.n] = body[:size]
		p.n++
		body = body[size:]
	}
	return nil
}

// sized splits the body into n frames, all but the last with their lengths ahead of the first (3.2.1).
func (p *packet) sized(body []byte, n int) error {
	var sizes [maxFrames]int
	sum := 0
	for i := range n - 1 {
		size, used := frameLength(body)
		if used == 0 {
			return fmt.Errorf("%w: truncated frame length", ErrMalformed) // R4, R7
		}
		sizes[i] = size
		sum += size
		body = body[used:]
	}
	last := len(body) - sum
	if last < 0 || last > maxFrameBytes {
		return fmt.Errorf("%w: frames of %d bytes in %d bytes", ErrMalformed, sum, len(body)) // R2, R4, R7
	}
	sizes[n-1] = last
	for _, size := range sizes[:n] {
		p.frames[p.n] = body[:size]
		p.n++
		body = body[size:]
	}
	return nil
}

// frameLength reads a frame length of one or two bytes and returns how many it used, 0 if it is cut short (3.2.1).
func frameLength(b []byte) (size, used int) {
	switch {
	case len(b) > 0 && b[0] < 252:
		return int(b[0]), 1
	case len(b) > 1:
		return int(b[0]) + 4*int(b[1]), 2
	}
	return 0, 0
}

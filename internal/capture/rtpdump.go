package capture

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// ErrDump is wrapped by the errors of a file that is no rtpdump or stops being one.
var ErrDump = errors.New("bad rtpdump")

// Packet is one packet of an rtpdump file.
type Packet struct {
	At   time.Duration // arrival since the call's start
	RTCP bool
	Data []byte // borrowed: valid until the next call of Next
}

// DumpReader reads an rtpdump file as the rtptools define it:
//
//	#!rtpplay1.0 ADDRESS/PORT\n
//	start seconds u32, microseconds u32, source u32, port u16, padding u16
//	then per packet: length u16 (with these 8 bytes), plen u16 (0 for RTCP), offset u32 (ms), packet
type DumpReader struct {
	r      *bufio.Reader
	offset int64 // bytes read
	buf    [1 << 16]byte
}

const (
	dumpMagic      = "#!rtpplay1.0 "
	dumpHeaderSize = 16
	recordSize     = 8
	maxMagicLine   = 256
)

// NewDumpReader checks the header of an rtpdump file. Its errors wrap ErrDump.
func NewDumpReader(r io.Reader) (*DumpReader, error) {
	d := &DumpReader{r: bufio.NewReaderSize(r, 1<<16)}
	head, err := d.r.Peek(len(dumpMagic))
	if err != nil || string(head) != dumpMagic {
		return nil, fmt.Errorf("%w: byte 0: it does not begin with %q", ErrDump, strings.TrimSpace(dumpMagic))
	}
	for c := byte(0); c != '\n'; d.offset++ {
		if d.offset == maxMagicLine {
			return nil, fmt.Errorf("%w: byte %d: the first line does not end", ErrDump, d.offset)
		}
		if c, err = d.r.ReadByte(); err != nil {
			return nil, fmt.Errorf("%w: byte %d: the first line is cut off", ErrDump, d.offset)
		}
	}
	if _, err := io.ReadFull(d.r, d.buf[:dumpHeaderSize]); err != nil {
		return nil, fmt.Errorf("%w: byte %d: the header is cut off", ErrDump, d.offset)
	}
	d.offset += dumpHeaderSize
	return d, nil
}

// Next returns the next packet, or io.EOF after the last. Another error, which wraps ErrDump, says that the rest of the file is
// of no use.
func (d *DumpReader) Next() (Packet, error) {
	head := d.buf[:recordSize]
	if n, err := io.ReadFull(d.r, head); err != nil {
		if errors.Is(err, io.EOF) {
			return Packet{}, io.EOF
		}
		return Packet{}, fmt.Errorf("%w: byte %d: %d bytes of a record's %d byte header, then the file ends", ErrDump, d.offset, n, recordSize)
	}
	length := int(binary.BigEndian.Uint16(head))
	plen := int(binary.BigEndian.Uint16(head[2:]))
	at := time.Duration(binary.BigEndian.Uint32(head[4:])) * time.Millisecond
	size := length - recordSize
	if size < 0 || plen > 0 && plen < size {
		return Packet{}, fmt.Errorf("%w: byte %d: a record of length %d holds a packet of %d", ErrDump, d.offset, length, plen)
	}
	if n, err := io.ReadFull(d.r, d.buf[:size]); err != nil {
		return Packet{}, fmt.Errorf("%w: byte %d: a packet of %d bytes, but the file ends after %d", ErrDump, d.offset, size, n)
	}
	d.offset += int64(length)
	return Packet{At: at, RTCP: plen == 0, Data: d.buf[:size]}, nil
}

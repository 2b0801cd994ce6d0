package ingest

import "errors"

var (
	// ErrUnsupported is returned by NewTrack for a codec that has no depacketizer here.
	ErrUnsupported = errors.New("ingest: unsupported codec")
	// ErrConfig is returned by NewTrack for a value out of range.
	ErrConfig = errors.New("ingest: invalid track configuration")

	// ErrMalformed is returned by Push for what is not a valid RTP packet: too short, of another version, with a header
	// extension or a padding that does not fit.
	ErrMalformed = errors.New("ingest: malformed RTP packet")
	// ErrSSRC is returned by Push and Report for an SSRC that is not the track's.
	ErrSSRC = errors.New("ingest: packet of another SSRC")
	// ErrJump is returned by Push for a packet whose sequence number or timestamp is out of all proportion. It is
	// dropped; if the next packet continues it, the sender has started anew and the track goes on from there.
	ErrJump = errors.New("ingest: sequence number or timestamp jumped")
	// ErrPayload is returned by Push for a packet whose payload descriptor is broken. Its sequence number counts, its
	// frame is dropped.
	ErrPayload = errors.New("ingest: malformed payload descriptor")
	// ErrFull is returned by Push for a packet that is beyond what the jitter buffer may hold. It is dropped.
	ErrFull = errors.New("ingest: jitter buffer full")

	// ErrRTCP is returned by ParseRTCP for what is not a valid RTCP packet.
	ErrRTCP = errors.New("ingest: malformed RTCP packet")
	// ErrReport is returned by Report for a sender report that can't be true. It is ignored.
	ErrReport = errors.New("ingest: implausible sender report")
)

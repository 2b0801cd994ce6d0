package ingest

import "time"

// AccessUnit is one access unit of a track: for audio the payload of one packet, for video one whole frame.
type AccessUnit struct {
	// Payload is the access unit as the decoder takes it: H.264 and H.265 as a byte stream with start codes, AV1 as one
	// of OBUs with their sizes, VP9 with more than one spatial layer as a superframe. It is borrowed until the track's
	// next Pop.
	Payload []byte
	// Time is the presentation time as call time. It never decreases from one access unit of a track to the next. It may
	// be before the position that Pop was given last, where a whole stretch came late: what is decoded after it may
	// need it.
	Time time.Duration
	// Timestamp is the RTP timestamp, unwrapped to 64 bits, in units of the track's clock rate. It goes on smoothly
	// where a sender starts anew with another one.
	Timestamp int64
	// Lost is greater than 0 if there is a gap between this access unit and the previous one: it is the number of
	// packets that were missing when their time had come, or 1 if none was missing but what had come was of no use.
	Lost int
	// Marker is the RTP marker bit: for audio the first packet after a silence (RFC 3551 4.1), for video the last
	// packet of the frame.
	Marker bool
	// Keyframe says that the frame refers to no other, nor does what follows to what was before it (H.264: an IDR
	// picture; H.265: any from which decoding can begin). It is always false for audio.
	Keyframe bool
	// VP8 is what the payload descriptor says; the zero value for other codecs.
	VP8 VP8Descriptor
	// Look is what the header extensions say of a video frame. The rotation holds until another is given, the color
	// until the next keyframe.
	Look Look
}

// Stats counts what became of a track's packets since it was made.
type Stats struct {
	Packets int64 // valid packets of the track, duplicates and late ones included
	Bytes   int64 // their payload, without duplicates and late ones

	// Lost counts the packets that were missing when their time had come. Those of them that came later are counted in
	// Late as well.
	Lost       int64
	Late       int64 // came after they had been given up
	Duplicates int64 // had been received before
	Reordered  int64 // came after one with a higher sequence number, but in time

	Bad        int64 // not RTP, of another SSRC, a jump, or with a broken payload descriptor
	Foreign    int64 // of another payload type: the sequence number counts, the content does not
	Padding    int64 // without payload, as senders use to probe the bandwidth
	Overflow   int64 // dropped because the jitter buffer was full; counted in Lost as well when their time comes
	Restarts   int64 // the sender's sequence numbers or timestamps went on elsewhere
	Reports    int64 // sender reports in use
	BadReports int64 // sender reports that can't be true

	Units        int64 // access units that Pop has returned
	DroppedUnits int64 // video frames that were dropped because a part was missing or broken
}

// Package ingest turns the RTP of one track into ordered access units that are stamped with call time: it unwraps
// sequence numbers and timestamps, reorders, drops duplicates, tells what is lost, joins the packets of a video frame
// and maps the sender's clock to the recorder's (RFC 3550, RFC 3551, RFC 6184, RFC 7587, RFC 7741, RFC 7798,
// RFC 9628, the AV1 RTP payload specification).
//
// It has no goroutine, no timer and no clock. Packets are pushed with the time of their arrival; access units are
// pulled up to a position in call time, which is the time on the recorder's clock since the recording began. What is
// still missing when the position reaches an access unit is lost: how long a packet may take is decided by how far the
// caller keeps the position behind the arrivals, the playout delay, and by nothing else. The same calls give the same
// access units on every machine.
//
// It does not know what a codec's bits mean beyond what tells where a frame begins and whether it is a keyframe, nor samples, pictures or files.
package ingest

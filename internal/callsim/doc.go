// Package callsim simulates group calls: from a seed it makes the RTP and RTCP packets that real senders with drifting
// clocks would send, takes them over bad networks, and hands them out in order of arrival, hours of call in seconds.
//
// Pictures and sound carry marks that a machine can read: every picture its number and its sender's, every second of
// sound a pair of pulses whose distance is the second's number. Codecs serves decoders that make these marks of the
// payloads, and encoders that read them from the canvas and the mix, so that a test knows what was recorded when.
//
// All times are true time, that of the recorder's clock, since the beginning of the call. A sender's clocks run from
// there at their own speeds. The same Config gives the same call.
package callsim

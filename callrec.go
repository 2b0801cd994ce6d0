// Package callrec records group calls. It takes every participant's RTP streams and makes of them what a meeting service
// calls a recording: MP4 chunks with H.264 video, in which the participants share a 1920x1080 canvas at 8 frames per
// second, and their mixed voices as AAC-LC at 16 kHz, with a metadata document for each chunk.
//
// A Recording is a plain value without goroutines, timers or clocks. What happens in the call is told to it together
// with the call time at which it happened, which is the time since the beginning of the call on the recorder's clock:
//
//	rec, err := callrec.New(callrec.Config{Dir: dir, ID: "…", Start: time.Now()})
//	rec.Join(at, callrec.Participant{ID: "8:acs:…", DisplayName: "Amara"})
//	rec.AddTrack(at, "8:acs:…", callrec.Track{SSRC: 1234, Kind: callrec.Audio, Codec: "opus", …})
//	rec.RTP(at, "8:acs:…", packet)
//	rec.Advance(at)
//	result, err := rec.Stop(at, metadata.SessionCallEnded)
//
// Every input moves the recording on to its time, so the same inputs give the same files, byte for byte, whether they
// come from a live call or from a capture, and however often Advance is called in between.
//
// The stages that a recording is made of are packages of their own and can be used without it: ingest, codec, mixer,
// tiler, mux, chunk and metadata.
package callrec

package vp8

// Follower follows the frame headers of a stream that something else decodes, so that it can tell which frames need not
// be decoded. The zero value is at a stream's beginning. It is not safe for concurrent use.
type Follower struct {
	begun  bool // there was a keyframe
	deltas filterDeltas
}

// Droppable says of the frame that would be decoded next what Decoder.Droppable does. au is borrowed until return.
func (f *Follower) Droppable(au []byte) bool {
	var h frameHeader
	var r boolReader
	rest, err := h.parse(au, &r)
	if err != nil || !f.begun {
		return false
	}
	_, err = splitPartitions(rest, h.partitions)
	return err == nil && h.changesNothing(f.deltas)
}

// Decoded takes note of a frame that was decoded without an error. au is borrowed until return.
func (f *Follower) Decoded(au []byte) {
	var h frameHeader
	var r boolReader
	if _, err := h.parse(au, &r); err != nil {
		return
	}
	if h.Keyframe {
		f.begun, f.deltas = true, filterDeltas{}
	}
	f.deltas = h.filter.deltas.apply(f.deltas)
}

// Reset goes back to the beginning of a stream.
func (f *Follower) Reset() { *f = Follower{} }

// changesNothing says that a frame leaves no trace in those that follow. deltas are the loop filter's adjustments in
// force before it.
func (h *frameHeader) changesNothing(deltas filterDeltas) bool {
	return !h.UpdatesLast && !h.UpdatesGolden && !h.UpdatesAltRef && !h.UpdatesProbabilities && !h.UpdatesSegments &&
		h.filter.deltas.apply(deltas) == deltas
}

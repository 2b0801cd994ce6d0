package control

// State is what a recording is doing.
type State uint8

const (
	// Active means that the call is being recorded.
	Active State = iota
	// Paused means that the recording is paused.
	Paused
	// Ended means that the recording was stopped, or has ended by itself.
	Ended
)

// String is the state as the API calls it, which knows two: a paused recording is as inactive as a stopped one.
func (s State) String() string {
	if s == Active {
		return "active"
	}
	return "inactive"
}

// operation is what can be done to a recording.
type operation uint8

const (
	opPause operation = iota
	opResume
	opStop
)

// after is the state machine: the state that an operation leads to, and whether that is a change. An operation on a recording
// that has ended fails with ErrRecordingNotFound; pausing a paused or resuming a running recording has no effect.
func (s State) after(op operation) (next State, changes bool, err error) {
	switch {
	case s == Ended:
		return s, false, ErrRecordingNotFound
	case op == opStop:
		return Ended, true, nil
	case op == opPause:
		return Paused, s != Paused, nil
	default:
		return Active, s != Active, nil
	}
}

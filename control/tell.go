package control

import (
	"errors"

	"github.com/callrec/callrec/control/events"
	"github.com/callrec/callrec/control/store"
)

// tell enters the state of a recording into the store, together with the event that tells of it.
func (s *service) tell(x *session, state State, operationContext string) {
	var list []store.Event
	if x.record.CallbackURI != "" {
		r := s.described(x.record)
		r.Context = operationContext
		m, schema := r.State(s.cfg.Now(), state.String()), events.Callback
		if x.record.Generation == string(Generation2021) {
			m, schema = r.State2021(s.cfg.Now(), state.String()), events.Callback2021
		}
		e, err := m.For(x.record.CallbackURI, schema)
		if err != nil { // a callback never costs the recording
			s.cfg.Logger.Error("event lost", "recording", x.record.ID, "error", err)
		} else {
			list = append(list, e)
		}
	}
	if err := s.remember(x.record.ID, state, list); err != nil {
		s.cfg.Logger.Error("state could not be entered", "recording", x.record.ID, "error", err)
	}
	s.cfg.Events.Wake()
}

// remember has the store know a recording's state, so that after a restart it is clear what has to go on, and puts events
// into the outbox.
func (s *service) remember(id string, state State, list []store.Event) error {
	s.edits.Lock()
	defer s.edits.Unlock()
	r, err := s.cfg.Store.Recording(id)
	if errors.Is(err, store.ErrNotFound) {
		return s.cfg.Store.Enqueue(list...)
	}
	if err != nil {
		return err
	}
	r.State = [...]string{Active: store.StateActive, Paused: store.StatePaused, Ended: store.StateEnded}[state]
	return s.cfg.Store.Put(r, list...)
}

// described is a recording in the words of events.
func (s *service) described(r *store.Recording) events.Recording {
	return events.Recording{
		ID: r.ID, CallID: r.CallID, ServerCallID: r.ServerCallID, ConnectionID: r.ConnectionID,
		CorrelationID: r.CorrelationID, Topic: s.cfg.Topic, Start: r.Started,
	}
}

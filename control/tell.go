package control

import (
	"github.com/callrec/callrec/control/events"
	"github.com/callrec/callrec/control/store"
)

// tell puts the event that a recording has changed its state into the outbox.
func (s *service) tell(x *session, state State, operationContext string) {
	if x.record.CallbackURI == "" {
		return
	}
	r := s.described(x.record)
	r.Context = operationContext
	m, schema := r.State(s.cfg.Now(), state.String()), events.Callback
	if x.record.Generation == string(Generation2021) {
		m, schema = r.State2021(s.cfg.Now(), state.String()), events.Callback2021
	}
	e, err := m.For(x.record.CallbackURI, schema)
	if err == nil {
		err = s.cfg.Store.Enqueue(e)
	}
	if err != nil { // a callback never costs the recording
		s.cfg.Logger.Error("event lost", "recording", x.record.ID, "error", err)
	}
	s.cfg.Events.Wake()
}

// described is a recording in the words of events.
func (s *service) described(r *store.Recording) events.Recording {
	return events.Recording{
		ID: r.ID, CallID: r.CallID, ServerCallID: r.ServerCallID, ConnectionID: r.ConnectionID,
		CorrelationID: r.CorrelationID, Topic: s.cfg.Topic, Start: r.Started,
	}
}

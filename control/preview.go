package control

import (
	"fmt"
	"net/http"

	"github.com/callrec/callrec/control/events"
)

// The bodies of the API of 2021.
type (
	start2021Body struct {
		OperationContext string `json:"operationContext"`
		CallbackURI      string `json:"recordingStateCallbackUri"`
	}
	context2021Body struct {
		OperationContext string `json:"operationContext"`
	}
	start2021Answer struct {
		RecordingID string `json:"recordingId"`
	}
	state2021Answer struct {
		RecordingState string `json:"recordingState"`
	}
)

// maxContext bounds operationContext in bytes.
const maxContext = 4096

// start2021 answers POST /conversations/{conversationId}/recordings.
func start2021(s *service, x *exchange) error {
	var body start2021Body
	if err := x.decode(&body); err != nil {
		return err
	}
	if len(body.CallbackURI) > events.MaxURL {
		return fmt.Errorf("%w: recordingStateCallbackUri is longer than %d bytes", ErrInvalid, events.MaxURL)
	}
	if err := checkContext(body.OperationContext); err != nil {
		return err
	}
	id, _, err := s.start(x.r.Context(), startRequest{
		Generation: Generation2021, Locator: Locator{ServerCall, x.route.conversation}, CallbackURI: body.CallbackURI,
		Context: body.OperationContext, By: x.by, BaseURL: x.baseURL(),
	})
	x.subject = id
	if err != nil {
		return err
	}
	return x.answer(http.StatusOK, start2021Answer{id})
}

// state2021 answers GET …/recordings/{recordingId}. A body is tolerated.
func state2021(s *service, x *exchange) error {
	if err := s.ofConversation(x); err != nil {
		return err
	}
	state, err := s.state(x.route.recording)
	if err != nil {
		return err
	}
	return x.answer(http.StatusOK, state2021Answer{state.String()})
}

// change2021 answers POST …/recordings/{recordingId}/pause and /resume.
func change2021(s *service, x *exchange) error {
	op := opPause
	if x.route.resource == resume2021 {
		op = opResume
	}
	return operate2021(s, x, func(operationContext string) error {
		return s.change(x.r.Context(), x.route.recording, op, operationContext)
	})
}

// stop2021 answers DELETE …/recordings/{recordingId}.
func stop2021(s *service, x *exchange) error {
	return operate2021(s, x, func(operationContext string) error {
		return s.stop(x.r.Context(), x.route.recording, operationContext)
	})
}

func operate2021(s *service, x *exchange, do func(operationContext string) error) error {
	if err := s.ofConversation(x); err != nil {
		return err
	}
	var body context2021Body
	if err := x.decode(&body); err != nil {
		return err
	}
	if err := checkContext(body.OperationContext); err != nil {
		return err
	}
	if err := do(body.OperationContext); err != nil {
		return err
	}
	return x.answer(http.StatusOK, struct{}{})
}

func checkContext(operationContext string) error {
	if len(operationContext) > maxContext {
		return fmt.Errorf("%w: operationContext is longer than %d bytes", ErrInvalid, maxContext)
	}
	return nil
}

// ofConversation checks that the recording in the target is one of the conversation in it.
func (s *service) ofConversation(x *exchange) error {
	x.subject = x.route.recording
	session, err := s.live(x.route.recording)
	if err != nil {
		return err
	}
	if !(Locator{ServerCall, x.route.conversation}).Means(CallInfo{ServerCallID: session.record.ServerCallID}) {
		return ErrRecordingNotFound
	}
	return nil
}

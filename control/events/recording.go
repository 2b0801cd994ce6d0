package events

import (
	"time"

	"github.com/callrec/callrec/metadata"
)

// The types of the messages.
const (
	TypeFileStatus         = metadata.NotificationType
	TypeRecordingState     = "Microsoft.Communication.RecordingStateChanged"
	TypeRecordingState2021 = "Microsoft.Communication.CallRecordingStateChanged"
	TypeCallLegState       = "Microsoft.Communication.CallLegStateChanged"
)

// Recording is what the messages tell of a recording.
type Recording struct {
	ID, CallID, ServerCallID, ConnectionID, CorrelationID string
	// Context is the operationContext of the request that led to the message.
	Context string
	Topic   string // path of the resource
	Start   time.Time
}

type (
	stateData struct {
		RecordingID      string            `json:"recordingId"`
		State            string            `json:"state"`
		StartDateTime    string            `json:"startDateTime"`
		RecordingKind    string            `json:"recordingKind"`
		CallConnectionID string            `json:"callConnectionId"`
		ServerCallID     string            `json:"serverCallId"`
		CorrelationID    string            `json:"correlationId"`
		Result           resultInformation `json:"resultInformation"`
	}
	resultInformation struct {
		Code    int    `json:"code"`
		SubCode int    `json:"subCode"`
		Message string `json:"message"`
	}
	stateData2021 struct {
		RecordingID      string `json:"recordingId"`
		State            string `json:"state"`
		StartDateTime    string `json:"startDateTime"`
		ConversationID   string `json:"conversationId"`
		OperationContext string `json:"operationContext,omitempty"`
	}
	callLegData struct {
		ConversationID *string `json:"ConversationId"`
		CallLegID      string  `json:"CallLegId"`
		CallState      string  `json:"CallState"`
	}
)

// State tells that a recording has become "active" or "inactive", to a callback of today's API.
func (r Recording) State(at time.Time, state string) Message {
	subject := "calling/recordings/" + r.ID
	return Message{
		Type: TypeRecordingState, Topic: subject + "/RecordingStateChanged", Subject: subject, Time: at,
		Data: stateData{
			RecordingID: r.ID, State: state, StartDateTime: r.Start.UTC().Format(OffsetTime),
			RecordingKind: "azureCommunicationServices", CallConnectionID: r.ConnectionID,
			ServerCallID: r.ServerCallID, CorrelationID: r.CorrelationID,
			Result: resultInformation{Code: 200},
		},
	}
}

// State2021 is State for a callback of the API of 2021.
func (r Recording) State2021(at time.Time, state string) Message {
	return Message{
		Type: TypeRecordingState2021, Topic: r.Topic, Subject: "callRecording/" + r.ID + "/state", Time: at,
		Data: stateData2021{
			RecordingID: r.ID, State: state, StartDateTime: r.Start.UTC().Format(OffsetTime),
			ConversationID: r.ServerCallID, OperationContext: r.Context,
		},
	}
}

// CallLegState tells that a call of the service's has become Establishing, Established, Terminating or Terminated. A
// call that is not established has no conversation yet.
func CallLegState(at time.Time, topic, conversationID, callLegID, state string) Message {
	data := callLegData{ConversationID: &conversationID, CallLegID: callLegID, CallState: state}
	if conversationID == "" {
		data.ConversationID = nil
	}
	return Message{
		Type: TypeCallLegState, Topic: topic, Subject: "callLeg/" + callLegID + "/callState", Time: at, Data: data,
	}
}

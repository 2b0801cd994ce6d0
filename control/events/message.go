// Package events tells others what happens to recordings and calls: it wraps messages in the Event Grid schema or in
// CloudEvents 1.0 and delivers them over HTTP, at least once and in order for each endpoint, from an outbox that
// survives restarts.
//
// There are two kinds of endpoints. Webhooks are named by whoever runs the service; they agree to get events in a
// handshake. Callbacks are named by the clients of the service in their requests, so a Guard decides which addresses
// they may have: a recorder must not become a way into the network that it is in.
package events

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"github.com/callrec/callrec/control/store"
	"github.com/callrec/callrec/metadata"
)

// Schema says how a message is wrapped.
type Schema string

const (
	// EventGrid is the Event Grid schema: a list of one event, with headers that describe the delivery.
	EventGrid Schema = "EventGridSchema"
	// CloudEvents is CloudEvents 1.0 in structured mode: one event.
	CloudEvents Schema = "CloudEventSchemaV1_0"
	// Callback2021 is what the preview of 2021 sends to callback URIs: one event in the Event Grid schema.
	Callback2021 Schema = "Callback2021"
	// Callback is what today's service sends to callback URIs: a list of one CloudEvent.
	Callback Schema = "Callback"
)

// kind tells webhooks and callbacks apart.
func (s Schema) kind() string {
	if s == EventGrid || s == CloudEvents {
		return kindWebhook
	}
	return kindCallback
}

// Message is an event before it is wrapped.
type Message struct {
	ID      string // GUID; empty means a new one
	Type    string
	Topic   string // path of the resource; the source of a CloudEvent
	Subject string
	Time    time.Time
	Data    any // what its JSON form is made of
}

// The wire forms, field for field.
type (
	gridEvent struct {
		ID              string             `json:"id"`
		Topic           string             `json:"topic"`
		Subject         string             `json:"subject"`
		Data            any                `json:"data"`
		EventType       string             `json:"eventType"`
		DataVersion     string             `json:"dataVersion"`
		MetadataVersion string             `json:"metadataVersion"`
		EventTime       metadata.Timestamp `json:"eventTime"`
	}
	cloudEvent struct {
		ID              string `json:"id"`
		Source          string `json:"source"`
		Type            string `json:"type"`
		SpecVersion     string `json:"specversion"`
		Time            string `json:"time"`
		DataContentType string `json:"datacontenttype"`
		Subject         string `json:"subject,omitempty"`
		Data            any    `json:"data"`
	}
)

// The versions that events of the Event Grid schema carry.
const (
	dataVersion     = "1.0"
	metadataVersion = "1"
)

// OffsetTime is how callbacks print times: seven fractional digits and the offset.
const OffsetTime = "2006-01-02T15:04:05.0000000-07:00"

// For wraps the message for an endpoint, which is a URL, as an event for the outbox.
func (m Message) For(url string, schema Schema) (store.Event, error) {
	if m.ID == "" {
		m.ID = NewGUID()
	}
	e := store.Event{
		Endpoint: endpointKey(schema.kind(), url), ID: m.ID, Type: m.Type, Subject: m.Subject,
		Schema: string(schema), Published: m.Time,
	}
	var v any
	switch schema {
	case EventGrid:
		e.ContentType, v = "application/json; charset=utf-8", []gridEvent{m.grid()}
	case Callback2021:
		e.ContentType, v = "application/json", m.grid()
	case CloudEvents:
		e.ContentType, v = "application/cloudevents+json; charset=utf-8", m.cloud()
	case Callback:
		e.ContentType, v = "application/json", []cloudEvent{m.cloud()}
	default:
		return e, fmt.Errorf("%w: %q", ErrSchema, schema)
	}
	var err error
	e.Body, err = encode(v)
	return e, err
}

func (m Message) grid() gridEvent {
	return gridEvent{
		ID: m.ID, Topic: m.Topic, Subject: m.Subject, Data: m.Data, EventType: m.Type,
		DataVersion: dataVersion, MetadataVersion: metadataVersion, EventTime: metadata.Timestamp(m.Time),
	}
}

func (m Message) cloud() cloudEvent {
	return cloudEvent{
		ID: m.ID, Source: m.Topic, Type: m.Type, SpecVersion: "1.0", Time: m.Time.UTC().Format(OffsetTime),
		DataContentType: "application/json", Subject: m.Subject, Data: m.Data,
	}
}

// encode is json.Marshal without the escaping meant for HTML.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("events: encode: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// NewGUID returns a random GUID (RFC 9562 §5.4).
func NewGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

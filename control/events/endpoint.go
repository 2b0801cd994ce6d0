package events

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

const (
	kindWebhook  = "webhook"
	kindCallback = "callback"
)

// MaxURL is the longest URL of an endpoint in bytes.
const MaxURL = 2048

// endpointKey names an endpoint in the outbox. Webhooks and callbacks are kept apart even if they have the same URL,
// since other rules apply to them.
func endpointKey(kind, url string) string { return kind + " " + url }

// parseEndpoint takes apart what endpointKey made. Its errors wrap errEndpoint.
func parseEndpoint(key string) (kind, address string, err error) {
	kind, address, _ = strings.Cut(key, " ")
	return kind, address, checkURL(address)
}

func checkURL(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return fmt.Errorf("%w: not a URL", errEndpoint)
	case len(address) > MaxURL:
		return fmt.Errorf("%w: longer than %d bytes", errEndpoint, MaxURL)
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("%w: not an absolute http or https URL", errEndpoint)
	case u.User != nil:
		return fmt.Errorf("%w: it holds a user name", errEndpoint)
	}
	return nil
}

// Webhook is an endpoint that gets the events of all recordings.
type Webhook struct {
	URL    string
	Schema Schema // EventGrid or CloudEvents; empty means EventGrid
	// Header is sent with every delivery, such as a shared secret. At most ten.
	Header http.Header
}

const maxHeaders = 10

// Check says what is wrong with the webhook, or returns nil.
func (w *Webhook) Check() error {
	if w.Schema == "" {
		w.Schema = EventGrid
	}
	if w.Schema.kind() != kindWebhook {
		return fmt.Errorf("%w: %q", ErrSchema, w.Schema)
	}
	if len(w.Header) > maxHeaders {
		return fmt.Errorf("%w: %d headers, at most %d", errEndpoint, len(w.Header), maxHeaders)
	}
	return checkURL(w.URL)
}

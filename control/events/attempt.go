package events

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/callrec/callrec/control/store"
)

// Bounds of an answer.
const (
	maxAnswer       = 64 << 10
	maxAnswerHeader = 16 << 10
	idleTimeout     = time.Minute
)

// client makes connections that a guard allows, or to anywhere if it is nil. It follows no redirect and uses no proxy,
// either of which would lead past the guard.
func client(cfg Config, g *Guard) *http.Client {
	c := &http.Client{
		Timeout:       cfg.Timeout,
		Transport:     cfg.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if c.Transport == nil {
		t := &http.Transport{
			TLSHandshakeTimeout: dialTimeout, IdleConnTimeout: idleTimeout, MaxIdleConnsPerHost: 1,
			MaxIdleConns: cfg.MaxConcurrent, MaxResponseHeaderBytes: maxAnswerHeader, ForceAttemptHTTP2: true,
		}
		if g != nil {
			t.DialContext = guardedDialer(g)
		}
		c.Transport = t
	}
	return c
}

// statusError is an answer that does not mean success.
type statusError struct{ status int }

func (e *statusError) Error() string {
	return fmt.Sprintf("the answer was %d %s", e.status, http.StatusText(e.status))
}

// attempt sends an event to its endpoint. It returns the answer's status, if there was an answer.
func (d *Deliverer) attempt(ctx context.Context, e store.Event) (status int, err error) {
	kind, address, err := parseEndpoint(e.Endpoint)
	if err != nil {
		return 0, err
	}
	c := d.guarded
	header := http.Header{"Content-Type": {e.ContentType}}
	if kind == kindWebhook {
		c = d.trusted
		hook := d.webhooks[e.Endpoint]
		if hook == nil {
			return 0, fmt.Errorf("%w: the webhook is not configured any more", errEndpoint)
		}
		if err := d.ensureValidated(ctx, hook); err != nil {
			return 0, err
		}
		maps.Copy(header, hook.Header)
		d.describe(header, hook, e)
	}
	status, _, _, err = d.send(ctx, c, http.MethodPost, address, header, e.Body)
	if err == nil && !accepted(status) {
		err = &statusError{status}
	}
	return status, err
}

// describe adds the headers with which Event Grid describes a delivery.
func (d *Deliverer) describe(h http.Header, hook *Webhook, e store.Event) {
	h.Set("Aeg-Event-Type", "Notification")
	h.Set("Aeg-Subscription-Name", "CALLREC")
	h.Set("Aeg-Delivery-Count", strconv.Itoa(e.Attempts))
	h.Set("Aeg-Output-Event-Id", e.ID)
	if hook.Schema == CloudEvents {
		h.Set("Aeg-Metadata-Version", "1.0")
		h.Set("Origin", d.cfg.Origin)
		return
	}
	h.Set("Aeg-Metadata-Version", metadataVersion)
	h.Set("Aeg-Data-Version", dataVersion)
}

// send makes a request and reads the answer, up to maxAnswer bytes.
func (d *Deliverer) send(ctx context.Context, c *http.Client, method, address string, h http.Header, body []byte) (
	status int, header http.Header, answer []byte, err error,
) {
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, fmt.Errorf("%w: %w", errEndpoint, err)
	}
	r.Header = h
	r.Header.Set("User-Agent", "callrec")
	resp, err := c.Do(r)
	if err != nil {
		return 0, nil, nil, unwrapURL(err)
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil && accepted(resp.StatusCode) {
		err = nil // the status is what counts
	}
	return resp.StatusCode, resp.Header, answer, err
}

// unwrapURL takes the URL out of an error: it may hold a secret, and errors are logged.
func unwrapURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// outcome names what came of an attempt in the way of Event Grid.
func outcome(status int, err error) string {
	var answer *statusError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &answer) && http.StatusText(status) != "":
		return strings.NewReplacer(" ", "", "-", "", "'", "").Replace(http.StatusText(status))
	case errors.As(err, &answer):
		return strconv.Itoa(status)
	case errors.Is(err, ErrNotAllowed), errors.Is(err, errEndpoint):
		return "NotAllowed"
	case errors.Is(err, ErrHandshake):
		return "NotValidated"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "TimedOut"
	}
	return "ConnectionFailed"
}

// redact leaves of an endpoint what may be logged: not the query, which often holds a key.
func redact(endpoint string) string {
	before, _, _ := strings.Cut(endpoint, "?")
	return before
}

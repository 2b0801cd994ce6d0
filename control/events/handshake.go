package events

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/callrec/callrec/metadata"
)

// validationType is the type of the event that asks a webhook for its consent.
const validationType = "Microsoft.EventGrid.SubscriptionValidationEvent"

// codeLifetime is how long a webhook can be confirmed by hand.
const codeLifetime = 10 * time.Minute

// ensureValidated makes sure that a webhook has agreed to get events, once and for all.
func (d *Deliverer) ensureValidated(ctx context.Context, w *Webhook) error {
	key := string(w.Schema) + " " + w.URL
	at, err := d.cfg.Outbox.Validated(key)
	if err != nil || !at.IsZero() {
		return err
	}
	ask := d.askEventGrid
	if w.Schema == CloudEvents {
		ask = d.askCloudEvents
	}
	if err := ask(ctx, w); err != nil {
		return err
	}
	d.cfg.Logger.Info("webhook validated", "endpoint", redact(w.URL))
	return d.cfg.Outbox.Validate(key, time.Now())
}

// askEventGrid sends a code, which has to come back in the answer or later through Confirm.
func (d *Deliverer) askEventGrid(ctx context.Context, w *Webhook) error {
	code := d.codes.of(w)
	data := map[string]string{"validationCode": code}
	if d.cfg.ValidationURL != nil {
		data["validationUrl"] = d.cfg.ValidationURL(code)
	}
	body, err := encode([]gridEvent{{
		ID: NewGUID(), Data: data, EventType: validationType, DataVersion: "2", MetadataVersion: metadataVersion,
		EventTime: metadata.Timestamp(time.Now()),
	}})
	if err != nil {
		return err
	}
	h := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	maps.Copy(h, w.Header)
	h.Set("Aeg-Event-Type", "SubscriptionValidation")
	h.Set("Aeg-Subscription-Name", "CALLREC")
	status, _, answer, err := d.send(ctx, d.trusted, http.MethodPost, w.URL, h, body)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrHandshake, err)
	}
	if status != http.StatusOK {
		return fmt.Errorf("%w: its answer was %d", ErrHandshake, status)
	}
	var consent struct {
		ValidationResponse string `json:"validationResponse"` // read in any case
	}
	if json.Unmarshal(answer, &consent) == nil && consent.ValidationResponse == code || d.codes.confirmed(w) {
		return nil
	}
	return fmt.Errorf("%w: its answer does not hold the code", ErrHandshake)
}

// askCloudEvents asks with OPTIONS (HTTP 1.1 Web Hooks for Event Delivery §4).
func (d *Deliverer) askCloudEvents(ctx context.Context, w *Webhook) error {
	h := http.Header{"Webhook-Request-Origin": {d.cfg.Origin}}
	maps.Copy(h, w.Header)
	_, header, _, err := d.send(ctx, d.trusted, http.MethodOptions, w.URL, h, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrHandshake, err)
	}
	if allowed := header.Get("Webhook-Allowed-Origin"); allowed != "*" && !strings.EqualFold(allowed, d.cfg.Origin) {
		return fmt.Errorf("%w: it allows the origin %q", ErrHandshake, allowed)
	}
	return nil
}

// Confirm takes a code that has come in at the address of ValidationURL. It returns false for one that is not known or
// too old.
func (d *Deliverer) Confirm(code string) bool {
	if !d.codes.confirm(code) {
		return false
	}
	d.Wake()
	return true
}

// codes are the validation codes that are out, by URL.
type codes struct {
	mu  sync.Mutex
	out map[string]*validation
}

type validation struct {
	code      string
	made      time.Time
	confirmed bool
}

// of returns the webhook's code, which lives for a while, so that one that was sent earlier is good too.
func (c *codes) of(w *Webhook) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.out == nil {
		c.out = map[string]*validation{}
	}
	v := c.out[w.URL]
	if v == nil || !v.confirmed && time.Since(v.made) > codeLifetime/2 {
		v = &validation{code: NewGUID(), made: time.Now()}
		c.out[w.URL] = v
	}
	return v.code
}

func (c *codes) confirmed(w *Webhook) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out[w.URL].confirmed
}

func (c *codes) confirm(code string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	found := false
	for _, v := range c.out {
		if subtle.ConstantTimeCompare([]byte(v.code), []byte(code)) == 1 && time.Since(v.made) <= codeLifetime {
			v.confirmed, found = true, true
		}
	}
	return found
}

package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/control/access"
	"github.com/callrec/callrec/control/events"
)

type serveCommand struct {
	Listen string `default:"127.0.0.1:8080" env:"CALLREC_LISTEN" placeholder:"ADDR" help:"Address to serve the API at. Without an access key only loopback is accepted."`
	Data   string `default:"callrec-data" env:"CALLREC_DATA" placeholder:"DIR" help:"Folder for recordings and what has to be remembered."`

	AccessKey []string `env:"CALLREC_ACCESS_KEY" placeholder:"K" help:"Access key in base64; a second one is for going over from one to the other. Better given in the environment."`
	Endpoint  []string `env:"CALLREC_ENDPOINT" placeholder:"HOST[:PORT]" help:"Name under which clients know the service. None means that every name is good."`

	Play   []string `sep:"none" type:"path" env:"CALLREC_PLAY" placeholder:"CALLDIR" help:"Host a captured call as a live one, over and over. May be repeated, each with a --call-id."`
	CallID []string `sep:"none" env:"CALLREC_CALL_ID" placeholder:"ID" help:"Conversation and server call ID of the hosted call."`

	Webhook       []string `sep:"none" env:"CALLREC_WEBHOOK" placeholder:"URL" help:"Where to deliver events, in the way of Event Grid. May be repeated."`
	WebhookSchema string   `enum:"eventgrid,cloudevents" default:"eventgrid" env:"CALLREC_WEBHOOK_SCHEMA" help:"Schema of these events: ${enum}."`
	WebhookHeader []string `sep:"none" env:"CALLREC_WEBHOOK_HEADER" placeholder:"NAME:VALUE" help:"Header to send with each delivery to a webhook, such as a shared secret. May be repeated."`
	AllowCallback []string `sep:"none" env:"CALLREC_ALLOW_CALLBACK" placeholder:"CIDR|HOST" help:"Where callbacks named by clients may go. None means all public addresses. May be repeated."`

	Continue       bool          `default:"true" negatable:"" env:"CALLREC_CONTINUE" help:"Go on with recordings that a crash interrupted, where their call goes on; else they are completed as they are."`
	Retention      time.Duration `default:"48h" env:"CALLREC_RETENTION" help:"How long files are kept."`
	ContentBaseURL string        `name:"content-base-url" env:"CALLREC_CONTENT_BASE_URL" placeholder:"URL" help:"Where clients find files, as https://host[:port]. Default: where they reached the service."`
	TLSCert        string        `name:"tls-cert" type:"path" env:"CALLREC_TLS_CERT" placeholder:"FILE" help:"Certificate in PEM, with its chain."`
	TLSKey         string        `name:"tls-key" type:"path" env:"CALLREC_TLS_KEY" placeholder:"FILE" help:"Its private key in PEM."`

	MaxChunkSize     byteSize         `default:"64MiB" env:"CALLREC_MAX_CHUNK_SIZE" help:"Largest file, such as 300KiB; 0 for no bound."`
	MaxChunkDuration time.Duration    `default:"4h" env:"CALLREC_MAX_CHUNK_DURATION" placeholder:"D" help:"Longest file; 0 for no bound."`
	Finalize         callrec.Finalize `default:"indexed" env:"CALLREC_FINALIZE" placeholder:"FORM" help:"Form of the finished files: indexed, progressive or fragmented."`
	Sync             syncPolicy       `default:"10s" env:"CALLREC_SYNC" placeholder:"POLICY" help:"When files are forced to the disk: every fragment, every chunk, never, or at least once in an interval such as 10s."`
	VideoSlices      int              `default:"1" env:"CALLREC_VIDEO_SLICES" placeholder:"N" help:"How many processors may work on one picture of a call, 1 to 8, for somewhat more bits. 1 is best where many calls are recorded at once."`
	codecFlags
	Debug bool `env:"CALLREC_DEBUG" help:"Log requests that change nothing too."`
}

// maxKeys is the number of access keys: one, and another to go over to.
const maxKeys = 2

// Validate is called by kong.
func (c *serveCommand) Validate() error {
	switch {
	case len(c.Play) != len(c.CallID):
		return fmt.Errorf("--play and --call-id go together: there are %d and %d", len(c.Play), len(c.CallID))
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key go together")
	case c.Retention <= 0:
		return fmt.Errorf("--retention=%v: it must be positive", c.Retention)
	case len(c.AccessKey) > maxKeys:
		return fmt.Errorf("--access-key: %d keys, at most %d", len(c.AccessKey), maxKeys)
	case c.MaxChunkDuration < 0 || c.MaxChunkDuration > 0 && c.MaxChunkDuration < time.Second:
		return fmt.Errorf("--max-chunk-duration=%v: the smallest is 1s", c.MaxChunkDuration)
	}
	if err := checkVideoSlices(c.VideoSlices); err != nil {
		return err
	}
	if len(c.AccessKey) == 0 && !isLoopback(c.Listen) {
		return fmt.Errorf("--listen=%s: without an --access-key everybody could record; only loopback is accepted then", c.Listen)
	}
	return nil
}

// isLoopback says whether an address to listen at can be reached from this machine alone.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// auth is who may use the API, nil if everybody may.
func (c *serveCommand) auth() (access.Authenticator, error) {
	if len(c.AccessKey) == 0 {
		return nil, nil //nolint:nilnil // nobody to ask
	}
	h := &access.HMAC{Endpoints: c.Endpoint}
	for i, encoded := range c.AccessKey {
		key, err := access.ParseKey([...]string{"primary", "secondary"}[i], encoded)
		if err != nil {
			return nil, &usageError{fmt.Errorf("--access-key: %w", err)}
		}
		h.Keys = append(h.Keys, key)
	}
	return h, nil
}

// webhooks are the endpoints that get all events.
func (c *serveCommand) webhooks() ([]events.Webhook, error) {
	header := http.Header{}
	for _, h := range c.WebhookHeader {
		name, value, ok := strings.Cut(h, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return nil, &usageError{errors.New("--webhook-header: not NAME:VALUE")}
		}
		header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	var list []events.Webhook
	for _, url := range c.Webhook {
		w := events.Webhook{URL: url, Schema: events.EventGrid, Header: header}
		if c.WebhookSchema == "cloudevents" {
			w.Schema = events.CloudEvents
		}
		if err := w.Check(); err != nil {
			return nil, &usageError{fmt.Errorf("--webhook: %w", err)}
		}
		list = append(list, w)
	}
	return list, nil
}

// logger writes to the standard error.
func (c *serveCommand) logger(s *streams) *slog.Logger {
	level := slog.LevelInfo
	if c.Debug {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: level}))
}

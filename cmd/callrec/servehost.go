package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/control"
	"github.com/callrec/callrec/control/events"
	"github.com/callrec/callrec/control/store"
	"github.com/callrec/callrec/internal/livecall"
	"github.com/callrec/callrec/internal/meter"
)

// Names in the data folder.
const (
	storeName       = "callrec.db"
	recordingsName  = "recordings"
	deadLettersName = "dead-letters"
)

// How long each part of a shutdown may take.
const (
	finishTimeout  = 30 * time.Second // completing files
	requestTimeout = 5 * time.Second  // requests under way, downloads among them
	outboxTimeout  = 3 * time.Second  // a last try at what waits for delivery
)

// host is a running service.
type host struct {
	log       *slog.Logger
	topic     string
	listener  net.Listener
	store     *store.Store
	deliverer *events.Deliverer
	calls     livecall.Calls
	meter     meter.Meter
	server    *control.Server
	http      *http.Server
	closing   atomic.Bool
	validate  string // secret part of the path at which webhooks are confirmed by hand
	running   sync.WaitGroup
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(s *streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return c.serve(ctx, s)
}

// serve serves until ctx ends.
func (c *serveCommand) serve(ctx context.Context, s *streams) error {
	h, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() {
		if err := h.store.Close(); err != nil {
			h.log.Error("store", "error", err)
		}
	}()
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	failed := make(chan error, len(h.calls)+1)
	h.running.Go(func() { h.deliverer.Run(background) })
	for _, call := range h.calls {
		h.callLeg(call, "Establishing")
		h.callLeg(call, "Established")
		h.running.Go(func() {
			if err := call.Run(background); err != nil {
				failed <- err
			}
		})
	}
	h.running.Go(func() {
		if err := h.serveHTTP(); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	})
	fmt.Fprintf(s.out, "listening on %s\n", h.baseURL())
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	h.log.Info("shutting down")
	err = errors.Join(err, h.shutDown(background))
	cancel()
	h.running.Wait()
	return err
}

// open puts the service together.
func (c *serveCommand) open(ctx context.Context, s *streams) (*host, error) {
	auth, err := c.auth()
	if err != nil {
		return nil, err
	}
	hooks, err := c.webhooks()
	if err != nil {
		return nil, err
	}
	guard, err := events.ParseGuard(c.AllowCallback)
	if err != nil {
		return nil, &usageError{fmt.Errorf("--allow-callback: %w", err)}
	}
	h := &host{log: c.logger(s), validate: events.NewGUID(), topic: "/subscriptions/" + guid("subscription") +
		"/resourceGroups/callrec/providers/Microsoft.Communication/communicationServices/callrec"}
	if err := h.host(c); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, err
	}
	if h.listener, err = c.listen(); err != nil {
		return nil, err
	}
	if h.store, err = store.Open(filepath.Join(c.Data, storeName)); err != nil {
		return nil, errors.Join(err, h.listener.Close())
	}
	h.deliverer, err = events.New(events.Config{
		Outbox: h.store, Webhooks: hooks, Guard: guard, DeadLetters: filepath.Join(c.Data, deadLettersName), Logger: h.log,
		ValidationURL: func(code string) string { return h.baseURL() + "/webhooks/" + h.validate + "/" + code },
	})
	if err == nil {
		h.server, err = control.New(ctx, control.Config{
			Calls: h.calls, Dir: filepath.Join(c.Data, recordingsName), Store: h.store, Events: h.deliverer, Auth: auth,
			Recover: recoverFolder, Continue: c.Continue, Retention: c.Retention, ContentBaseURL: c.ContentBaseURL, ResourceID: guid("resource"),
			Topic: h.topic, Logger: h.log,
		})
	}
	if err != nil {
		return nil, errors.Join(err, h.store.Close(), h.listener.Close())
	}
	h.http = control.HTTPServer(h.routes())
	h.http.ErrorLog = slog.NewLogLogger(h.log.Handler(), slog.LevelDebug)
	return h, nil
}

// host opens the calls that are hosted.
func (h *host) host(c *serveCommand) error {
	codecs, err := c.set()
	if err != nil {
		return err
	}
	recording := callrec.Config{
		MaxChunkSize: int64(c.MaxChunkSize), MaxChunkDuration: c.MaxChunkDuration, Logger: h.log,
		Codecs: codecs, VideoSlices: c.VideoSlices,
		Finalize: c.Finalize, Sync: c.Sync.sync, SyncInterval: c.Sync.interval,
	}
	if err := checkChunkSize(&recording); err != nil {
		return err
	}
	for i, dir := range c.Play {
		call, err := livecall.Open(livecall.Config{
			Dir: dir, ID: c.CallID[i], CallID: guid("call", c.CallID[i]), CorrelationID: guid("correlation", c.CallID[i]),
			Recording: recording, Meter: &h.meter, Logger: h.log,
		})
		if err != nil {
			return err
		}
		h.calls = append(h.calls, call)
	}
	return nil
}

func (c *serveCommand) listen() (net.Listener, error) {
	l, err := net.Listen("tcp", c.Listen)
	if err != nil || c.TLSCert == "" {
		return l, err
	}
	pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return tls.NewListener(l, &tls.Config{
		MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, NextProtos: []string{"http/1.1"},
	}), nil
}

// baseURL is where the service can be reached from this machine.
func (h *host) baseURL() string {
	scheme := "http"
	if _, plain := h.listener.(*net.TCPListener); !plain {
		scheme = "https"
	}
	return scheme + "://" + h.listener.Addr().String()
}

// recoverFolder completes an interrupted recording.
func recoverFolder(path string) error {
	dir, err := chunk.DirFS(path)
	if err != nil {
		return err
	}
	_, err = callrec.Recover(dir, callrec.RecoverOptions{})
	return err
}

// callLeg tells the webhooks what a hosted call is doing.
func (h *host) callLeg(call *livecall.Call, state string) {
	info, conversation := call.Info(), call.Info().ServerCallID
	if state == "Establishing" {
		conversation = "" // it has none yet
	}
	m := events.CallLegState(time.Now(), h.topic, conversation, info.CorrelationID, state)
	for _, w := range h.deliverer.Webhooks() {
		e, err := m.For(w.URL, w.Schema)
		if err == nil {
			err = h.store.Enqueue(e)
		}
		if err != nil {
			h.log.Error("event lost", "type", m.Type, "error", err)
		}
	}
	h.deliverer.Wake()
}

func (h *host) serveHTTP() error { return h.http.Serve(h.listener) }

// shutDown completes the recordings, lets requests end, and tries once more to deliver what waits.
func (h *host) shutDown(ctx context.Context) error {
	h.closing.Store(true)
	for _, call := range h.calls {
		h.callLeg(call, "Terminating")
	}
	finish, cancel := context.WithTimeout(ctx, finishTimeout)
	defer cancel()
	err := h.server.Close(finish)
	for _, call := range h.calls {
		h.callLeg(call, "Terminated")
	}
	requests, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	if h.http.Shutdown(requests) != nil {
		err = errors.Join(err, h.http.Close()) // downloads can be taken up again
	}
	for deadline := time.Now().Add(outboxTimeout); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if n, err := h.store.Waiting(); err != nil || n == 0 {
			break
		}
	}
	return err
}

// Package control is the HTTP API of a call-recording service: start, pause, resume and stop recordings, and fetch their
// files, in the way of Azure Communication Services, so that its clients work against it unchanged. Two generations of that
// API are served beside each other: the preview of 2021, with recordings below conversations, and today's.
//
// The package translates. What a call is, and how it is recorded, is behind the interfaces Calls, Call and Recording;
// who may ask is decided in control/access, what has to be remembered is in control/store, and what others are told
// goes through control/events. It keeps the files of recordings for a time and deletes them then.
package control

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/callrec/callrec/control/access"
)

// Server is the service. It is an http.Handler, safe for concurrent use.
type Server struct {
	service
	stopHousekeeping context.CancelFunc
	housekeeping     sync.WaitGroup
	closeOnce        sync.Once
	closeErr         error
}

// New checks the configuration, completes recordings that were interrupted, and makes a Server. It ends with Close.
func New(ctx context.Context, cfg Config) (*Server, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	s := &Server{service: service{
		cfg: cfg, sessions: map[string]*session{}, downloads: make(chan struct{}, cfg.MaxDownloads),
	}}
	if err := s.takeUp(ctx); err != nil {
		return nil, err
	}
	var background context.Context
	background, s.stopHousekeeping = context.WithCancel(context.WithoutCancel(ctx))
	s.housekeeping.Go(func() { s.keepHouse(background) })
	return s, nil
}

// Close stops all recordings and waits until their files are complete, or for ctx. It is idempotent.
func (s *Server) Close(ctx context.Context) error {
	s.closeOnce.Do(func() {
		s.closeErr = s.close(ctx)
		s.stopHousekeeping()
		s.housekeeping.Wait()
	})
	return s.closeErr
}

// Limits of requests.
const (
	maxBody         = 64 << 10
	maxRequestURI   = 8 << 10
	maxHeaderBytes  = 32 << 10
	readTimeout     = 20 * time.Second
	answerTimeout   = time.Minute // from the end of a request's header; downloads have their own
	idleConnTimeout = 2 * time.Minute
)

// HTTPServer returns a server for the handler with the limits that keep slow and greedy clients from harm.
func HTTPServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, MaxHeaderBytes: maxHeaderBytes, ReadHeaderTimeout: readTimeout, ReadTimeout: readTimeout,
		WriteTimeout: answerTimeout, IdleTimeout: idleConnTimeout,
	}
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{w: &statusWriter{ResponseWriter: w}, r: r, began: time.Now()}
	if id := r.Header.Get("X-Ms-Client-Request-Id"); id != "" && len(id) <= maxEchoed {
		w.Header().Set("X-Ms-Client-Request-Id", id)
	}
	var known bool
	if x.route, known = routeOf(r); !known {
		x.fail(s.log(), errNoRoute)
		return
	}
	if err := s.serve(x); err != nil {
		x.fail(s.log(), err)
	}
	s.audit(x)
}

// maxEchoed bounds the request ID that is sent back.
const maxEchoed = 128

// serve reads the request, finds out who sent it, and has it answered.
func (s *Server) serve(x *exchange) error {
	if len(x.r.RequestURI) > maxRequestURI {
		return errURITooLong
	}
	var err error
	if x.body, err = io.ReadAll(http.MaxBytesReader(x.w, x.r.Body, maxBody)); err != nil {
		return bodyError(err)
	}
	if s.cfg.Auth != nil {
		x.by, err = s.cfg.Auth.Authenticate(access.Request{Request: x.r, Body: x.body, Content: x.route.content()})
		if err != nil {
			return err
		}
	}
	handle := x.route.handler(x.r.Method)
	if handle == nil {
		x.w.Header().Set("Allow", x.route.allowed())
		return errMethod
	}
	return handle(&s.service, x)
}

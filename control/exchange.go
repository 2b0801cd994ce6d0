package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// exchange is a request and its answer.
type exchange struct {
	w     *statusWriter
	r     *http.Request
	route route
	body  []byte
	by    string // who sent it; empty if nobody asked
	began time.Time
	// subject is the recording or document that it turned out to be about.
	subject string
	// err is why the request failed.
	err error
}

// statusWriter keeps the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
	sent   int64 // bytes of the body
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.sent += int64(n)
	return n, err
}

// ReadFrom lets the connection take a file without copying it through the process.
func (w *statusWriter) ReadFrom(r io.Reader) (int64, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := io.Copy(w.ResponseWriter, r)
	w.sent += n
	return n, err
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// decode reads the body, which has to be one JSON object, into v. An empty body is an empty object.
func (x *exchange) decode(v any) error {
	if len(bytes.TrimSpace(x.body)) == 0 {
		return nil
	}
	err := json.Unmarshal(x.body, v)
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return fmt.Errorf("%w: %s is of the wrong type", ErrInvalid, wrongType.Field)
	case err != nil:
		return fmt.Errorf("%w: the body is not a JSON object", ErrInvalid)
	}
	return nil
}

// answer sends v as JSON. An answer that can't be sent is nobody's concern.
func (x *exchange) answer(status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("control: answer: %w", err)
	}
	h := x.w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	x.w.WriteHeader(status)
	_, _ = x.w.Write(b)
	return nil
}

// empty sends an answer without a body.
func (x *exchange) empty(status int) error {
	x.w.WriteHeader(status)
	return nil
}

// baseURL is the address under which the client reached the service.
func (x *exchange) baseURL() string {
	if x.r.TLS != nil {
		return "https://" + x.r.Host
	}
	return "http://" + x.r.Host
}

// audit logs who did what, and how it ended.
func (s *service) audit(x *exchange) {
	s.counters.add(x)
	if x.route.op == opUnknown {
		return
	}
	level, attributes := slog.LevelInfo, []any{
		"op", x.route.op.String(), "by", x.by, "remote", x.r.RemoteAddr, "subject", x.subject, "status", x.w.status,
		"ms", time.Since(x.began).Milliseconds(),
	}
	if x.route.op == opState || x.route.op == opResult {
		level = slog.LevelDebug // asked again and again
	}
	if x.err != nil {
		attributes = append(attributes, "error", x.err.Error())
	}
	s.log().Log(x.r.Context(), level, "audit", attributes...)
}

func (s *service) log() *slog.Logger { return s.cfg.Logger }

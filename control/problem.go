package control

import (
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/callrec/callrec/control/access"
)

// Errors of requests that don't get as far as an operation.
var (
	errNoRoute    = errors.New("no such resource")
	errMethod     = errors.New("the resource does not have this method")
	errURITooLong = errors.New("the request's target is too long")
)

// retryAfter is how long clients are asked to wait, in seconds, when there is too much to do.
const retryAfter = 2

// problem is how an error looks to clients.
type problem struct {
	status        int
	code, message string
}

// problemOf says how an error looks to clients. Errors of the kind that the client has made are told in full; of others
// nothing is, since they may hold paths and addresses.
func problemOf(err error) problem {
	switch {
	case errors.Is(err, ErrInvalid), errors.Is(err, ErrUnsupported):
		return problem{http.StatusBadRequest, "8500", err.Error()}
	case errors.Is(err, access.ErrBodyHash):
		return problem{http.StatusUnauthorized, "Denied", "Denied by the resource provider: x-ms-content-sha256 does not match the body."}
	case errors.Is(err, access.ErrDenied):
		return problem{http.StatusUnauthorized, "Denied", "Denied by the resource provider."}
	case errors.Is(err, ErrCallNotFound):
		return problem{http.StatusNotFound, "8522", "Call not found."}
	case errors.Is(err, ErrRecordingNotFound):
		return problem{http.StatusNotFound, "8522", "Recording not found."}
	case errors.Is(err, ErrDocumentNotFound):
		return problem{http.StatusNotFound, "DocumentNotFound", "Document not found."}
	case errors.Is(err, errNoRoute):
		return problem{http.StatusNotFound, "NotFound", "No such resource."}
	case errors.Is(err, errMethod):
		return problem{http.StatusMethodNotAllowed, "MethodNotAllowed", "The resource does not have this method."}
	case errors.Is(err, ErrRecorded):
		return problem{http.StatusConflict, "Conflict", "The call is being recorded already with these settings."}
	case errors.Is(err, ErrTooLarge):
		return problem{http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "The body is too large."}
	case errors.Is(err, errURITooLong):
		return problem{http.StatusRequestURITooLong, "RequestUriTooLong", "The target is too long."}
	case errors.Is(err, errRange):
		return problem{http.StatusRequestedRangeNotSatisfiable, "InvalidRange", "The range begins after the end of the file."}
	case errors.Is(err, ErrBusy):
		return problem{http.StatusTooManyRequests, "TooManyRequests", "Too much is going on. Try again later."}
	case errors.Is(err, ErrClosed):
		return problem{http.StatusServiceUnavailable, "ServiceUnavailable", "The service is shutting down."}
	}
	return problem{http.StatusInternalServerError, "InternalServerError", "Something went wrong in the service."}
}

// The forms of an error: the flat one of 2021, the wrapped one of today, and that of downloads, of which today's clients
// read the top level.
type (
	flatError struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Target  string `json:"target"`
		Details []int  `json:"details"`
	}
	wrappedError struct {
		Error innerError `json:"error"`
	}
	innerError struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	contentError struct {
		Status  int        `json:"status"`
		Message string     `json:"message"`
		Error   innerError `json:"error"`
	}
)

// fail answers with an error, in the form that the route's clients read.
func (x *exchange) fail(log *slog.Logger, err error) {
	x.err = err
	p := problemOf(err)
	if p.status == http.StatusInternalServerError {
		log.Error("request failed", "op", x.route.op.String(), "subject", x.subject, "error", err)
	}
	if x.w.status != 0 {
		return // too late
	}
	h := x.w.Header()
	switch p.status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		h.Set("Retry-After", strconv.Itoa(retryAfter))
	case http.StatusUnauthorized:
		h.Set("Www-Authenticate", "HMAC-SHA256")
	}
	inner := innerError{p.code, p.message}
	var body any = wrappedError{inner}
	switch {
	case x.route.generation == Generation2021:
		body = flatError{Code: p.code, Message: p.message, Target: x.route.op.String(), Details: []int{}}
	case x.route.content():
		body = contentError{p.status, p.message, inner}
	}
	if err := x.answer(p.status, body); err != nil {
		log.Error("request failed", "error", err)
	}
}

// bodyError is what became of reading a body.
func bodyError(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return ErrTooLarge
	}
	return errors.Join(ErrInvalid, errors.New("the body could not be read"))
}

// Package access decides who may use the control API: requests signed with one of two access keys, in the HMAC-SHA256
// scheme of Azure Communication Services, or requests that carry a bearer token which a verifier of the user's accepts.
//
// It looks at one request at a time and keeps nothing: the clients of the service repeat signatures, within a second
// and in every retry, so a signature that was seen before is no sign of an attack.
package access

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// Request is what an Authenticator looks at.
type Request struct {
	*http.Request
	// Body is the whole body, which has been read already. Borrowed until return.
	Body []byte
	// Content says that the request is for a file: its signature is for the endpoint that x-ms-host names, and does not
	// cover the query.
	Content bool
}

// Authenticator decides about requests. It is safe for concurrent use.
type Authenticator interface {
	// Authenticate returns who sent the request, a name for the log. Its errors wrap ErrDenied.
	Authenticate(r Request) (principal string, err error)
}

// Bearer accepts bearer tokens (RFC 6750 §2.1).
type Bearer struct {
	// Verify returns whom a token belongs to, or an error if it is not valid.
	Verify func(ctx context.Context, token string) (principal string, err error)
}

// Authenticate verifies the request's token.
func (b Bearer) Authenticate(r Request) (string, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", fmt.Errorf("%w: no bearer token", ErrDenied)
	}
	principal, err := b.Verify(r.Context(), strings.TrimSpace(token))
	if err != nil {
		return "", fmt.Errorf("%w: bearer token: %w", ErrDenied, err)
	}
	return principal, nil
}

// Any accepts what one of several accepts, asked in order. Its error is that of the last.
type Any []Authenticator

// Authenticate asks one after another.
func (a Any) Authenticate(r Request) (string, error) {
	err := fmt.Errorf("%w: nobody to ask", ErrDenied)
	for _, one := range a {
		var principal string
		if principal, err = one.Authenticate(r); err == nil {
			return principal, nil
		}
	}
	return "", err
}

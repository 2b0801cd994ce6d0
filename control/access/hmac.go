package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// DefaultWindow is how far a client's clock may be off. It has to exceed the time over which clients retry, since all
// their attempts carry the first one's date.
const DefaultWindow = 5 * time.Minute

// MinKeySize is the smallest access key in bytes that ParseKey accepts.
const MinKeySize = 16

// Key is an access key. A service has two, so that clients can go over to a new one while the old one still works.
type Key struct {
	Name   string // for the log, such as "primary"
	Secret []byte
}

// ParseKey reads the base64 form in which access keys are given out. Its errors wrap ErrKey and never show the key.
func ParseKey(name, encoded string) (Key, error) {
	secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return Key{}, fmt.Errorf("%w: %s: not base64", ErrKey, name)
	}
	if len(secret) < MinKeySize {
		return Key{}, fmt.Errorf("%w: %s: %d bytes, the least is %d", ErrKey, name, len(secret), MinKeySize)
	}
	return Key{Name: name, Secret: secret}, nil
}

// HMAC verifies signatures made with an access key.
type HMAC struct {
	// Keys are tried in order, all of them every time.
	Keys []Key
	// Window is how far the date of a request may be off; 0 means DefaultWindow.
	Window time.Duration
	// Endpoints are the names (host, or host:port) under which clients know the service. Requests for files name one of
	// them in x-ms-host; another name is not believed. Empty means that any is.
	Endpoints []string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// The headers that take part in a signature. The clients of spring 2021 sign Date in place of x-ms-date.
const (
	headerMSDate = "x-ms-date"
	headerDate   = "date"
	headerHost   = "host"
	headerHash   = "x-ms-content-sha256"
	headerMSHost = "x-ms-host"
)

// Authenticate verifies the request's signature: of the method, the target as it was sent, the date, the host and the
// body's hash.
func (h *HMAC) Authenticate(r Request) (string, error) {
	signed, signature, err := parseAuthorization(r.Header.Get("Authorization"))
	if err != nil {
		return "", err
	}
	if err := checkHash(r); err != nil {
		return "", err
	}
	if err := h.checkDate(r, signed); err != nil {
		return "", err
	}
	values := make([]string, 0, len(signed))
	for _, name := range signed {
		switch name {
		case headerHost:
			values = append(values, h.host(r))
		default:
			values = append(values, r.Header.Get(name))
		}
	}
	suffix := "\n" + strings.Join(values, ";")
	for _, target := range targets(r) {
		if key := h.find(r.Method+"\n"+target+suffix, signature); key != nil {
			return key.Name, nil
		}
	}
	return "", fmt.Errorf("%w: the signature does not match", ErrDenied)
}

// parseAuthorization reads "HMAC-SHA256 SignedHeaders=a;b;c&Signature=base64" and returns the names in lower case.
func parseAuthorization(header string) (signed []string, signature []byte, err error) {
	scheme, rest, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "HMAC-SHA256") {
		return nil, nil, fmt.Errorf("%w: no HMAC-SHA256 authorization", ErrDenied)
	}
	var names, encoded string
	for part := range strings.SplitSeq(strings.TrimSpace(rest), "&") {
		name, value, _ := strings.Cut(part, "=") // the signature itself holds "="
		switch {
		case strings.EqualFold(name, "SignedHeaders"):
			names = strings.ToLower(value)
		case strings.EqualFold(name, "Signature"):
			encoded = value
		}
	}
	if signature, err = base64.StdEncoding.DecodeString(encoded); err != nil || len(signature) != sha256.Size {
		return nil, nil, fmt.Errorf("%w: the signature is not the base64 of 32 bytes", ErrDenied)
	}
	signed = strings.Split(names, ";")
	sorted := slices.Sorted(slices.Values(signed))
	if !slices.Equal(sorted, []string{headerHost, headerHash, headerMSDate}) &&
		!slices.Equal(sorted, []string{headerDate, headerHost, headerHash}) {
		return nil, nil, fmt.Errorf("%w: SignedHeaders are not date, host and x-ms-content-sha256", ErrDenied)
	}
	return signed, signature, nil
}

func checkHash(r Request) error {
	sum := sha256.Sum256(r.Body)
	want := base64.StdEncoding.EncodeToString(sum[:])
	if !hmac.Equal([]byte(want), []byte(r.Header.Get(headerHash))) {
		return fmt.Errorf("%w: %w", ErrDenied, ErrBodyHash)
	}
	return nil
}

func (h *HMAC) checkDate(r Request, signed []string) error {
	name := headerMSDate
	if slices.Contains(signed, headerDate) {
		name = headerDate
	}
	date, err := http.ParseTime(r.Header.Get(name))
	if err != nil {
		return fmt.Errorf("%w: %s is not a date", ErrDenied, name)
	}
	now, window := time.Now, h.Window
	if h.Now != nil {
		now = h.Now
	}
	if window == 0 {
		window = DefaultWindow
	}
	if off := now().Sub(date).Abs(); off > window {
		return fmt.Errorf("%w: %s is off by %v", ErrDenied, name, off.Round(time.Second))
	}
	return nil
}

// host is the host that was signed. Clients sign a request for a file as if it went to the endpoint, which they name in
// x-ms-host, and then send it to the host of the file's location.
func (h *HMAC) host(r Request) string {
	if name := r.Header.Get(headerMSHost); r.Content && name != "" && h.known(name) {
		return name
	}
	return r.Host
}

func (h *HMAC) known(name string) bool {
	if len(h.Endpoints) == 0 {
		return true
	}
	return slices.ContainsFunc(h.Endpoints, func(endpoint string) bool {
		return strings.EqualFold(endpoint, name) || strings.EqualFold(endpoint, hostname(name))
	})
}

func hostname(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return hostport
}

// targets are the forms in which the client may have signed the request's target, which has to be the one on the wire:
// the path of a file alone, else the path with the query, as sent or written as forms are (a space as "+").
func targets(r Request) []string {
	target := r.RequestURI
	if u, err := url.Parse(target); err == nil && u.IsAbs() {
		target = strings.TrimPrefix(target, u.Scheme+"://"+u.Host)
	}
	path, query, found := strings.Cut(target, "?")
	switch {
	case r.Content:
		return []string{path}
	case !found:
		return []string{target}
	}
	list := []string{target}
	if form, ok := formQuery(query); ok && form != query {
		list = append(list, path+"?"+form)
	}
	return list
}

// formQuery writes a query anew in application/x-www-form-urlencoded, in the same order.
func formQuery(query string) (string, bool) {
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		name, err1 := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil {
			return "", false
		}
		pairs[i] = formEscape(name) + "=" + formEscape(value)
	}
	return strings.Join(pairs, "&"), true
}

func formEscape(s string) string {
	return strings.NewReplacer("~", "%7E", "%2A", "*").Replace(url.QueryEscape(s))
}

// find returns the key that made a signature. It compares in constant time and goes on after a match.
func (h *HMAC) find(text string, signature []byte) *Key {
	var found *Key
	for i := range h.Keys {
		if hmac.Equal(Sign(h.Keys[i].Secret, text), signature) {
			found = &h.Keys[i]
		}
	}
	return found
}

// Sign returns the HMAC-SHA256 of a text under an access key.
func Sign(secret []byte, text string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

package access

import "errors"

// ErrDenied is wrapped by the errors of every Authenticator.
var ErrDenied = errors.New("access: denied")

// ErrBodyHash is wrapped, beside ErrDenied, when the body is not the one that was signed.
var ErrBodyHash = errors.New("access: x-ms-content-sha256 does not match the body")

// ErrKey is wrapped by ParseKey for a text that is no access key.
var ErrKey = errors.New("access: invalid access key")

package store

import "errors"

// ErrNotFound is wrapped when there is no entry of this name.
var ErrNotFound = errors.New("not found")

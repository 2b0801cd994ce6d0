package events

import "errors"

// ErrSchema is wrapped for a Schema that does not exist.
var ErrSchema = errors.New("events: unknown schema")

// ErrNotAllowed is wrapped when a Guard refuses an address.
var ErrNotAllowed = errors.New("events: the address is not allowed")

// ErrAllowList is wrapped by ParseGuard for an entry that is neither a host nor a network.
var ErrAllowList = errors.New("events: invalid entry of the allow list")

// ErrHandshake is wrapped when a webhook has not agreed to get events.
var ErrHandshake = errors.New("events: the webhook has not agreed to get events")

// errEndpoint is wrapped for an endpoint that can't be sent to, whatever happens.
var errEndpoint = errors.New("events: invalid endpoint")

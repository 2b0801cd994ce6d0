package livecall

import "github.com/callrec/callrec/control"

// Calls are the calls of a service.
type Calls []*Call

// Find returns the call that a locator means, or nil.
func (l Calls) Find(locator control.Locator) control.Call {
	for _, c := range l {
		if locator.Means(c.Info()) {
			return c
		}
	}
	return nil
}

//go:build !linux && !purego

package vp8

import "testing"

// guardedPages returns memory. There are no guards around it here.
func guardedPages(*testing.T) []byte { return make([]byte, 4<<12) }

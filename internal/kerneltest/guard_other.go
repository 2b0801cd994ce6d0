//go:build !linux

package kerneltest

import "testing"

// guarded returns memory. There are no guards around it here.
func guarded(testing.TB) []byte { return make([]byte, Room) }

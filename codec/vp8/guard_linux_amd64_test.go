//go:build !purego

package vp8

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// guardedPages returns memory between two pages that must not be touched: a kernel that reads or writes before its first
// byte or behind its last one crashes the test.
func guardedPages(t *testing.T) []byte {
	t.Helper()
	const room = 4 << 12
	page := syscall.Getpagesize()
	size := (room + page - 1) / page * page
	all, err := syscall.Mmap(-1, 0, size+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	require.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Munmap(all) })
	require.NoError(t, syscall.Mprotect(all[:page], syscall.PROT_NONE))
	require.NoError(t, syscall.Mprotect(all[page+size:], syscall.PROT_NONE))
	return all[page:][:size:size]
}

//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package chunk

import (
	"errors"
	"os"
	"syscall"
)

// lock takes the lock of an open folder, which the system gives back when the folder is closed or the process ends. A
// file system without locks has no say: it can't tell that the folder is taken.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrBusy
	}
	return nil
}

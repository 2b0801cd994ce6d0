package chunk

import (
	"errors"
	"os"
	"syscall"
)

// syncData leaves out what fsync also writes, such as the time of the last change.
func syncData(f *os.File) error {
	for {
		err := syscall.Fdatasync(int(f.Fd()))
		if !errors.Is(err, syscall.EINTR) {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}

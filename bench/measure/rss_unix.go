//go:build linux || darwin || freebsd

package measure

import (
	"os"
	"runtime"
	"syscall"
	"time"
)

// peakRSS is the largest memory in bytes that a process had in store.
func peakRSS(s *os.ProcessState) int64 {
	u, ok := s.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" { // bytes there, KiB elsewhere
		return int64(u.Maxrss) //nolint:unconvert // 32 bits on some machines
	}
	return int64(u.Maxrss) << 10 //nolint:unconvert // 32 bits on some machines
}

// rusageThread is RUSAGE_THREAD of Linux.
const rusageThread = 1

// ThreadCPU is the processor time of the calling thread, or of the process where the system does not count threads. A
// goroutine that asks for it has to be locked to its thread.
func ThreadCPU() time.Duration {
	var u syscall.Rusage
	who := syscall.RUSAGE_SELF
	if runtime.GOOS == "linux" {
		who = rusageThread
	}
	if syscall.Getrusage(who, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

package measure

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
)

// Resident is the memory in bytes that this process has in store: of the system where that is Linux, else what the Go
// runtime has taken from it.
func Resident() int64 {
	data, err := os.ReadFile("/proc/self/statm")
	if fields := bytes.Fields(data); err == nil && len(fields) > 1 {
		if pages, err := strconv.ParseInt(string(fields[1]), 10, 64); err == nil {
			return pages * int64(os.Getpagesize())
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys - m.HeapReleased)
}

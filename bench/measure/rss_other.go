//go:build !(linux || darwin || freebsd)

package measure

import (
	"os"
	"time"
)

func peakRSS(*os.ProcessState) int64 { return 0 }

// ThreadCPU is the time on the clock, for want of the processor time.
func ThreadCPU() time.Duration { return time.Duration(time.Now().UnixNano()) }

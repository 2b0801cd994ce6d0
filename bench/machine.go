package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/callrec/callrec/codec/builtin"
)

func goVersion() string { return runtime.Version() }

// native says whether this program was built with native codecs.
func native() bool {
	list, err := builtin.List(nil)
	return err == nil && slices.ContainsFunc(list, func(l builtin.Listing) bool {
		return slices.ContainsFunc(l.Implementations, func(i builtin.Implementation) bool { return i.Name == builtin.FFmpeg })
	})
}

// machine says what the suite runs on.
func machine() []string {
	lines := []string{fmt.Sprintf("%s/%s, %d processors", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())}
	if v := field("/proc/cpuinfo", "model name"); v != "" {
		lines = append(lines, v)
	}
	if v := field("/proc/meminfo", "MemTotal"); v != "" {
		lines = append(lines, "memory "+v)
	}
	if v, err := os.ReadFile("/proc/loadavg"); err == nil {
		lines = append(lines, "load at the start "+strings.Join(strings.Fields(string(v))[:3], " "))
	}
	return lines
}

// field returns the first value of a name in a file of "name : value" lines.
func field(path, name string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(data)) {
		if n, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(n) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

func goVersion() string { return runtime.Version() }

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

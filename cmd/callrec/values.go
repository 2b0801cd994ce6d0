package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/callrec/callrec/chunk"
)

// byteSize is a flag's number of bytes: "64MiB", "300KiB", "5MB", "1000000".
type byteSize int64

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *byteSize) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	digits := strings.TrimRight(s, "KMGTkmgtiBb ")
	units := map[string]int64{
		"": 1, "b": 1,
		"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
		"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12,
		"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40,
	}
	unit, ok := units[strings.ToLower(strings.TrimSpace(s[len(digits):]))]
	n, err := strconv.ParseFloat(digits, 64)
	if !ok || err != nil || n < 0 || n*float64(unit) > math.MaxInt64/2 {
		return fmt.Errorf("%q is no size; write it as 64MiB, 5MB or 1000000", s)
	}
	*b = byteSize(n * float64(unit))
	return nil
}

// span is a flag's interval of call time: "5s-8s".
type span struct {
	from, to time.Duration
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *span) UnmarshalText(text []byte) error {
	from, to, ok := strings.Cut(string(text), "-")
	if !ok {
		return fmt.Errorf("%q is no interval; write it as 5s-8s", text)
	}
	var err1, err2 error
	p.from, err1 = time.ParseDuration(from)
	p.to, err2 = time.ParseDuration(to)
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("%q is no interval; write it as 5s-8s", text)
	}
	if p.from < 0 || p.to < p.from {
		return fmt.Errorf("interval %q ends before it begins", text)
	}
	return nil
}

// syncPolicy is a flag that says when bytes are forced to the disk: "fragment", "chunk", "never", or at least once in
// an interval such as "10s".
type syncPolicy struct {
	sync     chunk.Sync
	interval time.Duration
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *syncPolicy) UnmarshalText(text []byte) error {
	*p = syncPolicy{}
	switch s := string(text); s {
	case "fragment":
		p.sync = chunk.SyncFragment
	case "chunk":
		p.sync = chunk.SyncChunk
	case "never":
		p.sync = chunk.SyncNever
	default:
		d, err := time.ParseDuration(s)
		if err != nil || d <= 0 {
			return fmt.Errorf("%q is no policy; write it as fragment, chunk, never or an interval such as 10s", s)
		}
		p.interval = d
	}
	return nil
}

package metadata

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// timestampLayout is ISO 8601 in UTC with the seven fractional digits that the service prints.
const timestampLayout = "2006-01-02T15:04:05.0000000Z"

// Timestamp is a time.Time whose JSON form is ISO 8601 in UTC with seven fractional digits. Any RFC 3339 time is read.
type Timestamp time.Time

// MarshalJSON writes the time, cut to 100 ns.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return []byte(`"` + time.Time(t).UTC().Format(timestampLayout) + `"`), nil
}

// UnmarshalJSON reads an RFC 3339 time.
func (t *Timestamp) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("metadata: time: %w", err)
	}
	v, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return fmt.Errorf("metadata: time: %w", err)
	}
	*t = Timestamp(v)
	return nil
}

// milliseconds converts a number from a document, which may be any, without overflow.
func milliseconds(ms int64) time.Duration {
	const most = math.MaxInt64 / int64(time.Millisecond)
	return time.Duration(min(max(ms, -most), most)) * time.Millisecond
}

// wholeMilliseconds is the nearest number of milliseconds.
func wholeMilliseconds(d time.Duration) int64 { return d.Round(time.Millisecond).Milliseconds() }

// encode is json.Marshal without the escaping meant for HTML, so that ids come out as they went in.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("metadata: encode: %w", err)
	}
	return b.Bytes(), nil
}

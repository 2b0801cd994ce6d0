package control

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
)

// errRange is returned for a range that begins after the end of the file.
var errRange = errors.New("range not satisfiable")

// normalizeRange makes of the header Range what net/http understands: the clients of today's API write "bytes=100" for
// "from 100 on" and "bytes=undefined" for everything. What is not one range of bytes is left out, so that the whole file
// is the answer (RFC 9110 §14.2).
func normalizeRange(h http.Header, size int64) error {
	spec, found := strings.CutPrefix(h.Get("Range"), "bytes=")
	if !found {
		h.Del("Range")
		return nil
	}
	first, last, dash := strings.Cut(strings.TrimSpace(spec), "-")
	from, to := digits(first), digits(last)
	switch {
	case first == "" && dash && to > 0: // the last bytes
		h.Set("Range", "bytes=-"+strconv.FormatInt(to, 10))
	case from < 0, last != "" && to < from:
		h.Del("Range")
	case from >= size:
		return errRange
	default:
		h.Set("Range", "bytes="+strconv.FormatInt(from, 10)+"-"+last)
	}
	return nil
}

// digits reads a number without a sign; -1 if it is none.
func digits(s string) int64 {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return -1
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

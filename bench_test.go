package callrec_test

import (
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/capture"
	"github.com/callrec/callrec/metadata"
)

// BenchmarkCall records the three-party call; an operation is a call of 20 s.
func BenchmarkCall(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(packetBytes(b, threeParty))
	for b.Loop() {
		rec, _ := recording(b, nil)
		end := play(b, threeParty, "", rec, nil)
		if _, err := rec.Stop(end, metadata.SessionCallEnded); err != nil {
			b.Fatal(err)
		}
	}
}

// packetBytes is the size of all packets of a captured call.
func packetBytes(b *testing.B, dir string) (n int64) {
	call, err := capture.OpenCall(dir)
	require.NoError(b, err)
	defer call.Close()
	for {
		e, err := call.Next()
		if errors.Is(err, io.EOF) {
			return n
		}
		require.NoError(b, err)
		n += int64(len(e.Data))
	}
}

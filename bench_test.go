package callrec_test

import (
	"testing"

	"github.com/callrec/callrec/metadata"
)

// BenchmarkCall records the three-party call; an operation is a call of 20 s.
func BenchmarkCall(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		rec, _ := recording(b, nil)
		end := play(b, threeParty, "", rec, nil)
		if _, err := rec.Stop(end, metadata.SessionCallEnded); err != nil {
			b.Fatal(err)
		}
	}
}

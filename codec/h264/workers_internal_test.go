package h264

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWorkersPanic wants a panic in any part to reach the caller, after all others have ended.
func TestWorkersPanic(t *testing.T) {
	for bad := range 3 {
		var ended atomic.Int32
		w := newWorkers(3)
		require.PanicsWithValue(t, true, func() {
			defer func() {
				text, _ := recover().(string)
				require.Contains(t, text, "no such luck")
				panic(true)
			}()
			w.run(3, func(i int) {
				if i == bad {
					panic("no such luck")
				}
				ended.Add(1)
			})
		})
		require.EqualValues(t, 2, ended.Load())
	}
}

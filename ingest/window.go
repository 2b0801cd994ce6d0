package ingest

import (
	"math"
	"time"
)

const (
	// windowBuckets times bucketWidth is how long the smallest transit is remembered, 16 s: long enough to hold a few
	// packets that met no queue, short enough that a clock that is 200 ppm off moves by 3 ms only.
	windowBuckets = 16
	bucketWidth   = int64(time.Second)
)

// window is the minimum of what was added in the last 15 to 16 s. The zero value is empty. It is never empty again once
// something was added: after a longer silence the last minimum stands until there is a new value.
type window struct {
	buckets [windowBuckets]int64 // minimum of each second, math.MaxInt64 if it had nothing
	newest  int64                // number of the newest bucket: seconds of call time
	low     int64
	filled  bool
}

// add takes a value at a call time. Times that go back count as the newest one.
func (w *window) add(at, value int64) {
	bucket := at / bucketWidth
	if !w.filled {
		w.reset(bucket, value)
		return
	}
	if bucket > w.newest {
		w.advance(bucket)
	}
	slot := &w.buckets[w.newest&(windowBuckets-1)]
	*slot = min(*slot, value)
	w.low = min(w.low, value)
}

func (w *window) reset(bucket, value int64) {
	for i := range w.buckets {
		w.buckets[i] = math.MaxInt64
	}
	w.buckets[bucket&(windowBuckets-1)] = value
	w.newest, w.low, w.filled = bucket, value, true
}

// advance opens a new bucket and forgets those that are too old. The minimum is taken over the rest, of which there may
// be nothing: then the value that is about to be added is the minimum.
func (w *window) advance(bucket int64) {
	for b := max(w.newest+1, bucket-windowBuckets+1); b <= bucket; b++ {
		w.buckets[b&(windowBuckets-1)] = math.MaxInt64
	}
	w.newest = bucket
	w.low = math.MaxInt64
	for _, v := range w.buckets {
		w.low = min(w.low, v)
	}
}

package tiler

// lru is a cache of values that take at most limit bytes together, or of one that takes more. The values not used for
// longest make room for others. The zero value with a limit set is ready to use.
type lru[K comparable, V any] struct {
	limit   int
	bytes   int
	clock   uint64
	entries map[K]*lruEntry[V]
}

type lruEntry[V any] struct {
	value V
	bytes int
	used  uint64
}

// lruOverhead is about what an entry takes beside its value.
const lruOverhead = 256

// get returns the value of key, or false.
func (c *lru[K, V]) get(key K) (V, bool) {
	e, ok := c.entries[key]
	if !ok {
		var none V
		return none, false
	}
	c.clock++
	e.used = c.clock
	return e.value, true
}

// put adds the value of a key that is not in the cache yet, and takes the given number of bytes.
func (c *lru[K, V]) put(key K, value V, bytes int) {
	if c.entries == nil {
		c.entries = make(map[K]*lruEntry[V])
	}
	bytes += lruOverhead
	for len(c.entries) > 0 && c.bytes+bytes > c.limit {
		c.evict()
	}
	c.bytes += bytes
	c.clock++
	c.entries[key] = &lruEntry[V]{value, bytes, c.clock}
}

// evict drops the entry not used for longest.
func (c *lru[K, V]) evict() {
	var oldest K
	var used uint64
	for k, e := range c.entries {
		if used == 0 || e.used < used {
			oldest, used = k, e.used
		}
	}
	c.bytes -= c.entries[oldest].bytes
	delete(c.entries, oldest)
}

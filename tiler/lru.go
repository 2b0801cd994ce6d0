package tiler

// lru is a cache of at most limit values, from which the one not used for longest makes room. The zero value with a
// limit set is ready to use.
type lru[K comparable, V any] struct {
	limit   int
	clock   uint64
	entries map[K]*lruEntry[V]
}

type lruEntry[V any] struct {
	value V
	used  uint64
}

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

// put adds the value of a key that is not in the cache yet.
func (c *lru[K, V]) put(key K, value V) {
	if c.entries == nil {
		c.entries = make(map[K]*lruEntry[V])
	}
	if len(c.entries) >= c.limit {
		c.evict()
	}
	c.clock++
	c.entries[key] = &lruEntry[V]{value, c.clock}
}

func (c *lru[K, V]) evict() {
	var oldest K
	var used uint64
	for k, e := range c.entries {
		if used == 0 || e.used < used {
			oldest, used = k, e.used
		}
	}
	delete(c.entries, oldest)
}

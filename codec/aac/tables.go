package aac

import "sync"

// tables are all constants that are computed, shared by all encoders and never changed.
type tables struct {
	quant   *quantTables
	windows *windows
}

var sharedTables = sync.OnceValue(func() *tables {
	return &tables{quant: newQuantTables(), windows: newWindows()}
})

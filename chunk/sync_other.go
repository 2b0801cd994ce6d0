//go:build !linux

package chunk

import "os"

func syncData(f *os.File) error { return f.Sync() }

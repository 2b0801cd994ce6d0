//go:build !amd64 || purego

package cabac

func accelerated() bool { return false }

func (e *Encoder) run(list []bin) int { return e.runPlain(list) }

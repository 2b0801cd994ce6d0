//go:build !amd64 || purego

package cabac

func (c *coder) run(list []bin) int { return c.runPlain(list) }

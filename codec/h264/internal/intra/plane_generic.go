//go:build !amd64 || purego

package intra

func plane(dst []byte, size, a, b, c int) { planePlain(dst, size, a, b, c) }

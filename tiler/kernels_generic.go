//go:build !amd64 || purego

package tiler

func hasVectors() bool { return false }

func verticalVector([]uint8, plane, int, []int32) bool { return false }

func horizontalVector([]uint8, []uint8, *axis) {}

func (v *conversion) convertVector(_, _, _, _ []uint8) int { return 0 }

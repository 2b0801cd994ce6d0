package nal

// startCode begins a NAL unit in a byte stream (start_code_prefix_one_3bytes), escape holds an emulation prevention byte.
var (
	startCode = []byte{0, 0, 1}
	escape    = []byte{0, 0, 3}
)

package vp8_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestConformance decodes the public VP8 test vectors and compares the MD5 of every picture. The folder given by
// CALLREC_VECTORS has them in vp8/, each NAME.ivf with a NAME.ivf.md5 that has a line for each shown picture.
func TestConformance(t *testing.T) {
	t.Parallel()
	root := os.Getenv("CALLREC_VECTORS")
	if root == "" {
		t.Skip("CALLREC_VECTORS does not say where the conformance streams are")
	}
	streams, err := filepath.Glob(filepath.Join(root, "vp8", "*.ivf"))
	require.NoError(t, err)
	require.NotEmpty(t, streams)
	for _, path := range streams {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			require.Equal(t, readMD5s(t, path+".md5"), decodeAll(t, newDecoder(t), readIVF(t, path)))
		})
	}
}

// TestStreams does the same with the streams that come with the package.
func TestStreams(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"webrtc-640x360.ivf", "layers-320x180.ivf", "keyframes-99x75.ivf", "altref-66x50.ivf",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, readMD5s(t, testdata(name+".md5")), decodeAll(t, newDecoder(t), readIVF(t, testdata(name))))
		})
	}
}

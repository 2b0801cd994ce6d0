package vp8_test

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// randomStreams are streams of 30 random frames with the MD5 of the MD5s of their pictures. libvpx 1.12 decodes them to
// the same pictures; see TestOracleRandomStreams.
var randomStreams = []struct {
	version, width, height int
	seed                   uint64
	want                   string
}{
	{version: 0, width: 16, height: 16, seed: 1, want: "bcec4cd136065c7c7fc3573dbbc19cfe"},
	{version: 0, width: 1, height: 1, seed: 1, want: "986963e98e54211b9562c698ea990de3"},
	{version: 0, width: 17, height: 33, seed: 1, want: "058d379e2a821b26995a01917131c689"},
	{version: 0, width: 64, height: 64, seed: 1, want: "8acdd16882ed3f9e2f5aa239c061a1ef"},
	{version: 0, width: 175, height: 143, seed: 1, want: "182b5a932c82c24b519dd0baf06f7800"},
	{version: 0, width: 176, height: 144, seed: 1, want: "695fbe0d4a3c9acdd51f1dbe7c7999e9"},
	{version: 0, width: 33, height: 200, seed: 1, want: "41d21b9e29efa3e90404492a1ef36210"},
	{version: 0, width: 320, height: 40, seed: 1, want: "33461790373ff15c01c99c2cfe12d946"},
	{version: 1, width: 17, height: 33, seed: 1, want: "bad5c32c4168e441150dd2bf6714607f"},
	{version: 1, width: 64, height: 64, seed: 1, want: "77cecf549e534638206fc426c6632b60"},
	{version: 1, width: 175, height: 143, seed: 1, want: "c852dd651816a3170a955e61f369af5a"},
	{version: 1, width: 33, height: 200, seed: 1, want: "e6443b8bf6e3279b04afd8806cb207dd"},
	{version: 2, width: 176, height: 144, seed: 1, want: "fc42d879359a9bc59e67895374ca5094"},
	{version: 3, width: 17, height: 33, seed: 1, want: "ff72613ba88d747843906d48837bea0d"},
	{version: 3, width: 64, height: 64, seed: 1, want: "207b0d3e8f3c0b79eec2e6f2e7f0581f"},
	{version: 3, width: 175, height: 143, seed: 1, want: "3e7cd4601415ca0f61634b403a79c7ee"},
	{version: 3, width: 33, height: 200, seed: 1, want: "733ea16a57c3d5bc682969bb8ca467a1"},
	{version: 3, width: 320, height: 40, seed: 1, want: "45f59619eb1f35ccc9ffab38ec91216b"},
}

func (s *randomStream) String() string {
	return fmt.Sprintf("version %d %dx%d", s.version, s.width, s.height)
}

func TestRandomStreams(t *testing.T) {
	t.Parallel()
	for _, test := range randomStreams {
		s := newRandomStream(test.seed, test.width, test.height, test.version)
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			sum := md5.Sum([]byte(strings.Join(decodeAll(t, newDecoder(t), s.frames(30)), "\n")))
			require.Equal(t, test.want, hex.EncodeToString(sum[:]))
		})
	}
}

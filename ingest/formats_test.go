package ingest_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/ingest"
)

func trackOf(tb testing.TB, codec string) *ingest.Track {
	tb.Helper()
	t, err := ingest.NewTrack(ingest.TrackConfig{Kind: ingest.Video, Codec: codec, PayloadType: pt, SSRC: ssrc})
	require.NoError(tb, err)
	return t
}

// Payloads of RFC 7798: a header of two bytes, of which the first holds the type.
const (
	hevcVPS    = "\x40\x01v"
	hevcSPS    = "\x42\x01s"
	hevcIDR    = "\x26\x01\x80i" // IDR_W_RADL, the first slice segment of its picture
	hevcTrail  = "\x02\x01\x80t"
	hevcTrail2 = "\x02\x01\x00u" // not the first slice segment
	hevcAP     = "\x60\x01\x00\x03" + hevcVPS + "\x00\x03" + hevcSPS
	hevcStart  = "\x62\x01\x93\x80i"
	hevcMiddle = "\x62\x01\x13m"
	hevcEnd    = "\x62\x01\x53e"
)

// OBUs in the AV1 payload format: a header without size, then content. A keyframe's packet begins with Z|Y|W|N.
const (
	obuSequence = "\x08q"
	obuFrame    = "\x30f"
	obuTile     = "\x20t"

	av1Key    = "\x28\x02" + obuSequence + obuFrame // W 2, N
	av1Frame  = "\x10" + obuFrame                   // W 1
	av1Many   = "\x00\x02" + obuFrame + "\x02" + obuTile
	av1Start  = "\x50\x30a" // W 1, Y
	av1Middle = "\xd0b"     // W 1, Z and Y
	av1End    = "\x90c"     // W 1, Z
)

// Payloads of RFC 9628: a descriptor of one byte, or of three with layers, then the frame, whose first byte tells
// keyframes (0x80) from others (0x84).
const (
	vp9Key    = "\x0c\x80k" // B and E
	vp9Inter  = "\x4c\x84p" // P as well
	vp9Start  = "\x48\x84a" // P and B
	vp9Middle = "\x40b"
	vp9End    = "\x44c"

	// Two spatial layers: L and TL0PICIDX; the first also has the sizes (V) of 320x180 and 640x360.
	vp9Sizes   = "\x2e\x00\x00\x30\x01\x40\x00\xb4\x02\x80\x01\x68\x80k"
	vp9Lower   = "\x6c\x00\x00\x84l"
	vp9Upper   = "\x6c\x03\x00\x84u" // refers to its predecessor and to the lower layer
	vp9UpperIn = "\x2c\x03\x00\x84v" // refers to the lower layer only
)

func TestFormats(t *testing.T) {
	t.Parallel()
	obu := func(header, content string) string { // with a size of four bytes
		return header + string([]byte{0x80 | byte(len(content)), 0x80, 0x80, 0}) + content
	}
	const td = "\x12\x00"
	sequence, frame := obu("\x0a", "q"), obu("\x32", "f")
	superframe := func(frames ...string) string {
		index := string([]byte{0xd8 | byte(len(frames)-1)})
		s := index
		for _, f := range frames {
			s += string([]byte{byte(len(f)), 0, 0, 0})
		}
		return strings.Join(frames, "") + s + index
	}
	tests := []struct {
		name, codec string
		arrivals    []arrival
		want        string
	}{
		{"H265 single NAL units", "H265", []arrival{part(0, 1, true, hevcIDR), part(1, 2, true, hevcTrail)}, "|" + hevcIDR + " key, |" + hevcTrail},
		{
			"H265 aggregated parameter sets and a fragmented IDR picture, out of order", "h265",
			[]arrival{part(0, 3, false, hevcMiddle), part(0, 4, true, hevcEnd), part(0, 1, false, hevcAP), part(0, 2, false, hevcStart)},
			"|" + hevcVPS + "|" + hevcSPS + "|\x26\x01\x80ime key",
		},
		{"H265 slices", "H265", []arrival{part(0, 1, false, hevcTrail), part(0, 2, false, hevcTrail2), part(1, 3, true, hevcTrail)}, "|" + hevcTrail + "|" + hevcTrail2 + ", |" + hevcTrail},
		{"H265 the beginning is lost", "H265", []arrival{part(0, 1, true, hevcTrail), part(1, 3, true, hevcTrail2), part(2, 4, true, hevcTrail)}, "|" + hevcTrail + ", 1:|" + hevcTrail},
		{"H265 a fragment is lost", "H265", []arrival{part(0, 1, false, hevcStart), part(0, 3, true, hevcEnd), part(1, 4, true, hevcTrail)}, "1:|" + hevcTrail},
		{"H265 fragments that do not end", "H265", []arrival{part(0, 1, false, hevcStart), part(0, 2, true, hevcMiddle), part(1, 3, true, hevcTrail)}, "1:|" + hevcTrail},

		{"AV1 a keyframe and another", "AV1", []arrival{part(0, 1, true, av1Key), part(1, 2, true, av1Frame)}, td + sequence + frame + " key, " + td + frame},
		{"AV1 elements with lengths", "AV1", []arrival{part(0, 1, true, av1Many)}, td + frame + obu("\x22", "t")},
		{"AV1 fragments", "AV1", []arrival{part(0, 3, true, av1End), part(0, 1, false, av1Start), part(0, 2, false, av1Middle)}, td + obu("\x32", "abc")},
		{"AV1 a fragment is lost", "AV1", []arrival{part(0, 1, false, av1Start), part(0, 3, true, av1End), part(1, 4, true, av1Frame)}, "1:" + td + frame},
		{"AV1 fragments that do not end", "AV1", []arrival{part(0, 1, true, av1Start), part(1, 2, true, av1Frame)}, "1:" + td + frame},
		{"AV1 an OBU that has its size", "AV1", []arrival{part(0, 1, true, "\x10\x32\x01f")}, td + "\x32\x01f"},
		{"AV1 an OBU with an extension", "AV1", []arrival{part(0, 1, true, "\x10\x34\x08f")}, td + obu("\x36\x08", "f")},
		{"AV1 no frame", "AV1", []arrival{part(0, 1, true, "\x10"+obuSequence), part(1, 2, true, av1Frame)}, "1:" + td + frame},
		{"AV1 a temporal delimiter is left out", "AV1", []arrival{part(0, 1, true, "\x20\x01\x10"+obuFrame)}, td + frame},

		{"VP9 frames", "VP9", []arrival{part(0, 1, true, vp9Key), part(1, 2, true, vp9Inter)}, "\x80k key, \x84p"},
		{"VP9 parts, out of order", "VP9", []arrival{part(0, 3, true, vp9End), part(0, 1, false, vp9Start), part(0, 2, false, vp9Middle)}, "\x84abc"},
		{"VP9 a part is lost", "VP9", []arrival{part(0, 1, false, vp9Start), part(0, 3, true, vp9End), part(1, 4, true, vp9Inter)}, "1:\x84p"},
		{"VP9 spatial layers", "VP9", []arrival{part(0, 1, false, vp9Sizes), part(0, 2, true, vp9UpperIn)}, superframe("\x80k", "\x84v") + " key"},
		{"VP9 a descriptor that ends early", "VP9", []arrival{part(0, 1, true, "\xac\x80"), part(1, 2, true, vp9Inter)}, "1:\x84p"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			track := trackOf(t, tt.codec)
			for _, a := range tt.arrivals {
				if err := track.Push(a.at, a.bytes()); err != nil {
					require.ErrorIs(t, err, ingest.ErrPayload)
				}
			}
			require.Equal(t, tt.want, describe(popAll(track, math.MaxInt64)))
		})
	}
}

// A layer that is larger than wanted is left out at once, and comes back with a frame that does not refer to what was
// left out.
func TestLimitHeight(t *testing.T) {
	t.Parallel()
	track := trackOf(t, "VP9")
	seq := uint16(0)
	picture := func(n int, lower, upper string) string {
		require.NoError(t, track.Push(0, part(n, seq, false, lower).bytes()))
		require.NoError(t, track.Push(0, part(n, seq+1, true, upper).bytes()))
		seq += 2
		return describe(popAll(track, math.MaxInt64))
	}
	require.Contains(t, picture(0, vp9Sizes, vp9UpperIn), "\x84v")
	require.Contains(t, picture(1, vp9Lower, vp9Upper), "\x84u")
	require.False(t, track.LimitHeight(200))
	require.Contains(t, picture(2, vp9Lower, vp9Upper), "\x84u", "only the upper layer has 200 lines")
	require.False(t, track.LimitHeight(180))
	require.Equal(t, "\x84l", picture(3, vp9Lower, vp9Upper))
	require.True(t, track.LimitHeight(0))
	require.Equal(t, "\x84l", picture(4, vp9Lower, vp9Upper), "it refers to what was left out")
	require.Contains(t, picture(5, vp9Lower, vp9UpperIn), "\x84v")
	require.Contains(t, picture(6, vp9Lower, vp9Upper), "\x84u")
	require.False(t, track.LimitHeight(0))
	require.Zero(t, track.Stats().DroppedUnits)
	require.False(t, videoTrack(t, nil).LimitHeight(1), "VP8 has no such layers")
}

func TestPayloads(t *testing.T) {
	t.Parallel()
	tests := []struct{ codec, name, payload string }{
		{"H265", "two bytes", "\x26\x01"},
		{"H265", "FU without content", "\x62\x01\x93"},
		{"H265", "FU with start and end", "\x62\x01\xd3\x80"},
		{"H265", "AP that ends within a size", "\x60\x01\x00"},
		{"H265", "AP with too large a size", "\x60\x01\x00\x09abc"},
		{"H265", "AP with a NAL unit of two bytes", "\x60\x01\x00\x02ab"},
		{"H265", "PACI", "\x64\x01abc"},
		{"AV1", "no element", "\x10"},
		{"AV1", "an empty element", "\x20\x00"},
		{"AV1", "a length beyond the packet", "\x00\x09a"},
		{"AV1", "a length that does not end", "\x00\xff"},
		{"AV1", "a length beyond all bounds", "\x00\xff\xff\xff\xff\xff\x01a"},
		{"AV1", "fewer elements than announced", "\x30\x02" + obuFrame},
		{"AV1", "forbidden bit", "\x10\xb0f"},
		{"VP9", "descriptor alone", "\x0c"},
		{"VP9", "picture ID cut off", "\x8c\x81"},
		{"VP9", "scalability structure cut off", "\x0e\x30\x01"},
	}
	for _, tt := range tests {
		t.Run(tt.codec+" "+tt.name, func(t *testing.T) {
			t.Parallel()
			err := trackOf(t, tt.codec).Push(0, pkt{seq: 1, marker: true, payload: []byte(tt.payload)}.bytes())
			require.ErrorIs(t, err, ingest.ErrPayload)
		})
	}
}

// TestNativeCalls takes real calls in codecs that only native decoders know: every frame comes out whole, the first one
// a keyframe.
func TestNativeCalls(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"../testdata/calls/vp9", "../testdata/calls/av1"} {
		c := readCall(t, dir)
		for i := range c.Participants {
			for _, p := range play(t, c, dir, i, 1000*ms, true) {
				if p.kind != ingest.Video {
					continue
				}
				require.Zero(t, p.stats.Lost, p.name)
				require.LessOrEqual(t, p.stats.DroppedUnits, int64(1), "the capture may end within a frame")
				require.Zero(t, p.stats.Bad, p.name)
				require.Greater(t, len(p.units), 80, p.name)
				require.True(t, p.units[0].Keyframe, p.name)
				for n, u := range p.units {
					require.Zero(t, u.Lost, "%s: unit %d", p.name, n)
				}
			}
		}
	}
}

// FuzzFormats pushes payloads in packets of one timestamp, each preceded by its length in a byte: what comes out is not
// much more than what went in.
func FuzzFormats(f *testing.F) {
	codecs := []string{"VP9", "H265", "AV1"}
	for codec, list := range [][]string{
		{vp9Sizes, vp9Upper}, {hevcAP, hevcStart, hevcMiddle, hevcEnd}, {av1Key, av1Many}, {av1Start, av1Middle, av1End},
	} {
		var b []byte
		for _, s := range list {
			b = append(append(b, byte(len(s))), s...)
		}
		f.Add(uint8(min(codec, 2)), b)
	}
	f.Fuzz(func(t *testing.T, codec uint8, b []byte) {
		track := trackOf(t, codecs[int(codec)%len(codecs)])
		size, packets := 0, 0
		for seq := uint16(0); len(b) > 0; seq++ {
			n := min(int(b[0]), len(b)-1)
			payload := b[1 : 1+n]
			b = b[1+n:]
			size += len(payload)
			packets++
			_ = track.Push(time.Duration(seq)*ms, pkt{seq: seq, marker: len(b) == 0, payload: payload}.bytes())
		}
		for _, u := range popAll(track, math.MaxInt64) {
			require.NotEmpty(t, u.payload)
			require.LessOrEqual(t, len(u.payload), 4*size+40)
		}
	})
}

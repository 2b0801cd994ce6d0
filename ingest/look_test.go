package ingest_test

import (
	"testing"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/ingest"
)

const (
	orientation = 5
	colorSpace  = 6
)

// TestLook sends frames of one packet with header extensions and says how each is to be shown.
func TestLook(t *testing.T) {
	t.Parallel()
	type extensions map[uint8][]byte
	turned := func(n uint8) ingest.Look { return ingest.Look{Rotation: n} }
	bt709 := ingest.Look{HasColor: true, BT709: true}
	for _, row := range []struct {
		name   string
		frames []extensions
		inter  bool // the frames after the first are no keyframes
		want   []ingest.Look
	}{
		{"nothing", []extensions{{}, {}}, false, []ingest.Look{{}, {}}},
		{
			"all four rotations",
			[]extensions{{5: {0}}, {5: {1}}, {5: {2}}, {5: {3}}},
			false,
			[]ingest.Look{turned(0), turned(1), turned(2), turned(3)},
		},
		{"camera and flip are ignored", []extensions{{5: {0xfd}}}, false, []ingest.Look{turned(1)}},
		{"a rotation holds", []extensions{{5: {2}}, {}, {}}, false, []ingest.Look{turned(2), turned(2), turned(2)}},
		{"of the wrong size", []extensions{{5: {1, 1}, 6: {1, 1, 1}}}, false, []ingest.Look{{}}},
		{"another extension", []extensions{{7: {1}}}, false, []ingest.Look{{}}},
		{"BT.709, limited", []extensions{{6: {1, 1, 1, 0x10}}}, false, []ingest.Look{bt709}},
		{"BT.709, full", []extensions{{6: {1, 1, 1, 0x25}}}, false, []ingest.Look{{HasColor: true, BT709: true, FullRange: true}}},
		{"BT.601 of PAL, derived range", []extensions{{6: {5, 6, 5, 0x30}}}, false, []ingest.Look{{HasColor: true}}},
		{"BT.601 of NTSC", []extensions{{6: {6, 6, 6, 0x20}}}, false, []ingest.Look{{HasColor: true, FullRange: true}}},
		{"BT.2020 is not known", []extensions{{6: {9, 16, 9, 0x10}}}, false, []ingest.Look{{}}},
		{"a color holds", []extensions{{6: {1, 1, 1, 0x10}}, {}, {}}, true, []ingest.Look{bt709, bt709, bt709}},
		{"up to the next keyframe", []extensions{{6: {1, 1, 1, 0x10}}, {}}, false, []ingest.Look{bt709, {}}},
		{"both", []extensions{{5: {1}, 6: {1, 1, 1, 0x10}}, {}}, true, []ingest.Look{
			{Rotation: 1, HasColor: true, BT709: true}, {Rotation: 1, HasColor: true, BT709: true},
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			track, err := ingest.NewTrack(ingest.TrackConfig{
				Kind: ingest.Video, Codec: "VP8", PayloadType: pt, SSRC: ssrc,
				HeaderExtensions: map[uint8]string{
					orientation: ingest.OrientationURI, colorSpace: ingest.ColorSpaceURI, 9: ingest.OrientationURI, 7: "urn:other",
				},
			})
			require.NoError(t, err)
			for i, e := range row.frames {
				p := rtp.Packet{
					Header: rtp.Header{
						Version: 2, PayloadType: pt, SSRC: ssrc, Marker: true, SequenceNumber: uint16(i), Timestamp: uint32(3000 * i),
					},
					Payload: []byte{0x10, 0, 1, 2},
				}
				if row.inter && i > 0 {
					p.Payload[1] = 1
				}
				for id, b := range e {
					require.NoError(t, p.SetExtension(id, b))
				}
				b, err := p.Marshal()
				require.NoError(t, err)
				require.NoError(t, track.Push(0, b))
			}
			var got []ingest.Look
			for _, u := range popAll(track, 1000*ms) {
				got = append(got, u.Look)
			}
			require.Equal(t, row.want, got)
		})
	}
}

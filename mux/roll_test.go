package mux_test

import (
	"bytes"
	"testing"

	"github.com/abema/go-mp4"
	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mux"
)

// TestRoll: in every form each AAC sample is marked as one that decodes right after the sample before it, and no picture
// is.
func TestRoll(t *testing.T) {
	t.Parallel()
	written, _ := small(t, 5)
	var indexed, progressive bytes.Buffer
	require.NoError(t, mux.Indexed(&indexed, bytes.NewReader(written)))
	require.NoError(t, mux.Progressive(&progressive, bytes.NewReader(written)))
	for name, file := range map[string][]byte{"written": written, "indexed": indexed.Bytes(), "progressive": progressive.Bytes()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sgpd := boxOf[*mp4.Sgpd](t, file, "moov", "trak", "mdia", "minf", "stbl", "sgpd")
			require.Equal(t, "roll", string(sgpd.GroupingType[:]))
			require.Equal(t, []int16{-1}, sgpd.RollDistances)
			total, tracks := 0, 0
			track, samples := uint32(0), 0
			_, err := mp4.ReadBoxStructure(bytes.NewReader(file), func(h *mp4.ReadHandle) (any, error) {
				switch h.BoxInfo.Type.String() {
				case "moov", "trak", "mdia", "minf", "stbl", "moof", "traf":
					return h.Expand()
				case "tkhd", "tfhd", "trun", "stsz", "sbgp":
				default:
					return nil, nil
				}
				box, _, err := h.ReadPayload()
				require.NoError(t, err)
				switch b := box.(type) {
				case *mp4.Tkhd:
					track, samples = b.TrackID, 0
				case *mp4.Tfhd:
					track, samples = b.TrackID, 0
				case *mp4.Trun:
					samples += int(b.SampleCount)
				case *mp4.Sbgp:
					require.EqualValues(t, 2, track)
					require.Equal(t, "roll", string([]byte{byte(b.GroupingType >> 24), byte(b.GroupingType >> 16), byte(b.GroupingType >> 8), byte(b.GroupingType)}))
					require.Len(t, b.Entries, 1)
					require.EqualValues(t, 1, b.Entries[0].GroupDescriptionIndex)
					if name != "progressive" {
						require.EqualValues(t, samples, b.Entries[0].SampleCount, "all of the fragment")
					}
					total += int(b.Entries[0].SampleCount)
					tracks++
				}
				return nil, nil
			})
			require.NoError(t, err)
			require.Equal(t, 7+5+4, total)
			require.NotZero(t, tracks)
		})
	}
}

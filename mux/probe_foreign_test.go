package mux_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/abema/go-mp4"
	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mux"
)

// marshal builds a box with go-mp4.
func marshal(t *testing.T, box mp4.IImmutableBox, children ...[]byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	_, err := mp4.Marshal(&buf, box, mp4.Context{})
	require.NoError(t, err)
	return rawBox(box.GetType().String(), append([][]byte{buf.Bytes()}, children...)...)
}

func rawBox(kind string, content ...[]byte) []byte {
	b := append(make([]byte, 4), kind...)
	b = append(b, bytes.Join(content, nil)...)
	binary.BigEndian.PutUint32(b, uint32(len(b)))
	return b
}

func flags(version uint8, f uint32) mp4.FullBox {
	return mp4.FullBox{Version: version, Flags: [3]byte{byte(f >> 16), byte(f >> 8), byte(f)}}
}

// initOnly returns the init segment for a configuration.
func initOnly(t *testing.T, cfg mux.Config) []byte {
	t.Helper()
	var buf bytes.Buffer
	_, err := mux.NewWriter(&buf, cfg)
	require.NoError(t, err)
	return buf.Bytes()
}

// TestProbeForeignFragments reads fragments laid out in ways that Writer does not use but the standard allows.
func TestProbeForeignFragments(t *testing.T) {
	t.Parallel()
	nal := []byte{0, 0, 0, 1, 0x65}
	const sync, nonSync = 0x02000000, 0x01010000
	mfhd := marshal(t, &mp4.Mfhd{SequenceNumber: 1})
	start := initOnly(t, config())
	twoSizes := []mp4.TrunEntry{{SampleSize: 5}, {SampleSize: 5}}

	tests := []struct {
		name    string
		traf    func(t *testing.T, moofAt, data int) [][]byte // data: offset of the samples from moof
		mdat    []byte
		track   int // index
		samples int
		sync    int
		start   int64
		length  int64
	}{
		{
			name: "base data offset, tfdt of version 0, first sample flags",
			traf: func(t *testing.T, moofAt, data int) [][]byte {
				return [][]byte{
					marshal(t, &mp4.Tfhd{FullBox: flags(0, 1), TrackID: 1, BaseDataOffset: uint64(moofAt + data)}),
					marshal(t, &mp4.Tfdt{BaseMediaDecodeTimeV0: 500}),
					marshal(t, &mp4.Trun{
						FullBox: flags(0, 0x1|0x4|0x200), SampleCount: 2, FirstSampleFlags: sync, Entries: twoSizes,
					}),
				}
			},
			mdat: slices.Concat(nal, nal), samples: 2, sync: 1, start: 500, length: 4000,
		},
		{
			name: "all defaults from tfhd, no tfdt, two runs of which the second follows the first",
			traf: func(t *testing.T, _, data int) [][]byte {
				return [][]byte{
					marshal(t, &mp4.Tfhd{
						FullBox: flags(0, 0x2|0x8|0x10|0x20|0x20000), TrackID: 1, SampleDescriptionIndex: 1,
						DefaultSampleDuration: 300, DefaultSampleSize: 5, DefaultSampleFlags: sync,
					}),
					marshal(t, &mp4.Trun{FullBox: flags(0, 1), SampleCount: 2, DataOffset: int32(data), Entries: make([]mp4.TrunEntry, 2)}),
					marshal(t, &mp4.Trun{SampleCount: 1, Entries: make([]mp4.TrunEntry, 1)}),
				}
			},
			mdat: slices.Concat(nal, nal, nal), samples: 3, sync: 3, length: 900,
		},
		{
			name: "composition offsets of version 0",
			traf: func(t *testing.T, _, data int) [][]byte {
				return [][]byte{
					marshal(t, &mp4.Tfhd{FullBox: flags(0, 0x20000), TrackID: 1}),
					marshal(t, &mp4.Trun{
						FullBox: flags(0, 0x1|0x200|0x400|0x800), SampleCount: 2, DataOffset: int32(data),
						Entries: []mp4.TrunEntry{
							{SampleSize: 5, SampleFlags: sync, SampleCompositionTimeOffsetV0: 2000},
							{SampleSize: 5, SampleFlags: nonSync, SampleCompositionTimeOffsetV0: 4000},
						},
					}),
				}
			},
			mdat: slices.Concat(nal, nal), samples: 2, sync: 1, start: 2000, length: 6000,
		},
		{
			name: "composition offsets of version 1 and own durations",
			traf: func(t *testing.T, _, data int) [][]byte {
				return [][]byte{
					marshal(t, &mp4.Tfhd{FullBox: flags(0, 0x20000), TrackID: 1}),
					marshal(t, &mp4.Tfdt{FullBox: flags(1, 0), BaseMediaDecodeTimeV1: 10}),
					marshal(t, &mp4.Trun{
						FullBox: flags(1, 0x1|0x100|0x200|0x400|0x800), SampleCount: 2, DataOffset: int32(data),
						Entries: []mp4.TrunEntry{
							{SampleDuration: 7, SampleSize: 5, SampleFlags: sync, SampleCompositionTimeOffsetV1: -3},
							{SampleDuration: 8, SampleSize: 5, SampleFlags: nonSync, SampleCompositionTimeOffsetV1: -7},
						},
					}),
				}
			},
			mdat: slices.Concat(nal, nal), samples: 2, sync: 1, start: 7, length: 11,
		},
		{
			name: "audio that the edit list cuts in the middle",
			traf: func(t *testing.T, _, data int) [][]byte {
				return [][]byte{
					marshal(t, &mp4.Tfhd{FullBox: flags(0, 0x10|0x20000), TrackID: 2, DefaultSampleSize: 1}),
					marshal(t, &mp4.Tfdt{BaseMediaDecodeTimeV0: 900}),
					marshal(t, &mp4.Trun{FullBox: flags(0, 1), SampleCount: 3, DataOffset: int32(data), Entries: make([]mp4.TrunEntry, 3)}),
				}
			},
			mdat: []byte{1, 2, 3}, track: 1, samples: 3, sync: 3, start: 900, length: 2048,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before := slices.Concat(start, rawBox("styp", []byte("msdh\x00\x00\x00\x00")))
			moof := func(data int) []byte {
				return marshal(t, &mp4.Moof{}, mfhd, marshal(t, &mp4.Traf{}, tt.traf(t, len(before), data)...))
			}
			size := len(moof(0))
			large := binary.BigEndian.AppendUint64([]byte("\x00\x00\x00\x01mdat"), uint64(16+len(tt.mdat)))
			for _, file := range [][]byte{
				slices.Concat(before, moof(size+8), rawBox("mdat", tt.mdat)),
				slices.Concat(before, moof(size+16), large, tt.mdat),
			} {
				r := probe(t, file)
				require.Equal(t, []string{"no index (mfra)"}, r.Problems)
				require.EqualValues(t, len(file), r.WholeBytes)
				track := r.Tracks[tt.track]
				require.Equal(t, tt.samples, track.Samples)
				require.Equal(t, tt.sync, track.SyncSamples)
				require.Equal(t, tt.start, track.Start)
				require.Equal(t, tt.length, track.Duration)
				require.EqualValues(t, len(tt.mdat), track.Bytes)
			}
		})
	}
}

// TestProbeForeignInit changes the init segment.
func TestProbeForeignInit(t *testing.T) {
	t.Parallel()
	edits := func(entries ...mp4.ElstEntry) []byte {
		return marshal(t, &mp4.Edts{}, marshal(t, &mp4.Elst{EntryCount: uint32(len(entries)), Entries: entries}))
	}
	audio := config()
	audio.Video = nil
	tests := []struct {
		name    string
		change  func(c *mux.Config)
		edts    []byte // in place of the edit list
		codec   string
		preRoll int64
		start   int64
		problem string
	}{
		{name: "as it is", codec: "mp4a.40.2", preRoll: 1024},
		{
			name: "empty edit of a quarter second first", codec: "mp4a.40.2", preRoll: 1024, start: 4000,
			edts: edits(mp4.ElstEntry{SegmentDurationV0: 4000, MediaTimeV0: -1}, mp4.ElstEntry{MediaTimeV0: 1024}),
		},
		{
			name: "endless empty edits", codec: "mp4a.40.2", start: 1 << 30,
			edts: edits(slices.Repeat([]mp4.ElstEntry{{SegmentDurationV0: 1<<32 - 1, MediaTimeV0: -1}}, 9)...),
		},
		{
			name: "two edits", codec: "mp4a.40.2", preRoll: 0, problem: "edits after the first",
			edts: edits(mp4.ElstEntry{}, mp4.ElstEntry{MediaTimeV0: 1024}),
		},
		{
			name: "object type 42", codec: "mp4a.40.42", preRoll: 1024,
			change: func(c *mux.Config) { c.Audio.Config = []byte{0xf9, 0x40} }, // 31, then 42-32 in 6 bits
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := audio
			settings := *audio.Audio
			cfg.Audio = &settings
			if tt.change != nil {
				tt.change(&cfg)
			}
			var buf bytes.Buffer
			w, err := mux.NewWriter(&buf, cfg)
			require.NoError(t, err)
			size := buf.Len()
			require.NoError(t, w.WriteFragment(mux.Fragment{Audio: []mux.Sample{{Data: []byte{1}}, {Data: []byte{2}}}}))
			file := buf.Bytes()
			if tt.edts != nil {
				file = replaceBox(t, file[:size], "edts", tt.edts, "moov", "trak")
				file = append(file, buf.Bytes()[size:]...)
			}
			r := probe(t, file)
			require.Contains(t, strings.Join(r.Problems, "\n"), tt.problem)
			require.Equal(t, tt.codec, r.Tracks[0].Codec)
			require.Equal(t, tt.preRoll, r.Tracks[0].PreRoll)
			require.Equal(t, tt.start, r.Tracks[0].Start)
			require.True(t, r.Fragments[0].Sync)
		})
	}
}

// replaceBox replaces the first box of a kind and mends the sizes of its parents.
func replaceBox(t *testing.T, file []byte, kind string, box []byte, parents ...string) []byte {
	t.Helper()
	at := bytes.Index(file, []byte(kind)) - 4
	require.Greater(t, at, 0)
	old := int(binary.BigEndian.Uint32(file[at:]))
	changed := slices.Concat(file[:at], box, file[at+old:])
	for _, parent := range parents {
		p := bytes.Index(changed, []byte(parent)) - 4
		size := int(binary.BigEndian.Uint32(changed[p:])) + len(box) - old
		binary.BigEndian.PutUint32(changed[p:], uint32(size))
	}
	return changed
}

// Package mp4ffcheck has mp4ff, an MP4 library of other hands, read what mux writes. It is a module of its own, so that
// nobody who uses callrec fetches it.
package mp4ffcheck

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"
	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mux"
)

const (
	fragments = 5
	pictures  = 16
	sounds    = 31
	offset    = 100
)

// write makes a file of a few fragments, with parameter sets of High profile.
func write(t *testing.T) []byte {
	t.Helper()
	var buf bytes.Buffer
	w, err := mux.NewWriter(&buf, mux.Config{
		Timescale: 16000,
		Video: &mux.VideoConfig{
			Width: 1920, Height: 1080, FrameDuration: 2000, MaxBitrate: 1_000_000,
			SPS: []byte{
				0x67, 0x64, 0x00, 0x28, 0xac, 0xd9, 0x40, 0x78, 0x02, 0x27, 0xe5, 0x9a, 0x80, 0x80, 0x80, 0xa0,
				0x00, 0x00, 0x03, 0x00, 0x20, 0x00, 0x00, 0x07, 0x81, 0xe3, 0x06, 0x32, 0xc0,
			},
			PPS: [][]byte{{0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0}},
		},
		Audio: &mux.AudioConfig{
			Config: []byte{0x14, 0x08}, SampleRate: 16000, Channels: 1, FrameDuration: 1024, PreRoll: 1024, Offset: offset,
		},
	})
	require.NoError(t, err)
	for n := range fragments {
		var f mux.Fragment
		for i := range pictures {
			f.Video = append(f.Video, mux.Sample{Data: picture(n, i), Sync: i == 0 && n%2 == 0})
		}
		for i := range sounds {
			f.Audio = append(f.Audio, mux.Sample{Data: bytes.Repeat([]byte{byte(n), byte(i)}, i+1)})
		}
		require.NoError(t, w.WriteFragment(f))
	}
	require.NoError(t, w.Close())
	return buf.Bytes()
}

func picture(n, i int) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(i+3))
	return append(b, bytes.Repeat([]byte{0x41, byte(n)}, i+3)[:i+3]...)
}

func checkInit(t *testing.T, moov *mp4.MoovBox) {
	t.Helper()
	require.Len(t, moov.Traks, 2)
	video, audio := moov.Traks[0], moov.Traks[1]
	avcC := video.Mdia.Minf.Stbl.Stsd.AvcX.AvcC
	require.EqualValues(t, 100, avcC.AVCProfileIndication)
	require.EqualValues(t, 1, avcC.ChromaFormat)
	require.False(t, avcC.NoTrailingInfo, "the fields of High profile are there")
	require.EqualValues(t, 16000, audio.Mdia.Mdhd.Timescale)
	require.Equal(t, []byte{0x14, 0x08}, audio.Mdia.Minf.Stbl.Stsd.Mp4a.Esds.DecConfigDescriptor.DecSpecificInfo.DecConfig)
	require.EqualValues(t, 1024, audio.Edts.Elst[0].Entries[0].MediaTime)
	roll := audio.Mdia.Minf.Stbl.Sgpd
	require.NotNil(t, roll)
	require.Equal(t, "roll", roll.GroupingType)
	require.Equal(t, []mp4.SampleGroupEntry{&mp4.RollSampleGroupEntry{RollDistance: -1}}, roll.SampleGroupEntries)
}

// TestFragmented reads the fragmented forms, whose samples and times have to come out as they went in.
func TestFragmented(t *testing.T) {
	file := write(t)
	var indexed bytes.Buffer
	require.NoError(t, mux.Indexed(&indexed, bytes.NewReader(file)))
	for name, data := range map[string][]byte{"as written": file, "indexed": indexed.Bytes()} {
		t.Run(name, func(t *testing.T) {
			f, err := mp4.DecodeFile(bytes.NewReader(data))
			require.NoError(t, err)
			require.True(t, f.IsFragmented())
			checkInit(t, f.Init.Moov)
			require.Equal(t, name == "indexed", f.Sidx != nil)
			require.NotNil(t, f.Mfra)
			times, seen := map[uint32]uint64{}, map[uint32]int{}
			joined := 1 // fragments as written in each
			if name == "indexed" {
				joined = 2 // every other one starts with a sync sample
			}
			n := 0
			for _, segment := range f.Segments {
				for _, fragment := range segment.Fragments {
					for _, trex := range f.Init.Moov.Mvex.Trexs {
						samples, err := fragment.GetFullSamples(trex)
						require.NoError(t, err)
						checkSamples(t, trex.TrackID, samples, times, seen)
					}
					n++
				}
			}
			require.Equal(t, (fragments+joined-1)/joined, n)
			require.EqualValues(t, fragments*pictures*2000, times[1])
			require.EqualValues(t, fragments*sounds*1024+offset, times[2])

			var again bytes.Buffer
			require.NoError(t, f.Encode(&again))
			require.Equal(t, data, again.Bytes(), "mp4ff would have written the same")
		})
	}
}

// checkSamples takes the next samples of a track; seen are how many came before them.
func checkSamples(t *testing.T, track uint32, samples []mp4.FullSample, times map[uint32]uint64, seen map[uint32]int) {
	t.Helper()
	for _, s := range samples {
		require.Equal(t, times[track], s.DecodeTime)
		times[track] += uint64(s.Dur)
		number := seen[track]
		seen[track]++
		if track == 2 {
			n, i := number/sounds, number%sounds
			require.Equal(t, bytes.Repeat([]byte{byte(n), byte(i)}, i+1), s.Data)
			continue
		}
		n, i := number/pictures, number%pictures
		require.Equal(t, picture(n, i), s.Data)
		require.Equal(t, i == 0 && n%2 == 0, s.IsSync())
	}
}

// TestProgressive reads the form without fragments.
func TestProgressive(t *testing.T) {
	var buf bytes.Buffer
	require.NoError(t, mux.Progressive(&buf, bytes.NewReader(write(t))))
	f, err := mp4.DecodeFile(bytes.NewReader(buf.Bytes()))
	require.NoError(t, err)
	require.False(t, f.IsFragmented())
	checkInit(t, f.Moov)
	stbl := f.Moov.Trak.Mdia.Minf.Stbl
	require.EqualValues(t, fragments*pictures, stbl.Stsz.SampleNumber)
	require.Equal(t, []uint32{1, 33, 65}, stbl.Stss.SampleNumber)
	require.EqualValues(t, fragments*pictures*2000, f.Moov.Trak.Mdia.Mdhd.Duration)
	samples, err := f.Moov.Trak.GetSampleData(1, fragments*pictures)
	require.NoError(t, err)
	require.Len(t, samples, fragments*pictures)
	for k := range samples {
		ranges, err := f.Moov.Trak.GetRangesForSampleInterval(uint32(k+1), uint32(k+1))
		require.NoError(t, err)
		require.Len(t, ranges, 1)
		data := buf.Bytes()[ranges[0].Offset : ranges[0].Offset+ranges[0].Size]
		require.Equal(t, picture(k/pictures, k%pictures), data)
	}
	require.NoError(t, f.Encode(io.Discard))
}

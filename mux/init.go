package mux

import (
	"bytes"
	"encoding/binary"

	"github.com/abema/go-mp4"
)

// Track ids. A file with one track keeps the id that the track would have beside the other.
const (
	videoTrackID = 1
	audioTrackID = 2
)

// Sample flags (ISO/IEC 14496-12 8.8.3.1): sample_depends_on in bits 25 and 24, sample_is_non_sync_sample in bit 16.
const (
	flagsSync    = 2 << 24
	flagsNonSync = 1<<24 | isNonSync
	isNonSync    = 1 << 16
)

// node is one box to write: its own fields, then its children.
type node struct {
	box      mp4.IImmutableBox
	children []node
}

// appendBoxes serializes nodes in order.
func appendBoxes(buf *bytes.Buffer, nodes ...node) error {
	for _, n := range nodes {
		start := buf.Len()
		boxType := n.box.GetType()
		buf.Write(make([]byte, 4)) // size, known at the end
		buf.Write(boxType[:])
		if _, err := mp4.Marshal(buf, n.box, mp4.Context{}); err != nil {
			return err
		}
		if err := appendBoxes(buf, n.children...); err != nil {
			return err
		}
		binary.BigEndian.PutUint32(buf.Bytes()[start:], uint32(buf.Len()-start))
	}
	return nil
}

// initSegment builds ftyp and moov.
func initSegment(cfg *Config) ([]byte, error) {
	moov := node{box: &mp4.Moov{}, children: []node{{box: movieHeader(cfg.Timescale)}}}
	mvex := node{box: &mp4.Mvex{}}
	if v := cfg.Video; v != nil {
		entry, err := videoEntry(v)
		if err != nil {
			return nil, err
		}
		header := trackHeader(videoTrackID)
		header.Width, header.Height = uint32(v.Width)<<16, uint32(v.Height)<<16
		moov.children = append(moov.children, node{box: &mp4.Trak{}, children: []node{
			{box: header},
			media(cfg.Timescale, "vide", "VideoHandler", &mp4.Vmhd{FullBox: fullBox(0, 1)}, entry),
		}})
		mvex.children = append(mvex.children, trackExtends(videoTrackID, v.FrameDuration, flagsNonSync))
	}
	if a := cfg.Audio; a != nil {
		header := trackHeader(audioTrackID)
		header.Volume, header.AlternateGroup = 0x0100, 1
		trak := node{box: &mp4.Trak{}, children: []node{{box: header}}}
		if a.PreRoll > 0 {
			trak.children = append(trak.children, edit(a.PreRoll))
		}
		trak.children = append(trak.children,
			media(cfg.Timescale, "soun", "SoundHandler", &mp4.Smhd{}, audioEntry(a), rollGroup()))
		moov.children = append(moov.children, trak)
		mvex.children = append(mvex.children, trackExtends(audioTrackID, a.FrameDuration, flagsSync))
	}
	moov.children = append(moov.children, mvex)

	var buf bytes.Buffer
	err := appendBoxes(&buf, node{box: fileType()}, moov)
	return buf.Bytes(), err
}

// fileType names iso6 as what is needed to read the file: it is the brand that brings default-base-is-moof with tfdt
// (ISO/IEC 14496-12 annex E). mp42 is for readers that look for nothing else.
func fileType() *mp4.Ftyp {
	ftyp := &mp4.Ftyp{MajorBrand: [4]byte{'i', 's', 'o', '6'}}
	for _, brand := range []string{"iso6", "iso5", "avc1", "mp42"} {
		ftyp.CompatibleBrands = append(ftyp.CompatibleBrands, mp4.CompatibleBrandElem{
			CompatibleBrand: [4]byte([]byte(brand)),
		})
	}
	return ftyp
}

func fullBox(version uint8, flags uint32) mp4.FullBox {
	return mp4.FullBox{Version: version, Flags: [3]byte{byte(flags >> 16), byte(flags >> 8), byte(flags)}}
}

// identity is the unity transformation matrix in 16.16 (last column 2.30).
func identity() [9]int32 {
	return [9]int32{1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30}
}

// movieHeader leaves the duration 0: all samples are in fragments (ISO/IEC 14496-12 8.8.2.1).
func movieHeader(timescale uint32) *mp4.Mvhd {
	return &mp4.Mvhd{
		Timescale: timescale, Rate: 1 << 16, Volume: 0x0100, Matrix: identity(), NextTrackID: audioTrackID + 1,
	}
}

// trackHeader marks the track as enabled, in the movie and in its preview.
func trackHeader(id uint32) *mp4.Tkhd {
	return &mp4.Tkhd{FullBox: fullBox(0, 7), TrackID: id, Matrix: identity()}
}

// edit builds the edit list that starts the presentation at mediaTime. segment_duration 0 stands for the whole of a
// fragmented track (ISO/IEC 14496-12 8.6.6.1).
func edit(mediaTime uint32) node {
	return node{box: &mp4.Edts{}, children: []node{{box: &mp4.Elst{
		EntryCount: 1,
		Entries:    []mp4.ElstEntry{{MediaTimeV0: int32(mediaTime), MediaRateInteger: 1}},
	}}}}
}

// rollGroup describes the group of all AAC samples: each decodes right only after the one before it, of whose window half
// overlaps with its own (ISO/IEC 14496-12 10.1: a roll distance of -1; 8.9.3).
func rollGroup() node {
	return node{box: &mp4.Sgpd{
		FullBox: fullBox(1, 0), GroupingType: [4]byte([]byte(rollType)), DefaultLength: 2, EntryCount: 1, RollDistances: []int16{-1},
	}}
}

// media builds the mdia box with its empty sample table, which ends with the groups.
func media(timescale uint32, handler, name string, header mp4.IImmutableBox, entry node, groups ...node) node {
	dataReference := node{box: &mp4.Dref{EntryCount: 1}, children: []node{{box: &mp4.Url{FullBox: fullBox(0, 1)}}}}
	sampleTable := node{box: &mp4.Stbl{}, children: append([]node{
		{box: &mp4.Stsd{EntryCount: 1}, children: []node{entry}},
		{box: &mp4.Stts{}},
		{box: &mp4.Stsc{}},
		{box: &mp4.Stsz{}},
		{box: &mp4.Stco{}},
	}, groups...)}
	return node{box: &mp4.Mdia{}, children: []node{
		{box: &mp4.Mdhd{Timescale: timescale, Language: [3]byte{'u' - 0x60, 'n' - 0x60, 'd' - 0x60}}},
		{box: &mp4.Hdlr{HandlerType: [4]byte([]byte(handler)), Name: name}},
		{box: &mp4.Minf{}, children: []node{
			{box: header},
			{box: &mp4.Dinf{}, children: []node{dataReference}},
			sampleTable,
		}},
	}}
}

func trackExtends(id, duration, flags uint32) node {
	return node{box: &mp4.Trex{
		TrackID: id, DefaultSampleDescriptionIndex: 1, DefaultSampleDuration: duration, DefaultSampleFlags: flags,
	}}
}

// videoEntry builds the avc1 sample entry (ISO/IEC 14496-15 5.4.2).
func videoEntry(v *VideoConfig) (node, error) {
	avcC, err := avcConfiguration(v)
	if err != nil {
		return node{}, err
	}
	entry := node{
		box: &mp4.VisualSampleEntry{
			SampleEntry: sampleEntry(mp4.BoxTypeAvc1()),
			Width:       uint16(v.Width), Height: uint16(v.Height),
			Horizresolution: 72 << 16, Vertresolution: 72 << 16, // the template's 72 dpi
			FrameCount: 1, Depth: 24, PreDefined3: -1,
		},
		children: []node{
			{box: avcC},
			{box: &mp4.Colr{
				ColourType:      [4]byte{'n', 'c', 'l', 'x'},
				ColourPrimaries: 1, TransferCharacteristics: 1, MatrixCoefficients: 1, // ISO/IEC 23091-2: BT.709
			}},
			{box: &mp4.PixelAspectRatioBox{
				AnyTypeBox: mp4.AnyTypeBox{Type: mp4.BoxTypePasp()}, HSpacing: 1, VSpacing: 1,
			}},
		},
	}
	if v.AvgBitrate != 0 || v.MaxBitrate != 0 {
		entry.children = append(entry.children,
			node{box: &mp4.Btrt{MaxBitrate: v.MaxBitrate, AvgBitrate: v.AvgBitrate}})
	}
	return entry, nil
}

func sampleEntry(t mp4.BoxType) mp4.SampleEntry {
	return mp4.SampleEntry{AnyTypeBox: mp4.AnyTypeBox{Type: t}, DataReferenceIndex: 1}
}

// avcConfiguration builds the avcC box (ISO/IEC 14496-15 5.3.3.1). The reserved fields are all ones.
func avcConfiguration(v *VideoConfig) (*mp4.AVCDecoderConfiguration, error) {
	c, err := readChroma(v.SPS)
	if err != nil {
		return nil, err
	}
	pps := make([]mp4.AVCParameterSet, len(v.PPS))
	for i, set := range v.PPS {
		pps[i] = mp4.AVCParameterSet{Length: uint16(len(set)), NALUnit: set}
	}
	return &mp4.AVCDecoderConfiguration{
		AnyTypeBox:                 mp4.AnyTypeBox{Type: mp4.BoxTypeAvcC()},
		ConfigurationVersion:       1,
		Profile:                    v.SPS[1],
		ProfileCompatibility:       v.SPS[2],
		Level:                      v.SPS[3],
		Reserved:                   0x3f,
		LengthSizeMinusOne:         3,
		Reserved2:                  0x07,
		NumOfSequenceParameterSets: 1,
		SequenceParameterSets:      []mp4.AVCParameterSet{{Length: uint16(len(v.SPS)), NALUnit: v.SPS}},
		NumOfPictureParameterSets:  uint8(len(v.PPS)),
		PictureParameterSets:       pps,
		HighProfileFieldsEnabled:   c.present,
		Reserved3:                  0x3f,
		ChromaFormat:               c.format,
		Reserved4:                  0x1f,
		BitDepthLumaMinus8:         c.lumaBits,
		Reserved5:                  0x1f,
		BitDepthChromaMinus8:       c.chromaBits,
	}, nil
}

// audioEntry builds the mp4a sample entry (ISO/IEC 14496-14 6.7).
func audioEntry(a *AudioConfig) node {
	return node{
		box: &mp4.AudioSampleEntry{
			SampleEntry:  sampleEntry(mp4.BoxTypeMp4a()),
			ChannelCount: uint16(a.Channels), SampleSize: 16, SampleRate: uint32(a.SampleRate) << 16,
		},
		children: []node{{box: esDescriptor(a)}},
	}
}

// esDescriptor builds the esds box: an ES_Descriptor that holds a DecoderConfigDescriptor with its
// DecoderSpecificInfo, and an SLConfigDescriptor (ISO/IEC 14496-1 7.2.6). The list is flat because the nesting is only
// in the sizes; each header is a tag and a size in four bytes.
func esDescriptor(a *AudioConfig) *mp4.Esds {
	const header, decoderFields, esFields, slFields = 5, 13, 3, 1
	specific := uint32(len(a.Config))
	decoder := decoderFields + header + specific
	return &mp4.Esds{Descriptors: []mp4.Descriptor{
		{
			Tag: mp4.ESDescrTag, Size: esFields + header + decoder + header + slFields,
			ESDescriptor: &mp4.ESDescriptor{}, // ES_ID is 0 in files, ISO/IEC 14496-14 3.1.2
		},
		{
			Tag: mp4.DecoderConfigDescrTag, Size: decoder,
			DecoderConfigDescriptor: &mp4.DecoderConfigDescriptor{
				ObjectTypeIndication: 0x40, // ISO/IEC 14496-3 audio
				StreamType:           5,    // AudioStream
				Reserved:             true,
				MaxBitrate:           a.MaxBitrate, AvgBitrate: a.AvgBitrate,
			},
		},
		{Tag: mp4.DecSpecificInfoTag, Size: specific, Data: a.Config},
		{Tag: mp4.SLConfigDescrTag, Size: slFields, Data: []byte{2}}, // predefined for MP4 files
	}}
}

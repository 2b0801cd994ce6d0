package mux

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/abema/go-mp4"
)

// track is what Probe knows of a track while it goes through the fragments.
type track struct {
	report                TrackReport
	handler               string
	duration, size, flags uint32 // defaults from trex
	extended              bool   // has a trex
	lengthSize            int    // bytes of a NAL unit's length, 0 if not H.264
	next                  int64  // tfdt that the next run should have
	presented             bool   // start and end are set
	start, end            int64  // presentation times
	editStart             int64  // media time that is presented first
	roll                  bool   // samples may be of the group "roll"
	delay                 int64  // of the presentation, by empty edits
}

// maxDelay bounds what empty edits add up to, in ticks of the movie, so that it can be multiplied by a timescale.
const maxDelay = 1 << 30

// unmarshal reads the fields of a box and returns how many bytes they took.
func unmarshal(payload []byte, dst mp4.IBox) (int, error) {
	n, err := mp4.Unmarshal(bytes.NewReader(payload), uint64(len(payload)), dst, mp4.Context{})
	return int(n), err
}

func (p *prober) fileType(data []byte) {
	var ftyp mp4.Ftyp
	if _, err := unmarshal(data, &ftyp); err != nil {
		p.report.problem("ftyp: %v", err)
		return
	}
	p.report.MajorBrand = string(ftyp.MajorBrand[:])
	for _, b := range ftyp.CompatibleBrands {
		p.report.Brands = append(p.report.Brands, string(b.CompatibleBrand[:]))
	}
}

func (p *prober) movie(data []byte) {
	var (
		header   mp4.Mvhd
		extends  []mp4.Trex
		complain = p.complain("moov")
	)
	if !eachBox(data, func(kind string, payload []byte) {
		switch kind {
		case "mvhd":
			_, err := unmarshal(payload, &header)
			complain(kind, err)
		case "trak":
			p.addTrack(payload)
		case "mvex":
			extends = p.movieExtends(payload)
		}
	}) {
		p.report.problem("moov: not made of whole boxes")
	}
	if header.Timescale == 0 {
		p.report.problem("moov: no timescale")
	}
	if len(p.tracks) == 0 {
		p.report.problem("moov: no track")
	}
	for i := range p.tracks {
		p.tracks[i].complete(header.Timescale, extends)
		p.checkTrack(&p.tracks[i])
		p.report.Tracks = append(p.report.Tracks, p.tracks[i].report)
	}
}

// complain returns a function that reports a box that could not be read.
func (p *prober) complain(where string) func(kind string, err error) {
	return func(kind string, err error) {
		if err != nil {
			p.report.problem("%s: %s: %v", where, kind, err)
		}
	}
}

func (p *prober) movieExtends(data []byte) []mp4.Trex {
	var extends []mp4.Trex
	if !eachBox(data, func(kind string, payload []byte) {
		if kind != "trex" || len(extends) > maxTracks {
			return
		}
		var trex mp4.Trex
		if _, err := unmarshal(payload, &trex); err != nil {
			p.report.problem("trex: %v", err)
			return
		}
		extends = append(extends, trex)
	}) {
		p.report.problem("mvex: not made of whole boxes")
	}
	return extends
}

func (p *prober) addTrack(data []byte) {
	if len(p.tracks) == maxTracks {
		p.report.problem("moov: more than %d tracks, the others are left out", maxTracks)
		return
	}
	p.tracks = append(p.tracks, track{})
	p.trackBoxes(&p.tracks[len(p.tracks)-1], data, 0)
}

// trackBoxes reads a trak or one of the containers in it, at most trak, mdia, minf and stbl deep.
func (p *prober) trackBoxes(t *track, data []byte, depth int) {
	if depth > 3 {
		return
	}
	complain := p.complain("track")
	if !eachBox(data, func(kind string, payload []byte) {
		switch kind {
		case "edts", "mdia", "minf", "stbl":
			p.trackBoxes(t, payload, depth+1)
		case "tkhd":
			var tkhd mp4.Tkhd
			_, err := unmarshal(payload, &tkhd)
			complain(kind, err)
			t.report.ID = tkhd.TrackID
		case "elst":
			var elst mp4.Elst
			_, err := unmarshal(payload, &elst)
			complain(kind, err)
			p.edits(t, &elst)
		case "mdhd":
			var mdhd mp4.Mdhd
			_, err := unmarshal(payload, &mdhd)
			complain(kind, err)
			t.report.Timescale = mdhd.Timescale
		case "hdlr":
			var hdlr mp4.Hdlr
			_, err := unmarshal(payload, &hdlr)
			complain(kind, err)
			t.handler = string(hdlr.HandlerType[:])
		case "sgpd":
			t.roll = t.roll || len(payload) >= 8 && string(payload[4:8]) == rollType
		case "stsd":
			complain(kind, t.sampleDescription(payload))
		}
	}) {
		p.report.problem("track %d: not made of whole boxes", t.report.ID)
	}
}

// edits takes what an edit list does to the start of a track: empty edits delay it, and the first other one says which
// media time comes then (ISO/IEC 14496-12 8.6.6).
func (p *prober) edits(t *track, elst *mp4.Elst) {
	for i := range elst.Entries {
		mediaTime, segment := elst.GetMediaTime(i), elst.GetSegmentDuration(i)
		if mediaTime >= 0 {
			t.editStart = min(mediaTime, maxProbeTime)
			if i < len(elst.Entries)-1 {
				p.report.problem("track %d: edits after the first are not looked at", t.report.ID)
			}
			return
		}
		t.delay = min(t.delay+int64(min(segment, maxDelay)), maxDelay)
	}
}

// complete puts together what stands in different places of moov.
func (t *track) complete(movieTimescale uint32, extends []mp4.Trex) {
	switch t.handler {
	case "vide":
		t.report.Kind = KindVideo
	case "soun":
		t.report.Kind = KindAudio
	default:
		t.report.Kind = t.handler
	}
	if movieTimescale > 0 {
		t.delay = t.delay * int64(t.report.Timescale) / int64(movieTimescale)
	}
	t.report.PreRoll = t.editStart
	for _, trex := range extends {
		if trex.TrackID == t.report.ID {
			t.extended = true
			t.duration, t.size, t.flags = trex.DefaultSampleDuration, trex.DefaultSampleSize, trex.DefaultSampleFlags
		}
	}
}

func (p *prober) checkTrack(t *track) {
	id := t.report.ID
	if t.report.Timescale == 0 {
		p.report.problem("track %d: no timescale", id)
	}
	if t.report.Codec == "" {
		p.report.problem("track %d: no sample description", id)
	}
	if !t.extended {
		p.report.problem("track %d: no trex, so it cannot be fragmented", id)
	}
	if id == 0 {
		p.report.problem("a track has no id")
	}
	for i := range p.report.Tracks {
		if p.report.Tracks[i].ID == id {
			p.report.problem("two tracks have id %d", id)
		}
	}
}

// sampleDescription reads the first sample entry of stsd: version, flags and a count, then the entries.
func (t *track) sampleDescription(data []byte) error {
	if len(data) < 8 {
		return fmt.Errorf("%d bytes", len(data))
	}
	var err error
	if !eachBox(data[8:], func(kind string, payload []byte) {
		if t.report.Codec != "" {
			return
		}
		t.report.Codec = kind
		switch kind {
		case "avc1", "avc3":
			err = t.visualEntry(kind, payload)
		case "mp4a":
			err = t.audioEntry(kind, payload)
		}
	}) {
		return errors.New("not made of whole boxes")
	}
	return err
}

func (t *track) visualEntry(kind string, data []byte) error {
	entry := mp4.VisualSampleEntry{SampleEntry: sampleEntry(mp4.StrToBoxType(kind))}
	n, err := unmarshal(data, &entry)
	if err != nil {
		return err
	}
	t.report.Width, t.report.Height = int(entry.Width), int(entry.Height)
	whole := eachBox(data[n:], func(box string, payload []byte) {
		if box != "avcC" || err != nil {
			return
		}
		avcC := mp4.AVCDecoderConfiguration{AnyTypeBox: mp4.AnyTypeBox{Type: mp4.BoxTypeAvcC()}}
		if _, err = unmarshal(payload, &avcC); err != nil {
			return
		}
		t.lengthSize = int(avcC.LengthSizeMinusOne) + 1
		t.report.Codec = fmt.Sprintf("%s.%02x%02x%02x", kind, avcC.Profile, avcC.ProfileCompatibility, avcC.Level)
	})
	switch {
	case err != nil:
		return fmt.Errorf("avcC: %w", err)
	case !whole:
		return fmt.Errorf("%s: not made of whole boxes", kind)
	case t.lengthSize == 0:
		return fmt.Errorf("%s: no avcC", kind)
	}
	return nil
}

func (t *track) audioEntry(kind string, data []byte) error {
	entry := mp4.AudioSampleEntry{SampleEntry: sampleEntry(mp4.StrToBoxType(kind))}
	n, err := unmarshal(data, &entry)
	if err != nil {
		return err
	}
	t.report.SampleRate, t.report.Channels = int(entry.SampleRate>>16), int(entry.ChannelCount)
	whole := eachBox(data[n:], func(box string, payload []byte) {
		if box != "esds" || err != nil {
			return
		}
		var esds mp4.Esds
		if _, err = unmarshal(payload, &esds); err == nil {
			t.report.Codec = esdsCodec(kind, &esds)
		}
	})
	switch {
	case err != nil:
		return fmt.Errorf("esds: %w", err)
	case !whole:
		return fmt.Errorf("%s: not made of whole boxes", kind)
	}
	return nil
}

// esdsCodec builds the codecs parameter of an MPEG-4 audio track (RFC 6381 3.3): the object type indication in hex
// and, for MPEG-4 audio, the audio object type in decimal.
func esdsCodec(kind string, esds *mp4.Esds) string {
	codec := kind
	for i := range esds.Descriptors {
		d := &esds.Descriptors[i]
		switch d.Tag {
		case mp4.DecoderConfigDescrTag:
			codec = fmt.Sprintf("%s.%x", kind, d.DecoderConfigDescriptor.ObjectTypeIndication)
		case mp4.DecSpecificInfoTag:
			if len(d.Data) >= 2 && codec == kind+".40" {
				// ISO/IEC 14496-3 1.6.2.1: audioObjectType in 5 bits, 31 announcing 6 more.
				bits := binary.BigEndian.Uint16(d.Data)
				object := bits >> 11
				if object == 31 {
					object = 32 + bits>>5&0x3f
				}
				codec = fmt.Sprintf("%s.%d", codec, object)
			}
		}
	}
	return codec
}

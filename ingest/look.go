package ingest

// The header extensions that are followed.
const (
	// OrientationURI is that of 3GPP TS 26.114 7.4.5, coordination of video orientation.
	OrientationURI = "urn:3gpp:video-orientation"
	// ColorSpaceURI is WebRTC's, http://www.webrtc.org/experiments/rtp-hdrext/color-space.
	ColorSpaceURI = "http://www.webrtc.org/experiments/rtp-hdrext/color-space"
)

// Look says how a picture is to be shown, as its packets' header extensions have it.
type Look struct {
	// Rotation is how many quarter turns clockwise make the picture upright, 0 to 3.
	Rotation uint8
	// HasColor says that BT709 and FullRange are known and hold whatever the coded picture says.
	HasColor         bool
	BT709, FullRange bool
}

// lookIDs are the identifiers of the header extensions, 0 for those a track does not have.
type lookIDs struct{ orientation, colorSpace uint8 }

func newLookIDs(extensions map[uint8]string) (ids lookIDs) {
	for id, uri := range extensions {
		switch {
		case uri == OrientationURI && (ids.orientation == 0 || id < ids.orientation):
			ids.orientation = id
		case uri == ColorSpaceURI && (ids.colorSpace == 0 || id < ids.colorSpace):
			ids.colorSpace = id
		}
	}
	return ids
}

// lookPart is what one packet says.
type lookPart struct {
	Look
	hasRotation bool
}

// parseLook reads the header extensions of the packet in t.packet. What is malformed counts as not there.
func (t *Track) parseLook() (part lookPart) {
	if !t.packet.Extension {
		return part
	}
	if id := t.looks.orientation; id != 0 {
		// One byte: four zeros, the camera (front or back), a flip, and the rotation. The flip is ignored, as in WebRTC.
		if b := t.packet.GetExtension(id); len(b) == 1 {
			part.Rotation, part.hasRotation = b[0]&3, true
		}
	}
	if id := t.looks.colorSpace; id != 0 {
		// Color primaries, transfer, matrix (ISO/IEC 23091-2), then 2 bits reserved, 2 of range and 4 of chroma siting;
		// HDR metadata may follow.
		const matrixBT709, matrixBT470BG, matrixSMPTE170M = 1, 5, 6
		if b := t.packet.GetExtension(id); len(b) >= 4 {
			matrix := b[2]
			part.HasColor = matrix == matrixBT709 || matrix == matrixBT470BG || matrix == matrixSMPTE170M
			part.BT709, part.FullRange = matrix == matrixBT709, b[3]>>4&3 == 2
		}
	}
	return part
}

// follow takes over what a packet of the frame that is being taken says.
func (l *Look) follow(part *lookPart) {
	if part.hasRotation {
		l.Rotation = part.Rotation
	}
	if part.HasColor {
		l.HasColor, l.BT709, l.FullRange = true, part.BT709, part.FullRange
	}
}

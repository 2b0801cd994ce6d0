package control

import (
	"fmt"
	"strings"

	"github.com/callrec/callrec/control/events"
)

// startBody is the body of a start request of today's API. What has no effect on a mixed recording is checked all the
// same.
type startBody struct {
	CallLocator      *callLocator      `json:"callLocator"`
	CallConnectionID string            `json:"callConnectionId"`
	CallbackURI      string            `json:"recordingStateCallbackUri"`
	ContentType      string            `json:"recordingContentType"`
	ChannelType      string            `json:"recordingChannelType"`
	FormatType       string            `json:"recordingFormatType"`
	ChannelOrder     []identifier      `json:"audioChannelParticipantOrdering"`
	ChannelAffinity  []channelAffinity `json:"channelAffinity"`
	PauseOnStart     bool              `json:"pauseOnStart"`
	ExternalStorage  *externalStorage  `json:"externalStorage"`
	PostProcessing   *map[string]any   `json:"postProcessingOptions"`
}

type (
	callLocator struct {
		Kind         string `json:"kind"`
		ServerCallID string `json:"serverCallId"`
		GroupCallID  string `json:"groupCallId"`
		RoomID       string `json:"roomId"`
	}
	identifier struct {
		Kind  string `json:"kind"`
		RawID string `json:"rawId"`
	}
	channelAffinity struct {
		Channel     *int        `json:"channel"`
		Participant *identifier `json:"participant"`
	}
	externalStorage struct {
		Kind         string `json:"recordingStorageKind"`
		ContainerURL string `json:"recordingDestinationContainerUrl"`
	}
)

// channels is the number of channels that an unmixed recording may have.
const channels = 5

// request checks the body and makes a request of it.
func (b *startBody) request() (startRequest, error) {
	r := startRequest{CallbackURI: b.CallbackURI, Paused: b.PauseOnStart}
	if len(b.CallbackURI) > events.MaxURL {
		return r, fmt.Errorf("%w: recordingStateCallbackUri is longer than %d bytes", ErrInvalid, events.MaxURL)
	}
	var err error
	if r.Locator, err = b.locator(); err != nil {
		return r, err
	}
	if err := b.checkChannels(); err != nil {
		return r, err
	}
	if err := b.checkFormat(); err != nil {
		return r, err
	}
	return r, b.checkStorage()
}

func (b *startBody) locator() (Locator, error) {
	switch {
	case b.CallLocator == nil && b.CallConnectionID == "":
		return Locator{}, fmt.Errorf("%w: callLocator or callConnectionId is needed", ErrInvalid)
	case b.CallLocator != nil && b.CallConnectionID != "":
		return Locator{}, fmt.Errorf("%w: callLocator and callConnectionId exclude each other", ErrInvalid)
	case b.CallConnectionID != "":
		return bounded(Locator{Connection, b.CallConnectionID}, "callConnectionId")
	}
	l := b.CallLocator
	switch kind := strings.ToLower(l.Kind); {
	case kind == "servercalllocator", kind == "" && l.ServerCallID != "":
		return bounded(Locator{ServerCall, l.ServerCallID}, "callLocator.serverCallId")
	case kind == "groupcalllocator", kind == "" && l.GroupCallID != "":
		return bounded(Locator{GroupCall, l.GroupCallID}, "callLocator.groupCallId")
	case kind == "roomcalllocator", kind == "" && l.RoomID != "":
		return bounded(Locator{Room, l.RoomID}, "callLocator.roomId")
	}
	return Locator{}, fmt.Errorf("%w: callLocator.kind is none of serverCallLocator, groupCallLocator and roomCallLocator", ErrInvalid)
}

func bounded(l Locator, field string) (Locator, error) {
	if l.ID == "" || len(l.ID) > maxLocator {
		return l, fmt.Errorf("%w: %s has to have 1 to %d bytes", ErrInvalid, field, maxLocator)
	}
	return l, nil
}

func (b *startBody) checkChannels() error {
	for i, a := range b.ChannelAffinity {
		if a.Channel != nil && (*a.Channel < 0 || *a.Channel >= channels) {
			return fmt.Errorf("%w: channelAffinity[%d].channel is not within 0 to %d", ErrInvalid, i, channels-1)
		}
		if a.Participant == nil {
			return fmt.Errorf("%w: channelAffinity[%d] has no participant", ErrInvalid, i)
		}
	}
	if len(b.ChannelAffinity) > channels || len(b.ChannelOrder) > channels {
		return fmt.Errorf("%w: more than %d channels", ErrInvalid, channels)
	}
	return nil
}

// checkFormat tells apart what makes no sense from what is only not supported.
func (b *startBody) checkFormat() error {
	content, ok1 := oneOf(b.ContentType, "audioVideo", "audio")
	channel, ok2 := oneOf(b.ChannelType, "mixed", "unmixed")
	format, ok3 := oneOf(b.FormatType, "mp4", "mp3", "wav")
	switch {
	case !ok1:
		return fmt.Errorf("%w: recordingContentType is neither audio nor audioVideo", ErrInvalid)
	case !ok2:
		return fmt.Errorf("%w: recordingChannelType is neither mixed nor unmixed", ErrInvalid)
	case !ok3:
		return fmt.Errorf("%w: recordingFormatType is none of mp4, mp3 and wav", ErrInvalid)
	}
	switch asked := content + ", " + channel + ", " + format; asked {
	case "audioVideo, mixed, mp4":
		return nil
	case "audio, mixed, mp3", "audio, mixed, wav", "audio, unmixed, wav":
		return fmt.Errorf("%w: %s: this recorder makes audioVideo, mixed, mp4 recordings alone", ErrUnsupported, asked)
	default:
		return fmt.Errorf("%w: %s do not go together", ErrInvalid, asked)
	}
}

// oneOf finds a value of an enumeration, in any case; an empty one means the first.
func oneOf(value string, values ...string) (string, bool) {
	if value == "" {
		return values[0], true
	}
	for _, v := range values {
		if strings.EqualFold(v, value) {
			return v, true
		}
	}
	return "", false
}

func (b *startBody) checkStorage() error {
	if b.ExternalStorage != nil {
		switch kind, ok := oneOf(b.ExternalStorage.Kind, recordingKind, "azureBlobStorage"); {
		case !ok:
			return fmt.Errorf("%w: externalStorage.recordingStorageKind is not known", ErrInvalid)
		case kind != recordingKind:
			return fmt.Errorf("%w: externalStorage of kind %s: files are kept by this recorder alone", ErrUnsupported, kind)
		}
	}
	if b.PostProcessing != nil {
		return fmt.Errorf("%w: postProcessingOptions", ErrUnsupported)
	}
	return nil
}

// Package builtin is the one place that says which implementation serves which codec. Every build has the module's own
// in pure Go; one with the build tag ffmpeg also has those of FFmpeg's libraries, and prefers them where they do more or
// the same with less work.
package builtin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/vp8"
)

// Codec names what an implementation is chosen for: a decoder by its RTP encoding name in lower case, an encoder by that
// of its format with a suffix.
type Codec string

// What a recording decodes and encodes.
const (
	Opus Codec = "opus"
	PCMU Codec = "pcmu"
	PCMA Codec = "pcma"
	G722 Codec = "g722"
	L16  Codec = "l16"
	VP8  Codec = "vp8"
	VP9  Codec = "vp9"
	H264 Codec = "h264"
	H265 Codec = "h265"
	AV1  Codec = "av1"

	AACEncoder  Codec = "aac-encoder"
	H264Encoder Codec = "h264-encoder"
)

// all lists the codecs in the order in which they are shown.
func all() []Codec {
	return []Codec{Opus, PCMU, PCMA, G722, L16, VP8, VP9, H264, H265, AV1, AACEncoder, H264Encoder}
}

// Names of implementations.
const (
	Go     = "go"     // of this module
	FFmpeg = "ffmpeg" // of FFmpeg's libraries, with the build tag ffmpeg
)

// Choice asks for implementations by name. Codecs that are not in it are served by the preferred one.
type Choice map[Codec]string

// implementation is one way to serve a codec. Of the four factories one is set, or none if it is not available.
type implementation struct {
	codec  Codec
	name   string
	detail string // which library and version
	err    error  // why it is not available

	audioDecoder func(codec.AudioFormat) (codec.AudioDecoder, error)
	videoDecoder func(codec.VideoFormat) (codec.VideoDecoder, error)
	audioEncoder func(codec.AudioEncoding) (codec.AudioEncoder, error)
	videoEncoder func(codec.VideoEncoding) (codec.VideoEncoder, error)
}

// Implementation is one way to serve a codec, as List shows it.
type Implementation struct {
	Name   string // Go or FFmpeg
	Detail string // which library and version it is
	Err    error  // why it is not available; nil if it is
}

// Listing says how a codec is served.
type Listing struct {
	Codec           Codec
	Implementations []Implementation // those of this build; none means that it can't be served
	Chosen          string           // name of the one that is used, empty if there is none
	Reason          string           // why, in a few words
}

// Set returns the preferred codecs of this build. Each call gives a new value that the caller may change.
func Set() codec.Set {
	set, err := Select(nil)
	if err != nil {
		panic(err) // an empty choice can always be met
	}
	return set
}

// Select returns the codecs of this build with the implementations that are asked for. Each call gives a new value that
// the caller may change. The error wraps codec.ErrUnsupported if one is not known, or not available, and says why.
func Select(choice Choice) (codec.Set, error) {
	set := codec.Set{
		AudioDecoders: map[string]func(codec.AudioFormat) (codec.AudioDecoder, error){},
		VideoDecoders: map[string]func(codec.VideoFormat) (codec.VideoDecoder, error){},
	}
	table := implementations()
	for name := range choice {
		if !slices.Contains(all(), name) {
			return codec.Set{}, fmt.Errorf("builtin: %w: %q is not one of %v", codec.ErrUnsupported, name, all())
		}
	}
	for _, name := range all() {
		chosen, _, err := choose(table, name, choice)
		if err != nil {
			return codec.Set{}, err
		}
		if chosen == nil {
			continue
		}
		switch {
		case chosen.audioDecoder != nil:
			set.AudioDecoders[string(name)] = chosen.audioDecoder
		case chosen.videoDecoder != nil:
			set.VideoDecoders[string(name)] = chosen.videoDecoder
		case chosen.audioEncoder != nil:
			set.AudioEncoder = chosen.audioEncoder
		case chosen.videoEncoder != nil:
			set.VideoEncoder = chosen.videoEncoder
		}
	}
	return set, nil
}

// List says how each codec is served under a choice. The error is that of Select.
func List(choice Choice) ([]Listing, error) {
	if _, err := Select(choice); err != nil {
		return nil, err
	}
	table := implementations()
	var list []Listing
	for _, name := range all() {
		l := Listing{Codec: name}
		for _, i := range table {
			if i.codec == name {
				l.Implementations = append(l.Implementations, Implementation{Name: i.name, Detail: i.detail, Err: i.err})
			}
		}
		chosen, reason, _ := choose(table, name, choice)
		if chosen != nil {
			l.Chosen = chosen.name
		}
		l.Reason = reason
		list = append(list, l)
	}
	return list, nil
}

// implementations are all of this build. Of several for one codec the first that is available is preferred.
func implementations() []implementation {
	native, own := nativeImplementations(), goImplementations()
	var table []implementation
	for _, i := range own {
		if ownFirst(i) {
			table = append(table, i)
		}
	}
	table = append(table, native...)
	return append(table, slices.DeleteFunc(own, ownFirst)...)
}

// ownFirst tells which of the module's implementations are preferred to native ones: the AAC encoder for its sound, the
// VP8 decoder for its speed where its assembly runs. Other native decoders and the native video encoder are faster, and
// libopus corrects errors forward.
func ownFirst(i implementation) bool {
	return i.codec == AACEncoder || i.codec == VP8 && vp8.Accelerated()
}

// choose returns the implementation of a codec, nil if there is none and none is asked for, and why it is that one.
func choose(table []implementation, name Codec, choice Choice) (chosen *implementation, reason string, err error) {
	wanted, asked := choice[name]
	var available []string
	var missing *implementation
	for i := range table {
		t := &table[i]
		switch {
		case t.codec != name || asked && t.name != wanted:
		case t.err != nil:
			missing = t
		case chosen == nil:
			chosen = t
			available = append(available, t.name)
		default:
			available = append(available, t.name)
		}
	}
	switch {
	case asked && chosen == nil && missing != nil:
		return nil, "", fmt.Errorf("builtin: %s by %s: %w", name, wanted, missing.err)
	case asked && chosen == nil:
		return nil, "", fmt.Errorf("builtin: %w: this build has no %s by %q%s", codec.ErrUnsupported, name, wanted, hint)
	case asked:
		return chosen, "asked for", nil
	case chosen == nil && missing != nil:
		return nil, missing.err.Error(), nil
	case chosen == nil:
		return nil, "no implementation in this build" + hint, nil
	case len(available) == 1:
		return chosen, "the only one available", nil
	}
	return chosen, "preferred to " + strings.Join(available[1:], ", "), nil
}

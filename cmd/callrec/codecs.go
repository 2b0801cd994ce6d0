package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/builtin"
)

// codecFlags choose between implementations of codecs.
type codecFlags struct {
	Decoder      []string `sep:"none" env:"CALLREC_DECODER" placeholder:"CODEC=IMPL" help:"Decode with another implementation, such as vp8=go. May be repeated; callrec codecs lists them."`
	VideoEncoder string   `env:"CALLREC_VIDEO_ENCODER" placeholder:"IMPL" help:"Encode video with another implementation, such as go."`
	AudioEncoder string   `env:"CALLREC_AUDIO_ENCODER" placeholder:"IMPL" help:"Encode sound with another implementation, such as go."`
}

// choice is what the flags ask for.
func (f *codecFlags) choice() (builtin.Choice, error) {
	choice := builtin.Choice{}
	for _, d := range f.Decoder {
		name, implementation, ok := strings.Cut(d, "=")
		if !ok {
			return nil, &usageError{fmt.Errorf("--decoder=%s: want CODEC=IMPL, such as vp8=go", d)}
		}
		choice[builtin.Codec(strings.ToLower(name))] = implementation
	}
	if f.VideoEncoder != "" {
		choice[builtin.H264Encoder] = f.VideoEncoder
	}
	if f.AudioEncoder != "" {
		choice[builtin.AACEncoder] = f.AudioEncoder
	}
	return choice, nil
}

// set returns the codecs that the flags ask for.
func (f *codecFlags) set() (codec.Set, error) {
	choice, err := f.choice()
	if err != nil {
		return codec.Set{}, err
	}
	set, err := builtin.Select(choice)
	if err != nil {
		return codec.Set{}, &usageError{err}
	}
	return set, nil
}

// checkVideoSlices checks --video-slices.
func checkVideoSlices(n int) error {
	if n < 1 || n > callrec.MaxVideoSlices {
		return fmt.Errorf("--video-slices=%d: want 1 to %d", n, callrec.MaxVideoSlices)
	}
	return nil
}

type codecsCommand struct {
	codecFlags
	JSON bool `help:"Print a JSON array instead of the table."`
}

// codecRow is a line of what codecs prints.
type codecRow struct {
	Codec           string           `json:"codec"`
	Chosen          string           `json:"chosen"`
	Reason          string           `json:"reason"`
	Implementations []implementation `json:"implementations"`
}

type implementation struct {
	Name   string `json:"name"`
	Detail string `json:"detail,omitempty"`
	Error  string `json:"error,omitempty"` // why it is not available
}

// Run lists the codecs.
func (c *codecsCommand) Run(s *streams) error {
	choice, err := c.choice()
	if err != nil {
		return err
	}
	list, err := builtin.List(choice)
	if err != nil {
		return &usageError{err}
	}
	rows := make([]codecRow, 0, len(list))
	for _, l := range list {
		row := codecRow{Codec: string(l.Codec), Chosen: l.Chosen, Reason: l.Reason, Implementations: []implementation{}}
		for _, i := range l.Implementations {
			shown := implementation{Name: i.Name, Detail: i.Detail}
			if i.Err != nil {
				shown.Error = i.Err.Error()
			}
			row.Implementations = append(row.Implementations, shown)
		}
		rows = append(rows, row)
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(rows)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "codec\tserved by\twhy\tothers")
	for _, row := range rows {
		chosen, others := "nothing", []string{}
		for _, i := range row.Implementations {
			switch {
			case i.Name == row.Chosen:
				chosen = fmt.Sprintf("%s (%s)", i.Name, i.Detail)
			case i.Error != "":
				others = append(others, fmt.Sprintf("%s: %s", i.Name, i.Error))
			default:
				others = append(others, fmt.Sprintf("%s (%s)", i.Name, i.Detail))
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", row.Codec, chosen, row.Reason, strings.Join(others, ", "))
	}
	return w.Flush()
}

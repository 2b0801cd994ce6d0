package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/codec/mp3"
	"github.com/callrec/callrec/internal/capture"
	"github.com/callrec/callrec/internal/replay"
	"github.com/callrec/callrec/tiler"
)

type replayCommand struct {
	Out              string           `short:"o" default:"." placeholder:"DIR" help:"Folder in which the recording's own folder is made."`
	MaxChunkSize     byteSize         `default:"64MiB" help:"Largest file, such as 300KiB; 0 for no bound."`
	MaxChunkDuration time.Duration    `placeholder:"D" help:"Longest file, such as 10m."`
	Pause            []span           `sep:"none" placeholder:"A-B" help:"Leave out an interval of call time, such as 5s-8s. May be repeated."`
	Layout           string           `default:"grid" enum:"grid,speaker,presentation,single,auto" help:"How participants are placed: ${enum}."`
	MaxTiles         int              `placeholder:"N" help:"Most tiles that are shown; beyond it, those who spoke last."`
	TimeStamp        bool             `help:"Write date and time into the video."`
	Watermark        string           `placeholder:"FILE" help:"PNG or JPEG that is drawn in the top right corner."`
	Finalize         callrec.Finalize `default:"indexed" placeholder:"FORM" help:"Form of the finished files: indexed, with an index at the front; progressive, for players that do not know fragments; or fragmented, as they were written."`
	Sync             syncPolicy       `default:"chunk" placeholder:"POLICY" help:"When files are forced to the disk: every fragment, every chunk, never, or at least once in an interval such as 10s."`
	Announce         string           `placeholder:"FILE.mp3" help:"MP3 that is mixed in from the beginning of the recording."`
	Start            time.Duration    `placeholder:"T" help:"Call time at which the recording begins."`
	Duration         time.Duration    `placeholder:"D" help:"Call time after which it ends."`
	Quiet            bool             `help:"Print nothing but errors."`
	JSON             bool             `help:"Print one JSON object instead of the table."`
	VideoSlices      int              `default:"1" placeholder:"N" help:"How many processors may work on one picture, 1 to 8, for somewhat more bits."`
	codecFlags

	CallDir string `arg:"" name:"calldir" help:"Folder with manifest.json and *.rtpdump."`
}

// Validate is called by kong.
func (c *replayCommand) Validate() error {
	if c.Start < 0 || c.Duration < 0 || c.MaxChunkDuration < 0 {
		return fmt.Errorf("times must not be negative")
	}
	if c.MaxTiles < 0 {
		return fmt.Errorf("--max-tiles=%d: want a positive number", c.MaxTiles)
	}
	return checkVideoSlices(c.VideoSlices)
}

// maxAnnouncement is the longest announcement in samples.
const maxAnnouncement = 10 * 60 * callrec.SampleRate

// Run records the call.
func (c *replayCommand) Run(s *streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	call, err := capture.OpenCall(c.CallDir)
	if err != nil {
		return err
	}
	defer func() { _ = call.Close() }() // only read from
	if c.Start > 0 && c.Start >= call.Duration {
		return &usageError{fmt.Errorf("--start=%v: the call is only %v long", c.Start, call.Duration)}
	}
	cfg, dir, err := c.config(call)
	if err != nil {
		return err
	}
	if !c.Quiet {
		cfg.Logger = slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: slog.LevelError}))
	}
	rec, err := callrec.New(cfg)
	if err != nil {
		return err
	}
	var warnings []string
	opt := replay.Options{Warn: func(message string) { warnings = append(warnings, message) }}
	for _, p := range c.Pause {
		opt.Pauses = append(opt.Pauses, replay.Pause{From: p.from, To: p.to})
	}
	if c.Duration > 0 {
		opt.End = c.Start + c.Duration
	}
	done := c.progress(s, call, &opt)
	began := time.Now()
	result, err := replay.Run(ctx, call, rec, opt)
	elapsed := time.Since(began)
	done()
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	r := newReport(cfg.ID, dir, result, append(call.Warnings(), warnings...), elapsed)
	switch {
	case c.JSON:
		return json.NewEncoder(s.out).Encode(r)
	case c.Quiet:
		return nil
	}
	return r.print(s)
}

// config is the configuration of the recording and the folder it goes to.
func (c *replayCommand) config(call *capture.Call) (callrec.Config, string, error) {
	m := call.Manifest
	cfg := callrec.Config{
		Start:            m.StartTime,
		RecordFrom:       c.Start,
		ResourceID:       guid("resource"),
		CallID:           guid("call", m.Call, m.StartTime.UTC().Format(time.RFC3339Nano)),
		Topic:            "/subscriptions/" + guid("subscription") + "/resourceGroups/callrec/providers/Microsoft.Communication/communicationServices/callrec",
		MaxChunkSize:     int64(c.MaxChunkSize),
		MaxChunkDuration: c.MaxChunkDuration,
		MaxTiles:         c.MaxTiles,
		VideoSlices:      c.VideoSlices,
		TimeStamp:        c.TimeStamp,
		Finalize:         c.Finalize,
		Sync:             c.Sync.sync,
		SyncInterval:     c.Sync.interval,
		Replace:          true, // the same recording, made anew
	}
	if cfg.Start.IsZero() {
		cfg.Start = time.Unix(0, 0).UTC()
	}
	var err error
	if cfg.Codecs, err = c.set(); err != nil {
		return cfg, "", err
	}
	if cfg.Layout, err = tiler.ParseLayout(c.Layout); err != nil {
		return cfg, "", err
	}
	if c.Watermark != "" {
		if cfg.Watermark, err = readWatermark(c.Watermark); err != nil {
			return cfg, "", err
		}
	}
	if c.Announce != "" {
		clip, err := readAnnouncement(c.Announce)
		if err != nil {
			return cfg, "", err
		}
		cfg.Announcement = clip
	}
	cfg.ID = guid("recording", cfg.CallID, fmt.Sprint(c.MaxChunkSize, c.MaxChunkDuration, c.Pause, c.Layout, c.Announce, c.Start, c.Duration, c.MaxTiles, c.TimeStamp, c.Watermark, c.codecFlags))
	if c.Finalize != callrec.FinalizeIndexed {
		cfg.ID = guid(cfg.ID, c.Finalize.String())
	}
	if c.VideoSlices > 1 {
		cfg.ID = guid(cfg.ID, "slices", strconv.Itoa(c.VideoSlices))
	}
	if err := checkChunkSize(&cfg); err != nil {
		return cfg, "", err
	}
	dir := filepath.Join(c.Out, cfg.ID)
	cfg.Dir, err = chunk.DirFS(dir)
	return cfg, dir, err
}

// checkChunkSize refuses a bound on chunks that a keyframe might not fit in.
func checkChunkSize(cfg *callrec.Config) error {
	if cfg.MaxChunkSize == 0 {
		return nil
	}
	smallest, err := cfg.SmallestChunk()
	if err == nil && cfg.MaxChunkSize < smallest {
		err = &usageError{fmt.Errorf("--max-chunk-size=%d: the smallest that always holds a keyframe and its sound is %d bytes", cfg.MaxChunkSize, smallest)}
	}
	return err
}

// maxWatermark bounds the watermark's file.
const maxWatermark = 16 << 20

func readWatermark(path string) (*tiler.Watermark, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxWatermark {
		return nil, fmt.Errorf("%s: %d bytes, more than %d", path, info.Size(), maxWatermark)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := tiler.DecodeImage(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &tiler.Watermark{Image: m}, nil
}

func readAnnouncement(path string) ([]int16, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	clip, err := mp3.Decode(f, maxAnnouncement)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return clip, nil
}

// guid makes a GUID of its own (RFC 9562 5.8) from a purpose and what it depends on: a replay gives the same
// files every time.
func guid(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	b := h.Sum(nil)[:16]
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	x := hex.EncodeToString(b)
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}

// progress shows a bar if there is a terminal to show it on, and returns what ends it.
func (c *replayCommand) progress(s *streams, call *capture.Call, opt *replay.Options) (done func()) {
	f, ok := s.err.(*os.File)
	if c.Quiet || c.JSON || !ok || !term.IsTerminal(int(f.Fd())) {
		return func() {}
	}
	end := call.Duration
	if opt.End > 0 {
		end = min(end, opt.End)
	}
	bar := progressbar.NewOptions64(int64(end/time.Millisecond),
		progressbar.OptionSetWriter(f),
		progressbar.OptionSetDescription("recording"),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionFullWidth(),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)
	opt.Progress = func(at time.Duration) { _ = bar.Set64(int64(min(at, end) / time.Millisecond)) }
	return func() { _ = bar.Finish() }
}

// report is what a replay tells at its end. The JSON names are a contract.
type report struct {
	RecordingID    string              `json:"recordingId"`
	Directory      string              `json:"directory"`
	Chunks         []reportChunk       `json:"chunks"`
	DurationMS     int64               `json:"durationMs"`
	RealtimeFactor float64             `json:"realtimeFactor"`
	Participants   []reportParticipant `json:"participants"`
	Warnings       []string            `json:"warnings"`
}

type reportChunk struct {
	File       string `json:"file"`
	Metadata   string `json:"metadata"`
	Bytes      int64  `json:"bytes"`
	DurationMS int64  `json:"durationMs"`
	EndReason  string `json:"endReason"`
}

type reportParticipant struct {
	ParticipantID    string `json:"participantId"`
	Packets          int    `json:"packets"`
	Lost             int    `json:"lost"`
	ConcealedMS      int64  `json:"concealedMs"`
	Frames           int    `json:"frames"`
	KeyframeRequests int    `json:"keyframeRequests"`
}

func newReport(id, dir string, result *callrec.Result, warnings []string, elapsed time.Duration) *report {
	r := &report{
		RecordingID: id, Directory: dir,
		Chunks:         []reportChunk{},
		DurationMS:     result.Duration.Milliseconds(),
		RealtimeFactor: result.Duration.Seconds() / elapsed.Seconds(),
		Participants:   []reportParticipant{},
		Warnings:       append(append([]string{}, warnings...), result.Warnings...),
	}
	for _, c := range result.Chunks {
		r.Chunks = append(r.Chunks, reportChunk{c.File, c.MetadataFile, c.Bytes, c.Duration.Milliseconds(), string(c.EndReason)})
	}
	for _, p := range result.Participants {
		r.Participants = append(r.Participants, reportParticipant{
			p.ParticipantID, p.Packets, p.Lost, p.Concealed.Milliseconds(), p.Frames, p.KeyframeRequests,
		})
	}
	return r
}

// print writes the report as a table, and the warnings beside it.
func (r *report) print(s *streams) error {
	for _, w := range r.Warnings {
		fmt.Fprintf(s.err, "warning: %s\n", w)
	}
	t := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "FILE\tDURATION\tBYTES\tENDED BY\n")
	for _, c := range r.Chunks {
		fmt.Fprintf(t, "%s\t%.3f s\t%d\t%s\n", filepath.Join(r.Directory, c.File), float64(c.DurationMS)/1000, c.Bytes, c.EndReason)
	}
	fmt.Fprintf(t, "\nPARTICIPANT\tPACKETS\tLOST\tCONCEALED\tFRAMES\n")
	for _, p := range r.Participants {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d ms\t%d\n", p.ParticipantID, p.Packets, p.Lost, p.ConcealedMS, p.Frames)
	}
	fmt.Fprintf(t, "\n%.3f s recorded, %.1f times as fast as real time\n", float64(r.DurationMS)/1000, r.RealtimeFactor)
	return t.Flush()
}

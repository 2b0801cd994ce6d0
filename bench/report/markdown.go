package report

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Markdown writes the report. figures is the folder of the plots as seen from the report; plots that are not in dir, where
// the report will be, are left out.
func (r *Results) Markdown(w io.Writer, dir, figures string) error {
	p := &printer{w: w, dir: dir, figures: figures}
	p.line("# Benchmarks\n")
	p.line("What a recorded call costs, against programs that people would use instead, on the same inputs, in the same run, by turns.")
	p.line("Written on %s by the commands below. How it is measured is at the end.\n", r.Date)
	for _, c := range r.Commands {
		p.line("    %s", c)
	}
	p.line("")
	r.marks(p)
	r.cases(p)
	r.parts(p)
	r.scale(p)
	r.method(p)
	return p.err
}

// printer writes lines and keeps the first error.
type printer struct {
	w            io.Writer
	dir, figures string
	err          error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// figure shows a plot if there is one.
func (p *printer) figure(name, title string) {
	file := filepath.Join(p.figures, name)
	if _, err := os.Stat(filepath.Join(p.dir, file)); err == nil {
		p.line("![%s](%s)\n", title, filepath.ToSlash(file))
	}
}

func (r *Results) cases(p *printer) {
	if len(r.Cases) == 0 {
		return
	}
	p.line("## Whole calls\n")
	p.line("Packets (for the others: Matroska files) to a fragmented MP4. Medians of %d runs. *Ratio* is callrec's processor time divided", r.Runs)
	p.line("by the other program's: under 1, callrec takes less.\n")
	for _, c := range r.Cases {
		p.line("### %s\n", c.Title)
		p.line("| | cores per call | ratio | CPU, %.0f s | times real time | peak memory | allocations/s | size | PSNR-Y | SSIM |", c.Seconds)
		p.line("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |")
		for _, k := range c.Contenders {
			ratio, allocs := "", ""
			if k.Ratio > 0 {
				ratio = fmt.Sprintf("%.2f", k.Ratio)
			} else {
				allocs = fmt.Sprintf("%.1f", k.AllocsPerSecond)
			}
			p.line("| %s | %.3f | %s | %.2f s | %.1f | %s | %s | %s | %.2f dB | %.4f |", k.Name, k.CPUPerSecond, ratio, k.CPUSeconds,
				k.Realtime, megabytes(k.PeakRSS), allocs, kilobytes(k.Bytes), k.PSNRY, k.SSIM)
		}
		p.line("")
	}
	p.figure("participants.png", "cores per call by participants")
	p.figure("resolution.png", "cores per call by the cameras' resolution")
}

func (r *Results) parts(p *printer) {
	if len(r.Parts) == 0 {
		return
	}
	p.line("## Parts\n")
	p.line("Processor time for each second of call or media, one thread, medians of %d runs. Where a peer is named both are whole", r.Runs)
	p.line("processes, with reading and writing; without one it is the work alone.\n")
	p.line("| part | work | CPU ms per s | against | CPU ms per s | ratio | |")
	p.line("| --- | --- | --: | --- | --: | --: | --- |")
	for _, k := range r.Parts {
		per := 1000 / max(k.Seconds, 0.001)
		peer, ratio := "", ""
		if k.Peer != "" {
			peer, ratio = fmt.Sprintf("%.2f", k.PeerSeconds*per), fmt.Sprintf("%.2f", k.Ratio)
		}
		p.line("| %s | %.0f %s | %.2f | %s | %s | %s | %s |", k.Title, k.Units, k.Unit, k.CPUSeconds*per, k.Peer, peer, ratio, k.Note)
	}
	p.line("")
}

func (r *Results) scale(p *printer) {
	if len(r.Crowd) == 0 && r.Long == nil {
		return
	}
	p.line("## Scale\n")
	for _, c := range r.Crowd {
		p.line("### Calls at once: %s\n", c.Title)
		kept := 0
		p.line("| recordings on %d cores | load of the busiest core | largest lateness | no late fragment |", c.Cores)
		p.line("| --: | --: | --: | --- |")
		for _, t := range c.Tries {
			p.line("| %d | %.2f | %.2f s | %v |", t.Recordings, t.Load, t.Lateness, t.Kept)
			if t.Kept {
				kept = max(kept, t.Recordings)
			}
		}
		p.line("\n**%.1f calls per core.** A fragment is late if it is complete more than a second after its packets and the playout", float64(kept)/float64(c.Cores))
		p.line("delay allow, on a clock of the processor time that its core has used.\n")
		p.figure("crowd.png", "lateness by recordings at once")
	}
	if r.Long != nil {
		r.long(p)
	}
}

func (r *Results) long(p *printer) {
	p.line("### A call of %s\n", hours(r.LongTime))
	first, last := r.Long.Samples[0], r.Long.Samples[len(r.Long.Samples)-1]
	for _, s := range r.Long.Samples { // the first minutes fill buffers
		if s.Minute >= r.LongTime/10 {
			first = s
			break
		}
	}
	p.line("Two participants on G.711, one still picture that is sent anew every ten seconds. Resident memory at a tenth of the call:")
	p.line("%s, at its end %s; live values after a garbage collection %s and %s.", megabytes(first.Resident), megabytes(last.Resident),
		megabytes(first.Heap), megabytes(last.Heap))
	p.line("The call took %.0f s of processor time and made %s.\n", r.Long.CPU, megabytes(r.Long.Bytes))
	p.figure("length.png", "memory over the call")
}

func (r *Results) method(p *printer) {
	p.line("## How it is measured\n")
	p.line("- **Machine:** %s.", strings.Join(r.Machine, "; "))
	p.line("- **Programs:** %s.", strings.Join(r.Versions, "; "))
	for _, m := range r.Missing {
		p.line("- **Left out:** %s.", m)
	}
	for _, l := range methodLines() {
		p.line("- %s", l)
	}
	r.commands(p)
}

// commands writes the command lines of the case with the fewest participants, which are the shortest.
func (r *Results) commands(p *printer) {
	if len(r.Cases) == 0 {
		return
	}
	shortest := r.Cases[0]
	for _, c := range r.Cases {
		if c.Participants < shortest.Participants {
			shortest = c
		}
	}
	p.line("\nThe commands for %s (with more there is more of the same):\n", shortest.Title)
	for _, k := range shortest.Contenders {
		p.line("    %s\n", k.Command)
	}
}

// methodLines say what the figures mean.
func methodLines() []string {
	return []string{
		"**Processor time** is user and system time of the whole process, **peak memory** its largest resident set, both as the " +
			"system counts them for a process that has ended. Contenders run by turns, so other load on the machine meets all; " +
			"a ratio is the median of the ratios of neighbors. *Times real time* is by the clock and suffers from other load.",
		"**Inputs** are made by the suite from the committed captures with a seed: cameras of 30 pictures per second are " +
			"mirrored, cropped and shifted, get noise with a standard deviation of 2.5 in luma, and are encoded by libvpx or " +
			"libx264 in real-time settings; speech goes in turns of 2.5 s over Opus. callrec takes RTP with jitter and sender " +
			"reports, the others take the same access units from Matroska files.",
		"**The others do the least** that gives the same recording: 8 pictures per second before scaling, the same tiles at " +
			"the same places, libx264 at a constant rate factor, a keyframe every 4 s at most, AAC at 48 kbit/s. They write no " +
			"names and follow no clocks.",
		"**Matched quality:** the suite encodes the peer's own canvas with libx264 at several rate factors and takes the one " +
			"whose PSNR of luma is callrec's, within 0.1 dB on the piece searched; the table has the PSNR of the whole recording. " +
			"PSNR is that of all pictures together. Both compare a program's canvas before encoding with what a player shows of it.",
		"**One thread** means one thread for each decoder, for the filters and for libx264, and GOMAXPROCS=1 for callrec. " +
			"GStreamer, which has a thread for each stage, gets one processor instead.",
		"**Allocations** are counted from the middle of the call to a second before its end.",
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
func kilobytes(n int64) string { return fmt.Sprintf("%.0f kB", float64(n)/1e3) }

func hours(minutes float64) string {
	if minutes >= 60 {
		return fmt.Sprintf("%.1f hours", minutes/60)
	}
	return fmt.Sprintf("%.0f minutes", minutes)
}

package report

import "cmp"

// The call and the contender that the project measures itself by, and what it wants to reach there: processor time against
// the contender with its own codecs and with native ones, and memory in bytes.
const (
	markCase       = "whole/vp8-360p-9"
	markContender  = "ffmpeg, superfast, one thread"
	markOwn        = 1.0
	markNative     = 0.75
	markPeakMemory = 150e6
)

// NativeSuffix ends the names of cases that a build with native codecs recorded.
const NativeSuffix = "/native"

// marks says how the figures compare with what the project wants to reach.
func (r *Results) marks(p *printer) {
	own, native := r.find(markCase), r.find(markCase+NativeSuffix)
	if own == nil && native == nil {
		return
	}
	p.line("## Marks\n")
	p.line("For %s, at the same PSNR of luma, one thread each.\n", cmp.Or(own, native).Title)
	p.line("| | wanted | measured |")
	p.line("| --- | --- | --- |")
	for _, m := range []struct {
		c     *Case
		build string
		ratio float64
	}{{own, "", markOwn}, {native, " with native codecs", markNative}} {
		if m.c == nil {
			continue
		}
		if k := m.c.contender(markContender); k != nil {
			p.line("| processor time%s, against %s | %.2f or less | **%.2f** |", m.build, k.Name, m.ratio, k.Ratio)
		}
		if k := m.c.own(); k != nil {
			p.line("| peak memory%s | %s or less | **%s** |", m.build, megabytes(markPeakMemory), megabytes(k.PeakRSS))
			p.line("| allocations per second%s | few | **%.1f** |", m.build, k.AllocsPerSecond)
		}
	}
	p.line("")
}

// find returns a case by its name, nil if there is none.
func (r *Results) find(name string) *Case {
	for i := range r.Cases {
		if r.Cases[i].Name == name {
			return &r.Cases[i]
		}
	}
	return nil
}

// contender returns one by its name, nil if it did not take part.
func (c *Case) contender(name string) *Contender {
	for i := range c.Contenders {
		if c.Contenders[i].Name == name {
			return &c.Contenders[i]
		}
	}
	return nil
}

// own returns the project's own recording: the contender that is not compared with itself.
func (c *Case) own() *Contender {
	for i := range c.Contenders {
		if c.Contenders[i].Ratio == 0 {
			return &c.Contenders[i]
		}
	}
	return nil
}

package ingest

import (
	"fmt"
	"time"
)

const (
	// maxReportAge is how far from now the instant of a sender report may be.
	maxReportAge = int64(time.Minute)
	// reportJitter and reportDrift bound how far a report may be from what the one before it says: 50 ms, and 1 % of the
	// time between them. Good senders stay within 1 ms and 0.02 %.
	reportJitter = int64(50 * time.Millisecond)
	reportDrift  = 100
	// reportsAgree is how many implausible reports in a row have to agree until they are believed: the
	// sender's clock was set, or the first report of all was the wrong one.
	reportsAgree = 2
)

// reportCheck tells good sender reports from broken ones.
type reportCheck struct {
	last  int64 // sender time of the last good one
	other struct {
		count  int
		last   int64 // sender time
		sender int64 // sender time - media time
	}
}

// Report takes a sender report (RFC 3550 6.4.1) of the track that arrived at call time at. It returns ErrSSRC for one
// of another SSRC, and ErrReport for one that can't be true; both are ignored. One that comes before the track's first
// packet is of no use yet and ignored without an error.
func (t *Track) Report(at time.Duration, sr SenderReport) error {
	if sr.SSRC != t.cfg.SSRC {
		return fmt.Errorf("%w: sender report of %d, want %d", ErrSSRC, sr.SSRC, t.cfg.SSRC)
	}
	if !t.stamps.started || t.run.frozen {
		return nil
	}
	media := t.nanos(t.stamps.unwrap(sr.RTPTime))
	if sr.NTPTime == 0 || abs(media+t.mapping.floor.low-int64(at)) > maxReportAge {
		t.stats.BadReports++
		return fmt.Errorf("%w: NTP time %#x, RTP timestamp %d", ErrReport, sr.NTPTime, sr.RTPTime)
	}
	if !t.mapping.takeReport(t.mapping.clock.senderTime(sr.NTPTime), media) {
		t.stats.BadReports++
		return fmt.Errorf("%w: NTP time %#x, RTP timestamp %d contradict the one before", ErrReport, sr.NTPTime, sr.RTPTime)
	}
	t.stats.Reports++
	return nil
}

// takeReport takes in that a media time is a sender time, and says whether that was believed. The reports are used as
// they are: their jitter, half a millisecond, moves pictures only, and to smooth it would be to lag behind drift.
func (m *mapping) takeReport(sender, media int64) bool {
	r := &m.report
	offset := sender - media
	if m.synced && !plausible(m.sender, r.last, offset, sender) && !r.confirmed(sender, offset) {
		return false
	}
	m.sender, m.synced = offset, true
	r.last = sender
	r.other.count = 0
	return true
}

// confirmed takes in a report that contradicts the last good one, and says whether enough in a row agree with it.
func (r *reportCheck) confirmed(sender, offset int64) bool {
	o := &r.other
	if o.count > 0 && plausible(o.sender, o.last, offset, sender) {
		o.count++
	} else {
		o.count = 1
	}
	o.sender, o.last = offset, sender
	return o.count >= reportsAgree
}

// plausible says whether a report can follow another one of the same sender.
func plausible(lastOffset, last, offset, sender int64) bool {
	elapsed := sender - last
	return elapsed > 0 && abs(offset-lastOffset) <= reportJitter+elapsed/reportDrift
}

package main

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/internal/meter"
)

// collector gives the numbers of a service to Prometheus, as they are when it asks.
type collector struct {
	host *host

	recordings, requests, downloads, outbox, deliveries       *prometheus.Desc
	stages, bytesWritten, bytesSent                           *prometheus.Desc
	queuedPackets, queuedBytes, lateness, recorded, written   *prometheus.Desc
	dropped, lost, packets, concealed, decodeErrors, keyframe *prometheus.Desc
}

func newCollector(h *host) *collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("callrec_"+name, help, labels, nil)
	}
	return &collector{
		host:       h,
		recordings: desc("recordings", "Recordings, by what they are doing.", "state"),
		requests:   desc("requests_total", "Requests to the API, by operation and status.", "op", "status"),
		downloads:  desc("downloads", "Downloads under way."),
		outbox:     desc("outbox_events", "Events that wait for delivery."),
		deliveries: desc("deliveries_total", "Deliveries of events, by how they came out.", "outcome"),
		stages:     desc("stage_seconds_total", "Time that a stage of recording has taken, in all recordings.", "stage"),

		bytesWritten: desc("written_bytes_total", "Bytes written to the files of recordings."),
		bytesSent:    desc("sent_bytes_total", "Bytes of files sent to clients."),

		queuedPackets: desc("queued_packets", "Packets that wait for a recording.", "recording"),
		queuedBytes:   desc("queued_bytes", "Bytes of packets that wait for a recording.", "recording"),
		lateness:      desc("lateness_seconds", "How far a recording is behind its inputs.", "recording"),
		recorded:      desc("recorded_seconds", "Media time of a recording.", "recording"),
		written:       desc("written_seconds", "Media time of a recording that is composed.", "recording"),
		dropped:       desc("dropped_packets", "Packets of a recording that found no room in its queue.", "recording", "kind"),
		lost:          desc("lost_packets", "Packets of a recording that never came, or too late.", "recording"),
		packets:       desc("packets", "Packets that came for a recording.", "recording"),
		concealed:     desc("concealed_seconds", "Sound of a recording that stands in for lost packets.", "recording"),
		decodeErrors:  desc("decode_errors", "Access units of a recording that could not be decoded.", "recording"),
		keyframe:      desc("keyframe_requests", "Keyframes that a recording has asked for.", "recording"),
	}
}

// Describe is called by Prometheus.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		c.stages, c.bytesWritten, c.bytesSent, c.recordings, c.requests, c.downloads, c.outbox, c.deliveries, c.queuedPackets, c.queuedBytes, c.lateness,
		c.recorded, c.written, c.dropped, c.lost, c.packets, c.concealed, c.decodeErrors, c.keyframe,
	} {
		ch <- d
	}
}

// Collect is called by Prometheus.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	counter := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
	}
	s := c.host.server.Stats()
	gauge(c.recordings, float64(s.Active), "active")
	gauge(c.recordings, float64(s.Paused), "paused")
	gauge(c.recordings, float64(s.Finishing), "finishing")
	gauge(c.downloads, float64(s.Downloads))
	gauge(c.outbox, float64(s.WaitingEvents))
	for r, n := range s.Requests {
		counter(c.requests, float64(n), r.Op, strconv.Itoa(r.Status))
	}
	for _, stage := range meter.Stages() {
		counter(c.stages, c.host.meter.Spent(stage).Seconds(), stage.String())
	}
	counter(c.bytesWritten, float64(c.host.meter.Bytes()))
	counter(c.bytesSent, float64(s.SentBytes))
	d := c.host.deliverer.Counters()
	counter(c.deliveries, float64(d.Delivered), "delivered")
	counter(c.deliveries, float64(d.Failed), "failed")
	counter(c.deliveries, float64(d.DeadLettered), "dead-lettered")
	for _, call := range c.host.calls {
		for id, s := range call.Stats() {
			c.collectRecording(id[:labelLength], s, gauge)
		}
	}
}

// labelLength is how much of a recording's ID is shown: enough to find it in the log, too little to ask for it.
const labelLength = 8

func (c *collector) collectRecording(id string, s callrec.LiveStats, gauge func(*prometheus.Desc, float64, ...string)) {
	var lost, packets, errs, keyframes int
	var concealed time.Duration
	for _, p := range s.Participants {
		lost += p.Lost
		packets += p.Packets
		errs += p.DecodeErrors
		keyframes += p.KeyframeRequests
		concealed += p.Concealed
	}
	gauge(c.queuedPackets, float64(s.QueuedPackets), id)
	gauge(c.queuedBytes, float64(s.QueuedBytes), id)
	gauge(c.lateness, s.Lateness.Seconds(), id)
	gauge(c.recorded, s.Recorded.Seconds(), id)
	gauge(c.written, s.Written.Seconds(), id)
	gauge(c.dropped, float64(s.DroppedAudio), id, "audio")
	gauge(c.dropped, float64(s.DroppedVideo), id, "video")
	gauge(c.lost, float64(lost), id)
	gauge(c.packets, float64(packets), id)
	gauge(c.concealed, concealed.Seconds(), id)
	gauge(c.decodeErrors, float64(errs), id)
	gauge(c.keyframe, float64(keyframes), id)
}

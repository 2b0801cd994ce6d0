package callsim

import (
	"encoding/binary"
	"math"
	"time"
)

// sendSound sends the packet of sound that has been captured, and plans the next one.
func (s *Sim) sendSound(st *stream) {
	st.turns(s.now, func(before uint32) { s.changed(st, before) })
	s.skipOff(st, packetTime)
	k := st.unit
	st.unit++
	if s.now >= st.until.off && (s.now >= st.until.dtx || k%dtxPackets == 0) {
		payloads := [][]byte{{soundHeader}}
		if clip := st.cfg.Clip; clip != nil {
			payloads = clip.Units[k%int64(len(clip.Units))].Payloads
		} else if s.now >= st.until.dtx && s.now >= st.until.mute {
			payloads[0] = st.sound(payloads[0][:0], k*packetSamples)
		}
		s.send(st, payloads, st.timestamp(float64(k)*packetTime, s.now))
	}
	s.plan(happening{at: s.due(st), do: sendSound, stream: st, epoch: st.epoch})
}

// skipOff passes over the units of the time in which nothing is sent.
func (s *Sim) skipOff(st *stream, unit float64) {
	if s.now < st.until.off {
		st.unit = max(st.unit, int64(st.clock.local(float64(st.until.off))/unit)-1)
	}
}

// due is when the next access unit of a stream is sent: sound when the packet is full, a picture when it is encoded.
func (s *Sim) due(st *stream) int64 {
	if !st.video {
		return int64(st.clock.truth(float64(st.unit+1)*packetTime)) + soundDelay
	}
	return int64(st.clock.truth(st.instant(st.unit))) + pictureDelay
}

// sendPicture sends the picture that has been captured, and plans the next one.
func (s *Sim) sendPicture(st *stream) {
	st.turns(s.now, func(before uint32) { s.changed(st, before) })
	if st.cfg.Clip == nil {
		s.skipOff(st, 1e9/float64(st.cfg.FrameRate))
	}
	number := st.unit
	st.unit++
	local, payloads := s.capture(st, number)
	if len(payloads) > 0 {
		s.send(st, payloads, st.timestamp(local, s.now))
		st.sender.counts.Pictures++
	}
	s.plan(happening{at: max(s.due(st), s.now), do: sendPicture, stream: st, epoch: st.epoch})
}

// instant is the local time of a picture.
func (s *stream) instant(number int64) float64 {
	if clip := s.cfg.Clip; clip != nil {
		n := int64(len(clip.Units))
		return float64(number/n)*float64(clip.Length) + float64(clip.Units[number%n].At)
	}
	return float64(number) * 1e9 / float64(s.cfg.FrameRate)
}

// capture returns the local time of a picture and its packets' payloads, none if the camera is off.
func (s *Sim) capture(st *stream, number int64) (local float64, payloads [][]byte) {
	local = st.instant(number)
	if s.now < st.until.off {
		return local, nil
	}
	if clip := st.cfg.Clip; clip != nil {
		return local, clip.Units[number%int64(len(clip.Units))].Payloads
	}
	local += (st.rng.Float64()*2 - 1) * cameraJitter
	return local, st.split(nil, st.picture(int(number)%Numbers, s.now))
}

// changed tells the recorder that a stream is another track now.
func (s *Sim) changed(st *stream, before uint32) {
	s.tell(st.sender, Input{Kind: RemoveTrack, Track: Track{SSRC: before}})
	s.tell(st.sender, Input{Kind: AddTrack, Track: st.track()})
	if every := st.sender.reportTime(true); every > 0 && before != st.ssrc {
		s.plan(happening{at: s.now + every, do: sendReport, stream: st, epoch: st.epoch})
	}
}

// send sends the packets of an access unit.
func (s *Sim) send(st *stream, payloads [][]byte, stamp uint32) {
	st.started = true
	p := st.sender
	var unit *flight
	if st.video {
		unit = &flight{packets: len(payloads)}
	}
	for i, payload := range payloads {
		packet := append(st.header(s.buffer(), stamp, st.video && i == len(payloads)-1), payload...)
		p.counts.Sent++
		f := p.net.send(s.now + int64(i)*int64(time.Millisecond)/4)
		if f.lost {
			p.counts.Lost++
			st.unseen++
			s.free = append(s.free, packet[:0])
			continue
		}
		if st.seen {
			p.counts.Missing += st.unseen
			if !st.video {
				p.counts.Concealable += min(time.Duration(st.unseen)*packetTime, MaxConceal)
			}
		}
		st.seen, st.unseen = true, 0
		h := happening{at: f.at, do: arriveRTP, stream: st, epoch: st.epoch, packet: packet, sent: unit}
		s.plan(h)
		if f.twice {
			p.counts.Twice++
			h.at, h.packet, h.sent = f.again, append(s.buffer(), packet...), nil
			s.plan(h)
		}
	}
}

// arrive hands a packet to the recorder, unless its sender has left or its track has gone.
func (s *Sim) arrive(h happening) {
	p := h.stream.sender
	if !p.in || h.epoch != h.stream.epoch {
		s.free = append(s.free, h.packet[:0])
		return
	}
	kind := RTCP
	if h.do == arriveRTP {
		kind = RTP
		p.counts.Delivered++
		if h.sent != nil {
			if h.sent.arrived++; h.sent.arrived == h.sent.packets {
				p.counts.Whole++
			}
		}
	}
	s.tell(p, Input{Kind: kind, Data: h.packet})
}

func (s *Sim) buffer() []byte {
	if n := len(s.free); n > 0 {
		b := s.free[n-1]
		s.free = s.free[:n-1]
		return b
	}
	return make([]byte, 0, 64)
}

// reportTime is the time to the next report, 0 if there is none.
func (p *sender) reportTime(first bool) int64 {
	r := p.cfg.Reports
	switch {
	case r.Every < 0:
		return 0
	case first && r.First > 0:
		return int64(r.First)
	case r.Every > 0:
		return int64(r.Every)
	}
	return int64(5 * time.Second)
}

const ntpEpoch = 2_208_988_800 // seconds from 1900 to 1970

// sendReport sends a sender report (RFC 3550 6.4.1), and plans the next one.
func (s *Sim) sendReport(st *stream) {
	p, r := st.sender, st.sender.cfg.Reports
	s.plan(happening{at: s.now + p.reportTime(false), do: sendReport, stream: st, epoch: st.epoch})
	if !st.started || s.now < st.until.off || p.rng.Float64() < r.Missing {
		return
	}
	ntp := p.clock.local(float64(s.now)) + float64(p.cfg.Offset) - p.rng.Float64()*float64(r.Jitter)
	p.counts.Reports++
	if r.Wrong > 0 && p.rng.Float64() < r.Wrong {
		p.counts.WrongReports++
		ntp += (p.rng.Float64()*2 - 1) * float64(time.Hour)
	}
	seconds := math.Floor(ntp / 1e9)
	stamp := uint32(st.base + int64(math.Floor(st.clock.local(float64(s.now))*st.rate/1e9)))
	if s.now < st.until.freeze {
		stamp = st.frozen
	}
	b := append(s.buffer(), 0x80, 200, 0, 6)
	b = binary.BigEndian.AppendUint32(b, st.ssrc)
	b = binary.BigEndian.AppendUint32(b, uint32(int64(seconds)+1_764_000_000+ntpEpoch))
	b = binary.BigEndian.AppendUint32(b, uint32((ntp-seconds*1e9)/1e9*(1<<32)))
	b = binary.BigEndian.AppendUint32(b, stamp)
	b = append(b, make([]byte, 8)...)
	if f := p.net.send(s.now); !f.lost {
		s.plan(happening{at: f.at, do: arriveRTCP, stream: st, epoch: st.epoch, packet: b})
	}
}

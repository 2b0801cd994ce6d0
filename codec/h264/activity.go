package h264

import "image"

// activity measures how much there is to code in an intra picture: the SATD of a sample of its macroblocks, less their
// means, scaled up to the whole picture.
func (e *Encoder) activity(pic *image.YCbCr) int {
	s := e.slices[0]
	m := &s.m
	total, count := 0, 0
	for y := range e.mbh {
		before, countBefore := total, count
		for x := y * 3 % activityStep; x < e.mbw; x += activityStep {
			m.x, m.y = x, y
			m.loadSource(pic)
			sum := 0
			for _, v := range m.luma {
				sum += int(v)
			}
			mean := byte((sum + 128) >> 8)
			for i := range s.spare {
				s.spare[i] = mean
			}
			total += satd16(&m.luma, s.spare[:], 0, 16)
			count++
		}
		if e.activities != nil {
			e.activities[y] = (total - before) / max(count-countBefore, 1)
		}
	}
	if count == 0 {
		return 1
	}
	return total * r16(e.mbw*e.mbh, count) / 16
}

// activityStep is the distance of the sampled macroblocks in a row.
const activityStep = 7

// r16 is a/b in 1/16.
func r16(a, b int) int { return 16 * a / b }

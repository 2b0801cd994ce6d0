package speaker

import "slices"

// Member is one participant of the call.
type Member[K comparable] struct {
	Key   K
	Voice *Voice
}

// Stage chooses who is shown, and in which order, and who is the active speaker. The zero value shows nobody. Whoever is
// shown keeps their place as long as they are there: who leaves makes room for one who waits, and one who has spoken for
// a second takes the place of the one who has been silent for longest.
type Stage[K comparable] struct {
	shown   []K
	active  K
	chosen  bool // there is an active speaker
	members []Member[K]
}

// Update brings the choice up to date with who is in the call, in the order of joining, and how many can be shown. The
// result is in the order of places; it is borrowed until the next call.
func (s *Stage[K]) Update(members []Member[K], capacity int) []K {
	s.members = members
	s.choose()
	for i, k := range s.shown {
		if m := s.next(); m != nil && s.find(k) == nil {
			s.shown[i] = m.Key
		}
	}
	s.shown = slices.DeleteFunc(s.shown, func(k K) bool { return s.find(k) == nil })
	for len(s.shown) > max(capacity, 0) {
		i := s.dispensable(false)
		s.shown = slices.Delete(s.shown, i, i+1)
	}
	for len(s.shown) < capacity {
		m := s.next()
		if m == nil {
			break
		}
		s.shown = append(s.shown, m.Key)
	}
	s.swap()
	s.members = nil
	return s.shown
}

// Active returns the active speaker: the one who has spoken longest of those who speak, and afterwards whoever spoke
// last, as long as they are in the call.
func (s *Stage[K]) Active() (who K, ok bool) { return s.active, s.chosen }

// find returns the member of a key, nil if they are not in the call.
func (s *Stage[K]) find(k K) *Member[K] {
	for i := range s.members {
		if s.members[i].Key == k {
			return &s.members[i]
		}
	}
	return nil
}

// choose changes the active speaker when the present one has ended and another one speaks.
func (s *Stage[K]) choose() {
	var none K
	current := s.find(s.active)
	if s.chosen && current == nil {
		s.active, s.chosen = none, false
	}
	if s.chosen && current.Voice.run >= 0 {
		return
	}
	var best *Member[K]
	for i := range s.members {
		m := &s.members[i]
		// Windows are counted from each one's joining, so the length of the speech is what can be compared.
		if m.Voice.Sustained() && (best == nil || m.Voice.heard-m.Voice.run > best.Voice.heard-best.Voice.run) {
			best = m
		}
	}
	if best != nil {
		s.active, s.chosen = best.Key, true
	}
}

// next returns who of those that wait is to be shown first: the one who spoke last, else who joined first.
func (s *Stage[K]) next() *Member[K] {
	var best *Member[K]
	for i := range s.members {
		m := &s.members[i]
		if !slices.Contains(s.shown, m.Key) && (best == nil || silence(m.Voice) < silence(best.Voice)) {
			best = m
		}
	}
	return best
}

// silence is for how many windows a participant has not spoken for a second on end. One who never has is more silent
// than any other.
func silence(v *Voice) int64 {
	if v.last == 0 {
		return 1 << 62
	}
	return v.heard - v.last
}

// dispensable returns the place of the one who has been silent for longest, the last such place, but never that of the
// active speaker unless there is no other. With idle it is only one who does not speak, else -1.
func (s *Stage[K]) dispensable(idle bool) int {
	worst := -1
	longest := int64(-1)
	for i, k := range s.shown {
		v := s.find(k).Voice
		if s.chosen && k == s.active && len(s.shown) > 1 || idle && v.run >= 0 {
			continue
		}
		if n := silence(v); n >= longest {
			worst, longest = i, n
		}
	}
	return worst
}

// swap shows those who have spoken for a second in place of those who have been silent for longest.
func (s *Stage[K]) swap() {
	for i := range s.members {
		m := &s.members[i]
		active := s.chosen && m.Key == s.active
		if !m.Voice.Sustained() && !active || len(s.shown) == 0 || slices.Contains(s.shown, m.Key) {
			continue
		}
		place := 0
		if len(s.shown) > 1 {
			place = s.dispensable(true)
		} else if !active { // the only place is the active speaker's
			continue
		}
		if place < 0 && active {
			place = s.dispensable(false)
		}
		if place >= 0 {
			s.shown[place] = m.Key
		}
	}
}

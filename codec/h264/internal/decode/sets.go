package decode

import (
	"bytes"
	"fmt"

	"github.com/callrec/callrec/codec/h264/internal/params"
)

// sets are the parameter sets received so far. One that is repeated unchanged leaves everything as it is.
type sets struct {
	sps [32]spsEntry
	pps [256]ppsEntry
}

type spsEntry struct {
	raw []byte
	set *params.SPS
}

type ppsEntry struct {
	raw    []byte
	set    *params.PPS
	sps    *params.SPS // what set is resolved with, nil if it is not
	scales *scales
}

func (s *sets) addSPS(payload []byte, limits params.Limits) error {
	for i := range s.sps {
		if s.sps[i].raw != nil && bytes.Equal(s.sps[i].raw, payload) {
			return nil
		}
	}
	set, err := params.ParseSPS(payload, limits)
	if err != nil {
		if set != nil {
			s.sps[set.ID] = spsEntry{} // the one in its place holds no longer
		}
		return err
	}
	s.sps[set.ID] = spsEntry{raw: bytes.Clone(payload), set: set}
	return nil
}

func (s *sets) addPPS(payload []byte) error {
	for i := range s.pps {
		if s.pps[i].raw != nil && bytes.Equal(s.pps[i].raw, payload) {
			return nil
		}
	}
	raw := bytes.Clone(payload)
	set, err := params.ParsePPS(raw)
	if err != nil {
		return err
	}
	s.pps[set.ID] = ppsEntry{raw: raw, set: set}
	return nil
}

// Lookup implements params.Sets.
func (s *sets) Lookup(id int) (*params.PPS, *params.SPS, error) {
	e := &s.pps[id]
	if e.set == nil {
		return nil, nil, fmt.Errorf("%w: pic_parameter_set_id %d", params.ErrMissing, id)
	}
	sps := s.sps[e.set.SPSID].set
	if sps == nil {
		return nil, nil, fmt.Errorf("%w: seq_parameter_set_id %d", params.ErrMissing, e.set.SPSID)
	}
	if e.sps != sps {
		set := *e.set // slices of the present picture may still hold the old one
		if err := set.Resolve(sps); err != nil {
			return nil, nil, err
		}
		e.set, e.sps, e.scales = &set, sps, newScales(&set.Scaling)
	}
	return e.set, sps, nil
}

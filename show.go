package callrec

import (
	"slices"
	"time"

	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/internal/speaker"
	"github.com/callrec/callrec/mixer"
	"github.com/callrec/callrec/tiler"
)

// shareTimeout is how long the last picture of a shared screen stays when no more frames come, a minute.
const shareTimeout = 60 * timescale

// show is what the video shows beside the pictures themselves, and what is needed to choose it.
type show struct {
	changes []change

	listened int64 // position up to which levels have been taken

	members []speaker.Member[*participant]
	stage   speaker.Stage[*participant]
	shares  []*track
	extra   []*track // further cameras
	tiles   []tiler.Tile
	clock   stampClock
}

// change is a command that takes effect when the video gets to its position.
type change struct {
	position int64
	do       func()
}

// later notes a command.
func (s *show) later(position int64, do func()) {
	s.changes = append(s.changes, change{position, do})
}

// apply carries out the commands up to a position.
func (s *show) apply(position int64) {
	n := 0
	for ; n < len(s.changes) && s.changes[n].position <= position; n++ {
		s.changes[n].do()
	}
	s.changes = slices.Delete(s.changes, 0, n)
}

// SetLayout changes the layout from call time at on. nil means a grid.
func (r *Recording) SetLayout(at time.Duration, layout tiler.Layout) error {
	at, err := r.input(at)
	if err != nil {
		return err
	}
	r.show.later(sampleAt(at), func() { r.tiler.SetLayout(layout) })
	return nil
}

// SetMuted says whether a participant's microphone is off from call time at on. It puts a mark on their tile and does
// nothing to their sound.
func (r *Recording) SetMuted(at time.Duration, id string, muted bool) error {
	at, p, err := r.inputOf(at, id)
	if err != nil {
		return err
	}
	r.show.later(sampleAt(at), func() { p.muted = muted })
	return nil
}

// listen takes how loud everybody was in each window of mixer.LevelWindow samples up to a position.
func (r *Recording) listen(position int64) {
	for end := r.show.listened + mixer.LevelWindow; end <= position; end += mixer.LevelWindow {
		r.show.listened = end
		for _, p := range r.participants {
			level := mixer.SilentLevel
			for _, t := range p.tracks {
				if t.input != nil {
					level = min(level, t.input.Level(end))
				}
			}
			p.voice.Add(level)
		}
	}
}

// look brings a participant's pictures up to date and notes what their tile shows.
func (r *Recording) look(p *participant, position, oldest int64) {
	p.tile = tiler.Tile{ID: p.ID, Name: p.DisplayName, Muted: p.muted, Avatar: p.Avatar, Fill: r.cfg.FillTiles}
	camera := (*track)(nil)
	for _, t := range p.tracks {
		if t.video == nil || t.in == nil || !t.active(position) {
			continue
		}
		r.readVideo(t, position, oldest)
		if t.Share {
			r.lookAtShare(t, position, oldest)
			continue
		}
		if t.shown(position, oldest, sampleAt(r.cfg.VideoTimeout)) {
			if camera.besides(t) {
				r.show.extra = append(r.show.extra, camera)
			}
			camera = t
		}
	}
	if camera != nil {
		camera.showOn(&p.tile)
	}
}

// besides says whether an older camera goes on beside a newer one. One that ends as the other begins is the same camera
// under a new SSRC.
func (t *track) besides(newer *track) bool { return t != nil && t.aliveAt-newer.since >= timescale }

// lookAtShare puts a shared screen that has a picture in its place among the others: the one that was seen first is the
// first.
func (r *Recording) lookAtShare(t *track, position, oldest int64) {
	if !t.shown(position, oldest, shareTimeout) {
		t.sharedAt = never
		return
	}
	t.sharedAt = min(t.sharedAt, position)
	at := len(r.show.shares)
	for at > 0 && r.show.shares[at-1].sharedAt > t.sharedAt {
		at--
	}
	r.show.shares = slices.Insert(r.show.shares, at, t)
}

// showOn puts the track's picture on a tile.
func (t *track) showOn(tile *tiler.Tile) {
	tile.Picture, tile.Serial = t.picture.Image, t.serial
	tile.Rotation = tiler.Rotation(t.look.Rotation)
	if t.look.HasColor {
		tile.Color = tiler.Color{BT709: t.look.BT709, FullRange: t.look.FullRange}
	} else {
		tile.Color = tiler.Color{BT709: t.picture.Color.Matrix == codec.MatrixBT709, FullRange: t.picture.Color.FullRange}
	}
}

// choose returns the tiles to be shown at a position: the participants in their places, then further cameras, then the
// shared screens.
func (r *Recording) choose(position int64) []tiler.Tile {
	s := &r.show
	s.members = s.members[:0]
	for _, p := range r.participants {
		if p.in(position) {
			s.members = append(s.members, speaker.Member[*participant]{Key: p, Voice: &p.voice})
		}
	}
	room := r.tiler.Capacity(len(s.shares))
	if r.cfg.MaxTiles > 0 {
		room = min(room, r.cfg.MaxTiles)
	}
	shown := s.stage.Update(s.members, max(room-len(s.shares), 1))
	active, _ := s.stage.Active()
	clear(s.tiles)
	s.tiles = s.tiles[:0]
	for _, p := range shown {
		p.tile.Speaking, p.tile.Active = p.voice.Speaking() && len(s.members) > 1, p == active
		s.tiles = append(s.tiles, p.tile)
	}
	for _, t := range s.extra {
		if len(s.tiles)+len(s.shares) < room {
			s.tiles = append(s.tiles, t.ownTile())
		}
	}
	for _, t := range s.shares {
		s.tiles = append(s.tiles, t.ownTile())
	}
	clear(s.members)
	s.shares, s.extra = s.shares[:0], s.extra[:0]
	return s.tiles
}

// limitLayers tells the tracks how large their pictures are shown, so that layers of a scalable stream that nobody would
// see are not decoded.
func (r *Recording) limitLayers(tiles []tiler.Tile) {
	rects := r.tiler.Rects()
	for _, p := range r.participants {
		for _, t := range p.tracks {
			if t.in == nil || t.picture.Image == nil {
				continue
			}
			height := 1 // of a picture that is not shown
			for i := range tiles {
				if tiles[i].Picture != t.picture.Image {
					continue
				}
				size := rects[i].Size()
				if t.look.Rotation%2 != 0 { // it lies on its side
					size.X, size.Y = size.Y, size.X
				}
				height = max(height, size.Y)
			}
			if t.in.LimitHeight(height) {
				r.requestKeyframe(t, r.now)
			}
		}
	}
}

// ownTile is the tile of a track beside that of its participant.
func (t *track) ownTile() tiler.Tile {
	tile := tiler.Tile{ID: t.owner.ID, Name: t.owner.DisplayName, Share: t.Share}
	t.showOn(&tile)
	return tile
}

// stampClock writes the time of the time stamp, once a second.
type stampClock struct {
	second int64
	text   []byte
}

// at returns the date and time of a position. It is borrowed until the next call.
func (c *stampClock) at(start time.Time, position int64) []byte {
	now := start.Add(timeOf(position)).UTC()
	if second := now.Unix(); second != c.second || c.text == nil {
		c.second = second
		c.text = now.AppendFormat(c.text[:0], "2006-01-02 15:04:05 UTC")
	}
	return c.text
}

package callrec

import "io"

// release closes a decoder or encoder that holds memory which the garbage collector does not see, as native ones do.
// What they would say is of no interest any more.
func release(coder any) {
	if c, ok := coder.(io.Closer); ok {
		_ = c.Close()
	}
}

// release closes the track's decoder, after which none of its pictures may be shown.
func (t *track) release() {
	release(t.audio)
	release(t.video)
}

// releaseAll closes everything that is still open at the end of the recording.
func (r *Recording) releaseAll() {
	for _, p := range r.participants {
		for _, t := range p.tracks {
			t.release()
		}
	}
	release(r.out.video)
	release(r.out.audio)
}

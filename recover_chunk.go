package callrec

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/metadata"
	"github.com/callrec/callrec/mux"
)

// chunk completes one chunk, the last one of the recording or not, and adds it to the result.
func (r *recovery) chunk(index int, last bool) error {
	name := chunk.MediaName(index)
	part := name + chunk.PartSuffix
	final := r.has(name)
	if final && r.has(part) { // the name was given to a rewritten file, of which this was the source
		if err := r.remove(part); err != nil {
			return err
		}
	}
	run, noted := r.history.find(index)
	if final && run != nil && noted.ending && r.has(chunk.MetadataName(index)) {
		if whole, err := r.attested(run, noted); whole || err != nil {
			return err
		}
	}
	file := part
	if final {
		file = name
	}
	report, err := r.probe(file)
	if err != nil {
		return err
	}
	if !final && len(report.Fragments) == 0 {
		return r.drop(run, index)
	}
	if run != nil {
		r.learn(noted, report, final, last)
	}
	if !final {
		if err := r.seal(part, report); err != nil {
			return err
		}
	}
	if run != nil && !r.has(chunk.MetadataName(index)) {
		if err := r.describe(run, noted, report, last); err != nil {
			return err
		}
	}
	if !final {
		if err := r.rename(run, part, name); err != nil {
			return err
		}
	}
	return r.attest(run, noted, name, final)
}

// attested adds a chunk that has its name to the result if it has its checksum as well, which is the last thing that is
// written of it, so that its media need not be read again. The journal, in which such chunks come last, is told what it does
// not say yet.
func (r *recovery) attested(run *run, noted *notedChunk) (bool, error) {
	sum, ok, err := r.sum(noted.index)
	if !ok || err != nil {
		return false, err
	}
	if !noted.final {
		if noted.bytes, err = r.size(chunk.MediaName(noted.index)); err != nil {
			return false, err
		}
		r.note(run, noted, sum)
	}
	r.add(run, noted)
	return true, nil
}

// sum reads the checksum of a chunk. It is false if there is none, or only a part of it.
func (r *recovery) sum(index int) (sum [sha256.Size]byte, ok bool, err error) {
	if !r.has(chunk.SumName(index)) {
		return sum, false, nil
	}
	line, err := r.read(chunk.SumName(index), maxSumLine)
	if err != nil {
		return sum, false, err
	}
	sum, ok = chunk.ParseSumLine(index, line)
	return sum, ok, nil
}

func (r *recovery) size(name string) (int64, error) {
	f, err := r.dir.Open(name)
	if err != nil {
		return 0, err
	}
	size, err := f.Seek(0, io.SeekEnd)
	return size, errors.Join(err, f.Close())
}

func (r *recovery) probe(name string) (*mux.Report, error) {
	f, err := r.dir.Open(name)
	if err != nil {
		return nil, err
	}
	report, err := mux.Probe(f)
	return report, errors.Join(err, f.Close())
}

// drop removes the beginning of a chunk that holds nothing to play, and its document. Without a journal that says whose
// it is, it stays.
func (r *recovery) drop(run *run, index int) error {
	part := chunk.MediaName(index) + chunk.PartSuffix
	if run == nil {
		r.result.Warnings = append(r.result.Warnings, part+": nothing in it can be played")
		return nil
	}
	if name := chunk.MetadataName(index); r.has(name) {
		if err := r.remove(name); err != nil {
			return err
		}
	}
	return r.remove(part)
}

// learn completes what the journal says of a chunk by what is in the file, or in the document of one that has its name.
func (r *recovery) learn(noted *notedChunk, report *mux.Report, final, last bool) {
	if noted.ending && (final || report.Indexed) {
		return
	}
	noted.ticks, noted.ending = 0, false
	for _, t := range report.Tracks {
		if t.Kind == mux.KindVideo && t.Timescale > 0 {
			noted.ticks = min(t.Duration*timescale/int64(t.Timescale), sampleAt(maxCallTime))
		}
	}
	noted.reason = metadata.ChunkUploadFailure
	if last && !r.goesOn {
		noted.reason = metadata.ChunkSessionEnded
	}
	if name := chunk.MetadataName(noted.index); final && r.has(name) {
		if d, err := r.readDocument(name); err == nil { // else the file has to do
			noted.ticks = min(sampleAt(d.ChunkDuration), sampleAt(maxCallTime))
		}
	}
}

func (r *recovery) readDocument(name string) (*metadata.Document, error) {
	b, err := r.read(name, maxDocument)
	if err != nil {
		return nil, err
	}
	return metadata.Decode(b)
}

// read reads a small file.
func (r *recovery) read(name string, most int64) ([]byte, error) {
	f, err := r.dir.Open(name)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(f, most))
	return b, errors.Join(err, f.Close())
}

// Bounds on small files in bytes. That on a metadata document is half a million participants.
const (
	maxDocument = 32 << 20
	maxSumLine  = 1 << 10
)

// rename gives a whole chunk its final name and form.
func (r *recovery) rename(run *run, part, name string) error {
	r.result.Changed = true
	finalize := FinalizeFragmented
	if run != nil {
		finalize = run.about.Finalize
	}
	return errors.Join(finalize.rename(r.dir, part, name), r.dir.Sync())
}

// seal cuts a file after what is whole in it and adds the index.
func (r *recovery) seal(name string, report *mux.Report) error {
	if report.Indexed && report.WholeBytes == report.Size {
		return nil
	}
	if report.WholeBytes < report.Size {
		r.result.Warnings = append(r.result.Warnings, fmt.Sprintf("%s: %d of %d bytes are whole", name, report.WholeBytes, report.Size))
	}
	r.result.Changed = true
	var trailer []byte
	if !report.Indexed {
		var err error
		if trailer, err = report.Trailer(); err != nil {
			return err
		}
	}
	f, err := r.dir.Append(name, report.WholeBytes)
	if err != nil {
		return err
	}
	return chunk.WriteAndClose(f, trailer)
}

// describe writes the document of a chunk.
func (r *recovery) describe(run *run, noted *notedChunk, report *mux.Report, last bool) error {
	m := chunkMedia{start: noted.position, end: run.endOf(noted)}
	for _, t := range report.Tracks {
		switch t.Kind {
		case mux.KindVideo:
			m.videoBytes = t.Bytes
		case mux.KindAudio:
			m.audioBytes = t.Bytes
		}
	}
	c := run.account.chunk(noted.index, timeOf(noted.ticks), 0, noted.reason)
	b, err := run.document(c, m, last && noted.ending && noted.reason == metadata.ChunkSessionEnded)
	if err != nil {
		return err
	}
	return r.write(chunk.MetadataName(noted.index), b)
}

// attest writes the checksum of a media file that has its final name, and notes the chunk as final.
func (r *recovery) attest(run *run, noted *notedChunk, name string, wasFinal bool) error {
	f, err := r.dir.Open(name)
	if err != nil {
		return err
	}
	h := sha256.New()
	size, err := io.Copy(h, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("checksum: %w", err)
	}
	index, _, _ := chunk.MediaIndex(name)
	sum := [sha256.Size]byte(h.Sum(nil))
	_, attested, err := r.sum(index)
	if err != nil {
		return err
	}
	if !wasFinal || !attested {
		if err := r.write(chunk.SumName(index), chunk.SumLine(index, sum)); err != nil {
			return err
		}
	}
	if run == nil {
		r.result.Chunks = append(r.result.Chunks, Chunk{Index: index, File: name, Bytes: size})
		return nil
	}
	noted.bytes = size
	r.note(run, noted, sum)
	r.add(run, noted)
	return nil
}

// note has the journal say what it does not say yet of a final chunk.
func (r *recovery) note(run *run, noted *notedChunk, sum [sha256.Size]byte) {
	end := timeOf(run.endOf(noted))
	if !noted.begun {
		r.entries = append(r.entries, journalEntry{Event: eventChunk, At: timeOf(noted.position), Chunk: noted.index})
	}
	if !noted.ending {
		r.entries = append(r.entries, journalEntry{
			Event: eventEnding, At: end, Chunk: noted.index, Ticks: noted.ticks, Reason: noted.reason,
		})
	}
	if !noted.final {
		r.entries = append(r.entries, journalEntry{
			Event: eventFinal, Chunk: noted.index, Bytes: noted.bytes, SHA256: fmt.Sprintf("%x", sum),
		})
	}
	run.last = max(run.last, end)
}

// add puts a chunk into the result.
func (r *recovery) add(run *run, noted *notedChunk) {
	r.result.Chunks = append(r.result.Chunks, run.account.chunk(noted.index, timeOf(noted.ticks), noted.bytes, noted.reason))
}

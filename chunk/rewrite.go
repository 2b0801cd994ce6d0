package chunk

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"runtime/debug"
)

// rewriteSuffix is what the file has after its name that Config.Rewrite makes, until it is whole.
const rewriteSuffix = ".rewrite" + PartSuffix

// syncEvery is after how many bytes a file that is being rewritten is forced to the disk. What is being recorded at the
// same time may have to be forced there too, and file systems make that wait for what others have written before.
const syncEvery = 1 << 20

// rewrite gives the chunk's name to the file that Config.Rewrite makes. The one that was written stays until then.
func (w *Writer) rewrite(d Dir, part, name string, done *Finished) error {
	sum, size, err := Rewrite(d, part, name, w.cfg.Sync != SyncNever, w.cfg.Rewrite)
	if err == nil && w.cfg.MaxSize > 0 && size > w.cfg.MaxSize {
		err = fmt.Errorf("%w: %d of %d bytes", ErrFull, size, w.cfg.MaxSize)
	}
	done.Sum, done.Bytes = sum, size
	return err
}

// Rewrite gives a name to the file that f makes out of another one, durably if sync is set, and returns its checksum
// and size. The source stays. If it fails, what there is of the new file is removed: the room may be needed. A panic of f is
// an error.
func Rewrite(d Dir, from, name string, sync bool, f func(dst io.Writer, src io.ReadSeeker) error) (sum [32]byte, size int64, err error) {
	src, err := d.Open(from)
	if err != nil {
		return sum, 0, err
	}
	defer src.Close()
	dst, err := d.Create(name + rewriteSuffix)
	if err != nil {
		return sum, 0, err
	}
	p := pieces{dst: dst, sync: sync, hash: sha256.New()}
	b := bufio.NewWriterSize(&p, syncEvery)
	err = guarded(func() error { return f(b, src) })
	if err == nil {
		err = b.Flush()
	}
	if err = errors.Join(err, dst.Close()); err != nil {
		_ = d.Remove(name + rewriteSuffix) // else recovery does
		return sum, 0, err
	}
	return [32]byte(p.hash.Sum(nil)), p.size, d.Rename(name+rewriteSuffix, name)
}

// pieces writes a file, which is on disk after each call.
type pieces struct {
	dst  File
	sync bool
	hash hash.Hash
	size int64
}

func (p *pieces) Write(b []byte) (int, error) {
	n, err := p.dst.Write(b)
	p.hash.Write(b[:n])
	p.size += int64(n)
	if err == nil && p.sync {
		err = p.dst.Sync()
	}
	return n, err
}

// guarded turns a panic into an error.
func guarded(f func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return f()
}

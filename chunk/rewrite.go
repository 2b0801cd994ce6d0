package chunk

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
)

// rewriteSuffix is what the file has after its name that Config.Rewrite makes, until it is whole.
const rewriteSuffix = ".rewrite" + PartSuffix

// rewrite has the chunk's name given to the file that Config.Rewrite makes. The one that was written stays until then.
func (w *Writer) rewrite(part, name string, done *Finished) {
	w.queue.push(
		operation{kind: opCall, name: name, call: func(d Dir) error {
			sum, size, err := Rewrite(d, part, name, w.cfg.Sync != SyncNever, w.cfg.Rewrite)
			if err == nil && w.cfg.MaxSize > 0 && size > w.cfg.MaxSize {
				err = fmt.Errorf("%w: %d of %d bytes", ErrFull, size, w.cfg.MaxSize)
			}
			done.Sum, done.Bytes = sum, size
			return err
		}},
	)
	w.syncDir()
	w.queue.push(operation{kind: opRemove, name: part})
}

// Rewrite gives a name to the file that f makes out of another one, durably if sync is set, and returns its checksum
// and size. The source stays.
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
	h := sha256.New()
	count := &counter{}
	b := bufio.NewWriterSize(io.MultiWriter(dst, h, count), 1<<20)
	err = f(b, src)
	if err == nil {
		err = b.Flush()
	}
	if err == nil && sync {
		err = dst.Sync()
	}
	if err = errors.Join(err, dst.Close()); err != nil {
		return sum, 0, err
	}
	return [32]byte(h.Sum(nil)), count.n, d.Rename(name+rewriteSuffix, name)
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

package chunk

// slot is one of the files that a Writer has open.
type slot uint8

const (
	mediaSlot slot = iota
	smallSlot
	journalSlot
	slots
)

// operation is one call to make in the folder. Each may be made again after it has failed.
type operation struct {
	kind operationKind
	slot slot
	name string
	to   string // new name, of opRename
	data []byte // of opWrite
	done int    // bytes of data that are written
	// fill, if not nil, gives the data when its turn comes: it depends on what the operations before it did.
	fill  func() []byte
	call  func(Dir) error // of opCall
	file  File            // of opTake
	ops   []operation     // of opPass
	reuse bool            // data is a buffer of the queue
}

// bytes is the data that it holds and has not written.
func (o *operation) bytes() int64 {
	n := int64(len(o.data) - o.done)
	for i := range o.ops {
		n += o.ops[i].bytes()
	}
	return n
}

type operationKind uint8

const (
	opCreate operationKind = iota
	opWrite
	opSync
	opClose
	opRename
	opRemove
	opSyncDir
	opCall
	opPass // gives operations to the queue that follows, and to each opTake of them the file that is open here
	opTake // puts a file into a slot
)

// String names the call for errors.
func (o *operation) String() string {
	what := [...]string{"create ", "write", "sync", "close", "name ", "remove ", "sync folder", "rewrite ", "", ""}[o.kind]
	switch o.kind {
	case opWrite, opSync, opClose:
		return what + [...]string{" media", " document", " journal"}[o.slot]
	case opRename:
		return what + o.to
	}
	return what + o.name
}

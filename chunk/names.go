package chunk

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Names in the folder of a recording.
const (
	JournalName      = "journal.jsonl"
	NotificationName = "notification.json"
	// PartSuffix is what a file has after its name until it is whole.
	PartSuffix = ".part"
)

const (
	chunkPrefix    = "chunk-"
	mediaSuffix    = ".mp4"
	documentSuffix = ".json"
	sumSuffix      = ".sha256"
)

// MediaName is the name of the chunk's media file.
func MediaName(index int) string { return fmt.Sprintf(chunkPrefix+"%04d"+mediaSuffix, index) }

// MetadataName is the name of the chunk's metadata document.
func MetadataName(index int) string { return fmt.Sprintf(chunkPrefix+"%04d"+documentSuffix, index) }

// SumName is the name of the file with the SHA-256 of the chunk's media file, as sha256sum writes and checks it.
func SumName(index int) string { return fmt.Sprintf(chunkPrefix+"%04d"+sumSuffix, index) }

// SumLine is the content of that file.
func SumLine(index int, sum [32]byte) []byte {
	return fmt.Appendf(nil, "%x  %s\n", sum, MediaName(index))
}

// ParseSumLine reads what SumLine makes. It is false for anything else, and for the line of another chunk.
func ParseSumLine(index int, line []byte) (sum [32]byte, ok bool) {
	digits, _, _ := bytes.Cut(line, []byte(" "))
	n, err := hex.Decode(sum[:], digits[:min(len(digits), 2*len(sum))])
	return sum, err == nil && n == len(sum) && bytes.Equal(line, SumLine(index, sum))
}

// MediaIndex tells the media files of chunks from others, and which chunk they are. part says that the file is not
// whole yet.
func MediaIndex(name string) (index int, part, ok bool) {
	name, part = strings.CutSuffix(name, PartSuffix)
	digits, isMedia := strings.CutSuffix(name, mediaSuffix)
	index, ok = chunkIndex(digits)
	return index, part, ok && isMedia
}

// chunkIndex reads the name of a chunk without its suffix, in the one form that is written.
func chunkIndex(name string) (int, bool) {
	digits, ok := strings.CutPrefix(name, chunkPrefix)
	index, err := strconv.Atoi(digits)
	return index, ok && err == nil && index >= 0 && fmt.Sprintf("%04d", index) == digits
}

// Ours tells the files of a recording, by their names, from others that may lie in the folder.
func Ours(name string) bool {
	if base, ok := strings.CutSuffix(name, rewriteSuffix); ok {
		_, part, media := MediaIndex(base)
		return media && !part
	}
	name = strings.TrimSuffix(name, PartSuffix)
	if name == JournalName || name == NotificationName {
		return true
	}
	for _, suffix := range []string{mediaSuffix, documentSuffix, sumSuffix} {
		if base, ok := strings.CutSuffix(name, suffix); ok {
			_, ok = chunkIndex(base)
			return ok
		}
	}
	return false
}

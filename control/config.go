package control

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/callrec/callrec/control/access"
	"github.com/callrec/callrec/control/events"
	"github.com/callrec/callrec/control/store"
)

// Config describes a service. Only Calls, Dir, Store and Events have no default.
type Config struct {
	// Calls is where calls take place.
	Calls Calls
	// Dir is the folder that holds the folders of all recordings.
	Dir string
	// Store remembers the recordings. It is closed by its owner, after Close.
	Store *store.Store
	// Events delivers what is put into the store's outbox. It is run by its owner.
	Events *events.Deliverer
	// Auth decides who may use the API; nil means everybody.
	Auth access.Authenticator
	// Recover completes the files in the folder of a recording that was interrupted; nil means that they are taken as
	// they are.
	Recover func(dir string) error
	// Continue has New go on with recordings that were interrupted, where their call can be found; else, and where they
	// can't go on, they are completed.
	Continue bool

	// Retention is how long files are kept after the end of their recording; 0 means 48 hours.
	Retention time.Duration
	// ContentBaseURL is where clients find files, as scheme://host[:port]. Empty means the address under which the
	// request came that started the recording.
	ContentBaseURL string
	// ResourceID is the GUID of the service, Topic its path in events.
	ResourceID, Topic string

	// OperationTimeout bounds every start, pause and resume, and how long the answer to a stop waits for the files to
	// be complete, which goes on after it; 0 means 10 s.
	OperationTimeout time.Duration
	// MaxRecordings bounds the recordings that go on at a time; 0 means 64.
	MaxRecordings int
	// MaxDownloads bounds the downloads that go on at a time; 0 means 512.
	MaxDownloads int
	// MinDownloadRate is the least average rate in bytes per second at which a client has to take a file, beyond half a
	// minute that everybody has; 0 means 16 KiB/s.
	MinDownloadRate int

	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Logger gets a line for every operation (who, what, when, and how it ended) and for what goes wrong; nil means none.
	Logger *slog.Logger
}

const (
	defaultRetention        = 48 * time.Hour
	defaultOperationTimeout = 10 * time.Second
	defaultRecordings       = 64
	defaultDownloads        = 512
	defaultDownloadRate     = 16 << 10
)

func (c *Config) complete() error {
	switch {
	case c.Calls == nil || c.Store == nil || c.Events == nil || c.Dir == "":
		return fmt.Errorf("%w: Calls, Dir, Store and Events are needed", ErrConfig)
	case c.Retention < 0 || c.OperationTimeout < 0 || c.MaxRecordings < 0 || c.MaxDownloads < 0 || c.MinDownloadRate < 0:
		return fmt.Errorf("%w: a limit is negative", ErrConfig)
	}
	if c.ContentBaseURL != "" {
		u, err := url.Parse(c.ContentBaseURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.User != nil {
			return fmt.Errorf("%w: ContentBaseURL %q is not of the form scheme://host[:port]", ErrConfig, c.ContentBaseURL)
		}
		c.ContentBaseURL = u.Scheme + "://" + u.Host
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return fmt.Errorf("%w: Dir: %w", ErrConfig, err)
	}
	c.Dir = dir
	c.defaults()
	return nil
}

func (c *Config) defaults() {
	if c.Retention == 0 {
		c.Retention = defaultRetention
	}
	if c.OperationTimeout == 0 {
		c.OperationTimeout = defaultOperationTimeout
	}
	if c.MaxRecordings == 0 {
		c.MaxRecordings = defaultRecordings
	}
	if c.MaxDownloads == 0 {
		c.MaxDownloads = defaultDownloads
	}
	if c.MinDownloadRate == 0 {
		c.MinDownloadRate = defaultDownloadRate
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
}

// newID makes the ID of a recording: 128 random bits. It names the recording's folder as well, and document IDs are
// made of it, so whoever can't guess it can't guess them.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// validID says whether s has the form of an ID that newID made.
func validID(s string) bool {
	return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == ""
}

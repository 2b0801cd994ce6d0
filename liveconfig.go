package callrec

import (
	"fmt"
	"time"
)

// LiveConfig describes a recording of a call that is going on.
type LiveConfig struct {
	// Config is that of the recording. Start may be left zero: then it is the time at which NewLive is called, which is
	// call time 0 in any case. OnKeyframeRequest is called from the recording's own goroutine; it may call the
	// methods of the Live but must not wait for anything.
	Config

	// Now is the clock, nil means time.Now. It is read by several goroutines, and its differences are call time.
	Now func() time.Time
	// Tick is how often the recording moves on when nothing comes; 0 means 20 ms.
	Tick time.Duration

	// MaxQueuedPackets and MaxQueuedBytes bound the packets that wait for the recording; 0 means 32768 packets and
	// 32 MiB. Packets beyond it are dropped and counted, video at three quarters of it already, so that sound, which
	// is small, has room.
	MaxQueuedPackets, MaxQueuedBytes int
	// MaxQueuedCommands bounds the other inputs that wait; 0 means 4096. Those beyond it return ErrOverloaded.
	MaxQueuedCommands int
}

const (
	defaultTick           = 20 * time.Millisecond
	defaultQueuedPackets  = 32768
	defaultQueuedBytes    = 32 << 20
	defaultQueuedCommands = 4096
)

// complete checks what a LiveConfig has beside its Config, and fills in what was left to default.
func (c *LiveConfig) complete() error {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Tick == 0 {
		c.Tick = defaultTick
	}
	if c.MaxQueuedPackets == 0 {
		c.MaxQueuedPackets = defaultQueuedPackets
	}
	if c.MaxQueuedBytes == 0 {
		c.MaxQueuedBytes = defaultQueuedBytes
	}
	if c.MaxQueuedCommands == 0 {
		c.MaxQueuedCommands = defaultQueuedCommands
	}
	if c.Tick < 0 || c.MaxQueuedPackets < 0 || c.MaxQueuedBytes < 0 || c.MaxQueuedCommands < 0 {
		return fmt.Errorf("%w: a limit of the live recording is negative", ErrConfig)
	}
	return nil
}

package callrec_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec"
	"github.com/callrec/callrec/chunk"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/metadata"
)

// closable is a video encoder that counts how many of its kind are open.
type closable struct {
	codec.VideoEncoder
	open *int
}

func (c closable) Close() error {
	*c.open--
	return nil
}

// TestRefusedRecordingClosesEncoders checks that encoders are closed where a recording can't be begun: native ones hold memory
// that the garbage collector does not see.
func TestRefusedRecordingClosesEncoders(t *testing.T) {
	t.Parallel()
	rec, path := recording(t, nil)
	busy, err := chunk.DirFS(path)
	require.NoError(t, err)
	open, opened := 0, 0
	codecs := greedy{700}.codecs()
	inner := codecs.VideoEncoder
	codecs.VideoEncoder = func(e codec.VideoEncoding) (codec.VideoEncoder, error) {
		v, err := inner(e)
		open++
		opened++
		return closable{v, &open}, err
	}
	cfg := callrec.Config{Dir: busy, ID: "other", Start: callStart, Replace: true, Codecs: codecs}
	_, err = callrec.New(cfg)
	require.ErrorIs(t, err, chunk.ErrBusy)
	require.Zero(t, open)
	cfg.MaxChunkSize = 1
	_, err = callrec.New(cfg)
	require.ErrorIs(t, err, callrec.ErrChunkTooSmall)
	require.Zero(t, open)
	require.Equal(t, 2, opened)
	_, err = rec.Stop(time.Second, metadata.SessionCallEnded) // until here it holds the folder
	require.NoError(t, err)
}

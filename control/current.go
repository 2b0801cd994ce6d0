package control

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/callrec/callrec/control/store"
	"github.com/callrec/callrec/metadata"
)

// The answers of today's API.
type (
	stateAnswer struct {
		RecordingID    string `json:"recordingId"`
		RecordingState string `json:"recordingState"`
		RecordingKind  string `json:"recordingKind"`
	}
	resultAnswer struct {
		RecordingID         string              `json:"recordingId"`
		StorageInfo         resultStorage       `json:"recordingStorageInfo"`
		Errors              []innerError        `json:"errors"`
		RecordingStartTime  metadata.Timestamp  `json:"recordingStartTime"`
		RecordingDurationMS int64               `json:"recordingDurationMs"`
		SessionEndReason    string              `json:"sessionEndReason"`
		ExpirationTime      *metadata.Timestamp `json:"recordingExpirationTime,omitempty"`
	}
	resultStorage struct {
		Chunks []resultChunk `json:"recordingChunks"`
	}
	resultChunk struct {
		DocumentID       string `json:"documentId"`
		Index            int    `json:"index"`
		EndReason        string `json:"endReason"`
		MetadataLocation string `json:"metadataLocation"`
		ContentLocation  string `json:"contentLocation"`
		DeleteLocation   string `json:"deleteLocation"`
	}
)

const recordingKind = "azureCommunicationServices"

// maxRepeatID bounds Repeatability-Request-ID, which is a GUID.
const maxRepeatID = 128

// start answers POST /calling/recordings.
func start(s *service, x *exchange) error {
	if err := checkVersion(x.r); err != nil {
		return err
	}
	var body startBody
	if err := x.decode(&body); err != nil {
		return err
	}
	request, err := body.request()
	if err != nil {
		return err
	}
	if err := request.repeatable(x); err != nil {
		return err
	}
	request.Generation, request.By, request.BaseURL = GenerationCurrent, x.by, x.baseURL()
	id, state, err := s.start(x.r.Context(), request)
	x.subject = id
	if err != nil {
		return err
	}
	if request.RepeatID != "" {
		x.w.Header().Set("Repeatability-Result", "accepted")
	}
	return x.answer(http.StatusOK, stateAnswer{id, state.String(), recordingKind})
}

// repeatable takes in the headers that make the request one that is carried out once, however often it comes.
func (r *startRequest) repeatable(x *exchange) error {
	r.RepeatID = x.r.Header.Get("Repeatability-Request-Id")
	if r.RepeatID == "" {
		return nil
	}
	if len(r.RepeatID) > maxRepeatID {
		return fmt.Errorf("%w: Repeatability-Request-ID is longer than %d bytes", ErrInvalid, maxRepeatID)
	}
	if sent := x.r.Header.Get("Repeatability-First-Sent"); sent != "" {
		if _, err := http.ParseTime(sent); err != nil {
			return fmt.Errorf("%w: Repeatability-First-Sent is not a date", ErrInvalid)
		}
	}
	sum := sha256.Sum256(x.body)
	r.RepeatDigest = hex.EncodeToString(sum[:])
	return nil
}

// state answers GET /calling/recordings/{recordingId}.
func state(s *service, x *exchange) error {
	x.subject = x.route.recording
	if err := checkVersion(x.r); err != nil {
		return err
	}
	state, err := s.state(x.route.recording)
	if err != nil {
		return err
	}
	return x.answer(http.StatusOK, stateAnswer{x.route.recording, state.String(), recordingKind})
}

// change answers POST /calling/recordings/{recordingId}:pause and :resume.
func change(s *service, x *exchange) error {
	x.subject = x.route.recording
	if err := checkVersion(x.r); err != nil {
		return err
	}
	op := opPause
	if x.route.resource == recordingResume {
		op = opResume
	}
	if err := s.change(x.r.Context(), x.route.recording, op, ""); err != nil {
		return err
	}
	return x.empty(http.StatusAccepted)
}

// stop answers DELETE /calling/recordings/{recordingId}.
func stop(s *service, x *exchange) error {
	x.subject = x.route.recording
	if err := checkVersion(x.r); err != nil {
		return err
	}
	if err := s.stop(x.r.Context(), x.route.recording, ""); err != nil {
		return err
	}
	return x.empty(http.StatusNoContent)
}

// result answers GET /calling/recordings/{recordingId}/result, of a recording that goes on too.
func result(s *service, x *exchange) error {
	x.subject = x.route.recording
	if err := checkVersion(x.r); err != nil {
		return err
	}
	if !validID(x.route.recording) {
		return ErrRecordingNotFound
	}
	r, err := s.cfg.Store.Recording(x.route.recording)
	if err == nil && !r.Final {
		r, err = s.refresh(r)
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return ErrRecordingNotFound
	case err != nil:
		return err
	case s.expired(r):
		return ErrRecordingNotFound
	}
	return x.answer(http.StatusOK, s.resultOf(r))
}

func (s *service) resultOf(r *store.Recording) resultAnswer {
	a := resultAnswer{
		RecordingID: r.ID, StorageInfo: resultStorage{[]resultChunk{}}, Errors: []innerError{},
		RecordingStartTime: metadata.Timestamp(r.Started), RecordingDurationMS: r.Duration.Round(time.Millisecond).Milliseconds(),
		SessionEndReason: lowerFirst(string(metadata.SessionStillOngoing)),
	}
	if r.Final {
		a.SessionEndReason = lowerFirst(r.EndReason)
		a.ExpirationTime = (*metadata.Timestamp)(&r.Expires)
	}
	for _, c := range s.files(r).Chunks {
		a.StorageInfo.Chunks = append(a.StorageInfo.Chunks, resultChunk{
			c.DocumentID, c.Index, lowerFirst(string(c.EndReason)), c.MetadataLocation, c.ContentLocation, c.DeleteLocation,
		})
	}
	return a
}

// lowerFirst spells a reason as this route does, where events begin with a capital.
func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return string(s[0]|0x20) + s[1:]
}

// checkVersion refuses requests without a version. Any version is served: what clients of different versions expect
// does not differ on these routes.
func checkVersion(r *http.Request) error {
	v := r.URL.Query().Get("api-version")
	if _, err := time.Parse(time.DateOnly, v[:min(len(v), len(time.DateOnly))]); err != nil ||
		v[len(time.DateOnly):] != "" && v[len(time.DateOnly):] != "-preview" {
		return fmt.Errorf("%w: api-version has to be YYYY-MM-DD or YYYY-MM-DD-preview", ErrInvalid)
	}
	return nil
}

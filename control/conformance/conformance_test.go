package conformance_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"
)

// exchange is a request and its answer, as the tests of the package control write them.
type exchange struct {
	Test, Method, Target, Body, AnswerBody string
	Header, AnswerHeader                   http.Header
	Status                                 int
}

// exchanges runs the tests of the package control and returns what went back and forth.
func exchanges(t *testing.T) []exchange {
	t.Helper()
	path := filepath.Join(t.TempDir(), "exchanges.jsonl")
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-run", "TestSt|TestRep|TestDo|TestDe|TestMe|TestMan|TestRec|TestEv|TestEx", ".")
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "CALLREC_EXCHANGES="+path)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	var list []exchange
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e exchange
		require.NoError(t, json.Unmarshal(lines.Bytes(), &e))
		list = append(list, e)
	}
	require.NoError(t, lines.Err())
	return list
}

func load(t *testing.T, name string) (*openapi3.T, routers.Router) {
	t.Helper()
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = true
	doc, err := loader.LoadFromFile(filepath.Join("..", "..", "docs", "openapi", name))
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context()))
	router, err := gorillamux.NewRouter(doc)
	require.NoError(t, err)
	return doc, router
}

// normal is the target as the description has it: the literal segments of the routes of 2021 are served in any case.
func normal(target string) string {
	path, query, found := strings.Cut(target, "?")
	segments := strings.Split(path, "/")
	for i, s := range segments {
		switch lower := strings.ToLower(s); lower {
		case "calling", "conversations", "recordings", "recording", "download", "metadata", "pause", "resume":
			segments[i] = lower
		}
	}
	if path = strings.Join(segments, "/"); found {
		path += "?" + query
	}
	return path
}

// undescribed are answers to requests that no description has: no route, no method.
func undescribed(status int) bool {
	return status == http.StatusNotFound || status == http.StatusMethodNotAllowed || status == http.StatusRequestURITooLong ||
		status == http.StatusUnauthorized
}

func TestConformance(t *testing.T) {
	current, currentRouter := load(t, "current.yaml")
	old, oldRouter := load(t, "2021.yaml")
	// Media in ranges that are no ranges, and bodies that are no JSON, are told by their answers.
	openapi3filter.RegisterBodyDecoder("video/mp4", openapi3filter.FileBodyDecoder)
	seen := map[string]map[int]bool{}
	for _, e := range exchanges(t) {
		target, router := normal(e.Target), currentRouter
		if strings.Contains(target, "/conversations/") || strings.Contains(target, "/recording/download/") {
			router, target = oldRouter, strings.TrimPrefix(target, "/calling") // either of its servers
		}
		r, err := http.NewRequestWithContext(t.Context(), e.Method, "http://example.com"+target, strings.NewReader(e.Body))
		require.NoError(t, err)
		r.Header = e.Header
		route, parameters, err := router.FindRoute(r)
		if err != nil {
			require.True(t, undescribed(e.Status), "%s: %s %s: %v, but the answer is %d", e.Test, e.Method, e.Target, err, e.Status)
			continue
		}
		input := &openapi3filter.RequestValidationInput{
			Request: r, PathParams: parameters, Route: route,
			Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true},
		}
		if e.Status < http.StatusBadRequest && e.Body != "" || e.Method == http.MethodGet && e.Status == http.StatusOK {
			input.Options.ExcludeRequestBody = route.Operation.RequestBody == nil
			require.NoError(t, openapi3filter.ValidateRequest(t.Context(), input), "%s: %s %s: it was served", e.Test, e.Method, e.Target)
		}
		if e.Method != http.MethodHead {
			require.NoError(t, openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
				RequestValidationInput: input, Status: e.Status, Header: e.AnswerHeader,
				Body: io.NopCloser(bytes.NewReader([]byte(e.AnswerBody))), Options: input.Options,
			}), "%s: %s %s: %d %s", e.Test, e.Method, e.Target, e.Status, e.AnswerBody)
		}
		key := route.Path + " " + e.Method
		if seen[key] == nil {
			seen[key] = map[int]bool{}
		}
		seen[key][e.Status] = true
	}
	for _, doc := range []*openapi3.T{current, old} {
		for path, item := range doc.Paths.Map() {
			for method := range item.Operations() {
				require.NotEmpty(t, seen[path+" "+method], "%s: %s %s is in no test", doc.Info.Title, method, path)
			}
		}
	}
}

package callrec_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/callrec/callrec"

// allowedImports says what each package of the module may import of the module, test files aside. Data flows one way:
// stages know codec's types at most and never each other. A package that is not listed here is an error: a new one
// needs its place in docs/architecture.md first.
var allowedImports = map[string][]string{
	".": {"chunk", "codec", "codec/builtin", "ingest", "internal/speaker", "metadata", "mixer", "mux", "tiler"},

	"ingest":   {},
	"mixer":    {"internal/resample"},
	"tiler":    {"internal/cpu"},
	"mux":      {},
	"chunk":    {},
	"metadata": {},

	"codec":         {},
	"codec/aac":     {"codec"},
	"codec/g711":    {"codec", "internal/conceal", "internal/resample"},
	"codec/g722":    {"codec", "internal/conceal"},
	"codec/l16":     {"codec", "internal/conceal", "internal/resample"},
	"codec/h264":    {"codec", "codec/h264/internal/*"},
	"codec/mp3":     {"codec", "internal/resample"},
	"codec/opus":    {"codec", "internal/conceal"},
	"codec/vp8":     {"codec", "internal/cpu"},
	"codec/builtin": {"codec", "codec/*"},
	"codec/ffmpeg":  {"codec", "internal/conceal"},

	"codec/h264/internal/*": {"codec/h264/internal/*", "internal/cpu"},
	"internal/callsim":      {"codec"},
	"internal/capture":      {},
	"internal/conceal":      {},
	"internal/cpu":          {},
	"internal/kerneltest":   {},
	"internal/resample":     {},
	"internal/speaker":      {},
	"internal/livecall":     {".", "chunk", "codec/builtin", "control", "internal/capture", "internal/meter", "metadata"},
	"internal/meter":        {"chunk", "codec"},
	"internal/replay":       {".", "internal/capture", "metadata"},

	"control":        {"chunk", "control/access", "control/events", "control/store", "metadata"},
	"control/access": {},
	"control/events": {"control/store", "metadata"},
	"control/store":  {},

	"bench":         {".", "codec/builtin", "tiler", "bench/*"},
	"bench/inputs":  {"codec", "codec/*", "ingest", "internal/capture"},
	"bench/measure": {},
	"bench/peers":   {"bench/inputs", "bench/measure"},
	"bench/plot":    {},
	"bench/report":  {"bench/worker"},
	"bench/worker": {
		".", "bench/inputs", "bench/measure", "chunk", "codec", "codec/*", "ingest", "internal/capture", "internal/replay",
		"metadata", "mixer", "mux", "tiler",
	},
	"bench/compose": {"tiler"},
	"bench/nmr":     {},
	"bench/codec":   {"bench/nmr", "codec", "codec/*", "ingest", "internal/capture", "mux"},
	"cmd/callrec": {
		".", "chunk", "codec", "codec/builtin", "codec/mp3", "control", "control/access", "control/events", "control/store", "internal/capture", "internal/livecall", "internal/meter", "internal/replay", "mux", "tiler",
	},
}

// outsideImports says which packages outside of the standard library production code may import, and where.
var outsideImports = map[string][]string{
	"github.com/pion/rtp":                 {"ingest", "bench/inputs"},
	"github.com/pion/rtcp":                {"ingest", "bench/inputs"},
	"github.com/abema/go-mp4":             {"mux"},
	"golang.org/x/image":                  {"tiler"},
	"github.com/pion/opus":                {"codec/opus"},
	"github.com/hajimehoshi/go-mp3":       {"codec/mp3"},
	"go.etcd.io/bbolt":                    {"control/store"},
	"github.com/cenkalti/backoff/v5":      {"control/events"},
	"github.com/prometheus/client_golang": {"cmd/callrec"},
	"github.com/alecthomas/kong":          {"cmd/callrec"},
	"github.com/schollz/progressbar/v3":   {"cmd/callrec"},
	"golang.org/x/sys/cpu":                {"internal/cpu"},
	"golang.org/x/term":                   {"cmd/callrec"},
	"gonum.org/v1/plot":                   {"bench/plot"}, // a module of its own
}

func TestImports(t *testing.T) {
	t.Parallel()
	for pkg, imports := range packages(t) {
		allowed, known := lookUp(allowedImports, pkg)
		require.True(t, known, "package %s has no place in the architecture", pkg)
		for _, path := range imports {
			inside, ok := strings.CutPrefix(path, module)
			switch {
			case ok:
				inside = strings.TrimPrefix(inside, "/")
				if inside == "" {
					inside = "."
				}
				require.True(t, matches(allowed, inside), "%s imports %s", pkg, inside)
			case strings.Contains(strings.SplitN(path, "/", 2)[0], "."):
				require.True(t, outsideAllowed(path, pkg), "%s imports %s", pkg, path)
			}
		}
	}
}

// packages returns the imports of all packages of the module, by folder, without their tests'.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != "." && (name == "testdata" || name[0] == '.' || name[0] == '_') {
			return fs.SkipDir
		}
		if _, err := os.Stat(filepath.Join(path, "go.mod")); d.IsDir() && path != "." && err == nil {
			return fs.SkipDir // a module of its own
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(filepath.Dir(path))
		found[pkg] = append(found[pkg], []string{}...)
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			found[pkg] = append(found[pkg], imported)
		}
		return nil
	})
	require.NoError(t, err)
	require.Contains(t, found, "ingest")
	return found
}

func lookUp(table map[string][]string, pkg string) ([]string, bool) {
	if list, ok := table[pkg]; ok {
		return list, true
	}
	for pattern, list := range table {
		if matches([]string{pattern}, pkg) {
			return list, true
		}
	}
	return nil, false
}

func matches(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		prefix, wild := strings.CutSuffix(pattern, "/*")
		return pattern == pkg || wild && strings.HasPrefix(pkg, prefix+"/")
	})
}

func outsideAllowed(path, pkg string) bool {
	for outside, where := range outsideImports {
		if path == outside || strings.HasPrefix(path, outside+"/") {
			return slices.Contains(where, pkg)
		}
	}
	return false
}

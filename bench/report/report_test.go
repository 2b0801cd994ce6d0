package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/bench/report"
	"github.com/callrec/callrec/bench/worker"
)

func results() report.Results {
	return report.Results{
		Commands: []string{"go run ./bench"}, Date: "2026-11-25", Runs: 3, Machine: []string{"a machine"}, Versions: []string{"go1.26"},
		Missing: []string{"a program (apt-get install it)"},
		Cases: []report.Case{{
			Name: "whole/one", Title: "1 participant", Participants: 1, Seconds: 10,
			Contenders: []report.Contender{
				{Name: "callrec", CPUSeconds: 1, CPUPerSecond: 0.1, PeakRSS: 50e6, Bytes: 1e6, PSNRY: 40, SSIM: 0.99, Realtime: 10, Command: "callrec replay"},
				{Name: "ffmpeg", CPUSeconds: 2, CPUPerSecond: 0.2, Ratio: 0.5, PeakRSS: 200e6, Bytes: 2e6, PSNRY: 40.1, SSIM: 0.98, Realtime: 5},
			},
		}},
		Parts: []report.Part{{Name: "part/mux", Title: "muxer", Unit: "fragments", Units: 30, Seconds: 60, CPUSeconds: 0.06}},
		Crowd: []report.Crowd{{Title: "small", Cores: 2, Tries: []worker.CrowdResult{
			{Recordings: 6, Load: 0.8, Lateness: 0.2, Kept: true}, {Recordings: 8, Load: 1.1, Lateness: 2},
		}}},
		Long: &worker.LongResult{Samples: []worker.MemorySample{{Minute: 0, Resident: 1e7}, {Minute: 120, Resident: 2e7}}}, LongTime: 120,
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "figures"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "figures", "length.png"), nil, 0o600))
	var b bytes.Buffer
	r := results()
	require.NoError(t, r.Markdown(&b, dir, "figures"))
	for _, want := range []string{
		"| callrec | 0.100 |  | 1.00 s | 10.0 | 50.0 MB | 0.0 | 1000 kB | 40.00 dB | 0.9900 |",
		"| ffmpeg | 0.200 | 0.50 | 2.00 s | 5.0 | 200.0 MB |  | 2000 kB | 40.10 dB | 0.9800 |",
		"| muxer | 30 fragments | 1.00 |", "**3.0 calls per core.**", "### A call of 2.0 hours", "(figures/length.png)",
		"**Left out:** a program (apt-get install it).", "    callrec replay\n",
	} {
		require.Contains(t, b.String(), want)
	}
	require.NotContains(t, b.String(), "participants.png", "a plot that is not there")

	b.Reset()
	require.NoError(t, (&report.Results{}).Markdown(&b, dir, "figures"), "a run in which nothing was wanted")
}

// TestMarks checks that the figures that matter most come first, for both builds, whatever else there is.
func TestMarks(t *testing.T) {
	t.Parallel()
	call := func(name string, ratio float64, memory int64) report.Case {
		return report.Case{Name: name, Title: "9 participants", Contenders: []report.Contender{
			{Name: "callrec", PeakRSS: memory, AllocsPerSecond: 3}, {Name: "ffmpeg, superfast, one thread", Ratio: ratio},
		}}
	}
	r := report.Results{Cases: []report.Case{call("whole/vp8-360p-9", 1.25, 6e7), call("whole/vp8-360p-9"+report.NativeSuffix, 0.7, 1e8)}}
	var b bytes.Buffer
	require.NoError(t, r.Markdown(&b, t.TempDir(), "figures"))
	for _, want := range []string{
		"| processor time, against ffmpeg, superfast, one thread | 1.00 or less | **1.25** |",
		"| peak memory | 150.0 MB or less | **60.0 MB** |",
		"| processor time with native codecs, against ffmpeg, superfast, one thread | 0.75 or less | **0.70** |",
		"| allocations per second with native codecs | few | **3.0** |",
	} {
		require.Contains(t, b.String(), want)
	}
}

func TestKeep(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "results.json")
	var r report.Results
	require.NoError(t, r.Keep(path), "no file to keep")
	old := results()
	require.NoError(t, old.Save(path))
	require.NoError(t, r.Keep(path))
	require.Equal(t, old.Cases, r.Cases)
	require.Empty(t, r.Machine, "what is of this run stays")

	again := report.Results{Commands: []string{"go run ./bench -only part", "go run ./bench"}}
	require.NoError(t, again.Keep(path))
	require.Equal(t, []string{"go run ./bench -only part", "go run ./bench"}, again.Commands, "each command once")

	r.SetCase(report.Case{Name: "whole/one", Title: "anew"})
	r.SetCase(report.Case{Name: "whole/two"})
	require.Len(t, r.Cases, 2)
	require.Equal(t, "anew", r.Cases[0].Title)

	require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	require.Error(t, r.Keep(path))
}

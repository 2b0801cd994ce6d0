//go:build oracle

package opus_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// libopus compiles the judge and returns what runs it.
func libopus(t *testing.T) func(t *testing.T, in []byte, args ...string) []byte {
	t.Helper()
	program := filepath.Join(t.TempDir(), "libopus")
	out, err := exec.Command("gcc", "-O2", "-o", program, "testdata/libopus.c", "-lopus").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return func(t *testing.T, in []byte, args ...string) []byte {
		t.Helper()
		cmd := exec.Command(program, args...)
		cmd.Stdin = bytes.NewReader(in)
		out, err := cmd.Output()
		require.NoError(t, err)
		return out
	}
}

// speech is 16-bit PCM at 48 kHz of espeak-ng.
func speech(t *testing.T) []byte {
	t.Helper()
	const text = "The birch canoe slid on the smooth planks. Glue the sheet to the dark blue background. " +
		"It is easy to tell the depth of a well. These days a chicken leg is a rare dish. " +
		"Rice is often served in round bowls. The juice of lemons makes fine punch."
	file := filepath.Join(t.TempDir(), "speech.wav")
	require.NoError(t, exec.Command("espeak-ng", "-s", "150", "-v", "en", "-w", file, text).Run())
	return ffmpeg(t, "-i", file, "-af", "volume=-3dB", "-ar", "48000", "-ac", "1", "-f", "s16le", "-")
}

func sized(stream []byte) (packets [][]byte) {
	for len(stream) > 0 {
		n := int(binary.BigEndian.Uint16(stream))
		packets = append(packets, stream[2:2+n])
		stream = stream[2+n:]
	}
	return packets
}

func samples(t *testing.T, raw []byte) []int16 {
	t.Helper()
	pcm := make([]int16, len(raw)/2)
	require.NoError(t, binary.Read(bytes.NewReader(raw), binary.LittleEndian, pcm))
	return pcm
}

// losses draws which of n packets are lost: singly, as most are, and now and then two or three in a row.
func losses(n int, share float64, seed uint64) []bool {
	rnd := rand.New(rand.NewPCG(seed, 77))
	lost := make([]bool, n)
	for i := 10; i < n-1; i++ {
		if rnd.Float64() < share/1.3 {
			for k := range 1 + rnd.IntN(16)/13 + rnd.IntN(16)/15 {
				if i+k < n-1 {
					lost[i+k] = true
				}
			}
		}
	}
	return lost
}

// own decodes with the package's decoder, as a recording does: a loss is concealed when the packet after it is there.
func own(t *testing.T, packets [][]byte, lost []bool, size int) []int16 {
	t.Helper()
	d := newDecoder(t)
	var pcm []int16
	var err error
	gap := 0
	for i, p := range packets {
		if lost != nil && lost[i] {
			gap += size
			continue
		}
		if gap > 0 {
			pcm = d.Conceal(pcm, gap, p)
			gap = 0
		}
		pcm, err = d.Decode(pcm, p)
		require.NoError(t, err)
	}
	return pcm
}

// theirs makes libopus decode. With fec the last packet of a loss is restored from the one that follows.
func theirs(t *testing.T, run func(*testing.T, []byte, ...string) []byte, packets [][]byte, lost []bool, size int, fec bool) []int16 {
	t.Helper()
	var in []byte
	for i, p := range packets {
		if lost != nil && lost[i] {
			mark := uint16(65535)
			if fec && !lost[i+1] {
				mark = 65534
			}
			in = binary.BigEndian.AppendUint16(in, mark)
			in = binary.BigEndian.AppendUint16(in, uint16(size))
			continue
		}
		in = binary.BigEndian.AppendUint16(in, uint16(len(p)))
		in = append(in, p...)
	}
	return samples(t, run(t, in, "decode"))
}

const (
	spectrumSize = 512 // 32 ms
	spectrumStep = 160
	bins         = 8000 * spectrumSize / 16000
)

// logSpectralDistance is the RMS over frequency of the difference of two power spectra in dB, averaged over time. What
// is below -70 dB full scale counts as being there: nobody hears it.
func logSpectralDistance(a, b []int16) float64 {
	sum, n := 0.0, 0
	for at := 0; at+spectrumSize <= min(len(a), len(b)); at += spectrumStep {
		n++
		if slices.Equal(a[at:at+spectrumSize], b[at:at+spectrumSize]) {
			continue
		}
		x, y := spectrum(a[at:]), spectrum(b[at:])
		square := 0.0
		for k := range x {
			square += (x[k] - y[k]) * (x[k] - y[k])
		}
		sum += math.Sqrt(square / bins)
	}
	return sum / float64(n)
}

func spectrum(pcm []int16) (db [bins]float64) {
	var x [spectrumSize]complex128
	for i := range x {
		w := 0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/spectrumSize)
		x[i] = complex(w*float64(pcm[i])/32768, 0)
	}
	fft(x[:])
	for k := range db {
		p := real(x[k])*real(x[k]) + imag(x[k])*imag(x[k])
		db[k] = 10 * math.Log10(p/(spectrumSize*spectrumSize/16)+1e-7)
	}
	return db
}

func fft(x []complex128) {
	if len(x) == 1 {
		return
	}
	n := len(x) / 2
	even, odd := make([]complex128, n), make([]complex128, n)
	for i := range n {
		even[i], odd[i] = x[2*i], x[2*i+1]
	}
	fft(even)
	fft(odd)
	for i := range n {
		u := cmplx.Rect(1, -math.Pi*float64(i)/float64(n)) * odd[i]
		x[i], x[i+n] = even[i]+u, even[i]-u
	}
}

// TestConcealmentAgainstLibopus loses packets and holds the distance to the lossless decoding against that of libopus's
// own concealment.
func TestConcealmentAgainstLibopus(t *testing.T) {
	t.Parallel()
	run := libopus(t)
	source := speech(t)
	for _, row := range []struct{ name, app, bitrate, ms, bandwidth string }{
		{"SILK", "voip", "16000", "20", "8000"},
		{"hybrid", "voip", "32000", "20", "20000"},
		{"CELT", "audio", "64000", "20", "20000"},
		{"CELT 10 ms", "lowdelay", "64000", "10", "20000"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			packets := sized(run(t, source, "encode", row.app, row.bitrate, row.ms, "1", row.bandwidth, "0", "0"))
			size := 320
			if row.ms == "10" {
				size = 160
			}
			whole, theirWhole := own(t, packets, nil, size), theirs(t, run, packets, nil, size, false)
			for _, share := range []float64{0.01, 0.05, 0.10, 0.20} {
				var mine, other float64
				rounds := int(max(2, 0.12/share)) // about a hundred losses at least
				for seed := range rounds {
					lost := losses(len(packets), share, uint64(seed))
					mine += logSpectralDistance(whole, own(t, packets, lost, size)) / float64(rounds)
					other += logSpectralDistance(theirWhole, theirs(t, run, packets, lost, size, false)) / float64(rounds)
				}
				t.Logf("%2.0f %% lost: %.3f dB, libopus %.3f dB, ratio %.2f", share*100, mine, other, mine/other)
				require.LessOrEqual(t, mine/other, 1.1)
			}
		})
	}
}

// TestRedundancyAgainstLibopus loses every fourth packet of streams with in-band FEC and compares what is restored with
// what libopus restores.
func TestRedundancyAgainstLibopus(t *testing.T) {
	t.Parallel()
	run := libopus(t)
	source := speech(t)
	for _, row := range []struct{ bitrate, ms, channels, bandwidth string }{
		{"18000", "20", "1", "4000"},
		{"20000", "20", "1", "6000"},
		{"24000", "10", "1", "8000"},
		{"24000", "20", "1", "8000"},
		{"24000", "40", "1", "8000"},
		{"24000", "60", "1", "8000"},
		{"36000", "20", "1", "20000"},
		{"36000", "10", "1", "12000"},
		{"40000", "20", "2", "8000"},
		{"48000", "40", "2", "8000"},
	} {
		t.Run(fmt.Sprintf("%s bit/s, %s ms, %s channels, %s Hz", row.bitrate, row.ms, row.channels, row.bandwidth), func(t *testing.T) {
			t.Parallel()
			pcm := source
			if row.channels == "2" {
				pcm = nil
				for i := 0; i < len(source); i += 2 {
					pcm = append(pcm, source[i:i+2]...)
					pcm = append(pcm, source[(i+960)%len(source):][:2]...)
				}
			}
			packets := sized(run(t, pcm, "encode", "voip", row.bitrate, row.ms, row.channels, row.bandwidth, "20", "0"))
			ms, _ := strconv.Atoi(row.ms)
			size := 16 * ms
			lost := make([]bool, len(packets))
			for i := 10; i < len(lost)-1; i += 4 {
				lost[i] = true
			}
			whole, theirWhole := own(t, packets, nil, size), theirs(t, run, packets, nil, size, false)
			mine := logSpectralDistance(whole, own(t, packets, lost, size))
			restored := logSpectralDistance(theirWhole, theirs(t, run, packets, lost, size, true))
			concealed := logSpectralDistance(theirWhole, theirs(t, run, packets, lost, size, false))
			t.Logf("%.3f dB, libopus %.3f dB, without FEC %.3f dB", mine, restored, concealed)
			require.Less(t, restored, concealed-0.1, "the stream has FEC")
			require.LessOrEqual(t, mine, restored*1.1)
		})
	}
}

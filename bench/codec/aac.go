package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"text/tabwriter"

	"github.com/callrec/callrec/bench/nmr"
	"github.com/callrec/callrec/codec"
	"github.com/callrec/callrec/codec/aac"
)

const aacUsage = "usage: codec aac [-cpu SECONDS] [-keep DIR] [CALLDIR|FILE.wav]..."

// aacPeers are the other AAC encoders, by name: arguments that make ADTS of a WAV file.
func aacPeers() []aacPeer {
	return []aacPeer{
		{"ffmpeg", func(in, out string, bitrate int) []string {
			return []string{"ffmpeg", "-v", "error", "-y", "-threads", "1", "-i", in, "-c:a", "aac", "-b:a", strconv.Itoa(bitrate), "-f", "adts", out}
		}},
		{"vo-aacenc", func(in, out string, bitrate int) []string {
			return []string{
				"gst-launch-1.0", "-q", "filesrc", "location=" + in, "!", "wavparse", "!", "voaacenc", "bitrate=" + strconv.Itoa(bitrate),
				"!", "audio/mpeg,stream-format=adts", "!", "filesink", "location=" + out,
			}
		}},
	}
}

type aacPeer struct {
	name    string
	command func(in, out string, bitrate int) []string
}

// aacCommand compares the AAC encoder with others at the bit rates that these really have: noise-to-mask ratio, segmental
// signal-to-noise ratio, and processor time.
func aacCommand(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("aac", flag.ContinueOnError)
	flags.SetOutput(stderr)
	c := aacComparison{out: stdout, meter: nmr.NewMeter(codec.SampleRate)}
	flags.IntVar(&c.cpu, "cpu", 300, "`seconds` of sound to measure processor time with, 0 for none")
	flags.StringVar(&c.dir, "keep", "", "`folder` to leave the files in")
	if flags.Parse(args) != nil {
		return exitUsage
	}
	if err := c.run(flags.Args()); err != nil {
		fmt.Fprintf(stderr, "codec aac: %v\n", err)
		return exitWork
	}
	return exitOK
}

type aacComparison struct {
	out   io.Writer
	meter *nmr.Meter
	dir   string
	cpu   int
}

func (c *aacComparison) run(inputs []string) (err error) {
	if c.dir == "" {
		dir, err := os.MkdirTemp("", "codec-aac-")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		c.dir = dir
	}
	sounds, err := loadSounds(inputs, c.dir)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "sound\tpeer\tkbit/s\tNMR dB\tcallrec\tSNR dB\tcallrec\t\n")
	for _, s := range sounds {
		for _, peer := range aacPeers() {
			for _, nominal := range []int{32000, 48000, 64000} {
				if err := c.compare(t, s, peer, nominal); err != nil {
					return err
				}
			}
		}
	}
	if err := t.Flush(); err != nil || c.cpu == 0 {
		return err
	}
	return c.time(sounds[0])
}

// compare prints a row: a peer at a nominal bit rate, and the encoder at the one that the peer has made of it.
func (c *aacComparison) compare(t io.Writer, s sound, peer aacPeer, nominal int) error {
	in, out := filepath.Join(c.dir, s.name+".wav"), filepath.Join(c.dir, fmt.Sprintf("%s-%s-%d.aac", s.name, peer.name, nominal))
	if err := os.WriteFile(in, wav(s.pcm), 0o600); err != nil {
		return err
	}
	if err := runQuietly(peer.command(in, out, nominal)); err != nil {
		return err
	}
	theirs, err := os.ReadFile(out)
	if err != nil {
		return err
	}
	rate := adtsRate(theirs)
	ours, err := encodeBelow(s.pcm, rate)
	if err != nil {
		return err
	}
	mine := filepath.Join(c.dir, fmt.Sprintf("%s-callrec-%s-%d.aac", s.name, peer.name, nominal))
	if err := os.WriteFile(mine, ours, 0o600); err != nil {
		return err
	}
	theirNMR, theirSNR, err := c.measure(s.pcm, out)
	if err != nil {
		return err
	}
	ourNMR, ourSNR, err := c.measure(s.pcm, mine)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t, "%s\t%s\t%.1f\t%.2f\t%.2f\t%.2f\t%.2f\t\n", s.name, peer.name, float64(rate)/1000, theirNMR, ourNMR, theirSNR, ourSNR)
	return err
}

// encodeBelow encodes at the highest target whose outcome is not above a bit rate.
func encodeBelow(pcm []int16, rate int) ([]byte, error) {
	for target := rate; ; target -= max(100, rate/200) {
		b, err := encodeADTS(pcm, max(target, 16000))
		if err != nil || adtsRate(b) <= rate || target <= 16000 {
			return b, err
		}
	}
}

func encodeADTS(pcm []int16, bitrate int) (file []byte, err error) {
	e, err := aac.NewEncoder(aac.EncoderConfig{SampleRate: codec.SampleRate, Bitrate: bitrate})
	if err != nil {
		return nil, err
	}
	pcm = append(append([]int16{}, pcm...), make([]int16, 3*e.FrameSize())...)
	var au []byte
	for ; len(pcm) >= e.FrameSize(); pcm = pcm[e.FrameSize():] {
		var ready bool
		if au, ready, err = e.Encode(au[:0], pcm[:e.FrameSize()]); err != nil {
			return nil, err
		}
		if ready {
			if file, err = aac.AppendADTS(file, e.Config(), au); err != nil {
				return nil, err
			}
		}
	}
	return file, nil
}

// adtsRate is the bit rate of the access units of a file, without their headers.
func adtsRate(file []byte) int {
	bits, frames := 0, 0
	for len(file) >= aac.ADTSHeaderSize {
		length := int(file[3]&3)<<11 | int(file[4])<<3 | int(file[5])>>5
		if length < aac.ADTSHeaderSize || length > len(file) {
			break
		}
		bits += 8 * (length - aac.ADTSHeaderSize)
		frames++
		file = file[length:]
	}
	return bits * codec.SampleRate / (1024 * max(frames, 1))
}

// measure decodes a file with ffmpeg, to floating point, and holds it against the original.
func (c *aacComparison) measure(want []int16, file string) (ratio, snr float64, err error) {
	raw, err := exec.Command("ffmpeg", "-v", "error", "-i", file, "-f", "f32le", "-ac", "1", "-").Output()
	if err != nil {
		return 0, 0, fmt.Errorf("ffmpeg: %w", err)
	}
	got := make([]float64, len(raw)/4)
	for i := range got {
		got[i] = 32768 * float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:])))
	}
	got = got[alignment(want, got):]
	return c.meter.NMR(want, got), nmr.SegmentalSNR(want, got), nil
}

// alignment is by how many samples a decoded sound is late.
func alignment(want []int16, got []float64) int {
	best, at := math.Inf(-1), 0
	from := len(want) / 4
	n := min(len(want)/2, 2*codec.SampleRate)
	for delay := range 4096 {
		if from+delay+n > len(got) {
			break
		}
		dot := 0.0
		for i := from; i < from+n; i += 3 {
			dot += float64(want[i]) * got[i+delay]
		}
		if dot > best {
			best, at = dot, delay
		}
	}
	return at
}

// time prints processor seconds of whole processes, by turns.
func (c *aacComparison) time(s sound) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	pcm := make([]int16, 0, c.cpu*codec.SampleRate)
	for len(pcm)+len(s.pcm) <= cap(pcm) {
		pcm = append(pcm, s.pcm...)
	}
	in, out := filepath.Join(c.dir, "long.wav"), filepath.Join(c.dir, "long.aac")
	if err := os.WriteFile(in, wav(pcm), 0o600); err != nil {
		return err
	}
	commands := [][]string{{self, "encode", "-bitrate", "48k", "-o", out, in}}
	for _, peer := range aacPeers() {
		commands = append(commands, peer.command(in, out, 48000))
	}
	var seconds [3][]float64
	for range 5 {
		for i, command := range commands {
			t, err := processSeconds(command[0], command[1:]...)
			if err != nil {
				return err
			}
			seconds[i] = append(seconds[i], t)
		}
	}
	length := len(pcm) / codec.SampleRate
	_, err = fmt.Fprintf(c.out, "\n%d s of sound: callrec %.2f s, ffmpeg %.2f s (ratio %.2f), vo-aacenc %.2f s (ratio %.2f)\n", length,
		median(seconds[0]), median(seconds[1]), median(seconds[0])/median(seconds[1]), median(seconds[2]), median(seconds[0])/median(seconds[2]))
	return err
}

// wav is a 16-bit mono WAV file.
func wav(pcm []int16) []byte {
	var b bytes.Buffer
	b.WriteString("RIFF")
	word := func(v uint32) { b.Write(binary.LittleEndian.AppendUint32(nil, v)) }
	word(uint32(36 + 2*len(pcm)))
	b.WriteString("WAVEfmt ")
	word(16)
	word(1 | 1<<16) // PCM, mono
	word(codec.SampleRate)
	word(2 * codec.SampleRate)
	word(2 | 16<<16)
	b.WriteString("data")
	word(uint32(2 * len(pcm)))
	_ = binary.Write(&b, binary.LittleEndian, pcm)
	return b.Bytes()
}

func runQuietly(command []string) error {
	if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", command[0], err, out)
	}
	return nil
}

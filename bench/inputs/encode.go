package inputs

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// camera makes the stream of one camera, or finds it, and returns the file's name.
func (m Maker) camera(ctx context.Context, s Spec, i int) (path string, err error) {
	dir := filepath.Join(m.Cache, "cameras", s.cameraName())
	path = filepath.Join(dir, fmt.Sprintf("%02d%s", i, StreamExt(s.Codec)))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	m.say(fmt.Sprintf("camera %d of %s", i, s.cameraName()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	list := footages()
	pictures, err := readFootage(m.Captures, list[i%len(list)])
	if err != nil {
		return "", err
	}
	c := newCamera(s, i, pictures)
	part := filepath.Join(dir, fmt.Sprintf("part-%02d%s", i, StreamExt(s.Codec)))
	defer func() { _ = os.Remove(part) }() // nothing to remove when all went well
	args := append([]string{
		"-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", fmt.Sprintf("%dx%d", s.Width, s.Height),
		"-r", strconv.Itoa(CameraRate), "-i", "-",
	}, append(cameraEncoding(s), part)...)
	err = feed(ctx, args, func(w io.Writer) error {
		for k := range s.frames() {
			if err := writePicture(w, c.next(k)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return path, os.Rename(part, path)
}

// StreamExt is the ending of the names of a codec's streams.
func StreamExt(codec string) string {
	if codec == VP8 {
		return ".ivf"
	}
	return ".264"
}

// cameraEncoding is how a browser would encode a camera: constant bit rate, no look-ahead, one keyframe at the beginning.
func cameraEncoding(s Spec) []string {
	rate := strconv.Itoa(s.kbits()) + "k"
	args := []string{"-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-g", "100000", "-threads", "1"}
	if s.Codec == H264 {
		return append(args, "-c:v", "libx264", "-profile:v", "baseline", "-preset", "superfast", "-tune", "zerolatency",
			"-x264-params", "scenecut=0:repeat-headers=1")
	}
	args = append(args, "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "6", "-lag-in-frames", "0", "-error-resilient", "1")
	if s.Layers {
		args = append(args, "-ts-parameters", fmt.Sprintf(
			"ts_number_layers=3:ts_target_bitrate=%d,%d,%d:ts_rate_decimator=4,2,1:ts_periodicity=4:ts_layer_id=0,2,1,2:ts_layering_mode=3",
			s.kbits()*4/10, s.kbits()*6/10, s.kbits()))
	}
	return args
}

// join puts a participant's sound and pictures into one Matroska file as they are.
func join(ctx context.Context, out, voice, camera string) error {
	return feed(ctx, []string{
		"-i", voice, "-r", strconv.Itoa(CameraRate), "-i", camera, "-map", "0:a", "-map", "1:v", "-c", "copy", out,
	}, nil)
}

// encodeSpeech encodes 16 kHz mono PCM as a browser encodes a microphone.
func encodeSpeech(ctx context.Context, out string, pcm []int16) error {
	return feed(ctx, []string{
		"-f", "s16le", "-ar", "16000", "-ac", "1", "-i", "-",
		"-c:a", "libopus", "-application", "voip", "-b:a", "32k", "-frame_duration", "20", out,
	}, func(w io.Writer) error {
		return binary.Write(w, binary.LittleEndian, pcm)
	})
}

// feed runs ffmpeg with what write writes as its standard input. A nil write gives it none.
func feed(ctx context.Context, args []string, write func(io.Writer) error) error {
	path, err := exec.LookPath("ffmpeg")
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, path, append([]string{"-v", "error", "-y"}, args...)...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	if write == nil {
		err = cmd.Run()
	} else {
		err = runWithInput(cmd, write)
	}
	if err != nil {
		return fmt.Errorf("ffmpeg %v: %w: %s", args, err, bytes.TrimSpace(complaint.Bytes()))
	}
	return nil
}

func runWithInput(cmd *exec.Cmd, write func(io.Writer) error) error {
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	err = write(in)
	return errors.Join(err, in.Close(), cmd.Wait())
}

func writePicture(w io.Writer, m *image.YCbCr) error {
	for _, plane := range [][]byte{m.Y, m.Cb, m.Cr} { // made without padding
		if _, err := w.Write(plane); err != nil {
			return err
		}
	}
	return nil
}

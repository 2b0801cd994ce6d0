// Package measure runs programs and says what they took, and compares pictures.
package measure

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// Usage is what a process took, with its children.
type Usage struct {
	CPU     float64 `json:"cpuSeconds"` // user and system
	Wall    float64 `json:"wallSeconds"`
	PeakRSS int64   `json:"peakRssBytes"` // 0 if the system does not tell
}

// Command is a program to run.
type Command struct {
	Name string
	Args []string
	Env  []string // added to the environment, "NAME=value"
	// Processors, if not 0, is how many processors the program may use, for programs that can't be told otherwise:
	// through taskset, where there is one.
	Processors int
}

// String is the command as one would type it.
func (c Command) String() string {
	var b bytes.Buffer
	for _, word := range append(append(c.Env, c.Name), c.Args...) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(quote(word))
	}
	return b.String()
}

// ExecCommand is the argument by which a program that calls Exec is asked to do so.
const ExecCommand = "exec"

// Runner runs programs. The process that runs them is a small one between, Helper: on Linux a new process inherits the
// peak memory of the one that starts it, which must not be that of a benchmark that has been comparing pictures.
type Runner struct {
	Helper  string        // program whose arguments "exec FILE COMMAND..." call Exec
	Timeout time.Duration // after which a program is ended, which is an error; 0 means never
}

// cancelDelay is the time that a program has to end when it is asked to.
const cancelDelay = 5 * time.Second

// Run runs a program and returns its standard output.
func (r Runner) Run(ctx context.Context, c Command) (Usage, []byte, error) {
	if r.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, r.Timeout, fmt.Errorf("no end after %v", r.Timeout))
		defer cancel()
	}
	f, err := os.CreateTemp("", "callrec-usage-")
	if err != nil {
		return Usage{}, nil, err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if err := f.Close(); err != nil {
		return Usage{}, nil, err
	}
	name, args := c.Name, c.Args
	if c.Processors > 0 {
		if path, err := exec.LookPath("taskset"); err == nil {
			args = append([]string{"-c", fmt.Sprintf("0-%d", c.Processors-1), name}, args...)
			name = path
		}
	}
	cmd := exec.CommandContext(ctx, r.Helper, append([]string{ExecCommand, f.Name(), name}, args...)...)
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it ends the program
	cmd.WaitDelay = cancelDelay
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return Usage{}, nil, fmt.Errorf("measure: %s: %w: %s", c, err, bytes.TrimSpace(complaint.Bytes()))
	}
	var u Usage
	data, err := os.ReadFile(f.Name())
	if err == nil {
		err = json.Unmarshal(data, &u)
	}
	if err != nil {
		return Usage{}, nil, fmt.Errorf("measure: %s: %w", c, err)
	}
	return u, out.Bytes(), nil
}

// Exec runs the command args[1:] with this process's standard streams and writes its Usage to the file args[0]. If ctx
// ends, so does the command.
func Exec(ctx context.Context, args []string) error {
	cmd := exec.CommandContext(ctx, args[1], args[2:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	begin := time.Now()
	if err := cmd.Run(); err != nil {
		return err
	}
	u := Usage{
		CPU:     (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(),
		Wall:    time.Since(begin).Seconds(),
		PeakRSS: peakRSS(cmd.ProcessState),
	}
	data, err := json.Marshal(u)
	if err != nil {
		return err
	}
	return os.WriteFile(args[0], data, 0o600)
}

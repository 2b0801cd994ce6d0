// Command codec runs the project's own codecs on elementary streams, to look at what they make and to compare it with
// others.
//
//	go run ./bench/codec decode [-md5] [-o FILE.y4m] FILE
//	go run ./bench/codec encode [-bitrate 1000k | -qp N] [-stats] -o FILE.264 FILE.y4m
//	go run ./bench/codec extract CALLDIR PARTICIPANT FILE.ivf
//	go run ./bench/codec compare [-n RUNS] FILE...
//	go run ./bench/codec aac [CALLDIR|FILE.wav]...
//	go run ./bench/codec bdrate [-n RUNS] [-peers superfast,openh264] [-crop DIR] FILE.y4m...
package main

import (
	"fmt"
	"io"
	"os"
)

// commands are the subcommands by name.
func commands() map[string]func(args []string, stdout, stderr io.Writer) int {
	return map[string]func(args []string, stdout, stderr io.Writer) int{
		"decode":  decodeCommand,
		"encode":  encodeCommand,
		"extract": extractCommand,
		"compare": compareCommand,
		"bdrate":  bdrateCommand,
		"aac":     aacCommand,
	}
}

// Exit statuses.
const (
	exitOK    = 0
	exitWork  = 1 // the work failed
	exitUsage = 2 // wrong usage
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		if command, ok := commands()[args[0]]; ok {
			return command(args[1:], stdout, stderr)
		}
	}
	for _, usage := range []string{decodeUsage, encodeUsage, extractUsage, compareUsage, bdrateUsage, aacUsage} {
		fmt.Fprintln(stderr, usage)
	}
	return exitUsage
}

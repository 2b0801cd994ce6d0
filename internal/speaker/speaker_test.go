package speaker_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/internal/speaker"
)

// say adds one window per character: a digit n is a level of 10n dB below overload, '.' silence.
func say(v *speaker.Voice, levels string) {
	for _, c := range levels {
		if c == '.' {
			v.Add(127)
		} else {
			v.Add(10 * int(c-'0'))
		}
	}
}

func TestVoice(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, levels        string
		speaking, sustained bool
	}{
		{"nothing", "", false, false},
		{"silence", strings.Repeat(".", 50), false, false},
		{"a click", ".....2", false, false},
		{"a beep", ".....22....", false, false},
		{"a word begins", ".....232", true, false},
		{"less than a second", "....." + "232323232", true, false},
		{"a second", "....." + "2323232323", true, true},
		{"a second with pauses between words", ".....232..32..23", true, true},
		{"mostly silent", "......2....3....2....3....2", false, false},
		{"the border stays for a moment", ".....23232" + strings.Repeat(".", 7), true, false},
		{"and goes", ".....23232" + strings.Repeat(".", 8), false, false},
		{"half a second's silence ends the speech", ".....2323232323.....232", true, false},
		{"a hum from the first moment", strings.Repeat("3", 100), false, false},
		{"a microphone with a hum is opened", ".." + strings.Repeat("3", 20), true, false},
		{"with a beep", ".." + strings.Repeat("3", 7) + "1333", true, false},
		{"and is no speech in the end", ".." + strings.Repeat("3", 45), false, false},
		{"speech over a hum", strings.Repeat("4", 40) + "2323232323", true, true},
		{"too quiet for speech", "..." + strings.Repeat("67", 10), false, false},
		{"ten seconds of speech", "..." + strings.Repeat("2323.323..", 10), true, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var v speaker.Voice
			say(&v, row.levels)
			require.Equal(t, row.speaking, v.Speaking())
			require.Equal(t, row.sustained, v.Sustained())
		})
	}
}

// TestNoFlicker speaks for a minute, with the pauses of speech, and counts how often the border comes and goes.
func TestNoFlicker(t *testing.T) {
	t.Parallel()
	var v speaker.Voice
	changes, was := 0, false
	for range 60 {
		for _, levels := range []string{"222.", "22..", "3", ".", "222", "."} {
			for _, c := range levels {
				say(&v, string(c))
				if v.Speaking() != was {
					was = !was
					changes++
				}
			}
		}
	}
	require.Equal(t, 1, changes)
}

// crowd is a call of named people.
type crowd struct {
	stage   speaker.Stage[string]
	members []speaker.Member[string]
	windows int
}

func (c *crowd) join(names ...string) {
	for _, name := range names {
		c.members = append(c.members, speaker.Member[string]{Key: name, Voice: new(speaker.Voice)})
	}
}

func (c *crowd) leave(name string) {
	c.members = slices.DeleteFunc(c.members, func(m speaker.Member[string]) bool { return m.Key == name })
}

// pass lets windows go by in which some speak.
func (c *crowd) pass(windows, capacity int, speakers ...string) string {
	var shown []string
	for range windows {
		c.windows++
		for _, m := range c.members {
			level := 127
			if slices.Contains(speakers, m.Key) {
				level = 20 + 5*(c.windows%3)
				if c.windows%4 == 3 { // between two words
					level = 45
				}
			}
			m.Voice.Add(level)
		}
		shown = c.stage.Update(c.members, capacity)
	}
	return strings.Join(shown, "")
}

func (c *crowd) active() string {
	who, _ := c.stage.Active()
	return who
}

func TestStage(t *testing.T) {
	t.Parallel()
	var c crowd
	c.join("A", "B", "C", "D", "E")
	require.Equal(t, "ABC", c.pass(1, 3), "who joined first")
	require.Empty(t, c.active())
	require.Equal(t, "ABC", c.pass(9, 3, "D"), "less than a second")
	require.Equal(t, "ABD", c.pass(1, 3, "D"), "a second")
	require.Equal(t, "D", c.active())
	require.Equal(t, "ABD", c.pass(30, 3, "D", "B"))
	require.Equal(t, "D", c.active(), "who interrupts waits")
	require.Equal(t, "ABD", c.pass(5, 3, "B"))
	require.Equal(t, "B", c.active())
	require.Equal(t, "EBD", c.pass(20, 3, "B", "E"), "A has never spoken")
	require.Equal(t, "EBD", c.pass(50, 3))
	require.Equal(t, "B", c.active(), "stays active in silence")
	require.Equal(t, "EBA", c.pass(10, 3, "A"), "D has been silent for longest")
	require.Equal(t, "EBA", c.pass(20, 3))
	c.leave("B")
	require.Equal(t, "EDA", c.pass(1, 3), "who spoke last takes the free place")
	c.leave("A")
	require.Equal(t, "EDC", c.pass(1, 3))
	require.Empty(t, c.active())
	c.leave("D")
	require.Equal(t, "EC", c.pass(1, 3), "the others close up")
	c.join("F")
	require.Equal(t, "ECF", c.pass(1, 3))
	require.Equal(t, "ECF", c.pass(20, 3, "F"))
	require.Equal(t, "F", c.pass(1, 1), "room for one alone: the active speaker")
	require.Equal(t, "F", c.pass(9, 1, "C"))
	require.Equal(t, "C", c.pass(1, 1, "C"))
	require.Equal(t, "CF", c.pass(1, 2), "room for two")
	require.Empty(t, c.pass(1, 0))
	require.Len(t, c.pass(1, 100), 3)
}

// TestAllSpeak checks that nobody is pushed out while all who are shown speak, but for the active speaker.
func TestAllSpeak(t *testing.T) {
	t.Parallel()
	var c crowd
	c.join("A", "B", "C")
	require.Equal(t, "AB", c.pass(1, 2))
	require.Equal(t, "AB", c.pass(30, 2, "A", "B"))
	require.Equal(t, "AB", c.pass(30, 2, "A", "B", "C"))
	require.Equal(t, "A", c.active())
	require.Equal(t, "AC", c.pass(6, 2, "A", "C"), "B has stopped")
}

// TestUpdateAllocates checks that choosing allocates nothing.
func TestUpdateAllocates(t *testing.T) {
	var c crowd
	c.join("A", "B", "C", "D")
	c.pass(20, 2, "C")
	require.Zero(t, testing.AllocsPerRun(100, func() { c.stage.Update(c.members, 2) }))
}

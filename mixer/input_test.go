package mixer_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/callrec/callrec/mixer"
)

const limiterAhead = 80 // samples, by default

// limitOf bounds the second difference of a tone of the amplitude that is faded in or out over 4 ms.
func limitOf(freq, amplitude float64) int {
	w := 2*math.Pi*freq/mixer.SampleRate + math.Pi/64
	return int(amplitude*w*w) + 4
}

func TestGapIsSilence(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	in := addInput(t, m)
	tone := sine(20000, 300, 12000)
	writeBlocks(in, 0, tone[:3200])
	writeBlocks(in, 9003, tone[9003:12203]) // DTX, say
	got := read(m, 13000)
	same(t, tone[64:3200-64], got[64:3200-64])
	same(t, make([]int16, 9003-3200), got[3200:9003])
	same(t, tone[9003+64:12203-64], got[9003+64:12203-64])
	same(t, make([]int16, 13000-12203), got[12203:])
	require.LessOrEqual(t, curvature(got), limitOf(300, 12000))
	require.Equal(t, mixer.Stats{Written: 6400, Reanchors: 1}, in.Stats())
}

func TestUnderrunFadesOut(t *testing.T) {
	t.Parallel()
	// The reader overtakes the writer: whatever the distance is, there is no click.
	for distance := 0; distance < 250; distance += 7 {
		m := newMixer(t, mixer.Config{})
		in := addInput(t, m)
		tone := sine(3200, 300, 12000)
		writeBlocks(in, 0, tone[:1600])
		got := read(m, 1600-limiterAhead-distance)
		got = append(got, read(m, 1000)...)
		writeBlocks(in, 2800, tone[1600:])
		got = append(got, read(m, 1000)...)
		require.LessOrEqual(t, curvature(got), limitOf(300, 12000), "distance %d", distance)
		same(t, make([]int16, 2800-1700), got[1700:2800])
	}
}

func TestJumpBack(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	in := addInput(t, m)
	tone := sine(20000, 300, 12000)
	writeBlocks(in, 0, tone[:9600])
	writeBlocks(in, 5120, tone[5120:16000]) // half of it again
	got := read(m, 15000)
	// The same samples at the same place: not even the cross-fade shows but for rounding.
	for i := 64; i < 15000; i++ {
		require.InDelta(t, tone[i], got[i], 1, "sample %d", i)
	}
	s := in.Stats()
	require.Equal(t, int64(1), s.Reanchors)
	require.Equal(t, int64(9600-64-5120), s.Overlap)
}

func TestJumpBackToOtherContent(t *testing.T) {
	t.Parallel()
	for _, at := range []int64{-500, 0, 3000, 8000, 8500} {
		m := newMixer(t, mixer.Config{})
		in := addInput(t, m)
		tone := sine(20000, 300, 12000)
		writeBlocks(in, 0, tone[:9600])
		got := read(m, 2000)
		writeBlocks(in, at, tone[37:16037])
		got = append(got, read(m, 12000)...)
		same(t, tone[64:9600-64], got[64:9600-64], "first come, first served")
		require.LessOrEqual(t, curvature(got), limitOf(300, 12000), "at %d", at)
		same(t, tone[37+9600-at:37+14000-at], got[9600:14000], "exactly where it is due")
	}
}

func TestLateSamplesAreDropped(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	in := addInput(t, m)
	tone := sine(10000, 300, 12000)
	read(m, 1000)
	in.Write(0, tone[:1000])
	in.Write(math.MinInt64, tone[:10])
	require.Equal(t, int64(1010), in.Stats().Late)
	in.Write(1000, tone[1000:4000])
	require.Equal(t, int64(1010+limiterAhead), in.Stats().Late, "Read has looked ahead")
	got := read(m, 2000)
	same(t, make([]int16, limiterAhead), got[:limiterAhead])
	same(t, tone[1150:3000], got[150:])
	require.LessOrEqual(t, curvature(got), limitOf(300, 12000))
}

func TestStrayBlocksLeaveNoTrace(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	in := addInput(t, m)
	tone := sine(32000, 300, 12000)
	var got []int16
	for at := 0; at < 32000; at += 320 {
		in.Write(int64(at), tone[at:at+320])
		if at >= 3200 {
			got = append(got, read(m, 320)...)
			in.Write(int64(at-3200), tone[5:25]) // long gone
			in.Write(int64(at+160000), tone[5:325])
		}
	}
	same(t, tone[64:len(got)], got[64:])
	require.Equal(t, mixer.Stats{Written: 32000 + 90*340, Late: 90 * 20, Overflow: 90 * 320}, in.Stats())
}

func TestFarAheadIsDropped(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{MaxAhead: time.Second})
	in := addInput(t, m)
	require.Equal(t, int64(16000), m.Horizon())
	tone := sine(20000, 300, 12000)
	writeBlocks(in, 0, tone)
	in.Write(1<<62, tone[:100])
	in.Write(math.MaxInt64-1, tone[:1])
	got := read(m, 17000)
	require.Equal(t, int64(4000+101), in.Stats().Overflow)
	same(t, tone[64:16000-64], got[64:16000-64])
	same(t, make([]int16, 1000), got[16000:])
	require.LessOrEqual(t, curvature(got), limitOf(300, 12000))

	// It goes on where there is room again.
	writeBlocks(in, 17300, tone)
	same(t, tone[100:5000], read(m, 10000)[400:5300])
}

func TestLongClipInParts(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	in := addInput(t, m)
	clip := quietStart(noise(16000*12, 20000, 20))
	var got []int16
	at := 0
	for len(got) < len(clip) {
		n := min(int(m.Horizon())-at, len(clip)-at)
		in.Write(int64(at), clip[at:at+n])
		at += n
		got = append(got, read(m, min(3000, len(clip)-len(got)))...)
	}
	same(t, clip[:len(clip)-64], got[:len(clip)-64])
	require.Equal(t, mixer.Stats{Written: int64(len(clip))}, in.Stats())
}

func TestCut(t *testing.T) {
	t.Parallel()
	tone := sine(16000, 300, 12000)
	for _, row := range []struct {
		name           string
		before, cut    int64 // written before the cut is known; where it is
		read, silentAt int   // read before; from where on there is silence
	}{
		{"ahead of what is written", 4000, 8000, 1000, 8000},
		{"within what is written", 8000, 5000, 1000, 5000},
		{"at the end of what is written", 5120, 5120, 1000, 5120},
		{"within the fade", 5100, 5120, 1000, 5120},
		{"just read", 8000, 3000, 3000 - 80, 3000 + 64},
		{"long read", 8000, 100, 3000 - 80, 3000 + 64},
		{"before time began", 8000, math.MinInt64, 3000 - 80, 3000 + 64},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m := newMixer(t, mixer.Config{})
			in := addInput(t, m)
			writeBlocks(in, 0, tone[:row.before])
			got := read(m, row.read)
			in.CutAt(row.cut)
			writeBlocks(in, row.before, tone[row.before:12000])
			in.CutAt(11000)
			got = append(got, read(m, 14000-len(got))...)
			same(t, tone[64:row.silentAt-64], got[64:row.silentAt-64])
			same(t, make([]int16, 14000-row.silentAt), got[row.silentAt:])
			require.LessOrEqual(t, curvature(got), limitOf(300, 12000))
			require.NotZero(t, in.Stats().Cut)
		})
	}
}

func TestCutReachesBehindGaps(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	in := addInput(t, m)
	tone := sine(16000, 300, 12000)
	writeBlocks(in, 0, tone[:3200])
	writeBlocks(in, 8000, tone[8000:11200])
	in.CutAt(2000)
	got := read(m, 12000)
	same(t, tone[64:2000-64], got[64:2000-64])
	same(t, make([]int16, 10000), got[2000:])
}

func TestRemove(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	in, other := addInput(t, m), addInput(t, m)
	tone, hum := sine(16000, 300, 9000), sine(16000, 100, 5000)
	writeBlocks(in, 0, tone)
	writeBlocks(other, 0, hum)
	got := read(m, 4000)
	m.Remove(in)
	m.Remove(in)
	m.Remove(nil)
	newMixer(t, mixer.Config{}).Remove(other)
	in.Write(8000, tone[:1000])
	got = append(got, read(m, 8000)...)
	end := 4000 + limiterAhead + 64
	same(t, hum[end:12000], got[end:])
	require.LessOrEqual(t, curvature(got), limitOf(300, 9000)+limitOf(100, 5000))
	require.Equal(t, int64(1016), in.Stats().Cut, "with what was held back for interpolation")

	again := addInput(t, m)
	again.Write(14000, tone[:640])
	require.NotZero(t, peak(read(m, 3000)[2100:2500]))
}

func TestRemoveAfterGap(t *testing.T) {
	t.Parallel()
	m := newMixer(t, mixer.Config{})
	in := addInput(t, m)
	tone := sine(16000, 300, 9000)
	writeBlocks(in, 0, tone[:8000])
	read(m, 1000)
	writeBlocks(in, 20000, tone[:8000])
	m.Remove(in)
	got := read(m, 40000)
	require.NotZero(t, peak(got[:144]))
	require.Zero(t, peak(got[144:]))
}

func TestTwoInputsFromOneTimeline(t *testing.T) {
	t.Parallel()
	// What a recording does over a pause: the old inputs are cut where the new ones begin.
	m := newMixer(t, mixer.Config{})
	a := addInput(t, m)
	tone := sine(16000, 300, 12000)
	writeBlocks(a, 0, tone[:9000])
	a.CutAt(6000)
	b := addInput(t, m)
	writeBlocks(b, 6000, tone[9100:15000])
	got := read(m, 10000)
	require.LessOrEqual(t, curvature(got), limitOf(300, 12000))
	same(t, tone[9164:12000], got[6064:8900])
}

func FuzzWriteRead(f *testing.F) {
	f.Add([]byte{0, 10, 200, 3, 50, 0, 1, 10, 200, 4, 9, 9, 2, 1, 1, 5, 7, 7})
	f.Add([]byte{0, 0, 255, 3, 255, 0, 1, 255, 255, 3, 1, 1, 0, 128, 128, 2, 4, 4, 0, 1, 1, 3, 200, 200})
	f.Fuzz(func(t *testing.T, ops []byte) {
		m := newMixer(t, mixer.Config{MaxAhead: 200 * time.Millisecond})
		pcm := noise(4096, 32767, 1)
		inputs := []*mixer.Input{addInput(t, m)}
		next := int64(0)
		for ; len(ops) >= 3 && len(inputs) < 50; ops = ops[3:] {
			in := inputs[int(ops[0]>>4)%len(inputs)]
			a, b := int64(ops[1]), int(ops[2])
			switch ops[0] & 7 {
			case 0: // anywhere
				in.Write(m.Position()+(a-64)*37, pcm[:b*16])
			case 1: // continuing, about
				in.Write(next+(a-128)*8, pcm[:b*4])
				next += int64(b * 4)
			case 2:
				inputs = append(inputs, addInput(t, m))
			case 3:
				before := m.Position()
				got := read(m, int(a)*b/16)
				require.LessOrEqual(t, peak(got), 29204)
				require.Equal(t, before+int64(len(got)), m.Position())
			case 4:
				in.CutAt(m.Position() + (a-128)*int64(b))
			case 5:
				m.Remove(in)
			case 6:
				in.Write(math.MaxInt64-a, pcm[:b])
				in.Write(math.MinInt64+a, pcm[:b])
			case 7:
				next = m.Position() + a
			}
			s := in.Stats()
			require.GreaterOrEqual(t, s.Written, s.Late+s.Overflow+s.Overlap+s.Cut-200, "%+v", s)
		}
		for _, in := range inputs {
			m.Remove(in)
		}
		read(m, 200)
		require.Equal(t, make([]int16, 5000), read(m, 5000), "nothing is left")
	})
}

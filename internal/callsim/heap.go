package callsim

// happening is something that the simulation does at a true time, in nanoseconds.
type happening struct {
	at     int64
	order  uint64 // of those at the same time
	do     action
	stream *stream
	epoch  int    // of the stream
	packet []byte // of an arrival
	sent   *flight
}

type action uint8

const (
	join action = iota
	leave
	sendSound
	sendPicture
	sendReport
	arriveRTP
	arriveRTCP
)

// agenda is a binary heap of happenings, the next one first.
type agenda []happening

func (a agenda) less(i, j int) bool {
	return a[i].at < a[j].at || a[i].at == a[j].at && a[i].order < a[j].order
}

func (a *agenda) push(h happening) {
	list := append(*a, h)
	for i := len(list) - 1; i > 0; {
		parent := (i - 1) / 2
		if !list.less(i, parent) {
			break
		}
		list[i], list[parent] = list[parent], list[i]
		i = parent
	}
	*a = list
}

func (a *agenda) pop() happening {
	list := *a
	first, last := list[0], len(list)-1
	list[0] = list[last]
	list[last] = happening{}
	list = list[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			break
		}
		if child+1 < last && list.less(child+1, child) {
			child++
		}
		if !list.less(child, i) {
			break
		}
		list[i], list[child] = list[child], list[i]
		i = child
	}
	*a = list
	return first
}

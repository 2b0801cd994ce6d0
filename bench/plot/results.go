package main

// results is what the plots need of results.json, under the names that it has there.
type results struct {
	Cases []wholeCase
	Crowd []crowdResult
	Long  *struct {
		Samples []struct {
			Minute         float64
			Resident, Heap int64
		}
	}
}

type wholeCase struct {
	Name, Codec   string
	Native        bool
	Participants  int
	Width, Height int
	Contenders    []contender
}

type contender struct {
	Name         string
	CPUPerSecond float64
}

type crowdResult struct {
	Title string
	Cores int
	Tries []struct {
		Recordings     int
		Load, Lateness float64
	}
}

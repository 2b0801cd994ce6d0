package vp8

// The probabilities that the test streams have to be written with.
var (
	CoeffUpdateProbs = &coeffUpdateProbs
	MVUpdateProbs    = &mvUpdateProbs
)

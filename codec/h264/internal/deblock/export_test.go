package deblock

// Figures gives alpha, beta and tC0 by indexA and indexB.
func Figures(indexA, indexB int) (alpha, beta int, tc0 [3]int) {
	for i, v := range tc0Table[indexA][1:4] {
		tc0[i] = int(v)
	}
	return int(alphaTable[indexA]), int(betaTable[indexB]), tc0
}

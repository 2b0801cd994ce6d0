package inter

// Steps says for each fractional position, index 4*yFrac+xFrac, what its samples are: the first part alone, or the
// rounded mean of both where Two is set (clause 8.4.2.2.1, figure 8-4).
var Steps = [16]struct {
	A, B Part
	Two  bool
}{
	0:  {A: Part{Plane: Full}},
	1:  {A: Part{Plane: Full}, B: Part{Plane: Right}, Two: true},
	2:  {A: Part{Plane: Right}},
	3:  {A: Part{Plane: Right}, B: Part{Plane: Full, DX: 1}, Two: true},
	4:  {A: Part{Plane: Full}, B: Part{Plane: Below}, Two: true},
	5:  {A: Part{Plane: Right}, B: Part{Plane: Below}, Two: true},
	6:  {A: Part{Plane: Right}, B: Part{Plane: Diagonal}, Two: true},
	7:  {A: Part{Plane: Right}, B: Part{Plane: Below, DX: 1}, Two: true},
	8:  {A: Part{Plane: Below}},
	9:  {A: Part{Plane: Below}, B: Part{Plane: Diagonal}, Two: true},
	10: {A: Part{Plane: Diagonal}},
	11: {A: Part{Plane: Diagonal}, B: Part{Plane: Below, DX: 1}, Two: true},
	12: {A: Part{Plane: Below}, B: Part{Plane: Full, DY: 1}, Two: true},
	13: {A: Part{Plane: Below}, B: Part{Plane: Right, DY: 1}, Two: true},
	14: {A: Part{Plane: Diagonal}, B: Part{Plane: Right, DY: 1}, Two: true},
	15: {A: Part{Plane: Below, DX: 1}, B: Part{Plane: Right, DY: 1}, Two: true},
}

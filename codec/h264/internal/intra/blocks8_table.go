package intra

import "github.com/callrec/callrec/codec/h264/internal/pixel"

// blocks8 says by mode where in the lines of Edges8 predictions are.
var blocks8 = pixel.NewBlocks([9]pixel.Rows{
	Vertical4:          {Even: lineE + 9, Odd: lineE + 9},
	Horizontal4:        {Even: lineLeft, Odd: lineLeft + 8, Step: 16},
	DC4:                {Even: lineMean, Odd: lineMean},
	DiagonalDownLeft4:  {Even: line3 + 10, Odd: line3 + 11, Step: 2},
	DiagonalDownRight4: {Even: line3 + 8, Odd: line3 + 7, Step: -2},
	VerticalRight4:     {Even: lineEven + 3, Odd: lineOdd + 3, Step: -1},
	HorizontalDown4:    {Even: lineDown + 14, Odd: lineDown + 12, Step: -4},
	VerticalLeft4:      {Even: line2 + 9, Odd: line3 + 10, Step: 1},
	HorizontalUp4:      {Even: lineUp, Odd: lineUp + 2, Step: 4},
})

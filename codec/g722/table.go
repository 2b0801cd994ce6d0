package g722

// The tables of ITU-T G.722 (09/2012). Quantizer outputs are in 1/2^15 of the scale factor.
var (
	// invQuant6 is QM6 of table 14: the output of the lower sub-band's 6-bit inverse quantizer, by code.
	invQuant6 = [64]int32{
		-136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
		-7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
		24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
		4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
	}
	// invQuant4 is QM4: the 4-bit inverse quantizer, which adaptation uses.
	invQuant4 = [16]int32{
		0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0,
	}
	// invQuant2 is QM2: the 2-bit inverse quantizer of the higher sub-band.
	invQuant2 = [4]int32{-7408, -1616, 7408, 1616}

	// logStepLow is WL by the 4 core bits of the code (RL42), logStepHigh WH by the 2 bits of the higher band (RH2): by
	// how much the logarithm of the scale factor moves.
	logStepLow = [16]int32{
		-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60,
	}
	logStepHigh = [4]int32{798, -214, 798, -214}

	// antilog is ILB: 2048 * 2^(i/32).
	antilog = [32]int32{
		2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
		2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
	}

	// mirror is every other coefficient of the quadrature mirror filter (table 11), which is symmetric: the others are
	// the same backwards.
	mirror = [mirrorTaps]int32{3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11}
)

package opus

// model is a probability distribution of RFC 6716 as the decoder wants it (4.1.3.3): for each symbol, how much of 256
// lies behind it.
type model []uint8

// The distributions of the SILK layer (RFC 6716 4.2), in the order in which a frame has them.
var (
	// Tables 3 and 4: which frames of a packet of 40 or 60 ms have redundant ones, less one.
	modelRedundant2 = model{203, 150, 0}
	modelRedundant3 = model{215, 195, 166, 125, 110, 82, 0}
	// Table 6: stereo prediction weights, in three stages; table 8: whether the side is left out.
	modelStereo1 = model{
		249, 247, 246, 245, 244, 234, 210, 202, 201, 200, 197, 174, 82, 59, 56, 55, 54, 46, 22, 12, 11, 10, 9, 7, 0,
	}
	modelStereo2 = model{171, 85, 0}
	modelStereo3 = model{205, 154, 102, 51, 0}
	modelMidOnly = model{64, 0}
	// Table 9: type and quantization offset of an active frame, which redundant ones always are.
	modelFrameType = model{232, 158, 10, 0}
	// Table 11: upper bits of the first gain, unvoiced and voiced; table 12: the lower; table 13: the other gains.
	modelGainHigh = [...]model{
		{254, 237, 192, 132, 70, 23, 4, 0},
		{255, 252, 226, 155, 61, 11, 2, 0},
	}
	modelGainLow   = model{224, 192, 160, 128, 96, 64, 32, 0}
	modelGainDelta = model{
		250, 245, 234, 203, 71, 50, 42, 38, 35, 33, 31, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13,
		12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
	}
	// Table 14: line spectral frequencies, first stage: narrow or medium band unvoiced, voiced, wide band unvoiced, voiced.
	modelSpectrum1 = [...]model{
		{
			212, 178, 148, 129, 108, 96, 85, 82, 79, 77, 61, 59, 57, 56, 51, 49, 48, 45, 42, 41, 40, 38, 36, 34, 31, 30, 21,
			12, 10, 3, 1, 0,
		},
		{
			255, 245, 244, 236, 233, 225, 217, 203, 190, 176, 175, 161, 149, 136, 125, 114, 102, 91, 81, 71, 60, 52, 43, 35,
			28, 20, 19, 18, 12, 11, 5, 0,
		},
		{
			225, 204, 201, 184, 183, 175, 158, 154, 153, 135, 119, 115, 113, 110, 109, 99, 98, 95, 79, 68, 52, 50, 48, 45, 43,
			32, 31, 27, 18, 10, 3, 0,
		},
		{
			255, 251, 235, 230, 212, 201, 196, 182, 167, 166, 163, 151, 138, 124, 110, 104, 90, 78, 76, 70, 69, 57, 45, 34,
			24, 21, 11, 6, 5, 4, 3, 0,
		},
	}
	// Tables 15 and 16: the second stage, a to h and i to p.
	modelSpectrum2 = [...]model{
		{255, 254, 253, 238, 14, 3, 2, 1, 0},
		{255, 254, 252, 218, 35, 3, 2, 1, 0},
		{255, 254, 250, 208, 59, 4, 2, 1, 0},
		{255, 254, 246, 194, 71, 10, 2, 1, 0},
		{255, 252, 236, 183, 82, 8, 2, 1, 0},
		{255, 252, 235, 180, 90, 17, 2, 1, 0},
		{255, 248, 224, 171, 97, 30, 4, 1, 0},
		{255, 254, 236, 173, 95, 37, 7, 1, 0},
		{255, 254, 253, 244, 12, 3, 2, 1, 0},
		{255, 254, 252, 224, 38, 3, 2, 1, 0},
		{255, 254, 251, 209, 57, 4, 2, 1, 0},
		{255, 254, 244, 195, 69, 4, 2, 1, 0},
		{255, 251, 232, 184, 84, 7, 2, 1, 0},
		{255, 254, 240, 186, 86, 14, 2, 1, 0},
		{255, 254, 239, 178, 91, 30, 5, 1, 0},
		{255, 248, 227, 177, 100, 19, 2, 1, 0},
	}
	// Table 17: which of them a coefficient has, by the first stage.
	spectrumNarrow = [...]string{
		"aaaaaaaaaa",
		"bdbccbcbbb",
		"cbbbbbbbbb",
		"bccccbcbbb",
		"cddddccccc",
		"afddccccbb",
		"accccccccb",
		"cdgeeefeff",
		"ceffefegee",
		"ceehefeffe",
		"edddcdcccc",
		"bffgefefff",
		"chegffffff",
		"chfffffgfe",
		"ddfeefefee",
		"cddffeeeee",
		"ceegefefff",
		"cfegfffefe",
		"chefefefff",
		"cfeghgfgfe",
		"dghegffgef",
		"chgeeefeff",
		"effeggfgfe",
		"cffgfgegee",
		"efffdheffe",
		"cdeffgeffe",
		"cdcddecddd",
		"bbcccccdcc",
		"effgggfgef",
		"dffeeeeddc",
		"cfdhffeefe",
		"eefefgfgfe",
	}
	// Table 18: which of them a coefficient has, by the first stage.
	spectrumWide = [...]string{
		"iiiiiiiiiiiiiiii",
		"klllllkkkkkjjjil",
		"knnlpmmnknmnnmll",
		"ikjkkjjjjjiiiiij",
		"ionmompnmmmnnmml",
		"ilnnmllnllllllkm",
		"iiiiiiiiiiiiiiii",
		"ikolpknlmnnmllkl",
		"iokoomnmonmmnlll",
		"kjiiiiiiiiiiiiii",
		"ijiiiiiiiiiiiiij",
		"kklmnlllllllkkjl",
		"kkllmllllllllkjl",
		"lmmmommnlnmmnmlm",
		"iomnmpnkonpmmlnl",
		"ijijjjjjjjiiiiji",
		"jonpnmnlmnmmmllm",
		"jllmmllnkllnnnlm",
		"kllkkklkjkjkjjjm",
		"iklnllkkkjjiiiii",
		"lmlnllkkjjjjjkkm",
		"kolppmnmnlnllkll",
		"klnoolnlmmllllkm",
		"jllmmmmlnnnljjjj",
		"knloompmmnlmmlll",
		"iojjiiiiiiiiiiii",
		"ioolnknnlmmppmmm",
		"llplnmlllkklllkl",
		"iijiiikjkjjkkkjj",
		"ilknllklkjiijiij",
		"lnnmpnllklkkjiji",
		"klnlmlllkjkomiii",
	}
	// Table 19: what exceeds the second stage; table 26: interpolation.
	modelSpectrumMore  = model{100, 40, 16, 7, 3, 1, 0}
	modelInterpolation = model{243, 221, 192, 181, 0}
	// Table 29: pitch lag, upper part; table 30: lower part, by bandwidth; table 31: change.
	modelLagHigh = model{
		253, 250, 244, 233, 212, 182, 150, 131, 120, 110, 98, 85, 72, 60, 49, 40, 32, 25, 19, 15, 13, 11, 9, 8, 7, 6, 5, 4,
		3, 2, 1, 0,
	}
	// By bandwidth.
	modelLagLow = [...]model{
		{192, 128, 64, 0},
		{213, 171, 128, 85, 43, 0},
		{224, 192, 160, 128, 96, 64, 32, 0},
	}
	modelLagDelta = model{210, 208, 206, 203, 199, 193, 183, 168, 142, 104, 74, 52, 37, 27, 20, 14, 10, 6, 4, 2, 0}
	// Table 32: pitch contour: narrow band 10 ms, 20 ms, other bands 10 ms, 20 ms.
	modelContour = [...]model{
		{113, 63, 0},
		{188, 176, 155, 138, 119, 97, 67, 43, 26, 10, 0},
		{165, 119, 80, 61, 47, 35, 27, 20, 14, 9, 4, 0},
		{
			223, 201, 183, 167, 152, 138, 124, 111, 98, 88, 79, 70, 62, 56, 50, 44, 39, 35, 31, 27, 24, 21, 18, 16, 14, 12,
			10, 8, 6, 4, 3, 2, 1, 0,
		},
	}
	// Table 37: periodicity; table 38: long-term filter by periodicity; table 42: its scaling.
	modelPeriodicity = model{179, 99, 0}
	// By periodicity.
	modelFilter = [...]model{
		{71, 56, 43, 30, 21, 12, 6, 0},
		{199, 165, 144, 124, 109, 96, 84, 71, 61, 51, 42, 32, 23, 15, 8, 0},
		{
			241, 225, 211, 199, 187, 175, 164, 153, 142, 132, 123, 114, 105, 96, 88, 80, 72, 64, 57, 50, 44, 38, 33, 29, 24,
			20, 16, 12, 9, 5, 2, 0,
		},
	}
	modelScaling = model{128, 64, 0}
	// Table 43: seed.
	modelSeed = model{192, 128, 64, 0}
	// Table 45: rate level, unvoiced and voiced.
	modelRateLevel = [...]model{
		{241, 190, 178, 132, 87, 74, 41, 14, 0},
		{223, 193, 157, 140, 106, 57, 39, 18, 0},
	}
	// Table 46: pulses of a block, by rate level, and after one and ten extra bits.
	modelPulses = [...]model{
		{125, 51, 26, 18, 15, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
		{198, 105, 45, 22, 15, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
		{213, 162, 116, 83, 59, 43, 32, 24, 18, 15, 12, 9, 7, 6, 5, 3, 2, 0},
		{239, 187, 116, 59, 28, 16, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
		{250, 229, 188, 135, 86, 51, 30, 19, 13, 10, 8, 6, 5, 4, 3, 2, 1, 0},
		{249, 235, 213, 185, 156, 128, 103, 83, 66, 53, 42, 33, 26, 21, 17, 13, 10, 0},
		{254, 249, 235, 206, 164, 118, 77, 46, 27, 16, 10, 7, 5, 4, 3, 2, 1, 0},
		{255, 253, 249, 239, 220, 191, 156, 119, 85, 57, 37, 23, 15, 10, 6, 4, 2, 0},
		{255, 253, 251, 246, 237, 223, 203, 179, 152, 124, 98, 75, 55, 40, 29, 21, 15, 0},
		{255, 254, 253, 247, 220, 162, 106, 67, 42, 28, 18, 12, 9, 6, 4, 3, 2, 0},
		{254, 253, 247, 220, 162, 106, 67, 42, 28, 18, 12, 9, 6, 4, 3, 2, 0, 0},
	}
	// Table 47: pulses in the first half of 16 samples, by their number.
	modelSplit16 = [...]model{
		{130, 0},
		{200, 58, 0},
		{231, 130, 26, 0},
		{244, 184, 76, 12, 0},
		{249, 214, 130, 43, 6, 0},
		{252, 232, 173, 87, 24, 3, 0},
		{253, 241, 203, 131, 56, 14, 2, 0},
		{254, 246, 221, 167, 94, 35, 8, 1, 0},
		{254, 249, 232, 193, 130, 65, 23, 5, 1, 0},
		{255, 251, 239, 211, 162, 99, 45, 15, 4, 1, 0},
		{255, 251, 243, 223, 186, 131, 74, 33, 11, 3, 1, 0},
		{255, 252, 245, 230, 202, 158, 105, 57, 24, 8, 2, 1, 0},
		{255, 253, 247, 235, 214, 179, 132, 84, 44, 19, 7, 2, 1, 0},
		{255, 254, 250, 240, 223, 196, 159, 112, 69, 36, 15, 6, 2, 1, 0},
		{255, 254, 253, 245, 231, 209, 176, 136, 93, 55, 27, 11, 3, 2, 1, 0},
		{255, 254, 253, 252, 239, 221, 194, 158, 117, 76, 42, 18, 4, 3, 2, 1, 0},
	}
	// Table 48: pulses in the first half of 8 samples, by their number.
	modelSplit8 = [...]model{
		{129, 0},
		{203, 54, 0},
		{234, 129, 23, 0},
		{245, 184, 73, 10, 0},
		{250, 215, 129, 41, 5, 0},
		{252, 232, 173, 86, 24, 3, 0},
		{253, 240, 200, 129, 56, 15, 2, 0},
		{253, 244, 217, 164, 94, 38, 10, 1, 0},
		{253, 245, 226, 189, 132, 71, 27, 7, 1, 0},
		{253, 246, 231, 203, 159, 105, 56, 23, 6, 1, 0},
		{255, 248, 235, 213, 179, 133, 85, 47, 19, 5, 1, 0},
		{255, 254, 243, 221, 194, 159, 117, 70, 37, 12, 2, 1, 0},
		{255, 254, 248, 234, 208, 171, 128, 85, 48, 22, 8, 2, 1, 0},
		{255, 254, 250, 240, 220, 189, 149, 107, 67, 36, 16, 6, 2, 1, 0},
		{255, 254, 251, 243, 227, 201, 166, 128, 90, 55, 29, 13, 5, 2, 1, 0},
		{255, 254, 252, 246, 234, 213, 183, 147, 109, 73, 43, 22, 10, 4, 2, 1, 0},
	}
	// Table 49: pulses in the first half of 4 samples, by their number.
	modelSplit4 = [...]model{
		{129, 0},
		{207, 50, 0},
		{236, 129, 20, 0},
		{245, 185, 72, 10, 0},
		{249, 213, 129, 42, 6, 0},
		{250, 226, 169, 87, 27, 4, 0},
		{251, 233, 194, 130, 62, 20, 4, 0},
		{250, 236, 207, 160, 99, 47, 17, 3, 0},
		{255, 240, 217, 182, 131, 81, 41, 11, 1, 0},
		{255, 254, 233, 201, 159, 107, 61, 20, 2, 1, 0},
		{255, 249, 233, 206, 170, 128, 86, 50, 23, 7, 1, 0},
		{255, 250, 238, 217, 186, 148, 108, 70, 39, 18, 6, 1, 0},
		{255, 252, 243, 226, 200, 166, 128, 90, 56, 30, 13, 4, 1, 0},
		{255, 252, 245, 231, 209, 180, 146, 110, 76, 47, 25, 11, 4, 1, 0},
		{255, 253, 248, 237, 219, 194, 163, 128, 93, 62, 37, 19, 8, 3, 1, 0},
		{255, 254, 250, 241, 226, 205, 177, 145, 111, 79, 51, 30, 15, 6, 2, 1, 0},
	}
	// Table 50: pulses in the first half of 2 samples, by their number.
	modelSplit2 = [...]model{
		{128, 0},
		{214, 42, 0},
		{235, 128, 21, 0},
		{244, 184, 72, 11, 0},
		{248, 214, 128, 42, 7, 0},
		{248, 225, 170, 80, 25, 5, 0},
		{251, 236, 198, 126, 54, 18, 3, 0},
		{250, 238, 211, 159, 82, 35, 15, 5, 0},
		{250, 231, 203, 168, 128, 88, 53, 25, 6, 0},
		{252, 238, 216, 185, 148, 108, 71, 40, 18, 4, 0},
		{253, 243, 225, 199, 166, 128, 90, 57, 31, 13, 3, 0},
		{254, 246, 233, 212, 183, 147, 109, 73, 44, 23, 10, 2, 0},
		{255, 250, 240, 223, 198, 166, 128, 90, 58, 33, 16, 6, 1, 0},
		{255, 251, 244, 231, 210, 181, 146, 110, 75, 46, 25, 12, 5, 1, 0},
		{255, 253, 248, 238, 221, 196, 164, 128, 92, 60, 35, 18, 8, 3, 1, 0},
		{255, 253, 249, 242, 229, 208, 180, 146, 110, 76, 48, 27, 14, 7, 3, 1, 0},
	}
	// Table 51: an extra bit.
	modelExtraBit = model{120, 0}
	// Table 52: of 256, how likely a pulse is positive, by type and quantization offset and by the pulses of its block.
	positive = [...][7]uint8{
		{255, 46, 66, 78, 87, 94, 104},
		{208, 14, 21, 32, 42, 51, 66},
		{255, 94, 104, 109, 112, 115, 118},
		{248, 53, 69, 80, 88, 95, 102},
	}
)

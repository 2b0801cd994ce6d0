package aac

// sampleRates lists the sampling frequencies in Hz by samplingFrequencyIndex (ISO/IEC 14496-3 table 1.18).
var sampleRates = [...]int{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000}

// rateTable holds what ISO/IEC 14496-3 4.5.4 says about the scale-factor bands of one sampling frequency.
type rateTable struct {
	index   int   // samplingFrequencyIndex
	long    []int // offsets of the bands of a long window of 1024 lines, and the end
	short   []int // offsets of the bands of a short window of 128 lines, and the end
	tnsLong int   // TNS_MAX_BANDS of AAC-LC (4.6.9)
}

// rateTables covers 8 to 48 kHz, by samplingFrequencyIndex less 3.
var rateTables = [...]rateTable{
	{index: 3, long: long48[:], short: short48[:], tnsLong: 40},
	{index: 4, long: long48[:], short: short48[:], tnsLong: 42},
	{index: 5, long: long32[:], short: short48[:], tnsLong: 51},
	{index: 6, long: long24[:], short: short24[:], tnsLong: 46},
	{index: 7, long: long24[:], short: short24[:], tnsLong: 46},
	{index: 8, long: long16[:], short: short16[:], tnsLong: 42},
	{index: 9, long: long16[:], short: short16[:], tnsLong: 42},
	{index: 10, long: long16[:], short: short16[:], tnsLong: 42},
	{index: 11, long: long8[:], short: short8[:], tnsLong: 39},
}

var long48 = [...]int{
	0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 48, 56, 64, 72, 80,
	88, 96, 108, 120, 132, 144, 160, 176, 196, 216, 240, 264, 292, 320, 352, 384,
	416, 448, 480, 512, 544, 576, 608, 640, 672, 704, 736, 768, 800, 832, 864, 896,
	928, 1024,
}

var long32 = [...]int{
	0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 48, 56, 64, 72, 80,
	88, 96, 108, 120, 132, 144, 160, 176, 196, 216, 240, 264, 292, 320, 352, 384,
	416, 448, 480, 512, 544, 576, 608, 640, 672, 704, 736, 768, 800, 832, 864, 896,
	928, 960, 992, 1024,
}

var long24 = [...]int{
	0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 52, 60, 68, 76,
	84, 92, 100, 108, 116, 124, 136, 148, 160, 172, 188, 204, 220, 240, 260, 284,
	308, 336, 364, 396, 432, 468, 508, 552, 600, 652, 704, 768, 832, 896, 960, 1024,
}

var long16 = [...]int{
	0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 100, 112, 124, 136,
	148, 160, 172, 184, 196, 212, 228, 244, 260, 280, 300, 320, 344, 368, 396, 424,
	456, 492, 532, 572, 616, 664, 716, 772, 832, 896, 960, 1024,
}

var long8 = [...]int{
	0, 12, 24, 36, 48, 60, 72, 84, 96, 108, 120, 132, 144, 156, 172, 188,
	204, 220, 236, 252, 268, 288, 308, 328, 348, 372, 396, 420, 448, 476, 508, 544,
	580, 620, 664, 712, 764, 820, 880, 944, 1024,
}

var short48 = [...]int{
	0, 4, 8, 12, 16, 20, 28, 36, 44, 56, 68, 80, 96, 112, 128,
}

var short24 = [...]int{
	0, 4, 8, 12, 16, 20, 24, 28, 36, 44, 52, 64, 76, 92, 108, 128,
}

var short16 = [...]int{
	0, 4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 60, 72, 88, 108, 128,
}

var short8 = [...]int{
	0, 4, 8, 12, 16, 20, 24, 28, 36, 44, 52, 60, 72, 88, 108, 128,
}

package mp3

// Bit rates of layer III in kbit/s by index, 0 being free format, and sampling rates (11172-3 2.4.2.3, 13818-3 2.4.2.3).
var (
	bitrates1 = [15]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}
	bitrates2 = [15]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
	rates1    = [3]int{44100, 48000, 32000}
)

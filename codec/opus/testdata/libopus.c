/* The judge of the tests behind the build tag oracle: libopus as a filter from stdin to stdout.
 *
 *   libopus encode APPLICATION BITRATE MILLISECONDS CHANNELS BANDWIDTH LOSS DTX
 *     16-bit PCM at 48 kHz to packets, each after its length in two bytes (big-endian). APPLICATION is voip, audio or
 *     lowdelay, BANDWIDTH the audio bandwidth in Hz or 0, LOSS the expected loss in percent: above 0 it turns in-band
 *     FEC on. MILLISECONDS 2 stands for 2.5.
 *   libopus decode
 *     the same packets to 16-bit mono PCM at 16 kHz. Length 65535 stands for a lost packet that is concealed, 65534 for
 *     one that is restored from the FEC of the next; the number of samples of either follows in two bytes.
 */
#include <opus/opus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int word(void) {
	int a = getchar(), b = getchar();
	return b == EOF ? -1 : a << 8 | b;
}

static int bandwidth(int hz) {
	return hz == 0 ? OPUS_AUTO : hz <= 4000 ? OPUS_BANDWIDTH_NARROWBAND : hz <= 6000 ? OPUS_BANDWIDTH_MEDIUMBAND :
		hz <= 8000 ? OPUS_BANDWIDTH_WIDEBAND : hz <= 12000 ? OPUS_BANDWIDTH_SUPERWIDEBAND : OPUS_BANDWIDTH_FULLBAND;
}

static int encode(char **arg) {
	int app = !strcmp(arg[0], "voip") ? OPUS_APPLICATION_VOIP :
		!strcmp(arg[0], "audio") ? OPUS_APPLICATION_AUDIO : OPUS_APPLICATION_RESTRICTED_LOWDELAY;
	int ms = atoi(arg[2]), n = ms == 2 ? 120 : ms * 48, channels = atoi(arg[3]), loss = atoi(arg[5]), err;
	OpusEncoder *e = opus_encoder_create(48000, channels, app, &err);
	if (err) return 1;
	opus_encoder_ctl(e, OPUS_SET_BITRATE(atoi(arg[1])));
	opus_encoder_ctl(e, OPUS_SET_BANDWIDTH(bandwidth(atoi(arg[4]))));
	opus_encoder_ctl(e, OPUS_SET_INBAND_FEC(loss > 0));
	opus_encoder_ctl(e, OPUS_SET_PACKET_LOSS_PERC(loss));
	opus_encoder_ctl(e, OPUS_SET_DTX(atoi(arg[6])));
	short *pcm = malloc(sizeof(short) * n * channels);
	unsigned char packet[8000];
	while (fread(pcm, sizeof(short) * channels, n, stdin) == (size_t)n) {
		int size = opus_encode(e, pcm, n, packet, sizeof packet);
		if (size < 0) return 1;
		putchar(size >> 8), putchar(size & 255);
		fwrite(packet, 1, size, stdout);
	}
	return 0;
}

static int decode(void) {
	int err, size, next, n = 0, fec = 0;
	OpusDecoder *d = opus_decoder_create(16000, 1, &err);
	static unsigned char packet[65536];
	static short pcm[5760];
	if (err) return 1;
	for (size = word(); size >= 0; size = next) {
		if (size >= 65534) {
			n = word();
			fec = size == 65534;
			if (!fec) {
				if ((n = opus_decode(d, NULL, 0, pcm, n, 0)) < 0) return 1;
				fwrite(pcm, sizeof(short), n, stdout);
			}
		} else {
			if (fread(packet, 1, size, stdin) != (size_t)size) return 1;
			if (fec) {
				if ((n = opus_decode(d, packet, size, pcm, n, 1)) < 0) return 1;
				fwrite(pcm, sizeof(short), n, stdout);
			}
			fec = 0;
			if ((n = opus_decode(d, packet, size, pcm, 5760, 0)) < 0) return 1;
			fwrite(pcm, sizeof(short), n, stdout);
		}
		next = word();
	}
	return 0;
}

int main(int argc, char **argv) {
	if (argc == 9 && !strcmp(argv[1], "encode")) return encode(argv + 2);
	if (argc == 2 && !strcmp(argv[1], "decode")) return decode();
	return 2;
}

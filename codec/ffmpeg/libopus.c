//go:build ffmpeg

#include "libopus.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

enum { rate = 16000, channels = 1, reset_state = 4028 }; // OPUS_RESET_STATE of opus_defines.h

// The functions of opus.h that are used.
static struct {
	cr_opus *(*create)(int32_t fs, int channels, int *error);
	int (*decode)(cr_opus *st, const unsigned char *data, int32_t len, int16_t *pcm, int frame_size, int fec);
	int (*ctl)(cr_opus *st, int request, ...);
	void (*destroy)(cr_opus *st);
	const char *(*version)(void);
	const char *(*strerror)(int error);
} opus;

static int loaded;

static void load(void) {
	static const char *const names[] = {"libopus.so.0", "libopus.so", "libopus.0.dylib",
		"/opt/homebrew/lib/libopus.0.dylib", "/usr/local/lib/libopus.0.dylib"};
	void *lib = NULL;
	for (size_t i = 0; !lib && i < sizeof(names) / sizeof(*names); i++)
		lib = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	if (!lib)
		return;
	*(void **)&opus.create = dlsym(lib, "opus_decoder_create");
	*(void **)&opus.decode = dlsym(lib, "opus_decode");
	*(void **)&opus.ctl = dlsym(lib, "opus_decoder_ctl");
	*(void **)&opus.destroy = dlsym(lib, "opus_decoder_destroy");
	*(void **)&opus.version = dlsym(lib, "opus_get_version_string");
	*(void **)&opus.strerror = dlsym(lib, "opus_strerror");
	loaded = opus.create && opus.decode && opus.ctl && opus.destroy && opus.version && opus.strerror;
}

static int have(void) {
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, load);
	return loaded;
}

const char *cr_opus_version(void) { return have() ? opus.version() : NULL; }

cr_opus *cr_opus_open(void) {
	int error;
	return have() ? opus.create(rate, channels, &error) : NULL;
}

int cr_opus_decode(cr_opus *d, const uint8_t *data, int size, int16_t *samples, int room, int fec) {
	return opus.decode(d, data, size, samples, room, fec);
}

const char *cr_opus_error(int code) { return opus.strerror(code); }

void cr_opus_reset(cr_opus *d) { opus.ctl(d, reset_state); }

void cr_opus_close(cr_opus *d) { opus.destroy(d); }

// libopus, looked up when it is first needed: only its stable interface of a few functions is used, and a machine
// without it can do without it.

#ifndef CALLREC_LIBOPUS_H
#define CALLREC_LIBOPUS_H

#include <stdint.h>

typedef struct cr_opus cr_opus;

// cr_opus_version returns libopus's version, NULL if it is not there.
const char *cr_opus_version(void);
// cr_opus_open makes a decoder that gives 16 kHz mono, NULL if there is no library or no memory.
cr_opus *cr_opus_open(void);
// cr_opus_decode decodes a packet into at most room samples and returns their number, or a negative error. With fec it
// restores room samples before the packet from what it carries for that, and conceals where it carries nothing. Without
// data it conceals room samples.
int cr_opus_decode(cr_opus *d, const uint8_t *data, int size, int16_t *samples, int room, int fec);
// cr_opus_error returns the text of an error.
const char *cr_opus_error(int code);
void cr_opus_reset(cr_opus *d);
void cr_opus_close(cr_opus *d);

#endif

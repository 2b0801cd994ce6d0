// A small C interface over libavcodec that hides what differs between its versions. One call for each packet or frame.
// All functions that can fail return a negative error code of libavutil. Nothing here is safe for concurrent use on one
// context; different contexts are independent.

#ifndef CALLREC_SHIM_H
#define CALLREC_SHIM_H

#include <stdint.h>

// CR_TOO_LARGE is returned for a picture beyond the bound that was given on opening; CR_FORMAT for one that is not
// 8-bit 4:2:0; CR_PICTURES for more pictures at once than there is room for.
#define CR_TOO_LARGE (-0x40000001)
#define CR_FORMAT (-0x40000002)
#define CR_PICTURES (-0x40000003)

// CR_MAX_PICTURES bounds the pictures that one access unit can bring out: the reordering of H.264 and H.265.
#define CR_MAX_PICTURES 17

typedef struct cr_decoder cr_decoder;
typedef struct cr_encoder cr_encoder;

// A decoded picture. The planes belong to the decoder and stay valid until its next call; those of the newest one until
// there is a newer one.
typedef struct {
	const uint8_t *y, *cb, *cr;
	int y_stride, c_stride; // bytes
	int width, height;      // luma samples to display
	int64_t pts;
	int bt709, full_range;
} cr_picture;

// An encoded access unit. The bytes belong to the encoder and stay valid until its next call.
typedef struct {
	const uint8_t *data;
	int size;
	int keyframe;
	int quality; // quantizer times 118 (FF_QP2LAMBDA), 0 if unknown
} cr_packet;

typedef struct {
	int width, height, frame_rate;
	int64_t bitrate, max_bitrate; // bit/s; bitrate 0 means constant quality
	int buffer_seconds;           // that max_bitrate holds over
	int quality, worst;           // constant rate factor of libx264, and how far the ceiling may raise it
	int keyframe_interval;
	const char *preset; // of libx264
} cr_video_encoding;

// cr_library returns the version of the libavcodec in use, major << 16 | minor << 8 | micro.
unsigned cr_library(void);
// cr_has_decoder and cr_has_encoder say whether the library has a codec of this name.
int cr_has_decoder(const char *name);
int cr_has_encoder(const char *name);
// cr_error writes the text of an error code to buf.
void cr_error(int code, char *buf, int size);
// cr_live returns how many decoders, encoders, frames and packets exist, for tests.
int cr_live(void);

// cr_video_decoder_open opens a decoder. A stream that does not say how much it reorders is taken to be one of a call,
// which does not, until it shows otherwise; with strict, to reorder as much as its level allows.
int cr_video_decoder_open(const char *name, int max_width, int max_height, int strict, cr_decoder **out);
// cr_decode_video decodes an access unit and writes the pictures that are due to out, which has room for
// CR_MAX_PICTURES; it returns their number. data is borrowed until return. Without data it brings out all pictures that
// wait for their turn; the decoder has to be reset after that.
int cr_decode_video(cr_decoder *d, const uint8_t *data, int size, int64_t pts, cr_picture *out);
// cr_audio_decoder_open opens a decoder of 16 kHz mono.
int cr_audio_decoder_open(const char *name, cr_decoder **out);
// cr_decode_audio decodes a packet into at most room samples and returns their number.
int cr_decode_audio(cr_decoder *d, const uint8_t *data, int size, int16_t *samples, int room);
// cr_decoder_reset forgets all references.
void cr_decoder_reset(cr_decoder *d);
void cr_decoder_close(cr_decoder **d);

int cr_video_encoder_open(const char *name, const cr_video_encoding *cfg, cr_encoder **out);
// A rectangle of a picture, in luma samples.
typedef struct {
	uint32_t x, y, width, height;
} cr_rect;

// cr_encode_video encodes a picture. The planes are borrowed until return. quality and worst are as in
// cr_video_encoding, negative to leave them as they are. Outside of the count rectangles of changed, which lie within it,
// the picture equals the one that was encoded before; a negative count says that this is not known.
int cr_encode_video(cr_encoder *e, const uint8_t *y, const uint8_t *cb, const uint8_t *cr, int y_stride, int c_stride,
	int keyframe, int quality, int worst, const cr_rect *changed, int count, cr_packet *out);
int cr_audio_encoder_open(const char *name, int sample_rate, int64_t bitrate, cr_encoder **out);
// cr_encode_audio encodes a frame of cr_frame_size samples; out->size is 0 while the encoder fills up.
int cr_encode_audio(cr_encoder *e, const int16_t *samples, cr_packet *out);
int cr_frame_size(const cr_encoder *e);
// cr_extradata returns the decoder configuration, which belongs to the encoder.
const uint8_t *cr_extradata(const cr_encoder *e, int *size);
void cr_encoder_close(cr_encoder **e);

#endif

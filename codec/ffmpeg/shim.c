//go:build ffmpeg

#include "shim.h"

#include <libavcodec/avcodec.h>
#include <libavutil/channel_layout.h>
#include <libavutil/error.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <stdatomic.h>
#include <string.h>

// AVChannelLayout came with libavcodec 59.24 (FFmpeg 5.1), and the fields before it went with 61 (7.0).
#define HAVE_CH_LAYOUT (LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(59, 24, 100))

// libx264 can be told what did not change since libavcodec 61 (FFmpeg 7.0).
#define HAVE_CHANGED (LIBAVCODEC_VERSION_MAJOR >= 61)
#if HAVE_CHANGED
#include <libavutil/video_hint.h>
#endif

static atomic_int live; // contexts, frames and packets that are not freed yet

static void *counted(void *p) {
	if (p)
		atomic_fetch_add(&live, 1);
	return p;
}

static void uncount(int n) { atomic_fetch_sub(&live, n); }

int cr_live(void) { return atomic_load(&live); }

unsigned cr_library(void) { return avcodec_version(); }

int cr_has_decoder(const char *name) { return avcodec_find_decoder_by_name(name) != NULL; }

int cr_has_encoder(const char *name) { return avcodec_find_encoder_by_name(name) != NULL; }

void cr_error(int code, char *buf, int size) { av_strerror(code, buf, size); }

struct cr_decoder {
	AVCodecContext *ctx;
	AVPacket *packet;
	AVFrame *frames[CR_MAX_PICTURES];
	AVFrame *last; // the newest picture of earlier calls, which stays lent out until there is a newer one
	int count;     // pictures in frames
	int max_width, max_height;
	int too_large; // a picture beyond the bound was asked for
};

struct cr_encoder {
	AVCodecContext *ctx;
	AVPacket *packet;
	AVFrame *frame;
	int64_t pts;
};

// quiet keeps the library from writing to standard error, where it would repeat what is returned as errors. A program
// that has set another level keeps it.
static void quiet(void) {
	if (av_log_get_level() == AV_LOG_INFO)
		av_log_set_level(AV_LOG_QUIET);
}

static AVCodecContext *new_context(const AVCodec *codec) {
	AVCodecContext *ctx;
	quiet();
	ctx = counted(avcodec_alloc_context3(codec));
	if (ctx) {
		ctx->thread_count = 1;
		ctx->thread_type = FF_THREAD_SLICE;
	}
	return ctx;
}

static void free_context(AVCodecContext **ctx) {
	if (*ctx)
		uncount(1);
	avcodec_free_context(ctx);
}

static void free_packet(AVPacket **packet) {
	if (*packet)
		uncount(1);
	av_packet_free(packet);
}

static void free_frame(AVFrame **frame) {
	if (*frame)
		uncount(1);
	av_frame_free(frame);
}

// get_buffer refuses pictures that are too large before any memory is taken for their samples.
static int get_buffer(AVCodecContext *ctx, AVFrame *frame, int flags) {
	cr_decoder *d = ctx->opaque;
	if (ctx->codec_type == AVMEDIA_TYPE_VIDEO && (ctx->width > d->max_width || ctx->height > d->max_height)) {
		d->too_large = 1;
		return AVERROR(EINVAL);
	}
	return avcodec_default_get_buffer2(ctx, frame, flags);
}

static int decoder_open(const char *name, cr_decoder **out, cr_decoder **made) {
	const AVCodec *codec = avcodec_find_decoder_by_name(name);
	cr_decoder *d;
	*out = NULL;
	if (!codec)
		return AVERROR_DECODER_NOT_FOUND;
	d = counted(av_mallocz(sizeof(*d)));
	if (!d)
		return AVERROR(ENOMEM);
	*made = d;
	d->ctx = new_context(codec);
	d->packet = counted(av_packet_alloc());
	if (!d->ctx || !d->packet)
		return AVERROR(ENOMEM);
	for (int i = 0; i < CR_MAX_PICTURES; i++)
		if (!(d->frames[i] = counted(av_frame_alloc())))
			return AVERROR(ENOMEM);
	if (!(d->last = counted(av_frame_alloc())))
		return AVERROR(ENOMEM);
	d->ctx->opaque = d;
	d->ctx->get_buffer2 = get_buffer;
	return 0;
}

static int opened(cr_decoder *d, int err, cr_decoder **out) {
	if (err >= 0)
		err = avcodec_open2(d->ctx, NULL, NULL);
	if (err < 0) {
		cr_decoder_close(&d);
		return err;
	}
	*out = d;
	return 0;
}

int cr_video_decoder_open(const char *name, int max_width, int max_height, int strict, cr_decoder **out) {
	cr_decoder *d = NULL;
	int err = decoder_open(name, out, &d);
	if (err >= 0) {
		d->max_width = max_width;
		d->max_height = max_height;
		if (strict)
			d->ctx->strict_std_compliance = FF_COMPLIANCE_STRICT;
		// What the decoder allocates for itself before get_buffer is asked is bounded by the number of samples.
		d->ctx->max_pixels = (int64_t)4 * max_width * max_height;
	}
	return opened(d, err, out);
}

int cr_audio_decoder_open(const char *name, cr_decoder **out) {
	cr_decoder *d = NULL;
	int err = decoder_open(name, out, &d);
	if (err >= 0) {
		d->ctx->sample_rate = 16000;
#if HAVE_CH_LAYOUT
		av_channel_layout_default(&d->ctx->ch_layout, 1);
#else
		d->ctx->channels = 1;
		d->ctx->channel_layout = AV_CH_LAYOUT_MONO;
#endif
	}
	return opened(d, err, out);
}

// send hands the decoder a copy of the data: it may read a little beyond the end, and may keep the packet.
static int send(cr_decoder *d, const uint8_t *data, int size, int64_t pts) {
	int err;
	if (!data)
		return avcodec_send_packet(d->ctx, NULL);
	err = av_new_packet(d->packet, size);
	if (err < 0)
		return err;
	memcpy(d->packet->data, data, size);
	d->packet->pts = pts;
	err = avcodec_send_packet(d->ctx, d->packet);
	av_packet_unref(d->packet);
	return err;
}

static int describe(const AVFrame *f, cr_picture *p) {
	if (f->format != AV_PIX_FMT_YUV420P && f->format != AV_PIX_FMT_YUVJ420P)
		return CR_FORMAT;
	if (f->decode_error_flags & (FF_DECODE_ERROR_INVALID_BITSTREAM | FF_DECODE_ERROR_MISSING_REFERENCE) ||
		f->flags & AV_FRAME_FLAG_CORRUPT)
		return AVERROR_INVALIDDATA; // a guess at what is missing
	p->y = f->data[0];
	p->cb = f->data[1];
	p->cr = f->data[2];
	p->y_stride = f->linesize[0];
	p->c_stride = f->linesize[1];
	p->width = f->width;
	p->height = f->height;
	p->pts = f->pts;
	p->bt709 = f->colorspace == AVCOL_SPC_BT709;
	p->full_range = f->color_range == AVCOL_RANGE_JPEG || f->format == AV_PIX_FMT_YUVJ420P;
	return 0;
}

// retire lets go of the pictures of the call before, all but the newest.
static void retire(cr_decoder *d) {
	if (d->count > 0) {
		av_frame_unref(d->last);
		av_frame_move_ref(d->last, d->frames[d->count - 1]);
	}
	for (int i = 0; i < CR_MAX_PICTURES; i++)
		av_frame_unref(d->frames[i]);
	d->count = 0;
}

int cr_decode_video(cr_decoder *d, const uint8_t *data, int size, int64_t pts, cr_picture *out) {
	int count = 0, err, first;
	retire(d);
	d->too_large = 0;
	first = send(d, data, size, pts);
	for (;;) {
		if (count == CR_MAX_PICTURES) {
			first = CR_PICTURES;
			break;
		}
		err = avcodec_receive_frame(d->ctx, d->frames[count]);
		if (err == AVERROR(EAGAIN) || err == AVERROR_EOF)
			break;
		if (err >= 0)
			err = describe(d->frames[count], &out[count]);
		if (err < 0) {
			if (first >= 0)
				first = err;
			break;
		}
		count++;
	}
	if (d->too_large)
		first = CR_TOO_LARGE;
	if (first < 0)
		return first;
	return d->count = count;
}

int cr_decode_audio(cr_decoder *d, const uint8_t *data, int size, int16_t *samples, int room) {
	int n, err = send(d, data, size, AV_NOPTS_VALUE);
	if (err < 0)
		return err;
	err = avcodec_receive_frame(d->ctx, d->last);
	if (err == AVERROR(EAGAIN))
		return 0;
	if (err < 0)
		return err;
	n = d->last->nb_samples;
	if (d->last->format != AV_SAMPLE_FMT_S16 || n > room)
		n = CR_FORMAT;
	else
		memcpy(samples, d->last->data[0], n * sizeof(*samples));
	av_frame_unref(d->last);
	return n;
}

void cr_decoder_reset(cr_decoder *d) { avcodec_flush_buffers(d->ctx); }

void cr_decoder_close(cr_decoder **p) {
	cr_decoder *d = *p;
	if (!d)
		return;
	for (int i = 0; i < CR_MAX_PICTURES; i++)
		free_frame(&d->frames[i]);
	free_frame(&d->last);
	free_packet(&d->packet);
	free_context(&d->ctx);
	av_free(d);
	uncount(1);
	*p = NULL;
}

static int encoder_open(const char *name, cr_encoder **out, cr_encoder **made) {
	const AVCodec *codec = avcodec_find_encoder_by_name(name);
	cr_encoder *e;
	*out = NULL;
	if (!codec)
		return AVERROR_ENCODER_NOT_FOUND;
	e = counted(av_mallocz(sizeof(*e)));
	if (!e)
		return AVERROR(ENOMEM);
	*made = e;
	e->ctx = new_context(codec);
	e->packet = counted(av_packet_alloc());
	e->frame = counted(av_frame_alloc());
	if (!e->ctx || !e->packet || !e->frame)
		return AVERROR(ENOMEM);
	e->ctx->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
	return 0;
}

static int encoder_opened(cr_encoder *e, int err, AVDictionary **options, cr_encoder **out) {
	if (err >= 0)
		err = avcodec_open2(e->ctx, NULL, options);
	if (err < 0) {
		cr_encoder_close(&e);
		return err;
	}
	*out = e;
	return 0;
}

int cr_video_encoder_open(const char *name, const cr_video_encoding *cfg, cr_encoder **out) {
	cr_encoder *e = NULL;
	AVDictionary *options = NULL;
	int err = encoder_open(name, out, &e);
	if (err >= 0) {
		AVCodecContext *c = e->ctx;
		c->width = cfg->width;
		c->height = cfg->height;
		c->pix_fmt = AV_PIX_FMT_YUV420P;
		c->time_base = (AVRational){1, cfg->frame_rate};
		c->framerate = (AVRational){cfg->frame_rate, 1};
		c->sample_aspect_ratio = (AVRational){1, 1};
		c->gop_size = cfg->keyframe_interval;
		c->max_b_frames = 0;
		c->bit_rate = cfg->bitrate;
		c->rc_max_rate = cfg->max_bitrate;
		c->rc_buffer_size = (int)(cfg->max_bitrate * cfg->buffer_seconds);
		c->color_range = AVCOL_RANGE_MPEG;
		c->color_primaries = AVCOL_PRI_BT709;
		c->color_trc = AVCOL_TRC_BT709;
		c->colorspace = AVCOL_SPC_BT709;
		if (!strcmp(name, "libx264")) {
			av_dict_set(&options, "preset", cfg->preset, 0);
			av_dict_set(&options, "tune", "zerolatency", 0);
			av_dict_set(&options, "profile", "high", 0);
			av_dict_set(&options, "forced-idr", "1", 0);
			av_dict_set(&options, "sc_threshold", "0", 0);
			// Calls have no fades, and where the tiles are noisy, adaptive quantization spends a third of the bits on
			// the noise of their flat parts.
			av_dict_set(&options, "weightp", "none", 0);
			av_dict_set(&options, "aq-mode", "none", 0);
#if HAVE_CHANGED
			av_dict_set(&options, "mb_info", "1", 0);
#endif
			if (!cfg->bitrate) {
				av_dict_set_int(&options, "crf", cfg->quality, 0);
				av_dict_set_int(&options, "crf_max", cfg->worst, 0);
			}
		} else if (!cfg->bitrate) {
			c->bit_rate = cfg->max_bitrate * 9 / 10; // an encoder without constant quality
		}
	}
	err = encoder_opened(e, err, &options, out);
	av_dict_free(&options);
	return err;
}

int cr_audio_encoder_open(const char *name, int sample_rate, int64_t bitrate, cr_encoder **out) {
	cr_encoder *e = NULL;
	int err = encoder_open(name, out, &e);
	if (err >= 0) {
		AVCodecContext *c = e->ctx;
		c->sample_rate = sample_rate;
		c->sample_fmt = AV_SAMPLE_FMT_FLTP;
		c->bit_rate = bitrate;
		c->time_base = (AVRational){1, sample_rate};
#if HAVE_CH_LAYOUT
		av_channel_layout_default(&c->ch_layout, 1);
#else
		c->channels = 1;
		c->channel_layout = AV_CH_LAYOUT_MONO;
#endif
	}
	err = encoder_opened(e, err, NULL, out);
	if (err < 0)
		return err;
	e = *out;
	e->frame->format = AV_SAMPLE_FMT_FLTP;
	e->frame->nb_samples = e->ctx->frame_size;
	e->frame->sample_rate = sample_rate;
#if HAVE_CH_LAYOUT
	err = av_channel_layout_copy(&e->frame->ch_layout, &e->ctx->ch_layout);
#else
	e->frame->channels = 1;
	e->frame->channel_layout = AV_CH_LAYOUT_MONO;
#endif
	if (err >= 0)
		err = av_frame_get_buffer(e->frame, 0);
	if (err < 0)
		cr_encoder_close(out);
	return err;
}

static int receive(cr_encoder *e, cr_packet *out) {
	int err = avcodec_receive_packet(e->ctx, e->packet);
	memset(out, 0, sizeof(*out));
	if (err == AVERROR(EAGAIN))
		return 0;
	if (err < 0)
		return err;
	out->data = e->packet->data;
	out->size = e->packet->size;
	out->keyframe = !!(e->packet->flags & AV_PKT_FLAG_KEY);
	const uint8_t *stats = av_packet_get_side_data(e->packet, AV_PKT_DATA_QUALITY_STATS, NULL);
	if (stats)
		out->quality = stats[0] | stats[1] << 8 | stats[2] << 16 | stats[3] << 24;
	return 0;
}

static void keep(void *opaque, uint8_t *data) {
	(void)opaque;
	(void)data;
}

// tell attaches the rectangles outside of which nothing changed to a frame, which frees them.
static int tell(AVFrame *f, const cr_rect *changed, int count) {
#if HAVE_CHANGED
	AVVideoHint *hint = count < 0 ? NULL : av_video_hint_create_side_data(f, count);
	if (count < 0)
		return 0;
	if (!hint)
		return AVERROR(ENOMEM);
	hint->type = AV_VIDEO_HINT_TYPE_CHANGED;
	for (int i = 0; i < count; i++)
		*av_video_hint_get_rect(hint, i) =
			(AVVideoRect){changed[i].x, changed[i].y, changed[i].width, changed[i].height};
#else
	(void)f, (void)changed, (void)count;
#endif
	return 0;
}

int cr_encode_video(cr_encoder *e, const uint8_t *y, const uint8_t *cb, const uint8_t *cr, int y_stride, int c_stride,
	int keyframe, int quality, int worst, const cr_rect *changed, int count, cr_packet *out) {
	AVFrame *f = e->frame;
	int err, c_height = (e->ctx->height + 1) / 2;
	av_packet_unref(e->packet);
	f->format = e->ctx->pix_fmt;
	f->width = e->ctx->width;
	f->height = e->ctx->height;
	f->data[0] = (uint8_t *)y;
	f->data[1] = (uint8_t *)cb;
	f->data[2] = (uint8_t *)cr;
	f->linesize[0] = y_stride;
	f->linesize[1] = f->linesize[2] = c_stride;
	// Buffers that free nothing lend the caller's planes, so that libavcodec need not copy them. The encoders here take
	// what they need before avcodec_send_frame returns: there is no look-ahead and no reordering.
	f->buf[0] = av_buffer_create(f->data[0], (size_t)y_stride * e->ctx->height, keep, NULL, AV_BUFFER_FLAG_READONLY);
	f->buf[1] = av_buffer_create(f->data[1], (size_t)c_stride * c_height, keep, NULL, AV_BUFFER_FLAG_READONLY);
	f->buf[2] = av_buffer_create(f->data[2], (size_t)c_stride * c_height, keep, NULL, AV_BUFFER_FLAG_READONLY);
	f->pict_type = keyframe ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
	f->pts = e->pts++;
	err = f->buf[0] && f->buf[1] && f->buf[2] ? tell(f, changed, count) : AVERROR(ENOMEM);
	if (err < 0) {
		av_frame_unref(f);
		return err;
	}
	if (quality >= 0) {
		av_opt_set_double(e->ctx->priv_data, "crf", quality, 0);
		av_opt_set_double(e->ctx->priv_data, "crf_max", worst, 0);
	}
	err = avcodec_send_frame(e->ctx, f);
	av_frame_unref(f);
	return err < 0 ? err : receive(e, out);
}

int cr_encode_audio(cr_encoder *e, const int16_t *samples, cr_packet *out) {
	int err = av_frame_make_writable(e->frame);
	av_packet_unref(e->packet);
	if (err < 0)
		return err;
	float *to = (float *)e->frame->data[0];
	for (int i = 0; i < e->ctx->frame_size; i++)
		to[i] = samples[i] * (1.0f / 32768);
	e->frame->pts = e->pts;
	e->pts += e->ctx->frame_size;
	err = avcodec_send_frame(e->ctx, e->frame);
	return err < 0 ? err : receive(e, out);
}

int cr_frame_size(const cr_encoder *e) { return e->ctx->frame_size; }

const uint8_t *cr_extradata(const cr_encoder *e, int *size) {
	*size = e->ctx->extradata_size;
	return e->ctx->extradata;
}

void cr_encoder_close(cr_encoder **p) {
	cr_encoder *e = *p;
	if (!e)
		return;
	free_frame(&e->frame);
	free_packet(&e->packet);
	free_context(&e->ctx);
	av_free(e);
	uncount(1);
	*p = NULL;
}

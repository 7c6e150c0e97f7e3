/* SPDX-License-Identifier: GPL-3.0-or-later */
/* encoder.c -- see encoder.h. */
#include "sink-movie/encoder.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define THREADS   2 /* of the codec; a number of its own, since bytes depend on it */
#define CRF_H264  18
#define CRF_VP9   28
#define QP_MPEG4  3
#define KEY_EVERY 2 /* seconds: so one can move about in the film */

struct encoder {
    const struct tw_host *host;
    struct encoder_options o;
    AVFormatContext *format;
    AVCodecContext *codec;
    AVStream *stream;
    AVFrame *frame;
    AVPacket *packet;
    struct SwsContext *scale;
    bool started; /* the header is written */
    int64_t n;
};

enum movie_kind encoder_kind(const char *path)
{
    const char *dot = path ? strrchr(path, '.') : NULL;

    return !dot                            ? MOVIE_NONE
           : strcasecmp(dot, ".mp4") == 0  ? MOVIE_MP4
           : strcasecmp(dot, ".webm") == 0 ? MOVIE_WEBM
           : strcasecmp(dot, ".gif") == 0  ? MOVIE_GIF
                                           : MOVIE_NONE;
}

static int bad(const struct encoder *e, const char *what, int code)
{
    char why[AV_ERROR_MAX_STRING_SIZE] = "";

    if (code == AVERROR(ENOMEM))
        return e->host->fail(e->host, TW_ENOMEM, "out of memory");
    av_strerror(code, why, sizeof why);
    return e->host->fail(e->host, TW_EIO, "%s: %s: %s", e->o.path, what, why);
}

/* ---- the codec --------------------------------------------------------------------------- */

/* H.264, else VP9, which MP4 takes as well, else MPEG-4, which every build has. */
static const AVCodec *choose(const struct encoder *e)
{
    const struct tw_host *h = e->host;
    const AVCodec *c = NULL;

    if (e->o.kind == MOVIE_GIF)
        return avcodec_find_encoder(AV_CODEC_ID_GIF);
    if (e->o.kind == MOVIE_MP4)
        c = avcodec_find_encoder_by_name("libx264");
    if (c)
        return c;
    c = avcodec_find_encoder_by_name("libvpx-vp9");
    if (c && e->o.kind == MOVIE_MP4)
        h->log(h, TW_LOG_WARN, "this FFmpeg has no libx264: the film is VP9");
    if (!c && e->o.kind == MOVIE_MP4) {
        c = avcodec_find_encoder(AV_CODEC_ID_MPEG4);
        if (c)
            h->log(h, TW_LOG_WARN, "this FFmpeg has neither libx264 nor VP9: the film is MPEG-4");
    }
    return c;
}

static void set_rate(struct encoder *e)
{
    AVCodecContext *c = e->codec;
    void *o = c->priv_data;

    switch (c->codec_id) {
    case AV_CODEC_ID_H264:
        av_opt_set(o, "preset", "medium", 0);
        av_opt_set_double(o, "crf", e->o.crf < 0 ? CRF_H264 : e->o.crf, 0);
        /* Its vectors of 512 bits read what nobody has written: other bytes each time. */
        av_opt_set_int(o, "mbtree", 0, 0);
        c->profile = FF_PROFILE_H264_HIGH;
        break;
    case AV_CODEC_ID_VP9:
        c->bit_rate = 0;
        av_opt_set_int(o, "crf", e->o.crf < 0 ? CRF_VP9 : e->o.crf, 0);
        av_opt_set(o, "deadline", "good", 0);
        av_opt_set_int(o, "cpu-used", 3, 0);
        av_opt_set_int(o, "tile-columns", 1, 0);
        break;
    case AV_CODEC_ID_MPEG4:
        c->flags |= AV_CODEC_FLAG_QSCALE;
        c->global_quality = FF_QP2LAMBDA * (e->o.crf < 0 ? QP_MPEG4 : 1 + e->o.crf * 30 / 63);
        break;
    default:
        break;
    }
}

static int open_codec(struct encoder *e)
{
    const AVCodec *codec = choose(e);
    AVCodecContext *c;
    int rc;

    if (!codec)
        return e->host->fail(e->host, TW_ENOTSUP,
                             "%s: this FFmpeg has no encoder for it; try another extension (.mp4, "
                             ".webm, .gif)",
                             e->o.path);
    c = e->codec = avcodec_alloc_context3(codec);
    if (!c)
        return bad(e, "codec", AVERROR(ENOMEM));
    c->width = e->o.width;
    c->height = e->o.height;
    c->time_base = (AVRational){1, e->o.fps};
    c->framerate = (AVRational){e->o.fps, 1};
    c->thread_count = THREADS;
    c->flags |= AV_CODEC_FLAG_BITEXACT;
    if (e->o.kind == MOVIE_GIF) {
        c->pix_fmt = AV_PIX_FMT_PAL8;
    } else {
        c->pix_fmt = AV_PIX_FMT_YUV420P;
        c->gop_size = KEY_EVERY * e->o.fps;
        c->color_range = AVCOL_RANGE_MPEG;
        c->color_primaries = AVCOL_PRI_BT709;
        c->color_trc = AVCOL_TRC_BT709;
        c->colorspace = AVCOL_SPC_BT709;
        c->chroma_sample_location = AVCHROMA_LOC_LEFT;
        set_rate(e);
    }
    if (e->format->oformat->flags & AVFMT_GLOBALHEADER)
        c->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    rc = avcodec_open2(c, codec, NULL);
    return rc < 0 ? bad(e, codec->name, rc) : TW_OK;
}

/* ---- the file ----------------------------------------------------------------------------- */

static int open_file(struct encoder *e)
{
    static const char *const names[] = {"", "mp4", "webm", "gif"};
    AVDictionary *options = NULL;
    int rc = avformat_alloc_output_context2(&e->format, NULL, names[e->o.kind], e->o.file);

    if (rc < 0)
        return bad(e, "format", rc);
    e->format->flags |= AVFMT_FLAG_BITEXACT; /* no dates, no versions */
    rc = open_codec(e);
    if (rc < 0)
        return rc;
    e->stream = avformat_new_stream(e->format, NULL);
    if (!e->stream)
        return bad(e, "stream", AVERROR(ENOMEM));
    e->stream->time_base = e->codec->time_base;
    e->stream->avg_frame_rate = e->codec->framerate;
    rc = avcodec_parameters_from_context(e->stream->codecpar, e->codec);
    if (rc >= 0 && e->o.title)
        rc = av_dict_set(&e->format->metadata, "title", e->o.title, 0);
    if (rc >= 0 && e->o.comment)
        rc = av_dict_set(&e->format->metadata, "comment", e->o.comment, 0);
    if (rc >= 0)
        rc = avio_open(&e->format->pb, e->o.file, AVIO_FLAG_WRITE);
    if (rc >= 0 && e->o.kind == MOVIE_MP4) /* the index in front: it plays while it loads */
        rc = av_dict_set(&options, "movflags", "+faststart", 0);
    if (rc >= 0)
        rc = avformat_write_header(e->format, &options);
    av_dict_free(&options);
    if (rc < 0)
        return bad(e, "cannot be written", rc);
    e->started = true;
    return TW_OK;
}

static int open_frame(struct encoder *e)
{
    const int *bt709 = sws_getCoefficients(SWS_CS_ITU709);
    int rc;

    e->frame = av_frame_alloc();
    e->packet = av_packet_alloc();
    if (!e->frame || !e->packet)
        return bad(e, "frame", AVERROR(ENOMEM));
    e->frame->format = e->codec->pix_fmt;
    e->frame->width = e->o.width;
    e->frame->height = e->o.height;
    e->frame->color_range = e->codec->color_range;
    e->frame->colorspace = e->codec->colorspace;
    rc = av_frame_get_buffer(e->frame, 0);
    if (rc < 0)
        return bad(e, "frame", rc);
    if (e->o.kind == MOVIE_GIF)
        return TW_OK;
    e->scale = sws_getContext(
        e->o.width, e->o.height, AV_PIX_FMT_BGR0, e->o.width, e->o.height, AV_PIX_FMT_YUV420P,
        SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_BITEXACT, NULL, NULL, NULL);
    if (!e->scale)
        return bad(e, "colours", AVERROR(ENOMEM));
    sws_setColorspaceDetails(e->scale, bt709, 1, bt709, 0, 0, 1 << 16, 1 << 16);
    return TW_OK;
}

int encoder_open(struct encoder **to, const struct tw_host *host, const struct encoder_options *o)
{
    struct encoder *e = calloc(1, sizeof *e);
    int rc;

    if (!e)
        return host->fail(host, TW_ENOMEM, "out of memory");
    e->host = host;
    e->o = *o;
    rc = open_file(e);
    if (rc == TW_OK)
        rc = open_frame(e);
    if (rc < 0)
        encoder_drop(e);
    else
        *to = e;
    return rc;
}

void encoder_drop(struct encoder *e)
{
    sws_freeContext(e->scale);
    av_frame_free(&e->frame);
    av_packet_free(&e->packet);
    avcodec_free_context(&e->codec);
    if (e->format)
        avio_closep(&e->format->pb);
    avformat_free_context(e->format);
    free(e);
}

/* ---- frames -------------------------------------------------------------------------------- */

/* What the codec has ready; each packet with how long it lasts, or the film is a frame short. */
static int drain(struct encoder *e)
{
    for (;;) {
        int rc = avcodec_receive_packet(e->codec, e->packet);

        if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF)
            return TW_OK;
        if (rc < 0)
            return bad(e, "encoding", rc);
        e->packet->duration = 1;
        e->packet->stream_index = e->stream->index;
        av_packet_rescale_ts(e->packet, e->codec->time_base, e->stream->time_base);
        rc = av_interleaved_write_frame(e->format, e->packet);
        if (rc < 0)
            return bad(e, "cannot be written", rc);
    }
}

static void fill_palette(const struct encoder *e)
{
    uint32_t *colour = (uint32_t *)(void *)e->frame->data[1];

    for (int k = 0; k < GIF_COLOURS; k++)
        colour[k] = 0xff000000u | gif_colours_at(e->o.colours, k);
    colour[GIF_COLOURS] = 0; /* transparent: as it was in the frame before */
}

int encoder_frame(struct encoder *e, const uint32_t *pixels, size_t stride)
{
    int rc = av_frame_make_writable(e->frame);

    if (rc < 0)
        return bad(e, "frame", rc);
    if (e->o.kind == MOVIE_GIF) {
        gif_colours_map(e->o.colours, pixels, stride, e->o.width, e->o.height, e->frame->data[0],
                        (size_t)e->frame->linesize[0]);
        fill_palette(e);
    } else {
        const uint8_t *const from[4] = {(const uint8_t *)pixels};
        const int step[4] = {(int)(stride * 4)};

        sws_scale(e->scale, from, step, 0, e->o.height, e->frame->data, e->frame->linesize);
    }
    e->frame->pts = e->n++;
    rc = avcodec_send_frame(e->codec, e->frame);
    return rc < 0 ? bad(e, "encoding", rc) : drain(e);
}

int encoder_close(struct encoder *e)
{
    int rc = avcodec_send_frame(e->codec, NULL), closed;

    rc = rc < 0 ? bad(e, "encoding", rc) : drain(e);
    if (rc == TW_OK) {
        closed = av_write_trailer(e->format);
        if (closed >= 0)
            closed = avio_closep(&e->format->pb);
        if (closed < 0)
            rc = bad(e, "cannot be written", closed);
    }
    encoder_drop(e);
    return rc;
}

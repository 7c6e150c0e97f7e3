/* SPDX-License-Identifier: GPL-3.0-or-later */
/* encoder.h -- frames into a film that plays everywhere.
 *
 *     encoder_kind     by the end of a file's name
 *     encoder_open     H.264 in MP4, VP9 in WebM, or a GIF
 *     encoder_frame    the next frame
 *     encoder_close    the end: what was written so far plays, however few frames
 *     encoder_drop     close without that
 *
 * The same frames give the same bytes: no dates, and as many threads as threads of ours were fixed.
 * Functions return TW_OK or a failure, which has been reported with host->fail().
 */
#ifndef SINK_MOVIE_ENCODER_H
#define SINK_MOVIE_ENCODER_H

#include "sink-movie/gifcolours.h"

#include <stdbool.h>
#include <stdint.h>
#include <thalweg/plugin.h>

enum movie_kind { MOVIE_NONE, MOVIE_MP4, MOVIE_WEBM, MOVIE_GIF };
enum movie_kind encoder_kind(const char *path);

struct encoder_options {
    const char *path; /* as the user knows it */
    const char *file; /* where to write */
    enum movie_kind kind;
    int width, height, fps;
    int crf;                           /* -1: the codec's usual one */
    const char *title, *comment;       /* or NULL */
    const struct gif_colours *colours; /* GIF */
};

struct encoder;
int encoder_open(struct encoder **to, const struct tw_host *host, const struct encoder_options *o);
/* `pixels` are 0x00RRGGBB, `stride` of them to a row. */
int encoder_frame(struct encoder *e, const uint32_t *pixels, size_t stride);
int encoder_close(struct encoder *e);
void encoder_drop(struct encoder *e);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* captions.h -- title card, captions and end card, over a frame.
 *
 *     captions_new    fonts; what there is to say
 *     captions_draw   onto a frame what is to be read at a moment of the film
 *     captions_free
 *
 * All of it fades in and out, so nothing jumps; numbers have figures of one width and as many
 * decimals from beginning to end, so they stand still while they count.
 */
#ifndef SINK_MOVIE_CAPTIONS_H
#define SINK_MOVIE_CAPTIONS_H

#include "sink-movie/movie.h"
#include "sink-movie/timeline.h"
#include "util/figure.h"

struct captions {
    const struct movie_config *cfg;
    const struct tw_result *r;
    struct figure fig;
    struct rgb ink, soft, ground;
    int decimals;
    double start; /* the loss where the ball starts; NaN without a ball */
};

/* TW_OK or TW_ENOMEM. */
int captions_new(struct captions *w, const struct movie_config *cfg, const struct tw_result *r,
                 int width, int height, double start);
/* `time`, `loss`: of the moment; a loss that is not finite is not written. */
int captions_draw(struct captions *w, cairo_surface_t *on, const struct moment *m, double time,
                  double duration, double loss);
void captions_free(struct captions *w);

#endif

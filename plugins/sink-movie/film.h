/* SPDX-License-Identifier: GPL-3.0-or-later */
/* film.h -- the frames of the film, one after the other.
 *
 *     film_new    what is to be shown, and when
 *     film_play   all frames, or some of them in another size, each handed to take()
 *     film_free
 *
 * Functions return TW_OK or a failure, which has been reported with host->fail(); TW_ECANCELLED
 * comes unreported.  Never more than two landscapes are in memory, and one frame.
 */
#ifndef SINK_MOVIE_FILM_H
#define SINK_MOVIE_FILM_H

#include "sink-movie/movie.h"
#include "render/style.h"

#include <stdint.h>

struct film;
int film_new(struct film **to, const struct tw_host *host, const struct movie_config *cfg,
             const struct tw_result *r);
void film_free(struct film *f);
size_t film_frames(const struct film *f);

struct film_pass {
    int width, height;
    enum quality quality;
    size_t step;     /* every so many frames */
    double from, to; /* of the progress */
    /* Pixels are 0x00RRGGBB. */
    int (*take)(void *ctx, const uint32_t *pixels, size_t stride);
    void *ctx;
};
int film_play(struct film *f, const struct film_pass *pass);

#endif

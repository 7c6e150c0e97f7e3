/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gifcolours.h -- the 255 colours of a GIF, the same for all of its frames.
 *
 *     gif_colours_new     nothing seen yet
 *     gif_colours_see     a frame; some of them, spread over the film, are enough
 *     gif_colours_choose  median cut (Heckbert 1982), then a few rounds of k-means
 *     gif_colours_map     a frame in these colours
 *     gif_colours_free
 *
 * Colours between two of them are made by a fixed pattern of 8 x 8 dots (Bayer 1973), not by
 * passing errors on: what stands still does not flicker, and compresses well.
 */
#ifndef SINK_MOVIE_GIFCOLOURS_H
#define SINK_MOVIE_GIFCOLOURS_H

#include <stddef.h>
#include <stdint.h>

#define GIF_COLOURS 255 /* one more stands for "as before" */

struct gif_colours;
/* NULL when out of memory. */
struct gif_colours *gif_colours_new(void);
void gif_colours_free(struct gif_colours *c);
void gif_colours_see(struct gif_colours *c, const uint32_t *pixels, size_t stride, int width,
                     int height);
/* How many there are, at least 1. */
int gif_colours_choose(struct gif_colours *c);
uint32_t gif_colours_at(const struct gif_colours *c, int k); /* 0xRRGGBB */
void gif_colours_map(const struct gif_colours *c, const uint32_t *pixels, size_t stride, int width,
                     int height, uint8_t *to, size_t to_stride);

#endif

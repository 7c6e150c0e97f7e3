/* SPDX-License-Identifier: GPL-3.0-or-later */
/* movie.h -- what the files of the film share: the keys of the pipeline.
 *
 *     timeline.c   what happens when: which part, which landscape, the ball's own time
 *     land.c       a landscape in the room, and all of them side by side in one world
 *     roll.c       where the ball is and how it has turned
 *     camera.c     where the camera is in each frame
 *     losses.c     what loss the ball is at
 *     track.c      without a ball: trajectories that grow
 *     captions.c   title card, captions, end card
 *     film.c       the frames, one after the other
 *     encoder.c    frames into a file
 *     gifcolours.c the colours of a GIF
 */
#ifndef SINK_MOVIE_MOVIE_H
#define SINK_MOVIE_MOVIE_H

#include <thalweg/plugin.h>

struct movie_config {
    const char *path;
    int64_t width, height, fps;
    double duration, speed;
    int style, palette, quality; /* palette: index of palette_names_auto */
    int64_t crf;                 /* TW_INT_AUTO: the codec's usual one */
    bool title_card, captions, end_card;
    double turn;
    int log;
    double vmin, vmax;
    const char *title, *font;
};

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.h -- several landscapes in one picture: panels with one scale, one title, one colour
 * bar.
 *
 *     compare.c           compare_write: which kind of picture
 *     panels.c            the sheet: where panels are, title and headings
 *     compare-flat.c      maps, or curves
 *     compare-surface.c   surfaces, on panels and the renderer
 *
 * A failure of compare_write() and its parts has been reported.
 */
#ifndef SINK_PNG_COMPARE_H
#define SINK_PNG_COMPARE_H

#include "sink-png/chart.h"

#define PANELS_MAX 64

/* What is compared. */
struct comparison {
    const struct tw_host *host;
    const struct png_config *cfg;
    const char *title;
    size_t n;
    const struct tw_result *const *result;
    const char *const *label;
};

int compare_write(const struct comparison *c, bool surface);
int compare_flat(const struct comparison *c);
int compare_surface(const struct comparison *c);

/* The whole picture in the making. */
struct panels {
    const struct comparison *of;
    struct figure fig;
    struct rgb ink, soft;
    size_t rows, columns;
    double margin;
    double head;            /* height of a panel's heading */
    double top, left, w, h; /* of the panels: first row, first column; of each, with its heading */
    double middle[PANELS_MAX]; /* of headings, from the left of the place; 0: of the place */
    const char *subtitle;      /* that of all results, or NULL */
    double subtitle_y;
};

/* Of n panels: 2 and 3 stand in a row, 4 as 2 x 2, 5 and 6 as 2 x 3, 9 as 3 x 3. */
size_t panels_columns(size_t n);

/* Rows and columns; title and headings take their room in height, to `p->top`. */
void panels_begin(struct panels *p, const struct comparison *of);
/* Of panel k, its heading included. */
struct box panels_place(const struct panels *p, size_t k);
void panels_words(struct panels *p);
/* The file; with what all results' provenance agrees in, where the panels' frames are, and what the
 * colours stand for (`axes`). */
int panels_save(struct panels *p, const struct box *frame, const char *axes);

#endif

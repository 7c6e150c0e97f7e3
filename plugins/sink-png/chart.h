/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart.h -- the parts of one map, for the files of the png sink.
 *
 *     layout.c    chart_layout: scale, ticks, levels, and where everything goes
 *     field.c     chart_field: colours, holes, iso-lines
 *     labels.c    where the numbers on iso-lines go
 *     track.c     chart_track: path, checkpoints, markers
 *     axes.c      chart_axes: frame, ticks, title, colour bar
 *     legend.c    legend and notes below the map
 *
 * Functions return TW_OK or TW_ENOMEM, which has not been reported yet.
 */
#ifndef SINK_PNG_CHART_H
#define SINK_PNG_CHART_H

#include "util/figure.h"
#include "util/palette.h"
#include "util/scale.h"
#include "util/ticks.h"

#include <thalweg/plugin.h>

enum fill { FILL_SMOOTH, FILL_BANDS };

struct png_config {
    const char *path, *title, *font;
    int64_t width, height, levels;
    double dpi, vmin, vmax;
    int palette, log, fill;
    bool labels;
};

struct box {
    double x, y, w, h; /* pixels; y grows downwards */
};

#define LEGEND_MAX  8
#define LEGEND_TEXT 160
#define NOTE_MAX    1024

enum symbol { SYM_PATH, SYM_START, SYM_END, SYM_BEADS, SYM_LOWEST, SYM_HOLE };

struct legend_item {
    enum symbol symbol;
    char text[LEGEND_TEXT];
    struct box box; /* of symbol and text */
};

/* A number on an iso-line. */
struct iso_label {
    double x, y, angle, w, h; /* centre, direction, size in pixels */
    char text[NUMBER_MAX];
    struct rgb colour;
};

#define ISO_LABELS_MAX 96

/* A checkpoint on the picture; `inside` the map, with a finite place. */
struct spot {
    double x, y, off; /* off: distance from the plane, 0 to 1 */
    bool finite, inside, bead;
};

struct chart {
    const struct tw_host *host;
    const struct png_config *cfg;
    const struct tw_result *result;
    const struct tw_grid *grid;
    struct figure fig;
    struct scale scale;
    struct levels levels;
    struct ticks xt, yt, bar;
    struct rgb accent;
    struct box map, key; /* of the colours; the colour bar (w == 0: none) */
    double title_y, subtitle_y, notes_y, margin, y_title_x;
    char x_label[256], y_label[256], z_label[256];
    struct legend_item legend[LEGEND_MAX];
    size_t n_legend;
    char note[NOTE_MAX];
    struct spot *spot;
    size_t n_spots, n_outside;
    double off_max; /* largest distance from the plane; 0: all lie in it */
    struct iso_label label[ISO_LABELS_MAX];
    size_t n_labels;
};

extern const struct rgb ink, ink_soft, paper;

double chart_x(const struct chart *c, double x);
double chart_y(const struct chart *c, double y);

/* Or TW_EINVAL, reported: the picture is too small for what must be on it. */
int chart_layout(struct chart *c);
/* Or TW_ECANCELLED. */
int chart_field(struct chart *c);
void chart_track(struct chart *c);
void chart_axes(struct chart *c);

/* layout.c calls these: the items, then their places from (x, y) on within
 * `width`; the height that they take. */
void legend_collect(struct chart *c);
double legend_place(struct chart *c, double x, double y, double width);
void legend_draw(struct chart *c);
void note_collect(struct chart *c);

/* track.c: the spots, once the map has its place; and single markers. */
int track_place(struct chart *c);
void symbol_draw(struct chart *c, enum symbol s, double x, double y);
void bead_draw(struct chart *c, double x, double y, double off);

/* labels.c: place labels of one level on a polyline (n pixel pairs). */
void labels_place(struct chart *c, const double *xy, size_t n, bool closed, const char *text,
                  double text_w, double text_h, struct rgb colour);
void labels_draw(struct chart *c);
extern const struct text_style label_style;

/* field.c: the pattern of holes, over the current path. */
void hole_fill(struct chart *c);

#endif

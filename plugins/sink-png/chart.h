/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart.h -- one flat picture in the making: a map, or for a plane with one axis (a line) a
 * curve over x.  Everything that its files hand to each other is in struct chart; what each
 * does is in the header of its name.  They include each other in one direction only:
 *
 *     config     the keys
 *     chart      struct chart; where a point of the landscape lies on the picture
 *     page       the page of the picture, and its file
 *     show       what is drawn in colours or as a curve, and its scale
 *     symbols    every symbol, on the picture and in the legend
 *     labels     where the numbers on iso-lines go
 *     isolines   iso-lines of a map                        on labels
 *     field      a map: colours, holes                     on isolines, symbols
 *     curve      a line: curves of loss and accuracy       on symbols
 *     track      paths, checkpoints, lowest point          on symbols, show
 *     way        the way of the ball                       on symbols
 *     marks      points with names, critical points        on symbols
 *     legend     legend and notes below                    on symbols, show, way
 *     key        the colour bar
 *     axes       frame, ticks, title                       on key
 *     layout     ticks, levels, and where everything goes  on page, show, track, marks, legend
 *     flat       the whole picture                         on all of these
 *     surface    the landscape in three dimensions         on config, page
 *
 * Functions return TW_OK or TW_ENOMEM, which has not been reported yet.
 */
#ifndef SINK_PNG_CHART_H
#define SINK_PNG_CHART_H

#include "sink-png/config.h"
#include "util/figure.h"
#include "util/palette.h"
#include "util/scale.h"
#include "util/ticks.h"

#include <thalweg/plugin.h>

struct box {
    double x, y, w, h; /* pixels; y grows downwards */
};

#define LEGEND_MAX  40
#define LEGEND_TEXT 160
#define NOTE_MAX    1024
#define RUNS_NAMED  12 /* runs with an item of their own in the legend */

enum symbol {
    SYM_PATH,
    SYM_START,
    SYM_END,
    SYM_BEADS,
    SYM_LOWEST,
    SYM_BALL,
    SYM_HOLE,
    SYM_MINIMUM,
    SYM_SADDLE,
    SYM_MAXIMUM,
    SYM_DEGENERATE,
    SYM_MARK,
    SYM_TEST_LINE, /* iso-lines of the test loss */
    SYM_CURVE,
    SYM_CURVE_TEST,
    SYM_SPAN,      /* of several planes, lowest to highest */
    SYM_SPAN_INNER /* their middle half */
};

struct legend_item {
    enum symbol symbol;
    size_t run; /* SYM_PATH: whose colour and dashes; SYM_BALL: 1, with its way */
    struct rgb colour;
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

/* One track on the picture. */
struct run {
    const struct tw_track *track;
    struct spot *spot; /* track->n */
    size_t n, n_outside;
    struct rgb colour;
};

#define CHART_PAD  0.05 /* of a line's scale, above and below */
#define TICK       3.2  /* points */
#define TICK_MINOR 1.8

#define AXIS_FORMS 3 /* of an axis label: the longest that fits is taken */

struct mark_label {
    struct box box; /* of the text */
    char text[49];
};

struct chart {
    const struct tw_host *host;
    const struct png_config *cfg;
    const struct tw_result *result;
    const struct tw_grid *grid;
    const struct tw_critical *critical; /* NULL: none to draw */
    bool line;                          /* one axis */
    const double *shown;                /* ny x nx: what the colours, or the curve, stand for */
    const char *quantity;               /* its name */
    enum palette palette;
    struct figure fig;
    struct scale scale;
    struct levels levels;
    struct ticks xt, yt, bar, acc;
    double acc_lo, acc_hi;       /* ends of the right axis; both 0: there is none */
    struct rgb curve, acc_curve; /* of a line */
    struct box map, key;         /* of the colours; the colour bar (w == 0: none) */
    double title_y, subtitle_y, notes_y, margin, y_title_x, acc_title_x;
    char x_label[AXIS_FORMS][256], y_label[AXIS_FORMS][256], z_label[256];
    struct legend_item legend[LEGEND_MAX];
    size_t n_legend;
    char note[NOTE_MAX];
    struct run *run;
    size_t n_runs;
    double off_max; /* largest distance from the plane; 0: all lie in it */
    struct iso_label label[ISO_LABELS_MAX];
    size_t n_labels;
    struct mark_label mark[4];
    size_t n_marks;
};

extern const struct rgb ink, ink_soft, paper;

/* Pixels.  On a line chart_y() takes a loss. */
double chart_x(const struct chart *c, double x);
double chart_y(const struct chart *c, double y);

/* Is the point within the ranges of the grid?  Not if a coordinate is a NaN. */
bool chart_inside(const struct chart *c, double x, double y);

/* On a line: the loss at a share of the frame's height, and where an accuracy lies. */
double chart_value(const struct chart *c, double share);
double chart_accuracy_y(const struct chart *c, double accuracy);

#endif

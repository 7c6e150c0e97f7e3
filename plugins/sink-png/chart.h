/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart.h -- the parts of one picture, for the files of the png sink.
 *
 *     show.c      chart_show: what is drawn in colours; the scale
 *     layout.c    chart_layout: ticks, levels, and where everything goes
 *     field.c     chart_field: colours, holes, iso-lines of a map
 *     curve.c     chart_curve: the same for a line: curves of loss and accuracy
 *     labels.c    where the numbers on iso-lines go
 *     track.c     chart_tracks: paths, checkpoints, lowest point
 *     symbols.c   every symbol, on the map and in the legend
 *     way.c       chart_ball: the way of the ball
 *     marks.c     chart_names, chart_points, chart_critical: points with names, and critical ones
 *     axes.c      chart_axes: frame, ticks, title, colour bar
 *     legend.c    legend and notes below
 *
 * A line (a plane with one axis) is a curve over x: chart_y() takes a loss there.
 * Functions return TW_OK or TW_ENOMEM, which has not been reported yet.
 */
#ifndef SINK_PNG_CHART_H
#define SINK_PNG_CHART_H

#include "util/figure.h"
#include "util/palette.h"
#include "util/scale.h"
#include "util/ticks.h"

#include <thalweg/plugin.h>

enum view { VIEW_MAP, VIEW_SURFACE, VIEW_AUTO };
enum fill { FILL_SMOOTH, FILL_BANDS };

/* What the colours stand for; show_names in the same order. */
enum show {
    SHOW_LOSS,
    SHOW_ACCURACY,
    SHOW_TEST_LOSS,
    SHOW_TEST_ACCURACY,
    SHOW_PLANE_CONVEXITY,
    SHOW_FULL_CONVEXITY,
    SHOW_MEAN,
    SHOW_STD,
    SHOW_MIN,
    SHOW_Q25,
    SHOW_MEDIAN,
    SHOW_Q75,
    SHOW_MAX
};
extern const char *const show_names[];

struct png_config {
    const char *path, *title, *font;
    int64_t width, height, levels;
    double dpi, vmin, vmax, turn;
    int view, style, quality; /* enum view; indexes of style_names and quality_names */
    int palette;              /* index of palette_names_auto */
    int log, fill, show;
    bool labels, critical, test_contours;
};

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

double chart_x(const struct chart *c, double x);
double chart_y(const struct chart *c, double y);

/* Or TW_EINVAL, reported: the result has not what is to be shown. */
int chart_show(struct chart *c);
bool show_is_loss(const struct chart *c);
bool show_is_convexity(const struct chart *c);
/* Or TW_EINVAL, reported: the picture is too small for what must be on it. */
int chart_layout(struct chart *c);
/* Or TW_ECANCELLED. */
int chart_field(struct chart *c);
int chart_curve(struct chart *c);
void chart_tracks(struct chart *c);
void chart_ball(struct chart *c);
void chart_names(struct chart *c);
void chart_points(struct chart *c);
void chart_critical(struct chart *c);
void chart_axes(struct chart *c);

/* layout.c calls these: the items, then their places from (x, y) on within
 * `width`; the height that they take. */
void legend_collect(struct chart *c);
double legend_place(struct chart *c, double x, double y, double width);
void legend_draw(struct chart *c);
void note_collect(struct chart *c);

/* curve.c: the scale over everything on the picture, and the axis of the accuracy. */
int curve_scale(struct chart *c);
void curve_colours(struct chart *c);
double curve_value(const struct chart *c, double share); /* at a share of the height */
double curve_y(const struct chart *c, double loss);
double curve_accuracy_y(const struct chart *c, double accuracy);
/* The middle of grid cells without a finite value: [*a, *b] in x, from point *i on. */
bool curve_gap(const struct chart *c, size_t *i, double *a, double *b);

/* track.c: the runs; their spots, once the map has its place. */
int runs_collect(struct chart *c);
int runs_place(struct chart *c);

/* marks.c: where the names go; on a line above the frame, in rows from `y` upwards. */
double marks_height(struct chart *c);
void marks_place(struct chart *c);
bool mark_finite(const struct tw_mark *m);

/* symbols.c */
void symbol_draw(struct chart *c, const struct legend_item *l, double x, double y);
void bead_draw(struct chart *c, double x, double y, double off, struct rgb colour);
/* Strokes the current path as that of run i, in white and its colour. */
void path_stroke(struct chart *c, size_t i);
enum symbol symbol_of(uint32_t critical_kind);

/* way.c: how many samples of the ball lie in this landscape; strokes the current path as its way.
 */
size_t ball_samples(const struct chart *c);
void way_stroke(struct chart *c);

/* labels.c: place labels of one level on a polyline (n pixel pairs). */
void labels_place(struct chart *c, const double *xy, size_t n, bool closed, const char *text,
                  double text_w, double text_h, struct rgb colour);
void labels_draw(struct chart *c);
extern const struct text_style label_style;

/* field.c: the pattern of holes, over the current path. */
void hole_fill(struct chart *c);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gifcolours.c -- see gifcolours.h. */
#include "sink-movie/gifcolours.h"

#include <stdlib.h>

#define SIDE   32 /* cells of the histogram along red, green, blue */
#define CELLS  (SIDE * SIDE * SIDE)
#define LOOK   64 /* of the table from colours to the nearest */
#define ROUNDS 6

/* Errors count by what the eye sees of them, roughly. */
static const double see[3] = {0.30, 0.55, 0.15};

struct cell {
    double n, sum[3]; /* colours in it, 0 to 255 */
};

struct box {
    size_t from, to; /* in `order` */
    int axis;
    double worth; /* what cutting it would gain */
};

struct gif_colours {
    struct cell cell[CELLS];
    size_t n_used, order[CELLS]; /* cells with something in them, box by box */
    struct box box[GIF_COLOURS];
    int n;
    double at[GIF_COLOURS][3];
    double apart; /* typical distance between neighbours: strength of the pattern */
    uint8_t nearest[LOOK * LOOK * LOOK];
};

struct gif_colours *gif_colours_new(void)
{
    return calloc(1, sizeof(struct gif_colours));
}

void gif_colours_free(struct gif_colours *c)
{
    free(c);
}

void gif_colours_see(struct gif_colours *c, const uint32_t *pixels, size_t stride, int width,
                     int height)
{
    for (int j = 0; j < height; j++)
        for (int i = 0; i < width; i++) {
            uint32_t p = pixels[(size_t)j * stride + (size_t)i];
            uint32_t r = p >> 16 & 255, g = p >> 8 & 255, b = p & 255;
            struct cell *at = &c->cell[((r >> 3) * SIDE + (g >> 3)) * SIDE + (b >> 3)];

            at->n++;
            at->sum[0] += r;
            at->sum[1] += g;
            at->sum[2] += b;
        }
}

static double mean(const struct cell *c, int axis)
{
    return c->sum[axis] / c->n;
}

/* Large areas have their say, not all of it: small bright things need a colour, too. */
static double weight(const struct cell *c)
{
    double w = c->n, x = w < 1 ? 1 : w;

    for (int k = 0; k < 20; k++) /* the square root, on every machine the same */
        x = (x + w / x) / 2;
    return x;
}

/* ---- median cut ------------------------------------------------------------------------- */

static void measure(struct gif_colours *c, struct box *b)
{
    double n = 0, sum[3] = {0}, square[3] = {0};

    for (size_t k = b->from; k < b->to; k++) {
        const struct cell *at = &c->cell[c->order[k]];
        double w = weight(at);

        n += w;
        for (int a = 0; a < 3; a++) {
            sum[a] += w * mean(at, a);
            square[a] += w * mean(at, a) * mean(at, a);
        }
    }
    b->worth = 0;
    b->axis = 0;
    for (int a = 0; a < 3; a++) {
        double spread = see[a] * (square[a] - sum[a] * sum[a] / n);

        if (spread > b->worth) {
            b->worth = spread;
            b->axis = a;
        }
    }
    if (b->to - b->from < 2)
        b->worth = 0;
}

struct key {
    double v;
    size_t cell;
};

static int by_value(const void *a, const void *b)
{
    const struct key *x = a, *y = b;

    if (x->v != y->v)
        return x->v < y->v ? -1 : 1;
    return (x->cell > y->cell) - (x->cell < y->cell);
}

/* Cut at the median; -1 when out of memory: the box stays whole. */
static int cut(struct gif_colours *c, struct box *b, struct box *other)
{
    size_t n = b->to - b->from, at = 1;
    struct key *key = malloc(n * sizeof *key);
    double half = 0, sum = 0;

    if (!key)
        return -1;
    for (size_t k = 0; k < n; k++) {
        key[k] =
            (struct key){mean(&c->cell[c->order[b->from + k]], b->axis), c->order[b->from + k]};
        half += weight(&c->cell[key[k].cell]) / 2;
    }
    qsort(key, n, sizeof *key, by_value);
    for (size_t k = 0; k < n; k++)
        c->order[b->from + k] = key[k].cell;
    for (size_t k = 0; k + 1 < n && sum < half; k++) {
        sum += weight(&c->cell[key[k].cell]);
        at = k + 1;
    }
    free(key);
    *other = (struct box){.from = b->from + at, .to = b->to};
    b->to = b->from + at;
    measure(c, b);
    measure(c, other);
    return 0;
}

static void centre(struct gif_colours *c, int k)
{
    double n = 0, sum[3] = {0};

    for (size_t i = c->box[k].from; i < c->box[k].to; i++) {
        const struct cell *at = &c->cell[c->order[i]];
        double w = weight(at);

        n += w;
        for (int a = 0; a < 3; a++)
            sum[a] += w * mean(at, a);
    }
    for (int a = 0; a < 3; a++)
        c->at[k][a] = n > 0 ? sum[a] / n : 0;
}

static int nearest(const struct gif_colours *c, const double v[3], double *far)
{
    double best = 1e30;
    int which = 0;

    for (int k = 0; k < c->n; k++) {
        double d = 0;

        for (int a = 0; a < 3; a++)
            d += see[a] * (v[a] - c->at[k][a]) * (v[a] - c->at[k][a]);
        if (d < best) {
            best = d;
            which = k;
        }
    }
    if (far)
        *far = best;
    return which;
}

/* Lloyd's rounds: each colour moves to the middle of what is nearest to it. */
static void improve(struct gif_colours *c)
{
    for (int round = 0; round < ROUNDS; round++) {
        double n[GIF_COLOURS] = {0}, sum[GIF_COLOURS][3] = {{0}};

        for (size_t i = 0; i < c->n_used; i++) {
            const struct cell *at = &c->cell[c->order[i]];
            double v[3] = {mean(at, 0), mean(at, 1), mean(at, 2)}, w = weight(at);
            int k = nearest(c, v, NULL);

            n[k] += w;
            for (int a = 0; a < 3; a++)
                sum[k][a] += w * v[a];
        }
        for (int k = 0; k < c->n; k++)
            for (int a = 0; a < 3 && n[k] > 0; a++)
                c->at[k][a] = sum[k][a] / n[k];
    }
}

static void fill_table(struct gif_colours *c)
{
    size_t at = 0;
    double step = 255.0 / (LOOK - 1);

    for (int r = 0; r < LOOK; r++)
        for (int g = 0; g < LOOK; g++)
            for (int b = 0; b < LOOK; b++) {
                double v[3] = {r * step, g * step, b * step};

                c->nearest[at++] = (uint8_t)nearest(c, v, NULL);
            }
}

/* The mean distance of a cell from its colour, a side of the pattern. */
static void measure_apart(struct gif_colours *c)
{
    double sum = 0, n = 0;

    for (size_t i = 0; i < c->n_used; i++) {
        const struct cell *at = &c->cell[c->order[i]];
        double v[3] = {mean(at, 0), mean(at, 1), mean(at, 2)}, far, w = weight(at);

        nearest(c, v, &far);
        sum += w * far;
        n += w;
    }
    sum = n > 0 ? sum / n : 0;
    n = sum < 1 ? 1 : sum;
    for (int k = 0; k < 20; k++)
        n = (n + sum / n) / 2;
    c->apart = 3.4 * n < 24 ? 3.4 * n : 24;
}

int gif_colours_choose(struct gif_colours *c)
{
    c->n_used = 0;
    for (size_t k = 0; k < CELLS; k++)
        if (c->cell[k].n > 0)
            c->order[c->n_used++] = k;
    c->n = 1;
    c->box[0] = (struct box){.from = 0, .to = c->n_used};
    if (c->n_used)
        measure(c, &c->box[0]);
    while (c->n < GIF_COLOURS) {
        int best = 0;

        for (int k = 1; k < c->n; k++)
            if (c->box[k].worth > c->box[best].worth)
                best = k;
        if (!(c->box[best].worth > 0) || cut(c, &c->box[best], &c->box[c->n]))
            break;
        c->n++;
    }
    for (int k = 0; k < c->n; k++)
        centre(c, k);
    improve(c);
    measure_apart(c);
    fill_table(c);
    return c->n;
}

uint32_t gif_colours_at(const struct gif_colours *c, int k)
{
    uint32_t p = 0;

    for (int a = 0; a < 3; a++)
        p = p << 8 | (uint32_t)(c->at[k][a] + 0.5);
    return p;
}

/* Bayer's 8 x 8 pattern, -0.5 to 0.5. */
static double dot(int i, int j)
{
    int v = 0;

    for (int bit = 0; bit < 3; bit++)
        v |= (((i ^ j) >> bit & 1) << 1 | (j >> bit & 1)) << (4 - 2 * bit);
    return (v + 0.5) / 64 - 0.5;
}

static uint32_t level(uint32_t v, double add)
{
    double x = ((double)v + add) * (LOOK - 1) / 255 + 0.5;

    return x < 0 ? 0 : x > LOOK - 1 ? LOOK - 1 : (uint32_t)x;
}

void gif_colours_map(const struct gif_colours *c, const uint32_t *pixels, size_t stride, int width,
                     int height, uint8_t *to, size_t to_stride)
{
    double pattern[8][8];

    for (int j = 0; j < 8; j++)
        for (int i = 0; i < 8; i++)
            pattern[j][i] = c->apart * dot(i, j);
    for (int j = 0; j < height; j++)
        for (int i = 0; i < width; i++) {
            uint32_t p = pixels[(size_t)j * stride + (size_t)i];
            double add = pattern[j & 7][i & 7];
            uint32_t r = level(p >> 16 & 255, add), g = level(p >> 8 & 255, add),
                     b = level(p & 255, add);

            to[(size_t)j * to_stride + (size_t)i] = c->nearest[(r * LOOK + g) * LOOK + b];
        }
}

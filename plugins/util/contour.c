/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contour.c -- see contour.h.
 *
 * A level is traced in two passes: every cell links the crossings on its edges,
 * then the links are followed.  An edge has a number: 2 * vertex for the one to
 * the right of a vertex, 2 * vertex + 1 for the one above.  Neighbouring cells
 * share edges, so lines join by number and never by comparing coordinates.
 */
#include "contour.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

int contour_begin(struct contours *c, const double *z, size_t nx, size_t ny)
{
    size_t edges;

    *c = (struct contours){.nx = nx, .ny = ny, .z = z};
    if (nx < 2 || ny < 2 || nx > (NONE - 1) / 2 / ny)
        return -1;
    edges = 2 * nx * ny;
    c->link = malloc(edges * sizeof *c->link);
    c->crossed = malloc(edges * sizeof *c->crossed);
    if (!c->link || !c->crossed)
        return -1;
    memset(c->link, 0xff, edges * sizeof *c->link);
    return 0;
}

void contour_end(struct contours *c)
{
    free(c->link);
    free(c->crossed);
    free(c->line);
    free(c->xy);
    *c = (struct contours){.nx = 0};
}

static void half_link(struct contours *c, uint32_t from, uint32_t to)
{
    uint32_t *l = c->link[from];

    if (l[0] == NONE && l[1] == NONE)
        c->crossed[c->n_crossed++] = from;
    l[l[0] == NONE ? 0 : 1] = to;
}

static void join(struct contours *c, uint32_t a, uint32_t b)
{
    half_link(c, a, b);
    half_link(c, b, a);
}

/* Link what the level crosses in the cell whose lower left vertex is `v`. */
static void cell(struct contours *c, size_t v, double level)
{
    const double *z = c->z + v;
    double z00 = z[0], z10 = z[1], z01 = z[c->nx], z11 = z[c->nx + 1];
    unsigned which = (unsigned)(z00 >= level) | (unsigned)(z10 >= level) << 1 |
                     (unsigned)(z11 >= level) << 2 | (unsigned)(z01 >= level) << 3;
    uint32_t bottom = (uint32_t)(2 * v), left = bottom + 1, right = bottom + 3;
    uint32_t top = (uint32_t)(2 * (v + c->nx));

    if (which == 0 || which == 15 || !isfinite(z00) || !isfinite(z10) || !isfinite(z01) ||
        !isfinite(z11))
        return;
    if (which == 5 || which == 10) {
        /* The value where the bilinear surface has its saddle point. */
        double saddle = (z00 * z11 - z10 * z01) / (z00 + z11 - z10 - z01);

        if ((which == 5) == (saddle >= level)) {
            join(c, left, top);
            join(c, bottom, right);
        } else {
            join(c, left, bottom);
            join(c, top, right);
        }
        return;
    }
    if (which > 7)
        which = 15 - which;
    switch (which) {
    case 1:
        join(c, left, bottom);
        break;
    case 2:
        join(c, bottom, right);
        break;
    case 3:
        join(c, left, right);
        break;
    case 4:
        join(c, right, top);
        break;
    case 6:
        join(c, bottom, top);
        break;
    default: /* 7 */
        join(c, left, top);
    }
}

static int add_point(struct contours *c, uint32_t edge, double level)
{
    size_t v = edge / 2, w = edge % 2 ? v + c->nx : v + 1;
    double t = (level - c->z[v]) / (c->z[w] - c->z[v]);
    double x = (double)(v % c->nx), y = (double)(v / c->nx);

    if (c->n_points == c->room_points) {
        size_t room = c->room_points ? c->room_points * 2 : 1024;
        double *xy = realloc(c->xy, room * 2 * sizeof *xy);

        if (!xy)
            return -1;
        c->xy = xy;
        c->room_points = room;
    }
    c->xy[2 * c->n_points] = edge % 2 ? x : x + t;
    c->xy[2 * c->n_points + 1] = edge % 2 ? y + t : y;
    c->n_points++;
    return 0;
}

/* Follow the links from `edge` on and take them away behind. */
static int follow(struct contours *c, uint32_t edge, double level)
{
    uint32_t start = edge, came = NONE;
    struct contour_line *line;

    if (c->n_lines == c->room_lines) {
        size_t room = c->room_lines ? c->room_lines * 2 : 64;

        line = realloc(c->line, room * sizeof *line);
        if (!line)
            return -1;
        c->line = line;
        c->room_lines = room;
    }
    line = &c->line[c->n_lines];
    *line = (struct contour_line){.first = c->n_points};
    while (edge != NONE) {
        uint32_t *l = c->link[edge], next = l[0] != came ? l[0] : l[1];

        if (add_point(c, edge, level))
            return -1;
        l[0] = l[1] = NONE;
        line->closed = next == start;
        came = edge;
        edge = line->closed ? NONE : next;
    }
    line->n = c->n_points - line->first;
    c->n_lines++;
    return 0;
}

int contour_trace(struct contours *c, double level)
{
    int rc = 0;

    c->n_lines = c->n_points = c->n_crossed = 0;
    for (size_t j = 0; j + 1 < c->ny; j++)
        for (size_t i = 0; i + 1 < c->nx; i++)
            cell(c, j * c->nx + i, level);
    /* Open lines from their ends first; what is left are rings. */
    for (int rings = 0; rings < 2; rings++)
        for (size_t i = 0; i < c->n_crossed; i++) {
            const uint32_t *l = c->link[c->crossed[i]];

            if (!rc && l[0] != NONE && (rings || l[1] == NONE))
                rc = follow(c, c->crossed[i], level);
        }
    if (rc) /* leave no links to the next level */
        for (size_t i = 0; i < c->n_crossed; i++)
            c->link[c->crossed[i]][0] = c->link[c->crossed[i]][1] = NONE;
    return rc;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* objfile.c -- see objfile.h. */
#include "objfile.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define LIFT        0.008 /* of the path above the surface */
#define RADIUS      0.022 /* of the balls at its ends */
#define BALL        0.045 /* of the one that rolls */
#define LINE_MAX    500   /* points in one `l` element */
#define RINGS       8     /* of a ball, between its poles */
#define SECTORS     16
#define OBJECT_NAME 80 /* bytes of an object's name */

/* ---- comments ----------------------------------------------------------------------- */

/* Every line of a value becomes a comment line. */
static void put_comment(FILE *f, const char *key, const char *value)
{
    fprintf(f, "# %s: ", key);
    for (const char *c = value; *c; c++) {
        if (*c == '\n' && c[1])
            fputs("\n#   ", f);
        else if ((unsigned char)*c >= ' ')
            fputc(*c, f);
    }
    fputc('\n', f);
}

static void put_provenance(FILE *f, const struct tw_result *r)
{
    if (r->title && *r->title)
        put_comment(f, "title", r->title);
    for (size_t i = 0; r->provenance && r->provenance[i] && r->provenance[i + 1]; i += 2)
        put_comment(f, r->provenance[i], r->provenance[i + 1]);
}

static void put_scene(FILE *f, const struct terrain *s)
{
    const struct tw_grid *g = s->grid;
    const struct scale *k = &s->scale;
    double x0 = g->x[0], x1 = g->x[g->nx - 1], y0 = g->y[0], y1 = g->y[g->ny - 1];

    fputs("# The scene: X is x, Y (up) is the loss, Z is -y.\n", f);
    fprintf(f, "# x = %.17g + (X / %.17g + 1) * %.17g\n", x0, s->half_x, (x1 - x0) / 2);
    fprintf(f, "# y = %.17g + (1 - Z / %.17g) * %.17g\n", y0, s->half_z, (y1 - y0) / 2);
    if (k->log)
        fprintf(f, "# loss = %.17g * %.17g ^ (Y / %.17g)\n", k->lo, k->hi / k->lo, s->cfg->height);
    else
        fprintf(f, "# loss = %.17g + (Y / %.17g) * %.17g\n", k->lo, s->cfg->height, k->hi - k->lo);
    if (k->n_below + k->n_above)
        fprintf(f, "# Beyond %.17g to %.17g heights are compressed: %zu of %zu grid points.\n",
                k->lo, k->hi, k->n_below + k->n_above, k->n);
    if (k->n_finite < k->n)
        fprintf(f, "# Holes: %zu of %zu grid points have no finite loss.\n", k->n - k->n_finite,
                k->n);
}

/* ---- surface ------------------------------------------------------------------------- */

static void put_vertices(struct objfile *o)
{
    const struct terrain *s = o->terrain;
    const struct tw_grid *g = s->grid;

    for (int what = 0; what < 3; what++) /* v, vt, vn */
        for (size_t j = 0; j < g->ny; j++)
            for (size_t i = 0; i < g->nx; i++) {
                double x, z, n[3];

                if (!s->index[j * g->nx + i])
                    continue;
                terrain_place(s, g->x[i], g->y[j], &x, &z);
                if (what == 0) {
                    fprintf(o->file, "v %.7f %.7f %.7f\n", x, s->h[j * g->nx + i], z);
                } else if (what == 1) {
                    fprintf(o->file, "vt %.7f %.7f\n", 0.5 + x / s->half_x / 2,
                            0.5 - z / s->half_z / 2);
                } else {
                    terrain_normal(s, i, j, n);
                    fprintf(o->file, "vn %.6f %.6f %.6f\n", n[0], n[1], n[2]);
                }
            }
    o->v += (uint32_t)s->n_vertices;
    o->vt += (uint32_t)s->n_vertices;
    o->vn += (uint32_t)s->n_vertices;
}

static int put_surface(struct objfile *o)
{
    const struct terrain *s = o->terrain;
    size_t nx = s->grid->nx, ny = s->grid->ny;

    fputs("\no surface\ng surface\n", o->file);
    put_vertices(o);
    fputs("usemtl surface\ns 1\n", o->file);
    for (size_t j = 0; j + 1 < ny; j++) {
        for (size_t i = 0; i + 1 < nx; i++) {
            const uint32_t *k = s->index + j * nx + i;

            if (!terrain_cell(s, i, j))
                continue;
            /* Counter-clockwise as seen from above. */
            fprintf(o->file,
                    "f %" PRIu32 "/%" PRIu32 "/%" PRIu32 " %" PRIu32 "/%" PRIu32 "/%" PRIu32
                    " %" PRIu32 "/%" PRIu32 "/%" PRIu32 " %" PRIu32 "/%" PRIu32 "/%" PRIu32 "\n",
                    k[0], k[0], k[0], k[1], k[1], k[1], k[nx + 1], k[nx + 1], k[nx + 1], k[nx],
                    k[nx], k[nx]);
        }
        if (o->host->tick(o->host, 0.75 + 0.25 * (double)(j + 1) / (double)ny, "mesh"))
            return TW_ECANCELLED;
    }
    return TW_OK;
}

/* ---- trajectory ------------------------------------------------------------------------ */

/* The vertices from `first` on, joined. */
static void put_line(struct objfile *o, uint32_t first)
{
    uint32_t last = o->v;

    while (first < last) {
        uint32_t end = last - first < LINE_MAX ? last : first + LINE_MAX;

        fputc('l', o->file);
        for (uint32_t k = first; k <= end; k++)
            fprintf(o->file, " %" PRIu32, k);
        fputc('\n', o->file);
        first = end;
    }
}

/* One point of the path; false in a hole or outside. */
static bool put_point(struct objfile *o, double x, double y)
{
    double h = terrain_height(o->terrain, x, y), sx, sz;

    if (!isfinite(h))
        return false;
    terrain_place(o->terrain, x, y, &sx, &sz);
    fprintf(o->file, "v %.7f %.7f %.7f\n", sx, h + LIFT, sz);
    o->v++;
    return true;
}

/* How many pieces the way from checkpoint i - 1 to i needs to follow the ground. */
static size_t pieces(const struct objfile *o, const struct tw_track *t, size_t i)
{
    const struct tw_grid *g = o->terrain->grid;
    double cx = (g->x[g->nx - 1] - g->x[0]) / (double)(g->nx - 1);
    double cy = (g->y[g->ny - 1] - g->y[0]) / (double)(g->ny - 1);
    double n = 2 * fmax(fabs(t->x[i] - t->x[i - 1]) / cx, fabs(t->y[i] - t->y[i - 1]) / cy);

    return n > 1 ? (n < 4000 ? (size_t)ceil(n) : 4000) : 1;
}

static void put_trajectory(struct objfile *o, const struct tw_track *t, const char *name,
                           const char *material)
{
    uint32_t first = 0; /* of the current line; 0: none */

    fprintf(o->file, "\no %s\ng %s\nusemtl %s\n", name, name, material);
    for (size_t i = 0; i < t->n; i++) {
        size_t n = i ? pieces(o, t, i) : 1;

        for (size_t k = 1; k <= n; k++) {
            double w = (double)k / (double)n;
            double x = i && k < n ? t->x[i - 1] + w * (t->x[i] - t->x[i - 1]) : t->x[i];
            double y = i && k < n ? t->y[i - 1] + w * (t->y[i] - t->y[i - 1]) : t->y[i];

            if (put_point(o, x, y)) {
                first = first ? first : o->v;
            } else if (first) {
                put_line(o, first);
                first = 0;
            }
        }
        fprintf(o->file, "# step %" PRIu64 " loss %.9g plane_loss %.9g residual %.9g\n", t->step[i],
                t->loss[i], t->plane_loss[i], t->residual[i]);
    }
    if (first)
        put_line(o, first);
}

/* A ball that lies on the surface at (x, y); nothing in a hole or outside. */
static void put_sphere(struct objfile *o, const char *name, const char *material, double x,
                       double y, double radius)
{
    double h = terrain_height(o->terrain, x, y), sx, sz, pi = 4 * atan(1);
    uint32_t v = o->v + 1, vn = o->vn + 1;

    if (!isfinite(h))
        return;
    terrain_place(o->terrain, x, y, &sx, &sz);
    fprintf(o->file, "\no %s\ng %s\n", name, name);
    for (int what = 0; what < 2; what++) /* v, vn */
        for (int i = 0; i <= RINGS + 1; i++)
            for (int k = 0; k < (i % (RINGS + 1) ? SECTORS : 1); k++) {
                double a = pi * i / (RINGS + 1), b = 2 * pi * k / SECTORS;
                double n[3] = {sin(a) * cos(b), cos(a), -sin(a) * sin(b)};

                if (what == 0)
                    fprintf(o->file, "v %.7f %.7f %.7f\n", sx + radius * n[0],
                            h + radius * (1 + n[1]), sz + radius * n[2]);
                else
                    fprintf(o->file, "vn %.6f %.6f %.6f\n", n[0], n[1], n[2]);
            }
    o->v += RINGS * SECTORS + 2;
    o->vn += RINGS * SECTORS + 2;
    fprintf(o->file, "usemtl %s\ns 1\n", material);
    for (uint32_t i = 0; i <= RINGS; i++)
        for (uint32_t k = 0; k < SECTORS; k++) {
            uint32_t next = (k + 1) % SECTORS, a = 1 + (i - 1) * SECTORS, b = 1 + i * SECTORS;
            uint32_t q[4] = {a + k, b + k, b + next, a + next};

            if (i == 0)
                q[0] = q[3] = 0;
            if (i == RINGS)
                q[1] = q[2] = RINGS * SECTORS + 1;
            fputc('f', o->file);
            for (int c = 0; c < 4; c++)
                if ((c != 3 || i != 0) && (c != 2 || i != RINGS))
                    fprintf(o->file, " %" PRIu32 "//%" PRIu32, v + q[c], vn + q[c]);
            fputc('\n', o->file);
        }
}

static void put_ball(struct objfile *o, const char *name, const char *material, double x, double y)
{
    put_sphere(o, name, material, x, y, RADIUS);
}

/* ---- runs, marks, critical points --------------------------------------------------------- */

/* KIND-NAME as one word, whatever is in the name. */
static void object_name(char to[OBJECT_NAME], const char *kind, const char *name)
{
    snprintf(to, OBJECT_NAME, "%s-%.60s", kind, name);
    for (char *c = to; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f)
            *c = '_';
}

/* The one run, under the names that it always had. */
static void put_run(struct objfile *o, const struct tw_track *t)
{
    if (t->n > 1) {
        put_trajectory(o, t, "trajectory", "trajectory");
        put_ball(o, "start", "start", t->x[0], t->y[0]);
    }
    if (t->n)
        put_ball(o, "end", "end", t->x[t->n - 1], t->y[t->n - 1]);
}

/* How often the name of run `k` came before. */
static size_t earlier(const struct tw_result *r, size_t k)
{
    size_t n = 0;

    for (size_t i = 0; i < k; i++)
        n += strcmp(r->tracks[i]->name, r->tracks[k]->name) == 0;
    return n;
}

static void put_runs(struct objfile *o)
{
    const struct tw_result *r = o->result;

    for (size_t k = 0; k < r->n_tracks; k++) {
        const struct tw_track *t = r->tracks[k];
        char run[60 + 24], object[OBJECT_NAME], material[32];
        size_t n = earlier(r, k);

        snprintf(run, sizeof run, "%.50s", t->name);
        if (n)
            snprintf(run, sizeof run, "%.50s-%zu", t->name, n + 1);
        snprintf(material, sizeof material, "track-%zu", k % PALETTE_RUNS + 1);
        object_name(object, "track", run);
        if (t->n > 1)
            put_trajectory(o, t, object, material);
        object_name(object, "start", run);
        if (t->n > 1)
            put_ball(o, object, "start", t->x[0], t->y[0]);
        object_name(object, "end", run);
        if (t->n)
            put_ball(o, object, material, t->x[t->n - 1], t->y[t->n - 1]);
    }
}

static size_t n_marks(const struct tw_result *r)
{
    return !r->plane ? 0 : r->plane->n_marks < 4 ? r->plane->n_marks : 4;
}

static const char *const kinds[] = {"degenerate", "minimum", "saddle", "maximum"};

static void put_points(struct objfile *o)
{
    const struct tw_result *r = o->result;
    size_t count[4] = {0, 0, 0, 0};
    char object[OBJECT_NAME], number[24];

    for (size_t i = 0; i < n_marks(r); i++) {
        object_name(object, "mark", r->plane->mark[i].name);
        put_ball(o, object, "mark", r->plane->mark[i].x, r->plane->mark[i].y);
    }
    for (size_t i = 0; r->critical && i < r->critical->n; i++) {
        uint32_t kind = r->critical->kind[i] < TW_DEGENERATE ? r->critical->kind[i] : 0;

        snprintf(number, sizeof number, "%zu", ++count[kind]);
        object_name(object, kinds[kind], number);
        put_ball(o, object, kinds[kind], r->critical->x[i], r->critical->y[i]);
    }
}

/* Its way in this landscape, and where it rests. */
static void put_rolling(struct objfile *o, const struct tw_ball *b)
{
    uint32_t first = 0;
    size_t n = 0;

    fputs("\no ball-path\ng ball-path\nusemtl ball\n", o->file);
    for (; n < b->n && b->landscape[n] == 0; n++) {
        if (put_point(o, b->x[n], b->y[n])) {
            first = first ? first : o->v;
        } else if (first) {
            put_line(o, first);
            first = 0;
        }
    }
    if (first)
        put_line(o, first);
    if (n)
        put_sphere(o, "ball", "ball", b->x[n - 1], b->y[n - 1], BALL);
}

/* ---- files -------------------------------------------------------------------------------- */

int objfile_write(struct objfile *o, const char *mtl)
{
    put_provenance(o->file, o->result);
    put_scene(o->file, o->terrain);
    fprintf(o->file, "mtllib %s\n", mtl);
    if (put_surface(o))
        return TW_ECANCELLED;
    if (o->result->n_tracks == 1)
        put_run(o, o->result->tracks[0]);
    else
        put_runs(o);
    put_points(o);
    if (o->result->ball)
        put_rolling(o, o->result->ball);
    return TW_OK;
}

static void put_material(FILE *f, const char *name, struct rgb c, double shine)
{
    fprintf(f, "\nnewmtl %s\nKa 0 0 0\nKd %.4f %.4f %.4f\nKs %.2f %.2f %.2f\nNs 60\nd 1\nillum 2\n",
            name, c.r, c.g, c.b, shine, shine, shine);
}

void mtlfile_write(FILE *f, const struct terrain *s, const struct tw_result *r, const char *texture)
{
    struct rgb accent = palette_accent((enum palette)s->cfg->palette), white = {1, 1, 1},
               ink = {0.13, 0.15, 0.19};

    put_provenance(f, r);
    put_material(f, "surface", white, 0.04);
    fprintf(f, "map_Kd %s\n", texture);
    put_material(f, "trajectory", accent, 0.2);
    put_material(f, "start", white, 0.2);
    put_material(f, "end", accent, 0.2);
    for (size_t i = 0; r->n_tracks > 1 && i < r->n_tracks && i < PALETTE_RUNS; i++) {
        char name[32];

        snprintf(name, sizeof name, "track-%zu", i + 1);
        put_material(f, name, palette_run((enum palette)s->cfg->palette, i), 0.2);
    }
    if (r->ball)
        put_material(f, "ball", ink, 0.5);
    if (n_marks(r))
        put_material(f, "mark", ink, 0.2);
    for (size_t i = 0; r->critical && i < sizeof kinds / sizeof *kinds; i++)
        put_material(f, kinds[i], rgb_mix(white, ink, (double)i / 3), 0.2);
}

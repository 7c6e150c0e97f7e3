/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writer-obj.c -- see writer.h: the text of .obj and .mtl files, and comments. */
#include "writer.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define LINE_MAX 500 /* points in one `l` element */

struct obj {
    FILE *file;
    const struct scene *scene;
    uint32_t v, vt, vn; /* written so far */
    double from, to;
    size_t n_done, n_all; /* triangles */
};

/* ---- comments ----------------------------------------------------------------------- */

/* Every line of a value becomes a comment line. */
static void put_comment(FILE *f, const char *mark, const char *key, const char *value)
{
    fprintf(f, "%s %s: ", mark, key);
    for (const char *c = value; *c; c++) {
        if (*c == '\n' && c[1])
            fprintf(f, "\n%s   ", mark);
        else if ((unsigned char)*c >= ' ')
            fputc(*c, f);
    }
    fputc('\n', f);
}

void write_provenance(const struct scene *s, FILE *f, const char *mark)
{
    const struct tw_result *r = s->result;

    if (r->title && *r->title)
        put_comment(f, mark, "title", r->title);
    for (size_t i = 0; r->provenance && r->provenance[i] && r->provenance[i + 1]; i += 2)
        put_comment(f, mark, r->provenance[i], r->provenance[i + 1]);
}

const char *provenance_of(const struct tw_result *r, const char *key)
{
    for (size_t i = 0; r->provenance && r->provenance[i] && r->provenance[i + 1]; i += 2)
        if (strcmp(r->provenance[i], key) == 0)
            return r->provenance[i + 1];
    return "";
}

static void put_scene(const struct obj *o)
{
    const struct terrain *t = &o->scene->terrain[0];
    const struct tw_grid *g = t->grid;
    const struct scale *k = &t->scale;
    double x0 = g->x[0], x1 = g->x[g->nx - 1], y0 = g->y[0], y1 = g->y[g->ny - 1];
    double u = o->scene->unit, height = t->cfg->height * u;

    fprintf(o->file, "# The scene: X is x, Y (up) is the loss, Z is -y%s.\n",
            o->scene->mm > 0 ? "; millimetres" : "");
    fprintf(o->file, "# x = %.17g + (X / %.9g + 1) * %.17g\n", x0, u * (double)t->field.half_x,
            (x1 - x0) / 2);
    fprintf(o->file, "# y = %.17g + (1 - Z / %.9g) * %.17g\n", y0, u * (double)t->field.half_y,
            (y1 - y0) / 2);
    if (k->log)
        fprintf(o->file, "# loss = %.17g * %.17g ^ (Y / %.17g)\n", k->lo, k->hi / k->lo, height);
    else
        fprintf(o->file, "# loss = %.17g + (Y / %.17g) * %.17g\n", k->lo, height, k->hi - k->lo);
    if (k->n_below + k->n_above)
        fprintf(o->file,
                "# Near and beyond %s%.17g heights are compressed: %zu of %zu grid points are "
                "beyond.\n",
                k->n_below ? "the ends of the scale, up to " : "", k->hi, k->n_below + k->n_above,
                k->n);
    if (k->n_finite < k->n)
        fprintf(o->file, "# Holes: %zu of %zu grid points have no finite loss.\n",
                k->n - k->n_finite, k->n);
    if (t->n_cut)
        fprintf(o->file, "# %zu cells that met others only in a corner are left out.\n", t->n_cut);
}

/* ---- numbers, quickly ------------------------------------------------------------------ */

static char *put_integer(char *p, uint64_t v)
{
    char back[24];
    int k = 0;

    do
        back[k++] = (char)('0' + v % 10);
    while (v /= 10);
    while (k)
        *p++ = back[--k];
    return p;
}

/* A blank and v, rounded to `digits` (at most 7) places: as " %.*f", and ten times faster.  Returns
 * the end. */
static char *put_fixed(char *p, double v, int digits)
{
    uint64_t n, power = 1;

    for (int k = 0; k < digits; k++)
        power *= 10;
    n = (uint64_t)llround(fmin(fabs(v), 1e9) * (double)power);
    *p++ = ' ';
    if (v < 0 && n)
        *p++ = '-';
    p = put_integer(p, n / power);
    *p++ = '.';
    for (n %= power; power > 1; n %= power) {
        power /= 10;
        *p++ = (char)('0' + n / power);
    }
    return p;
}

static void put_numbers(FILE *f, const char *what, const double *v, int n, int digits)
{
    char line[160], *p = line;

    while (*what)
        *p++ = *what++;
    for (int i = 0; i < n; i++)
        p = put_fixed(p, v[i], digits);
    *p++ = '\n';
    fwrite(line, 1, (size_t)(p - line), f);
}

/* ---- meshes ----------------------------------------------------------------------------- */

static void put_vec3(FILE *f, const char *what, struct vec v, double unit, int digits)
{
    struct vec u = y_up(v);
    double n[3] = {(double)u.x * unit, (double)u.y * unit, (double)u.z * unit};

    put_numbers(f, what, n, 3, digits);
}

/* Those without normals of their own have a v only. */
static void put_vertices(struct obj *o, const struct mesh *m, size_t n_normals)
{
    for (size_t i = 0; i < m->n_v; i++)
        put_vec3(o->file, "v", m->at[i], o->scene->unit, 7);
    for (size_t i = 0; m->has_uv && i < m->skin_v; i++) {
        double uv[2] = {(double)m->uv[i][0], (double)m->uv[i][1]};

        put_numbers(o->file, "vt", uv, 2, 7);
    }
    for (size_t i = 0; i < n_normals; i++)
        put_vec3(o->file, "vn", m->normal[i], 1, 6);
}

enum corner { CORNER_V, CORNER_V_N, CORNER_V_T_N };

static void put_face(struct obj *o, const uint32_t *v, int n, enum corner with)
{
    char line[200], *p = line;

    *p++ = 'f';
    for (int k = 0; k < n; k++) {
        *p++ = ' ';
        p = put_integer(p, o->v + v[k] + 1);
        if (with == CORNER_V)
            continue;
        *p++ = '/';
        if (with == CORNER_V_T_N)
            p = put_integer(p, o->vt + v[k] + 1);
        *p++ = '/';
        p = put_integer(p, o->vn + v[k] + 1);
    }
    *p++ = '\n';
    fwrite(line, 1, (size_t)(p - line), o->file);
}

/* true: stop. */
static bool tick(struct obj *o)
{
    double done = (double)++o->n_done / (double)o->n_all;

    return o->n_done % 4096 == 0 &&
           o->scene->host->tick(o->scene->host, o->from + (o->to - o->from) * done, "mesh");
}

static int put_mesh(struct obj *o, const struct item *item)
{
    const struct mesh *m = &item->mesh;
    size_t n_normals = m->skin_v ? m->skin_v : m->n_v, i = 0;

    put_vertices(o, m, n_normals);
    fprintf(o->file, "usemtl %s\ns 1\n", item->material.name);
    for (; i < m->skin_f; i += 2) { /* the quadrangles of the surface */
        const uint32_t *a = m->face[i], *b = m->face[i + 1];
        uint32_t quad[4] = {a[0], a[1], a[2], b[2]};

        put_face(o, quad, 4, CORNER_V_T_N);
        if (tick(o))
            return TW_ECANCELLED;
    }
    if (m->skin_f && i < m->n_f)
        fputs("usemtl base\ns off\n", o->file);
    for (; i < m->n_f; i++) {
        put_face(o, m->face[i], 3, m->skin_f ? CORNER_V : CORNER_V_N);
        if (tick(o))
            return TW_ECANCELLED;
    }
    o->v += (uint32_t)m->n_v;
    o->vt += m->has_uv ? (uint32_t)m->skin_v : 0;
    o->vn += (uint32_t)n_normals;
    return TW_OK;
}

/* ---- lines -------------------------------------------------------------------------------- */

/* The vertices from `first` to `last`, joined. */
static void join(struct obj *o, uint32_t first, uint32_t last)
{
    while (first < last) {
        uint32_t end = last - first < LINE_MAX ? last : first + LINE_MAX;

        fputc('l', o->file);
        for (uint32_t k = first; k <= end; k++)
            fprintf(o->file, " %" PRIu32, k);
        fputc('\n', o->file);
        first = end;
    }
}

static void put_line(struct obj *o, const struct item *item)
{
    const struct tw_track *t = item->track;
    uint32_t first = 0; /* of the current line; 0: none */

    for (size_t i = 0; t && i < t->n; i++)
        fprintf(o->file, "# step %" PRIu64 " loss %.9g plane_loss %.9g residual %.9g\n", t->step[i],
                t->loss[i], t->plane_loss[i], t->residual[i]);
    fprintf(o->file, "usemtl %s\n", item->material.name);
    for (size_t i = 0; i <= item->n_line; i++) {
        if (i < item->n_line && !isnan(item->line[i].z)) {
            put_vec3(o->file, "v", item->line[i], o->scene->unit, 7);
            o->v++;
            first = first ? first : o->v;
        } else if (first) {
            join(o, first, o->v);
            first = 0;
        }
    }
}

/* ---- files ---------------------------------------------------------------------------------- */

int write_obj(const struct scene *s, FILE *f, const char *mtl, double from)
{
    struct obj o = {.file = f, .scene = s, .from = from, .to = 1};
    int rc = TW_OK;

    for (size_t i = 0; i < s->n_items; i++)
        o.n_all += s->item[i].mesh.n_f;
    write_provenance(s, f, "#");
    put_scene(&o);
    if (mtl)
        fprintf(f, "mtllib %s\n", mtl);
    for (size_t i = 0; rc == TW_OK && i < s->n_items; i++) {
        const struct item *item = &s->item[i];

        fprintf(f, "\no %s\ng %s\n", item->name, item->name);
        if (item->line)
            put_line(&o, item);
        else
            rc = put_mesh(&o, item);
    }
    return rc;
}

static void put_material(FILE *f, const struct material *m)
{
    fprintf(f, "\nnewmtl %s\nKa 0 0 0\nKd %.4f %.4f %.4f\nKs %.2f %.2f %.2f\nNs 60\nd 1\nillum 2\n",
            m->name, m->colour.r, m->colour.g, m->colour.b, m->shine, m->shine, m->shine);
}

void write_mtl(const struct scene *s, FILE *f, const char *texture)
{
    write_provenance(s, f, "#");
    for (size_t i = 0; i < s->n_items; i++) {
        const struct material *m = &s->item[i].material;
        bool again = false;

        for (size_t k = 0; k < i; k++)
            again |= strcmp(s->item[k].material.name, m->name) == 0;
        if (again)
            continue;
        put_material(f, m);
        if (m->texture)
            fprintf(f, "map_Kd %s\n", texture);
    }
    if (s->cfg->base)
        put_material(f, &scene_stone);
}

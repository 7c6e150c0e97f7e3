/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scene.c -- see scene.h. */
#include "scene.h"

#include "json.h"
#include "util/palette.h"
#include "util/scale.h"

#include <math.h>
#include <string.h>

#define COLOURS 256 /* of a palette */

const char *const theme_names[] = {"auto", "light", "dark", NULL};

static void put_options(struct json *j, const struct html_config *cfg)
{
    json_open(j, "options", '{');
    json_text(j, "palette", palette_names[cfg->palette]);
    json_text(j, "theme", theme_names[cfg->theme]);
    json_bool(j, "play", cfg->play);
    json_close(j, '}');
}

static void put_colour(struct json *j, const char *key, struct rgb c)
{
    char text[8];

    snprintf(text, sizeof text, "#%06x", (unsigned)rgb_pack(c));
    json_text(j, key, text);
}

/* Every palette, and the colours of paths on it. */
static void put_palettes(struct json *j)
{
    json_open(j, "palettes", '[');
    for (int k = 0; k < (int)PALETTE_COUNT; k++) {
        uint8_t colour[3 * COLOURS];

        for (size_t i = 0; i < COLOURS; i++) {
            uint32_t c = palette_rgb24((enum palette)k, (double)i / (COLOURS - 1));

            colour[3 * i] = (uint8_t)(c >> 16);
            colour[3 * i + 1] = (uint8_t)(c >> 8);
            colour[3 * i + 2] = (uint8_t)c;
        }
        json_open(j, NULL, '{');
        json_text(j, "name", palette_names[k]);
        json_bytes(j, "colours", colour, sizeof colour);
        json_open(j, "runs", '[');
        for (size_t i = 0; i < PALETTE_RUNS; i++)
            put_colour(j, NULL, palette_run((enum palette)k, i));
        json_close(j, ']');
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_ends(struct json *j, const char *key, const struct scale *s)
{
    json_open(j, key, '[');
    json_number(j, NULL, s->lo);
    json_number(j, NULL, s->hi);
    json_close(j, ']');
}

/* Both scales, so that the reader can change between them. */
static int put_scales(struct json *j, const struct tw_grid *g, const struct html_config *cfg)
{
    struct scale chosen, linear, log;
    size_t n = g->nx * g->ny;
    double vmin = cfg->vmin > 0 ? cfg->vmin : NAN, vmax = cfg->vmax > 0 ? cfg->vmax : NAN;

    if (scale_fit(&chosen, g->loss, n, (enum scale_log)cfg->log, cfg->vmin, cfg->vmax) < 0 ||
        scale_fit(&linear, g->loss, n, SCALE_LINEAR, cfg->vmin, cfg->vmax) < 0 ||
        scale_fit(&log, g->loss, n, SCALE_LOG, vmin, vmax) < 0)
        return TW_ENOMEM;
    json_bool(j, "log", chosen.log);
    put_ends(j, "linear_ends", &linear);
    if (log.log)
        put_ends(j, "log_ends", &log);
    else
        json_text(j, "log_ends", NULL);
    return TW_OK;
}

static void put_axis(struct json *j, const char *key, const char *label, double variance,
                     const double *v, size_t n, double length)
{
    json_open(j, key, '{');
    json_text(j, "label", label);
    json_number(j, "variance", variance);
    json_number(j, "from", v[0]);
    json_number(j, "to", v[n - 1]);
    json_count(j, "n", n);
    json_number(j, "length", length);
    json_close(j, '}');
}

static void put_marks(struct json *j, const struct tw_plane *p)
{
    json_open(j, "marks", '[');
    for (uint32_t i = 0; i < p->n_marks; i++) {
        json_open(j, NULL, '{');
        json_text(j, "name", p->mark[i].name);
        json_number(j, "x", p->mark[i].x);
        json_number(j, "y", p->mark[i].y);
        json_close(j, '}');
    }
    json_close(j, ']');
}

/* The longer side is 2, as for the ball (docs/numerics.md). */
static void lengths(const struct tw_grid *g, double *x, double *y)
{
    double w = g->x[g->nx - 1] - g->x[0], h = g->y[g->ny - 1] - g->y[0];
    double aspect = fmin(fmax(h / w, 0.6), 1.6);

    *x = 2 * fmin(1, 1 / aspect) / w;
    *y = 2 * fmin(1, aspect) / h;
}

/* `land` is NULL without a ball. */
static int put_landscape(struct json *j, const struct tw_plane *p, const struct tw_grid *g,
                         const struct tw_landscape *land, const struct html_config *cfg)
{
    size_t n = g->nx * g->ny;
    double x_length, y_length;
    int rc;

    lengths(g, &x_length, &y_length);
    json_open(j, NULL, '{');
    put_axis(j, "x", p->x_label, p->x_variance, g->x, g->nx, land ? land->x_length : x_length);
    put_axis(j, "y", p->y_label, p->y_variance, g->y, g->ny, land ? land->y_length : y_length);
    rc = put_scales(j, g, cfg);
    json_floats(j, "loss", g->loss, n);
    json_floats(j, "accuracy", g->accuracy, n);
    json_floats(j, "test_loss", g->test_loss, n);
    json_floats(j, "test_accuracy", g->test_accuracy, n);
    json_floats(j, "height", land ? land->height : NULL, n);
    put_marks(j, p);
    if (land) {
        json_open(j, "rest", '{');
        json_number(j, "x", land->x);
        json_number(j, "y", land->y);
        json_number(j, "loss", land->loss);
        json_number(j, "distance", land->distance);
        json_close(j, '}');
    }
    json_close(j, '}');
    return rc;
}

static int put_landscapes(struct json *j, const struct tw_result *r, const struct html_config *cfg)
{
    int rc = TW_OK;

    json_open(j, "landscapes", '[');
    for (size_t k = 0; k < r->n_landscapes && rc == TW_OK; k++)
        rc = put_landscape(j, r->landscapes[k]->plane, r->landscapes[k]->grid, r->landscapes[k],
                           cfg);
    if (r->n_landscapes == 0)
        rc = put_landscape(j, r->plane, r->grid, NULL, cfg);
    json_close(j, ']');
    return rc;
}

static void put_tracks(struct json *j, const struct tw_result *r)
{
    json_open(j, "tracks", '[');
    for (size_t k = 0; k < r->n_tracks; k++) {
        const struct tw_track *t = r->tracks[k];

        json_open(j, NULL, '{');
        json_text(j, "name", t->name);
        json_open(j, "step", '[');
        for (size_t i = 0; i < t->n; i++)
            json_count(j, NULL, (size_t)t->step[i]);
        json_close(j, ']');
        json_floats(j, "x", t->x, t->n);
        json_floats(j, "y", t->y, t->n);
        json_floats(j, "loss", t->loss, t->n);
        json_floats(j, "plane_loss", t->plane_loss, t->n);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_ball(struct json *j, const struct tw_ball *b)
{
    if (!b) {
        json_text(j, "ball", NULL);
        return;
    }
    json_open(j, "ball", '{');
    json_number(j, "radius", b->radius);
    json_doubles(j, "t", b->t, b->n);
    /* Where each landscape begins, among the samples. */
    json_open(j, "begins", '[');
    for (size_t i = 0; i < b->n; i++)
        if (i == 0 || b->landscape[i] != b->landscape[i - 1])
            json_count(j, NULL, i);
    json_close(j, ']');
    json_floats(j, "x", b->x, b->n);
    json_floats(j, "y", b->y, b->n);
    json_floats(j, "z", b->z, b->n);
    json_floats(j, "speed", b->speed, b->n);
    json_floats(j, "energy", b->energy, b->n);
    json_close(j, '}');
}

static void put_critical(struct json *j, const struct tw_critical *c)
{
    static const char *const kinds[] = {"point", "minimum", "saddle", "maximum",
                                        "degenerate point"};

    json_open(j, "critical", '[');
    for (size_t i = 0; c && i < c->n; i++) {
        json_open(j, NULL, '{');
        json_text(j, "kind", kinds[c->kind[i] <= TW_DEGENERATE ? c->kind[i] : 0]);
        json_number(j, "x", c->x[i]);
        json_number(j, "y", c->y[i]);
        json_number(j, "loss", c->loss[i]);
        json_number(j, "persistence", c->persistence[i]);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_provenance(struct json *j, const char *const *p)
{
    json_open(j, "provenance", '[');
    for (; p && p[0] && p[1]; p += 2) {
        json_open(j, NULL, '[');
        json_text(j, NULL, p[0]);
        json_text(j, NULL, p[1]);
        json_close(j, ']');
    }
    json_close(j, ']');
}

int scene_write(FILE *f, const struct tw_result *r, const struct html_config *cfg)
{
    struct json j = {.f = f};
    int rc;

    json_open(&j, NULL, '{');
    json_count(&j, "format", 1);
    json_text(&j, "title", r->title);
    json_text(&j, "subtitle", r->subtitle);
    put_options(&j, cfg);
    put_palettes(&j);
    rc = put_landscapes(&j, r, cfg);
    put_tracks(&j, r);
    put_ball(&j, r->ball);
    put_critical(&j, r->critical);
    put_provenance(&j, r->provenance);
    json_close(&j, '}');
    return rc;
}

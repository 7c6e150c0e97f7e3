/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sink-html.c -- the landscape as a page to play with: one file that needs no network, no server
 * and no other file.  The page comes from viewer/ and is part of this plugin; here the title and
 * the data are put into it, at the places that it marks. */
#include "sink-html/json.h"
#include "sink-html/scene.h"
#include "sink-html/shell.h"

#include "util/output.h"
#include "util/palette.h"
#include "util/scale.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_MARK  "<!--thalweg:title-->"
#define DATA_MARK   "/*thalweg:data*/"
#define MOST_POINTS 1000000 /* of a grid, that browsers can be asked to draw */

struct html_sink {
    const struct tw_host *host;
    const struct html_config *cfg;
};

static const struct tw_param params[] = {
    TW_PARAM_OUTPUT(struct html_config, path, "index.html", "The page."),
    TW_PARAM_CHOICE(struct html_config, palette, "viridis", palette_names,
                    "Colours of the loss that the page begins with."),
    TW_PARAM_CHOICE(struct html_config, theme, "auto", theme_names,
                    "Light or dark at the beginning; auto: as the reader's desktop."),
    TW_PARAM_CHOICE(struct html_config, log, "auto", scale_log_names,
                    "Logarithmic heights and colours at the beginning; auto: if the losses are "
                    "spread widely."),
    TW_PARAM_REAL_AUTO(struct html_config, vmin, -INFINITY, INFINITY, NULL,
                       "Loss at the low end of the colours; auto: the smallest, or on a "
                       "logarithmic scale near the 0.5th percentile if a few are much smaller."),
    TW_PARAM_REAL_AUTO(struct html_config, vmax, -INFINITY, INFINITY, NULL,
                       "Loss at the high end; auto: the largest, or near the 99.5th percentile if "
                       "a few are much larger."),
    TW_PARAM_BOOL(struct html_config, play, "true",
                  "Begin to play when the page opens, unless the reader prefers reduced motion."),
    TW_PARAM_END};

static const char *check(const void *config)
{
    const struct html_config *cfg = config;

    return scale_check((enum scale_log)cfg->log, cfg->vmin, cfg->vmax);
}

static int create(const struct tw_host *host, const void *config, void **self)
{
    struct html_sink *s = malloc(sizeof *s);

    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    *s = (struct html_sink){host, config};
    *self = s;
    return TW_OK;
}

static void destroy(void *self)
{
    free(self);
}

/* Write the page from `at` up to the mark; where it goes on, or NULL without the mark. */
static const char *put_until(FILE *f, const char *at, const char *mark)
{
    const char *end = (const char *)shell + shell_size;
    size_t n = strlen(mark);

    for (const char *p = at; (p = memchr(p, mark[0], (size_t)(end - p))); p++)
        if (n <= (size_t)(end - p) && memcmp(p, mark, n) == 0) {
            fwrite(at, 1, (size_t)(p - at), f);
            return p + n;
        }
    return NULL;
}

static int put_page(struct html_sink *s, FILE *f, const struct tw_result *r)
{
    const struct tw_host *h = s->host;
    const char *at = put_until(f, (const char *)shell, TITLE_MARK);

    if (at)
        html_text(f, r->title);
    at = at ? put_until(f, at, DATA_MARK) : NULL;
    if (!at)
        return h->fail(h, TW_EINTERNAL, "the page has no place for the data");
    if (scene_write(f, r, s->cfg) < 0)
        return h->fail(h, TW_ENOMEM, "out of memory");
    fwrite(at, 1, (size_t)((const char *)shell + shell_size - at), f);
    return TW_OK;
}

static int check_grid(const struct tw_host *h, const struct tw_grid *g)
{
    if (g->nx < 2 || g->ny < 2)
        return h->fail(h, TW_EINVAL,
                       "a surface needs a grid of at least 2 x 2 points: see grid.points");
    if (g->nx > MOST_POINTS / g->ny)
        return h->fail(h, TW_EINVAL,
                       "a grid of %zu x %zu points is too large for a page; at most %d points can "
                       "be drawn",
                       g->nx, g->ny, MOST_POINTS);
    return TW_OK;
}

static int write_result(void *self, const struct tw_result *r)
{
    struct html_sink *s = self;
    const struct tw_host *h = s->host;
    FILE *f = NULL;

    if (r->plane->n_axes < 2)
        return h->fail(h, TW_EINVAL,
                       "the page shows surfaces, and this landscape is a line; draw it with the "
                       "sink png");
    if (check_grid(h, r->grid) < 0)
        return TW_EINVAL;
    for (size_t k = 0; k < r->n_landscapes; k++)
        if (check_grid(h, r->landscapes[k]->grid) < 0)
            return TW_EINVAL;
    if (h->tick(h, 0, "page"))
        return TW_ECANCELLED;
    int rc = output_open(h, s->cfg->path, &f);
    if (rc < 0)
        return rc;
    rc = put_page(s, f, r);
    int closed = output_close(h, s->cfg->path, f);
    if (rc == TW_OK)
        rc = closed;
    return rc == TW_OK && h->tick(h, 1, "page") ? TW_ECANCELLED : rc;
}

static int write(void *self, const struct tw_result *r)
{
    const struct html_sink *s = self;

    return output_run(s->host, write_result, self, r);
}

static const struct tw_sink_ops ops = {.struct_size = sizeof ops, .write = write};

TW_EXPORT const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_SINK),
    .threads = TW_THREADS_INSTANCE,
    .name = "html",
    .version = "0.1.0",
    .summary = "Page for a browser: the surface to turn, the ball to roll",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct html_config),
    .params = params,
    .check = check,
    .create = create,
    .destroy = destroy,
    .ops.sink = &ops,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sink-obj.c -- the landscape as a mesh that Blender and its like open: NAME.obj, with
 * its material NAME.mtl and the colours NAME-texture.png beside it. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L /* uselocale */
#endif
#include "sink-obj/objfile.h"

#include "util/pngfile.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct obj_sink {
    const struct tw_host *host;
    const struct obj_config *cfg;
};

static const struct tw_param params[] = {
    TW_PARAM_OUTPUT(struct obj_config, path, "surface.obj",
                    "The mesh; the .mtl and -texture.png files beside it share its name."),
    TW_PARAM_INT(struct obj_config, texture, "2048", 16, 8192, "pixels",
                 "Longer side of the texture."),
    TW_PARAM_CHOICE(struct obj_config, palette, "viridis", palette_names, "Colours of the loss."),
    TW_PARAM_BOOL(struct obj_config, lines, "true", "Iso-lines on the texture."),
    TW_PARAM_REAL(struct obj_config, height, "0.55", 0.001, 100, NULL,
                  "Height of the surface, where its longer side is 2."),
    TW_PARAM_CHOICE(struct obj_config, log, "auto", scale_log_names,
                    "Logarithmic heights and colours; auto: if the losses are spread widely."),
    TW_PARAM_REAL_AUTO(struct obj_config, vmin, -INFINITY, INFINITY, NULL, "Loss at height 0."),
    TW_PARAM_REAL_AUTO(struct obj_config, vmax, -INFINITY, INFINITY, NULL,
                       "Loss at full height; auto: the largest, or near the 99.5th percentile if "
                       "a few are much larger."),
    TW_PARAM_END};

static const char *check(const void *config)
{
    const struct obj_config *cfg = config;

    if (strpbrk(cfg->path, "\r\n"))
        return "path must be a file name";
    if (isinf(cfg->vmin) || isinf(cfg->vmax))
        return "vmin and vmax must be finite";
    if (cfg->vmin >= cfg->vmax)
        return "vmin must be less than vmax";
    if (cfg->log == SCALE_LOG && (cfg->vmin <= 0 || cfg->vmax <= 0))
        return "vmin and vmax must be positive on a logarithmic scale (log: true)";
    return NULL;
}

static int create(const struct tw_host *host, const void *config, void **self)
{
    struct obj_sink *s = malloc(sizeof *s);

    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    *s = (struct obj_sink){host, config};
    *self = s;
    return TW_OK;
}

static void destroy(void *self)
{
    free(self);
}

static int no_memory(const struct tw_host *h)
{
    return h->fail(h, TW_ENOMEM, "out of memory");
}

/* `path` with another ending in place of .obj; NULL when out of memory. */
static char *sibling(const char *path, const char *ending)
{
    size_t n = strlen(path), m = strlen(ending) + 1;
    char *name = malloc(n + m);

    if (!name)
        return NULL;
    if (n > 4 && (strcmp(path + n - 4, ".obj") == 0 || strcmp(path + n - 4, ".OBJ") == 0))
        n -= 4;
    memcpy(name, path, n);
    memcpy(name + n, ending, m);
    return name;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* The name to write to, or NULL after a failure. */
static const char *temporary(const struct obj_sink *s, const char *path)
{
    const struct tw_host_output *out = s->host->get_extension(s->host, TW_EXT_HOST_OUTPUT);

    if (out)
        return out->create(s->host, path);
    s->host->fail(s->host, TW_ENOTSUP, "this host cannot make output files");
    return NULL;
}

static int open_text(const struct obj_sink *s, const char *path, FILE **f)
{
    const char *name = temporary(s, path);

    if (!name)
        return TW_EIO;
    *f = fopen(name, "wb");
    return *f ? TW_OK : s->host->fail(s->host, TW_EIO, "%s: cannot be opened for writing", path);
}

static int close_text(const struct obj_sink *s, const char *path, FILE *f)
{
    int bad = ferror(f);

    if (fclose(f) || bad)
        return s->host->fail(s->host, TW_EIO, "%s: cannot be written (is the disk full?)", path);
    return TW_OK;
}

static int put_texture(const struct obj_sink *s, const struct terrain *t, const char *path,
                       const struct tw_result *r)
{
    struct png_picture p = {.title = r->title, .provenance = r->provenance};
    uint32_t *pixels = terrain_texture(t, &p.width, &p.height);
    const char *name, *why;

    if (!pixels)
        return no_memory(s->host);
    p.pixels = pixels;
    name = temporary(s, path);
    why = name ? pngfile_write(name, &p) : NULL;
    free(pixels);
    if (!name)
        return TW_EIO;
    return why ? s->host->fail(s->host, TW_EIO, "%s: %s", path, why) : TW_OK;
}

static int put_all(const struct obj_sink *s, const struct terrain *t, const struct tw_result *r)
{
    char *mtl = sibling(s->cfg->path, ".mtl"), *texture = sibling(s->cfg->path, "-texture.png");
    struct objfile o = {.host = s->host, .terrain = t, .result = r};
    FILE *f = NULL;
    int rc = mtl && texture ? TW_OK : no_memory(s->host), closed;

    if (rc == TW_OK)
        rc = put_texture(s, t, texture, r);
    if (rc == TW_OK && s->host->tick(s->host, 0.4, "texture"))
        rc = TW_ECANCELLED;
    if (rc == TW_OK)
        rc = open_text(s, mtl, &f);
    if (rc == TW_OK) {
        mtlfile_write(f, t, r, base_name(texture));
        rc = close_text(s, mtl, f);
    }
    if (rc == TW_OK)
        rc = open_text(s, s->cfg->path, &o.file);
    if (rc == TW_OK) {
        rc = objfile_write(&o, base_name(mtl));
        closed = close_text(s, s->cfg->path, o.file);
        rc = rc ? rc : closed;
    }
    free(mtl);
    free(texture);
    return rc;
}

static int sink_write(void *self, const struct tw_result *r)
{
    const struct obj_sink *s = self;
    const struct tw_host *h = s->host;
    struct terrain t;
    locale_t c, before;
    int rc;

    if (!r->grid || r->grid->nx < 2 || r->grid->ny < 2)
        return h->fail(h, TW_EINVAL,
                       "a mesh needs a grid of at least 2 x 2 points: see grid.points");
    c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    if (!c)
        return no_memory(h);
    before = uselocale(c); /* of this thread only */
    if (terrain_new(&t, s->cfg, r->grid)) {
        rc = no_memory(h);
    } else {
        if (!t.n_faces)
            h->log(h, TW_LOG_WARN, "no cell of the grid has four finite losses: %s is empty",
                   base_name(s->cfg->path));
        rc = put_all(s, &t, r);
    }
    terrain_free(&t);
    uselocale(before);
    freelocale(c);
    return rc;
}

static const struct tw_sink_ops ops = {.struct_size = sizeof ops, .write = sink_write};

const struct tw_plugin thalweg_plugin = {TW_PLUGIN_HEAD(TW_SINK),
                                         .threads = TW_THREADS_INSTANCE,
                                         .name = "obj",
                                         .version = "0.1.0",
                                         .summary = "Mesh with texture and trajectory (OBJ)",
                                         .author = "the Thalweg authors",
                                         .license = "GPL-3.0-or-later",
                                         .config_size = sizeof(struct obj_config),
                                         .params = params,
                                         .check = check,
                                         .create = create,
                                         .destroy = destroy,
                                         .ops.sink = &ops};

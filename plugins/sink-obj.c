/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sink-obj.c -- the landscape as a mesh that Blender and its like open: NAME.obj, with
 * its material NAME.mtl and the colours NAME-texture.png beside it.  A single trajectory is
 * the object `trajectory`, several are `track-NAME` each; the ball is `ball`, its way in this
 * landscape `ball-path`. */
#include "sink-obj/objfile.h"

#include "util/output.h"
#include "util/pngfile.h"

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
    TW_PARAM_REAL_AUTO(struct obj_config, vmin, -INFINITY, INFINITY, NULL,
                       "Loss at height 0; auto: the smallest, or on a logarithmic scale near the "
                       "0.5th percentile if a few are much smaller."),
    TW_PARAM_REAL_AUTO(struct obj_config, vmax, -INFINITY, INFINITY, NULL,
                       "Loss at full height; auto: the largest, or near the 99.5th percentile if "
                       "a few are much larger."),
    TW_PARAM_END};

static const char *check(const void *config)
{
    const struct obj_config *cfg = config;

    if (strpbrk(cfg->path, "\r\n")) /* OBJ and MTL files name one another in a line */
        return "path must be a file name without line breaks";
    return scale_check((enum scale_log)cfg->log, cfg->vmin, cfg->vmax);
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

static int put_texture(const struct tw_host *host, const struct terrain *t, const char *path,
                       const struct tw_result *r)
{
    struct png_picture p = {
        .title = r->title, .provenance = r->provenance, .from = 0.5, .to = 0.75};
    uint32_t *pixels = NULL;
    int rc = terrain_texture(t, host, &pixels, &p.width, &p.height);

    p.pixels = pixels;
    if (rc == TW_OK)
        rc = pngfile_write(host, path, &p);
    free(pixels);
    return rc;
}

static int put_material(const struct tw_host *host, const struct terrain *t, const char *path,
                        const struct tw_result *r, const char *texture)
{
    FILE *f = NULL;
    int rc = output_open(host, path, &f);

    if (rc < 0)
        return rc;
    mtlfile_write(f, t, r, base_name(texture));
    return output_close(host, path, f);
}

static int put_mesh(const struct tw_host *host, const struct terrain *t, const char *path,
                    const struct tw_result *r, const char *mtl)
{
    struct objfile o = {.host = host, .terrain = t, .result = r};
    int rc = output_open(host, path, &o.file), closed;

    if (rc < 0)
        return rc;
    rc = objfile_write(&o, base_name(mtl));
    closed = output_close(host, path, o.file);
    return rc < 0 ? rc : closed;
}

static int put_files(const struct obj_sink *s, const struct terrain *t, const struct tw_result *r)
{
    char *mtl = sibling(s->cfg->path, ".mtl"), *texture = sibling(s->cfg->path, "-texture.png");
    int rc = mtl && texture ? TW_OK : no_memory(s->host);

    if (rc == TW_OK)
        rc = put_texture(s->host, t, texture, r);
    if (rc == TW_OK)
        rc = put_material(s->host, t, mtl, r, texture);
    if (rc == TW_OK)
        rc = put_mesh(s->host, t, s->cfg->path, r, mtl);
    free(mtl);
    free(texture);
    return rc;
}

static int write_terrain(void *self, const struct tw_result *r)
{
    const struct obj_sink *s = self;
    struct terrain t;
    int rc;

    if (terrain_new(&t, s->cfg, r->grid)) {
        rc = no_memory(s->host);
    } else {
        if (!t.n_faces)
            s->host->log(s->host, TW_LOG_WARN,
                         "no cell of the grid has four finite losses: %s is empty",
                         base_name(s->cfg->path));
        rc = put_files(s, &t, r);
    }
    terrain_free(&t);
    return rc;
}

static int sink_write(void *self, const struct tw_result *r)
{
    const struct obj_sink *s = self;

    if (r->plane && r->plane->n_axes == 1)
        return s->host->fail(s->host, TW_EINVAL,
                             "a line has no surface for a mesh: use the sink png, which draws the "
                             "curve, or csv; or a reducer that gives two axes");
    if (!r->grid || r->grid->nx < 2 || r->grid->ny < 2)
        return s->host->fail(s->host, TW_EINVAL,
                             "a mesh needs a grid of at least 2 x 2 points: see grid.points");
    return output_run(s->host, write_terrain, self, r);
}

static const struct tw_sink_ops ops = {.struct_size = sizeof ops, .write = sink_write};

const struct tw_plugin thalweg_plugin = {TW_PLUGIN_HEAD(TW_SINK),
                                         .threads = TW_THREADS_INSTANCE,
                                         .name = "obj",
                                         .version = "0.1.0",
                                         .summary = "Mesh with texture and trajectories (OBJ)",
                                         .author = "the Thalweg authors",
                                         .license = "GPL-3.0-or-later",
                                         .config_size = sizeof(struct obj_config),
                                         .params = params,
                                         .check = check,
                                         .create = create,
                                         .destroy = destroy,
                                         .ops.sink = &ops};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sink-obj.c -- the landscape as a mesh, for Blender, a browser or a 3-D printer.  The ending of
 * the path is the format:
 *
 *     .obj   with its material NAME.mtl and the colours NAME-texture.png beside it
 *     .glb   glTF 2.0, all in one file; the ball rolls through all its landscapes
 *     .ply   coloured vertices
 *     .stl   the shape alone, in millimetres
 *
 * A single trajectory is the object `trajectory`, several are `track-NAME` each; the ball is
 * `ball`, its way in a landscape `ball-path`.
 */
#include "sink-obj/writer.h"

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
                    "The mesh; its ending is the format: .obj (with .mtl and -texture.png files of "
                    "the same name beside it), .stl, .ply or .glb."),
    TW_PARAM_INT_AUTO(struct obj_config, upsample, 1, 64, NULL,
                      "Cut each cell of the grid into so many pieces along either side, on the "
                      "smooth surface of the pictures; auto: so that the longer side has about "
                      "200."),
    TW_PARAM_BOOL(struct obj_config, base, "false",
                  "A solid body for a 3-D printer: walls and a floor below the surface; holes go "
                  "through, and nothing stands on it (in .glb it does)."),
    TW_PARAM_REAL_AUTO(struct obj_config, size, 0.001, 1e6, "mm",
                       "Length of the longer side; auto: 100 with a base and in .stl, else 2 "
                       "units (in .glb: metres)."),
    TW_PARAM_REAL(
        struct obj_config, thickness, "3", 0.01, 1e5, "mm",
        "Of the base, below the low end of the scale, or the lowest point if that is lower."),
    TW_PARAM_INT(struct obj_config, texture, "2048", 16, 8192, "pixels",
                 "Longer side of the texture (.obj and .glb)."),
    TW_PARAM_CHOICE(struct obj_config, palette, "viridis", palette_names, "Colours of the loss."),
    TW_PARAM_BOOL(struct obj_config, lines, "true", "Iso-lines on the texture."),
    TW_PARAM_REAL(struct obj_config, height, "0.55", 0.001, 100, NULL,
                  "Height of the surface, where its longer side is 2; a .glb file with a ball has "
                  "the heights that it rolled over."),
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
    if (format_of(cfg->path) == FORMAT_NONE)
        return "path must end in .obj, .stl, .ply or .glb: that is the format";
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

/* `path` with another ending in place of its own, which has four letters; NULL when out of memory.
 */
static char *sibling(const char *path, const char *ending)
{
    size_t n = strlen(path) - 4, m = strlen(ending) + 1;
    char *name = malloc(n + m);

    if (!name)
        return NULL;
    memcpy(name, path, n);
    memcpy(name + n, ending, m);
    return name;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static int put_texture(const struct scene *s, const char *path)
{
    struct png_picture p = {
        .title = s->result->title, .provenance = s->result->provenance, .from = 0.6, .to = 0.75};
    uint32_t *pixels = NULL;
    int rc = terrain_texture(&s->terrain[0], s->host, 0.25, 0.6, &pixels, &p.width, &p.height);

    p.pixels = pixels;
    if (rc == TW_OK)
        rc = pngfile_write(s->host, path, &p);
    free(pixels);
    return rc;
}

static int put_material(const struct scene *s, const char *path, const char *texture)
{
    FILE *f = NULL;
    int rc = output_open(s->host, path, &f);

    if (rc < 0)
        return rc;
    write_mtl(s, f, base_name(texture));
    return output_close(s->host, path, f);
}

static int put_mesh(const struct scene *s, const char *mtl)
{
    const char *path = s->cfg->path;
    FILE *f = NULL;
    int rc = output_open(s->host, path, &f), closed;

    if (rc < 0)
        return rc;
    switch (s->format) {
    case FORMAT_OBJ:
        rc = write_obj(s, f, mtl, 0.75);
        break;
    case FORMAT_STL:
        rc = write_stl(s, f, 0.25);
        break;
    case FORMAT_PLY:
        rc = write_ply(s, f, 0.25);
        break;
    case FORMAT_GLB:
    case FORMAT_NONE:
        rc = write_glb(s, f, 0.25);
        break;
    }
    closed = output_close(s->host, path, f);
    return rc < 0 ? rc : closed;
}

static int put_obj(const struct scene *s)
{
    char *mtl = sibling(s->cfg->path, ".mtl"), *texture = sibling(s->cfg->path, "-texture.png");
    int rc = mtl && texture ? TW_OK : no_memory(s->host);

    if (rc == TW_OK)
        rc = put_texture(s, texture);
    if (rc == TW_OK)
        rc = put_material(s, mtl, texture);
    if (rc == TW_OK)
        rc = put_mesh(s, base_name(mtl));
    free(mtl);
    free(texture);
    return rc;
}

static void warn(const struct scene *s)
{
    const char *name = base_name(s->cfg->path);

    if (!s->item[0].mesh.n_f)
        s->host->log(s->host, TW_LOG_WARN,
                     "no cell of the grid has four finite losses: %s is empty", name);
    if (s->terrain[0].n_cut)
        s->host->log(s->host, TW_LOG_INFO,
                     "%s: %zu cells that met others only in a corner are left out", name,
                     s->terrain[0].n_cut);
}

static int write_scene(void *self, const struct tw_result *r)
{
    const struct obj_sink *k = self;
    struct scene s;
    int rc = scene_new(&s, k->host, k->cfg, r, 0, 0.25);

    if (rc == TW_ENOMEM)
        no_memory(k->host);
    if (rc == TW_OK) {
        warn(&s);
        rc = s.format == FORMAT_OBJ ? put_obj(&s) : put_mesh(&s, NULL);
    }
    scene_free(&s);
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
    return output_run(s->host, write_scene, self, r);
}

static const struct tw_sink_ops ops = {.struct_size = sizeof ops, .write = sink_write};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_SINK),
    .threads = TW_THREADS_INSTANCE,
    .name = "obj",
    .version = "0.1.0",
    .summary =
        "Mesh with trajectories and the rolling ball; solid for a 3-D printer (OBJ, GLB, PLY, STL)",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct obj_config),
    .params = params,
    .check = check,
    .create = create,
    .destroy = destroy,
    .ops.sink = &ops};

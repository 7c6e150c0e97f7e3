/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.c -- see page.h. */
#include "sink-png/page.h"

#include <string.h>
#include <strings.h>

#define PDF_INCHES 200 /* ISO 32000, annex C: more than that is not shown everywhere */

enum format { FORMAT_PNG, FORMAT_PDF, FORMAT_SVG, FORMAT_NONE };

static enum format format_of(const char *path)
{
    static const char *const ending[] = {".png", ".pdf", ".svg"};
    const char *name = path ? strrchr(path, '/') : NULL, *dot;

    name = name ? name + 1 : path;
    dot = name ? strrchr(name, '.') : NULL;
    for (int k = 0; dot && dot > name && k < FORMAT_NONE; k++)
        if (strcasecmp(dot, ending[k]) == 0)
            return (enum format)k;
    return FORMAT_NONE;
}

bool page_is_vectors(const struct png_config *cfg)
{
    return format_of(cfg->path) != FORMAT_PNG;
}

const char *page_check(const struct png_config *cfg)
{
    double inch = PDF_INCHES * cfg->dpi;
    enum format f = format_of(cfg->path);

    if (f == FORMAT_NONE)
        return "path: the picture's format is by the ending of its name: .png, .pdf or .svg";
    if (f != FORMAT_PNG && cfg->depth == DEPTH_16)
        return "depth: 16 is for a .png only";
    if (f == FORMAT_PDF &&
        ((double)cfg->width > inch || (cfg->height != TW_INT_AUTO && (double)cfg->height > inch)))
        return "a page of a PDF is at most 200 inches wide and high: make dpi larger";
    return NULL;
}

int page_open(struct figure *fig, const struct png_config *cfg, int width, int height,
              struct rgb ground)
{
    bool deep = cfg->depth == DEPTH_16 || cfg->transparent;
    struct figure_page page = {.kind = deep ? FIGURE_DEEP : FIGURE_PIXELS,
                               .width = width,
                               .height = height,
                               .dpi = cfg->dpi,
                               .transparent = cfg->transparent,
                               .ground = ground};

    if (page_is_vectors(cfg))
        page.kind = format_of(cfg->path) == FORMAT_PDF ? FIGURE_PDF : FIGURE_SVG;
    return figure_open(fig, &page);
}

int page_write(struct figure *fig, const struct tw_host *host, const struct png_config *cfg,
               const struct tw_result *r, const char *const *extra, const char *path, double from,
               double to)
{
    const struct png_picture about = {.depth = cfg->depth == DEPTH_16 ? 16 : 8,
                                      .dpi = cfg->dpi,
                                      .title = cfg->title ? cfg->title : r->title,
                                      .provenance = r->provenance,
                                      .extra = extra,
                                      .from = from,
                                      .to = to};

    return figure_write(fig, host, path, &about);
}

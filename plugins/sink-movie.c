/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sink-movie.c -- a film: the ball on its way down through its landscapes, or without a ball the
 * landscape on a turntable while the trajectory grows.  movie.h tells which file does what.
 *
 * When the user interrupts, the film ends there, as a whole file that plays.
 */
#include "sink-movie/encoder.h"
#include "sink-movie/film.h"

#include "util/output.h"
#include "util/scale.h"
#include "util/palette.h"

#include <libavutil/log.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GIF_LOOKS 24   /* frames from which the colours of a GIF are chosen */
#define GIF_SHARE 0.08 /* of the progress */

struct movie {
    const struct tw_host *host;
    const struct movie_config *cfg;
};

static const struct tw_param params[] = {
    TW_PARAM_OUTPUT(struct movie_config, path, "movie.mp4",
                    "The film: .mp4 (H.264), .webm (VP9) or .gif."),
    TW_PARAM_INT(struct movie_config, width, "1280", 64, 7680, "pixels", "Width, an even number."),
    TW_PARAM_INT(struct movie_config, height, "720", 64, 4320, "pixels", "Height, an even number."),
    TW_PARAM_INT(struct movie_config, fps, "30", 1, 120, "frames per second",
                 "How smooth; a GIF has delays of whole hundredths of a second, at most 50."),
    TW_PARAM_REAL(struct movie_config, duration, "20", 0.1, 600, "seconds",
                  "How long the film is, cards included."),
    TW_PARAM_REAL_AUTO(struct movie_config, speed, 0.01, 100, NULL,
                       "Seconds of the ball that a second of the film shows where it is quick; "
                       "auto: as the duration asks for."),
    TW_PARAM_CHOICE(struct movie_config, style, "dusk", style_names,
                    "The look, as of a surface of the sink png."),
    TW_PARAM_CHOICE(struct movie_config, quality, "good", quality_names,
                    "How finely light is computed: preview is for a first look, best takes long."),
    TW_PARAM_CHOICE(struct movie_config, palette, "auto", palette_names_auto,
                    "Colours of the surface: the style's, or a colour map."),
    TW_PARAM_INT_AUTO(struct movie_config, crf, 0, 63, NULL,
                      "Rate factor of the codec: the lower, the better and the larger; auto: 18 "
                      "for H.264, 28 for VP9."),
    TW_PARAM_BOOL(struct movie_config, title_card, "true", "Begin with the title."),
    TW_PARAM_BOOL(struct movie_config, captions, "true",
                  "Say at the bottom which landscape it is, its axes and the loss."),
    TW_PARAM_BOOL(struct movie_config, end_card, "true",
                  "End with the losses at which the ball came to rest."),
    TW_PARAM_REAL_AUTO(struct movie_config, turn, -360, 360, "degrees",
                       "From where the middle of the film is seen, counter-clockwise from the x "
                       "axis; auto: so that the ball is in sight."),
    TW_PARAM_CHOICE(struct movie_config, log, "auto", scale_log_names,
                    "Logarithmic colours; auto: if the losses are spread widely."),
    TW_PARAM_REAL_AUTO(
        struct movie_config, vmin, -INFINITY, INFINITY, NULL,
        "Loss at the low end of the colours; auto: as for a map, of all landscapes."),
    TW_PARAM_REAL_AUTO(struct movie_config, vmax, -INFINITY, INFINITY, NULL,
                       "Loss at the high end of the colours."),
    TW_PARAM_STRING(struct movie_config, title, "null", "Title; null: the pipeline's."),
    TW_PARAM_STRING(struct movie_config, font, "Inter, DejaVu Sans, sans-serif",
                    "Font families, in order of preference."),
    TW_PARAM_END};

static const char *check(const void *config)
{
    const struct movie_config *cfg = config;

    if (encoder_kind(cfg->path) == MOVIE_NONE)
        return "path: a film ends in .mp4, .webm or .gif";
    if (cfg->width % 2 || cfg->height % 2)
        return "width and height must be even numbers";
    if (encoder_kind(cfg->path) == MOVIE_GIF && cfg->fps > 50)
        return "fps: a GIF has 50 frames per second at most";
    if (encoder_kind(cfg->path) == MOVIE_MP4 && cfg->crf != TW_INT_AUTO && cfg->crf > 51)
        return "crf: H.264 has 0 to 51";
    return scale_check((enum scale_log)cfg->log, cfg->vmin, cfg->vmax);
}

static int create(const struct tw_host *host, const void *config, void **self)
{
    struct movie *m = malloc(sizeof *m);

    if (!m)
        return host->fail(host, TW_ENOMEM, "out of memory");
    *m = (struct movie){host, config};
    *self = m;
    return TW_OK;
}

static void destroy(void *self)
{
    free(self);
}

/* ---- the colours of a GIF ----------------------------------------------------------------- */

struct gif_look {
    struct gif_colours *colours;
    int width, height;
};

static int see_frame(void *ctx, const uint32_t *pixels, size_t stride)
{
    struct gif_look *g = ctx;

    gif_colours_see(g->colours, pixels, stride, g->width, g->height);
    return TW_OK;
}

/* Some frames beforehand, small and quick. */
static int choose_colours(const struct movie *m, struct film *film, struct gif_colours **to)
{
    struct gif_look look = {gif_colours_new(), (int)m->cfg->width / 2, (int)m->cfg->height / 2};
    struct film_pass pass = {.width = look.width,
                             .height = look.height,
                             .quality = QUALITY_PREVIEW,
                             .step = 1 + film_frames(film) / GIF_LOOKS,
                             .to = GIF_SHARE,
                             .take = see_frame,
                             .ctx = &look};
    int rc;

    if (!look.colours)
        return m->host->fail(m->host, TW_ENOMEM, "out of memory");
    rc = film_play(film, &pass);
    if (rc < 0) {
        gif_colours_free(look.colours);
        return rc;
    }
    gif_colours_choose(look.colours);
    *to = look.colours;
    return TW_OK;
}

/* ---- the film ------------------------------------------------------------------------------- */

static const char *pipeline_of(const struct tw_result *r)
{
    for (const char *const *p = r->provenance; p && p[0] && p[1]; p += 2)
        if (strcmp(p[0], "pipeline") == 0)
            return p[1];
    return NULL;
}

struct reel {
    struct encoder *encoder;
    size_t n;
};

static int take_frame(void *ctx, const uint32_t *pixels, size_t stride)
{
    struct reel *reel = ctx;
    int rc = encoder_frame(reel->encoder, pixels, stride);

    reel->n += rc == TW_OK;
    return rc;
}

static int play(const struct movie *m, struct film *film, struct encoder *encoder)
{
    const struct movie_config *cfg = m->cfg;
    struct reel reel = {encoder, 0};
    bool gif = encoder_kind(cfg->path) == MOVIE_GIF;
    struct film_pass pass = {.width = (int)cfg->width,
                             .height = (int)cfg->height,
                             .quality = (enum quality)cfg->quality,
                             .step = 1,
                             .from = gif ? GIF_SHARE : 0,
                             .to = 1,
                             .take = take_frame,
                             .ctx = &reel};
    int rc = film_play(film, &pass);

    if (rc == TW_ECANCELLED && reel.n) { /* what is there is a film */
        m->host->log(m->host, TW_LOG_WARN, "interrupted: %s has the first %zu of %zu frames",
                     cfg->path, reel.n, film_frames(film));
        rc = TW_OK;
    }
    if (rc == TW_OK)
        return encoder_close(encoder);
    encoder_drop(encoder);
    return rc;
}

static int record(const struct movie *m, struct film *film, const struct tw_result *r)
{
    const struct movie_config *cfg = m->cfg;
    const struct tw_host_output *out = m->host->get_extension(m->host, TW_EXT_HOST_OUTPUT);
    struct encoder_options o = {.path = cfg->path,
                                .kind = encoder_kind(cfg->path),
                                .width = (int)cfg->width,
                                .height = (int)cfg->height,
                                .fps = (int)cfg->fps,
                                .crf = cfg->crf == TW_INT_AUTO ? -1 : (int)cfg->crf,
                                .title = cfg->title ? cfg->title : r->title,
                                .comment = pipeline_of(r)};
    struct gif_colours *colours = NULL;
    struct encoder *encoder;
    int rc = TW_OK;

    if (!out)
        return m->host->fail(m->host, TW_ENOTSUP, "this host cannot make output files");
    o.file = out->create(m->host, cfg->path);
    if (!o.file)
        return TW_EIO;
    if (o.kind == MOVIE_GIF)
        rc = choose_colours(m, film, &colours);
    o.colours = colours;
    if (rc == TW_OK)
        rc = encoder_open(&encoder, m->host, &o);
    if (rc == TW_OK)
        rc = play(m, film, encoder);
    gif_colours_free(colours);
    return rc;
}

static int write_film(void *self, const struct tw_result *r)
{
    const struct movie *m = self;
    struct film *film;
    int rc = film_new(&film, m->host, m->cfg, r);

    if (rc < 0)
        return rc;
    rc = record(m, film, r);
    film_free(film);
    return rc;
}

/* What a library has to say is in the error that it returns. */
static void no_words(void *ctx, int level, const char *format, va_list args)
{
    (void)ctx;
    (void)level;
    (void)format;
    (void)args;
}

static int sink_write(void *self, const struct tw_result *r)
{
    const struct movie *m = self;
    int rc;

    if (!r->grid || r->grid->nx < 2 || r->grid->ny < 2)
        return m->host->fail(m->host, TW_EINVAL,
                             "a film needs a plane, and a grid of at least 2 x 2 points: see "
                             "grid.points");
    av_log_set_callback(no_words);
    rc = output_run(m->host, write_film, self, r);
    av_log_set_callback(av_log_default_callback);
    return rc;
}

static const struct tw_sink_ops ops = {.struct_size = sizeof ops, .write = sink_write};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_SINK),
    .threads = TW_THREADS_SERIAL,
    .name = "movie",
    .version = "0.1.0",
    .summary =
        "Film of the ball in its landscapes, or of the landscape on a turntable (MP4, WebM, GIF)",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct movie_config),
    .params = params,
    .check = check,
    .create = create,
    .destroy = destroy,
    .ops.sink = &ops};

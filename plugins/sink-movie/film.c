/* SPDX-License-Identifier: GPL-3.0-or-later */
/* film.c -- see film.h. */
#include "sink-movie/film.h"

#include "render/render.h"
#include "sink-movie/camera.h"
#include "sink-movie/losses.h"
#include "sink-movie/track.h"
#include "sink-movie/captions.h"
#include "util/ease.h"
#include "util/parallel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RISE       31.0 /* degrees, at least: from above one sees into valleys */
#define LIFT       0.06 /* captions are at the bottom: half heights */
#define TRAIL      1.7  /* seconds that it lasts */
#define TRAIL_FINE 4    /* places to a frame */
#define TRAIL_MAX  4096

struct film {
    const struct tw_host *host;
    const struct movie_config *cfg;
    const struct tw_result *r;
    size_t n_frames, n_lands;
    bool has_ball;
    struct land *lands; /* NULL without a ball, as the next three */
    struct roll roll;
    struct losses *losses;
    struct timeline time;
    struct track_show show; /* without a ball */
    struct tw_result bare;  /* the result without trajectories, which grow */
    double lo, hi;          /* of the colours, the same for all landscapes */
    bool log;
    double turn, rise;
    struct shot *shots;
    struct captions captions;
    double (*trail)[3];
};

size_t film_frames(const struct film *f)
{
    return f->n_frames;
}

/* ---- before the first frame ------------------------------------------------------------------ */

/* One scale for all of the landscapes, so that a colour means a loss throughout. */
static int fit_colours(struct film *f)
{
    const struct tw_result *r = f->r;
    size_t n = 0, all = r->grid->nx * r->grid->ny;
    struct scale s;
    double *v;
    int rc;

    for (size_t k = 1; k < f->n_lands; k++)
        all += r->landscapes[k]->grid->nx * r->landscapes[k]->grid->ny;
    v = malloc(all * sizeof *v);
    if (!v)
        return TW_ENOMEM;
    for (size_t k = 0; k < f->n_lands; k++) {
        const struct tw_grid *g = k ? r->landscapes[k]->grid : r->grid;

        for (size_t i = 0; i < g->nx * g->ny; i++)
            v[n++] = g->loss[i];
    }
    rc = scale_fit(&s, v, n, (enum scale_log)f->cfg->log, f->cfg->vmin, f->cfg->vmax);
    free(v);
    if (rc)
        return TW_ENOMEM;
    if (!s.n_finite)
        return f->host->fail(f->host, TW_EINVAL,
                             "there is nothing to film: no grid point has a finite loss");
    f->lo = s.lo;
    f->hi = s.hi;
    f->log = s.log;
    return TW_OK;
}

static int new_losses(struct film *f)
{
    const struct tw_ball *b = f->r->ball;
    double before = NAN;

    f->losses = calloc(f->n_lands, sizeof *f->losses);
    if (!f->losses)
        return TW_ENOMEM;
    for (size_t k = 0; k < f->n_lands; k++) {
        size_t i = f->roll.first[k], j = f->roll.first[k + 1];
        int rc = losses_new(&f->losses[k], f->r->landscapes[k], before, i < j ? b->z[i] : 0,
                            i < j ? b->z[j - 1] : 0);

        if (rc < 0)
            return rc;
        before = f->r->landscapes[k]->loss;
    }
    return TW_OK;
}

static int with_ball(struct film *f)
{
    int rc = lands_new(&f->lands, f->r);

    if (rc == TW_OK)
        rc = roll_new(&f->roll, f->r->ball, f->lands, f->n_lands);
    if (rc == TW_OK)
        rc = new_losses(f);
    f->trail = rc == TW_OK ? calloc(TRAIL_MAX, sizeof *f->trail) : NULL;
    return rc < 0 ? rc : f->trail ? TW_OK : TW_ENOMEM;
}

static struct camera_want camera_want(const struct film *f)
{
    return (struct camera_want){.time = &f->time,
                                .roll = f->has_ball ? &f->roll : NULL,
                                .lands = f->lands,
                                .n_frames = f->n_frames,
                                .fps = (double)f->cfg->fps};
}

/* From which side; the light stands to the left of it for all of the film. */
static void choose_side(struct film *f)
{
    struct camera_want w = camera_want(f);
    double fov = (double)styles[f->cfg->style].fov * 0.017453292519943295;

    f->rise = fmax((double)styles[f->cfg->style].rise, RISE);
    f->turn = f->cfg->turn;
    if (isfinite(f->turn) || !f->has_ball)
        return;
    w.whole = (struct shot){
        .at = {0, 0, f->lands[0].low + 0.2}, .distance = 1.3 / tan(fov / 2), .rise = f->rise};
    f->turn = camera_side(&w);
}

static double starts_at(const struct film *f)
{
    return f->has_ball && f->r->ball->n ? losses_at(&f->losses[0], f->r->ball->z[0], 0) : NAN;
}

static int prepare(struct film *f)
{
    struct timeline_want want = {f->cfg->duration, f->cfg->speed, f->cfg->title_card,
                                 f->cfg->end_card};
    int rc = f->has_ball ? with_ball(f) : track_show_new(&f->show, f->r);

    if (rc == TW_OK)
        rc = fit_colours(f);
    if (rc == TW_OK)
        rc = timeline_new(&f->time, f->has_ball ? f->r->ball : NULL, f->n_lands, &want);
    if (rc == TW_OK)
        choose_side(f);
    return rc;
}

int film_new(struct film **to, const struct tw_host *host, const struct movie_config *cfg,
             const struct tw_result *r)
{
    struct film *f = calloc(1, sizeof *f);
    double frames = round(cfg->duration * (double)cfg->fps);
    int rc;

    if (!f)
        return host->fail(host, TW_ENOMEM, "out of memory");
    f->host = host;
    f->cfg = cfg;
    f->r = r;
    f->has_ball = r->ball && r->ball->n && r->n_landscapes;
    f->n_lands = f->has_ball ? r->n_landscapes : 1;
    f->n_frames = frames > 1 ? (size_t)frames : 1;
    f->bare = *r;
    f->bare.struct_size = sizeof f->bare;
    f->bare.n_tracks = 0;
    rc = prepare(f);
    if (rc == TW_ENOMEM)
        host->fail(host, rc, "out of memory");
    if (rc < 0)
        film_free(f);
    else
        *to = f;
    return rc;
}

void film_free(struct film *f)
{
    for (size_t k = 0; f->losses && k < f->n_lands; k++)
        losses_free(&f->losses[k]);
    free(f->losses);
    roll_free(&f->roll);
    lands_free(f->lands, f->n_lands);
    track_show_free(&f->show);
    timeline_free(&f->time);
    free(f->shots);
    free(f->trail);
    free(f);
}

/* ---- one pass ---------------------------------------------------------------------------- */

/* The renderer's view of the host: it says how far a frame is, we say how far the film is. */
struct stage {
    struct tw_host view; /* first: the renderer has its address */
    const struct tw_host *host;
    const struct film *film;
    const struct film_pass *pass;
    size_t frame;
    char what[48];
    struct render *a, *b, *morph; /* of the landscape `land`, the next one, in between */
    size_t land;
    struct render_eye eye; /* of the whole first landscape */
    cairo_surface_t *picture;
};

static int stage_tick(const struct tw_host *h, double done, const char *what)
{
    const struct stage *s = (const struct stage *)(const void *)h;
    double all = (double)s->film->n_frames, at = (double)s->frame;

    (void)what;
    done = done >= 0 && done <= 1 ? done : 0;
    at = fmin((at + done * (double)s->pass->step) / all, 1);
    return s->host->tick(s->host, s->pass->from + (s->pass->to - s->pass->from) * at, s->what);
}

static int begin_land(struct stage *s, size_t land, struct render **to)
{
    const struct film *f = s->film;
    const struct movie_config *c = f->cfg;
    struct render_options o;

    render_defaults(&o);
    o.width = s->pass->width;
    o.height = s->pass->height;
    o.style = c->style;
    o.palette = c->palette - 1;
    o.quality = s->pass->quality;
    o.log = f->log ? SCALE_LOG : SCALE_LINEAR;
    o.vmin = f->lo;
    o.vmax = f->hi;
    o.axes = CHOICE_NO;
    o.words = WORDS_NONE;
    o.stalks = false;
    o.turn = f->turn;
    o.rise = f->rise;
    o.zoom = 1;
    o.font = c->font;
    o.host = &s->view;
    o.run = parallel_run;
    if (f->has_ball)
        o.heights = f->lands[land].height;
    return render_begin(to, f->has_ball ? &f->lands[land].result : &f->bare, &o);
}

/* The camera's way, once it is known how far from the landscape it must be. */
static int plan(struct film *f, struct stage *s)
{
    struct camera_want w = camera_want(f);

    render_eye(s->a, &s->eye);
    if (f->shots)
        return TW_OK;
    w.whole = (struct shot){.at = {s->eye.at[0], s->eye.at[1], s->eye.at[2]},
                            .distance = s->eye.distance,
                            .turn = s->eye.turn,
                            .rise = s->eye.rise};
    if (f->has_ball)
        w.whole.at[2] += f->lands[0].offset[2];
    f->shots = camera_plan(&w);
    return f->shots ? TW_OK : TW_ENOMEM;
}

/* The renderer that shows this moment. */
static int turn_to(struct stage *s, const struct moment *m, struct render **to)
{
    const struct film *f = s->film;
    int rc = TW_OK;

    if (s->morph && (m->phase != PHASE_MORPH || m->land != s->land)) {
        render_end(s->morph);
        s->morph = NULL;
    }
    if (m->land != s->land) { /* one further, or more when frames are left out */
        render_end(s->a);
        s->a = m->land == s->land + 1 ? s->b : NULL;
        if (s->b && !s->a)
            render_end(s->b);
        s->b = NULL;
        s->land = m->land;
    }
    if (!s->a)
        rc = begin_land(s, s->land, &s->a);
    *to = s->a;
    if (rc < 0 || m->phase != PHASE_MORPH)
        return rc;
    if (!s->b)
        rc = begin_land(s, s->land + 1, &s->b);
    if (rc == TW_OK && !s->morph) {
        const struct land *a = &f->lands[s->land], *b = &f->lands[s->land + 1];

        rc = render_begin_morph(&s->morph, s->a, s->b, a->rest[0], a->rest[1], b->enter[0],
                                b->enter[1]);
    }
    *to = s->morph;
    return rc == TW_OK ? render_morph(s->morph, ease(m->share)) : rc;
}

/* Where the ball was in the last moments, in this landscape; the oldest first. */
static size_t trail_of(const struct film *f, const struct moment *m, double time, size_t last)
{
    double step = 1 / ((double)f->cfg->fps * TRAIL_FINE), begun = 0, strength = 1;
    size_t n = 0, places;

    for (size_t k = 0; k < f->time.n_parts; k++)
        if (f->time.part[k].phase == PHASE_ROLL && f->time.part[k].land == m->land)
            begun = f->time.part[k].from;
    if (m->phase == PHASE_TITLE || m->phase == PHASE_MORPH)
        return 0;
    if (m->phase == PHASE_REST && m->land < last) /* gone before the ground changes */
        strength = 1 - ease(1.15 * m->share);
    places = (size_t)fmin(fmin(TRAIL, time - begun) / step + 1, TRAIL_MAX);
    for (size_t k = places; k-- > 0;) {
        double age = (double)k * step, left = fmax(1 - age / TRAIL, 0);
        struct moment then = timeline_at(&f->time, time - age);
        struct roll_place at;

        roll_at(&f->roll, f->lands, m->land, then.land == m->land ? then.t : 0, &at);
        if (n && k &&
            hypot(at.x - f->trail[n - 1][0], at.y - f->trail[n - 1][1]) * f->lands[m->land].per[0] <
                2e-4)
            continue;
        f->trail[n][0] = at.x;
        f->trail[n][1] = at.y;
        f->trail[n++][2] = strength * left * left;
    }
    return strength > 0 && n > 1 ? n : 0;
}

static int put_ball(struct stage *s, struct render *p, const struct moment *m, double time,
                    double *loss)
{
    const struct film *f = s->film;
    struct render_ball ball = {.spin = {1, 0, 0, 0, 1, 0, 0, 0, 1}};

    if (f->has_ball) {
        struct roll_place at;

        roll_at(&f->roll, f->lands, m->land, m->t, &at);
        ball.x = at.x;
        ball.y = at.y;
        ball.radius = f->r->ball->radius;
        memcpy(ball.spin, at.spin, sizeof ball.spin);
        ball.n_trail = trail_of(f, m, time, f->n_lands - 1);
        ball.trail = f->trail;
        *loss = losses_at(&f->losses[m->land], at.foot[2], m->rolled);
    } else if (!track_show_at(&f->show, m->rolled, &ball, loss)) {
        return render_ball(p, NULL);
    }
    return render_ball(p, &ball);
}

static int look(struct stage *s, struct render *p)
{
    const struct film *f = s->film;
    const struct shot *shot = &f->shots[s->frame];
    struct render_eye eye = s->eye;

    for (int a = 0; a < 3; a++)
        eye.at[a] = shot->at[a] - (f->has_ball ? f->lands[s->land].offset[a] : 0);
    eye.distance = shot->distance;
    eye.turn = shot->turn;
    eye.rise = shot->rise;
    eye.shift_x = 0;
    eye.shift_y = f->cfg->captions ? LIFT : 0;
    return render_look(p, &eye);
}

static int one_frame(struct stage *s, struct captions *captions)
{
    const struct film *f = s->film;
    double time = ((double)s->frame + 0.5) / (double)f->cfg->fps, loss = NAN;
    struct moment m = timeline_at(&f->time, time);
    struct render *p;
    int rc;

    snprintf(s->what, sizeof s->what, "frame %zu of %zu", s->frame + 1, f->n_frames);
    if (stage_tick(&s->view, 0, NULL))
        return TW_ECANCELLED;
    rc = turn_to(s, &m, &p);
    if (rc == TW_OK)
        rc = look(s, p);
    if (rc == TW_OK)
        rc = put_ball(s, p, &m, time, &loss);
    if (rc == TW_OK)
        rc = render_layers(p);
    if (rc == TW_OK)
        rc = render_compose(p, s->picture);
    if (rc == TW_OK)
        rc = captions_draw(captions, s->picture, &m, time, f->cfg->duration, loss);
    if (rc < 0)
        return rc;
    cairo_surface_flush(s->picture);
    return s->pass->take(s->pass->ctx,
                         (const uint32_t *)(const void *)cairo_image_surface_get_data(s->picture),
                         (size_t)cairo_image_surface_get_stride(s->picture) / 4);
}

static int all_frames(struct stage *s)
{
    struct captions captions;
    struct film *f = (struct film *)(uintptr_t)s->film;
    int rc = captions_new(&captions, f->cfg, f->r, s->pass->width, s->pass->height, starts_at(f));

    if (rc == TW_OK)
        rc = begin_land(s, 0, &s->a);
    if (rc == TW_OK)
        rc = plan(f, s);
    for (s->frame = 0; rc == TW_OK && s->frame < f->n_frames; s->frame += s->pass->step)
        rc = one_frame(s, &captions);
    captions_free(&captions);
    return rc;
}

int film_play(struct film *f, const struct film_pass *pass)
{
    struct stage s = {.view = *f->host, .host = f->host, .film = f, .pass = pass};
    int rc;

    s.view.tick = stage_tick;
    snprintf(s.what, sizeof s.what, "film");
    s.picture = cairo_image_surface_create(CAIRO_FORMAT_RGB24, pass->width, pass->height);
    rc = cairo_surface_status(s.picture) ? TW_ENOMEM : all_frames(&s);
    cairo_surface_destroy(s.picture);
    if (s.morph)
        render_end(s.morph);
    if (s.b)
        render_end(s.b);
    if (s.a)
        render_end(s.a);
    if (rc == TW_ENOMEM)
        f->host->fail(f->host, rc, "out of memory: frames of %d x %d pixels", pass->width,
                      pass->height);
    else if (rc == TW_EINVAL)
        f->host->fail(f->host, rc, "there is nothing to film: no grid point has a finite loss");
    return rc;
}

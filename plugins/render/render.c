/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render.c -- see render.h: the order in which a picture comes to be. */
#include "render/render.h"

#include "render/picture.h"

#include <stdlib.h>

#define RADIANS     0.017453293f
#define LEVELS_WANT 20
#define RISE_STEP   0.08f
#define RISE_MAX    1.06f /* about 60 degrees */
#define ASPECT      0.6   /* of the shorter side to the longer, at least */

void render_defaults(struct render_options *o)
{
    *o = (struct render_options){.width = 1920,
                                 .height = 1080,
                                 .palette = -1,
                                 .quality = QUALITY_GOOD,
                                 .vmin = NAN,
                                 .vmax = NAN,
                                 .levels = -1,
                                 .axes = CHOICE_STYLE,
                                 .floor = CHOICE_STYLE,
                                 .words = -1,
                                 .stalks = true,
                                 .critical = true,
                                 .turn = NAN,
                                 .rise = NAN,
                                 .fov = NAN,
                                 .zoom = NAN,
                                 .vertical = NAN,
                                 .to = 1,
                                 .font = "Inter, DejaVu Sans, sans-serif"};
}

int render_tick(const struct render *p, double done, const char *what)
{
    const struct tw_host *h = p->o.host;

    return h && h->tick(h, p->o.from + (p->o.to - p->o.from) * done, what) ? TW_ECANCELLED : TW_OK;
}

static bool chosen(enum choice c, bool otherwise)
{
    return c == CHOICE_STYLE ? otherwise : c == CHOICE_YES;
}

static int fit_scale(struct render *p, const double *values)
{
    struct scene *s = &p->s;
    const struct tw_grid *g = p->r->grid;
    int want = p->o.levels < 0 ? LEVELS_WANT : p->o.levels;

    if (render_scale(&s->scale, values, g->nx * g->ny, s->style.log, &p->o))
        return -1;
    if (!(s->scale.min < s->scale.max) || want == 0)
        return 0;
    levels_pick(&s->levels, s->scale.log, s->scale.lo, s->scale.hi, want);
    for (size_t i = 0; i < s->levels.n; i++) {
        s->lines.t[i] = (float)scale_t(&s->scale, s->levels.at[i]);
        s->lines.major[i] = s->levels.major[i];
    }
    s->lines.n = s->levels.n;
    return 0;
}

/* Inside the rectangle, but not inside the outline. */
static bool cut_off(const struct scene *s, double at_x, double at_y)
{
    float x = field_room_x(&s->field, at_x), y = field_room_y(&s->field, at_y);

    return fabsf(x) < s->field.half_x && fabsf(y) < s->field.half_y &&
           !scene_inside(s, x, y, 0.04f);
}

/* Rounded as far as the trajectories and the ball stay inside. */
static void round_corners(struct render *p)
{
    struct scene *s = &p->s;
    const struct tw_ball *ball = p->r->ball;
    bool out = true;

    for (s->corner = 1; out && s->corner > 0.05f; s->corner -= out ? 0.1f : 0) {
        out = false;
        for (size_t k = 0; k < p->r->n_tracks; k++)
            for (size_t i = 0; i < p->r->tracks[k]->n; i++)
                out |= cut_off(s, p->r->tracks[k]->x[i], p->r->tracks[k]->y[i]);
        for (size_t i = 0; ball && i < ball->n; i++)
            out |= ball->landscape[i] == p->land && cut_off(s, ball->x[i], ball->y[i]);
    }
}

/* Beads and tubes of several runs: those of the first in the style's colour, the others' by
 * Okabe and Ito (2008), who made them to be told apart by everybody. */
static void colours(struct scene *s)
{
    static const uint32_t others[TRACKS_MAX] = {0,        0x0072b2, 0xe69f00, 0xcc79a7,
                                                0x56b4e9, 0x009e73, 0xf0e442, 0x444444};
    static const uint32_t pins[PIN_KINDS] = {[TW_MINIMUM] = 0x1f6fe0,
                                             [TW_SADDLE] = 0xffffff,
                                             [TW_MAXIMUM] = 0x181818,
                                             [TW_DEGENERATE] = 0x9a9a9a};
    const struct style *y = &s->style;

    for (size_t k = 0; k < TRACKS_MAX; k++)
        s->path_colour[k] = hex_linear(k ? others[k] : y->path);
    s->start_colour = hex_linear(y->start);
    s->ground = hex_linear(y->ground);
    s->ground_edge = hex_linear(y->ground_edge);
    s->sheet = hex_linear(y->sheet);
    s->trail_core = hex_linear(0xd2202a);
    s->trail_seam = hex_linear(0xfff6ea);
    for (size_t k = 0; k < PIN_KINDS; k++)
        s->pin_colour[k] = hex_linear(pins[k]);
}

/* Another palette needs another path that stands out on it. */
static void repaint(struct style *y, enum palette p)
{
    if (p == (enum palette)y->palette)
        return;
    y->palette = (int)p;
    y->path = rgb_pack(palette_accent(p));
}

/* The surface at a place, and what is below it: at most two points. */
static size_t fit_place(const struct render *p, float x, float y, struct vec *to)
{
    const struct scene *s = &p->s;
    bool sheet = s->style.body == BODY_SHEET;
    struct field_spot spot;
    size_t n = 0;

    if (!s->style.fade && (p->floor || !sheet))
        to[n++] = (struct vec){x, y, sheet ? s->floor_z : -s->style.base};
    if (field_near(&s->field, x, y, &spot))
        to[n++] = (struct vec){x, y, spot.z};
    return n;
}

/* The grid's own points: teeth along a hole, and spikes, are as narrow as its cells. */
static size_t fit_nodes(const struct render *p, struct vec *to, size_t room)
{
    const struct heightfield *f = &p->s.field;
    size_t step = 1, n = 0;

    while ((f->nx / step + 1) * (f->ny / step + 1) > room)
        step++;
    for (size_t j = 0; j < f->ny; j += step)
        for (size_t i = 0; i < f->nx; i += step) {
            size_t at = j * f->nx + i;
            float z = f->high ? f->high[at].t : field_z(f, f->node[at].t);

            if (isfinite(z) && scene_inside(&p->s, f->x[i], f->y[j], 0) && n < room)
                to[n++] = (struct vec){f->x[i], f->y[j], z};
        }
    return n;
}

size_t aim_points(const struct render *p, struct vec *to)
{
    const struct scene *s = &p->s;
    size_t n = 0;

    if (p->axes) {
        for (int k = 0; k < 8; k++)
            to[n++] = (struct vec){k & 1 ? s->field.half_x : -s->field.half_x,
                                   k & 2 ? s->field.half_y : -s->field.half_y,
                                   k & 4 ? s->field.height : s->floor_z};
        return n;
    }
    for (int j = 0; j <= 30; j++)
        for (int i = 0; i <= 30; i++) {
            float x = ((float)i / 15 - 1) * s->field.half_x * 0.999f;
            float y = ((float)j / 15 - 1) * s->field.half_y * 0.999f;

            if (scene_inside(s, x, y, 0))
                n += fit_place(p, x, y, to + n);
        }
    return n + fit_nodes(p, to + n, AIM_POINTS - n);
}

/* Turns to where most is seen.  If that is not enough of the trajectories from anywhere around, the
 * camera goes up, unless it was told how high to be. */
static float choose(struct render *p, float *rise, float fov, const struct vec *points, size_t n,
                    struct frame part)
{
    const struct scene *scene = &p->s;
    float turn = 0, best_turn = 0, best_rise = *rise, most = -1;

    for (float up = *rise;; up += RISE_STEP) {
        float seen;

        camera_fit(&p->c, p->o.width, p->o.height, 0, up, fov, points, n, part, 1);
        turn = camera_choose(&scene, 1, p->c, points, n, part);
        camera_fit(&p->c, p->o.width, p->o.height, turn, up, fov, points, n, part, 1);
        seen = camera_path_seen(&p->s, &p->c);
        if (seen > most + 0.01f) {
            most = seen;
            best_turn = turn;
            best_rise = up;
        }
        if (seen >= CAMERA_SEEN || isfinite(p->o.rise) || up + RISE_STEP > RISE_MAX)
            break;
    }
    *rise = best_rise;
    return best_turn;
}

void aim_angles(const struct render *p, float *rise, float *fov, float *zoom)
{
    const struct style *y = &p->s.style;

    *rise = isfinite(p->o.rise) ? (float)p->o.rise : y->rise;
    *rise = RADIANS * fminf(fmaxf(*rise, 1), 89);
    *fov = RADIANS * (isfinite(p->o.fov) ? (float)p->o.fov : y->fov);
    *zoom = isfinite(p->o.zoom) ? (float)p->o.zoom : y->zoom;
}

static int aim(struct render *p)
{
    struct vec *points = malloc(AIM_POINTS * sizeof *points);
    struct frame part = words_room(p);
    float rise, fov, zoom, turn;
    size_t n;

    if (!points)
        return TW_ENOMEM;
    n = aim_points(p, points);
    aim_angles(p, &rise, &fov, &zoom);
    turn =
        isfinite(p->o.turn) ? RADIANS * (float)p->o.turn : choose(p, &rise, fov, points, n, part);
    camera_fit(&p->c, p->o.width, p->o.height, turn, rise, fov, points, n, part, zoom);
    free(points);
    return TW_OK;
}

static size_t at_most(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t longer_side(const struct render *p)
{
    return (size_t)(p->o.width > p->o.height ? p->o.width : p->o.height);
}

/* Small pictures need less of everything. */
static int prepare(struct render *p)
{
    static const size_t mesh[] = {400, 800, 800};
    struct scene *s = &p->s;
    const double *values = p->o.values ? p->o.values : p->r->grid->loss;
    float height = isfinite(p->o.vertical) ? (float)p->o.vertical : s->style.height;
    bool disc = s->style.body == BODY_DISC;

    if (fit_scale(p, values) || field_init(&s->field, p->r->grid, values, &s->scale, p->o.heights,
                                           height, disc && !p->o.heights ? 1 : ASPECT))
        return TW_ENOMEM;
    p->origin = (struct vec){0, 0, s->field.low};
    if (disc)
        round_corners(p);
    s->style.base += fmaxf(-s->field.bottom, 0); /* given heights go below the scale's low end */
    s->floor_z = fminf(s->field.bottom, 0) - s->style.gap;
    if (p->o.palette >= 0 && p->o.palette < PALETTE_COUNT)
        repaint(&s->style, (enum palette)p->o.palette);
    ramp_fill(&s->ramp, (enum palette)s->style.palette);
    colours(s);
    if (figure_init(&p->fig, p->unit, p->o.font) ||
        scene_mesh(s, at_most(mesh[p->o.quality], longer_side(p))) ||
        scene_paths(s, p->r, p->o.stalks, p->o.critical))
        return TW_ENOMEM;
    return TW_OK;
}

static int light(struct render *p)
{
    static const size_t bake[] = {160, 200, 400};
    struct scene *s = &p->s;
    int rc = render_tick(p, 0.03, "camera");

    if (rc >= 0)
        rc = render_rest_ball(p); /* the camera looks for it */
    if (rc >= 0 && p->o.eye)
        rc = render_look(p, p->o.eye);
    else if (rc >= 0)
        rc = aim(p);
    if (rc >= 0)
        rc = render_tick(p, 0.05, "light");
    if (rc < 0)
        return rc;
    scene_lights(s, p->c.turn);
    if (!p->o.unlit)
        rc = scene_bake(s, &p->workers, at_most(bake[p->o.quality], 16 + longer_side(p) / 4));
    return rc < 0 ? rc : render_rest_ball(p); /* again, now in the light */
}

int render_draft(struct render **to, const struct tw_result *r, const struct render_options *o)
{
    struct render *p;
    int rc;

    if (!r->grid || r->grid->nx < 2 || r->grid->ny < 2 || o->width < 16 || o->height < 16 ||
        o->width > 32767 || o->height > 32767 || o->style < 0)
        return TW_EINVAL;
    p = calloc(1, sizeof *p);
    if (!p)
        return TW_ENOMEM;
    p->o = *o;
    p->r = r;
    p->s.style = styles[o->style];
    for (size_t k = 0; k < r->n_landscapes; k++)
        if (r->landscapes[k]->grid == r->grid)
            p->land = (uint32_t)k;
    p->workers = (struct workers){o->host, o->run};
    p->unit = o->unit > 0 ? o->unit : sqrt((double)o->width * (double)o->height) / 720;
    p->axes = chosen(o->axes, p->s.style.axes);
    p->floor = chosen(o->floor, p->s.style.floor);
    p->words = o->words < 0 ? p->s.style.words : (enum words)o->words;
    rc = prepare(p);
    if (rc < 0)
        render_end(p);
    else
        *to = p;
    return rc;
}

int render_begin(struct render **to, const struct tw_result *r, const struct render_options *o)
{
    struct render *p;
    int rc = render_draft(&p, r, o);

    if (rc < 0)
        return rc;
    rc = light(p);
    if (rc < 0)
        render_end(p);
    else
        *to = p;
    return rc;
}

void render_unlay(struct render *p)
{
    p->laid_out = false;
    p->labels.n = p->n_legend = p->n_marks = 0;
    p->bar = (struct bar){.w = 0};
}

int render_turn(struct render *p, double turn)
{
    p->o.turn = turn;
    render_unlay(p);
    return aim(p);
}

int render_layers(struct render *p)
{
    return draw_layers(p);
}

static void lay_out(struct render *p)
{
    if (p->laid_out)
        return;
    if (p->words != WORDS_NONE)
        words_layout(p);
    if (p->axes)
        axes_layout(p);
    if (p->words == WORDS_ALL && !p->morph)
        marks_layout(p);
    p->laid_out = true;
}

int render_behind(struct render *p, cairo_t *cr)
{
    lay_out(p);
    p->fig.cr = cr;
    if (p->axes)
        axes_behind(p);
    p->fig.cr = NULL;
    return cairo_status(cr) == CAIRO_STATUS_SUCCESS ? TW_OK : TW_ENOMEM;
}

int render_front(struct render *p, cairo_t *cr)
{
    lay_out(p);
    p->fig.cr = cr;
    if (p->words != WORDS_NONE)
        words_draw(p);
    marks_draw(p);
    labels_paint(&p->labels, &p->fig);
    p->fig.cr = NULL;
    return cairo_status(cr) == CAIRO_STATUS_SUCCESS ? TW_OK : TW_ENOMEM;
}

int render_image(struct render *p, bool object, cairo_surface_t *out)
{
    int rc;

    cairo_surface_flush(out);
    rc = draw_compose(p, object ? DRAW_OBJECT : DRAW_GROUND, NULL,
                      (uint32_t *)(void *)cairo_image_surface_get_data(out),
                      (size_t)cairo_image_surface_get_stride(out) / 4);
    cairo_surface_mark_dirty(out);
    return rc;
}

int render_compose(struct render *p, cairo_surface_t *out)
{
    cairo_surface_t *between = NULL;
    const uint32_t *pixels = NULL;
    cairo_t *cr;
    int rc = TW_OK;

    cairo_surface_flush(out);
    if (!p->o.unlit) {
        between = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, p->o.width, p->o.height);
        cr = cairo_create(between);
        rc = render_behind(p, cr);
        cairo_destroy(cr);
        cairo_surface_flush(between);
        pixels = (const uint32_t *)(const void *)cairo_image_surface_get_data(between);
    }
    if (rc >= 0)
        rc =
            draw_compose(p, DRAW_ALL, pixels, (uint32_t *)(void *)cairo_image_surface_get_data(out),
                         (size_t)cairo_image_surface_get_stride(out) / 4);
    cairo_surface_mark_dirty(out);
    if (between)
        cairo_surface_destroy(between);
    if (rc < 0 || p->o.unlit)
        return rc;
    cr = cairo_create(out);
    rc = render_front(p, cr);
    cairo_destroy(cr);
    return rc;
}

static void tubes_free(struct tubes *t)
{
    free(t->point);
    free(t->look);
    free(t->segment);
    free(t->flags);
}

void render_end(struct render *p)
{
    struct scene *s = &p->s;

    if (s->paths)
        rtcReleaseScene(s->paths);
    if (s->terrain)
        rtcReleaseScene(s->terrain);
    if (s->device)
        rtcReleaseDevice(s->device);
    tubes_free(&s->tube);
    tubes_free(&s->beads);
    free(s->surface.at);
    free(s->floor.at);
    field_free(&s->field);
    trail_free(&s->trail);
    figure_free(&p->fig);
    morph_free(p->morph);
    free(p->ground);
    free(p->object);
    free(p);
}

size_t render_pins(const struct render *p, enum tw_critical_kind kind, struct rgb *colour)
{
    *colour = linear_rgb(p->s.pin_colour[kind]);
    return p->s.pins[kind];
}

int render_picture(const struct tw_result *r, const struct render_options *o, cairo_surface_t *out)
{
    struct render *p;
    int rc;

    if (cairo_surface_get_type(out) != CAIRO_SURFACE_TYPE_IMAGE ||
        cairo_image_surface_get_width(out) != o->width ||
        cairo_image_surface_get_height(out) != o->height)
        return TW_EINVAL;
    rc = render_begin(&p, r, o);
    if (rc < 0)
        return rc;
    rc = render_layers(p);
    if (rc >= 0)
        rc = render_compose(p, out);
    render_end(p);
    return rc;
}

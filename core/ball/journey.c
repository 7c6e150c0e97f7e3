/* SPDX-License-Identifier: GPL-3.0-or-later */
/* journey.c -- see journey.h.
 *
 * The surface interpolates losses, so its bottom is not quite that of the loss.  Therefore the
 * ball rolls twice: first on the surface as it is; then the true minimum beside its place of rest
 * is looked for, the surface gets its bottom and its height there, and the ball rolls again.
 */
#include "journey.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ASPECT_MIN 0.6 /* sides of a landscape, as the pictures draw it */
#define ASPECT_MAX 1.6
#define SAME       1e-3 /* cells: the ball rests where it should */

const char *journey_why(enum journey_end end)
{
    switch (end) {
    case JOURNEY_ALL:
        return "as many landscapes as were asked for";
    case JOURNEY_NO_PLANE:
        return "no more planes";
    case JOURNEY_NO_DESCENT:
        return "no further descent";
    case JOURNEY_NO_ROOM:
        break;
    }
    return "no room for a ball";
}

/* ---- one landscape ------------------------------------------------------------------ */

/* The longer side is 2, the shorter one in proportion, within limits. */
static void set_lengths(struct landscape *l)
{
    const struct tw_grid *g = l->grid;
    double w = g->x[g->nx - 1] - g->x[0], h = g->y[g->ny - 1] - g->y[0], aspect = h / w;
    aspect = fmin(fmax(aspect, ASPECT_MIN), ASPECT_MAX);
    l->view.x_length = 2 * fmin(1, 1 / aspect) / w;
    l->view.y_length = 2 * fmin(1, aspect) / h;
    l->range[0] = g->x[0] * l->view.x_length;
    l->range[1] = g->x[g->nx - 1] * l->view.x_length;
    l->range[2] = g->y[0] * l->view.y_length;
    l->range[3] = g->y[g->ny - 1] * l->view.y_length;
}

int landscape_relief(struct landscape *l, enum scale_log log, double height, struct error *err)
{
    const struct tw_grid *g = l->grid;
    size_t n = g->nx * g->ny;
    l->height = malloc(n * sizeof *l->height);
    if (!l->height)
        return error_nomem(err);
    if (relief_fit(&l->relief, g->loss, n, log, height, err) < 0)
        return -1;
    for (size_t k = 0; k < n; k++)
        l->height[k] = relief_height(&l->relief, g->loss[k]);
    set_lengths(l);
    return surface_new(&l->surface, g->nx, g->ny, l->range, l->height, err);
}

bool landscape_highest(const struct landscape *l, double at[2])
{
    const struct tw_grid *g = l->grid;
    double best = -INFINITY;
    for (size_t k = 0; k < g->nx * g->ny; k++) {
        long i = (long)(k % g->nx), j = (long)(k / g->nx);
        const struct surface *s = &l->surface;
        bool room = surface_open(s, i, j) || surface_open(s, i - 1, j) ||
                    surface_open(s, i, j - 1) || surface_open(s, i - 1, j - 1);
        if (!room || !(l->height[k] > best))
            continue;
        best = l->height[k];
        at[0] = g->x[i];
        at[1] = g->y[j];
    }
    return best > -INFINITY;
}

static int roll(struct landscape *l, const struct ball_options *o, const double velocity[2],
                struct roll *out, struct error *err)
{
    double start[2] = {l->start[0] * l->view.x_length, l->start[1] * l->view.y_length};
    return ball_roll(&l->surface, o, start, velocity, out, err);
}

/* Where a roll ended, in the plane's coordinates. */
static void place_of_rest(const struct landscape *l, const struct roll *r, double at[2])
{
    at[0] = r->sample[r->n - 1].x / l->view.x_length;
    at[1] = r->sample[r->n - 1].y / l->view.y_length;
}

/* Roll again on a surface whose bottom is that of the loss, at `at`; l->roll is replaced if the
 * ball comes to it. */
static int roll_again(struct landscape *l, const struct ball_options *o, const double velocity[2],
                      const double at[2], double loss, struct error *err)
{
    struct roll again = {0};
    const struct tw_grid *g = l->grid;
    double rest[2] = {NAN, NAN};
    double cell[2] = {(g->x[g->nx - 1] - g->x[0]) / (double)(g->nx - 1),
                      (g->y[g->ny - 1] - g->y[0]) / (double)(g->ny - 1)};
    surface_correct(&l->surface, at[0] * l->view.x_length, at[1] * l->view.y_length,
                    relief_height(&l->relief, loss), !l->roll.leans[0], !l->roll.leans[1]);
    if (roll(l, o, velocity, &again, err) < 0)
        return -1;
    if (again.n)
        place_of_rest(l, &again, rest);
    l->refined = again.end == l->roll.end && fabs(rest[0] - at[0]) <= SAME * cell[0] &&
                 fabs(rest[1] - at[1]) <= SAME * cell[1];
    if (!l->refined) {
        l->surface.fix.radius = 0;
        roll_free(&again);
        return 0;
    }
    roll_free(&l->roll);
    l->roll = again;
    return 0;
}

static int evaluate_rest(struct landscape *l, struct probe *p, double *theta, struct error *err)
{
    const struct tw_plane *v = &l->plane->view;
    for (size_t j = 0; j < v->dim; j++)
        theta[j] = v->origin[j] + l->rest[0] * v->u[j] + l->rest[1] * v->v[j];
    l->distance =
        gram_distance(l->plane->gram, false, l->rest[0] - l->start[0], l->rest[1] - l->start[1]);
    return model_evaluate(p->model, theta, &l->loss, &l->accuracy, err);
}

int landscape_roll(struct landscape *l, const struct ball_options *o, const double velocity[2],
                   struct probe *p, double *theta, struct error *err)
{
    double loss;
    if (roll(l, o, velocity, &l->roll, err) < 0)
        return -1;
    if (l->roll.end == ROLL_WALLED)
        return 1;
    if (probe_loss(p, 1, l->start, &l->start_loss, err) < 0)
        return -1;
    place_of_rest(l, &l->roll, l->rest);
    if (l->roll.end != ROLL_TIME) {
        double at[2] = {l->rest[0], l->rest[1]};
        if (valley_find(p, l->grid, l->roll.leans, at, &loss, err) < 0)
            return -1;
        if (isfinite(loss) && roll_again(l, o, velocity, at, loss, err) < 0)
            return -1;
        if (l->refined)
            memcpy(l->rest, at, sizeof at);
    }
    return evaluate_rest(l, p, theta, err);
}

void landscape_join(struct landscape *l, const struct landscape *last, double gravity)
{
    double up = last->roll.sample[last->roll.n - 1].z - l->roll.sample[0].z;
    l->relief.offset += up;
    for (size_t k = 0; k < l->grid->nx * l->grid->ny; k++)
        l->height[k] += up;
    /* The same shift of the surface. */
    for (size_t k = 0; k < l->surface.nx * l->surface.ny; k++)
        l->surface.f[k] += up;
    for (size_t k = 0; k < l->roll.n; k++) {
        l->roll.sample[k].z += up;
        l->roll.sample[k].energy += gravity * up;
    }
}

void landscape_free(struct landscape *l)
{
    roll_free(&l->roll);
    surface_free(&l->surface);
    free(l->height);
    grid_free(&l->own_grid);
    plane_free(&l->own_plane);
    *l = (struct landscape){0};
}

/* ---- all of them -------------------------------------------------------------------- */

static void view_landscape(struct landscape *l)
{
    struct tw_landscape *v = &l->view;
    v->struct_size = sizeof *v;
    v->plane = &l->plane->view;
    v->grid = l->grid;
    v->height = l->height;
    v->x = l->rest[0];
    v->y = l->rest[1];
    v->loss = l->loss;
    v->distance = l->distance;
}

/* The samples of all landscapes, one after the other; a millisecond to change. */
#define CHANGE 1e-3
static void fill_samples(struct journey *j, size_t n)
{
    double *v = j->numbers, begun = 0;
    size_t at = 0;
    for (size_t k = 0; k < j->n; k++) {
        const struct landscape *l = &j->land[k];
        for (size_t i = 0; i < l->roll.n; i++, at++) {
            const struct ball_sample *s = &l->roll.sample[i];
            bool rest = i + 1 == l->roll.n;
            j->which[at] = (uint32_t)k;
            v[at] = begun + s->t;
            v[n + at] = rest ? l->rest[0] : s->x / l->view.x_length;
            v[2 * n + at] = rest ? l->rest[1] : s->y / l->view.y_length;
            v[3 * n + at] = s->z;
            v[4 * n + at] = s->speed;
            v[5 * n + at] = s->energy;
        }
        begun = v[at - 1] + CHANGE;
    }
}

int journey_views(struct journey *j, struct error *err)
{
    size_t n = 0;
    for (size_t k = 0; k < j->n; k++)
        n += j->land[k].roll.n;
    j->views = calloc(j->n + 1, sizeof *j->views);
    j->numbers = calloc(n + 1, 6 * sizeof *j->numbers);
    j->which = calloc(n + 1, sizeof *j->which);
    if (!j->views || !j->numbers || !j->which)
        return error_nomem(err);
    for (size_t k = 0; k < j->n; k++) {
        view_landscape(&j->land[k]);
        j->views[k] = &j->land[k].view;
    }
    fill_samples(j, n);
    const double *v = j->numbers;
    j->ball = (struct tw_ball){.struct_size = sizeof j->ball,
                               .n = n,
                               .t = v,
                               .landscape = j->which,
                               .x = v + n,
                               .y = v + 2 * n,
                               .z = v + 3 * n,
                               .speed = v + 4 * n,
                               .energy = v + 5 * n,
                               .radius = BALL_RADIUS};
    return 0;
}

void journey_free(struct journey *j)
{
    for (size_t k = 0; k < j->n; k++)
        landscape_free(&j->land[k]);
    free(j->land);
    free(j->theta);
    free(j->views);
    free(j->numbers);
    free(j->which);
    *j = (struct journey){0};
}

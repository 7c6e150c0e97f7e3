/* SPDX-License-Identifier: GPL-3.0-or-later */
/* film.c -- between two pictures: the camera elsewhere, the ball elsewhere. */
#include "render/picture.h"

#include <stdlib.h>

#define DEGREES    57.29577951308232
#define PLACES_MAX 4000
#define TRAIL      0.16f /* half the width of the trail, in radii of the ball */

void render_eye(const struct render *p, struct render_eye *eye)
{
    const struct camera *c = &p->c;
    struct vec at = vec_add(vec_along(c->eye, c->forward, c->focus), p->origin);

    *eye = (struct render_eye){.at = {(double)at.x, (double)at.y, (double)at.z},
                               .distance = (double)c->focus,
                               .turn = (double)c->turn * DEGREES,
                               .rise = (double)c->rise * DEGREES,
                               .fov = 2 * atan((double)c->tan_y) * DEGREES,
                               .shift_x = (double)c->shift_x,
                               .shift_y = (double)c->shift_y};
}

int render_look(struct render *p, const struct render_eye *eye)
{
    double turn = eye->turn / DEGREES, rise = eye->rise / DEGREES;
    struct vec at = {(float)eye->at[0], (float)eye->at[1], (float)eye->at[2]};
    struct camera *c = &p->c;

    if (!(eye->distance > 0 && eye->fov > 0 && eye->fov < 170 && fabs(eye->rise) <= 90) ||
        !isfinite(eye->at[0] + eye->at[1] + eye->at[2] + eye->distance + eye->turn + eye->shift_x +
                  eye->shift_y))
        return TW_EINVAL;
    *c = (struct camera){.width = (float)p->o.width,
                         .height = (float)p->o.height,
                         .turn = (float)turn,
                         .rise = (float)rise,
                         .forward = {(float)(-cos(turn) * cos(rise)),
                                     (float)(-sin(turn) * cos(rise)), (float)-sin(rise)},
                         .right = {(float)-sin(turn), (float)cos(turn), 0},
                         .tan_y = (float)tan(eye->fov / 2 / DEGREES),
                         .shift_x = (float)eye->shift_x,
                         .shift_y = (float)eye->shift_y,
                         .focus = (float)eye->distance};
    c->up = vec_cross(c->right, c->forward);
    c->tan_x = c->tan_y * c->width / c->height;
    c->eye = vec_along(vec_sub(at, p->origin), c->forward, -c->focus);
    render_unlay(p);
    return TW_OK;
}

static int lay(struct render *p, const struct render_ball *ball)
{
    struct scene *s = &p->s;
    float(*way)[3] = malloc((ball->n_trail + 1) * sizeof *way);
    int rc;

    if (!way)
        return TW_ENOMEM;
    for (size_t k = 0; k < ball->n_trail; k++) {
        way[k][0] = field_room_x(&s->field, ball->trail[k][0]);
        way[k][1] = field_room_y(&s->field, ball->trail[k][1]);
        way[k][2] = clamp01((float)ball->trail[k][2]);
    }
    rc = trail_lay(s, (const float(*)[3])way, ball->n_trail, TRAIL * (float)ball->radius);
    free(way);
    return rc ? TW_ENOMEM : TW_OK;
}

/* The way that the result's ball took here, stronger towards its end; at most PLACES_MAX places. */
static int way_of(const struct render *p, double (**to)[3], size_t *n)
{
    const struct tw_ball *b = p->r->ball;
    size_t first = 0, last, step;

    *n = 0;
    while (first < b->n && b->landscape[first] != p->land)
        first++;
    for (last = first; last < b->n && b->landscape[last] == p->land;)
        last++;
    if (first == last)
        return 0;
    step = 1 + (last - first) / PLACES_MAX;
    *to = malloc((2 + (last - first) / step) * sizeof **to);
    if (!*to)
        return -1;
    for (size_t k = first; k < last; k += step) {
        (*to)[*n][0] = b->x[k];
        (*to)[*n][1] = b->y[k];
        (*to)[(*n)++][2] = 0.3 + 0.7 * (double)(k - first) / (double)(last - first);
    }
    (*to)[*n][0] = b->x[last - 1];
    (*to)[*n][1] = b->y[last - 1];
    (*to)[(*n)++][2] = 1;
    return 0;
}

int render_rest_ball(struct render *p)
{
    /* Turned so that the stripe is seen from all sides. */
    struct render_ball ball = {
        .spin = {0.825, -0.24, 0.51, 0.295, 0.955, -0.03, -0.482, 0.175, 0.859}};
    double(*way)[3] = NULL;
    int rc = TW_OK;

    if (!p->r->ball)
        return TW_OK;
    if (way_of(p, &way, &ball.n_trail))
        return TW_ENOMEM;
    if (ball.n_trail) {
        ball.trail = (const double(*)[3])way;
        ball.x = way[ball.n_trail - 1][0];
        ball.y = way[ball.n_trail - 1][1];
        ball.radius = p->r->ball->radius;
        rc = render_ball(p, &ball);
    }
    free(way);
    return rc == TW_EINVAL ? TW_OK : rc;
}

int render_ball(struct render *p, const struct render_ball *ball)
{
    struct scene *s = &p->s;
    struct vec at;
    int rc;

    s->ball.r = 0;
    trail_free(&s->trail);
    if (!ball)
        return TW_OK;
    if (!(ball->radius > 0 && ball->radius < 1) || !isfinite(ball->x + ball->y))
        return TW_EINVAL;
    rc = lay(p, ball);
    if (rc < 0)
        return rc;
    at.x = field_room_x(&s->field, ball->x);
    at.y = field_room_y(&s->field, ball->y);
    if (field_rest(&s->field, at.x, at.y, (float)ball->radius, &at.z))
        ball_put(s, at, (float)ball->radius, ball->spin);
    return TW_OK;
}

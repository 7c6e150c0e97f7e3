/* SPDX-License-Identifier: GPL-3.0-or-later */
/* film.c -- between two pictures: the camera elsewhere, the ball elsewhere. */
#include "render/picture.h"

#include <stdlib.h>

#define PLACES_MAX 4000
#define TRAIL      0.16f /* half the width of the trail, in radii of the ball */

void render_eye(const struct render *p, struct render_eye *eye)
{
    *eye = camera_eye(&p->c);
    eye->at[0] += (double)p->origin.x;
    eye->at[1] += (double)p->origin.y;
    eye->at[2] += (double)p->origin.z;
}

int render_look(struct render *p, const struct render_eye *eye)
{
    struct render_eye e = *eye;

    if (!(e.distance > 0 && e.fov > 0 && e.fov < 170 && fabs(e.rise) <= 90) ||
        !isfinite(e.at[0] + e.at[1] + e.at[2] + e.distance + e.turn + e.shift_x + e.shift_y))
        return TW_EINVAL;
    e.at[0] -= (double)p->origin.x;
    e.at[1] -= (double)p->origin.y;
    e.at[2] -= (double)p->origin.z;
    camera_set(&p->c, p->o.width, p->o.height, &e);
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
    if (ball_rest(s, at.x, at.y, (float)ball->radius, &at.z))
        ball_put(s, at, (float)ball->radius, ball->spin);
    return TW_OK;
}

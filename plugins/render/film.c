/* SPDX-License-Identifier: GPL-3.0-or-later */
/* film.c -- between two pictures: the camera elsewhere, the ball elsewhere. */
#include "render/picture.h"

#include <stdlib.h>

#define TRAIL 0.16f /* half the width of the trail, in radii of the ball */

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

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* motion.c -- see motion.h. */
#include "motion.h"

#include <stdlib.h>

#define HOLD   0.8  /* seconds that the ball rests before the next landscape comes */
#define CHANGE 1e-3 /* seconds until that is there */
#define STILL  0.05 /* radii from its place of rest: nobody sees it move any more */
#define AMISS  0.02 /* radii that a centre may be off between two keys */
#define TWIST  0.02 /* radians */
#define TURN   1.2  /* radians between two keys: far from where a rotation becomes ambiguous */
#define WIDE   64   /* samples between two keys, at most */

/* ---- where it lies ----------------------------------------------------------------------- */

bool motion_rest(const struct terrain *t, double x, double y, double radius, struct vec *centre,
                 struct vec *normal)
{
    struct field_spot spot;
    struct vec at, n;
    float z;

    if (!terrain_at(t, x, y, &at) || !field_near(&t->field, at.x, at.y, &spot))
        return false;
    n = field_normal(&spot);
    *centre = vec_along(at, n, (float)radius);
    if (field_rest(&t->field, centre->x, centre->y, (float)radius, &z))
        centre->z = fmaxf(centre->z, t->field.low + z);
    *normal = n;
    return true;
}

/* ---- rolling -------------------------------------------------------------------------------- */

static struct quaternion roll(struct quaternion q, struct vec move, struct vec n, double radius)
{
    const double up[3] = {(double)n.x, (double)n.y, (double)n.z};
    const double d[3] = {(double)move.x, (double)move.y, (double)move.z};

    return quaternion_unit(quaternion_times(quaternion_rolling(up, d, radius), q));
}

/* ---- fewer keys --------------------------------------------------------------------------- */

/* As players of the file go from a to b, do they come near k? */
static bool near(const struct motion_key *a, const struct motion_key *b, const struct motion_key *k,
                 double radius)
{
    double w = (k->t - a->t) / (b->t - a->t);
    struct vec off = vec_sub(vec_mix(a->centre, b->centre, (float)w), k->centre);

    return sqrt((double)vec_dot(off, off)) <= AMISS * radius &&
           quaternion_angle(quaternion_slerp(a->turn, b->turn, w), k->turn) <= TWIST;
}

/* May all keys between a and b go? */
static bool straight(const struct motion_key *key, size_t a, size_t b, double radius)
{
    if (b - a > WIDE || quaternion_angle(key[a].turn, key[b].turn) > TURN)
        return false;
    for (size_t k = a + 1; k < b; k++)
        if (!near(key + a, key + b, key + k, radius))
            return false;
    return true;
}

/* Keep the first, the last, and what a straight line between the kept ones would miss. */
static void thin(struct motion *m, size_t first, double radius)
{
    size_t kept = first, from = first;

    for (size_t b = first + 2; b < m->n; b++)
        if (!straight(m->key, from, b, radius)) {
            from = b - 1;
            m->key[++kept] = m->key[from];
            /* What has been moved down is never looked at again, but the anchor is. */
        }
    if (m->n > first + 1)
        m->key[++kept] = m->key[m->n - 1];
    m->n = kept + 1;
}

/* ---- the journey -------------------------------------------------------------------------- */

/* Put landscape k where the ball comes in at the place where it rested in the one before. */
static void place(struct motion *m, const struct tw_result *r, const struct terrain *terrain,
                  size_t k)
{
    struct vec out, in;

    m->offset[k] = k ? m->offset[k - 1] : (struct vec){0, 0, 0};
    if (k == 0 ||
        !terrain_at(&terrain[k - 1], r->landscapes[k - 1]->x, r->landscapes[k - 1]->y, &out) ||
        !terrain_at(&terrain[k], 0, 0, &in))
        return;
    m->offset[k].x += out.x - in.x;
    m->offset[k].y += out.y - in.y;
}

static void add(struct motion *m, double t, struct vec centre, struct quaternion turn)
{
    if (m->n && (float)t <= (float)m->key[m->n - 1].t)
        return;
    m->key[m->n++] = (struct motion_key){t, centre, turn};
}

/* Friction lets the ball creep for long: from the sample that this returns on it is, of those up to
 * `end`, as good as at rest. */
static size_t as_good_as_still(const struct tw_ball *b, const struct terrain *t, size_t i,
                               size_t end)
{
    size_t last = end - 1;

    while (last > i) {
        double dx = (b->x[last - 1] - b->x[end - 1]) * t->field.per_x;
        double dy = (b->y[last - 1] - b->y[end - 1]) * t->field.per_y;

        if (hypot(dx, dy) > STILL * b->radius)
            break;
        last--;
    }
    return last;
}

/* One sample more; the ball has rolled there from the last key. */
static void roll_on(struct motion *m, const struct tw_ball *b, const struct terrain *terrain,
                    size_t k, size_t i, double t)
{
    struct vec centre, n;
    struct quaternion turn = {0, 0, 0, 1};

    if (!motion_rest(&terrain[k], b->x[i], b->y[i], b->radius, &centre, &n))
        return;
    centre = vec_along(centre, m->offset[k], 1);
    if (m->n)
        turn = roll(m->key[m->n - 1].turn, vec_sub(centre, m->key[m->n - 1].centre), n, b->radius);
    add(m, t, centre, turn);
}

/* The samples from `i` on that belong to landscape k; the number of the next. */
static size_t follow(struct motion *m, const struct tw_result *r, const struct terrain *terrain,
                     size_t k, size_t i)
{
    const struct tw_ball *b = r->ball;
    size_t end = i, start = i, first = m->n, still;
    double shift, creep;

    m->begin[k] = m->n ? m->key[m->n - 1].t + CHANGE : 0;
    while (end < b->n && b->landscape[end] == k)
        end++;
    if (end == i)
        return i;
    still = as_good_as_still(b, &terrain[k], i, end);
    shift = m->begin[k] - b->t[i];
    for (; i < still; i++)
        roll_on(m, b, terrain, k, i, b->t[i] + shift);
    creep = b->t[i > start ? i - 1 : start] + HOLD;
    roll_on(m, b, terrain, k, end - 1, fmin(b->t[end - 1], creep) + shift);
    if (m->n > first) {
        thin(m, first, b->radius);
        add(m, m->key[m->n - 1].t + HOLD, m->key[m->n - 1].centre, m->key[m->n - 1].turn);
    }
    return end;
}

int motion_new(struct motion *m, const struct tw_result *r, const struct terrain *terrain)
{
    size_t i = 0, n = r->n_landscapes;

    *m = (struct motion){.n_landscapes = n};
    m->key = malloc((r->ball->n + n + 1) * sizeof *m->key);
    m->offset = malloc(n * sizeof *m->offset);
    m->begin = malloc(n * sizeof *m->begin);
    if (!m->key || !m->offset || !m->begin)
        return -1;
    for (size_t k = 0; k < n; k++) {
        place(m, r, terrain, k);
        i = follow(m, r, terrain, k, i);
    }
    return 0;
}

void motion_free(struct motion *m)
{
    free(m->key);
    free(m->offset);
    free(m->begin);
    *m = (struct motion){0};
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* motion.c -- see motion.h. */
#include "motion.h"

#include <stdlib.h>

#define PI     3.14159265358979323846
#define HOLD   0.8  /* seconds that the ball rests before the next landscape comes */
#define CHANGE 1e-3 /* seconds until that is there */
#define STILL  0.05 /* radii from its place of rest: nobody sees it move any more */
#define AMISS  0.02 /* radii that a centre may be off between two keys */
#define TWIST  0.02 /* radians */
#define TURN   1.2  /* radians between two keys: far from where a rotation becomes ambiguous */
#define WIDE   64   /* samples between two keys, at most */

/* ---- where it lies ----------------------------------------------------------------------- */

/* The lowest height of a centre above (x, y) of the room, no lower than z, from which the ball cuts
 * nowhere. */
static float clear_of(const struct terrain *t, float x, float y, float z, float radius)
{
    enum { RINGS = 8, SECTORS = 24 };

    for (int i = 0; i <= RINGS; i++)
        for (int k = 0; k < (i ? SECTORS : 1); k++) {
            double a = 2 * PI * k / SECTORS;
            float r = radius * (float)i / RINGS, up = sqrtf(radius * radius - r * r);
            struct field_spot spot;

            if (field_at(&t->field, x + r * (float)cos(a), y + r * (float)sin(a), &spot))
                z = fmaxf(z, t->lift + field_z(&t->field, spot.t) + up);
        }
    return z;
}

bool motion_rest(const struct terrain *t, double x, double y, double radius, struct vec *centre,
                 struct vec *normal)
{
    struct field_spot spot;
    struct vec at, n;

    if (!terrain_at(t, x, y, &at) || !field_near(&t->field, at.x, at.y, &spot))
        return false;
    n = field_normal(&spot);
    *centre = vec_along(at, n, (float)radius);
    centre->z = clear_of(t, centre->x, centre->y, centre->z, (float)radius);
    *normal = n;
    return true;
}

/* ---- rolling -------------------------------------------------------------------------------- */

static struct quaternion times(struct quaternion a, struct quaternion b)
{
    return (struct quaternion){a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
                               a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
                               a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w,
                               a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z};
}

static struct quaternion unit(struct quaternion q)
{
    double n = sqrt(q.x * q.x + q.y * q.y + q.z * q.z + q.w * q.w);

    return (struct quaternion){q.x / n, q.y / n, q.z / n, q.w / n};
}

static double dot(struct quaternion a, struct quaternion b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w;
}

/* Between two rotations, in radians. */
static double angle(struct quaternion a, struct quaternion b)
{
    double c = fabs(dot(a, b));

    return c < 1 ? 2 * acos(c) : 0;
}

/* No slipping: the centre moves with w x (r n), so the ball turns about n x move by |move| / r. */
static struct quaternion roll(struct quaternion q, struct vec move, struct vec n, double radius)
{
    struct vec axis = vec_cross(n, move);
    double length = sqrt((double)vec_dot(axis, axis)), half = length / radius / 2, s;

    if (!(length > 0))
        return q;
    s = sin(half) / length;
    return unit(times(
        (struct quaternion){s * (double)axis.x, s * (double)axis.y, s * (double)axis.z, cos(half)},
        q));
}

/* ---- fewer keys -------------------------------------------------------------------------------
 */

static bool near(const struct motion_key *a, const struct motion_key *b, const struct motion_key *k,
                 double radius)
{
    double w = (k->t - a->t) / (b->t - a->t), sign = dot(a->turn, b->turn) < 0 ? -1 : 1;
    struct vec off = vec_sub(vec_mix(a->centre, b->centre, (float)w), k->centre);
    struct quaternion q;

    /* For the short turns allowed, straight between the two is as good as along the arc. */
    q = unit((struct quaternion){a->turn.x + w * (sign * b->turn.x - a->turn.x),
                                 a->turn.y + w * (sign * b->turn.y - a->turn.y),
                                 a->turn.z + w * (sign * b->turn.z - a->turn.z),
                                 a->turn.w + w * (sign * b->turn.w - a->turn.w)});
    return sqrt((double)vec_dot(off, off)) <= AMISS * radius && angle(q, k->turn) <= TWIST;
}

/* May all keys between a and b go? */
static bool straight(const struct motion_key *key, size_t a, size_t b, double radius)
{
    if (b - a > WIDE || angle(key[a].turn, key[b].turn) > TURN)
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

/* ---- the journey
 * ---------------------------------------------------------------------------------- */

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

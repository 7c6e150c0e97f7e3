/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-rest.c -- plugins/render/rest.c: a ball lies on the surface and cuts nowhere into it. */
#include "render/heightfield.h"
#include "suite.h"

#define N      41
#define RADIUS 0.045f

static double ax[N], grid_values[N * N];

static double slope(double x, double y)
{
    return 0.3 * x - 0.4 * y + 0.1;
}

/* Narrower than the ball is: it cannot reach the bottom. */
static double trough(double x, double y)
{
    return 0.5 * fabs(x) + 0 * y;
}

static double hills(double x, double y)
{
    return 0.2 * sin(7 * x) * cos(9 * y) + 0.1 * sin(19 * x + 3 * y);
}

static double punched(double x, double y)
{
    return x > 0.2 && y > 0.2 ? NAN : hills(x, y);
}

static struct heightfield field_of(double (*height)(double, double))
{
    struct tw_grid g = {.nx = N, .ny = N, .x = ax, .y = ax};
    struct scale s = {.lo = -1, .hi = 1, .n = (size_t)N * N};
    struct heightfield f;

    for (size_t i = 0; i < N; i++)
        ax[i] = -1 + 2.0 * (double)i / (N - 1);
    for (size_t k = 0; k < (size_t)N * N; k++)
        grid_values[k] = height(ax[k % N], ax[k / N]);
    ck_assert_int_eq(field_init(&f, &g, grid_values, &s, grid_values, 1, 1), 0);
    return f;
}

/* The same by looking everywhere, `steps` to a radius. */
static float everywhere(const struct heightfield *f, float x, float y, int steps)
{
    float best = -INFINITY;

    for (int i = -steps; i <= steps; i++)
        for (int j = -steps; j <= steps; j++) {
            float dx = RADIUS * (float)i / (float)steps, dy = RADIUS * (float)j / (float)steps;
            float room = RADIUS * RADIUS - dx * dx - dy * dy;
            struct field_spot spot;

            if (room >= 0 && field_at(f, x + dx, y + dy, &spot))
                best = fmaxf(best, spot.z + sqrtf(room));
        }
    return best;
}

START_TEST(on_a_slope)
{
    struct heightfield f = field_of(slope);

    for (float x = -0.9f; x < 0.9f; x += 0.117f) {
        float z, y = 0.5f - x / 2, want = (float)slope((double)x, (double)y) - f.low;

        ck_assert(field_rest(&f, x, y, RADIUS, &z));
        ck_assert_float_eq_tol(z, want + RADIUS * sqrtf(1 + 0.3f * 0.3f + 0.4f * 0.4f),
                               1e-5f * RADIUS + 1e-6f);
    }
    field_free(&f);
}
END_TEST

START_TEST(between_two_walls)
{
    struct heightfield f = field_of(trough);
    float z;

    /* The edge at the bottom is as sharp as the spline has it within a cell. */
    ck_assert(field_rest(&f, 0, 0.3f, RADIUS, &z));
    ck_assert_float_gt(z + f.low, RADIUS + 0.001f);
    ck_assert_float_eq_tol(z, everywhere(&f, 0, 0.3f, 400), 2e-5f * RADIUS);
    field_free(&f);
}
END_TEST

static void looks_everywhere(double (*height)(double, double))
{
    struct heightfield f = field_of(height);

    for (int k = 0; k < repetitions(60); k++) {
        float x = sinf(1.7f * (float)k), y = cosf(2.9f * (float)k), want, z = 7;

        want = everywhere(&f, x, y, 150);
        ck_assert_int_eq(field_rest(&f, x, y, RADIUS, &z), want > -INFINITY);
        if (want > -INFINITY) { /* that of the lattice misses the very highest where it is steep */
            ck_assert_float_gt(z, want - 1e-3f * RADIUS);
            ck_assert_float_lt(z, want + 2e-2f * RADIUS);
        } else {
            ck_assert_float_eq_tol(z, 7, 1e-6f);
        }
    }
    field_free(&f);
}

START_TEST(on_hills)
{
    looks_everywhere(hills);
}
END_TEST

START_TEST(beside_holes)
{
    looks_everywhere(punched);
}
END_TEST

START_TEST(moves_without_a_jump)
{
    struct heightfield f = field_of(hills);
    float last = 0, z;

    for (int k = 0; k <= repetitions(4000); k++) {
        float x = -0.8f + 0.0004f * (float)k;

        ck_assert(field_rest(&f, x, 0.31f, RADIUS, &z));
        if (k) /* no slope is steeper than 4 */
            ck_assert_float_lt(fabsf(z - last), 4 * 0.0004f + 1e-5f);
        last = z;
    }
    field_free(&f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("rest");
    TCase *t = tcase_create("rest");

    tcase_add_test(t, on_a_slope);
    tcase_add_test(t, between_two_walls);
    tcase_add_test(t, on_hills);
    tcase_add_test(t, beside_holes);
    tcase_add_test(t, moves_without_a_jump);
    suite_add_tcase(s, t);
    return bench_main(s);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-linear-plane - the plane extension of the linear models, with the kernels of each
 * instruction set: against losses in long double (evenly spaced and odd rows, tiny, huge and mixed
 * scores, few and many classes), bit by bit against itself (any cut of the rows, any other points),
 * and against loss() where there are ties, infinities and NaN.
 */
#define _XOPEN_SOURCE 700
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../plugins/util/rng.h"
#include "rig.h"

#define N_ROWS 75   /* two groups and a bit */
#define EXTRA  3    /* features that say nothing of the label */
#define WIDER  1997 /* so many that the rows are more than a block */

static const char *const isas[] = {"base", "avx2", "best"};

#define N_ISAS 3

struct variant {
    const char *model, *yaml;
    size_t n_classes, wider;
};

static const struct variant variants[] = {
    {"logistic", "{l2: 0}", 2, 0},
    {"logistic", "{l2: 0.01, bias: false}", 3, 0},
    {"logistic", "{l2: 0}", 10, 0},
    {"logistic", "{l2: 0}", 17, 0},
    {"logistic", "{l2: 0}", 33, 0},
    {"svm", "{l2: 0}", 2, 0},
    {"svm", "{l2: 0, squared: true}", 2, 0},
    {"svm", "{l2: 0.01}", 3, 0},
    {"svm", "{l2: 0, squared: true, bias: false}", 10, 0},
    {"svm", "{l2: 0, multiclass: crammer-singer}", 17, 0},
    {"svm", "{l2: 0, multiclass: crammer-singer, squared: true}", 10, 0},
    {"logistic", "{l2: 0}", 2, WIDER},
    {"logistic", "{l2: 0}", 10, WIDER},
    {"svm", "{l2: 0}", 10, WIDER},
};

#define N_VARIANTS ((int)(sizeof(variants) / sizeof(variants[0])))
#define N_ALL      (N_VARIANTS * N_ISAS)

/* How far the scores are apart. */
enum scale { MIXED, LARGE, HUGE_SCORES, TINY_LOSS, N_SCALES };

/* ---- the bench ---- */

struct bench {
    const struct variant *v;
    struct rig *rig;
    const struct tw_model_ops *ops;
    const struct tw_model_plane *plane;
    void *self;
    struct tw_data data;
    size_t n_out, d, dim;
    bool bias;
    double *origin, *u, *v_axis;
    long double *part[3];
};

static void *take(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);

    ck_assert_ptr_nonnull(p);
    return p;
}

/* Drawn once, for it takes longer than what is tested: of the data, and of the three parts of the
 * plane. */
#define MOST_WIDE (10 + EXTRA + WIDER)

static struct {
    float data[N_ROWS * MOST_WIDE];
    double part[3][10 * (MOST_WIDE + 1)];
} normal;

static void draw(void)
{
    for (size_t i = 0; i < sizeof(normal.data) / sizeof(normal.data[0]); i++)
        normal.data[i] = (float)rng_normal(6, i);
    for (size_t part = 0; part < 3; part++)
        for (size_t i = 0; i < sizeof(normal.part[0]) / sizeof(normal.part[0][0]); i++)
            normal.part[part][i] = rng_normal(7 + part, i);
}

/* A feature a class, 1 for the own one, and a few of noise. */
static void make_data(struct bench *b)
{
    float *x = take(N_ROWS * b->d, sizeof(*x));
    int32_t *label = take(N_ROWS, sizeof(*label));

    ck_assert_uint_le(b->d, MOST_WIDE);
    for (size_t r = 0; r < N_ROWS; r++) {
        label[r] = (int32_t)(rng_u64(5, r) % b->v->n_classes);
        x[r * b->d + (size_t)label[r]] = 1;
        for (size_t j = b->v->n_classes; j < b->d; j++)
            x[r * b->d + j] = normal.data[r * b->d + j];
    }
    b->data = (struct tw_data){
        .struct_size = sizeof(b->data),
        .task = TW_CLASSIFY,
        .n_rows = N_ROWS,
        .n_features = b->d,
        .n_classes = b->v->n_classes,
        .x = x,
        .label = label,
    };
}

static void make_weights(struct bench *b, enum scale scale)
{
    static const double origin[N_SCALES] = {1, 30, 4000, 0.1},
                        axes[N_SCALES] = {0.5, 15, 2000, 0.1};
    double *const to[3] = {b->origin, b->u, b->v_axis};

    ck_assert_uint_le(b->dim, sizeof(normal.part[0]) / sizeof(normal.part[0][0]));
    for (size_t part = 0; part < 3; part++)
        for (size_t i = 0; i < b->dim; i++)
            to[part][i] = (part == 0 ? origin : axes)[scale] * normal.part[part][i];
    if (scale != TINY_LOSS)
        return;
    for (size_t c = 0; c < b->v->n_classes; c++) /* margins of about 50 */
        if (b->n_out == 1)
            b->origin[c] += c == 1 ? 50 : -50;
        else
            b->origin[c * b->d + c] += 50;
}

static struct bench open_bench(const struct variant *v, const char *isa)
{
    struct bench b = {.v = v};

    if (strcmp(isa, "best") == 0)
        unsetenv("THALWEG_ISA");
    else
        setenv("THALWEG_ISA", isa, 1);
    b.rig = rig_new(TW_MODEL, v->model, v->yaml);
    b.ops = &b.rig->plugin->ops.model;
    b.self = b.rig->self;
    b.plane = b.rig->plugin->desc.get_extension(TW_EXT_MODEL_PLANE);
    b.d = v->n_classes + EXTRA + v->wider;
    b.n_out = v->n_classes == 2 ? 1 : v->n_classes;
    b.bias = !strstr(v->yaml, "bias: false");
    make_data(&b);
    return b;
}

/* The model keeps the address of the data. */
static void bind_bench(struct bench *b, enum scale scale)
{
    ck_assert_int_eq(b->ops->bind(b->self, &b->data), TW_OK);
    b->dim = b->ops->dim(b->self);
    ck_assert_uint_eq(b->dim, b->n_out * b->d + (b->bias ? b->n_out : 0));
    b->origin = take(b->dim, sizeof(double));
    b->u = take(b->dim, sizeof(double));
    b->v_axis = take(b->dim, sizeof(double));
    make_weights(b, scale);
}

static void begin(const struct bench *b)
{
    ck_assert_int_eq(b->plane->begin(b->self, b->origin, b->u, b->v_axis), TW_OK);
}

static void close_bench(struct bench *b)
{
    rig_free(b->rig);
    free((void *)(uintptr_t)b->data.x);
    free((void *)(uintptr_t)b->data.label);
    free(b->origin);
    free(b->u);
    free(b->v_axis);
    for (size_t part = 0; part < 3; part++)
        free(b->part[part]);
}

/* ---- points ---- */

#define WIDE    53 /* columns: two strips and a bit */
#define TALL    9
#define ODD     30
#define LOOSE   5
#define N_GRID  (WIDE * TALL)
#define N_LIST  (1 + N_GRID + 2 * ODD + 2 * 41 + LOOSE)
#define AT_LAST (1 + 4 * WIDE) /* of the grid's last five rows */
#define AT_ODD  (1 + N_GRID)
#define AT_EVEN (1 + N_GRID + 2 * ODD)

/* A grid with a loose point in it, two rows of columns at odd places (one of them twice), a row of
 * other even columns, one that is even but for 1e-9, and points that have each its own y. */
static void make_points(double *xy)
{
    double *p = xy;

    for (size_t r = 0; r < TALL; r++) {
        if (r == 4) {
            p[0] = 0.37;
            p[1] = 0.11;
            p += 2;
        }
        for (size_t c = 0; c < WIDE; c++, p += 2) {
            p[0] = -1.3 + (1.1 + 1.3) * (double)c / (WIDE - 1);
            p[1] = 1.2 - 0.3 * (double)r;
        }
    }
    for (size_t r = 0; r < 2; r++)
        for (size_t c = 0; c < ODD; c++, p += 2) {
            p[0] = c == 7 ? p[-2] : -1.2 + 0.08 * (double)c + 0.05 * rng_uniform(9, c);
            p[1] = 7.5 - 8 * (double)r;
        }
    for (size_t r = 0; r < 2; r++)
        for (size_t c = 0; c < 41; c++, p += 2) {
            p[0] = -2.0 + 0.1 * (double)c + (r == 0 ? 0 : 1e-9 * rng_uniform(10, c));
            p[1] = r == 0 ? 0.123 : -0.456;
        }
    for (size_t k = 0; k < LOOSE; k++, p += 2) {
        p[0] = 1.5 - 0.3 * (double)k;
        p[1] = -0.7 + 0.31 * (double)k;
    }
}

/* ---- the reference ---- */

/* Scores under origin, u and v: part[which][r * n_out + c]. */
static void reference_parts(struct bench *b)
{
    double *const weight[3] = {b->origin, b->u, b->v_axis};

    for (size_t part = 0; part < 3; part++) {
        b->part[part] = take(N_ROWS * b->n_out, sizeof(long double));
        for (size_t r = 0; r < N_ROWS; r++)
            for (size_t c = 0; c < b->n_out; c++) {
                const double *w = weight[part] + c * b->d;
                long double sum = b->bias ? (long double)weight[part][b->n_out * b->d + c] : 0;

                for (size_t j = 0; j < b->d; j++)
                    sum += (long double)b->data.x[r * b->d + j] * (long double)w[j];
                b->part[part][r * b->n_out + c] = sum;
            }
    }
}

static void reference_scores(const struct bench *b, double x, double y, size_t r, long double *s)
{
    for (size_t c = 0; c < b->n_out; c++) {
        size_t at = r * b->n_out + c;

        s[c] = b->part[0][at] + (long double)x * b->part[1][at] + (long double)y * b->part[2][at];
    }
    if (b->n_out == 1) { /* two scores that are as far apart */
        s[1] = s[0];
        s[0] = 0;
    }
}

static long double reference_term(const struct bench *b, const long double *s, size_t own)
{
    bool squared = strstr(b->v->yaml, "squared"), largest = strstr(b->v->yaml, "crammer");
    bool logistic = strcmp(b->v->model, "logistic") == 0;
    long double sum = 0, most = 0;

    for (size_t c = 0; c < b->v->n_classes; c++)
        most = fmaxl(most, s[c] - s[own]);
    for (size_t c = 0; c < b->v->n_classes; c++) {
        long double delta = s[c] - s[own], hinge = fmaxl(0, 1 + delta);

        if (c != own && logistic)
            sum += expl(delta - most);
        else if (c != own && largest)
            sum = fmaxl(sum, squared ? hinge * hinge : hinge);
        else if (c != own)
            sum += squared ? hinge * hinge : hinge;
    }
    if (!logistic)
        return sum;
    return most > 0 ? most + logl(expl(-most) + sum) : log1pl(sum);
}

/* The sum over rows [from, to), and how many are right. */
static double reference(const struct bench *b, double x, double y, size_t from, size_t to,
                        double *correct)
{
    long double *s = take(b->v->n_classes, sizeof(*s)), sum = 0;

    *correct = 0;
    for (size_t r = from; r < to; r++) {
        size_t own = (size_t)b->data.label[r], top = 0;

        reference_scores(b, x, y, r, s);
        for (size_t c = 1; c < b->v->n_classes; c++)
            top = s[c] > s[top] ? c : top;
        *correct += top == own;
        sum += reference_term(b, s, own);
    }
    free(s);
    return (double)sum;
}

/* ---- against it ---- */

/* What the reference says of rows [from, to) at every point; `before`: of those of the group that
 * come before them. */
struct wanted {
    double loss[N_LIST], before[N_LIST], correct[N_LIST];
};

/* Many classes take long: every third point, another one in each row of the grid. */
static size_t step(const struct variant *v)
{
    return v->n_classes > 16 ? 3 : 1;
}

static void want_surface(const struct bench *b, size_t from, size_t to, struct wanted *w)
{
    static double xy[2 * N_LIST];
    double other;

    make_points(xy);
    for (size_t k = 0; k < N_LIST; k += step(b->v)) {
        w->loss[k] = reference(b, xy[2 * k], xy[2 * k + 1], from, to, &w->correct[k]);
        w->before[k] = reference(b, xy[2 * k], xy[2 * k + 1], from - from % 32, from, &other);
    }
}

/* A part of a group is a difference of two sums; where a hinge breaks, little is left of 1 + delta.
 */
static void check_surface(const struct bench *b, size_t from, size_t to, const struct wanted *w)
{
    static double xy[2 * N_LIST], correct[N_LIST];
    static struct tw_sum sum[N_LIST];
    double least = strcmp(b->v->model, "svm") == 0 ? 1e-14 : 0;

    make_points(xy);
    ck_assert_int_eq(b->plane->eval(b->self, from, to - from, N_LIST, xy, sum, correct), TW_OK);
    for (size_t k = 0; k < N_LIST; k += step(b->v)) {
        double got = tw_sum_value(&sum[k]), want = w->loss[k];

        ck_assert_msg(fabs(got - want) <= 1e-12 * want + 1e-14 * w->before[k] + least,
                      "%s %s at (%g, %g), point %zu: %.17g, expected %.17g, off by %.3g",
                      b->v->model, b->v->yaml, xy[2 * k], xy[2 * k + 1], k, got, want, got - want);
        ck_assert_double_eq(correct[k], w->correct[k]);
    }
}

/* These rows, with the kernels of each instruction set: what is wanted is the same for all. */
static void check_rows(const struct variant *v, enum scale scale, size_t n, const size_t (*rows)[2])
{
    static struct wanted wanted[2];

    ck_assert_uint_le(n, 2);
    for (size_t isa = 0; isa < N_ISAS; isa++) {
        struct bench b = open_bench(v, isas[isa]);

        bind_bench(&b, scale);
        if (isa == 0) {
            reference_parts(&b);
            for (size_t i = 0; i < n; i++)
                want_surface(&b, rows[i][0], rows[i][1], &wanted[i]);
        }
        begin(&b);
        for (size_t i = 0; i < n; i++)
            check_surface(&b, rows[i][0], rows[i][1], &wanted[i]);
        b.plane->end(b.self);
        close_bench(&b);
    }
}

/* All rows, and so many that the last begins a group. */
START_TEST(surface_is_exact)
{
    static const size_t rows[][2] = {{0, N_ROWS}, {0, 33}};

    for (enum scale scale = 0; scale < N_SCALES; scale++)
        check_rows(&variants[_i], scale, scale == MIXED ? 2 : 1, rows);
}
END_TEST

/* The lowest losses are far below what 1 + s could hold: otherwise that test would say little. */
START_TEST(tiny_losses_are_tiny)
{
    struct bench b = open_bench(&variants[2], "best");
    double right;

    bind_bench(&b, TINY_LOSS);
    reference_parts(&b);
    ck_assert_double_lt(reference(&b, 0, 0, 0, N_ROWS, &right), 1e-18);
    ck_assert_double_gt(reference(&b, 0, 0, 0, N_ROWS, &right), 0);
    ck_assert_double_eq(right, N_ROWS);
    close_bench(&b);
}
END_TEST

/* ---- against itself ---- */

static void whole(const struct bench *b, const double *xy, struct tw_sum *sum, double *correct)
{
    ck_assert_int_eq(b->plane->eval(b->self, 0, N_ROWS, N_LIST, xy, sum, correct), TW_OK);
}

static void check_cuts(const struct bench *b, const size_t *cut, size_t n_cuts, const double *xy,
                       const struct tw_sum *all, const double *correct)
{
    static double right[N_LIST], part_right[N_LIST];
    static struct tw_sum sum[N_LIST], part[N_LIST];

    memset(sum, 0, sizeof(sum));
    memset(right, 0, sizeof(right));
    for (size_t i = 0; i + 1 < n_cuts; i++) {
        ck_assert_int_eq(
            b->plane->eval(b->self, cut[i], cut[i + 1] - cut[i], N_LIST, xy, part, part_right),
            TW_OK);
        for (size_t k = 0; k < N_LIST; k++) {
            tw_sum_add(&sum[k], part[k].hi);
            tw_sum_add(&sum[k], part[k].lo);
            right[k] += part_right[k];
        }
    }
    for (size_t k = 0; k < N_LIST; k++) {
        double a = tw_sum_value(&sum[k]), w = tw_sum_value(&all[k]);

        ck_assert_msg(memcmp(&a, &w, sizeof(a)) == 0, "point %zu: %.17g in parts, %.17g as a whole",
                      k, a, w);
        ck_assert_double_eq(right[k], correct[k]);
    }
}

START_TEST(cuts_do_not_show)
{
    static const size_t one[] = {0, 1, 2, 31, 32, 33, 63, 74, N_ROWS}, two[] = {0, 17, 40, N_ROWS};
    static double xy[2 * N_LIST], correct[N_LIST];
    static struct tw_sum all[N_LIST];
    const struct variant *v = &variants[_i / N_ISAS];

    make_points(xy);
    for (enum scale scale = 0; scale < N_SCALES; scale++) {
        struct bench b = open_bench(v, isas[_i % N_ISAS]);

        bind_bench(&b, scale);
        begin(&b);
        whole(&b, xy, all, correct);
        check_cuts(&b, one, sizeof(one) / sizeof(one[0]), xy, all, correct);
        check_cuts(&b, two, sizeof(two) / sizeof(two[0]), xy, all, correct);
        b.plane->end(b.self);
        close_bench(&b);
    }
}
END_TEST

/* A part of a group is the loss of its rows. */
START_TEST(parts_are_their_rows)
{
    static const size_t rows[][2] = {{11, 12}, {5, 70}};

    check_rows(&variants[_i], MIXED, 2, rows);
}
END_TEST

/* Points first .. first + n - 1 on their own; some without `correct`, too. */
static void check_alone(const struct bench *b, const double *xy, size_t first, size_t n,
                        const struct tw_sum *sum, const double *correct)
{
    struct tw_sum *alone = take(n, sizeof(*alone));
    double *right = take(n, sizeof(*right));

    ck_assert_int_eq(b->plane->eval(b->self, 0, N_ROWS, n, xy + 2 * first, alone, right), TW_OK);
    ck_assert_mem_eq(alone, sum + first, n * sizeof(*alone));
    ck_assert_mem_eq(right, correct + first, n * sizeof(*right));
    if (first <= 1 || n == 1) {
        ck_assert_int_eq(b->plane->eval(b->self, 0, N_ROWS, n, xy + 2 * first, alone, NULL), TW_OK);
        ck_assert_mem_eq(alone, sum + first, n * sizeof(*alone));
    }
    free(alone);
    free(right);
}

START_TEST(other_points_do_not_show)
{
    static double xy[2 * N_LIST], correct[N_LIST];
    static struct tw_sum sum[N_LIST];
    const struct variant *v = &variants[_i / N_ISAS];

    make_points(xy);
    for (enum scale scale = 0; scale < N_SCALES; scale++) {
        struct bench b = open_bench(v, isas[_i % N_ISAS]);

        bind_bench(&b, scale);
        begin(&b);
        whole(&b, xy, sum, correct);
        for (size_t r = 0; r < TALL; r += r == 0 ? 3 : r == 3 ? 1 : 4) /* 0, 3, 4, 8 */
            check_alone(&b, xy, r * WIDE + (r >= 4), WIDE, sum, correct);
        check_alone(&b, xy, AT_LAST, 5 * WIDE, sum, correct);
        check_alone(&b, xy, AT_ODD, ODD, sum, correct);
        check_alone(&b, xy, AT_EVEN, 41, sum, correct);
        check_alone(&b, xy, AT_EVEN + 41, 41, sum, correct);
        check_alone(&b, xy, N_LIST - 2, 1, sum, correct);
        b.plane->end(b.self);
        close_bench(&b);
    }
}
END_TEST

/* ---- against loss() ---- */

static void check_plain(const struct bench *b, size_t n, const double *xy)
{
    struct tw_sum *sum = take(n, sizeof(*sum));
    double *correct = take(n, sizeof(*correct)), *theta = take(b->dim, sizeof(*theta));
    double *penalty = take(n, sizeof(*penalty));

    begin(b);
    ck_assert_int_eq(b->plane->eval(b->self, 0, N_ROWS, n, xy, sum, correct), TW_OK);
    ck_assert_int_eq(b->plane->penalty(b->self, n, xy, penalty), TW_OK);
    b->plane->end(b->self);
    for (size_t k = 0; k < n; k++) {
        double want, right = NAN, got = tw_sum_value(&sum[k]) / N_ROWS + penalty[k];

        for (size_t i = 0; i < b->dim; i++)
            theta[i] = b->origin[i] + xy[2 * k] * b->u[i] + xy[2 * k + 1] * b->v_axis[i];
        ck_assert_int_eq(b->ops->loss(b->self, theta, NULL, &want, &right), TW_OK);
        ck_assert_msg(isfinite(want) == isfinite(got), "%g, expected %g", got, want);
        ck_assert(!isfinite(want) || fabs(got - want) <= 1e-12 * fabs(want));
        ck_assert_msg(correct[k] == right, "(%g, %g): %g right, expected %g", xy[2 * k],
                      xy[2 * k + 1], correct[k], right);
        ck_assert(isfinite(sum[k].hi) || sum[k].lo == 0);
    }
    free(sum);
    free(correct);
    free(theta);
    free(penalty);
}

/* 9 x 5 around (0, 0), which is one of them; all coordinates are exact. */
static void lattice(double *xy, double scale)
{
    for (int r = 0; r < 5; r++)
        for (int c = 0; c < 9; c++, xy += 2) {
            xy[0] = scale * (0.25 * c - 1);
            xy[1] = scale * (0.5 * r - 1);
        }
}

/* Nothing at the origin of the plane; u or v, too, gives all scores of a row or column the same
 * value; two classes with the same weights. */
START_TEST(ties_go_to_the_first_class)
{
    const struct variant *v = &variants[_i / N_ISAS];
    double xy[90];

    lattice(xy, 1);
    for (int which = 0; which < 5; which++) {
        struct bench b = open_bench(v, isas[_i % N_ISAS]);

        bind_bench(&b, MIXED);
        if (which < 4)
            memset(b.origin, 0, b.dim * sizeof(double));
        if (which & 1)
            memset(b.u, 0, b.dim * sizeof(double));
        if (which & 2)
            memset(b.v_axis, 0, b.dim * sizeof(double));
        if (which == 4 && b.n_out > 1) {
            double *const part[3] = {b.origin, b.u, b.v_axis};

            for (size_t i = 0; i < 3; i++) {
                memcpy(part[i] + b.d, part[i] + 2 * b.d, b.d * sizeof(double));
                if (b.bias)
                    part[i][b.n_out * b.d + 1] = part[i][b.n_out * b.d + 2];
            }
        }
        check_plain(&b, 45, xy);
        close_bench(&b);
    }
}
END_TEST

/* Whole numbers, so that scores are equal at many points of the lattice, and exactly so. */
START_TEST(ties_at_lattice_points)
{
    const struct variant *v = &variants[_i / N_ISAS];
    struct bench b = open_bench(v, isas[_i % N_ISAS]);
    double xy[90];
    float *x = (float *)(uintptr_t)b.data.x;

    for (size_t i = 0; i < N_ROWS * b.d; i++)
        x[i] = (float)(int)(rng_u64(13, i) % 3) - 1;
    bind_bench(&b, MIXED);
    for (size_t i = 0; i < b.dim; i++) {
        b.origin[i] = (double)(rng_u64(14, i) % 3) - 1;
        b.u[i] = (double)(rng_u64(15, i) % 3) - 1;
        b.v_axis[i] = (double)(rng_u64(16, i) % 3) - 1;
    }
    lattice(xy, 1);
    check_plain(&b, 45, xy);
    lattice(xy, 4);
    check_plain(&b, 45, xy);
    close_bench(&b);
}
END_TEST

START_TEST(odd_values_are_those_of_loss)
{
    const double odd[] = {INFINITY, NAN, 1e300, -INFINITY, -1e200, 1e-310};
    const struct variant *v = &variants[_i / N_ISAS];
    double xy[90];

    if (!strstr(v->yaml, "l2: 0,") && !strstr(v->yaml, "l2: 0}"))
        return; /* the squares of such numbers are infinite */
    for (size_t i = 0; i < (v->wider ? 3 : sizeof(odd) / sizeof(odd[0])); i++)
        for (size_t part = 0; part < 3; part++) {
            struct bench b = open_bench(v, isas[_i % N_ISAS]);

            bind_bench(&b, MIXED);
            (part == 0 ? b.origin : part == 1 ? b.u : b.v_axis)[b.d - 1] = odd[i];
            lattice(xy, 1);
            check_plain(&b, 45, xy);
            close_bench(&b);
        }
    struct bench b = open_bench(v, isas[_i % N_ISAS]);

    bind_bench(&b, MIXED);
    lattice(xy, 1e160);
    check_plain(&b, 45, xy);
    lattice(xy, 1e60);
    check_plain(&b, 45, xy);
    lattice(xy, 1e-300);
    check_plain(&b, 45, xy);
    for (size_t k = 0; k < 45; k++) /* all the same point */
        xy[2 * k] = xy[2 * k + 1] = 0.5;
    check_plain(&b, 45, xy);
    close_bench(&b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plane of linear models");
    TCase *tests = tcase_create("all");

    draw();

    tcase_add_loop_test(tests, surface_is_exact, 0, N_VARIANTS);
    tcase_add_test(tests, tiny_losses_are_tiny);
    tcase_add_loop_test(tests, cuts_do_not_show, 0, N_ALL);
    tcase_add_loop_test(tests, parts_are_their_rows, 0, N_VARIANTS);
    tcase_add_loop_test(tests, other_points_do_not_show, 0, N_ALL);
    tcase_add_loop_test(tests, ties_go_to_the_first_class, 0, N_ALL);
    tcase_add_loop_test(tests, ties_at_lattice_points, 0, N_ALL);
    tcase_add_loop_test(tests, odd_values_are_those_of_loss, 0, N_ALL);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);

#ifdef __SANITIZE_ADDRESS__ /* whose memory takes longer to copy than these tests to run */
    srunner_set_fork_status(runner, CK_NOFORK);
#endif
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed > 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-simdmath.c -- util/simdmath.h against the C library's functions of long double, and the
 * functions of util/simd.h against their plain C forms, for every instruction set of util/isa.h
 * that the processor has.
 *
 * SIMDMATH_SAMPLES in the environment sets how many arguments each function is tried with: half
 * of them spread over all bit patterns, half over the range where its result changes.
 */
#include "suite.h"

#include "simdmath-kernels.h"

#include "util/isa.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static const struct simdmath_kernels *const kernels[ISA_COUNT] = ISA_TABLES(simdmath_kernels);
static const char *const isa_names[ISA_COUNT] = {"base", "avx2", "avx512"};

#define GROUP 1024 /* arguments at a time: a multiple of all lanes */

/* ---- references ---- */

static long double ref_exp_minus(long double x)
{
    return expl(-fabsl(x));
}

static long double ref_sigmoid(long double x)
{
    return x < 0 ? expl(x) / (1 + expl(x)) : 1 / (1 + expl(-x));
}

static const long double sqrt_half = 0.707106781186547524400844362104849039L;
static const long double sqrt_2pi = 2.506628274631000502415765284811045253L;

static long double ref_gelu(long double z)
{
    if (isinf(z))
        return z > 0 ? z : 0;
    return z < 0 ? z * (erfcl(-z * sqrt_half) / 2) : z - z * (erfcl(z * sqrt_half) / 2);
}

static long double ref_gelu_slope(long double z)
{
    if (isinf(z))
        return z > 0;
    return erfcl(-z * sqrt_half) / 2 + z * (expl(-z * z / 2) / sqrt_2pi);
}

/* Bounds for floats and doubles are in units in the last place, `tiny` in units of the least number
 * for results below the least normal one. The slope of gelu has a zero at -0.75: near it the unit
 * is that of 1/8. */
static const struct function {
    const char *name;
    long double (*reference)(long double);
    double low[2], high[2]; /* where most arguments are taken, for floats and for doubles */
    double bound[2], tiny;
} functions[MATH_COUNT] = {
    [MATH_EXP] = {"exp", expl, {-105, -746}, {89, 710}, {1.25, 1.25}, 1},
    [MATH_EXP_MINUS] = {"exp_minus", ref_exp_minus, {-105, -746}, {105, 746}, {1.25, 1.25}, 1},
    [MATH_LOG] = {"log", logl, {0, 0}, {4, 4}, {1.25, 1.25}, 1},
    [MATH_LOG1P] = {"log1p", log1pl, {-1, -1}, {40, 40}, {1.25, 1.25}, 1},
    [MATH_TANH] = {"tanh", tanhl, {-10, -20}, {10, 20}, {2.75, 2.75}, 1},
    [MATH_SIGMOID] = {"sigmoid", ref_sigmoid, {-105, -746}, {20, 40}, {2.5, 2.5}, 1},
    [MATH_ERFC] = {"erfc", erfcl, {-5, -7}, {10.5, 27.5}, {8, 15}, 4},
    [MATH_GELU] = {"gelu", ref_gelu, {-15, -39}, {7, 10}, {8.5, 15}, 4},
    [MATH_GELU_SLOPE] = {"gelu_slope", ref_gelu_slope, {-15, -39}, {7, 10}, {6.5, 7}, 4},
};

/* ---- accuracy ---- */

/* The error of y in units of its type with `digits` bits and least exponent `least` (of the
 * least normal number, as frexp() has it). */
static double error_of(int function, long double x, long double y, long double ref, int digits,
                       int least, bool *tiny)
{
    long double size = fabsl(ref);
    int e;

    *tiny = false;
    if (isnan(ref))
        return isnan(y) ? 0 : INFINITY;
    if (y == ref)
        return 0;
    if (isinf(ref) || isnan(y) || isinf(y))
        return INFINITY;
    if (function == MATH_GELU_SLOPE && x > -1.25L && x < -0.5L)
        size = 0.125L;
    frexpl(size, &e);
    if (size == 0 || e < least) {
        *tiny = true;
        e = least;
    }
    return (double)(fabsl(y - ref) / ldexpl(1, e - digits));
}

struct worst {
    double error[2], at[2]; /* of normal results, of tiny ones */
};

static void note(struct worst *worst, double error, bool tiny, double x)
{
    if (error > worst->error[tiny]) {
        worst->error[tiny] = error;
        worst->at[tiny] = x;
    }
}

static void check_worst(const struct function *f, bool is_double, int isa, const struct worst *w)
{
    const char *type = is_double ? "double" : "float";

    printf("%-10s %s %-6s %.3f at %a, tiny results %.3f at %a\n", f->name, type, isa_names[isa],
           w->error[0], w->at[0], w->error[1], w->at[1]);
    ck_assert_msg(w->error[0] <= f->bound[is_double] && w->error[1] <= f->tiny,
                  "%s %s %s: error %g at %a (bound %g), tiny %g at %a (bound %g)", f->name, type,
                  isa_names[isa], w->error[0], w->at[0], f->bound[is_double], w->error[1], w->at[1],
                  f->tiny);
}

static uint64_t n_samples(void)
{
    const char *wish = getenv("SIMDMATH_SAMPLES");
    unsigned long long n = wish ? strtoull(wish, NULL, 10) : 200000;

    return (n / GROUP + 1) * GROUP;
}

/* Multiples of the golden section are spread evenly, however many of them. */
static uint64_t spread(uint64_t i)
{
    return i * UINT64_C(0x9e3779b97f4a7c15);
}

static double in_range(const struct function *f, bool is_double, uint64_t i)
{
    return f->low[is_double] +
           (f->high[is_double] - f->low[is_double]) * ((double)(spread(i) >> 11) * 0x1p-53);
}

static float argument_f32(const struct function *f, uint64_t i)
{
    uint32_t bits = (uint32_t)(spread(i / 2) >> 32);
    float x;

    if (i % 2)
        return (float)in_range(f, false, i);
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double argument_f64(const struct function *f, uint64_t i)
{
    uint64_t bits = spread(i / 2);
    double x;

    if (i % 2)
        return in_range(f, true, i);
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* What ref is when it is a float; only infinity matters. */
static long double overflow_f32(long double ref)
{
    return isinf((float)ref) ? (long double)(float)ref : ref;
}

static long double overflow_f64(long double ref)
{
    return isinf((double)ref) ? (long double)(double)ref : ref;
}

START_TEST(floats_are_accurate)
{
    const struct function *f = &functions[_i];
    struct worst worst[ISA_COUNT] = {0};
    int best = (int)isa_best();
    uint64_t n = n_samples();

    for (uint64_t i = 0; i < n; i += GROUP) {
        float x[GROUP], y[GROUP];
        long double ref[GROUP];

        for (size_t j = 0; j < GROUP; j++) {
            x[j] = argument_f32(f, i + j);
            ref[j] = overflow_f32(f->reference(x[j]));
        }
        for (int isa = 0; isa <= best; isa++) {
            kernels[isa]->math_f32[_i](GROUP, x, y);
            for (size_t j = 0; j < GROUP; j++) {
                bool tiny;
                double e = error_of(_i, x[j], y[j], ref[j], FLT_MANT_DIG, FLT_MIN_EXP, &tiny);

                note(&worst[isa], e, tiny, (double)x[j]);
            }
        }
    }
    for (int isa = 0; isa <= best; isa++)
        check_worst(f, false, isa, &worst[isa]);
}
END_TEST

START_TEST(doubles_are_accurate)
{
    const struct function *f = &functions[_i];
    struct worst worst[ISA_COUNT] = {0};
    int best = (int)isa_best();
    uint64_t n = n_samples();

    for (uint64_t i = 0; i < n; i += GROUP) {
        double x[GROUP], y[GROUP];
        long double ref[GROUP];

        for (size_t j = 0; j < GROUP; j++) {
            x[j] = argument_f64(f, i + j);
            ref[j] = overflow_f64(f->reference(x[j]));
        }
        for (int isa = 0; isa <= best; isa++) {
            kernels[isa]->math_f64[_i](GROUP, x, y);
            for (size_t j = 0; j < GROUP; j++) {
                bool tiny;
                double e = error_of(_i, x[j], y[j], ref[j], DBL_MANT_DIG, DBL_MIN_EXP, &tiny);

                note(&worst[isa], e, tiny, x[j]);
            }
        }
    }
    for (int isa = 0; isa <= best; isa++)
        check_worst(f, true, isa, &worst[isa]);
}
END_TEST

/* ---- special values ---- */

static const double special[][2] = {
    {0, 0},
    {-0.0, -0.0},
    {INFINITY, INFINITY},
    {-INFINITY, -INFINITY},
    {NAN, NAN},
    {1, 1},
    {-1, -1},
    {-2, -2},
    {FLT_MAX, DBL_MAX},
    {-FLT_MAX, -DBL_MAX},
    {FLT_MIN, DBL_MIN},
    {-FLT_MIN, -DBL_MIN},
    {FLT_TRUE_MIN, DBL_TRUE_MIN},
    {-FLT_TRUE_MIN, -DBL_TRUE_MIN},
    {FLT_TRUE_MIN * 3, DBL_TRUE_MIN * 3},
    {1.0 - FLT_EPSILON / 2, 1.0 - DBL_EPSILON / 2},
    {1.0 + FLT_EPSILON, 1.0 + DBL_EPSILON},
    {-1.0 + FLT_EPSILON / 2, -1.0 + DBL_EPSILON / 2},
    {1.5, 1.5},
    {1.5 - FLT_EPSILON, 1.5 - DBL_EPSILON},
    {0.75, 0.75},
    {0.75 - FLT_EPSILON / 2, 0.75 - DBL_EPSILON / 2},
    {0.5, 0.5},
    {0.5 - FLT_EPSILON / 4, 0.5 - DBL_EPSILON / 4},
    {1e-30, 1e-30},
    {0x1.8p127, 0x1.8p1023},
    {-200, -1500},
    {200, 1500},
    {88.7228394, 709.782712893384},
};
#define SPECIAL (sizeof special / sizeof *special)

/* Exact where the result is infinite or not a number, at 0 and at infinity. */
static void check_special(const struct function *f, bool is_double, int isa, double x, double y,
                          double ref, double error, bool tiny)
{
    double bound = tiny ? f->tiny : f->bound[is_double];

    if (isnan(ref) || isinf(ref) || isinf(x) || x == 0)
        bound = 0;
    ck_assert_msg(error <= bound, "%s %s %s: %a gives %a, not %a", f->name,
                  is_double ? "double" : "float", isa_names[isa], x, y, ref);
}

START_TEST(special_values)
{
    const struct function *f = &functions[_i];
    float xf[GROUP] = {0}, yf[GROUP];
    double xd[GROUP] = {0}, yd[GROUP];

    for (size_t j = 0; j < SPECIAL; j++) {
        xf[j] = (float)special[j][0];
        xd[j] = special[j][1];
    }
    for (int isa = 0; isa <= (int)isa_best(); isa++) {
        kernels[isa]->math_f32[_i](GROUP, xf, yf);
        kernels[isa]->math_f64[_i](GROUP, xd, yd);
        for (size_t j = 0; j < SPECIAL; j++) {
            long double ref = overflow_f32(f->reference(xf[j]));
            bool tiny;
            double e = error_of(_i, xf[j], yf[j], ref, FLT_MANT_DIG, FLT_MIN_EXP, &tiny);

            check_special(f, false, isa, (double)xf[j], (double)yf[j], (double)ref, e, tiny);
            ref = overflow_f64(f->reference(xd[j]));
            e = error_of(_i, xd[j], yd[j], ref, DBL_MANT_DIG, DBL_MIN_EXP, &tiny);
            check_special(f, true, isa, xd[j], yd[j], (double)ref, e, tiny);
        }
    }
}
END_TEST

/* ---- simd.h ---- */

static const double operand[] = {0,
                                 -0.0,
                                 0.25,
                                 0.5,
                                 -0.5,
                                 1,
                                 -1,
                                 1.5,
                                 2.5,
                                 -2.5,
                                 3,
                                 -7,
                                 1e-3,
                                 100.25,
                                 -126,
                                 -149,
                                 127,
                                 128,
                                 277,
                                 -280,
                                 1100,
                                 2097,
                                 -2099,
                                 -4000,
                                 4e5,
                                 8388607.5,
                                 8388609,
                                 -8388610,
                                 0x1p51 + 0.5,
                                 -0x1p53,
                                 1e18,
                                 1e30,
                                 FLT_MAX,
                                 FLT_MIN,
                                 FLT_TRUE_MIN,
                                 -3 * FLT_TRUE_MIN,
                                 DBL_MAX,
                                 DBL_MIN,
                                 DBL_TRUE_MIN,
                                 INFINITY,
                                 -INFINITY,
                                 NAN,
                                 1.0 / 3,
                                 12345.678};
#define OPERANDS (sizeof operand / sizeof *operand)

/* a * a - square is a number of the type where nothing of it is too small. */
static bool has_rest(double a, double least, double most)
{
    return a == 0 || (fabs(a) > least && fabs(a) < most);
}

/* The result of an operation; false where it has none that is promised. */
static bool expect_f64(int op, double a, double b, double *y)
{
    switch (op) {
    case OP_FMA: /* with or without a rounding between: only where that is the same */
        *y = a * b + a;
        return b == 1 || a == 1;
    case OP_MIN:
        *y = a < b ? a : b;
        return true;
    case OP_MAX:
        *y = a > b ? a : b;
        return true;
    case OP_LT:
        *y = a < b;
        return true;
    case OP_LE:
        *y = a <= b;
        return true;
    case OP_EQ:
        *y = a == b;
        return true;
    case OP_BETWEEN:
        *y = 0 < a && a <= b;
        return true;
    case OP_ROUND:
        *y = rint(a);
        return true;
    case OP_SCALE2:
        if (isnan(b) || b != rint(b) || isinf(b) || fabs(b) > 1e9)
            return false;
        *y = ldexp(a, (int)b);
        return true;
    case OP_ABS:
        *y = fabs(a);
        return true;
    case OP_COPYSIGN:
        *y = copysign(a, b);
        return true;
    default:
        *y = fma(a, a, -(a * a));
        return has_rest(a, 1e-140, 1e150);
    }
}

static bool expect_f32(int op, float a, float b, float *y)
{
    double exact;
    bool promised = expect_f64(op, (double)a, (double)b, &exact);

    *y = (float)exact;
    if (op == OP_SQUARE_REST) {
        *y = fmaf(a, a, -(a * a));
        return has_rest((double)a, 1e-15, 1e18);
    }
    return promised;
}

/* Equal, with the sign of zero, or both NaN. */
static bool same(double a, double b)
{
    return a == b ? !signbit(a) == !signbit(b) : isnan(a) && isnan(b);
}

START_TEST(operations)
{
    for (int isa = 0; isa <= (int)isa_best(); isa++)
        for (size_t i = 0; i < OPERANDS; i++)
            for (size_t j = 0; j < OPERANDS; j++) {
                float af[16], bf[16], yf[16], wantf;
                double ad[16], bd[16], yd[16], wantd;
                size_t lane = (i + j) % 16, of = lane % kernels[isa]->lanes_f32,
                       od = lane % kernels[isa]->lanes_f64;

                for (size_t l = 0; l < 16; l++) {
                    af[l] = (float)l;
                    bf[l] = 1;
                    ad[l] = (double)l;
                    bd[l] = 1;
                }
                af[of] = (float)operand[i];
                bf[of] = (float)operand[j];
                ad[od] = operand[i];
                bd[od] = operand[j];
                kernels[isa]->op_f32[_i](af, bf, yf);
                kernels[isa]->op_f64[_i](ad, bd, yd);
                if (expect_f32(_i, af[of], bf[of], &wantf))
                    ck_assert_msg(same((double)yf[of], (double)wantf),
                                  "operation %d of floats, %s: %a, %a give %a, not %a", _i,
                                  isa_names[isa], (double)af[of], (double)bf[of], (double)yf[of],
                                  (double)wantf);
                if (expect_f64(_i, ad[od], bd[od], &wantd))
                    ck_assert_msg(same(yd[od], wantd),
                                  "operation %d of doubles, %s: %a, %a give %a, not %a", _i,
                                  isa_names[isa], ad[od], bd[od], yd[od], wantd);
            }
}
END_TEST

START_TEST(masks)
{
    for (int isa = 0; isa <= (int)isa_best(); isa++) {
        const struct simdmath_kernels *k = kernels[isa];
        const size_t many[] = {100, (size_t)1 << 31, SIZE_MAX};
        const unsigned all_f = (1u << k->lanes_f32) - 1, all_d = (1u << k->lanes_f64) - 1;

        for (size_t n = 0; n <= 20; n++) {
            ck_assert_uint_eq(k->first_f32(n), ((1u << n) - 1) & all_f);
            ck_assert_uint_eq(k->first_f64(n), ((1u << n) - 1) & all_d);
        }
        for (size_t i = 0; i < sizeof many / sizeof *many; i++) {
            ck_assert_uint_eq(k->first_f32(many[i]), all_f);
            ck_assert_uint_eq(k->first_f64(many[i]), all_d);
        }
        for (unsigned pattern = 0; pattern <= all_f; pattern += 37) {
            float af[16], bf[16];
            double ad[16], bd[16];

            for (unsigned l = 0; l < 16; l++) {
                af[l] = pattern >> l & 1 ? -1 : 1;
                bf[l] = l % 3 ? 0 : 0.5f;
                ad[l] = (double)af[l];
                bd[l] = (double)bf[l];
            }
            ck_assert_uint_eq(k->less_f32(af, bf), pattern);
            ck_assert_uint_eq(k->less_f64(ad, bd), pattern & all_d);
        }
    }
}
END_TEST

START_TEST(widening_and_sum)
{
    for (int isa = 0; isa <= (int)isa_best(); isa++) {
        const struct simdmath_kernels *k = kernels[isa];
        float a[16];
        double low[16], high[16], first[16], whole[16], want;

        for (size_t l = 0; l < 16; l++) {
            a[l] = (float)l * 1.1f - 3;
            whole[l] = (double)l * 1.1 - 3 + (l == 5 ? 1e17 : 0);
        }
        k->widen(a, low, high, first);
        for (size_t l = 0; l < k->lanes_f64; l++) {
            ck_assert_double_eq(low[l], (double)a[l]);
            ck_assert_double_eq(high[l], (double)a[l + k->lanes_f64]);
            ck_assert_double_eq(first[l], (double)a[l]);
        }

        /* By halves: (0 + 4) + (2 + 6) + ((1 + 5) + (3 + 7)) for eight. */
        want = k->sum(whole);
        for (size_t n = k->lanes_f64 / 2; n > 0; n /= 2)
            for (size_t l = 0; l < n; l++)
                whole[l] += whole[l + n];
        ck_assert_double_eq(want, whole[0]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("simdmath");
    TCase *c = tcase_create("simdmath");

    suite_add_tcase(suite, c);
    tcase_add_loop_test(c, floats_are_accurate, 0, MATH_COUNT);
    tcase_add_loop_test(c, doubles_are_accurate, 0, MATH_COUNT);
    tcase_add_loop_test(c, special_values, 0, MATH_COUNT);
    tcase_add_loop_test(c, operations, 0, OP_COUNT);
    tcase_add_test(c, masks);
    tcase_add_test(c, widening_and_sum);
    return bench_main(suite);
}

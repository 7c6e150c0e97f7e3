/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear-kernels.c -- see linear-kernels.h. */
#include "linear-kernels.h"

#include "simdmath.h"

#ifdef SIMD_AVX512
#define WIDE 3 /* vectors of a strip */
#else
#define WIDE 2
#endif
#define TALL    LINEAR_TALL
#define STRIP   (WIDE * SIMD_D)
#define RESTART 8 /* strips; the error of a product of so many ratios stays near 1e-15 */

/* The products of a group stay below exp(690), and so do terms that get a logarithm of their own.
 */
#define MOST_LOG   690.0
#define LEAST_LOG  (-700.0)
#define MOST_HINGE 1e100

_Static_assert(STRIP <= LINEAR_STRIP, "strip");
_Static_assert(LINEAR_PAD % SIMD_D == 0, "padding");

static const double infinity = __builtin_inf();

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* ---- rows ---- */

/* What depends on the sample and the columns only. Returns how many deltas are the same in all
 * columns; they set no bounds. */
static size_t prepare(const struct linear_sweep *s, const double *u)
{
    double last = s->x[s->n_columns - 1];
    size_t n_flat = 0;

    for (size_t k = 0; k < s->n_deltas; k++) {
        bool flat = u[k] < 1e-290 && u[k] > -1e-290;

        s->reach[k] = larger(s->first * u[k], last * u[k]);
        s->slope[k] = flat ? 0 : -1.0 / u[k];
        s->above[k] = u[k] > 0 && !flat ? 0 : infinity;
        s->below[k] = u[k] < 0 && !flat ? 0 : -infinity;
        n_flat += flat;
    }
    return n_flat;
}

/* Rows where a delta that is the same in all columns says no get an empty interval. */
static vd flat_deltas(const struct linear_sweep *s, size_t i, vd y, vd high)
{
    const double *d = s->d + i * s->n_deltas, *v = s->v + i * s->n_deltas;

    for (size_t k = 0; k < s->n_deltas; k++) {
        vd c = vd_fma(y, vd_set(v[k]), vd_set(d[k]));

        if (k < s->lower[i] && s->slope[k] == 0)
            high = vd_select(vd_lt(c, vd_set(0)), high, vd_set(-infinity));
        else if (s->slope[k] == 0)
            high = vd_select(vd_le(c, vd_set(0)), high, vd_set(-infinity));
    }
    return high;
}

/* The first column beyond `bound`. Where a column is too near to say, *sure is cleared. */
static inline vd column_after(const struct linear_sweep *s, vd bound, md *sure)
{
    vd n = vd_set((double)s->n_columns), place = (bound - s->first) * s->per_step;
    vd clipped = vd_min(vd_max(place, vd_set(-0.5)), n - 0.5), column = vd_round(clipped + 0.5);

    *sure = md_and(*sure, vd_lt(vd_abs(column - clipped - 0.5), vd_set(0.5 - 1e-6)));
    return column;
}

/* The columns strictly between low and high, into begin and end. */
static inline void interval(const struct linear_sweep *s, size_t r, vd low, vd high)
{
    md sure = vd_lt(vd_set(0), vd_set(s->per_step));
    vd begin = column_after(s, low, &sure), end = column_after(s, high, &sure);

    vd_store(s->begin + r, vd_select(sure, begin, vd_set(-1)));
    vd_store(s->end + r, vd_max(begin, end));
}

/* Which rows of r.. take the sample into the group, from its largest delta in them. */
static inline md choose(const struct linear_sweep *s, size_t r, vd most)
{
    if (s->kind != LINEAR_LOGISTIC)
        return vd_le(most, vd_set(MOST_HINGE));

    vd more = vd_load(s->total + r) + vd_max(most, vd_set(0)) + s->log_terms;
    md take = vd_le(more, vd_set(MOST_LOG));

    vd_store(s->total + r, vd_select(take, more, vd_load(s->total + r)));
    return take;
}

/* Lists the rows of r.. that do not take sample i; bits: those that do. */
static void leave(struct linear_sweep *s, size_t i, size_t r, unsigned bits, vd most)
{
    double largest[SIMD_D];

    vd_store(largest, most);
    for (size_t l = 0; l < SIMD_D && r + l < s->n_rows; l++) {
        bool single = s->kind == LINEAR_LOGISTIC && largest[l] + s->log_terms <= MOST_LOG;

        if (bits >> l & 1)
            continue;
        s->left[s->n_left++] = (struct linear_left){(uint32_t)i, (uint32_t)(r + l), single};
        if (!single)
            s->begin[r + l] = s->end[r + l] = 0;
    }
}

/* Table b for delta k and the rows r.. */
static inline void put_b(const struct linear_sweep *s, size_t i, size_t k, size_t r, vd value)
{
    double part[SIMD_D];

    vd_store(part, value);
    for (size_t l = 0; l < SIMD_D; l += SIMD_D < TALL ? SIMD_D : TALL) {
        size_t at = ((r + l) / TALL * s->group + i) * s->n_deltas + k;

        memcpy(s->b + at * TALL + (r + l) % TALL, part + l,
               (SIMD_D < TALL ? SIMD_D : TALL) * sizeof(double));
    }
}

static inline void fill_b(const struct linear_sweep *s, size_t i, size_t r, vd y, md take,
                          size_t left_before)
{
    const double *d = s->d + i * s->n_deltas, *u = s->u + i * s->n_deltas,
                 *v = s->v + i * s->n_deltas;

    for (size_t k = 0; k < s->n_deltas; k++) {
        vd c = vd_fma(y, vd_set(v[k]), vd_set(d[k]));

        if (s->kind != LINEAR_LOGISTIC) {
            put_b(s, i, k, r, vd_select(take, c + 1.0, vd_set(-infinity)));
            continue;
        }
        c = vd_fma(vd_set(s->centre), vd_set(u[k]), c);
        vd e = vd_select(vd_lt(c, vd_set(LEAST_LOG)), vd_set(0), vd_exp(c));

        put_b(s, i, k, r, vd_select(take, e, vd_set(0)));
        for (size_t j = left_before; j < s->n_left; j++) {
            double part[SIMD_D];

            vd_store(part, e);
            s->left_b[j * s->n_deltas + k] = part[s->left[j].row - r];
        }
    }
}

static void rows_apart(struct linear_sweep *s, size_t i)
{
    vd nothing = vd_set(s->kind == LINEAR_LOGISTIC ? 0 : -infinity);

    for (size_t r = 0; r < s->n_rows; r += SIMD_D) {
        for (size_t k = 0; k < s->n_deltas; k++)
            put_b(s, i, k, r, nothing);
        leave(s, i, r, 0, vd_set(infinity));
    }
}

static void rows(struct linear_sweep *s, size_t i)
{
    const double *d = s->d + i * s->n_deltas, *v = s->v + i * s->n_deltas;

    if (s->apart[i]) {
        rows_apart(s, i);
        return;
    }
    size_t n_flat = prepare(s, s->u + i * s->n_deltas);

    for (size_t r = 0; r < s->n_rows; r += SIMD_D) {
        vd y = vd_load(s->y + r), most = vd_set(-infinity), low = most, high = vd_set(infinity);

        for (size_t k = 0; k < s->n_deltas; k++) {
            vd c = vd_fma(y, vd_set(v[k]), vd_set(d[k])), zero = c * s->slope[k];

            most = vd_max(c + s->reach[k], most);
            high = vd_min(zero + s->above[k], high);
            low = vd_max(zero + s->below[k], low);
        }
        if (n_flat > 0)
            high = flat_deltas(s, i, y, high);
        interval(s, r, low, high);

        size_t left_before = s->n_left;
        md take = choose(s, r, most);
        unsigned bits = md_bits(take);

        if (bits != (1u << SIMD_D) - 1)
            leave(s, i, r, bits, most);
        fill_b(s, i, r, y, take, left_before);
    }
}

/* ---- columns ---- */

static inline vd column_value(const struct linear_sweep *s, double u, vd x)
{
    return s->kind == LINEAR_LOGISTIC ? vd_exp((x - s->centre) * u) : x * u;
}

/* Of table a in one strip to that in the strip before. */
static void ratios(const struct linear_sweep *s, size_t n_samples)
{
    size_t n = n_samples * s->n_deltas;

    for (size_t k = 0; k < n; k += SIMD_D) {
        double part[SIMD_D] = {0};
        size_t there = n - k < SIMD_D ? n - k : SIMD_D;

        memcpy(part, s->u + k, there * sizeof(*part));
        vd_store(part, vd_exp(vd_load(part) * s->strip_step));
        memcpy(s->ratio + k, part, there * sizeof(*part));
    }
    for (size_t i = 0; i < n_samples; i++)
        if (s->apart[i])
            memset(s->ratio + i * s->n_deltas, 0, s->n_deltas * sizeof(*s->ratio));
}

static void columns(const struct linear_sweep *s, size_t n_samples, size_t column)
{
    size_t n = n_samples * s->n_deltas;
    bool evenly = s->kind == LINEAR_LOGISTIC && s->strip_step > 0;

    if (evenly && column == 0)
        ratios(s, n_samples);
    if (evenly && column / STRIP % RESTART != 0) {
        for (size_t k = 0; k < n; k++)
            for (size_t c = 0; c < STRIP; c += SIMD_D) {
                double *a = s->a + k * STRIP + c;

                vd_store(a, vd_load(a) * s->ratio[k]);
            }
        return;
    }
    for (size_t i = 0, k = 0; i < n_samples; i++)
        for (size_t j = 0; j < s->n_deltas; j++, k++)
            for (size_t c = 0; c < STRIP; c += SIMD_D) {
                vd x = vd_load(s->x + column + c);

                vd_store(s->a + k * STRIP + c,
                         s->apart[i] ? vd_set(0) : column_value(s, s->u[k], x));
            }
}

/* ---- tiles ---- */

/* sum and one delta of a sample */
SIMD_FN vd with_delta(enum linear_loss kind, vd sum, vd a, vd b)
{
    vd hinge = a + b;

    if (kind == LINEAR_LOGISTIC)
        return vd_fma(a, b, sum);
    if (kind == LINEAR_HINGE_MAX || kind == LINEAR_HINGE_MAX_SQUARED)
        return vd_max(sum, hinge);
    hinge = vd_max(hinge, vd_set(0));
    return kind == LINEAR_HINGE_SUM ? sum + hinge : vd_fma(hinge, hinge, sum);
}

/* group and one sample */
SIMD_FN vd with_sample(enum linear_loss kind, vd group, vd sample)
{
    if (kind == LINEAR_LOGISTIC)
        return vd_fma(group, sample, group + sample);
    return kind == LINEAR_HINGE_MAX_SQUARED ? vd_fma(sample, sample, group) : group + sample;
}

/* hi + lo += a, lane by lane (Knuth's two-sum) */
SIMD_FN void add(double *hi, double *lo, vd a)
{
    vd h = vd_load(hi), sum = h + a, b = sum - h;

    vd_store(hi, sum);
    vd_store(lo, vd_load(lo) + ((h - (sum - b)) + (a - b)));
}

#define EACH(r, tall, c, wide)                                                                     \
    _Pragma("GCC unroll 6") for (size_t r = 0; r < (tall); r++)                                    \
        _Pragma("GCC unroll 4") for (size_t c = 0; c < (wide); c++)

SIMD_FN void tile(enum linear_loss kind, const size_t wide, size_t n_samples, size_t n_deltas,
                  const double *a, const double *b, double *out)
{
    vd group[TALL][WIDE] = {{{0}}};

    for (size_t i = 0; i < n_samples; i++) {
        vd sum[TALL][WIDE] = {{{0}}};

        for (size_t k = 0; k < n_deltas; k++) {
            EACH(r, TALL, c, wide)
            sum[r][c] = with_delta(kind, sum[r][c], vd_load(a + c * SIMD_D), vd_set(b[r]));
            a += STRIP;
            b += TALL;
        }
        EACH(r, TALL, c, wide)
        group[r][c] = with_sample(kind, group[r][c], sum[r][c]);
    }
    EACH(r, TALL, c, wide)
    vd_store(out + (r * WIDE + c) * SIMD_D, group[r][c]);
}

SIMD_FN void all_tiles(enum linear_loss kind, const size_t wide, const struct linear_sweep *s,
                       size_t n_samples, size_t column, double sign, double *hi, double *lo)
{
    size_t padded = (s->n_columns + LINEAR_PAD - 1) / LINEAR_PAD * LINEAR_PAD;
    double out[TALL * STRIP];

    for (size_t row = 0; row < s->n_rows; row += TALL) {
        tile(kind, wide, n_samples, s->n_deltas, s->a, s->b + row * s->group * s->n_deltas, out);
        for (size_t r = 0; r < TALL && row + r < s->n_rows; r++)
            for (size_t c = 0; c < wide; c++) {
                vd value = vd_load(out + (r * WIDE + c) * SIMD_D);
                size_t at = (row + r) * padded + column + c * SIMD_D;

                if (kind == LINEAR_LOGISTIC)
                    value = vd_log1p(value);
                add(hi + at, lo + at, value * sign);
            }
    }
}

/* Vectors of the strip that begins at `column`. */
static size_t strip_width(const struct linear_sweep *s, size_t column)
{
    size_t n = (s->n_columns - column + SIMD_D - 1) / SIMD_D;

    return n < WIDE ? n : WIDE;
}

#define TILES(name, kind)                                                                          \
    static void name(const struct linear_sweep *s, size_t n, size_t column, double sign,           \
                     double *hi, double *lo)                                                       \
    {                                                                                              \
        size_t wide = strip_width(s, column);                                                      \
                                                                                                   \
        if (wide == WIDE)                                                                          \
            all_tiles(kind, WIDE, s, n, column, sign, hi, lo);                                     \
        else if (wide == 1)                                                                        \
            all_tiles(kind, 1, s, n, column, sign, hi, lo);                                        \
        else                                                                                       \
            all_tiles(kind, 2, s, n, column, sign, hi, lo);                                        \
    }

TILES(logistic_tiles, LINEAR_LOGISTIC)
TILES(sum_tiles, LINEAR_HINGE_SUM)
TILES(sum_squared_tiles, LINEAR_HINGE_SUM_SQUARED)
TILES(max_tiles, LINEAR_HINGE_MAX)
TILES(max_squared_tiles, LINEAR_HINGE_MAX_SQUARED)

static void tiles(const struct linear_sweep *s, size_t n, size_t column, double sign, double *hi,
                  double *lo)
{
    switch (s->kind) {
    case LINEAR_LOGISTIC:
        logistic_tiles(s, n, column, sign, hi, lo);
        break;
    case LINEAR_HINGE_SUM:
        sum_tiles(s, n, column, sign, hi, lo);
        break;
    case LINEAR_HINGE_SUM_SQUARED:
        sum_squared_tiles(s, n, column, sign, hi, lo);
        break;
    case LINEAR_HINGE_MAX:
        max_tiles(s, n, column, sign, hi, lo);
        break;
    case LINEAR_HINGE_MAX_SQUARED:
        max_squared_tiles(s, n, column, sign, hi, lo);
        break;
    }
}

/* ---- one sample in one row ---- */

static void single(const struct linear_sweep *s, size_t left, size_t column, double *hi, double *lo)
{
    const double *a = s->a + s->left[left].sample * s->n_deltas * STRIP;
    const double *b = s->left_b + left * s->n_deltas;
    size_t wide = strip_width(s, column);

    for (size_t c = 0; c < wide * SIMD_D; c += SIMD_D) {
        vd sum = vd_set(0);

        for (size_t k = 0; k < s->n_deltas; k++)
            sum = vd_fma(vd_load(a + k * STRIP + c), vd_set(b[k]), sum);
        add(hi + column + c, lo + column + c, vd_log1p(sum));
    }
}

static void decide(const struct linear_sweep *s, size_t i, size_t row, uint32_t *change)
{
    const double *d = s->d + i * s->n_deltas, *u = s->u + i * s->n_deltas,
                 *v = s->v + i * s->n_deltas;
    vd y = vd_set(s->y[row]), zero = vd_set(0);

    for (size_t j = 0; j < s->n_columns; j += SIMD_D) {
        vd x = vd_load(s->x + j);
        md right = vd_le(zero, zero);

        for (size_t k = 0; k < s->n_deltas; k++) {
            vd delta = vd_fma(x, vd_set(u[k]), vd_fma(y, vd_set(v[k]), vd_set(d[k])));

            right = md_and(right, k < s->lower[i] ? vd_lt(delta, zero) : vd_le(delta, zero));
        }
        for (size_t l = 0, bits = md_bits(right); l < SIMD_D && j + l < s->n_columns; l++) {
            change[j + l] += (uint32_t)(bits >> l & 1);
            change[j + l + 1] -= (uint32_t)(bits >> l & 1);
        }
    }
}

#include "linear-scores.inc"

const struct linear_kernels SIMD_NAME(linear_kernels) = {
    .strip = STRIP,
    .rows = rows,
    .columns = columns,
    .tiles = tiles,
    .single = single,
    .decide = decide,
    .panel = panel,
    .products = products,
    .back = back,
    .softmax = softmax,
    .binary = binary,
};

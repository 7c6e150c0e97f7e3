/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data-split.c -- data_split() of data.h: a test set out of the training rows.
 *
 * Of T = round(fraction * n) test rows in all, a class of n_c rows gives
 * floor(fraction * n_c), and those with the largest remainders one more; but each
 * keeps a row for training.  Which rows they are follows from a hash of the seed and
 * the row's number.  Both parts keep the order of the rows.
 */
#include "data.h"

#include "aligned.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A row and what decides about it. */
struct ticket {
    uint64_t draw;
    size_t row;
};

/* How many rows a class has and gives. */
struct share {
    size_t class, rows, test;
    double remainder;
};

static size_t class_of(const struct tw_data *v, size_t row)
{
    return v->task == TW_CLASSIFY ? (size_t)v->label[row] : 0;
}

static int by_remainder(const void *a, const void *b)
{
    const struct share *p = a, *q = b;
    if (p->remainder != q->remainder)
        return p->remainder > q->remainder ? -1 : 1;
    return p->class < q->class ? -1 : p->class > q->class;
}

static int by_class(const void *a, const void *b)
{
    const struct share *p = a, *q = b;
    return p->class < q->class ? -1 : p->class > q->class;
}

static int by_draw(const void *a, const void *b)
{
    const struct ticket *p = a, *q = b;
    if (p->draw != q->draw)
        return p->draw < q->draw ? -1 : 1;
    return p->row < q->row ? -1 : p->row > q->row;
}

/* Fill in `test` of each class; returns their sum. */
static size_t share_out(struct share *share, size_t n, double fraction, size_t rows)
{
    size_t want = (size_t)floor(fraction * (double)rows + 0.5), sum = 0;
    want = want < 1 ? 1 : want;
    for (size_t c = 0; c < n; c++) {
        double exact = fraction * (double)share[c].rows;
        share[c].test = (size_t)floor(exact);
        share[c].remainder = exact - floor(exact);
        sum += share[c].test;
    }
    qsort(share, n, sizeof *share, by_remainder);
    for (bool more = true; sum < want && more;) {
        more = false;
        for (size_t c = 0; c < n && sum < want; c++)
            if (share[c].test + 1 < share[c].rows) {
                share[c].test++;
                sum++;
                more = true;
            }
    }
    qsort(share, n, sizeof *share, by_class);
    return sum;
}

/* SplitMix64 (Steele, Lea, Flood 2014), number `i` of the stream. */
static uint64_t draw(uint64_t seed, size_t i)
{
    uint64_t z = seed + ((uint64_t)i + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Set test[row] for those that are drawn; *n_test of them.  The lowest tickets of a class
 * are. */
static int choose(const struct tw_data *v, double fraction, uint64_t seed, bool *test,
                  size_t *n_test, struct error *err)
{
    size_t n = v->task == TW_CLASSIFY ? v->n_classes : 1;
    struct share *share = calloc(n, sizeof *share);
    struct ticket *ticket = calloc(v->n_rows, sizeof *ticket);
    int rc = share && ticket ? 0 : error_nomem(err);
    if (rc == 0) {
        for (size_t c = 0; c < n; c++)
            share[c].class = c;
        for (size_t i = 0; i < v->n_rows; i++) {
            share[class_of(v, i)].rows++;
            ticket[i] = (struct ticket){draw(seed, i), i};
        }
        *n_test = share_out(share, n, fraction, v->n_rows);
        qsort(ticket, v->n_rows, sizeof *ticket, by_draw);
        for (size_t i = 0; i < v->n_rows; i++) {
            struct share *of = &share[class_of(v, ticket[i].row)];
            test[ticket[i].row] = of->test > 0;
            of->test -= of->test > 0;
        }
    }
    free(ticket);
    free(share);
    return rc;
}

static void examples_free(struct examples *e)
{
    free(e->x);
    free(e->label);
    free(e->target);
}

/* Copies of the `n` rows whose test[row] is `which`. */
static int take_rows(const struct tw_data *v, const bool *test, bool which, size_t n,
                     struct examples *out, struct error *err)
{
    struct examples e = {.view = *v};
    size_t d = v->n_features, k = v->n_targets;
    e.x = aligned_array(n * d, sizeof *e.x);
    e.label = v->label ? malloc(n * sizeof *e.label) : NULL;
    e.target = v->target ? malloc(n * k * sizeof *e.target) : NULL;
    if (!e.x || (v->label && !e.label) || (v->target && !e.target)) {
        examples_free(&e);
        return error_nomem(err);
    }
    for (size_t i = 0, at = 0; i < v->n_rows; i++) {
        if (test[i] != which)
            continue;
        memcpy(e.x + at * d, v->x + i * d, d * sizeof *e.x);
        if (e.label)
            e.label[at] = v->label[i];
        if (e.target)
            memcpy(e.target + at * k, v->target + i * k, k * sizeof *e.target);
        at++;
    }
    e.view.n_rows = n;
    e.view.x = e.x;
    e.view.label = e.label;
    e.view.target = e.target;
    *out = e;
    return 0;
}

int data_split(struct dataset *d, double fraction, uint64_t seed, struct error *err)
{
    struct examples *all = &d->split[TW_TRAIN], part[2] = {{.x = NULL}, {.x = NULL}};
    size_t n = all->view.n_rows, n_test = 0;
    bool *test = calloc(n, sizeof *test);
    int rc = test ? choose(&all->view, fraction, seed, test, &n_test, err) : error_nomem(err);
    if (rc == 0 && (n_test == 0 || n_test >= n))
        rc = error_set(err, FAULT_PIPELINE, "%zu rows are too few to part; wanted two of a class",
                       n);
    if (rc == 0)
        rc = take_rows(&all->view, test, false, n - n_test, &part[TW_TRAIN], err);
    if (rc == 0)
        rc = take_rows(&all->view, test, true, n_test, &part[TW_TEST], err);
    free(test);
    if (rc < 0) {
        examples_free(&part[TW_TRAIN]);
        return -1;
    }
    examples_free(all);
    d->split[TW_TRAIN] = part[TW_TRAIN];
    d->split[TW_TEST] = part[TW_TEST];
    d->has_test = true;
    return 0;
}

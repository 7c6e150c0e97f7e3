/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model.c -- see try.h: models, but for what binds them (bound.c), gradients
 * (gradient.c), Hessian times vector (hvp.c) and the plane extension (plane.c).
 */
#include "../model.h"
#include "try.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* ---- checks --------------------------------------------------------------------------------- */

static int check_bind(struct trial *t)
{
    size_t taken = 0;
    char list[128] = "", reason[sizeof t->note] = "";
    for (int i = 0; i < bound_sets(t); i++) {
        struct bound b;
        int rc = bound_open(t, i, &b);
        if (rc < 0)
            return -1;
        if (rc > 0) {
            memcpy(reason, t->note, sizeof reason);
            continue;
        }
        taken++;
        size_t n = strlen(list);
        snprintf(list + n, sizeof list - n, "%s%s", n ? ", " : "", b.set);
        instance_free(b.inst);
    }
    snprintf(t->note, sizeof t->note, "%s", list);
    if (!taken)
        return try_fail(t, "none of two classes, four classes, a regression was taken: %s", reason);
    return 0;
}

static int on_init(struct trial *t, struct bound *b)
{
    struct bound c;
    double *one = try_fence(t, b->dim * sizeof *one), *two = try_fence(t, b->dim * sizeof *two);
    if (!one || !two)
        return -1;
    if (!b->ops->init)
        return try_skip(t, "no init(): training starts at zeros");
    if (bound_initial(b, one) < 0 || bound_again(b, &c) < 0 || bound_initial(&c, two) < 0)
        return -1;
    if (!try_fence_holds(one))
        return try_fail(t, "init() writes outside the %zu numbers of theta", b->dim);
    for (size_t j = 0; j < b->dim; j++) {
        if (!isfinite(one[j]))
            return try_fail(t, "parameter %zu is %g", j, one[j]);
        if (!try_same(&one[j], &two[j], 1))
            return try_fail(t, "parameter %zu is %.17g, then %.17g, for the same seed", j, one[j],
                            two[j]);
    }
    instance_free(c.inst);
    return 0;
}

static int check_init(struct trial *t)
{
    return try_each_set(t, on_init);
}

static int on_twice(struct trial *t, struct bound *b)
{
    double other, again;
    double *elsewhere = malloc(b->dim * sizeof *elsewhere);
    if (!elsewhere)
        return try_fail(t, "out of memory");
    for (size_t j = 0; j < b->dim; j++)
        elsewhere[j] = b->theta[j] + 0.5;
    for (int i = 0; i < 3; i++) {
        if (bound_loss(b, b->theta, NULL, &again, NULL) < 0)
            return -1;
        if (!try_same(&again, &b->loss, 1))
            return try_fail(t, "%.17g, then %.17g", b->loss, again);
        if (bound_loss(b, elsewhere, NULL, &other, NULL) < 0)
            return -1;
    }
    free(elsewhere);
    return 0;
}

static int check_twice(struct trial *t)
{
    return try_each_set(t, on_twice);
}

static int on_wild(struct trial *t, struct bound *b)
{
    static const double wild[] = {NAN, INFINITY, -INFINITY, 1e300, -1e38, 1e-310};
    double *theta = malloc(b->dim * sizeof *theta), *g = malloc(b->dim * sizeof *g), loss;
    if (!theta || !g)
        return try_fail(t, "out of memory");
    for (size_t i = 0; i < sizeof wild / sizeof *wild; i++)
        for (int all = 0; all < 2; all++) {
            memcpy(theta, b->theta, b->dim * sizeof *theta);
            for (size_t j = 0; j < b->dim; j++)
                if (all || j == b->dim / 2)
                    theta[j] = wild[i];
            int rc = b->ops->loss(b->inst->self, theta, NULL, &loss, NULL);
            if (rc == TW_OK && b->ops->grad)
                rc = b->ops->grad(b->inst->self, theta, NULL, &loss, g);
            if (rc != TW_OK)
                return try_fail(t,
                                "%s returned %d where %s %g; a loss that is not finite is a value",
                                b->ops->grad ? "loss() or grad()" : "loss()", rc,
                                all ? "theta is" : "one parameter is", wild[i]);
        }
    if (bound_loss(b, b->theta, NULL, &loss, NULL) < 0)
        return -1;
    free(theta);
    free(g);
    return try_same(&loss, &b->loss, 1)
               ? 0
               : try_fail(t, "after that the loss at the test point is %.17g, not %.17g", loss,
                          b->loss);
}

static int check_wild(struct trial *t)
{
    return try_each_set(t, on_wild);
}

/* Three parts of the rows, by list and by range: the same order, or shuffled. */
static void cut(size_t n, uint32_t *order, struct tw_rows listed[3], struct tw_rows ranges[3])
{
    size_t bounds[] = {0, n / 3, n / 3 + 1, n}; /* one part has a single row */
    for (size_t k = 0; k < 3; k++) {
        listed[k] = (struct tw_rows){order + bounds[k], 0, bounds[k + 1] - bounds[k]};
        ranges[k] = (struct tw_rows){NULL, bounds[k], bounds[k + 1] - bounds[k]};
    }
}

static void shuffle(uint32_t *order, size_t n)
{
    uint64_t state = 9;
    for (size_t i = n - 1; i > 0; i--) {
        size_t k = (size_t)((try_random(&state) + 1) / 2 * (double)(i + 1));
        uint32_t keep = order[i];
        order[i] = order[k];
        order[k] = keep;
    }
}

static int parts_average(struct bound *b, const struct tw_rows parts[3], const char *how)
{
    double sum = 0, loss;
    for (size_t k = 0; k < 3; k++) {
        if (bound_loss(b, b->theta, &parts[k], &loss, NULL) < 0)
            return -1;
        sum += (double)parts[k].n / (double)b->n * loss;
    }
    double tolerance = bound_tolerance(b, sum);
    if (!(fabs(sum - b->loss) <= tolerance))
        return try_fail(b->t, "%s: %.9g on average, but %.9g together (tolerance %.2g)", how, sum,
                        b->loss, tolerance);
    return 0;
}

/* A model that does not look at `rows` averages very well.  Where the loss is
 * the same over any rows, it must also be the same with other data. */
static int rows_matter(struct trial *t, struct bound *b, const struct tw_rows parts[3])
{
    struct bound few = *b;
    double loss, part;
    for (size_t k = 0; k < 3; k++) {
        if (bound_loss(b, b->theta, &parts[k], &part, NULL) < 0)
            return -1;
        if (fabs(part - b->loss) > bound_tolerance(b, part))
            return 0;
    }
    few.data = try_data(t, b->which, TRY_ROWS / 3);
    if (!few.data || bound_again(&few, &few) < 0 ||
        bound_loss(&few, b->theta, NULL, &loss, NULL) < 0)
        return -1;
    instance_free(few.inst);
    if (fabs(loss - b->loss) <= bound_tolerance(b, loss))
        return 0;
    return try_fail(t, "the loss is %.9g over any rows, but %.9g with the first %d as all data",
                    part, loss, TRY_ROWS / 3);
}

static int on_rows(struct trial *t, struct bound *b)
{
    uint32_t order[TRY_ROWS];
    struct tw_rows listed[3], ranges[3];
    double by_list, by_range;
    if (!b->data)
        return try_skip(t, "without data there are no rows");
    for (uint32_t i = 0; i < TRY_ROWS; i++)
        order[i] = i;
    cut(b->n, order, listed, ranges);
    if (parts_average(b, ranges, "rows by range") < 0 || rows_matter(t, b, ranges) < 0)
        return -1;
    for (size_t k = 0; k < 3; k++) {
        if (bound_loss(b, b->theta, &listed[k], &by_list, NULL) < 0 ||
            bound_loss(b, b->theta, &ranges[k], &by_range, NULL) < 0)
            return -1;
        if (!(fabs(by_list - by_range) <= bound_tolerance(b, by_range)))
            return try_fail(t, "rows %zu to %zu: %.9g by list, %.9g by range", ranges[k].first,
                            ranges[k].first + ranges[k].n - 1, by_list, by_range);
    }
    shuffle(order, b->n);
    return parts_average(b, listed, "rows by list");
}

static int check_rows(struct trial *t)
{
    return try_each_set(t, on_rows);
}

static int on_correct(struct trial *t, struct bound *b)
{
    uint32_t order[TRY_ROWS];
    struct tw_rows listed[3], ranges[3];
    double loss, whole, part, sum = 0;
    for (uint32_t i = 0; i < TRY_ROWS; i++)
        order[i] = i;
    if (bound_loss(b, b->theta, NULL, &loss, &whole) < 0)
        return -1;
    if (!try_same(&loss, &b->loss, 1))
        return try_fail(t, "asking for it changes the loss from %.17g to %.17g", b->loss, loss);
    if (isnan(whole))
        return try_skip(t, "correct means nothing here");
    if (!(whole >= 0 && whole <= (double)b->n && whole == floor(whole)))
        return try_fail(t, "correct is %g of %zu rows", whole, b->n);
    shuffle(order, b->n);
    cut(b->n, order, listed, ranges);
    for (size_t k = 0; k < 3; k++) {
        if (bound_loss(b, b->theta, &listed[k], &loss, &part) < 0)
            return -1;
        if (!(part >= 0 && part <= (double)listed[k].n && part == floor(part)))
            return try_fail(t, "correct is %g of %zu rows", part, listed[k].n);
        sum += part;
    }
    return fabs(sum - whole) <= 1 ? 0 : try_fail(t, "%g in the parts, but %g together", sum, whole);
}

static int check_correct(struct trial *t)
{
    return try_each_set(t, on_correct);
}

/* ---- what is borrowed ------------------------------------------------------------------------ */

static int on_borrowed(struct trial *t, struct bound *b)
{
    struct tw_data *fresh = b->data ? try_data(t, b->which, TRY_ROWS) : NULL;
    double loss, *theta = try_fence(t, b->dim * sizeof *theta);
    double *g = try_fence(t, b->dim * sizeof *g);
    if (!theta || !g || (b->data && !fresh))
        return -1;
    memcpy(theta, b->theta, b->dim * sizeof *theta);
    if (bound_loss(b, theta, NULL, &loss, NULL) < 0)
        return -1;
    if (!try_same(theta, b->theta, b->dim) || !try_fence_holds(theta))
        return try_fail(t, "loss() changes theta");
    int rc = b->ops->grad ? b->ops->grad(b->inst->self, theta, NULL, &loss, g) : TW_OK;
    if (rc != TW_OK)
        return try_refused(t, b->inst, rc, "grad()");
    if (!try_same(theta, b->theta, b->dim) || !try_fence_holds(theta))
        return try_fail(t, "grad() changes theta");
    if (!fresh)
        return 0;
    const struct tw_data *d = b->data;
    if (memcmp(d->x, fresh->x, d->n_rows * d->n_features * sizeof *d->x) != 0 ||
        (d->label && memcmp(d->label, fresh->label, d->n_rows * sizeof *d->label) != 0) ||
        (d->target && memcmp(d->target, fresh->target, d->n_rows * sizeof *d->target) != 0))
        return try_fail(t, "changes the data");
    return 0;
}

static int check_borrowed(struct trial *t)
{
    return try_each_set(t, on_borrowed);
}

/* ---- several instances ----------------------------------------------------------------------- */

static int on_instances(struct trial *t, struct bound *b)
{
    struct bound c;
    double here, there, *elsewhere = malloc(b->dim * sizeof *elsewhere);
    struct tw_rows some = {NULL, 1, b->n / 2};
    if (!elsewhere)
        return try_fail(t, "out of memory");
    if (bound_again(b, &c) < 0)
        return -1;
    for (size_t j = 0; j < b->dim; j++)
        elsewhere[j] = b->theta[j] - 0.25;
    for (int i = 0; i < 3; i++) {
        if (bound_loss(&c, elsewhere, b->data ? &some : NULL, &there, NULL) < 0 ||
            bound_loss(b, b->theta, NULL, &here, NULL) < 0)
            return -1;
        if (!try_same(&here, &b->loss, 1))
            return try_fail(t, "with another instance at work the loss is %.17g, not %.17g", here,
                            b->loss);
    }
    if (bound_loss(&c, b->theta, NULL, &there, NULL) < 0)
        return -1;
    instance_free(c.inst);
    if (!try_same(&there, &b->loss, 1))
        return try_fail(t, "two instances say %.17g and %.17g", b->loss, there);
    if (bound_loss(b, b->theta, NULL, &here, NULL) < 0)
        return -1;
    free(elsewhere);
    return try_same(&here, &b->loss, 1)
               ? 0
               : try_fail(t, "after the other has gone the loss is %.17g, not %.17g", here,
                          b->loss);
}

static int check_instances(struct trial *t)
{
    return try_each_set(t, on_instances);
}

enum { THREADS = 4, ROUNDS = 24 };

struct racer {
    struct bound b;
    double loss[ROUNDS], *theta;
    int rc;
    bool grad;
};

static void *race(void *ctx)
{
    struct racer *r = ctx;
    double *g = malloc(r->b.dim * sizeof *g);
    for (size_t i = 0; i < ROUNDS && g && r->rc == TW_OK; i++) {
        r->loss[i] = NAN;
        r->rc = r->grad && i % 2
                    ? r->b.ops->grad(r->b.inst->self, r->theta, NULL, &r->loss[i], g)
                    : r->b.ops->loss(r->b.inst->self, r->theta, NULL, &r->loss[i], NULL);
    }
    free(g);
    return NULL;
}

/* Each with a theta of its own; first one after the other, then together. */
static int on_threads(struct trial *t, struct bound *b)
{
    struct racer one[THREADS], all[THREADS];
    pthread_t thread[THREADS];
    for (size_t k = 0; k < THREADS; k++) {
        one[k] = (struct racer){.grad = b->ops->grad != NULL};
        one[k].theta = arena_array(&t->mem, b->dim, sizeof *one[k].theta);
        if (!one[k].theta)
            return try_fail(t, "out of memory");
        if (bound_again(b, &one[k].b) < 0)
            return -1;
        for (size_t j = 0; j < b->dim; j++)
            one[k].theta[j] = b->theta[j] + 0.1 * (double)k;
        all[k] = one[k];
        race(&one[k]);
    }
    for (size_t k = 0; k < THREADS; k++)
        if (pthread_create(&thread[k], NULL, race, &all[k]) != 0)
            return try_fail(t, "cannot start a thread");
    for (size_t k = 0; k < THREADS; k++)
        pthread_join(thread[k], NULL);
    for (size_t k = 0; k < THREADS; k++) {
        if (all[k].rc != TW_OK)
            return try_refused(t, all[k].b.inst, all[k].rc, "loss() or grad() in a thread");
        for (size_t i = 0; i < ROUNDS; i++)
            if (!try_same(&all[k].loss[i], &one[k].loss[i], 1))
                return try_fail(t, "with %d threads the loss is %.17g, with one %.17g", THREADS,
                                all[k].loss[i], one[k].loss[i]);
        instance_free(all[k].b.inst);
    }
    return 0;
}

static int check_threads(struct trial *t)
{
    if (t->plugin->desc.threads != TW_THREADS_INSTANCE)
        return try_skip(t, "its `threads` field says TW_THREADS_SERIAL");
    return try_each_set(t, on_threads);
}

/* ---- blocks
 * --------------------------------------------------------------------------------------- */

static int cover(struct trial *t, const struct tw_block *k, size_t i, size_t dim,
                 unsigned char *seen)
{
    if (k->role != TW_WEIGHT && k->role != TW_BIAS && k->role != TW_NORM)
        return try_fail(t, "block %zu has the role %u", i, (unsigned)k->role);
    if (k->rows < 1 || k->cols < 1 || k->offset >= dim || k->rows > (dim - k->offset) / k->cols)
        return try_fail(t, "block %zu (%zu x %zu from %zu on) leaves the %zu parameters", i,
                        k->rows, k->cols, k->offset, dim);
    if (k->role == TW_BIAS && k->cols != 1)
        return try_fail(t, "block %zu is a bias of %zu columns; it must have 1", i, k->cols);
    if (!memchr(k->name, '\0', sizeof k->name))
        return try_fail(t, "the name of block %zu has no end", i);
    for (size_t j = k->offset; j < k->offset + k->rows * k->cols; j++)
        if (seen[j]++)
            return try_fail(t, "parameter %zu is in two blocks, the second is %zu", j, i);
    return 0;
}

static int on_blocks(struct trial *t, struct bound *b)
{
    unsigned char *seen = calloc(b->dim, 1);
    struct tw_block k;
    int rc = TW_OK;
    size_t i;
    if (!seen)
        return try_fail(t, "out of memory");
    if (!b->ops->block)
        return try_skip(t, "no block(): theta counts as one slice of weights");
    for (i = 0; i <= b->dim; i++) {
        k = (struct tw_block){.struct_size = sizeof k};
        rc = b->ops->block(b->inst->self, i, &k);
        if (rc != TW_OK)
            break;
        if (cover(t, &k, i, b->dim, seen) < 0)
            return -1;
    }
    if (rc != TW_DONE)
        return rc == TW_OK ? try_fail(t, "block() never returns TW_DONE")
                           : try_refused(t, b->inst, rc, "block()");
    for (size_t j = 0; j < b->dim; j++)
        if (!seen[j])
            return try_fail(t, "parameter %zu of %zu is in none of the %zu blocks", j, b->dim, i);
    free(seen);
    return 0;
}

static int check_blocks(struct trial *t)
{
    return try_each_set(t, on_blocks);
}

static int check_gradient(struct trial *t)
{
    return try_each_set(t, try_gradient);
}

static int check_gradient_loss(struct trial *t)
{
    return try_each_set(t, try_gradient_loss);
}

static int check_gradient_rows(struct trial *t)
{
    return try_each_set(t, try_gradient_rows);
}

static int check_hvp(struct trial *t)
{
    return try_each_set(t, try_hvp);
}

static int check_hvp_symmetric(struct trial *t)
{
    return try_each_set(t, try_hvp_symmetric);
}

static int check_hvp_rows(struct trial *t)
{
    return try_each_set(t, try_hvp_rows);
}

static int check_hvp_again(struct trial *t)
{
    return try_each_set(t, try_hvp_again);
}

static int check_plane_loss(struct trial *t)
{
    return try_each_set(t, try_plane_loss);
}

static int check_plane_again(struct trial *t)
{
    return try_each_set(t, try_plane_again);
}

static int check_plane_tiles(struct trial *t)
{
    return try_each_set(t, try_plane_tiles);
}

static int check_plane_points(struct trial *t)
{
    return try_each_set(t, try_plane_points);
}

/* ---- every call once ---------------------------------------------------------- */

static void exercise_plane(struct trial *t, struct bound *b)
{
    struct tw_model_plane ext;
    const struct tw_model_plane *p = &ext;
    double xy[] = {-1, 0, 1, 0}, correct[2], penalty[2];
    struct tw_sum sum[2];
    struct error ignored = {0}; /* the checks of the extension tell it */
    if (!b->data || model_plane_table(t->plugin, &ext, &ignored) != 0)
        return;
    if (try_call(t, p->begin(b->inst->self, b->theta, b->theta, NULL)) == TW_OK) {
        if (p->tile_rows)
            p->tile_rows(b->inst->self, 2);
        try_call(t, p->eval(b->inst->self, 0, b->n, 2, xy, sum, correct));
        if (p->penalty)
            try_call(t, p->penalty(b->inst->self, 2, xy, penalty));
        p->end(b->inst->self);
    }
}

static void exercise_hvp(struct trial *t, struct bound *b, const double *vec, double *out)
{
    struct tw_model_hvp ext;
    struct error ignored = {0};
    if (model_hvp_table(t->plugin, &ext, &ignored) == 0)
        try_call(t, ext.hvp(b->inst->self, b->theta, NULL, vec, out));
}

static void exercise_bound(struct trial *t, struct bound *b)
{
    struct tw_rows some = {NULL, 1, b->n / 2};
    struct tw_block block = {.struct_size = sizeof block};
    double loss, *g = calloc(b->dim, 2 * sizeof *g);
    b->theta = calloc(b->dim, sizeof *b->theta);
    if (g && b->theta) {
        if (b->ops->init)
            try_call(t, b->ops->init(b->inst->self, 1, b->theta));
        try_call(t, b->ops->loss(b->inst->self, b->theta, NULL, &loss, NULL));
        if (b->data)
            try_call(t, b->ops->loss(b->inst->self, b->theta, &some, &loss, NULL));
        if (b->ops->grad)
            try_call(t, b->ops->grad(b->inst->self, b->theta, NULL, &loss, g));
        for (size_t i = 0; b->ops->block && i <= b->dim; i++)
            if (b->ops->block(b->inst->self, i, &block) != TW_OK)
                break;
        exercise_hvp(t, b, g, g + b->dim);
        exercise_plane(t, b);
    }
    free(g);
    free(b->theta);
}

static int exercise(struct trial *t)
{
    for (int i = 0; i < bound_sets(t); i++) {
        struct bound b;
        int rc = bound_open(t, i, &b);
        try_call(t, rc);
        if (rc == 0) {
            exercise_bound(t, &b);
            instance_free(b.inst);
        }
    }
    t->note[0] = '\0';
    return 0;
}

static const struct check checks[] = {
    {"takes data", check_bind},
    {"initial point is finite and a function of the seed", check_init},
    {"loss twice gives the same bits", check_twice},
    {"loss where theta is not finite, or huge", check_wild},
    {"loss over parts of the rows averages to the whole", check_rows},
    {"correct is a number of rows, and adds up", check_correct},
    {"theta and data are left alone", check_borrowed},
    {"instances do not disturb each other", check_instances},
    {"instances in threads give the same bits", check_threads},
    {"blocks tile theta", check_blocks},
    {"gradient against central differences", check_gradient},
    {"gradient comes with the same loss", check_gradient_loss},
    {"gradient over parts of the rows averages to the whole", check_gradient_rows},
    {"products with the Hessian against differences of the gradient", check_hvp},
    {"products with the Hessian are linear and symmetric", check_hvp_symmetric},
    {"products with the Hessian over parts of the rows average to the whole", check_hvp_rows},
    {"products with the Hessian twice give the same bits", check_hvp_again},
    {"plane extension gives the loss", check_plane_loss},
    {"plane extension twice gives the same bits", check_plane_again},
    {"plane extension adds up over tiles of rows", check_plane_tiles},
    {"plane extension looks at no points of another y", check_plane_points},
};
const struct checks try_model = {checks, sizeof checks / sizeof *checks, exercise};

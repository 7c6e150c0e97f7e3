/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.c -- see report.h. */
#include "report-private.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* How much the planes differ at a typical grid point. */
static int spread_findings(const struct report *r, struct findings *f)
{
    const struct tw_spread *s = r->result->spread;
    const struct tw_grid *g = r->result->grid;
    size_t n = 0, cells = g->nx * g->ny;
    f->value[FINDING_planes] = s ? (double)s->n_planes : 1;
    if (!s)
        return 0;
    double *share = calloc(cells, sizeof *share);
    if (!share)
        return -1;
    for (size_t k = 0; k < cells; k++)
        if (isfinite(s->std[k]) && s->mean[k] > 0 && isfinite(s->mean[k]))
            share[n++] = s->std[k] / s->mean[k];
    qsort(share, n, sizeof *share, ascending);
    if (n)
        f->value[FINDING_spread_share] =
            n % 2 ? share[n / 2] : 0.5 * (share[n / 2 - 1] + share[n / 2]);
    free(share);
    return 0;
}

int report_findings(struct report *r, struct arena *mem)
{
    struct findings *f = &r->findings;
    findings_clear(f);
    analysis_findings(r->analysis, r->subject, f);
    f->value[FINDING_end_loss] = r->train_loss;
    f->value[FINDING_train_accuracy] = r->train_accuracy;
    f->value[FINDING_test_accuracy] = r->test_accuracy;
    f->value[FINDING_accuracy_gap] = r->train_accuracy - r->test_accuracy;
    f->value[FINDING_full_negative_share] = report_negative_share(r->full);
    if (spread_findings(r, f))
        return -1;
    if (r->journey && r->journey->n > 0) {
        const struct journey *j = r->journey;
        f->value[FINDING_ball_landscapes] = (double)j->n;
        f->value[FINDING_ball_start_loss] = j->land[0].start_loss;
        f->value[FINDING_ball_first_loss] = j->land[0].loss;
        f->value[FINDING_ball_loss] = j->land[j->n - 1].loss;
    }
    return words_say(mem, f, &r->words);
}

static void write_provenance(struct json *j, const char *const *pairs)
{
    json_object(j, "provenance");
    for (; pairs && pairs[0] && pairs[1]; pairs += 2)
        json_text(j, pairs[0], pairs[1]);
    json_end(j);
}

static void write_split(struct json *j, const char *name, double loss, double accuracy)
{
    json_object(j, name);
    json_number(j, "loss", loss);
    json_number(j, "accuracy", accuracy);
    json_end(j);
}

static void write_end(struct json *j, const struct report *r)
{
    const struct analysis *a = r->analysis;
    json_object(j, "end_point");
    json_bool(j, "trained", r->result->n_tracks > 0);
    write_split(j, "training", r->train_loss, r->train_accuracy);
    write_split(j, "test", r->test_loss, r->test_accuracy);
    json_number(j, "x", a->end[0]);
    json_number(j, "y", a->end[1]);
    json_number(j, "distance_from_plane", a->end_off);
    json_number(j, "plane_loss", a->end_loss);
    json_end(j);
}

static void write_axis(struct json *j, const char *label, double variance, double walk, double norm,
                       const double *v, size_t n)
{
    json_object(j, NULL);
    json_text(j, "label", label);
    json_number(j, "length", norm);
    json_number(j, "explained_variance", variance);
    json_number(j, "random_walk_variance", walk);
    json_number(j, "from", v[0]);
    json_number(j, "to", v[n - 1]);
    json_count(j, "points", n);
    json_end(j);
}

static void write_plane(struct json *j, const struct report *r)
{
    const struct tw_plane *p = r->result->plane;
    const struct tw_grid *g = r->result->grid;
    const double *gram = r->subject->plane->gram;
    json_object(j, "plane");
    json_count(j, "parameters", p->dim);
    json_array(j, "axis");
    write_axis(j, p->x_label, p->x_variance, p->x_walk, sqrt(gram[0]), g->x, g->nx);
    if (g->ny > 1)
        write_axis(j, p->y_label, p->y_variance, p->y_walk, sqrt(gram[3]), g->y, g->ny);
    json_end(j);
    json_number(j, "cosine_of_axes", g->ny > 1 ? gram[1] / sqrt(gram[0] * gram[3]) : NAN);
    json_array(j, "marks");
    for (uint32_t i = 0; i < p->n_marks; i++) {
        json_object(j, NULL);
        json_text(j, "name", p->mark[i].name);
        json_number(j, "x", p->mark[i].x);
        json_number(j, "y", p->mark[i].y);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

static void write_grid(struct json *j, const struct report *r)
{
    const struct tw_grid *g = r->result->grid;
    size_t low = r->analysis->lowest;
    json_object(j, "grid");
    json_count(j, "points", g->nx * g->ny);
    json_count(j, "not_finite", g->nx * g->ny - r->analysis->n_finite);
    json_number(j, "noise", r->analysis->noise);
    json_object(j, "lowest");
    json_number(j, "x", low == SIZE_MAX ? NAN : g->x[low % g->nx]);
    json_number(j, "y", low == SIZE_MAX ? NAN : g->y[low / g->nx]);
    json_number(j, "loss", low == SIZE_MAX ? NAN : g->loss[low]);
    json_end(j);
    json_end(j);
}

static void write_pair(struct json *j, const char *name, const double v[2], bool line)
{
    json_array(j, name);
    json_number(j, NULL, v[0]);
    if (!line)
        json_number(j, NULL, v[1]);
    json_end(j);
}

static void write_point(struct json *j, const struct candidate *c, bool line)
{
    static const char *const kinds[] = {"", "minimum", "saddle", "maximum", "degenerate"};
    json_object(j, NULL);
    json_text(j, "kind", kinds[c->kind]);
    json_number(j, "x", c->x);
    json_number(j, "y", c->y);
    json_number(j, "loss", c->loss);
    write_pair(j, "eigenvalues_by_xy", c->lambda, line);
    write_pair(j, "curvatures", c->curvature, line);
    if (c->kind == TW_MINIMUM) {
        json_number(j, "persistence", c->persistence);
        json_bool(j, "lowest", isinf(c->persistence));
    }
    json_text(j, "located_by", c->by_gradient ? "gradient" : "losses");
    json_number(j, "place_error", c->error);
    json_bool(j, "smooth", c->smooth);
    json_end(j);
}

static void write_critical(struct json *j, const struct report *r)
{
    const struct critical *c = &r->analysis->critical;
    if (!r->analysis->has_critical) {
        json_text(j, "critical_points", NULL);
        return;
    }
    json_object(j, "critical_points");
    json_count(j, "candidates", c->n_candidates);
    json_count(j, "found", c->n);
    json_count(j, "left_the_picture", c->n_left);
    json_count(j, "did_not_converge", c->n_lost);
    json_count(j, "the_same_as_another", c->n_twice);
    json_count(j, "not_followed", c->n_over);
    json_array(j, "points");
    for (size_t i = 0; i < c->n; i++)
        write_point(j, &c->point[i], r->result->grid->ny == 1);
    json_end(j);
    json_end(j);
}

static void write_minimum(struct json *j, const struct report *r, const struct tree_minimum *m)
{
    const struct tw_grid *g = r->result->grid;
    json_object(j, NULL);
    json_number(j, "x", g->x[m->cell % g->nx]);
    json_number(j, "y", g->y[m->cell / g->nx]);
    json_number(j, "birth", m->birth);
    json_number(j, "death", m->death);
    json_number(j, "persistence", m->persistence);
    if (m->parent == NO_MINIMUM) {
        json_text(j, "joins", NULL);
        json_text(j, "pass", NULL);
    } else {
        json_count(j, "joins", m->parent);
        json_object(j, "pass");
        json_number(j, "x", g->x[m->pass % g->nx]);
        json_number(j, "y", g->y[m->pass / g->nx]);
        json_end(j);
    }
    json_number(j, "spills_over_the_edge_at", m->spill);
    json_bool(j, "on_edge", m->edge);
    json_count(j, "basin_cells", m->cells);
    json_number(j, "basin_share", (double)m->cells / (double)r->analysis->low.n_finite);
    json_end(j);
}

static void write_tree(struct json *j, const struct report *r)
{
    const struct mergetree *t = &r->analysis->low;
    if (!r->analysis->has_critical) {
        json_text(j, "merge_tree", NULL);
        return;
    }
    json_object(j, "merge_tree");
    json_number(j, "threshold", t->threshold);
    json_count(j, "below_threshold", t->n_noise);
    json_array(j, "minima");
    for (size_t i = 0; i < t->n; i++)
        write_minimum(j, r, &t->minimum[i]);
    json_end(j);
    json_end(j);
}

static void write_flat(struct json *j, const struct flat_radius *f)
{
    json_object(j, "flat_radius");
    json_text(j, "around", f->of_minimum ? "minimum" : "end point");
    json_number(j, "x", f->x);
    json_number(j, "y", f->y);
    json_number(j, "loss", f->loss);
    json_number(j, "factor", FLAT_FACTOR);
    json_number(j, "radius", f->radius);
    json_bool(j, "at_least", f->at_least);
    json_number(j, "upper_bound", f->upper);
    json_number(j, "exceeded_at_x", f->to_x);
    json_number(j, "exceeded_at_y", f->to_y);
    json_end(j);
}

static void write_sharpness(struct json *j, const struct report *r)
{
    const struct analysis *a = r->analysis;
    bool line = r->result->grid->ny == 1;
    if (!a->has_sharpness) {
        json_text(j, "sharpness", NULL);
        return;
    }
    json_object(j, "sharpness");
    write_flat(j, &a->flat);
    json_array(j, "epsilon_sharpness");
    for (int i = 0; i < BOXES; i++) {
        json_object(j, NULL);
        json_number(j, "epsilon", a->box[i].epsilon);
        json_number(j, "percent", a->box[i].value);
        json_number(j, "highest_loss", a->box[i].highest);
        write_pair(j, "half_widths", a->box[i].width, line);
        json_end(j);
    }
    json_end(j);
    json_object(j, "end_point");
    write_pair(j, "eigenvalues_by_xy", a->curvature.lambda, line);
    write_pair(j, "curvatures", a->curvature.curvature, line);
    json_number(j, "slope", a->curvature.slope);
    json_text(j, "by", a->curvature.by_gradient ? "gradient" : "losses");
    json_end(j);
    json_end(j);
}

static void write_convexity(struct json *j, const struct report *r)
{
    const struct convexity_summary *c = &r->analysis->convexity;
    if (!c->ratio) {
        json_text(j, "plane_convexity", NULL);
        return;
    }
    json_object(j, "plane_convexity");
    json_count(j, "cells", c->n_known);
    json_count(j, "negative_cells", c->n_negative);
    json_number(j, "negative_share", c->n_known ? (double)c->n_negative / (double)c->n_known : NAN);
    json_number(j, "worst_ratio", c->worst);
    json_number(j, "worst_x", c->worst_x);
    json_number(j, "worst_y", c->worst_y);
    json_end(j);
}

static void write_tracks(struct json *j, const struct report *r)
{
    json_array(j, "tracks");
    for (size_t i = 0; i < r->result->n_tracks; i++) {
        const struct tw_track *t = r->result->tracks[i];
        const struct movement *m = &r->analysis->movement[i];
        if (t->n == 0)
            continue;
        json_object(j, NULL);
        json_text(j, "name", t->name);
        json_count(j, "checkpoints", t->n);
        json_number(j, "first_loss", t->loss[0]);
        json_number(j, "last_loss", t->loss[t->n - 1]);
        json_number(j, "last_plane_loss", t->plane_loss[t->n - 1]);
        json_number(j, "last_distance_from_plane", t->residual[t->n - 1]);
        json_number(j, "farthest_from_plane", m->farthest);
        json_number(j, "start_to_end_in_plane", m->length);
        json_number(j, "share_in_plane", m->share);
        json_end(j);
    }
    json_end(j);
}

static void write_barriers(struct json *j, const struct report *r)
{
    const struct tw_plane *p = r->result->plane;
    json_array(j, "barriers");
    for (size_t i = 0; i < r->analysis->n_barriers; i++) {
        const struct barrier *b = &r->analysis->barrier[i];
        json_object(j, NULL);
        json_text(j, "from", p->mark[b->from].name);
        json_text(j, "to", p->mark[b->to].name);
        json_number(j, "from_loss", b->from_loss);
        json_number(j, "to_loss", b->to_loss);
        json_number(j, "highest", b->highest);
        json_number(j, "at", b->at);
        json_number(j, "above_higher_end", b->above_higher_end);
        json_number(j, "above_mean", b->above_mean);
        json_end(j);
    }
    json_end(j);
}

static void write_words(struct json *j, const struct report *r)
{
    json_object(j, "findings");
    for (size_t i = 0; i < N_FINDINGS; i++)
        json_number(j, finding_name[i], r->findings.value[i]);
    json_end(j);
    json_array(j, "sentences");
    for (size_t i = 0; i < r->words.n; i++) {
        const struct sentence *s = &r->words.sentence[i];
        json_object(j, NULL);
        json_text(j, "about", s->about);
        json_text(j, "text", s->text);
        json_array(j, "from");
        for (size_t k = 0; k < s->n_from; k++)
            json_text(j, NULL, finding_name[s->from[k]]);
        json_end(j);
        json_end(j);
    }
    json_end(j);
}

static void write_all(const struct report *r, FILE *to)
{
    struct json j = {.to = to};
    json_object(&j, NULL);
    json_count(&j, "report", 1); /* version of this format */
    json_text(&j, "title", r->result->title);
    json_text(&j, "subtitle", r->result->subtitle);
    write_words(&j, r);
    write_end(&j, r);
    write_plane(&j, r);
    write_grid(&j, r);
    write_critical(&j, r);
    write_tree(&j, r);
    write_sharpness(&j, r);
    write_convexity(&j, r);
    report_full_convexity(&j, r->full);
    report_spectrum(&j, r->spectrum);
    write_tracks(&j, r);
    write_barriers(&j, r);
    report_ball(&j, r->journey);
    json_object(&j, "cost");
    json_count(&j, "losses", r->analysis->n_points);
    json_count(&j, "gradients", r->analysis->n_gradients);
    json_end(&j);
    write_provenance(&j, r->result->provenance);
    json_end(&j);
}

int report_write(const struct report *r, const char *path, struct outputs *outputs,
                 struct error *err)
{
    const char *name = outputs_create(outputs, path, err);
    if (!name)
        return -1;
    FILE *to = fopen(name, "wxe");
    if (!to)
        return error_set(err, FAULT_RUN, "%s: %s", path, strerror(errno));
    write_all(r, to);
    bool failed = ferror(to) != 0;
    failed = fclose(to) != 0 || failed;
    return failed ? error_set(err, FAULT_RUN, "%s: %s", path, strerror(errno)) : 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* summary.c -- summary_print() of run.h. */
#include "run.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void print_score(const char *split, const struct score *s)
{
    printf("loss %.6g", s->loss);
    if (!isnan(s->accuracy))
        printf(", accuracy %.2f %%", 100 * s->accuracy);
    printf(" (%s)", split);
}

static void print_both(const struct score *train, const struct score *test)
{
    print_score("training", train);
    if (!isnan(test->loss)) {
        printf("; ");
        print_score("test", test);
    }
    printf("\n");
}

static void print_axis(const char *axis, const char *label, double variance, const double *v,
                       size_t n)
{
    printf("  %-9s %s", axis, label);
    if (!isnan(variance))
        printf(", %.1f %% of the variance", 100 * variance);
    printf(", %.4g to %.4g\n", v[0], v[n - 1]);
}

/* Where each run of training ended; of the last one the plane is the neighbourhood. */
static void print_scores(const struct run *r)
{
    for (size_t i = 0; r->n_paths > 1 && i < r->n_paths; i++) {
        printf("  %-9s %s: ", "run", r->views[i]->name);
        print_both(&r->scores[i].train, &r->scores[i].test);
    }
    printf("  %-9s ", "optimum");
    if (r->n_paths > 1)
        printf("the end of %s\n", r->views[r->n_paths - 1]->name);
    else
        print_both(&r->train, &r->test);
}

/* "(0.5, 1)", on a line "0.5" */
static void print_place(const struct tw_grid *g, bool line, size_t cell)
{
    if (line)
        printf("%.4g", g->x[cell]);
    else
        printf("(%.4g, %.4g)", g->x[cell % g->nx], g->y[cell / g->nx]);
}

static void print_lowest(const struct run *r)
{
    const struct tw_grid *g = &r->grid.view;
    size_t low = grid_lowest(&r->grid);
    bool line = r->plane.view.n_axes == 1;
    printf("  %-9s ", "lowest");
    if (low == SIZE_MAX) {
        printf("none: no grid point has a finite loss\n");
        return;
    }
    printf("loss %.6g at ", g->loss[low]);
    print_place(g, line, low);
    if (line)
        printf(" of %zu points\n", g->nx);
    else
        printf(" of %zu x %zu points\n", g->nx, g->ny);
}

/* The largest standard deviation of the loss over the planes. */
static void print_spread(const struct run *r)
{
    const double *std = r->spread.view.std;
    size_t most = SIZE_MAX;
    for (size_t k = 0; k < r->spread.n; k++)
        if (isfinite(std[k]) && (most == SIZE_MAX || std[k] > std[most]))
            most = k;
    if (most == SIZE_MAX)
        return;
    bool line = r->plane.view.n_axes == 1;
    printf("  %-9s %zu, whose losses differ most at ", line ? "lines" : "planes",
           r->spread.view.n_planes);
    print_place(&r->grid.view, line, most);
    printf(": %.4g, standard deviation %.4g\n", r->spread.view.mean[most], std[most]);
}

/* What was asked for of the whole Hessian where training ended. */
static void print_spectrum(const struct spectrum *s)
{
    if (s->n_top) {
        printf("  %-9s ", "curvature");
        for (size_t i = 0; i < s->n_top && i < 3; i++)
            printf("%s%.4g", i ? ", " : s->n_top > 1 ? "eigenvalues " : "eigenvalue ", s->value[i]);
        printf("%s of the Hessian%s\n", s->n_top > 3 ? ", ..." : "",
               s->converged ? "" : ", not converged");
    }
    if (s->n_probes && s->exact)
        printf("  %-9s %.4g, of the Hessian\n", "trace", s->trace);
    else if (s->n_probes)
        printf("  %-9s %.4g +- %.2g, of the Hessian\n", "trace", s->trace, s->trace_error);
}

/* How many cells the whole Hessian has a negative eigenvalue at. */
static void print_convexity(const struct convexity *c)
{
    size_t known = 0, negative = 0;
    for (size_t k = 0; k < c->nx * c->ny; k++) {
        if (isnan(c->ratio[k]))
            continue;
        known++;
        negative += c->ratio[k] < 0;
    }
    printf("  %-9s the Hessian has a negative eigenvalue at %zu of %zu grid points\n", "convexity",
           negative, known);
}

/* "ball      1: loss 0.71 to 0.23, 3.2 away, at rest in a minimum" */
static void print_ball(const struct run *r)
{
    static const char *const rest[] = {"at rest in a minimum", "at rest against a wall",
                                       "still rolling when time was up", ""};
    const struct journey *j = &r->journey;
    for (size_t i = 0; i < j->n; i++) {
        const struct landscape *l = &j->land[i];
        printf("  %-9s %zu: loss %.6g to %.6g, %.4g away, %s (%s, %s)\n", i ? "" : "ball", i + 1,
               i ? l[-1].loss : l->start_loss, l->loss, l->distance, rest[l->roll.end],
               l->plane->view.x_label, l->plane->view.y_label);
    }
    if (j->done)
        printf("  %-9s ended: %s\n", j->n ? "" : "ball", journey_why(j->end));
}

/* As the user would type it. */
static const char *from_here(const char *path)
{
    char cwd[4096];
    size_t n;
    if (getcwd(cwd, sizeof cwd) && (n = strlen(cwd)) > 1 && strncmp(path, cwd, n) == 0 &&
        path[n] == '/')
        return path + n + 1;
    return path;
}

/* A paragraph, lines of 100 characters at most. */
static void print_paragraph(const char *text)
{
    int column = 0;
    while (*text) {
        int n = (int)strcspn(text, " ");
        if (column && column + 1 + n > 98) {
            printf("\n");
            column = 0;
        }
        column += printf("%s%.*s", column ? " " : "  ", n, text);
        text += n;
        text += strspn(text, " ");
    }
    printf("\n");
}

static void print_findings(const struct run *r)
{
    const struct tw_grid *g = &r->grid.view;
    const struct tw_plane *p = &r->plane.view;
    print_scores(r);
    print_axis("x", p->x_label, p->x_variance, g->x, g->nx);
    if (p->n_axes == 2)
        print_axis("y", p->y_label, p->y_variance, g->y, g->ny);
    print_lowest(r);
    print_spread(r);
    if (r->full.done)
        print_convexity(&r->full);
    if (r->spectrum.dim)
        print_spectrum(&r->spectrum);
    print_ball(r);
}

static void print_files(const struct outputs *o)
{
    for (size_t i = 0; i < o->n; i++)
        if (o->files[i]->state == OUTPUT_COMMITTED)
            printf("  %-9s %s\n", "wrote", from_here(o->files[i]->final));
}

static void print_words(const struct run *r)
{
    for (size_t i = 0; i < r->report.words.n; i++)
        print_paragraph(r->report.words.sentence[i].text);
}

void summary_print(const struct run *r)
{
    printf("%s\n", r->plan->pipeline.title);
    print_findings(r);
    print_files(&r->outputs);
    print_words(r);
}

void summary_print_all(const struct comparison *c)
{
    printf("%s\n", c->plan->pipeline.title);
    for (size_t i = 0; i < c->n; i++) {
        printf("\n%s\n", c->plan->variant[i].plan.label);
        print_findings(&c->variant[i]);
        print_words(&c->variant[i]);
    }
    printf("\n");
    for (size_t i = 0; i < c->n; i++)
        print_files(&c->variant[i].outputs);
    print_files(&c->outputs);
}

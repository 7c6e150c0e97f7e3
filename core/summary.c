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

static void print_axis(const char *axis, const char *label, double variance, const double *v,
                       size_t n)
{
    printf("  %-9s %s", axis, label);
    if (!isnan(variance))
        printf(", %.1f %% of the variance", 100 * variance);
    printf(", %.4g to %.4g\n", v[0], v[n - 1]);
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

void summary_print(const struct run *r)
{
    const struct tw_grid *g = &r->grid.view;
    const struct tw_plane *p = &r->plane.view;
    printf("%s\n  %-9s ", r->plan->pipeline.title, "optimum");
    print_score("training", &r->train);
    if (!isnan(r->test.loss)) {
        printf("; ");
        print_score("test", &r->test);
    }
    printf("\n");
    print_axis("x", p->x_label, p->x_variance, g->x, g->nx);
    print_axis("y", p->y_label, p->y_variance, g->y, g->ny);
    size_t low = grid_lowest(&r->grid);
    if (low == SIZE_MAX)
        printf("  %-9s none: no grid point has a finite loss\n", "lowest");
    else
        printf("  %-9s loss %.6g at (%.4g, %.4g) of %zu x %zu points\n", "lowest", g->loss[low],
               g->x[low % g->nx], g->y[low / g->nx], g->nx, g->ny);
    for (size_t i = 0; i < r->outputs.n; i++)
        if (r->outputs.files[i]->state == OUTPUT_COMMITTED)
            printf("  %-9s %s\n", "wrote", from_here(r->outputs.files[i]->final));
    for (size_t i = 0; i < r->report.words.n; i++)
        print_paragraph(r->report.words.sentence[i].text);
}

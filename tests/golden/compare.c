/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compare - does a grid.csv hold the expected surface?
 *
 *     compare GRID.csv EXPECTED.csv TOLERANCE
 *
 * Both have the columns x,y,loss,accuracy; lines that begin with # are skipped. Row by row, x and y
 * must agree to 1e-12, the loss to the relative tolerance, the accuracy to rounding. Exit status 0
 * and the largest difference on stdout; or 1, and on stderr the first line that differs.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct table {
    const char *path;
    FILE *file;
    int line;
};

static void fail(const struct table *t, const char *why)
{
    fprintf(stderr, "%s:%d: %s\n", t->path, t->line, why);
    exit(1);
}

/* The next line that is no comment; false at the end. */
static int next_line(struct table *t, char *line, int size)
{
    do {
        if (!fgets(line, size, t->file))
            return 0;
        t->line++;
    } while (line[0] == '#');
    line[strcspn(line, "\r\n")] = '\0';
    return 1;
}

static struct table open_table(const char *path)
{
    struct table t = {path, fopen(path, "r"), 0};
    char line[4096];

    if (!t.file)
        fail(&t, "cannot be opened");
    if (!next_line(&t, line, sizeof(line)) || strcmp(line, "x,y,loss,accuracy") != 0)
        fail(&t, "the header must be x,y,loss,accuracy");
    return t;
}

static int next_row(struct table *t, double v[4])
{
    char line[4096], *at = line, *end;

    if (!next_line(t, line, sizeof(line)))
        return 0;
    for (int i = 0; i < 4; i++, at = end + 1) {
        v[i] = strtod(at, &end);
        if (end == at || *end != (i < 3 ? ',' : '\0'))
            fail(t, "not four numbers");
    }
    return 1;
}

static double difference(double a, double b)
{
    return fabs(a - b) / fmax(1.0, fmax(fabs(a), fabs(b)));
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: compare GRID.csv EXPECTED.csv TOLERANCE\n");
        return 2;
    }

    struct table got = open_table(argv[1]), want = open_table(argv[2]);
    double tolerance = strtod(argv[3], NULL), worst = 0, a[4], b[4];
    int rows = 0, more;

    while ((more = next_row(&want, b)) == next_row(&got, a) && more) {
        double relative = fabs(a[2] - b[2]) / fabs(b[2]);

        rows++;
        if (!(difference(a[0], b[0]) <= 1e-12) || !(difference(a[1], b[1]) <= 1e-12))
            fail(&got, "another point (x, y) than expected");
        if (!(relative <= tolerance)) {
            fprintf(stderr, "loss %.17g, expected %.17g, relative difference %.3g\n", a[2], b[2],
                    relative);
            fail(&got, "the loss differs");
        }
        if (!(difference(a[3], b[3]) <= 1e-12))
            fail(&got, "the accuracy differs");
        worst = fmax(worst, relative);
    }
    if (more || next_row(&got, a) || rows == 0)
        fail(&got, "not as many rows as expected");
    printf("%d points, largest relative difference %.3g\n", rows, worst);
    fclose(got.file);
    fclose(want.file);
    return 0;
}

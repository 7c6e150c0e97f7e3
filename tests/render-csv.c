/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render-csv.c -- a rendered picture of what the csv sink wrote, to look at.
 *
 *     render-csv GRID.csv TRAJECTORY.csv[:TRAJECTORY.csv]...|- PICTURE.png [KEY=VALUE]...
 *
 * Keys: style, quality, width, height, turn, rise, fov, zoom, vertical, log, levels, axes, words,
 * stalks, samples, sky, title, subtitle, mark, threads.
 */
#define _POSIX_C_SOURCE 200809L

#include "render/picture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LINE_MAX_BYTES (1 << 20)

struct table {
    double *v;
    size_t rows, columns, room;
    char title[256];
};

static void die(const char *what)
{
    fprintf(stderr, "render-csv: %s\n", what);
    exit(1);
}

/* The title stands in the pipeline that the first line quotes. */
static void find_title(struct table *t, const char *line)
{
    const char *at = strstr(line, "\\ntitle: "), *end;

    if (!at)
        return;
    at += 9;
    if (strncmp(at, "\\\"", 2) == 0)
        at += 2;
    end = strstr(at, "\\n");
    if (!end)
        return;
    if (end - at > 2 && strncmp(end - 2, "\\\"", 2) == 0)
        end -= 2;
    snprintf(t->title, sizeof t->title, "%.*s", (int)(end - at), at);
}

static void read_row(struct table *t, char *line)
{
    size_t n = 0;
    char *save = NULL;

    for (char *c = strtok_r(line, ",\n", &save); c; c = strtok_r(NULL, ",\n", &save), n++) {
        if (t->rows * t->columns + n >= t->room) {
            t->room = t->room ? 2 * t->room : 4096;
            t->v = realloc(t->v, t->room * sizeof *t->v);
            if (!t->v)
                die("out of memory");
        }
        t->v[t->rows * t->columns + n] = strtod(c, NULL);
    }
    if (!t->columns)
        t->columns = n;
    t->rows++;
}

static struct table read_table(const char *path)
{
    struct table t = {.v = NULL};
    char *line = malloc(LINE_MAX_BYTES);
    FILE *f = fopen(path, "r");
    bool head = true;

    if (!f || !line)
        die(path);
    while (fgets(line, LINE_MAX_BYTES, f)) {
        if (line[0] == '#') {
            find_title(&t, line);
        } else if (head) {
            head = false;
        } else if (line[0] != '\n') {
            read_row(&t, line);
        }
    }
    fclose(f);
    free(line);
    return t;
}

static double *column(const struct table *t, size_t k)
{
    double *v = calloc(t->rows + 1, sizeof *v);

    if (!v)
        die("out of memory");
    for (size_t i = 0; i < t->rows; i++)
        v[i] = t->v[i * t->columns + k];
    return v;
}

/* ---- threads --------------------------------------------------------------------- */

static int n_threads = 2;

struct crew {
    pthread_mutex_t lock;
    size_t next, n;
    int (*task)(void *ctx, size_t k);
    void *ctx;
};

static void *work(void *arg)
{
    struct crew *c = arg;

    for (;;) {
        size_t k;

        pthread_mutex_lock(&c->lock);
        k = c->next++;
        pthread_mutex_unlock(&c->lock);
        if (k >= c->n)
            return NULL;
        c->task(c->ctx, k);
    }
}

static int run_threads(const struct tw_host *h, size_t n, int (*task)(void *ctx, size_t k),
                       void *ctx)
{
    struct crew c = {PTHREAD_MUTEX_INITIALIZER, 0, n, task, ctx};
    pthread_t id[64];
    int made = 0;

    (void)h;
    while (made + 1 < n_threads && made < 64 && !pthread_create(&id[made], NULL, work, &c))
        made++;
    work(&c);
    while (made > 0)
        pthread_join(id[--made], NULL);
    return TW_OK;
}

/* ---- options --------------------------------------------------------------------- */

static int index_of(const char *const *names, const char *name)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    die(name);
    return 0;
}

static const char *subtitle = "";
static struct tw_plane *marked;

static void option(struct render_options *o, const char *text)
{
    const char *value = strchr(text, '=');
    size_t n = value ? (size_t)(value++ - text) : 0;
    const struct {
        const char *key;
        double *real;
        int *whole;
    } keys[] = {{"width", NULL, &o->width},       {"height", NULL, &o->height},
                {"turn", &o->turn, NULL},         {"rise", &o->rise, NULL},
                {"fov", &o->fov, NULL},           {"zoom", &o->zoom, NULL},
                {"vertical", &o->vertical, NULL}, {"levels", NULL, &o->levels},
                {"words", NULL, &o->words},       {"samples", NULL, &o->samples},
                {"sky", NULL, &o->sky_samples},   {"threads", NULL, &n_threads},
                {"vmin", &o->vmin, NULL},         {"vmax", &o->vmax, NULL},
                {"ramp", NULL, &o->ramp}};

    if (!n)
        die(text);
    if (!strncmp(text, "style", n))
        o->style = index_of(style_names, value);
    else if (!strncmp(text, "quality", n))
        o->quality = (enum quality)index_of(quality_names, value);
    else if (!strncmp(text, "log", n))
        o->log = (enum scale_log)index_of(scale_log_names, value);
    else if (!strncmp(text, "mark", n) && marked->n_marks < 4) {
        struct tw_mark *m = &marked->mark[marked->n_marks++];

        if (sscanf(value, "%lf:%lf:%47[^\n]", &m->x, &m->y, m->name) != 3)
            die("mark=X:Y:NAME");
    } else if (!strncmp(text, "title", n))
        o->title = value;
    else if (!strncmp(text, "subtitle", n))
        subtitle = value;
    else if (!strncmp(text, "axes", n))
        o->axes = (enum choice)atoi(value);
    else if (!strncmp(text, "stalks", n))
        o->stalks = atoi(value) != 0;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (strlen(keys[k].key) == n && !strncmp(text, keys[k].key, n)) {
            if (keys[k].real)
                *keys[k].real = strtod(value, NULL);
            else
                *keys[k].whole = atoi(value);
        }
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int picture(const struct tw_result *r, const struct render_options *o, const char *path)
{
    cairo_surface_t *out = cairo_image_surface_create(CAIRO_FORMAT_RGB24, o->width, o->height);
    struct render *p;
    double t0 = now(), t1, t2, t3;
    clock_t c0 = clock(), c1, c2, c3;

    if (render_begin(&p, r, o) < 0)
        die("cannot begin");
    t1 = now();
    c1 = clock();
    if (render_layers(p) < 0)
        die("cannot draw");
    t2 = now();
    c2 = clock();
    if (render_compose(p, out) < 0)
        die("cannot compose");
    t3 = now();
    c3 = clock();
    fprintf(stderr,
            "%s: begin %.2f s (CPU %.2f), layers %.2f s (%.2f), compose %.2f s (%.2f); path seen "
            "%.2f, turn %.0f\n",
            path, t1 - t0, (double)(c1 - c0) / CLOCKS_PER_SEC, t2 - t1,
            (double)(c2 - c1) / CLOCKS_PER_SEC, t3 - t2, (double)(c3 - c2) / CLOCKS_PER_SEC,
            (double)camera_path_seen(&p->s, &p->c), (double)p->c.turn * 57.29577951);
    render_end(p);
    if (cairo_surface_write_to_png(out, path) != CAIRO_STATUS_SUCCESS)
        die(path);
    cairo_surface_destroy(out);
    return 0;
}

static struct tw_track track(const char *file)
{
    struct table path = read_table(file);
    struct tw_track t = {.struct_size = sizeof t, .name = file, .n = path.rows};

    t.step = calloc(path.rows + 1, sizeof *t.step);
    t.x = column(&path, 1);
    t.y = column(&path, 2);
    t.loss = column(&path, 3);
    t.plane_loss = column(&path, 4);
    t.residual = column(&path, 5);
    return t;
}

int main(int argc, char **argv)
{
    struct render_options o;
    struct table grid;
    struct tw_plane plane = {.x_variance = NAN, .y_variance = NAN, .n_axes = 2};
    struct tw_grid g = {.struct_size = sizeof g};
    struct tw_track t[TRACKS_MAX];
    const struct tw_track *tracks[TRACKS_MAX];
    struct tw_result r = {.struct_size = sizeof r, .title = "", .plane = &plane, .grid = &g};
    double *x, *y;

    if (argc < 4)
        die("GRID.csv TRAJECTORY.csv|- PICTURE.png [KEY=VALUE]...");
    render_defaults(&o);
    marked = &plane;
    for (int i = 4; i < argc; i++)
        option(&o, argv[i]);
    grid = read_table(argv[1]);
    x = column(&grid, 0);
    y = column(&grid, 1);
    while (g.nx < grid.rows && y[g.nx] == y[0])
        g.nx++;
    g.ny = g.nx ? grid.rows / g.nx : 0;
    for (size_t j = 0; j < g.ny; j++)
        y[j] = y[j * g.nx];
    g.x = x;
    g.y = y;
    g.loss = column(&grid, 2);
    for (char *name = strtok(argv[2], ":");
         name && strcmp(name, "-") != 0 && r.n_tracks < TRACKS_MAX; name = strtok(NULL, ":")) {
        tracks[r.n_tracks] = &t[r.n_tracks];
        t[r.n_tracks++] = track(name);
    }
    r.tracks = tracks;
    snprintf(plane.x_label, sizeof plane.x_label, "component 1");
    snprintf(plane.y_label, sizeof plane.y_label, "component 2");
    r.title = grid.title;
    r.subtitle = subtitle;
    o.run = run_threads;
    return picture(&r, &o, argv[3]);
}

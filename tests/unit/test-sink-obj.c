/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sink-obj.c -- the mesh, read back: whole, the right way up, and true. */
#define _XOPEN_SOURCE 700
#include "results.h"

struct mesh {
    double (*v)[3], (*vt)[2], (*vn)[3];
    size_t n_v, n_vt, n_vn, n_surface_faces, n_line_points, n_lines, n_objects, n_balls;
    char mtllib[100];
};

static void face(struct mesh *m, char *at, bool surface)
{
    size_t v[4], vt = 0, vn, n = 0;
    double ab[3], ac[3];

    while (*at && n < 4) {
        char *end;

        v[n] = strtoul(at, &end, 10);
        ck_assert_int_eq(*end, '/');
        at = end + 1;
        vt = surface ? strtoul(at, &end, 10) : 1;
        ck_assert_int_eq(*(surface ? end : at), '/');
        vn = strtoul((surface ? end : at) + 1, &end, 10);
        at = end;
        ck_assert(v[n] >= 1 && v[n] <= m->n_v);
        ck_assert(vn >= 1 && vn <= m->n_vn);
        ck_assert(!surface || (vt >= 1 && vt <= m->n_vt));
        n++;
    }
    ck_assert_uint_ge(n, surface ? 4 : 3);
    if (!surface)
        return;
    m->n_surface_faces++;
    /* Counter-clockwise from above: the cross product points up. */
    for (int k = 0; k < 3; k++) {
        ab[k] = m->v[v[1] - 1][k] - m->v[v[0] - 1][k];
        ac[k] = m->v[v[2] - 1][k] - m->v[v[0] - 1][k];
    }
    ck_assert_double_gt(ab[2] * ac[0] - ab[0] * ac[2], 0);
}

static void polyline(struct mesh *m, char *at)
{
    size_t n = 0;

    while (*at) {
        char *end;
        size_t v = strtoul(at, &end, 10);

        ck_assert(v >= 1 && v <= m->n_v);
        at = end;
        n++;
    }
    ck_assert_uint_ge(n, 2);
    m->n_lines++;
    m->n_line_points += n;
}

static struct mesh *mesh_read(const struct made *made, const char *name)
{
    struct mesh *m = calloc(1, sizeof *m);
    char *text = made_read(made, name, NULL), *save = NULL, object[40] = "";
    size_t room = strlen(text) / 6 + 1;

    ck_assert_ptr_nonnull(m);
    m->v = calloc(room, sizeof *m->v);
    m->vt = calloc(room, sizeof *m->vt);
    m->vn = calloc(room, sizeof *m->vn);
    ck_assert(m->v && m->vt && m->vn);
    for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
        double *p;

        if (strncmp(l, "v ", 2) == 0) {
            p = m->v[m->n_v++];
            ck_assert_int_eq(sscanf(l, "v %lf %lf %lf", p, p + 1, p + 2), 3);
            ck_assert(isfinite(p[0] + p[1] + p[2]));
        } else if (strncmp(l, "vt ", 3) == 0) {
            p = m->vt[m->n_vt++];
            ck_assert_int_eq(sscanf(l, "vt %lf %lf", p, p + 1), 2);
            ck_assert(p[0] >= 0 && p[0] <= 1 && p[1] >= 0 && p[1] <= 1);
        } else if (strncmp(l, "vn ", 3) == 0) {
            p = m->vn[m->n_vn++];
            ck_assert_int_eq(sscanf(l, "vn %lf %lf %lf", p, p + 1, p + 2), 3);
            ck_assert_double_eq_tol(p[0] * p[0] + p[1] * p[1] + p[2] * p[2], 1, 1e-5);
            ck_assert(strcmp(object, "surface") != 0 || p[1] > 0);
        } else if (strncmp(l, "f ", 2) == 0) {
            face(m, l + 2, strcmp(object, "surface") == 0);
        } else if (strncmp(l, "l ", 2) == 0) {
            ck_assert(strcmp(object, "trajectory") == 0 || strncmp(object, "track-", 6) == 0 ||
                      strcmp(object, "ball-path") == 0);
            polyline(m, l + 2);
        } else if (strncmp(l, "o ", 2) == 0) {
            snprintf(object, sizeof object, "%s", l + 2);
            m->n_objects++;
        } else if (strncmp(l, "mtllib ", 7) == 0) {
            snprintf(m->mtllib, sizeof m->mtllib, "%s", l + 7);
        } else {
            ck_assert_msg(*l == '#' || strncmp(l, "g ", 2) == 0 || strncmp(l, "s ", 2) == 0 ||
                              strncmp(l, "usemtl ", 7) == 0,
                          "unknown element: %s", l);
        }
    }
    free(text);
    return m;
}

static void mesh_free(struct mesh *m)
{
    free(m->v);
    free(m->vt);
    free(m->vn);
    free(m);
}

START_TEST(whole_surface)
{
    struct made *made = made_new(21, 9, bowl, 12);
    struct mesh *m;

    made_write(made, "obj", "path: %s/hill.obj, texture: 64, log: false, height: 0.5, upsample: 1");
    m = mesh_read(made, "hill.obj");
    ck_assert_uint_eq(m->n_surface_faces, 20 * 8);
    ck_assert_uint_eq(m->n_vt, 21 * 9);
    ck_assert_uint_eq(m->n_objects, 4); /* surface, trajectory, start, end */
    ck_assert_uint_gt(m->n_line_points, 12);
    for (size_t k = 0; k < 21 * 9; k++) {
        double x = made->x[k % 21], y = made->y[k / 21], lo = 0.25, hi = bowl(1, 1.5);
        double hx = 0.5 * 2 * x / (hi - lo), hy = 0.5 * 4 * y / (hi - lo); /* true slopes */

        /* x and y span 2: the scene is [-1, 1] both ways, Z runs against y. */
        ck_assert_double_eq_tol(m->v[k][0], x, 1e-6);
        ck_assert_double_eq_tol(m->v[k][2], -(y - 0.5), 1e-6);
        ck_assert_double_eq_tol(m->v[k][1], 0.5 * (bowl(x, y) - lo) / (hi - lo), 1e-6);
        ck_assert_double_eq_tol(m->vt[k][0], (x + 1) / 2, 1e-6);
        ck_assert_double_eq_tol(m->vt[k][1], (y + 0.5) / 2, 1e-6);
        if (k % 21 > 0 && k % 21 < 20 && k / 21 > 0 && k / 21 < 8) {
            ck_assert_double_eq_tol(-m->vn[k][0] / m->vn[k][1], hx, 1e-4);
            ck_assert_double_eq_tol(m->vn[k][2] / m->vn[k][1], hy, 1e-4);
        }
    }
    mesh_free(m);
    made_free(made);
}
END_TEST

/* Between the grid's points the surface is the smooth one: a parabola stays one, normals are true.
 */
START_TEST(finer_than_the_grid)
{
    struct made *made = made_new(11, 21, bowl, 0);
    double lo = 0.25, hi = bowl(1, 1.5);
    struct mesh *m;

    made_write(made, "obj", "path: %s/hill.obj, texture: 16, log: false, height: 0.5, upsample: 3");
    m = mesh_read(made, "hill.obj");
    ck_assert_uint_eq(m->n_surface_faces, 30 * 60);
    ck_assert_uint_eq(m->n_v, 31 * 61);
    for (size_t k = 0; k < m->n_v; k++) {
        double x = m->v[k][0], y = 0.5 - m->v[k][2];

        ck_assert_double_eq_tol(x, -1 + 2 * (double)(k % 31) / 30, 1e-6);
        ck_assert_double_eq_tol(m->v[k][1], 0.5 * (bowl(x, y) - lo) / (hi - lo), 1e-6);
        ck_assert_double_eq_tol(-m->vn[k][0] / m->vn[k][1], x / (hi - lo), 1e-4);
        ck_assert_double_eq_tol(m->vn[k][2] / m->vn[k][1], 2 * y / (hi - lo), 1e-4);
    }
    mesh_free(m);
    made_free(made);
}
END_TEST

START_TEST(files_name_each_other)
{
    struct made *made = made_new(5, 5, bowl, 3);
    char *obj, *mtl, *png;
    size_t size;

    made_write(made, "obj", "path: %s/hill.obj, texture: 32, upsample: 2");
    obj = made_read(made, "hill.obj", NULL);
    mtl = made_read(made, "hill.mtl", NULL);
    png = made_read(made, "hill-texture.png", &size);
    ck_assert_ptr_nonnull(strstr(obj, "\nmtllib hill.mtl\n"));
    ck_assert_ptr_nonnull(strstr(mtl, "\nmap_Kd hill-texture.png\n"));
    ck_assert_uint_gt(size, 100);
    ck_assert_int_eq(memcmp(png, "\x89PNG\r\n\x1a\n", 8), 0);
    ck_assert_ptr_nonnull(strstr(obj, "# thalweg: 1.2.3\n"));
    ck_assert_ptr_nonnull(strstr(obj, "# pipeline: thalweg: 1\n#   title: \"quoted\""));
    for (char *at = obj; (at = strstr(at, "\nusemtl "));) {
        char want[60];
        size_t n = strcspn(at += 8, "\n");

        snprintf(want, sizeof want, "\nnewmtl %.*s\n", (int)n, at);
        ck_assert_msg(strstr(mtl, want) != NULL, "no material %.*s", (int)n, at);
    }
    free(obj);
    free(mtl);
    free(png);
    made_free(made);
}
END_TEST

START_TEST(holes)
{
    struct made *made = made_new(9, 9, bowl, 20);
    struct mesh *m;

    made->loss[4 * 9 + 4] = NAN;       /* takes four cells away */
    made->loss[0] = INFINITY;          /* one */
    made->loss[8 * 9 + 3] = -INFINITY; /* two */
    made->t[0][10] = 7;                /* off the map */
    made_write(made, "obj", "path: %s/a.obj, texture: 32, upsample: 1");
    m = mesh_read(made, "a.obj");
    ck_assert_uint_eq(m->n_surface_faces, 64 - 7);
    ck_assert_uint_eq(m->n_vt, 81 - 3);
    ck_assert_uint_ge(m->n_lines, 2);
    mesh_free(m);
    for (size_t i = 0; i < 81; i++)
        made->loss[i] = NAN;
    made_write(made, "obj", "path: %s/b.obj, texture: 32, upsample: 1");
    m = mesh_read(made, "b.obj");
    ck_assert_uint_eq(m->n_surface_faces, 0);
    ck_assert_uint_eq(m->n_v, 0);
    mesh_free(m);
    made_free(made);
}
END_TEST

START_TEST(several_runs_and_points)
{
    static const char *const objects[] = {
        "surface",     "track-sgd",         "start-sgd",   "end-sgd",   "track-adam,_lr_0.01",
        "track-lbfgs", "track-sgd_\"hot\"", "track-sgd-2", "end-sgd-2", "mark-model_A",
        "minimum-1",   "saddle-1",          "maximum-1"};
    struct made *made = made_new(9, 9, bowl, 4);
    struct mesh *m;
    char *obj, *mtl;

    made_runs(made, 5);
    made_critical(made); /* one minimum is outside */
    made_mark(made, 0.5, 0.5, "model A");
    made_mark(made, 5, 5, "outside");
    made_write(made, "obj", "path: %s/hill.obj, texture: 32, upsample: 2");
    m = mesh_read(made, "hill.obj");
    obj = made_read(made, "hill.obj", NULL);
    mtl = made_read(made, "hill.mtl", NULL);
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
        char line[80];

        snprintf(line, sizeof line, "\no %s\n", objects[i]);
        ck_assert_msg(strstr(obj, line) != NULL, "no object %s", objects[i]);
    }
    ck_assert_ptr_null(strstr(obj, "outside"));
    ck_assert_ptr_null(strstr(obj, "\no trajectory"));
    ck_assert_ptr_null(strstr(obj, "\no minimum-2"));
    ck_assert_uint_ge(m->n_lines, 5);
    for (char *at = obj; (at = strstr(at, "\nusemtl "));) {
        char want[60];
        size_t n = strcspn(at += 8, "\n");

        snprintf(want, sizeof want, "\nnewmtl %.*s\n", (int)n, at);
        ck_assert_msg(strstr(mtl, want) != NULL, "no material %.*s", (int)n, at);
    }
    free(obj);
    free(mtl);
    mesh_free(m);
    made_free(made);
}
END_TEST

/* Its way in the first landscape, and itself at the end of that. */
START_TEST(a_ball)
{
    struct made *made = made_new(9, 9, bowl, 0);
    struct mesh *m, *without;
    char *obj, *mtl;

    made_write(made, "obj", "path: %s/hill.obj, texture: 32, upsample: 2");
    without = mesh_read(made, "hill.obj");
    made_ball(made);
    made_write(made, "obj", "path: %s/hill.obj, texture: 32, upsample: 2");
    m = mesh_read(made, "hill.obj");
    obj = made_read(made, "hill.obj", NULL);
    mtl = made_read(made, "hill.mtl", NULL);
    ck_assert_ptr_nonnull(strstr(obj, "\no ball-path\n"));
    ck_assert_ptr_nonnull(strstr(obj, "\no ball\n"));
    ck_assert_ptr_nonnull(strstr(mtl, "\nnewmtl ball\n"));
    ck_assert_uint_eq(m->n_lines, without->n_lines + 1);
    free(obj);
    free(mtl);
    mesh_free(without);
    mesh_free(m);
    made_free(made);
}
END_TEST

static double spiky(double x, double y)
{
    return x > 0.99 && y > 1.49 ? 1e30 : exp(4 * x);
}

START_TEST(scales)
{
    struct made *made = made_new(31, 31, spiky, 1);
    struct mesh *m;

    made_write(made, "obj", "path: %s/a.obj, texture: 16, height: 1, upsample: 1");
    m = mesh_read(made, "a.obj");
    /* Logarithmic: the height is linear in x.  The spike is clipped, softly. */
    ck_assert_double_eq_tol(m->v[15][1], 0.5, 1e-6);
    ck_assert_double_gt(m->v[31 * 31 - 1][1], 1);
    ck_assert_double_lt(m->v[31 * 31 - 1][1], 1.1);
    ck_assert_uint_eq(m->n_lines, 0);
    ck_assert_uint_eq(m->n_objects, 2); /* surface, end */
    mesh_free(m);
    made_write(
        made, "obj",
        "path: %s/b.obj, texture: 16, log: false, vmin: 0, vmax: 10, height: 1, upsample: 1");
    m = mesh_read(made, "b.obj");
    ck_assert_double_eq_tol(m->v[15][1], 0.1, 1e-6);
    mesh_free(m);
    made_free(made);
}
END_TEST

/* Told to stop, it stops: at the first row as at the last. */
START_TEST(stops_when_told)
{
    struct made *m = made_new(9, 9, bowl, 3);

    made_stops_when_told(m, "obj", "path: %s/a.obj, texture: 64, upsample: 2", 2 * 64 + 8);
    made_free(m);
}
END_TEST

START_TEST(a_comma_in_the_locale_changes_nothing)
{
    struct made *m = made_new(9, 9, bowl, 3);

    made_same_with_comma(m, "obj", "path: %s/a.obj, texture: 64, upsample: 2", "a.obj");
    made_free(m);
}
END_TEST

START_TEST(refusals)
{
    struct made *made = made_new(5, 1, bowl, 0);

    made_refused(made, "obj", "path: %s/a.obj", "2 x 2");
    ck_assert_int_ne(access(made_path(made, "a.obj"), F_OK), 0);
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_SINK, "obj", "{vmin: 2, vmax: 1}"), "vmin"));
    ck_assert_ptr_nonnull(
        strstr(rig_refused(TW_SINK, "obj", "{path: a.gltf}"), ".obj, .stl, .ply or .glb"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_SINK, "obj", "{path: obj}"), ".obj"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_SINK, "obj", "{upsample: 0}"), "upsample"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_SINK, "obj", "{thickness: -1}"), "thickness"));
    ck_assert_ptr_nonnull(strstr(rig_refused(TW_SINK, "obj", "{log: true, vmin: 0}"), "positive"));
    made_free(made);
    made = made_line(9, bowl, 3);
    made_refused(made, "obj", "path: %s/a.obj", "a line has no surface");
    made_refused(made, "obj", "path: %s/a.obj", "png");
    made_free(made);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sink-obj");
    TCase *t = tcase_create("sink-obj");

    tcase_add_test(t, whole_surface);
    tcase_add_test(t, finer_than_the_grid);
    tcase_add_test(t, files_name_each_other);
    tcase_add_test(t, holes);
    tcase_add_test(t, several_runs_and_points);
    tcase_add_test(t, a_ball);
    tcase_add_test(t, scales);
    tcase_add_test(t, stops_when_told);
    tcase_add_test(t, a_comma_in_the_locale_changes_nothing);
    tcase_add_test(t, refusals);
    suite_add_tcase(s, t);
    return bench_main(s);
}

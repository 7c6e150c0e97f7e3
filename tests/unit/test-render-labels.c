/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-render-labels.c -- where the renderer puts camera and words, without a ray: nothing is cut
 * off, no word touches another, and what must be said is said. */
#include "render-bench.h"

/* ---- framing and words --------------------------------------------------------------- */

START_TEST(the_box_stays_in_the_frame)
{
    struct bench *b = bench_new(21, 13, bumps);
    struct render_options o = small(640, 400);
    struct render *p;

    b->y[12] = 0.4; /* not square */
    o.unlit = true;
    p = begin(b, &o);
    for (int k = 0; k < 24; k++) {
        ck_assert_int_eq(render_turn(p, 15 * k), TW_OK);
        for (int c = 0; c < 8; c++) {
            float x, y, z = c & 4 ? p->s.field.height : p->s.floor_z;
            struct vec v = {c & 1 ? p->s.field.half_x : -p->s.field.half_x,
                            c & 2 ? p->s.field.half_y : -p->s.field.half_y, z};

            ck_assert_float_gt(camera_project(&p->c, v, &x, &y), 0);
            ck_assert(x >= 0 && x <= 640 && y >= 0 && y <= 400);
        }
    }
    render_end(p);
    free(b);
}
END_TEST

static void check_labels(const struct labels *l, double width, double height)
{
    for (size_t i = 0; i < l->n; i++) {
        const struct label *a = &l->at[i];
        double c = fabs(cos(a->angle)), s = fabs(sin(a->angle));
        double rx = (c * a->w + s * a->h) / 2, ry = (s * a->w + c * a->h) / 2;

        ck_assert(a->x - rx >= -0.01 && a->x + rx <= width + 0.01);
        ck_assert(a->y - ry >= -0.01 && a->y + ry <= height + 0.01);
        for (size_t j = 0; j < i; j++)
            ck_assert_msg(!labels_touch(a, &l->at[j], -0.01), "\"%s\" touches \"%s\"", a->text,
                          l->at[j].text);
    }
}

static bool has(const struct labels *l, const char *text)
{
    for (size_t i = 0; i < l->n; i++)
        if (strstr(l->at[i].text, text))
            return true;
    return false;
}

/* ---- six landscapes, three styles, from all around -------------------------------------- */

static double smooth(double x, double y)
{
    return 0.05 + x * x + 0.4 * y * y;
}

static double rough(double x, double y)
{
    return exp(x * x + y * y + sin(11 * x + 3) * cos(9 * y));
}

static double valley(double x, double y)
{
    return 1e-7 + pow(y - x * x, 2) * 1e4;
}

static double kinks(double x, double y)
{
    return fmax(0, 1 - 2 * x) + fmax(0, 0.3 + y) + 123456;
}

static double holes(double x, double y)
{
    return x * x + y * y > 1.1 ? NAN : x > 0.8 ? 1e30 : 1 + x;
}

static const struct landscape {
    const char *name;
    double (*f)(double x, double y);
    size_t nx, ny;
    double wide, tall, at; /* half the ranges, and a middle far from 0 */
    const char *title;
} landscapes[] = {
    {"smooth", smooth, 15, 15, 1, 1, 0, "A title that says what this is"},
    {"rough", rough, 21, 21, 0.5, 0.5, 0, NULL},
    {"valley", valley, 15, 15, 12.5, 0.003, 0,
     "A title so long that it takes more than the whole width of the picture and goes on in a "
     "second line, "
     "and then on, and on, until nobody reads it any more"},
    {"kinks", kinks, 13, 13, 1e-7, 1e7, 0, "Kinks"},
    {"holes", holes, 17, 17, 1, 1, 1000, "Holes"},
    {"flat and wide", one, 31, 5, 40, 2, 0, "Flat"},
};

static struct bench *landscape_new(const struct landscape *l)
{
    struct bench *b = bench_new(l->nx, l->ny, l->f);

    for (size_t i = 0; i < l->nx; i++)
        b->x[i] = l->at + l->wide * b->x[i];
    for (size_t j = 0; j < l->ny; j++)
        b->y[j] = l->tall * b->y[j];
    for (size_t k = 0; k < b->t.n; k++) {
        b->tx[k] = l->at + l->wide * b->tx[k];
        b->ty[k] = l->tall * b->ty[k];
    }
    b->plane.mark[0].x = l->at + l->wide * 0.1;
    b->plane.mark[0].y = l->tall * 0.1;
    b->r.title = l->title;
    return b;
}

/* Everything that must be on a figure for a paper, wherever it is seen from. */
static void check_words(const struct render *p, const struct landscape *l)
{
    ck_assert(!l->title || has(&p->labels, l->title));
    ck_assert(!has(&p->labels, "nowhere"));
    ck_assert(has(&p->labels, "end: loss"));
    ck_assert(!isfinite(p->s.scale.min) || has(&p->labels, "loss"));
    if (!p->axes)
        return;
    ck_assert_msg(has(&p->labels, "component 1") && has(&p->labels, "component 2"),
                  "%s: an axis has no title", l->name);
    /* Where an axis is long enough. */
    ck_assert(l > &landscapes[1] || (has(&p->labels, "81.2") && has(&p->labels, "12.3")));
    for (size_t k = 0; k < 3; k++) {
        const struct ticks *t = k == 0 ? &p->xt : k == 1 ? &p->yt : &p->zt;
        size_t n = 0;

        for (size_t i = 0; i < t->n; i++)
            n += has(&p->labels, t->label[i]);
        ck_assert_msg(n >= 2 || 2 * n >= t->n, "%s: %zu of %zu ticks have a number", l->name, n,
                      t->n);
    }
}

START_TEST(no_label_touches_another)
{
    static const int sizes[][2] = {{1280, 800}, {500, 500}, {900, 400}};
    static const int style[] = {0, 3, 5}; /* paper, pearl, figure1 */
    const struct landscape *l = &landscapes[_i];
    struct bench *b = landscape_new(l);
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 8, 8);
    cairo_t *cr = cairo_create(s);

    for (size_t k = 0; k < 9; k++) {
        struct render_options o = small(sizes[k / 3][0], sizes[k / 3][1]);
        struct render *p;

        o.unlit = true;
        o.turn = 0;
        o.style = style[k % 3];
        p = begin(b, &o);
        for (int turn = 0; turn < 24; turn++) {
            ck_assert_int_eq(render_turn(p, 15 * turn), TW_OK);
            ck_assert_int_eq(render_behind(p, cr), TW_OK);
            check_labels(&p->labels, o.width, o.height);
            if (k < 3 && k != 1)
                check_words(p, l);
        }
        render_end(p);
    }
    cairo_destroy(cr);
    cairo_surface_destroy(s);
    free(b);
}
END_TEST

START_TEST(labels_know_when_they_touch)
{
    struct label a = {.x = 10, .y = 10, .w = 10, .h = 4}, c = {.x = 21, .y = 10, .w = 10, .h = 4};
    struct label turned = {.x = 15, .y = 15, .w = 20, .h = 2, .angle = 0.785398};

    ck_assert(!labels_touch(&a, &c, 0.5));
    ck_assert(labels_touch(&a, &c, 1.5));
    ck_assert(labels_touch(&a, &turned, 0));
    turned.x = 19; /* their upright boxes overlap, they do not */
    turned.y = 15;
    turned.angle = -0.785398;
    a.w = 4;
    a.x = 12.5;
    a.y = 10;
    ck_assert(!labels_touch(&a, &turned, 0));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("render-labels");
    TCase *t = tcase_create("render-labels");

    tcase_add_test(t, the_box_stays_in_the_frame);
    tcase_add_loop_test(t, no_label_touches_another, 0, 6);
    tcase_add_test(t, labels_know_when_they_touch);
    suite_add_tcase(s, t);
    return bench_main(s);
}

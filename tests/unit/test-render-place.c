/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-render-place.c -- what can be measured on a lit surface is right: colours, contours and
 * ticks against where the camera puts their losses, pixels read back. */
#include "render-bench.h"

/* e^(2 x): on a logarithmic scale the same plane in the room as x on a linear one. */
static double exponential(double x, double y)
{
    (void)y;
    return exp(2 * x);
}

/* Where on the x axis a loss lies, for either. */
static double place_of(const struct render *p, double loss)
{
    return p->s.scale.log ? log(loss) / 2 : loss;
}

/* loss = x is a plane in the room: where a pixel's ray meets it is known. */
START_TEST(unlit_colours_are_the_palette_at_the_loss)
{
    static const enum palette palette[] = {PALETTE_VIRIDIS, PALETTE_FJORD, PALETTE_DIVERGING};
    struct bench *b = bench_new(11, 11, _i ? exponential : ramp_in_x);
    struct render_options o = small(200, 150);
    struct render *p;
    cairo_surface_t *s;
    int tested = 0;

    b->r.n_tracks = 0;
    o.unlit = true;
    o.log = _i ? SCALE_LOG : SCALE_LINEAR;
    o.palette = palette[_i];
    o.turn = -60;
    p = begin(b, &o);
    s = shot(p);
    for (int y = 0; y < 150; y++)
        for (int x = 0; x < 200; x++) {
            struct vec from, along, q;
            float h = p->s.field.height, far;
            uint32_t got = pixels(s)[y * cairo_image_surface_get_stride(s) / 4 + x], want;

            camera_ray(&p->c, (float)x + 0.5f, (float)y + 0.5f, &from, &along);
            /* z = (x + 1) / 2 * h */
            far = ((from.x + 1) / 2 * h - from.z) / (along.z - along.x / 2 * h);
            q = vec_along(from, along, far);
            if (fabsf(q.x) > 0.97f || fabsf(q.y) > 0.97f)
                continue;
            want = palette_rgb24(palette[_i], ((double)q.x + 1) / 2);
            for (int c = 0; c < 24; c += 8)
                ck_assert_int_le(abs((int)(got >> c & 0xff) - (int)(want >> c & 0xff)), 1);
            tested++;
        }
    ck_assert_int_gt(tested, 3000);
    render_end(p);
    cairo_surface_destroy(s);
    free(b);
}
END_TEST

static double luma(uint32_t c)
{
    return 0.2126 * (c >> 16 & 0xff) + 0.7152 * (c >> 8 & 0xff) + 0.0722 * (c & 0xff);
}

/* How far from level k its neighbours are, in x. */
static float beside(const struct render *p, size_t k)
{
    double x = place_of(p, p->s.levels.at[k]), least = 2;

    if (k > 0)
        least = fmin(least, x - place_of(p, p->s.levels.at[k - 1]));
    if (k + 1 < p->s.levels.n)
        least = fmin(least, place_of(p, p->s.levels.at[k + 1]) - x);
    return (float)least;
}

/* From straight above, a contour is a line; its middle, weighted by darkness, is where the level
 * is. */
START_TEST(contours_lie_at_their_levels)
{
    struct bench *b = bench_new(11, 11, _i ? exponential : ramp_in_x);
    struct render_options o = small(500, 500);
    struct render *p;
    cairo_surface_t *s;
    size_t tested = 0;

    b->r.n_tracks = 0;
    o.style = 1; /* ink */
    o.log = _i ? SCALE_LOG : SCALE_LINEAR;
    o.turn = -90;
    o.rise = 89;
    o.levels = 10;
    o.unit = 1.4;
    p = begin(b, &o);
    s = shot(p);
    for (size_t k = 0; k < p->s.levels.n; k++) {
        float x = (float)place_of(p, p->s.levels.at[k]), px, py;
        double sum = 0, moment = 0, floor = 1e9, top = 0;
        const uint32_t *row;

        if (beside(p, k) < 0.06f || fabsf(x) > 0.93f) /* another line is in the way, or the rim */
            continue;
        camera_project(&p->c, (struct vec){x, 0.1f, (x + 1) / 2 * p->s.field.height}, &px, &py);
        row = pixels(s) + (int)py * 500;
        for (int i = (int)px - 6; i <= (int)px + 6; i++) {
            top = fmax(top, luma(row[i]));
            floor = fmin(floor, luma(row[i]));
        }
        ck_assert_double_gt(top - floor, 20);
        for (int i = (int)px - 6; i <= (int)px + 6; i++) {
            double dark = fmax(top - 8 - luma(row[i]), 0);

            sum += dark;
            moment += dark * (i + 0.5);
        }
        ck_assert_double_eq_tol(moment / sum, (double)px, 0.5);
        tested++;
    }
    ck_assert_uint_ge(tested, 5);
    render_end(p);
    cairo_surface_destroy(s);
    free(b);
}
END_TEST

/* Ticks of the floor's axis and levels on the colour bar, by the drawn pixels. */
START_TEST(ticks_stand_at_their_values)
{
    struct bench *b = bench_new(11, 11, ramp_in_x);
    struct render_options o = small(900, 600);
    struct render *p;
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 900, 600);
    cairo_t *cr = cairo_create(s);

    o.log = SCALE_LINEAR;
    o.turn = -90;
    o.unlit = true;
    b->r.n_tracks = 0;
    p = begin(b, &o);
    ck_assert_int_eq(render_behind(p, cr), TW_OK);
    cairo_surface_flush(s);
    ck_assert_uint_ge(p->xt.n, 3);
    for (size_t k = 0; k < p->xt.n; k++) {
        float px, py;
        int best = 0;
        uint32_t most = 0;

        camera_project(&p->c, (struct vec){(float)p->xt.at[k], -1, p->s.floor_z}, &px, &py);
        for (int i = (int)px - 5; i <= (int)px + 5; i++) {
            uint32_t alpha = pixels(s)[((int)py + 3) * 900 + i] >> 24;

            if (alpha > most) {
                most = alpha;
                best = i;
            }
        }
        ck_assert_uint_gt(most, 60);
        ck_assert_double_le(fabs(best + 0.5 - (double)px), 1.5);
    }
    cairo_set_operator(cr, CAIRO_OPERATOR_OVER);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    ck_assert_int_eq(render_front(p, cr), TW_OK);
    cairo_surface_flush(s);
    ck_assert_double_gt(p->bar.w, 0);
    for (double v = -0.9; v < 0.95; v += 0.2) {
        int y = (int)(p->bar.y + p->bar.h * (1 - (v + 1) / 2));
        struct rgb want = palette_at(PALETTE_VIRIDIS, (v + 1) / 2);
        int best = 255;

        /* Among a few rows one is without a level's line. */
        for (int i = y - 2; i <= y + 2; i++) {
            uint32_t got = pixels(s)[i * 900 + (int)(p->bar.x + p->bar.w / 2)];
            int off = abs((int)(got >> 8 & 0xff) - (int)lround(want.g * 255)) +
                      abs((int)(got & 0xff) - (int)lround(want.b * 255));

            best = off < best ? off : best;
        }
        ck_assert_int_le(best, 8);
    }
    cairo_destroy(cr);
    render_end(p);
    cairo_surface_destroy(s);
    free(b);
}
END_TEST

/* The loss axis at the left, linear and logarithmic: its ticks by the drawn pixels. */
START_TEST(losses_stand_at_their_heights)
{
    struct bench *b = bench_new(11, 11, _i ? exponential : ramp_in_x);
    struct render_options o = small(900, 600);
    struct render *p;
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 900, 600);
    cairo_t *cr = cairo_create(s);

    o.log = _i ? SCALE_LOG : SCALE_LINEAR;
    o.turn = -90; /* the corner at the left is (-1, 1): it is farther away */
    o.unlit = true;
    b->r.n_tracks = 0;
    p = begin(b, &o);
    ck_assert_int_eq(render_behind(p, cr), TW_OK);
    cairo_surface_flush(s);
    ck_assert_uint_ge(p->zt.n, 2);
    for (size_t k = 0; k < p->zt.n; k++) {
        float px, py, left, py0, z = ((float)place_of(p, p->zt.at[k]) + 1) / 2 * p->s.field.height;
        double sum = 0, moment = 0;

        camera_project(&p->c, (struct vec){-1, -1, z}, &px, &py);
        camera_project(&p->c, (struct vec){-1, 1, z}, &left, &py0);
        if (left < px) {
            px = left;
            py = py0;
        }
        for (int i = (int)py - 4; i <= (int)py + 4; i++) {
            uint32_t alpha = pixels(s)[i * 900 + (int)(px - 4 * (float)p->unit)] >> 24;

            sum += alpha;
            moment += alpha * (i + 0.5);
        }
        ck_assert_double_gt(sum, 60);
        ck_assert_double_le(fabs(moment / sum - (double)py), 0.6);
    }
    cairo_destroy(cr);
    render_end(p);
    cairo_surface_destroy(s);
    free(b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("render-place");
    TCase *t = tcase_create("render-place");

    tcase_add_loop_test(t, unlit_colours_are_the_palette_at_the_loss, 0, 3);
    tcase_add_loop_test(t, contours_lie_at_their_levels, 0, 2);
    tcase_add_loop_test(t, losses_stand_at_their_heights, 0, 2);
    tcase_add_test(t, ticks_stand_at_their_values);
    suite_add_tcase(s, t);
    return bench_main(s);
}

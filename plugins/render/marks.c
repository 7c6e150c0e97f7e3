/* SPDX-License-Identifier: GPL-3.0-or-later */
/* marks.c -- points of the plane that have names: a small disc where one lies on the surface, its
 * name beside it where there is room.  What the surface hides has no name. */
#include "render/picture.h"

#include <stdio.h>

#define NEAR 0.01f /* to a point on the surface: not what hides it */

static void place(struct render *p, double x, double y, const char *name)
{
    struct text_style s = {9.6, PANGO_WEIGHT_SEMIBOLD, rgb_unpack(p->s.style.ink), false};
    struct label l = labels_make(&p->fig, &s, 0, 1, name);
    double u = p->unit;

    for (int k = 0; k < 48; k++) {
        static const double side[8][2] = {{1, -1}, {-1, -1}, {1, 1},  {-1, 1},
                                          {0, -1}, {1, 0},   {-1, 0}, {0, 1}};
        double sx = side[k % 8][0], sy = side[k % 8][1], off = (14 + 8.0 * (k / 8)) * u;

        l.x = x + sx * (off + l.w / 2);
        l.y = y + sy * (off + l.h / 2);
        if (!labels_add(&p->labels, &l, 4 * u, p->o.width, p->o.height))
            continue;
        p->mark[p->n_marks++] =
            (struct mark_place){x, y, x + sx * off, y + sy * off, p->labels.n - 1};
        return;
    }
}

void marks_layout(struct render *p)
{
    const struct tw_plane *plane = p->r->plane;

    p->n_marks = 0;
    for (uint32_t k = 0; plane && k < plane->n_marks && k < MARKS_MAX; k++) {
        const struct tw_mark *m = &plane->mark[k];
        float x = field_room_x(&p->s.field, m->x), y = field_room_y(&p->s.field, m->y), px, py;
        struct field_spot spot;
        struct vec v;
        char name[sizeof m->name + 1];

        if (!(fabsf(x) <= p->s.field.half_x && fabsf(y) <= p->s.field.half_y) ||
            !scene_inside(&p->s, x, y, 0) || !field_near(&p->s.field, x, y, &spot))
            continue;
        v = (struct vec){x, y, spot.z};
        if (!camera_sees(&p->s, &p->c, v, NEAR))
            continue;
        camera_project(&p->c, v, &px, &py);
        snprintf(name, sizeof name, "%.*s", (int)sizeof m->name, m->name);
        place(p, (double)px, (double)py, name);
    }
}

/* Light behind the words: the surface has any colour. */
static void name_ground(struct render *p, const struct label *l)
{
    double u = p->unit, r = l->h / 2, x = l->x - l->w / 2, y = l->y - r, quarter = 2 * atan(1);
    bool light = rgb_lightness(rgb_unpack(p->s.style.ink)) < 50;
    cairo_t *cr = p->fig.cr;

    cairo_new_path(cr);
    cairo_arc(cr, x + l->w - r + 3 * u, y + r, r, -quarter, quarter);
    cairo_arc(cr, x + r - 3 * u, y + r, r, quarter, 3 * quarter);
    cairo_close_path(cr);
    figure_colour(&p->fig, light ? (struct rgb){1, 1, 1} : (struct rgb){0, 0, 0}, 0.85);
    cairo_fill(cr);
}

void marks_draw(struct render *p)
{
    struct rgb ink = rgb_unpack(p->s.style.ink), light = {1, 1, 1};
    cairo_t *cr = p->fig.cr;
    double u = p->unit;

    for (size_t k = 0; k < p->n_marks; k++) {
        const struct mark_place *m = &p->mark[k];

        for (int top = 0; top < 2; top++) {
            figure_colour(&p->fig, top ? ink : light, top ? 1 : 0.85);
            cairo_set_line_width(cr, (top ? 0.8 : 2.4) * u);
            figure_line(&p->fig, m->x, m->y, m->label_x, m->label_y);
        }
        name_ground(p, &p->labels.at[m->label]);
        cairo_arc(cr, m->x, m->y, 2.6 * u, 0, 8 * atan(1));
        figure_colour(&p->fig, light, 1);
        cairo_fill_preserve(cr);
        figure_colour(&p->fig, ink, 1);
        cairo_set_line_width(cr, u);
        cairo_stroke(cr);
    }
}

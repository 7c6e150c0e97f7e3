/* SPDX-License-Identifier: GPL-3.0-or-later */
/* labels.c -- see labels.h. */
#include "render/labels.h"

#include <math.h>
#include <stdio.h>

struct label labels_make(struct figure *f, const struct text_style *s, double wrap, int lines,
                         const char *text)
{
    struct label l = {.style = *s, .box = {wrap, lines}};

    snprintf(l.text, sizeof l.text, "%s", text);
    figure_measure(f, s, &l.box, l.text, &l.w, &l.h);
    return l;
}

/* Half the length of the shadow that l throws on the direction (x, y). */
static double reach(const struct label *l, double x, double y)
{
    double c = cos(l->angle), s = sin(l->angle);

    return (fabs(x * c + y * s) * l->w + fabs(y * c - x * s) * l->h) / 2;
}

/* Two rectangles are apart if their shadows on one of their four sides are. */
bool labels_touch(const struct label *a, const struct label *b, double apart)
{
    for (int k = 0; k < 4; k++) {
        double angle = (k < 2 ? a : b)->angle + (k % 2 ? asin(1) : 0);
        double x = cos(angle), y = sin(angle), d = (b->x - a->x) * x + (b->y - a->y) * y;

        if (fabs(d) >= reach(a, x, y) + reach(b, x, y) + apart)
            return false;
    }
    return true;
}

bool labels_fit(const struct labels *l, const struct label *one, double apart, double width,
                double height)
{
    double rx = reach(one, 1, 0), ry = reach(one, 0, 1);

    if (!(one->x - rx >= 0 && one->x + rx <= width && one->y - ry >= 0 && one->y + ry <= height))
        return false;
    for (size_t i = 0; i < l->n; i++)
        if (labels_touch(&l->at[i], one, apart))
            return false;
    return true;
}

bool labels_add(struct labels *l, const struct label *one, double apart, double width,
                double height)
{
    if (l->n == LABELS_MAX || !labels_fit(l, one, apart, width, height))
        return false;
    l->at[l->n++] = *one;
    return true;
}

void labels_keep(struct labels *l, double x, double y, double w, double h)
{
    if (l->n < LABELS_MAX)
        l->at[l->n++] = (struct label){.x = x + w / 2, .y = y + h / 2, .w = w, .h = h};
}

void labels_paint(const struct labels *l, struct figure *f)
{
    for (size_t i = 0; i < l->n; i++) {
        const struct label *a = &l->at[i];

        if (a->text[0])
            figure_text(f, &a->style, &a->box, a->text, a->x, a->y, 0.5, 0.5, a->angle);
    }
}

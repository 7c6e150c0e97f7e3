/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report-ball.c -- the member `ball` of report.json: see report-private.h. */
#include "report-private.h"

#include <math.h>

static void write_place(struct json *j, const char *name, const double at[2], double loss,
                        double accuracy)
{
    json_object(j, name);
    json_number(j, "x", at[0]);
    json_number(j, "y", at[1]);
    json_number(j, "loss", loss);
    json_number(j, "accuracy", accuracy);
    json_end(j);
}

static void write_landscape(struct json *j, const struct landscape *l)
{
    static const char *const rests[] = {"minimum", "wall", "time", NULL};
    const struct tw_plane *p = &l->plane->view;
    const struct tw_grid *g = l->grid;
    json_object(j, NULL);
    json_count(j, "plane", l->index);
    json_array(j, "axis");
    json_text(j, NULL, p->x_label);
    json_text(j, NULL, p->y_label);
    json_end(j);
    json_array(j, "range");
    json_number(j, NULL, g->x[0]);
    json_number(j, NULL, g->x[g->nx - 1]);
    json_number(j, NULL, g->y[0]);
    json_number(j, NULL, g->y[g->ny - 1]);
    json_end(j);
    json_text(j, "height", l->relief.scale.log ? "log" : "linear");
    write_place(j, "start", l->start, l->start_loss, NAN);
    write_place(j, "rest", l->rest, l->loss, l->accuracy);
    json_text(j, "rests_at", rests[l->roll.end]);
    json_bool(j, "refined", l->refined);
    json_number(j, "distance", l->distance);
    json_number(j, "seconds", l->roll.sample[l->roll.n - 1].t);
    json_end(j);
}

void report_ball(struct json *j, const struct journey *journey)
{
    if (!journey) {
        json_text(j, "ball", NULL);
        return;
    }
    json_object(j, "ball");
    json_text(j, "ended", journey_why(journey->end));
    if (journey->end == JOURNEY_NO_DESCENT)
        json_number(j, "next_loss", journey->last_loss);
    json_array(j, "landscapes");
    for (size_t i = 0; i < journey->n; i++)
        write_landscape(j, &journey->land[i]);
    json_end(j);
    json_end(j);
}

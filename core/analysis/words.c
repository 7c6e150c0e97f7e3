/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.c -- see words.h. */
#include "words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FINDING_TEXT(name) #name,
const char *const finding_name[N_FINDINGS] = {FINDINGS(FINDING_TEXT)};

/* number < factor * other, or number > ...  What is not known fails. */
struct test {
    enum { NO_TEST, BELOW, ABOVE } how;
    enum finding number;
    double factor;
    enum finding other; /* N_FINDINGS: 1 */
};

#define LESS(n, v)                                                                                 \
    {                                                                                              \
        BELOW, FINDING_##n, v, N_FINDINGS                                                          \
    }
#define MORE(n, v)                                                                                 \
    {                                                                                              \
        ABOVE, FINDING_##n, v, N_FINDINGS                                                          \
    }
#define LESS_THAN(n, f, o)                                                                         \
    {                                                                                              \
        BELOW, FINDING_##n, f, FINDING_##o                                                         \
    }
#define MORE_THAN(n, f, o)                                                                         \
    {                                                                                              \
        ABOVE, FINDING_##n, f, FINDING_##o                                                         \
    }
#define YES(n) MORE(n, 0.5)
#define NO(n)  LESS(n, 0.5)

/* In a text {name} is the number with three digits, {%name} per cent, {#name} a count, and {plane}
 * the word "plane" or "line". */
struct rule {
    const char *about;
    struct test test[4];
    const char *text;
};

static const struct rule rules[] = {
    {"end point",
     {YES(trained), MORE(minima, 1.5), LESS_THAN(end_distance, 0.5, cell),
      LESS_THAN(lowest_loss, 0.95, end_plane_loss)},
     "Training ended at a minimum of this {plane}, {end_distance} away, but not at the lowest: "
     "elsewhere in the picture the loss goes down to {lowest_loss}, against {end_plane_loss} at "
     "the "
     "end point."},
    {"end point",
     {YES(trained), LESS_THAN(end_distance, 0.5, cell)},
     "Training ended at a minimum of this {plane}: the nearest one is {end_distance} away, and a "
     "grid cell measures {cell}."},
    {"end point",
     {YES(trained), LESS(end_above, 0.01), MORE(end_above, -1e-9),
      LESS_THAN(lowest_loss, 0.95, end_plane_loss)},
     "Training ended practically at a minimum of this {plane}, {end_distance} away and "
     "{%end_above} lower, but not at the lowest: elsewhere in the picture the loss goes down to "
     "{lowest_loss}, against {end_plane_loss} at the end point."},
    {"end point",
     {YES(trained), LESS(end_above, 0.01), MORE(end_above, -1e-9)},
     "Training ended practically at a minimum of this {plane}: it is {end_distance} away, and the "
     "loss at the end point is {%end_above} above it."},
    {"end point",
     {YES(trained), YES(lowest_at_edge), LESS_THAN(lowest_loss, 1, end_plane_loss)},
     "Training did not end at the lowest point here: the loss goes on falling to {lowest_loss} at "
     "the edge of the picture, against {end_plane_loss} at the end point."},
    {"end point",
     {YES(trained), YES(minima), LESS(end_above, 0), LESS_THAN(lowest_loss, 1, end_plane_loss)},
     "Training did not end at a minimum of this {plane}: the nearest one is {end_distance} away "
     "and higher than the end point, whose loss is {end_plane_loss}; the lowest in the picture is "
     "{lowest_loss}."},
    {"end point",
     {YES(trained), YES(minima), LESS(end_above, 0)},
     "Training did not end at a minimum of this {plane}: the nearest one is {end_distance} away "
     "and higher than the end point, whose loss is {end_plane_loss}."},
    {"end point",
     {YES(trained), YES(minima)},
     "Training did not end at a minimum of this {plane}: the nearest one is {end_distance} away, "
     "and the loss at the end point is {%end_above} above it."},
    {"end point",
     {YES(trained), YES(minima)},
     "Training did not end at a minimum of this {plane}: the nearest one is {end_distance} away."},
    {"end point",
     {YES(trained), NO(minima)},
     "No minimum was found in this picture, so the end point, with loss {end_plane_loss}, is on a "
     "slope of the {plane}."},
    {"end point",
     {NO(trained), YES(minima)},
     "Nothing was trained: the model starts at loss {end_plane_loss}, and the lowest one in "
     "the picture is {lowest_loss}."},

    {"barrier",
     {MORE(marks, 1.5), MORE(barrier_share, 0.05)},
     "Between the marked points the loss rises by {barrier} on the straight way, which is "
     "{%barrier_share} of that at the higher end: seen from here they lie in different valleys."},
    {"barrier",
     {MORE(marks, 1.5), LESS(barrier, 1e-12)},
     "On the straight way between the {#marks} marked points the loss nowhere rises above its "
     "higher end: no barrier parts them."},
    {"barrier",
     {MORE(marks, 1.5), LESS(barrier_share, 0.05)},
     "On the straight way between the marked points the loss rises by no more than {barrier}: no "
     "barrier parts them."},

    {"shape",
     {YES(minima), LESS(minima, 1.5), LESS(negative_share, 0.02), MORE(full_negative_share, 0.02)},
     "In this {plane} the terrain is one bowl, but it is no bowl in all directions: with all "
     "{#parameters} of them, it curves downwards somewhere at {%full_negative_share} of the grid "
     "points."},
    {"shape",
     {MORE(full_negative_share, 0.02)},
     "The terrain is no bowl: it curves downwards at {%negative_share} of the grid points within "
     "this {plane}, and at {%full_negative_share} of them in some of all {#parameters} "
     "directions."},
    {"shape",
     {MORE(minima, 1.5)},
     "This {plane} has {#minima} minima (saddles: {#saddles}), so where training ends can depend "
     "on where it starts."},
    {"shape",
     {YES(minima), LESS(negative_share, 1e-9)},
     "The terrain is one bowl: {#minima} minimum, and nowhere does it curve downwards."},
    {"shape",
     {YES(minima), LESS(negative_share, 0.02)},
     "The terrain is one bowl: {#minima} minimum, and it curves downwards at {%negative_share} of "
     "the grid points."},
    {"shape",
     {YES(minima), MORE(negative_share, 0.02)},
     "There is {#minima} minimum, but not everything is a bowl: the terrain curves downwards "
     "at {%negative_share} of the grid points."},
    {"shape",
     {MORE(negative_share, 0.02)},
     "The terrain curves downwards at {%negative_share} of the grid points: it is no bowl."},

    {"spread",
     {MORE(planes, 1.5), LESS(spread_share, 0.1)},
     "The {#planes} {plane}s agree: at half of the grid points or more their losses differ by no "
     "more than {%spread_share} of the mean (standard deviation), so one stands for the others."},
    {"spread",
     {MORE(planes, 1.5)},
     "The {#planes} {plane}s differ: at half of the grid points the standard deviation of their "
     "losses is {%spread_share} of the mean or more, so do not judge by one of them."},

    {"sharpness",
     {YES(flat_of_minimum), YES(flat_at_least), LESS(flat_share, 0.2)},
     "How sharp the minimum is, this picture does not tell: its edge is {flat_radius} away from "
     "it, "
     "before the loss is 10 % higher."},
    {"sharpness",
     {YES(flat_of_minimum), YES(flat_at_least)},
     "The minimum is flat: the loss stays within 10 % of its lowest value as far as the picture "
     "goes, {flat_radius} or more."},
    {"sharpness",
     {YES(flat_of_minimum), MORE(flat_share, 0.2)},
     "The minimum is wide: one can go {flat_radius} in any direction, {%flat_share} of the way to "
     "the picture's edge, before the loss is 10 % higher."},
    {"sharpness",
     {YES(flat_of_minimum), MORE(flat_share, 0.02)},
     "The minimum is neither sharp nor flat: {flat_radius} in the steepest direction, "
     "{%flat_share} of the way to the picture's edge, make the loss 10 % higher."},
    {"sharpness",
     {YES(flat_of_minimum), LESS(flat_share, 0.02)},
     "The minimum is sharp for this picture: {flat_radius} in the steepest direction, only "
     "{%flat_share} of the way to its edge, make the loss 10 % higher."},
    {"sharpness",
     {NO(flat_of_minimum), YES(flat_at_least), LESS(flat_share, 0.2)},
     "How steep it is around the end point, this picture does not tell: its edge is {flat_radius} "
     "away, before the loss is 10 % higher."},
    {"sharpness",
     {NO(flat_of_minimum), YES(flat_at_least)},
     "Around the end point the loss rises by less than 10 % as far as the picture goes, "
     "{flat_radius} or more."},
    {"sharpness",
     {NO(flat_of_minimum), MORE(flat_share, 0)},
     "From the end point, {flat_radius} in the steepest direction, {%flat_share} of the way to "
     "the picture's edge, make the loss 10 % higher."},

    {"trust",
     {MORE(not_finite_share, 0.05)},
     "Be careful: {%not_finite_share} of the grid points have no finite loss."},
    {"trust",
     {YES(trained), LESS(path_share, 0.5)},
     "Do not trust the path in this picture: the {plane} shows only {%path_share} of the movement "
     "of training; the rest went on outside of it."},
    {"trust",
     {YES(trained), LESS_THAN(explained, 1.1, walk), MORE(walk, 0)},
     "Be careful: the axes hold {%explained} of the variance of the path, but those of a random "
     "walk would hold {%walk}, so these directions say little about training."},
    {"trust",
     {YES(trained), MORE_THAN(end_off_plane, 1, cell)},
     "Be careful: the end point lies {end_off_plane} outside of the {plane}, where the loss is "
     "{end_loss} and not {end_plane_loss}."},
    {"trust",
     {YES(trained), MORE(path_share, 0.5), LESS(path_share, 0.8)},
     "Read the path with care: the {plane} shows {%path_share} of the movement of training, and "
     "the rest went on outside of it."},
    {"trust",
     {YES(trained), MORE(path_share, 0.5), MORE(walk, 0)},
     "The picture can be trusted for this path: the {plane} shows {%path_share} of the movement of "
     "training, and its axes hold {%explained} of the variance against {%walk} for a random "
     "walk."},
    {"trust",
     {YES(trained), MORE(path_share, 0.5)},
     "The picture can be trusted for this path: the {plane} shows {%path_share} of the movement of "
     "training."},

    {"ball",
     {MORE(ball_landscapes, 1.5), YES(trained), LESS_THAN(ball_loss, 0.99, end_loss)},
     "In {#ball_landscapes} landscapes the ball came from a loss of {ball_start_loss} down to "
     "{ball_loss}, below the {end_loss} where training ended; the first landscape alone took it to "
     "{ball_first_loss}."},
    {"ball",
     {MORE(ball_landscapes, 1.5)},
     "In {#ball_landscapes} landscapes the ball came from a loss of {ball_start_loss} down to "
     "{ball_loss}; the first one alone took it to {ball_first_loss}."},
    {"ball",
     {MORE(ball_landscapes, 0.5)},
     "The ball came from a loss of {ball_start_loss} down to {ball_loss}, and found nothing lower "
     "beyond this landscape."},

    {"next",
     {YES(lowest_at_edge)},
     "Next, set grid: range wider: the lowest loss, {lowest_loss}, is on the edge."},
    {"next",
     {YES(trained), LESS(path_share, 0.5)},
     "Next, to see how training got here, take a plane that is made of its path; this {plane} is "
     "for "
     "the surroundings of the end point."},
    {"next",
     {YES(trained), MORE(end_above, 0.05)},
     "Next, train longer or with a smaller learning rate: the end point is {%end_above} above the "
     "nearest minimum in sight."},
    {"next",
     {MORE(accuracy_gap, 0.03)},
     "Next, look at the test loss, too: accuracy is {%train_accuracy} on the training set and "
     "{%test_accuracy} on the test set."},
    {"next",
     {MORE(minima, 1.5)},
     "Next, train from several seeds, and see in which of the {#minima} minima each one ends."},
    {"next",
     {MORE(parameters, 2.5)},
     "Next, look at another {plane} through the same point: this one shows {#axes} of "
     "{#parameters} directions."},
};

void findings_clear(struct findings *f)
{
    for (size_t i = 0; i < N_FINDINGS; i++)
        f->value[i] = NAN;
}

static bool holds(const struct test *t, const struct findings *f)
{
    double limit = t->factor * (t->other < N_FINDINGS ? f->value[t->other] : 1);
    switch (t->how) {
    case BELOW:
        return f->value[t->number] < limit;
    case ABOVE:
        return f->value[t->number] > limit;
    case NO_TEST:
        break;
    }
    return true;
}

static enum finding by_name(const char *name, size_t length)
{
    for (size_t i = 0; i < N_FINDINGS; i++)
        if (strlen(finding_name[i]) == length && strncmp(finding_name[i], name, length) == 0)
            return (enum finding)i;
    return N_FINDINGS;
}

static void note(struct sentence *s, enum finding f)
{
    for (size_t i = 0; i < s->n_from; i++)
        if (s->from[i] == f)
            return;
    if (f < N_FINDINGS && s->n_from < sizeof s->from / sizeof *s->from)
        s->from[s->n_from++] = f;
}

/* Per cent with as many digits as mean something: 99.98 % is not 100 %. */
static int print_share(char *to, size_t size, double share)
{
    double percent = 100 * share, rest = fabs(100 - percent);
    if (percent == 0 || percent == 100)
        return snprintf(to, size, "%.0f %%", percent);
    if (percent < 100 && rest < 0.05)
        return snprintf(to, size, "more than 99.9 %%");
    if (percent != 0 && fabs(percent) < 0.01)
        return snprintf(to, size, "less than 0.01 %%");
    return snprintf(to, size,
                    percent < 1      ? "%.2f %%"
                    : percent < 1000 ? "%.1f %%"
                                     : "%.3g %%",
                    percent);
}

/* One {number}; the number of bytes written. */
static size_t print_number(char *to, size_t size, char how, double value)
{
    int n;
    if (how == '%')
        n = print_share(to, size, value);
    else
        n = snprintf(to, size, how == '#' ? "%.0f" : "%.3g", value);
    return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

/* The text of a rule with its numbers in place; false: one of them is not known. */
static bool expand(const struct rule *r, const struct findings *f, struct sentence *s, char *to,
                   size_t size)
{
    size_t n = 0;
    for (const char *c = r->text; *c && n + 1 < size; c++) {
        if (*c != '{') {
            to[n++] = *c;
            continue;
        }
        char how = c[1] == '%' || c[1] == '#' ? c[1] : '\0';
        const char *name = c + 1 + (how != '\0'), *end = strchr(name, '}');
        if (strncmp(name, "plane}", 6) == 0) {
            int length =
                snprintf(to + n, size - n, f->value[FINDING_axes] < 1.5 ? "line" : "plane");
            n += (size_t)length < size - n ? (size_t)length : size - n - 1;
            if (!isnan(f->value[FINDING_axes]))
                note(s, FINDING_axes);
            c = end;
            continue;
        }
        enum finding k = by_name(name, (size_t)(end - name));
        if (k == N_FINDINGS || isnan(f->value[k]))
            return false;
        n += print_number(to + n, size - n, how, f->value[k]);
        note(s, k);
        c = end;
    }
    to[n] = '\0';
    return true;
}

static bool applies(const struct rule *r, const struct findings *f, struct sentence *s)
{
    for (size_t i = 0; i < sizeof r->test / sizeof *r->test; i++) {
        if (r->test[i].how == NO_TEST)
            continue;
        if (!holds(&r->test[i], f))
            return false;
        note(s, r->test[i].number);
        note(s, r->test[i].other);
    }
    return true;
}

int words_say(struct arena *mem, const struct findings *f, struct words *out)
{
    char text[512];
    *out = (struct words){.n = 0};
    for (size_t i = 0; i < sizeof rules / sizeof *rules && out->n < WORDS_MOST; i++) {
        struct sentence s = {.about = rules[i].about};
        if (out->n && strcmp(out->sentence[out->n - 1].about, s.about) == 0)
            continue;
        if (!applies(&rules[i], f, &s) || !expand(&rules[i], f, &s, text, sizeof text))
            continue;
        if (!(s.text = arena_strdup(mem, text)))
            return -1;
        out->sentence[out->n++] = s;
    }
    return 0;
}

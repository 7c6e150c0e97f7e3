/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-words.c -- every rule that makes a sentence: the numbers that it wants and the text it
 * makes of them.
 */
#include "core-bench.h"

#include "../../core/analysis/words.h"

#include <math.h>

static struct arena mem;
static struct findings f;
static struct words words;

static void set_up(void)
{
    findings_clear(&f);
}

static void tear_down(void)
{
    arena_free(&mem);
}

static enum finding by_name(const char *name, size_t n)
{
    for (size_t i = 0; i < N_FINDINGS; i++)
        if (strlen(finding_name[i]) == n && strncmp(finding_name[i], name, n) == 0)
            return (enum finding)i;
    ck_abort_msg("no finding is named %.*s", (int)n, name);
    return N_FINDINGS;
}

/* "end_distance=0.1 cell=1": these are known, all others not. */
static void know(const char *numbers)
{
    findings_clear(&f);
    while (*numbers) {
        size_t n = strcspn(numbers, "=");
        char *end;
        f.value[by_name(numbers, n)] = strtod(numbers + n + 1, &end);
        numbers = end + strspn(end, " ");
    }
    ck_assert_int_eq(words_say(&mem, &f, &words), 0);
}

static const struct sentence *about(const char *subject)
{
    for (size_t i = 0; i < words.n; i++)
        if (strcmp(words.sentence[i].about, subject) == 0)
            return &words.sentence[i];
    return NULL;
}

static const struct {
    const char *numbers, *about, *text;
} rules[] = {
    {"trained=1 end_distance=0.25 cell=1", "end point",
     "Training ended at a minimum of this plane: the nearest one is 0.25 away, and a grid cell "
     "measures 1."},
    {"trained=1 end_distance=2 cell=1 end_above=0.0012", "end point",
     "Training ended practically at a minimum of this plane: it is 2 away, and the loss at the end "
     "point is 0.12 % above it."},
    {"trained=1 end_distance=2 cell=1 end_above=0 axes=1", "end point",
     "Training ended practically at a minimum of this line: it is 2 away, and the loss at the end "
     "point is 0 % above it."},
    {"trained=1 minima=3 end_distance=0.25 cell=1 lowest_loss=1 end_plane_loss=2", "end point",
     "Training ended at a minimum of this plane, 0.25 away, but not at the lowest: elsewhere in "
     "the picture the loss goes down to 1, against 2 at the end point."},
    {"trained=1 minima=3 end_distance=2 cell=1 end_above=0.0012 lowest_loss=1 end_plane_loss=2",
     "end point",
     "Training ended practically at a minimum of this plane, 2 away and 0.12 % lower, but not at "
     "the lowest: elsewhere in the picture the loss goes down to 1, against 2 at the end point."},
    {"trained=1 minima=1 end_distance=2 cell=1 end_above=-0.5 lowest_loss=1 end_plane_loss=2",
     "end point",
     "Training did not end at a minimum of this plane: the nearest one is 2 away and higher than "
     "the end point, whose loss is 2; the lowest in the picture is 1."},
    {"trained=1 minima=1 end_distance=2 cell=1 end_above=-0.5 lowest_loss=2 end_plane_loss=2",
     "end point",
     "Training did not end at a minimum of this plane: the nearest one is 2 away and higher than "
     "the end point, whose loss is 2."},
    {"trained=1 lowest_at_edge=1 lowest_loss=0.5 end_plane_loss=0.75", "end point",
     "Training did not end at the lowest point here: the loss goes on falling to 0.5 at the edge "
     "of the picture, against 0.75 at the end point."},
    {"trained=1 minima=2 end_distance=3 cell=1 end_above=0.5", "end point",
     "Training did not end at a minimum of this plane: the nearest one is 3 away, and the loss at "
     "the end point is 50.0 % above it."},
    {"trained=1 minima=2 end_distance=3 cell=1", "end point",
     "Training did not end at a minimum of this plane: the nearest one is 3 away."},
    {"trained=1 minima=0 end_plane_loss=4", "end point",
     "No minimum was found in this picture, so the end point, with loss 4, is on a slope of the "
     "plane."},
    {"trained=0 minima=1 end_plane_loss=4 lowest_loss=1", "end point",
     "Nothing was trained: the model starts at loss 4, and the lowest one in the picture is 1."},
    {"marks=2 barrier=0.5 barrier_share=0.25", "barrier",
     "Between the marked points the loss rises by 0.5 on the straight way, which is 25.0 % of that "
     "at the higher end: seen from here they lie in different valleys."},
    {"marks=2 barrier=0 barrier_share=0", "barrier",
     "On the straight way between the 2 marked points the loss nowhere rises above its higher "
     "end: no barrier parts them."},
    {"marks=2 barrier=0.001 barrier_share=0.01", "barrier",
     "On the straight way between the marked points the loss rises by no more than 0.001: no "
     "barrier parts them."},
    {"minima=1 negative_share=0 full_negative_share=1 parameters=9 axes=2", "shape",
     "In this plane the terrain is one bowl, but it is no bowl in all directions: with all 9 of "
     "them, it curves downwards somewhere at 100 % of the grid points."},
    {"minima=4 negative_share=0.5 full_negative_share=0.75 parameters=9 axes=1", "shape",
     "The terrain is no bowl: it curves downwards at 50.0 % of the grid points within this line, "
     "and at 75.0 % of them in some of all 9 directions."},
    {"planes=8 spread_share=0.03125 axes=2", "spread",
     "The 8 planes agree: at half of the grid points or more their losses differ by no more than "
     "3.1 % of the mean (standard deviation), so one stands for the others."},
    {"planes=20 spread_share=0.25 axes=1", "spread",
     "The 20 lines differ: at half of the grid points the standard deviation of their losses is "
     "25.0 % of the mean or more, so do not judge by one of them."},
    {"minima=4 saddles=5", "shape",
     "This plane has 4 minima (saddles: 5), so where training ends can depend on where it starts."},
    {"minima=1 negative_share=0", "shape",
     "The terrain is one bowl: 1 minimum, and nowhere does it curve downwards."},
    {"minima=1 negative_share=0.01", "shape",
     "The terrain is one bowl: 1 minimum, and it curves downwards at 1.0 % of the grid points."},
    {"minima=1 negative_share=0.3", "shape",
     "There is 1 minimum, but not everything is a bowl: the terrain curves downwards at 30.0 % of "
     "the grid points."},
    {"minima=0 negative_share=0.3", "shape",
     "The terrain curves downwards at 30.0 % of the grid points: it is no bowl."},
    {"flat_of_minimum=1 flat_at_least=1 flat_radius=0.5 flat_share=0.01", "sharpness",
     "How sharp the minimum is, this picture does not tell: its edge is 0.5 away from it, before "
     "the loss is 10 % higher."},
    {"flat_of_minimum=0 flat_at_least=1 flat_radius=0.5 flat_share=0.01", "sharpness",
     "How steep it is around the end point, this picture does not tell: its edge is 0.5 away, "
     "before the loss is 10 % higher."},
    {"flat_of_minimum=1 flat_at_least=1 flat_radius=3 flat_share=0.9", "sharpness",
     "The minimum is flat: the loss stays within 10 % of its lowest value as far as the picture "
     "goes, 3 or more."},
    {"flat_of_minimum=1 flat_at_least=0 flat_radius=3 flat_share=0.9", "sharpness",
     "The minimum is wide: one can go 3 in any direction, 90.0 % of the way to the picture's edge, "
     "before the loss is 10 % higher."},
    {"flat_of_minimum=1 flat_at_least=0 flat_radius=3 flat_share=0.1", "sharpness",
     "The minimum is neither sharp nor flat: 3 in the steepest direction, 10.0 % of the way to the "
     "picture's edge, make the loss 10 % higher."},
    {"flat_of_minimum=1 flat_at_least=0 flat_radius=3 flat_share=0.001", "sharpness",
     "The minimum is sharp for this picture: 3 in the steepest direction, only 0.10 % of the way "
     "to "
     "its edge, make the loss 10 % higher."},
    {"flat_of_minimum=0 flat_at_least=1 flat_radius=3 flat_share=0.9", "sharpness",
     "Around the end point the loss rises by less than 10 % as far as the picture goes, 3 or "
     "more."},
    {"flat_of_minimum=0 flat_at_least=0 flat_radius=3 flat_share=0.5", "sharpness",
     "From the end point, 3 in the steepest direction, 50.0 % of the way to the picture's edge, "
     "make the loss 10 % higher."},
    {"not_finite_share=0.25", "trust",
     "Be careful: 25.0 % of the grid points have no finite loss."},
    {"trained=1 path_share=0.1", "trust",
     "Do not trust the path in this picture: the plane shows only 10.0 % of the movement of "
     "training; the rest went on outside of it."},
    {"trained=1 path_share=0.9 explained=0.8 walk=0.79", "trust",
     "Be careful: the axes hold 80.0 % of the variance of the path, but those of a random walk "
     "would hold 79.0 %, so these directions say little about training."},
    {"trained=1 path_share=0.9 explained=0.97 walk=0.79", "trust",
     "The picture can be trusted for this path: the plane shows 90.0 % of the movement of "
     "training, and its axes hold 97.0 % of the variance against 79.0 % for a random walk."},
    {"trained=1 path_share=0.9 end_off_plane=2 cell=1 end_loss=1 end_plane_loss=3", "trust",
     "Be careful: the end point lies 2 outside of the plane, where the loss is 1 and not 3."},
    {"trained=1 path_share=0.9 end_off_plane=0 cell=1", "trust",
     "The picture can be trusted for this path: the plane shows 90.0 % of the movement of "
     "training."},
    {"trained=1 path_share=0.6", "trust",
     "Read the path with care: the plane shows 60.0 % of the movement of training, and the rest "
     "went on outside of it."},
    {"lowest_at_edge=1 lowest_loss=0.125", "next",
     "Next, set grid: range wider: the lowest loss, 0.125, is on the edge."},
    {"trained=1 path_share=0.1", "next",
     "Next, to see how training got here, take a plane that is made of its path; this plane is for "
     "the surroundings of the end point."},
    {"trained=1 end_above=0.2", "next",
     "Next, train longer or with a smaller learning rate: the end point is 20.0 % above the "
     "nearest "
     "minimum in sight."},
    {"accuracy_gap=0.1 train_accuracy=0.999 test_accuracy=0.899", "next",
     "Next, look at the test loss, too: accuracy is 99.9 % on the training set and 89.9 % on the "
     "test set."},
    {"minima=3 saddles=2", "next",
     "Next, train from several seeds, and see in which of the 3 minima each one ends."},
    {"parameters=101770 axes=2", "next",
     "Next, look at another plane through the same point: this one shows 2 of 101770 directions."},
};

START_TEST(one_rule)
{
    know(rules[_i].numbers);
    const struct sentence *s = about(rules[_i].about);
    ck_assert_msg(s != NULL, "nothing about the %s of %s", rules[_i].about, rules[_i].numbers);
    ck_assert_str_eq(s->text, rules[_i].text);
    /* It names all that it is made of, and all of that is known. */
    ck_assert_uint_ge(s->n_from, 1);
    for (size_t i = 0; i < s->n_from; i++) {
        ck_assert_int_lt(s->from[i], N_FINDINGS);
        ck_assert(!isnan(f.value[s->from[i]]));
    }
}
END_TEST

START_TEST(nothing_known)
{
    know("");
    ck_assert_uint_eq(words.n, 0);
}
END_TEST

/* One sentence a subject, six at most. */
START_TEST(all_together)
{
    know("trained=1 end_distance=0.1 cell=1 marks=2 barrier=1 barrier_share=1 minima=3 saddles=2 "
         "flat_of_minimum=1 flat_at_least=0 flat_radius=1 flat_share=0.5 path_share=0.9 "
         "parameters=10 axes=2");
    ck_assert_uint_eq(words.n, 6);
    for (size_t i = 0; i < words.n; i++)
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(words.sentence[i].about, words.sentence[k].about);
}
END_TEST

/* 100 % is said of all and 0 % of nothing only. */
START_TEST(shares)
{
    know("trained=1 path_share=0.99999");
    ck_assert_ptr_nonnull(strstr(about("trust")->text, "more than 99.9 %"));
    know("trained=1 path_share=1");
    ck_assert_ptr_nonnull(strstr(about("trust")->text, "100 %"));
    know("trained=1 path_share=1e-9");
    ck_assert_ptr_nonnull(strstr(about("trust")->text, "less than 0.01 %"));
    know("trained=1 minima=1 end_distance=3 cell=1 end_above=123.4");
    ck_assert_ptr_nonnull(strstr(about("end point")->text, "1.23e+04 %"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("words");
    TCase *c = tcase_create("words");
    suite_add_tcase(suite, c);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_loop_test(c, one_rule, 0, (int)(sizeof rules / sizeof *rules));
    tcase_add_test(c, nothing_known);
    tcase_add_test(c, all_together);
    tcase_add_test(c, shares);
    return bench_main(suite);
}

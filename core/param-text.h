/* SPDX-License-Identifier: GPL-3.0-or-later */
/* param-text.h -- one parameter in words, for errors and for help. */
#ifndef CORE_PARAM_TEXT_H
#define CORE_PARAM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <thalweg/plugin.h>

#define MAX_CHOICES 200

/* A line under construction; what does not fit is cut. */
struct line {
    char text[768];
    size_t n;
};
void line_add(struct line *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "int", "list of real"; NULL if the type is unknown. */
const char *param_type_word(uint32_t type);

bool param_is_number(uint32_t type); /* TW_INT, TW_REAL or lists of them: has a range */
bool param_is_list(uint32_t type);

/* May be NULL: a text whose default is. */
bool param_nullable(const struct tw_param *p);

/* The shortest decimal that reads back the same: 0.1, 1000, 1e-12, inf. */
void line_number(struct line *l, double v);

/* "[1, 1e6]", "[0, 1] or auto", "relu, tanh"; nothing where all is allowed. */
void line_allowed(struct line *l, const struct tw_param *p, const char *between_choices);

/* "a whole number in [1, 1e6] epochs": what would be right. */
void line_wanted(struct line *l, const struct tw_param *p);

size_t param_n_choices(const struct tw_param *p); /* at most MAX_CHOICES + 1 */

#endif

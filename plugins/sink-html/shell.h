/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell.h -- the page without data, as viewer/ has built it. */
#ifndef SINK_HTML_SHELL_H
#define SINK_HTML_SHELL_H

#include <stddef.h>

extern const unsigned char shell[];
extern const size_t shell_size;

#endif

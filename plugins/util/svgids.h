/* SPDX-License-Identifier: GPL-3.0-or-later */
/* svgids.h -- the names of an SVG's parts, numbered in the order in which they come.
 *
 * Cairo numbers them by how many surfaces the process has made before: the same picture would
 * not give the same bytes. */
#ifndef UTIL_SVGIDS_H
#define UTIL_SVGIDS_H

#include "bytes.h"

/* `from` with id="..." and what refers to it renamed to i1, i2, ...  Check to->failed. */
void svgids_rename(const struct bytes *from, struct bytes *to);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tiles.h -- the loss at many points by the model's plane extension. */
#ifndef CORE_TILES_H
#define CORE_TILES_H

#include "points.h"

/* As points_evaluate(), for a model with that extension.  0; a status of the
 * plugin, TW_ENOTSUP when the extension declines; or negative with err->fault. */
int tiles_evaluate(const struct points *points, struct error *err);

#endif

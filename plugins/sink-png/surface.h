/* SPDX-License-Identifier: GPL-3.0-or-later */
/* surface.h -- the landscape in three dimensions.
 *
 *     surface_possible   was this built with a renderer?
 *     surface_options    for the renderer
 *     surface_write      the whole picture; a failure has been reported
 */
#ifndef SINK_PNG_SURFACE_H
#define SINK_PNG_SURFACE_H

#include "sink-png/config.h"

struct render_options;

bool surface_possible(void);
/* As the keys say. */
void surface_options(struct render_options *o, const struct tw_host *host,
                     const struct png_config *cfg);
int surface_write(const struct tw_host *host, const struct png_config *cfg,
                  const struct tw_result *r);

#endif

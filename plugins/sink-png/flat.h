/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flat.h -- a flat map, or a curve, with all that stands around it.
 *
 *     flat_write      the whole picture into its file; a failure has been reported
 *
 * For pictures of several landscapes:
 *
 *     flat_begin      a chart with nothing in it yet; then figure_init, chart_show, and
 *                     chart_layout or places by other means
 *     flat_inside     the frame c->map and all in it: colours or curves, iso-lines, paths, points
 *     flat_end
 */
#ifndef SINK_PNG_FLAT_H
#define SINK_PNG_FLAT_H

#include "sink-png/chart.h"

bool flat_is_line(const struct tw_result *r);

int flat_write(const struct tw_host *host, const struct png_config *cfg, const struct tw_result *r);

void flat_begin(struct chart *c, const struct tw_host *host, const struct png_config *cfg,
                const struct tw_result *r);
/* Or TW_ECANCELLED. */
int flat_inside(struct chart *c);
void flat_end(struct chart *c);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* key.h -- the colour bar. */
#ifndef SINK_PNG_KEY_H
#define SINK_PNG_KEY_H

#include "sink-png/chart.h"

/* At c->key, with its ticks in this style and its name above. */
int key_draw(struct chart *c, const struct text_style *ticks);

#endif

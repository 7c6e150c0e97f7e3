/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell.c -- see shell.h.  viewer.inc are the bytes of viewer.html as decimal numbers;
 * viewer/local.mk makes it. */
#include "shell.h"

const unsigned char shell[] = {
#include "sink-html/viewer.inc"
};
const size_t shell_size = sizeof shell;

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli.h -- the command line. */
#ifndef CORE_CLI_H
#define CORE_CLI_H

#include <signal.h>

/* Run the command; returns the exit status.  Prints errors on stderr, as
 * "thalweg: WHAT", one line.  `stop` becomes non-zero on SIGINT or SIGTERM. */
int cli_main(int argc, char **argv, const volatile sig_atomic_t *stop);

#endif

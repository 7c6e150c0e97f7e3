/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c -- the process: its locale, signals and numeric libraries. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include "cli.h"

#include <gsl/gsl_errno.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>

#ifdef HAVE_OPENBLAS
void openblas_set_num_threads(int n);
#endif

static volatile sig_atomic_t stop;

/* The first signal asks politely, the second one ends the process. */
static void on_signal(int number)
{
    stop = 1;
    signal(number, SIG_DFL);
}

int main(int argc, char **argv)
{
    /* Text in the user's language, numbers never: YAML and CSV have a point. */
    setlocale(LC_CTYPE, "");
    /* GSL would abort() the process; its callers check what it returns. */
    gsl_set_error_handler_off();
    /* One level of threads: ours.  It also keeps every sum in one order. */
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
#ifdef HAVE_OPENBLAS
    openblas_set_num_threads(1);
#endif
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    return cli_main(argc, argv, &stop);
}

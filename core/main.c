/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c -- the process: its locale, signals and numeric libraries. */
#include "blas.h"
#include "cli.h"

#include <gsl/gsl_errno.h>
#include <locale.h>
#include <signal.h>

static volatile sig_atomic_t stop;

/* The first signal asks politely, the second one ends the process. */
static void on_signal(int number)
{
    stop = 1;
    signal(number, SIG_DFL);
}

int main(int argc, char **argv)
{
    blas_settle(argv);
    /* Text in the user's language, numbers never: YAML and CSV have a point. */
    setlocale(LC_CTYPE, "");
    /* GSL would abort() the process; its callers check what it returns. */
    gsl_set_error_handler_off();
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* So that writing fails, and what is half written is removed. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return cli_main(argc, argv, &stop);
}

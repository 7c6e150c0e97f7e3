/* SPDX-License-Identifier: GPL-3.0-or-later */
/* process.c -- see try.h: what holds for every kind of plugin.
 *
 * "The process" checks compare before and after exercise(), in which the plugin
 * of any kind makes all of its calls.
 */
#define _XOPEN_SOURCE 700
#include "../output.h"
#include "../plan.h"
#include "try.h"

#include <dirent.h>
#include <fenv.h>
#include <float.h>
#include <gsl/gsl_errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- loading -------------------------------------------------------------------------- */

static int check_load(struct trial *t)
{
    snprintf(t->note, sizeof t->note, "version %s, %s", t->plugin->desc.version,
             t->plugin->desc.license);
    return 0; /* try_child() has done it */
}

static int check_fpmode(struct trial *t)
{
    return t->fpmode[0] ? try_fail(t, "%s", t->fpmode) : 0;
}

/* ---- parameters ------------------------------------------------------------------------ */

static int check_reserved(struct trial *t)
{
    const char *key = plan_reserved_key(t->plugin);
    if (!t->plugin->table.params || !table_at(&t->plugin->table, 0))
        return try_skip(t, "it has no parameters");
    return key ? try_fail(t, "%s: that key belongs to the host in every section of a %s", key,
                          kind_name((int)t->kind))
               : 0;
}

static bool is_number(const struct tw_param *p)
{
    return p->type == TW_INT || p->type == TW_REAL || p->type == TW_INTS || p->type == TW_REALS;
}

static bool is_whole(const struct tw_param *p)
{
    return p->type == TW_INT || p->type == TW_INTS;
}

/* The end of the range, `beyond` or not, as YAML; false if there is no such number. */
static bool end_of_range(const struct tw_param *p, bool upper, bool beyond, char *text, size_t size)
{
    double v = upper ? p->max : p->min;
    if (!isfinite(v))
        return false;
    if (is_whole(p)) {
        if (fabs(v) > 9e15) /* one more would not be another double */
            return false;
        v = upper ? floor(v) : ceil(v);
        v += beyond ? (upper ? 1 : -1) : 0;
        snprintf(text, size, "%.0f", v);
        return true;
    }
    if (beyond)
        v = nextafter(v, upper ? INFINITY : -INFINITY);
    if (!isfinite(v))
        return false;
    snprintf(text, size, "%.17g", v);
    return true;
}

static int refuses(struct trial *t, const struct tw_param *p, const char *value)
{
    struct error err = {0};
    struct error wanted = {0};
    void *config;
    if (try_configure(t, p->name, value, &config, &err) == 0)
        return try_fail(t, "%s: %s was taken", p->name, value);
    /* check() is asked last: had it been the one, the table would have agreed. */
    error_set(&wanted, FAULT_PIPELINE, "--set %s=%s: ", p->name, value);
    if (strncmp(err.text, wanted.text, strlen(wanted.text)) != 0)
        return try_fail(t, "%s: %s was taken by the table", p->name, value);
    return 0;
}

static int check_outside(struct trial *t)
{
    const struct tw_param *p;
    char text[64];
    size_t tried = 0;
    for (size_t i = 0; (p = table_at(&t->plugin->table, i)); i++) {
        if (p->flags & TW_P_DEPRECATED)
            continue;
        for (int end = 0; end < 2 && is_number(p); end++, tried++)
            if (end_of_range(p, end, true, text, sizeof text) && refuses(t, p, text) < 0)
                return -1;
        if (p->type == TW_CHOICE && ++tried && refuses(t, p, "no-such-word") < 0)
            return -1;
    }
    return tried ? 0 : try_skip(t, "no parameter is a number or a choice");
}

/* What the table allows, check() and create() may still refuse: with a reason. */
static int takes(struct trial *t, const struct tw_param *p, const char *value)
{
    struct error err = {0};
    struct instance *inst;
    void *config;
    char place[256];
    snprintf(place, sizeof place, "--set %s=%s: ", p->name, value);
    if (try_configure(t, p->name, value, &config, &err) < 0)
        return strncmp(err.text, place, strlen(place)) == 0
                   ? try_fail(t, "%s: %s was refused: %s", p->name, value, err.text)
                   : 0;
    if (instance_new(t->plugin, kind_name((int)t->kind), config, &t->env, &inst, &err) == 0)
        instance_free(inst);
    else if (strstr(err.text, "gave no reason"))
        return try_fail(t, "%s: with %s create() failed and gave no reason with host->fail()",
                        p->name, value);
    return 0;
}

static int check_inside(struct trial *t)
{
    const struct tw_param *p;
    char text[64];
    size_t tried = 0;
    for (size_t i = 0; (p = table_at(&t->plugin->table, i)); i++) {
        if (p->flags & TW_P_DEPRECATED)
            continue;
        for (int end = 0; end < 2 && is_number(p); end++, tried++)
            if (end_of_range(p, end, false, text, sizeof text) && takes(t, p, text) < 0)
                return -1;
        for (size_t k = 0; p->type == TW_CHOICE && p->choices[k]; k++, tried++) {
            snprintf(text, sizeof text, "\"%s\"", p->choices[k]);
            if (takes(t, p, text) < 0)
                return -1;
        }
        if ((p->flags & TW_P_AUTO) && ++tried && takes(t, p, "auto") < 0)
            return -1;
    }
    return tried ? 0 : try_skip(t, "no parameter is a number or a choice");
}

/* ---- life cycle ---------------------------------------------------------------------------- */

static int check_life(struct trial *t)
{
    struct instance *a, *b;
    for (int i = 0; i < 2; i++) {
        if (try_new(t, &a) < 0)
            return -1;
        instance_free(a);
    }
    if (try_new(t, &a) < 0 || try_new(t, &b) < 0)
        return -1;
    instance_free(a); /* not in the order of a stack */
    if (try_new(t, &a) < 0)
        return -1;
    instance_free(b);
    instance_free(a);
    return 0;
}

/* ---- the process ----------------------------------------------------------------------------- */

static int exercise(struct trial *t)
{
    t->n_calls = 0;
    int rc = try_checks(t->kind)->exercise(t);
    fflush(stdout);
    return rc;
}

static int check_stdout(struct trial *t)
{
    struct stat st;
    char text[48];
    exercise(t);
    if (fstat(t->captured, &st) < 0 || lseek(t->captured, 0, SEEK_SET) < 0)
        return try_fail(t, "closed or replaced standard output");
    ssize_t n = read(t->captured, text, sizeof text - 1);
    text[n > 0 ? n : 0] = '\0';
    if (st.st_size > 0)
        return try_fail(t, "wrote %lld bytes: '%s%s'; use host->log()", (long long)st.st_size, text,
                        st.st_size > (long long)sizeof text - 1 ? "..." : "");
    return 0;
}

/* Stands for the host's handler, to see whether it is still there. */
static void on_gsl_error(const char *reason, const char *file, int line, int code)
{
    (void)reason;
    (void)file;
    (void)line;
    (void)code;
}

static void on_signal(int number)
{
    (void)number;
}

struct process {
    char *locale, *cwd;
    mode_t mask;
    sigset_t blocked;
    int rounding;
    bool denormals;
};

static bool has_denormals(void)
{
    volatile double small = DBL_MIN;
    return small / 2 > 0;
}

static struct process process_now(void)
{
    struct process p = {.cwd = getcwd(NULL, 0)};
    const char *locale = setlocale(LC_ALL, NULL);
    p.locale = locale ? strdup(locale) : NULL;
    p.mask = umask(0);
    umask(p.mask);
    sigprocmask(SIG_SETMASK, NULL, &p.blocked);
    p.rounding = fegetround();
    p.denormals = has_denormals();
    return p;
}

static bool differ(const char *a, const char *b)
{
    return !a || !b || strcmp(a, b) != 0;
}

static int compare(struct trial *t, const struct process *a, const struct process *b)
{
    if (differ(a->locale, b->locale))
        return try_fail(t, "changed the locale from %s to %s", a->locale ? a->locale : "?",
                        b->locale ? b->locale : "?");
    if (differ(a->cwd, b->cwd))
        return try_fail(t, "changed the working directory to %s", b->cwd ? b->cwd : "?");
    if (a->mask != b->mask)
        return try_fail(t, "changed the umask from %03o to %03o", (unsigned)a->mask,
                        (unsigned)b->mask);
    if (a->rounding != b->rounding)
        return try_fail(t, "changed the rounding mode");
    if (a->denormals != b->denormals)
        return try_fail(t, "changed the floating-point mode: denormal numbers are flushed to zero");
    for (int s = 1; s < 32; s++)
        if (sigismember(&a->blocked, s) != sigismember(&b->blocked, s))
            return try_fail(t, "changed the mask of signal %d (%s)", s, strsignal(s));
    return 0;
}

static int check_process(struct trial *t)
{
    struct sigaction ours = {.sa_handler = on_signal}, now;
    sigemptyset(&ours.sa_mask);
    for (int s = 1; s < 32; s++) /* but for those of a crash and of our alarm */
        if (s != SIGSEGV && s != SIGBUS && s != SIGFPE && s != SIGILL && s != SIGABRT &&
            s != SIGALRM && s != SIGINT && s != SIGTERM && s != SIGQUIT)
            sigaction(s, &ours, NULL);
    struct sigaction before[32];
    for (int s = 1; s < 32; s++)
        sigaction(s, NULL, &before[s]);
    gsl_set_error_handler(on_gsl_error);
    struct process a = process_now();
    exercise(t);
    struct process b = process_now();
    int rc = compare(t, &a, &b);
    for (int s = 1; s < 32 && rc == 0; s++)
        if (sigaction(s, NULL, &now) == 0 && now.sa_handler != before[s].sa_handler)
            rc = try_fail(t, "changed the handler of signal %d (%s)", s, strsignal(s));
    if (gsl_set_error_handler(on_gsl_error) != on_gsl_error && rc == 0)
        rc = try_fail(t, "changed the GSL error handler");
    free(a.locale);
    free(a.cwd);
    free(b.locale);
    free(b.cwd);
    return rc;
}

/* The first entry of a folder that is no committed output; NULL: none. */
static const char *stray(struct trial *t, const char *folder)
{
    DIR *dir = opendir(folder);
    const char *found = NULL;
    const struct dirent *e;
    if (!dir)
        return "?";
    while (!found && (e = readdir(dir))) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        const char *path = arena_printf(&t->mem, "%s/%s", folder, e->d_name);
        bool ours = false;
        for (size_t i = 0; path && i < t->outputs->n && !ours; i++)
            ours = t->outputs->files[i]->state == OUTPUT_COMMITTED &&
                   strncmp(t->outputs->files[i]->final, path, strlen(path)) == 0;
        if (!ours)
            found = arena_printf(&t->mem, "%s", e->d_name);
    }
    closedir(dir);
    return found;
}

static int check_files(struct trial *t)
{
    static const struct {
        const char *folder, *words;
    } places[] = {{"cwd", "the working directory"},
                  {"tmp", "TMPDIR"},
                  {"out", "the output folder; announce files with TW_EXT_HOST_OUTPUT"}};
    exercise(t);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *path = arena_printf(&t->mem, "%s/%s", t->tmp, places[i].folder);
        const char *name = path ? stray(t, path) : "?";
        if (name)
            return try_fail(t, "left %s in %s", name, places[i].words);
    }
    return 0;
}

/* ---- cancellation
 * -------------------------------------------------------------------------------- */

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Processor time, for the machine may be busy with other things.  The same
 * calls first without a stop: what fails then fails for a reason of its own. */
static int check_stop(struct trial *t)
{
    int before[sizeof t->calls / sizeof t->calls[0]];
    double begun = cpu_seconds();
    exercise(t);
    double whole = cpu_seconds() - begun;
    if (t->outcome != TRY_OK)
        return -1;
    size_t n = t->n_calls;
    memcpy(before, t->calls, sizeof before);
    outputs_free(t->outputs);
    outputs_init(t->outputs);
    t->stop = 1;
    begun = cpu_seconds();
    exercise(t);
    double spent = cpu_seconds() - begun;
    for (size_t i = 0; i < n && i < t->n_calls; i++) {
        if (t->calls[i] == before[i])
            continue;
        if (t->calls[i] != TW_ECANCELLED)
            return try_fail(t, "when tick() says stop, a call returns %d, not TW_ECANCELLED (%d)",
                            t->calls[i], TW_ECANCELLED);
        break;
    }
    /* On a slow machine a second is short: what gave up half-way has obeyed. */
    if (spent > 1 && spent > 0.5 * whole)
        return try_fail(t, "went on for %.1f s after tick() would have said stop", spent);
    return 0;
}

static const struct check every_kind[] = {
    {"loads", check_load},
    {"loading leaves the floating-point mode alone", check_fpmode},
    {"parameters are none of the host's keys", check_reserved},
    {"parameters refuse what is just outside their range", check_outside},
    {"parameters take the ends of their range", check_inside},
    {"instances come and go in any order", check_life},
    {"nothing on stdout", check_stdout},
    {"the process is left as it was", check_process},
    {"no files are left behind", check_files},
    {"stops when asked to", check_stop},
};
const struct checks try_every_kind = {every_kind, sizeof every_kind / sizeof *every_kind, NULL};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* broken.c -- plugins that are wrong in one way each.
 *
 * build.sh compiles this file once for every plugin, with the switches that
 * spoil it; without any it is a plugin that is fine.
 */
#define _XOPEN_SOURCE 700
#include <thalweg/plugin.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef NAME
#define NAME "fine"
#endif
#ifndef MAGIC
#define MAGIC TW_MAGIC
#endif
#ifndef MAJOR
#define MAJOR TW_ABI_MAJOR
#endif
#ifndef MINOR
#define MINOR TW_ABI_MINOR_LATEST
#endif
#ifndef STRUCT_SIZE
#define STRUCT_SIZE sizeof(struct tw_plugin)
#endif
#ifndef PARAM_SIZE
#define PARAM_SIZE sizeof(struct tw_param)
#endif
#ifndef OPS_SIZE
#define OPS_SIZE sizeof ops
#endif
#ifndef KIND
#define KIND TW_DATASET
#endif
#ifndef THREADS
#define THREADS TW_THREADS_INSTANCE
#endif
#ifndef FLAGS
#define FLAGS 0
#endif
#ifndef SUMMARY
#define SUMMARY "Made for the tests of the loader"
#endif
#ifndef LICENSE
#define LICENSE "GPL-3.0-or-later"
#endif
#ifndef DEFAULT
#define DEFAULT "0.5"
#endif
#ifndef HELP
#define HELP "A number between zero and one."
#endif
#ifndef CREATE
#define CREATE create
#endif
#ifndef DESTROY
#define DESTROY destroy
#endif

struct config {
    double rate;
};

static int create(const struct tw_host *host, const void *config, void **self)
{
    static char anything;
    (void)host;
    (void)config;
    *self = &anything;
    return TW_OK;
}

static void destroy(void *self)
{
    (void)self;
}

/* ---- what happens while it is loaded -------------------------------------------- */

#if defined(CRASH)
__attribute__((constructor)) static void on_load(void)
{
    abort();
}
#elif defined(LEAVE)
__attribute__((constructor)) static void on_load(void)
{
    exit(0);
}
#elif defined(HANG)
__attribute__((constructor)) static void on_load(void)
{
    if (HANG > 1) { /* not even its own alarm gets it out */
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_SETMASK, &all, NULL);
    }
    for (;;)
        pause();
}
#elif defined(CHATTY)
__attribute__((constructor)) static void on_load(void)
{
    printf("hello from a plugin\n");
    fflush(stdout);
    fprintf(stderr, "hello from a plugin\n");
}
#elif defined(FAST_MATH)
/* What the start-up code of -ffast-math does, whichever compiler this is. */
__attribute__((constructor)) static void on_load(void)
{
#if defined(__SSE__)
    __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040u);
#elif defined(__aarch64__)
    unsigned long fpcr;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    __asm__ volatile("msr fpcr, %0" : : "r"(fpcr | 1ul << 24));
#endif
}
#elif defined(UNDEFINED)
extern void function_that_nobody_has(void);
__attribute__((constructor)) static void on_load(void)
{
    function_that_nobody_has();
}
#endif

/* ---- what it says about itself ---------------------------------------------------- */

static const struct tw_param params[] = {
#if defined(OUTSIDE)
    {"rate", TW_REAL, 0, 4096, 0, 1, DEFAULT, NULL, NULL, HELP},
#else
    TW_PARAM_REAL(struct config, rate, DEFAULT, 0, 1, NULL, HELP),
#endif
#if defined(DUPLICATE)
    TW_PARAM_REAL(struct config, rate, DEFAULT, 0, 1, NULL, HELP),
#endif
    TW_PARAM_END};

#if defined(REDUCER)
static int fit(void *self, const struct tw_data *train, size_t *n_features)
{
    (void)self;
    *n_features = train->n_features;
    return TW_OK;
}
static int plane(void *self, const struct tw_objective *f, const struct tw_path *const *paths,
                 size_t n_paths, const double *theta, size_t index, const double *through,
                 struct tw_plane *out)
{
    (void)self, (void)f, (void)paths, (void)n_paths, (void)theta, (void)index, (void)through;
    (void)out;
    return TW_DONE;
}
static const struct tw_reducer_ops ops = {
    .struct_size = OPS_SIZE, .fit = REDUCER ? fit : NULL, .plane = REDUCER ? plane : NULL};
#else
static int load(void *self, uint32_t split, struct tw_data *out)
{
    (void)self;
    (void)split;
    (void)out;
    return TW_DONE;
}
#if defined(NO_LOAD)
#define LOAD NULL
#else
#define LOAD load
#endif
static const struct tw_dataset_ops ops = {.struct_size = OPS_SIZE, .load = LOAD};
#endif

#if defined(UNAVAILABLE)
static const char *no_abacus(void)
{
    return "no abacus found";
}
#define WHY_NOT no_abacus
#else
#define WHY_NOT NULL
#endif

#if defined(NO_SYMBOL)
#define thalweg_plugin thalweg_plugout
TW_EXPORT extern const struct tw_plugin thalweg_plugin;
#endif

const struct tw_plugin thalweg_plugin = {
    .magic = MAGIC,
    .abi_major = MAJOR,
    .abi_minor = MINOR,
    .struct_size = STRUCT_SIZE,
    .param_size = PARAM_SIZE,
    .kind = KIND,
    .threads = THREADS,
    .flags = FLAGS,
    .name = NAME,
    .version = "1.0",
    .summary = SUMMARY,
    .license = LICENSE,
    .config_size = sizeof(struct config),
    .params = params,
    .unavailable = WHY_NOT,
    .create = CREATE,
    .destroy = DESTROY,
#if defined(NO_OPS)
    .ops.any = NULL,
#else
    .ops.any = &ops,
#endif
};

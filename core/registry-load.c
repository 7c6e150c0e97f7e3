/* SPDX-License-Identifier: GPL-3.0-or-later */
/* registry-load.c -- is this file a plugin that we can trust to be called?
 *
 * The order matters: each check only reads what the ones before have made
 * readable.  Magic and versions come first, since they say how to read the
 * rest; sizes next, since they say how much of the rest there is.  After that
 * only the host's copies are looked at.
 */
#define _XOPEN_SOURCE 700
#include "registry-private.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#ifdef __ELF__
#include <link.h>
#endif
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* No struct of the interface comes near; a larger one is garbage. */
#define SIZE_LIMIT   16384u
#define CONFIG_LIMIT (1u << 20)

/* Bytes of T up to and including member m: the size that T had when m was its
 * last member.  Thus what the first minor version had is always there. */
#define UP_TO(T, m) (offsetof(T, m) + sizeof(((T *)0)->m))

struct reason {
    char *text;
    size_t size;
};

__attribute__((format(printf, 2, 3))) static int refuse(struct reason *why, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why->text, why->size, fmt, ap);
    va_end(ap);
    return -1;
}

/* ---- floating-point mode ------------------------------------------------------ */

/* gcc before 13 links start-up code into objects made with -ffast-math that
 * flushes denormals to zero, for the whole process, from inside dlopen(). */
struct fpmode {
    fenv_t env;
    unsigned control; /* without the status flags */
};

#if defined(__SSE__)
#define CONTROL_NAME "mxcsr"
static unsigned control_word(void)
{
    return __builtin_ia32_stmxcsr() & ~0x3fu;
}
#elif defined(__aarch64__)
#define CONTROL_NAME "fpcr"
static unsigned control_word(void)
{
    unsigned long fpcr;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    return (unsigned)fpcr;
}
#else
#define CONTROL_NAME "rounding"
static unsigned control_word(void)
{
    return (unsigned)fegetround();
}
#endif

static void fpmode_save(struct fpmode *m)
{
    fegetenv(&m->env);
    m->control = control_word();
}

/* Put the mode back; say into `text` (emptied otherwise) if it was changed. */
static void fpmode_restore(const struct fpmode *m, char *text, size_t size)
{
    unsigned now = control_word();
    fesetenv(&m->env);
    if (now != m->control)
        snprintf(text, size,
                 "changes the floating-point mode: " CONTROL_NAME
                 " %x -> %x; relink it without -ffast-math",
                 m->control, now);
    else
        text[0] = '\0';
}

/* ---- sizes ---------------------------------------------------------------------- */

struct op {
    const char *name;
    size_t offset; /* in the ops struct */
};

struct ops_rule {
    size_t least, size; /* of the first minor; of ours */
    struct op required[4];
};

#define OP(T, m)                                                                                   \
    {                                                                                              \
#m, offsetof(struct T, m)                                                                  \
    }

static const struct ops_rule *ops_rule(uint32_t kind)
{
    static const struct ops_rule rules[] = {
        [TW_DATASET] = {UP_TO(struct tw_dataset_ops, load),
                        sizeof(struct tw_dataset_ops),
                        {OP(tw_dataset_ops, load)}},
        [TW_MODEL] = {UP_TO(struct tw_model_ops, block),
                      sizeof(struct tw_model_ops),
                      {OP(tw_model_ops, bind), OP(tw_model_ops, dim), OP(tw_model_ops, loss)}},
        [TW_OPTIMIZER] = {UP_TO(struct tw_optimizer_ops, step),
                          sizeof(struct tw_optimizer_ops),
                          {OP(tw_optimizer_ops, start), OP(tw_optimizer_ops, step)}},
        [TW_REDUCER] = {UP_TO(struct tw_reducer_ops, plane),
                        sizeof(struct tw_reducer_ops),
                        {{NULL, 0}}},
        [TW_SINK] = {UP_TO(struct tw_sink_ops, write),
                     sizeof(struct tw_sink_ops),
                     {OP(tw_sink_ops, write)}},
    };
    return kind > 0 && kind < sizeof rules / sizeof *rules ? &rules[kind] : NULL;
}

static int check_size(const char *what, size_t size, size_t least, struct reason *why)
{
    if (size < least)
        return refuse(why, "descriptor incomplete: %s is %zu, at least %zu are needed", what, size,
                      least);
    if (size > SIZE_LIMIT)
        return refuse(why, "descriptor is damaged: %s is %zu", what, size);
    return 0;
}

/* The first sixteen bytes decide whether and how the rest may be read. */
static int copy_descriptor(const struct tw_plugin *theirs, struct tw_plugin *ours,
                           struct reason *why)
{
    if (theirs->magic != TW_MAGIC)
        return refuse(why, "thalweg_plugin is not a plugin descriptor: magic is %08x",
                      (unsigned)theirs->magic);
    if (theirs->abi_major != TW_ABI_MAJOR)
        return refuse(why, "built for another ABI: plugin ABI %u, ours %u",
                      (unsigned)theirs->abi_major, (unsigned)TW_ABI_MAJOR);
    if (theirs->abi_minor > TW_ABI_MINOR_LATEST)
        return refuse(why, "needs a newer thalweg: needs ABI %u.%u, ours is %u.%u",
                      (unsigned)theirs->abi_major, (unsigned)theirs->abi_minor,
                      (unsigned)TW_ABI_MAJOR, (unsigned)TW_ABI_MINOR_LATEST);
    if (check_size("struct_size", theirs->struct_size, UP_TO(struct tw_plugin, get_extension),
                   why) < 0 ||
        check_size("param_size", theirs->param_size, UP_TO(struct tw_param, help), why) < 0)
        return -1;
    if (theirs->param_size % _Alignof(struct tw_param))
        return refuse(why, "descriptor is damaged: param_size is %u", (unsigned)theirs->param_size);
    memcpy(ours, theirs, theirs->struct_size < sizeof *ours ? theirs->struct_size : sizeof *ours);
    return 0;
}

static int copy_ops(struct plugin *p, struct reason *why)
{
    const struct ops_rule *rule = ops_rule(p->desc.kind);
    uint32_t size;
    if (!rule)
        return refuse(why, "descriptor incomplete: kind is %u, which we do not know",
                      (unsigned)p->desc.kind);
    if (!p->desc.ops.any)
        return refuse(why, "descriptor incomplete: ops is NULL");
    if ((uintptr_t)p->desc.ops.any % _Alignof(struct tw_model_ops))
        return refuse(why, "descriptor is damaged: ops is not aligned");
    memcpy(&size, p->desc.ops.any, sizeof size);
    if (check_size("ops.struct_size", size, rule->least, why) < 0)
        return -1;
    memcpy(&p->ops, p->desc.ops.any, size < rule->size ? size : rule->size);
    p->desc.ops.any = &p->ops;
    return 0;
}

/* ---- contents --------------------------------------------------------------------- */

/* Present, one line, and of a length that a person wrote. */
static int check_text(const char *what, const char *text, size_t limit, struct reason *why)
{
    if (!text)
        return refuse(why, "descriptor incomplete: %s is NULL", what);
    if (!text[0])
        return refuse(why, "descriptor incomplete: %s is empty", what);
    for (size_t i = 0; text[i]; i++) {
        if (i == limit)
            return refuse(why, "descriptor is damaged: %s is longer than %zu bytes", what, limit);
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return refuse(why, "descriptor is damaged: %s has a control character", what);
    }
    return 0;
}

static int check_texts(const struct tw_plugin *d, struct reason *why)
{
    if (check_text("name", d->name, 64, why) < 0 ||
        check_text("version", d->version, 64, why) < 0 ||
        check_text("summary", d->summary, 200, why) < 0 ||
        check_text("license", d->license, 200, why) < 0 ||
        (d->author && check_text("author", d->author, 200, why) < 0))
        return -1;
    if (d->name[0] < 'a' || d->name[0] > 'z' ||
        d->name[strspn(d->name, "abcdefghijklmnopqrstuvwxyz0123456789-")])
        return refuse(why,
                      "descriptor incomplete: name is '%s', not a small letter and then small "
                      "letters, digits and hyphens",
                      d->name);
    return 0;
}

static int check_functions(const struct plugin *p, struct reason *why)
{
    const struct tw_reducer_ops *reducer = &p->ops.reducer;
    if (!p->desc.create)
        return refuse(why, "descriptor incomplete: create is NULL");
    if (!p->desc.destroy)
        return refuse(why, "descriptor incomplete: destroy is NULL");
    for (const struct op *op = ops_rule(p->desc.kind)->required; op->name; op++) {
        void (*function)(void);
        memcpy(&function, (const char *)&p->ops + op->offset, sizeof function);
        if (!function)
            return refuse(why, "descriptor incomplete: ops.%s is NULL", op->name);
    }
    if (p->desc.kind != TW_REDUCER)
        return 0;
    if (!reducer->transform && !reducer->plane)
        return refuse(why, "descriptor incomplete: ops.transform and ops.plane are both NULL");
    if (!reducer->fit != !reducer->transform)
        return refuse(why, "descriptor incomplete: ops.%s is NULL, but ops.%s is not",
                      reducer->fit ? "transform" : "fit", reducer->fit ? "fit" : "transform");
    return 0;
}

static int check_file_name(const struct plugin *p, struct reason *why)
{
    char wanted[128];
    const char *slash = strrchr(p->path, '/'), *file = slash ? slash + 1 : p->path;
    snprintf(wanted, sizeof wanted, "%s-%s.so", kind_name((int)p->desc.kind), p->desc.name);
    if (strcmp(file, wanted) != 0)
        return refuse(why, "descriptor incomplete: file should be called %s", wanted);
    return 0;
}

static int check_params(struct plugin *p, struct reason *why)
{
    char wrong[512];
    if (p->desc.config_size > CONFIG_LIMIT)
        return refuse(why, "descriptor is damaged: config_size is %zu", p->desc.config_size);
    p->table = (struct table){p->desc.params, p->desc.param_size, NULL};
    if (p->desc.params && schema_verify(&p->table, p->desc.config_size, wrong, sizeof wrong) < 0)
        return refuse(why, "parameter table is wrong: %s", wrong);
    return 0;
}

static int judge(const struct tw_plugin *theirs, struct plugin *p, struct reason *why)
{
    if (copy_descriptor(theirs, &p->desc, why) < 0 || copy_ops(p, why) < 0)
        return -1;
    if (p->desc.threads != TW_THREADS_SERIAL && p->desc.threads != TW_THREADS_INSTANCE)
        return refuse(why, "descriptor incomplete: threads is %u, which we do not know",
                      (unsigned)p->desc.threads);
    if (check_texts(&p->desc, why) < 0 || check_functions(p, why) < 0 ||
        check_file_name(p, why) < 0 || check_params(p, why) < 0)
        return -1;
    return 0;
}

/* ---- the file ------------------------------------------------------------------------ */

#ifdef __ELF__
/* A file that was cut off on its way: the loader maps what is not there, and
 * the first touch of that would end the process. */
static int check_segments(int fd, off_t size, struct reason *why)
{
    ElfW(Ehdr) head;
    ElfW(Phdr) part;
    if (pread(fd, &head, sizeof head, 0) != (ssize_t)sizeof head ||
        memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
        head.e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32) ||
        head.e_phentsize != sizeof part)
        return 0; /* dlopen() says so */
    for (unsigned i = 0; i < head.e_phnum; i++) {
        off_t at = (off_t)(head.e_phoff + i * sizeof part);
        if (pread(fd, &part, sizeof part, at) != (ssize_t)sizeof part ||
            (part.p_type == PT_LOAD &&
             (part.p_offset > (uint64_t)size || part.p_filesz > (uint64_t)size - part.p_offset)))
            return refuse(why, "is cut off: its header asks for more than the %lld bytes it has",
                          (long long)size);
    }
    return 0;
}
#else
static int check_segments(int fd, off_t size, struct reason *why)
{
    (void)fd;
    (void)size;
    (void)why;
    return 0;
}
#endif

/* What dlopen() would put in words of its own, or wait for for ever (a FIFO). */
static int check_file(const char *path, struct reason *why)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return refuse(why, "cannot be read: %s", strerror(errno));
    if (!S_ISREG(st.st_mode))
        return refuse(why, "is %s", S_ISDIR(st.st_mode) ? "a folder, not a file" : "not a file");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return refuse(why, "cannot be read: %s", strerror(errno));
    int rc = check_segments(fd, st.st_size, why);
    close(fd);
    return rc;
}

/* dlerror() without the path that it mostly begins with. */
static const char *loader_words(const char *path)
{
    const char *text = dlerror();
    size_t n = strlen(path);
    if (!text)
        return "no reason given";
    return strncmp(text, path, n) == 0 && text[n] == ':' && text[n + 1] == ' ' ? text + n + 2
                                                                               : text;
}

int plugin_open(const char *path, struct plugin **out, char *fpmode, size_t fpsize, char *why,
                size_t size)
{
    struct reason reason = {why, size};
    struct fpmode mode;
    if (check_file(path, &reason) < 0)
        return -1;
    fpmode_save(&mode);
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    fpmode_restore(&mode, fpmode, fpsize);
    if (!handle)
        return refuse(&reason, "cannot be loaded: %s", loader_words(path));
    const struct tw_plugin *theirs = dlsym(handle, "thalweg_plugin");
    if (!theirs)
        return refuse(&reason, "exports no thalweg_plugin");
    if ((uintptr_t)theirs % _Alignof(struct tw_plugin))
        return refuse(&reason, "thalweg_plugin is not a plugin descriptor: it is not aligned");
    struct plugin *p = calloc(1, sizeof *p);
    if (p)
        p->path = strdup(path);
    if (!p || !p->path) {
        free(p);
        return refuse(&reason, "out of memory");
    }
    if (judge(theirs, p, &reason) < 0) {
        registry_unload(p);
        return -1;
    }
    *out = p;
    return 0;
}

const char *plugin_unavailable(const struct plugin *p)
{
    fenv_t env;
    if (!p->desc.unavailable)
        return NULL;
    fegetenv(&env);
    const char *reason = p->desc.unavailable();
    fesetenv(&env);
    return reason;
}

int registry_load(const char *path, struct plugin **out, char *fpmode, size_t size,
                  struct error *err)
{
    char why[768], change[128];
    struct plugin *p;
    if (plugin_open(path, &p, change, sizeof change, why, sizeof why) < 0)
        return error_set(err, FAULT_PLUGIN, "%s: %s", path, why);
    if (fpmode)
        snprintf(fpmode, size, "%s", change);
    else if (change[0])
        fprintf(stderr, "thalweg: warning: %s: %s (put back)\n", path, change);
    const char *reason = plugin_unavailable(p);
    if (reason) {
        registry_unload(p);
        return error_set(err, FAULT_PLUGIN, "%s: cannot run on this machine: %s", path, reason);
    }
    *out = p;
    return 0;
}

void registry_unload(struct plugin *p)
{
    if (!p)
        return;
    free(p->path);
    free(p);
}

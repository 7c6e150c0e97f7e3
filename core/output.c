/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.c -- see output.h. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void outputs_init(struct outputs *o)
{
    memset(o, 0, sizeof *o);
    pthread_mutex_init(&o->lock, NULL);
}

void outputs_free(struct outputs *o)
{
    outputs_discard(o);
    for (size_t i = 0; i < o->n; i++) {
        free(o->files[i]->final);
        free(o->files[i]->temp);
        free(o->files[i]);
    }
    free(o->files);
    pthread_mutex_destroy(&o->lock);
}

/* Make every folder on the way to the file `path`. */
static int make_folders(const char *path, struct error *err)
{
    char *copy = strdup(path);
    if (!copy)
        return error_nomem(err);
    int rc = 0;
    for (char *p = copy + 1; rc == 0 && (p = strchr(p, '/')); p++) {
        *p = '\0';
        if (mkdir(copy, 0777) < 0 && errno != EEXIST)
            rc = error_set(err, FAULT_RUN, "%s: cannot make the folder: %s", copy, strerror(errno));
        *p = '/';
    }
    free(copy);
    return rc;
}

/* The same folder, so that rename() stays on one file system; the same
 * extension, since libraries choose formats by it. */
static char *temp_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t dir = slash ? (size_t)(slash - path) + 1 : 0;
    int n = snprintf(NULL, 0, "%.*s.tmp-%ld-%s", (int)dir, path, (long)getpid(), path + dir);
    char *temp = n < 0 ? NULL : malloc((size_t)n + 1);
    if (temp)
        snprintf(temp, (size_t)n + 1, "%.*s.tmp-%ld-%s", (int)dir, path, (long)getpid(),
                 path + dir);
    return temp;
}

static struct output_file *add_file(struct outputs *o, const char *path, struct error *err)
{
    for (size_t i = 0; i < o->n; i++)
        if (strcmp(o->files[i]->final, path) == 0) {
            error_set(err, FAULT_PIPELINE, "%s is written twice; give each sink a path of its own",
                      path);
            return NULL;
        }
    struct output_file **more = realloc(o->files, (o->n + 1) * sizeof *more);
    struct output_file *f = calloc(1, sizeof *f);
    if (more)
        o->files = more;
    if (!more || !f || !(f->final = strdup(path)) || !(f->temp = temp_name(path))) {
        if (f)
            free(f->final);
        free(f);
        error_nomem(err);
        return NULL;
    }
    o->files[o->n++] = f;
    return f;
}

static int check_final(const char *path, struct error *err)
{
    struct stat st;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return error_set(err, FAULT_RUN, "%s exists and is not a regular file", path);
    return 0;
}

int outputs_possible(const char *path, struct error *err)
{
    struct stat st;
    char *dir = strdup(path), *slash;
    if (!dir)
        return error_nomem(err);
    int rc = check_final(path, err);
    /* Up to the first folder that exists: the others can be made in it. */
    while (rc == 0 && (slash = strrchr(dir, '/'))) {
        slash[slash == dir] = '\0';
        bool there = stat(dir, &st) == 0;
        if (there && !S_ISDIR(st.st_mode))
            rc = error_set(err, FAULT_RUN, "%s: %s is not a folder", path, dir);
        else if (there && faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) < 0)
            rc = error_set(err, FAULT_RUN, "%s: cannot be written: %s: %s", path, dir,
                           strerror(errno));
        if (there || slash == dir)
            break;
    }
    free(dir);
    return rc;
}

const char *outputs_create(struct outputs *o, const char *path, struct error *err)
{
    if (check_final(path, err) < 0 || make_folders(path, err) < 0)
        return NULL;
    pthread_mutex_lock(&o->lock);
    struct output_file *f = add_file(o, path, err);
    pthread_mutex_unlock(&o->lock);
    if (!f)
        return NULL;
    /* Find out now, not after an hour, that the folder cannot be written. */
    unlink(f->temp);
    int fd = open(f->temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0) {
        error_set(err, FAULT_RUN, "%s: %s", path, strerror(errno));
        f->state = OUTPUT_DISCARDED;
        return NULL;
    }
    close(fd);
    unlink(f->temp);
    return f->temp;
}

static int sync_one(struct output_file *f, struct error *err)
{
    int fd = open(f->temp, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set(err, FAULT_RUN, "%s was announced but not written: %s", f->final,
                         strerror(errno));
    int rc = fsync(fd);
    if (rc < 0)
        error_set(err, FAULT_RUN, "%s: %s", f->final, strerror(errno));
    close(fd);
    return rc;
}

static int rename_one(struct output_file *f, struct error *err)
{
    if (rename(f->temp, f->final) < 0)
        return error_set(err, FAULT_RUN, "%s: %s", f->final, strerror(errno));
    f->state = OUTPUT_COMMITTED;
    return 0;
}

/* All are on the disk before the first one gets its name. */
int outputs_commit(struct outputs *o, struct error *err)
{
    int rc = 0;
    pthread_mutex_lock(&o->lock);
    for (size_t i = 0; i < o->n && rc == 0; i++)
        if (o->files[i]->state == OUTPUT_PENDING)
            rc = sync_one(o->files[i], err);
    for (size_t i = 0; i < o->n && rc == 0; i++)
        if (o->files[i]->state == OUTPUT_PENDING)
            rc = rename_one(o->files[i], err);
    pthread_mutex_unlock(&o->lock);
    if (rc < 0)
        outputs_discard(o);
    return rc;
}

void outputs_discard(struct outputs *o)
{
    pthread_mutex_lock(&o->lock);
    for (size_t i = 0; i < o->n; i++)
        if (o->files[i]->state == OUTPUT_PENDING) {
            unlink(o->files[i]->temp);
            o->files[i]->state = OUTPUT_DISCARDED;
        }
    pthread_mutex_unlock(&o->lock);
}

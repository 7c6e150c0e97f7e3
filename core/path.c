/* SPDX-License-Identifier: GPL-3.0-or-later */
/* path.c -- see path.h. */
#define _XOPEN_SOURCE 700
#include "path.h"

#include "arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Bytes by which the file grows, or one point if that is more. */
#define SEGMENT ((size_t)64 << 20)

void path_init(struct path *p, size_t dim)
{
    *p = (struct path){
        .name = "training", .dim = dim, .limit = memory_size() / 4, .most = 0.8 * memory_size()};
}

const char *path_folder(void)
{
    const char *folder = getenv("TMPDIR");
    if (folder && folder[0])
        return folder;
    return access("/var/tmp", W_OK | X_OK) == 0 ? "/var/tmp" : "/tmp";
}

enum path_place path_place(const struct path *p, double n)
{
    double bytes = n * (double)p->dim * sizeof(double);
    struct statvfs disk;
    if (bytes <= p->limit)
        return PATH_MEMORY;
    if (statvfs(path_folder(), &disk) == 0 &&
        bytes - p->limit <= 0.95 * (double)disk.f_bavail * (double)disk.f_frsize)
        return PATH_FILE;
    return bytes <= p->most ? PATH_MEMORY : PATH_NOWHERE;
}

/* ---- the file ---- */

static int open_file(struct path *p)
{
    const char *folder = path_folder();
    size_t size = strlen(folder) + sizeof "/thalweg-XXXXXX";
    char *name = malloc(size);
    if (!name)
        return ENOMEM;
    snprintf(name, size, "%s/thalweg-XXXXXX", folder);
    p->fd = mkstemp(name);
    int rc = p->fd < 0 ? errno : 0;
    p->has_file = rc == 0;
    if (rc == 0) {
        unlink(name);
        fcntl(p->fd, F_SETFD, FD_CLOEXEC);
    }
    free(name);
    return rc;
}

/* One more segment.  Its blocks are allotted now, so that no later write finds the disk full. */
static int grow(struct path *p)
{
    size_t row = p->dim * sizeof(double), page = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = (row > SEGMENT ? row : SEGMENT / row * row) + page - 1;
    struct segment *more = realloc(p->segment, (p->n_segments + 1) * sizeof *more);
    if (!more)
        return ENOMEM;
    p->segment = more;
    size -= size % page;
    off_t end = lseek(p->fd, 0, SEEK_END);
    int rc = end < 0 ? errno : EINTR;
    while (rc == EINTR)
        rc = posix_fallocate(p->fd, end, (off_t)size);
    if (rc != 0)
        return rc;
    void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, p->fd, end);
    if (base == MAP_FAILED)
        return errno;
    p->segment[p->n_segments++] = (struct segment){base, size};
    p->at = 0;
    return 0;
}

/* Room for one row in the file; NULL: file_errno says why not. */
static double *from_file(struct path *p)
{
    size_t row = p->dim * sizeof(double);
    if (p->file_errno == 0 && !p->has_file)
        p->file_errno = open_file(p);
    if (p->file_errno == 0 &&
        (p->n_segments == 0 || p->segment[p->n_segments - 1].size - p->at < row))
        p->file_errno = grow(p);
    if (p->file_errno != 0)
        return NULL;
    double *at = (double *)(void *)(p->segment[p->n_segments - 1].base + p->at);
    p->at += row;
    return at;
}

/* ---- all ---- */

static double *from_memory(struct path *p, double limit)
{
    double row = (double)p->dim * sizeof(double);
    double *at = p->used + row <= limit ? malloc(p->dim * sizeof *at) : NULL;
    if (at)
        p->used += row;
    return at;
}

static int make_room(struct path *p)
{
    if (p->n < p->room)
        return 0;
    size_t room = p->room ? 2 * p->room : 64;
    void *theta = realloc(p->theta, room * sizeof *p->theta);
    if (theta)
        p->theta = theta;
    void *in_file = realloc(p->in_file, room * sizeof *p->in_file);
    if (in_file)
        p->in_file = in_file;
    void *loss = realloc(p->loss, room * sizeof *p->loss);
    if (loss)
        p->loss = loss;
    void *step = realloc(p->step, room * sizeof *p->step);
    if (step)
        p->step = step;
    if (!theta || !in_file || !loss || !step)
        return -1;
    p->room = room;
    return 0;
}

int path_add(struct path *p, const double *theta, double loss, uint64_t step, struct error *err)
{
    if (make_room(p) < 0)
        return error_nomem(err);
    double *copy = from_memory(p, p->limit);
    bool in_file = !copy && (copy = from_file(p));
    if (!copy)
        copy = from_memory(p, p->most);
    if (!copy)
        return error_set(
            err, FAULT_RUN,
            "no room after %zu checkpoints of %zu parameters, neither in memory nor in "
            "%s (%s); record fewer (optimizer: record_every)",
            p->n, p->dim, path_folder(), strerror(p->file_errno));
    p->theta[p->n] = memcpy(copy, theta, p->dim * sizeof *copy);
    p->in_file[p->n] = in_file;
    p->loss[p->n] = loss;
    p->step[p->n++] = step;
    return 0;
}

struct tw_path path_view(const struct path *p)
{
    return (struct tw_path){
        .struct_size = sizeof(struct tw_path),
        .n = p->n,
        .dim = p->dim,
        .theta = (const double *const *)p->theta,
        .loss = p->loss,
        .step = p->step,
        .name = p->name,
    };
}

void path_free(struct path *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (!p->in_file[i])
            free(p->theta[i]);
    for (size_t i = 0; i < p->n_segments; i++)
        munmap(p->segment[i].base, p->segment[i].size);
    if (p->has_file)
        close(p->fd);
    free(p->segment);
    free(p->theta);
    free(p->in_file);
    free(p->loss);
    free(p->step);
    *p = (struct path){0};
}

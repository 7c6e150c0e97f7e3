/* SPDX-License-Identifier: GPL-3.0-or-later */
/* path.h -- the trajectory: the points an optimizer went through.
 *
 *     path_init    for points of `dim` parameters
 *     path_place   where so many points would go
 *     path_add     copy one point
 *     path_view    all of them, as plugins see them; until the next path_add
 *     path_free
 *
 * The first points are kept in memory, up to `limit` bytes; those after them in a temporary file
 * without a name, mapped into memory, so that the kernel keeps of it what there is room for.  Where
 * the file cannot grow, memory is used up to `most` bytes.  A point stays where it is.
 */
#ifndef CORE_PATH_H
#define CORE_PATH_H

#include "error.h"

#include <stdbool.h>
#include <stdint.h>
#include <thalweg/plugin.h>

struct segment { /* of the file, mapped */
    unsigned char *base;
    size_t size;
};

struct path {
    const char *name; /* of the run, of longer life; path_init says "training" */
    size_t dim, n, room;
    double **theta; /* n rows of dim */
    bool *in_file;  /* n: where this row is */
    double *loss;
    uint64_t *step;
    double limit, most; /* bytes; path_init takes a quarter of the machine's memory and 0.8 of it */
    double used;        /* bytes in memory */
    bool has_file;
    int fd;         /* of the file, if there is one */
    int file_errno; /* why it could not be made or grow; 0: it can */
    struct segment *segment;
    size_t n_segments;
    size_t at; /* bytes used of the last segment */
};

enum path_place { PATH_MEMORY, PATH_FILE, PATH_NOWHERE };

void path_init(struct path *p, size_t dim);

/* Where `n` points find room; PATH_FILE: in memory and in the file. */
enum path_place path_place(const struct path *p, double n);

/* The folder of the file: TMPDIR, else /var/tmp, which is not kept in memory. */
const char *path_folder(void);

int path_add(struct path *p, const double *theta, double loss, uint64_t step, struct error *err);
struct tw_path path_view(const struct path *p);
void path_free(struct path *p);

#endif

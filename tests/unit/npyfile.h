/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npyfile.h -- an .npy file to be read by a plugin: write_npy() makes it, unlink() removes it. */
#ifndef TESTS_NPYFILE_H
#define TESTS_NPYFILE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A version 1.0 file of `n` bytes of numbers, of a type such as "<f8" and a shape such as "(2, 3)",
 * under a new name, which goes to `path`. */
static inline void write_npy(char path[32], const char *type, const char *shape, const void *v,
                             size_t n)
{
    char header[128];
    unsigned char length[2] = {0, 0};
    FILE *to;
    int used, fd;

    strcpy(path, "/tmp/thalweg-test-XXXXXX");
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    to = fdopen(fd, "wb");
    ck_assert_ptr_nonnull(to);
    used = snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }",
                    type, shape);
    while ((10 + used + 1) % 64)
        header[used++] = ' ';
    header[used++] = '\n';
    length[0] = (unsigned char)used;
    fwrite("\x93NUMPY\x01\x00", 1, 8, to);
    fwrite(length, 1, 2, to);
    fwrite(header, 1, (size_t)used, to);
    fwrite(v, 1, n, to);
    ck_assert_int_eq(fclose(to), 0);
}

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sha256.h -- SHA-256 (FIPS 180-4), for provenance. */
#ifndef CORE_SHA256_H
#define CORE_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
    uint32_t state[8];
    uint64_t bytes;
    unsigned char block[64];
};

void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *data, size_t n);
void sha256_hex(struct sha256 *s, char hex[65]); /* ends it */

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csvtext.h -- comma-separated text, row by row (RFC 4180).
 *
 *     struct csv c;
 *     int rc = csv_open(host, path, ',', &c);
 *     while (rc == TW_OK && (rc = csv_next(&c)) == TW_OK)
 *         ... c.cell[0 .. c.n - 1], c.line ...
 *     csv_close(&c);                   rc is TW_DONE if all went well
 *
 * The file, plain or gzip, is held in memory and cut up in place, so cells
 * live until csv_close().  A field in quotes may hold the delimiter, line ends
 * and doubled quotes.  A byte order mark is skipped, so are empty lines; lines
 * end with LF, CR LF or CR.  Every failure has been reported with host->fail().
 */
#ifndef UTIL_CSVTEXT_H
#define UTIL_CSVTEXT_H

#include <thalweg/plugin.h>

struct csv {
    const struct tw_host *host;
    const char *path; /* the caller's */
    char delimiter;
    char *text, *at, *end;
    char **cell; /* of the current row: n texts in UTF-8 */
    size_t n, room;
    size_t line;      /* where the current row begins, from 1 */
    size_t next_line; /* where the next one will */
    double done;      /* fraction of the file that has been read, in [0,1] */
};

/* On failure there is nothing to close. */
int csv_open(const struct tw_host *host, const char *path, char delimiter, struct csv *out);
void csv_close(struct csv *c);

/* The next row: TW_OK, TW_DONE after the last, or a failure. */
int csv_next(struct csv *c);

/* Whether the whole of `text`, blanks around it aside, is a finite decimal
 * number.  Correctly rounded, as strtod(). */
bool csv_number(const char *text, double *out);

/* `text` ready for a message: at most 40 bytes of it, "..." where it was cut. */
#define CSV_QUOTE_SIZE 48
const char *csv_quote(const char *text, char buf[CSV_QUOTE_SIZE]);

#endif

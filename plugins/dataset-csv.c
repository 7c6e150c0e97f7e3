/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dataset-csv.c -- examples from comma-separated text, one per row.
 *
 * One column is the label, those of `ignore` are left out, all others are
 * features: finite numbers.  Columns go by the name in the header or by number:
 * 0 is the first, -1 the last; a name that looks like a number wins.
 *
 * Classes are the distinct labels of the training file: in ascending order if
 * all of them are numbers ("1" and "1.0" are the same then), else in the byte
 * order of the texts.  Blanks around labels and names do not count.
 *
 * `header: auto` takes the first row for a header when one of the columns is
 * asked for by name, or when none of its features is a number.
 */
#define _POSIX_C_SOURCE 200809L

#include <thalweg/plugin.h>

#include "util/csvtext.h"
#include "util/split.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_AUTO, HEADER_TRUE, HEADER_FALSE };
enum { TASK_CLASSIFY, TASK_REGRESS };

static const char *const headers[] = {"auto", "true", "false", NULL};
static const char *const tasks[] = {"classify", "regress", NULL};

struct config {
    const char *path, *test_path;
    int header; /* HEADER_* */
    const char *delimiter, *label;
    int task; /* TASK_* */
    struct tw_strings ignore;
};

/* What the columns are, decided by the training file. */
struct layout {
    size_t n_columns, n_features, label;
    bool header;
    bool *ignored;             /* n_columns; the label is not among them */
    char **name;               /* n_columns, or NULL without a header */
    const char **feature_name; /* n_features of `name`, or NULL */
};

struct table {
    const struct tw_host *host;
    const struct config *cfg;
    struct layout layout;
    struct classes classes;
    struct split split[2];
};

/* ---- life ------------------------------------------------------------------ */

static void layout_free(struct layout *l)
{
    for (size_t i = 0; l->name && i < l->n_columns; i++)
        free(l->name[i]);
    free(l->name);
    free(l->feature_name);
    free(l->ignored);
    *l = (struct layout){0};
}

static int csv_create(const struct tw_host *host, const void *cfg, void **self)
{
    struct table *s = calloc(1, sizeof *s);
    if (!s)
        return host->fail(host, TW_ENOMEM, "out of memory");
    s->host = host;
    s->cfg = cfg;
    *self = s;
    return TW_OK;
}

static void csv_destroy(void *self)
{
    struct table *s = self;
    split_free(&s->split[TW_TRAIN]);
    split_free(&s->split[TW_TEST]);
    classes_free(&s->classes);
    layout_free(&s->layout);
    free(s);
}

/* The character that `delimiter` stands for, 0 if it may not be one. */
static char delimiter_of(const char *text)
{
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
        return '\t';
    return strlen(text) == 1 && !strchr("\"\n\r.+-0123456789", *text) && (unsigned char)*text < 128
               ? *text
               : 0;
}

static const char *csv_check(const void *cfg)
{
    const struct config *c = cfg;
    if (delimiter_of(c->delimiter) == 0)
        return "delimiter must be one ASCII character, such as ',' or ';', or the word tab";
    return NULL;
}

/* ---- columns --------------------------------------------------------------- */

static char *trim(char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    size_t n = strlen(text);
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
        text[--n] = 0;
    return text;
}

/* A column by its number; false when `text` is no number or there is none such. */
static bool column_by_number(const char *text, size_t n_columns, size_t *out)
{
    char *end = NULL;
    long v = strtol(text, &end, 10);
    if (end == text || *end != 0)
        return false;
    size_t back = v < 0 ? (size_t) - (v + 1) + 1 : 0;
    if (v < 0 ? back > n_columns : (size_t)v >= n_columns)
        return false;
    *out = v < 0 ? n_columns - back : (size_t)v;
    return true;
}

static bool looks_like_number(const char *text)
{
    char *end = NULL;
    (void)strtol(text, &end, 10);
    return end != text && *end == 0;
}

/* In the row at hand, which is the header if `header`. */
static bool find_column(const struct csv *c, bool header, const char *text, size_t *out)
{
    for (size_t i = 0; header && i < c->n; i++)
        if (strcmp(c->cell[i], text) == 0) {
            *out = i;
            return true;
        }
    return column_by_number(text, c->n, out);
}

static int no_column(const struct tw_host *host, const struct csv *c, bool header, const char *key,
                     const char *text)
{
    char quoted[CSV_QUOTE_SIZE], first[CSV_QUOTE_SIZE];
    csv_quote(text, quoted);
    if (header)
        return host->fail(host, TW_EINVAL,
                          "%s: \"%s\" is no column of %s; columns are the names in its first line "
                          "(\"%s\", ...) or the numbers 0 to %zu",
                          key, quoted, c->path, csv_quote(c->cell[0], first), c->n - 1);
    return host->fail(host, TW_EINVAL,
                      "%s: \"%s\" is no column of %s; without a header columns are the numbers 0 "
                      "to %zu, or -1 for the last",
                      key, quoted, c->path, c->n - 1);
}

/* Mark the label and the columns left out. */
static int pick_columns(const struct table *s, const struct csv *c, struct layout *l)
{
    const struct tw_host *host = s->host;
    const struct config *cfg = s->cfg;

    if (!find_column(c, l->header, cfg->label, &l->label))
        return no_column(host, c, l->header, "label", cfg->label);
    for (size_t k = 0; k < cfg->ignore.n; k++) {
        size_t i = 0;
        if (!find_column(c, l->header, cfg->ignore.v[k], &i))
            return no_column(host, c, l->header, "ignore", cfg->ignore.v[k]);
        if (i == l->label)
            return host->fail(host, TW_EINVAL, "ignore: column \"%.40s\" is the label",
                              cfg->ignore.v[k]);
        l->ignored[i] = true;
    }
    l->n_features = 0;
    for (size_t i = 0; i < c->n; i++)
        l->n_features += i != l->label && !l->ignored[i];
    if (l->n_features == 0)
        return host->fail(host, TW_EINVAL,
                          "%s has %zu columns, and none is left as a feature (is the delimiter "
                          "right?)",
                          c->path, c->n);
    return TW_OK;
}

/* Is the first row a header?  Its columns have been picked by number. */
static int guess_header(const struct table *s, const struct csv *c, struct layout *l)
{
    size_t numbers = 0;
    double v;
    for (size_t i = 0; i < c->n; i++)
        numbers += i != l->label && !l->ignored[i] && csv_number(c->cell[i], &v);
    l->header = numbers == 0;
    if (numbers > 0 && numbers < l->n_features)
        return s->host->fail(s->host, TW_EINVAL,
                             "%s:%zu: the first row has both numbers and other texts; say header: "
                             "true or header: false",
                             c->path, c->line);
    return TW_OK;
}

static int keep_names(const struct table *s, const struct csv *c, struct layout *l)
{
    size_t k = 0;
    l->name = calloc(c->n, sizeof *l->name);
    l->feature_name = calloc(l->n_features, sizeof *l->feature_name);
    if (!l->name || !l->feature_name)
        return s->host->fail(s->host, TW_ENOMEM, "out of memory");
    for (size_t i = 0; i < c->n; i++) {
        l->name[i] = strdup(c->cell[i]);
        if (!l->name[i])
            return s->host->fail(s->host, TW_ENOMEM, "out of memory");
        if (i != l->label && !l->ignored[i])
            l->feature_name[k++] = l->name[i];
    }
    return TW_OK;
}

/* From the first row of the training file. */
static int make_layout(const struct table *s, const struct csv *c, struct layout *l)
{
    const struct config *cfg = s->cfg;
    bool by_name = !looks_like_number(cfg->label);

    l->n_columns = c->n;
    l->ignored = calloc(c->n, sizeof *l->ignored);
    if (!l->ignored)
        return s->host->fail(s->host, TW_ENOMEM, "out of memory");
    for (size_t k = 0; k < cfg->ignore.n; k++)
        by_name = by_name || !looks_like_number(cfg->ignore.v[k]);
    for (size_t i = 0; i < c->n; i++)
        c->cell[i] = trim(c->cell[i]);

    l->header = cfg->header == HEADER_TRUE || (cfg->header == HEADER_AUTO && by_name);
    int rc = pick_columns(s, c, l);
    if (rc == TW_OK && cfg->header == HEADER_AUTO && !by_name) {
        rc = guess_header(s, c, l);
        /* Names that look like numbers: these columns may be others. */
        if (rc == TW_OK && l->header) {
            memset(l->ignored, 0, c->n * sizeof *l->ignored);
            rc = pick_columns(s, c, l);
        }
    }
    if (rc == TW_OK && l->header)
        rc = keep_names(s, c, l);
    return rc;
}

/* The first row of the test file must be like that of the training file. */
static int check_layout(const struct table *s, const struct csv *c)
{
    const struct layout *l = &s->layout;
    char here[CSV_QUOTE_SIZE], there[CSV_QUOTE_SIZE];

    if (c->n != l->n_columns)
        return s->host->fail(s->host, TW_EINVAL, "%s:%zu: %zu columns; %s has %zu", c->path,
                             c->line, c->n, s->cfg->path, l->n_columns);
    for (size_t i = 0; l->header && i < c->n; i++)
        if (strcmp(trim(c->cell[i]), l->name[i]) != 0)
            return s->host->fail(s->host, TW_EINVAL,
                                 "%s:%zu: column %zu (from 0) is \"%s\"; in %s it is \"%s\"",
                                 c->path, c->line, i, csv_quote(c->cell[i], here), s->cfg->path,
                                 csv_quote(l->name[i], there));
    return TW_OK;
}

/* ---- rows ------------------------------------------------------------------ */

/* The rows of one file while they are read. */
struct rows {
    size_t n, room;
    float *x;
    const char **label; /* TASK_CLASSIFY: texts of the csv */
    double *target;     /* TASK_REGRESS */
};

static int grow(const struct table *s, const struct csv *c, struct rows *r)
{
    size_t room = r->room ? r->room * 2 : 256, width = s->layout.n_features;
    if (r->n == SPLIT_MAX_ROWS)
        return s->host->fail(s->host, TW_EINVAL, "%s has more than %zu rows", c->path,
                             SPLIT_MAX_ROWS);
    if (room > SIZE_MAX / 8 / width)
        return s->host->fail(s->host, TW_ENOMEM, "out of memory for %s", c->path);
    float *x = realloc(r->x, room * width * sizeof *x);
    if (x)
        r->x = x;
    bool ok = x != NULL;
    if (ok && s->cfg->task == TASK_CLASSIFY) {
        const char **label = realloc(r->label, room * sizeof *label);
        r->label = label ? label : r->label;
        ok = label != NULL;
    } else if (ok) {
        double *target = realloc(r->target, room * sizeof *target);
        r->target = target ? target : r->target;
        ok = target != NULL;
    }
    if (!ok)
        return s->host->fail(s->host, TW_ENOMEM, "out of memory for %zu rows of %s", room, c->path);
    r->room = room;
    return TW_OK;
}

static int bad_cell(const struct table *s, const struct csv *c, size_t i, const char *what)
{
    const struct layout *l = &s->layout;
    char quoted[CSV_QUOTE_SIZE], name[CSV_QUOTE_SIZE];
    csv_quote(c->cell[i], quoted);
    if (l->header)
        return s->host->fail(s->host, TW_EIO, "%s:%zu: column \"%s\" is \"%s\"; %s", c->path,
                             c->line, csv_quote(l->name[i], name), quoted, what);
    return s->host->fail(s->host, TW_EIO, "%s:%zu: column %zu (from 0) is \"%s\"; %s", c->path,
                         c->line, i, quoted, what);
}

static int add_row(const struct table *s, const struct csv *c, struct rows *r)
{
    const struct layout *l = &s->layout;
    double v;

    if (c->n != l->n_columns)
        return s->host->fail(s->host, TW_EIO, "%s:%zu: %zu columns; the first row has %zu", c->path,
                             c->line, c->n, l->n_columns);
    if (r->n == r->room) {
        int rc = grow(s, c, r);
        if (rc < 0)
            return rc;
    }
    float *x = r->x + r->n * l->n_features;
    for (size_t i = 0; i < c->n; i++) {
        if (i == l->label || l->ignored[i])
            continue;
        if (!csv_number(c->cell[i], &v) || fabs(v) > FLT_MAX)
            return bad_cell(s, c, i,
                            "features are finite numbers up to 3.4e38 (leave a column out with "
                            "ignore)");
        *x++ = (float)v;
    }
    if (s->cfg->task == TASK_CLASSIFY) {
        r->label[r->n] = trim(c->cell[l->label]);
        if (*r->label[r->n] == 0)
            return bad_cell(s, c, l->label, "every row needs a label");
    } else if (!csv_number(c->cell[l->label], &r->target[r->n])) {
        return bad_cell(s, c, l->label, "the value to predict is a finite number");
    }
    r->n++;
    return TW_OK;
}

/* All rows from the current one on; the last csv_next() gave `rc`. */
static int read_rows(const struct table *s, struct csv *c, int rc, struct rows *r)
{
    for (; rc == TW_OK; rc = csv_next(c)) {
        rc = add_row(s, c, r);
        if (rc < 0)
            return rc;
        if (r->n % 1024 == 0 && s->host->tick(s->host, c->done, "reading"))
            return TW_ECANCELLED;
    }
    if (rc == TW_DONE && r->n == 0)
        return s->host->fail(s->host, TW_EIO, "%s has no rows of data", c->path);
    return rc < 0 ? rc : TW_OK;
}

/* ---- labels ---------------------------------------------------------------- */

static int make_classes(struct table *s, const char *path, const struct rows *r)
{
    double *number = split_array(s->host, r->n, sizeof *number, path);
    size_t i = 0;

    if (!number)
        return TW_ENOMEM;
    classes_free(&s->classes);
    while (i < r->n && csv_number(r->label[i], &number[i]))
        i++;
    int rc = i == r->n ? classes_of_numbers(s->host, path, number, r->n, &s->classes)
                       : classes_of_texts(s->host, path, r->label, r->n, &s->classes);
    free(number);
    return rc;
}

static int set_labels(const struct table *s, const char *path, const struct rows *r,
                      struct split *split)
{
    const struct classes *k = &s->classes;
    double v = 0;

    split->label = split_array(s->host, r->n, sizeof *split->label, path);
    if (!split->label)
        return TW_ENOMEM;
    for (size_t i = 0; i < r->n; i++) {
        size_t class = SIZE_MAX;
        if (!k->value)
            class = classes_find_text(k, r->label[i]);
        else if (csv_number(r->label[i], &v))
            class = classes_find_number(k, v);
        if (class == SIZE_MAX) {
            char list[200], quoted[CSV_QUOTE_SIZE];
            return s->host->fail(s->host, TW_EINVAL,
                                 "%s: label \"%s\" of row %zu (from 0) is not among those of %s: "
                                 "%s",
                                 path, csv_quote(r->label[i], quoted), i, s->cfg->path,
                                 classes_list(k, list, sizeof list));
        }
        split->label[i] = (int32_t) class;
    }
    return TW_OK;
}

/* ---- load ------------------------------------------------------------------ */

/* Rows to split; what is handed over is no longer in `r`. */
static int finish(struct table *s, bool test, const char *path, struct rows *r, struct split *split)
{
    size_t width = s->layout.n_features;
    float *x = realloc(r->x, r->n * width * sizeof *x);

    split->x = x ? x : r->x;
    r->x = NULL;
    split->n_rows = r->n;
    split->n_features = width;
    if (s->cfg->task == TASK_REGRESS) {
        split->target = r->target;
        split->n_targets = 1;
        r->target = NULL;
        return TW_OK;
    }
    int rc = test ? TW_OK : make_classes(s, path, r);
    return rc < 0 ? rc : set_labels(s, path, r, split);
}

static int load_split(struct table *s, uint32_t which)
{
    struct split *split = &s->split[which];
    bool test = which == TW_TEST;
    const char *path = test ? s->cfg->test_path : s->cfg->path;
    struct rows r = {0};
    struct csv c;

    if (split->loaded)
        return TW_OK;
    split_free(split);
    int rc = csv_open(s->host, path, delimiter_of(s->cfg->delimiter), &c);
    if (rc < 0)
        return rc;
    rc = csv_next(&c);
    if (rc == TW_DONE)
        rc = s->host->fail(s->host, TW_EIO, "%s has no rows of data", path);
    if (rc == TW_OK && !test) {
        layout_free(&s->layout);
        rc = make_layout(s, &c, &s->layout);
    } else if (rc == TW_OK) {
        rc = check_layout(s, &c);
    }
    if (rc == TW_OK && s->layout.header)
        rc = csv_next(&c);
    if (rc >= 0)
        rc = read_rows(s, &c, rc, &r);
    if (rc == TW_OK)
        rc = finish(s, test, path, &r, split);
    free(r.x);
    free(r.label);
    free(r.target);
    csv_close(&c);
    split->loaded = rc == TW_OK;
    return rc;
}

static int csv_load(void *self, uint32_t which, struct tw_data *out)
{
    struct table *s = self;
    if (which > TW_TEST || (which == TW_TEST && !s->cfg->test_path))
        return TW_DONE;
    /* The training file says what the columns and classes of both are. */
    int rc = load_split(s, TW_TRAIN);
    if (rc == TW_OK)
        rc = load_split(s, which);
    if (rc < 0)
        return rc;
    split_to_data(&s->split[which], s->cfg->task == TASK_CLASSIFY ? &s->classes : NULL,
                  s->layout.feature_name, out);
    return TW_OK;
}

/* ---- descriptor ------------------------------------------------------------ */

static const struct tw_dataset_ops ops = {
    .struct_size = sizeof ops,
    .load = csv_load,
};

static const struct tw_param params[] = {
    TW_PARAM_PATH(struct config, path, NULL, "Training examples, one per row, plain or gzip."),
    TW_PARAM_PATH(struct config, test_path, "null",
                  "Test examples with the same columns; null: no test split."),
    TW_PARAM_CHOICE(struct config, header, "auto", headers,
                    "Whether the first row holds the names of the columns."),
    TW_PARAM_STRING(struct config, delimiter, "','", "One character between cells, or tab."),
    TW_PARAM_STRING(struct config, label, "'-1'",
                    "Column of what to predict: its name, or its number from 0, or -1 for the "
                    "last."),
    TW_PARAM_CHOICE(struct config, task, "classify", tasks,
                    "Whether labels are classes or values to predict."),
    TW_PARAM_STRINGS(struct config, ignore, "[]", "Columns to leave out, by name or number."),
    TW_PARAM_END,
};

const struct tw_plugin thalweg_plugin = {
    TW_PLUGIN_HEAD(TW_DATASET),
    .threads = TW_THREADS_INSTANCE,
    .name = "csv",
    .version = "0.1.0",
    .summary = "Examples from a CSV file, one per row",
    .author = "the Thalweg authors",
    .license = "GPL-3.0-or-later",
    .config_size = sizeof(struct config),
    .params = params,
    .check = csv_check,
    .create = csv_create,
    .destroy = csv_destroy,
    .ops.dataset = &ops,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd-info.c -- one plugin, or one section of a pipeline: what it is, and the
 * keys that it takes.
 *
 * The same tables three ways: for people, as YAML to paste into a pipeline, and
 * as Markdown, from which the pipeline reference is made.
 */
#include "commands.h"
#include "model.h"
#include "plan.h"
#include "registry-private.h"

#include <stdlib.h>
#include <string.h>

struct subject {
    const struct plugin *plugin;
    const char *unavailable; /* NULL: it can run */
    struct table host_keys;  /* params NULL: none */
    const char *offers[2];   /* extensions, whole: their ids; NULL: no more */
};

/* ---- the argument ------------------------------------------------------------ */

/* "mlp" alone: the kind can be found out, so say it. */
static int no_kind(const struct registry *r, const char *text, struct error *err)
{
    struct arena mem = {0};
    struct error ignored = {0};
    struct plugin_file *files;
    size_t n;
    if (registry_files(r, 0, &mem, &files, &n, &ignored) == 0)
        for (size_t i = 0; i < n; i++)
            if (strcmp(files[i].name, text) == 0) {
                error_set(err, FAULT_PIPELINE, "'%s' is not KIND-NAME; did you mean %s-%s?", text,
                          kind_name((int)files[i].kind), text);
                break;
            }
    arena_free(&mem);
    return error_set(err, FAULT_PIPELINE,
                     "'%s' is not KIND-NAME, where KIND is dataset, model, optimizer, reducer or "
                     "sink",
                     text);
}

int command_plugin(const struct registry *r, const char *text, enum tw_kind *kind,
                   const char **name, struct error *err)
{
    const char *slash = strrchr(text, '/'), *file = slash ? slash + 1 : text;
    const char *hyphen = strchr(file, '-');
    char word[16];
    size_t n = hyphen ? (size_t)(hyphen - file) : sizeof word;
    if (n < sizeof word) {
        memcpy(word, file, n);
        word[n] = '\0';
        int k = kind_from_name(word);
        if (k) {
            *kind = (enum tw_kind)k;
            *name = slash ? text : hyphen + 1;
            return 0;
        }
    }
    return no_kind(r, text, err);
}

/* ---- three formats ------------------------------------------------------------- */

static bool has_keys(const struct table *t)
{
    return t->params && table_at(t, 0);
}

static const char *threads_words(const struct tw_plugin *d)
{
    return d->threads == TW_THREADS_SERIAL ? "one call at a time in the whole program"
                                           : "one thread for each instance";
}

static void print_extensions(const struct subject *s, const char *before, const char *between,
                             const char *after)
{
    if (s->offers[0])
        printf("%s%s%s%s%s", before, s->offers[0], s->offers[1] ? between : "",
               s->offers[1] ? s->offers[1] : "", after);
}

static void print_text(const struct subject *s)
{
    const struct tw_plugin *d = &s->plugin->desc;
    const char *kind = kind_name((int)d->kind);
    printf("%s %s %s\n%s\n\n", kind, d->name, d->version, d->summary);
    if (d->author)
        printf("  author     %s\n", d->author);
    printf("  license    %s\n", d->license);
    printf("  file       %s\n", s->plugin->path);
    printf("  threads    %s\n", threads_words(d));
    print_extensions(s, "  offers     ", ", ", "\n");
    if (d->flags & TW_NO_DATA)
        printf("  data       can do without a dataset\n");
    if (s->unavailable)
        printf("  now        cannot run on this machine: %s\n", s->unavailable);
    printf("\n");
    if (has_keys(&s->plugin->table)) {
        printf("Keys of %s:\n", d->name);
        schema_print_help(stdout, &s->plugin->table, 2);
    } else {
        printf("%s has no keys of its own.\n", d->name);
    }
    if (has_keys(&s->host_keys)) {
        printf("\nKeys of every %s:\n", kind);
        schema_print_help(stdout, &s->host_keys, 2);
    }
}

static void print_yaml(const struct subject *s)
{
    const struct tw_plugin *d = &s->plugin->desc;
    bool list = d->kind == TW_REDUCER || d->kind == TW_SINK;
    int indent = list ? 4 : 2;
    printf("%s%s: # %s\n", kind_name((int)d->kind), list ? "s" : "", d->summary);
    printf("  %splugin: %s\n", list ? "- " : "", d->name);
    if (has_keys(&s->plugin->table))
        schema_print_yaml(stdout, &s->plugin->table, indent);
    if (has_keys(&s->host_keys)) {
        printf("%*s# keys of every %s:\n", indent, "", kind_name((int)d->kind));
        schema_print_yaml(stdout, &s->host_keys, indent);
    }
}

/* A summary as a sentence, whether or not its author ended it with a stop. */
static void print_sentence(const char *text)
{
    size_t n = strlen(text);
    printf("%s%s\n\n", text, n > 0 && text[n - 1] == '.' ? "" : ".");
}

/* Nothing that differs from machine to machine, for the text goes into documents;
 * nor the keys of every plugin of the kind, which are told once, with the section. */
static void print_markdown(const struct subject *s)
{
    const struct tw_plugin *d = &s->plugin->desc;
    printf("### %s-%s\n\n", kind_name((int)d->kind), d->name);
    print_sentence(d->summary);
    print_extensions(s, "Offers `", "` and `", "`.\n\n");
    if (d->flags & TW_NO_DATA)
        printf("Can do without a dataset.\n\n");
    if (has_keys(&s->plugin->table))
        schema_print_markdown(stdout, &s->plugin->table);
    else
        printf("No keys of its own.\n");
}

/* The key `plugin` has been answered by the question. */
static struct table without_plugin(const struct table *t)
{
    if (!t || !has_keys(t))
        return (struct table){0};
    if (strcmp(table_at(t, 0)->name, "plugin") != 0)
        return *t;
    return (struct table){table_at(t, 1), t->stride, NULL};
}

/* Those that are short of their tables are worth a warning only. */
static void find_extensions(struct subject *s)
{
    const struct plugin *p = s->plugin;
    struct tw_model_plane plane;
    struct tw_model_hvp hvp;
    struct tw_sink_compare compare;
    struct error flaw[3] = {{0}, {0}, {0}};
    size_t n = 0;
    if (p->desc.kind == TW_MODEL && model_plane_table(p, &plane, &flaw[0]) == 0)
        s->offers[n++] = TW_EXT_MODEL_PLANE;
    if (p->desc.kind == TW_MODEL && model_hvp_table(p, &hvp, &flaw[1]) == 0)
        s->offers[n++] = TW_EXT_MODEL_HVP;
    if (p->desc.kind == TW_SINK && plan_together(p, &compare, &flaw[2]) == 0)
        s->offers[n++] = TW_EXT_SINK_COMPARE;
    for (size_t i = 0; i < 3; i++)
        if (flaw[i].fault)
            fprintf(stderr, "thalweg: warning: %s\n", flaw[i].text);
}

int cmd_info(struct registry *r, const char *kind_dash_name, enum info_format format,
             const struct table *host_keys, struct error *err)
{
    char why[768], mode[128], *path;
    enum tw_kind kind;
    const char *name;
    struct plugin *p;
    if (command_plugin(r, kind_dash_name, &kind, &name, err) < 0 ||
        registry_locate(r, kind, name, &path, err) < 0)
        return -1;
    int rc = plugin_open(path, &p, mode, sizeof mode, why, sizeof why);
    if (rc < 0)
        error_set(err, FAULT_PLUGIN, "%s: %s", path, why);
    else if (mode[0])
        fprintf(stderr, "thalweg: warning: %s: %s\n", path, mode);
    free(path);
    if (rc < 0)
        return -1;
    struct subject s = {
        .plugin = p, .unavailable = plugin_unavailable(p), .host_keys = without_plugin(host_keys)};
    find_extensions(&s);
    if (format == INFO_YAML)
        print_yaml(&s);
    else if (format == INFO_MARKDOWN)
        print_markdown(&s);
    else
        print_text(&s);
    registry_unload(p);
    return command_flush(err);
}

/* The pipeline's own keys stand at the top; all others one level down. */
int cmd_info_section(const char *name, bool top, enum info_format format, const struct table *keys,
                     struct error *err)
{
    if (format == INFO_MARKDOWN) {
        printf("### %s\n\n", name);
        schema_print_markdown(stdout, keys);
    } else if (format == INFO_YAML) {
        int kind = kind_from_name(name);
        bool list = kind == TW_REDUCER || kind == TW_SINK;
        if (!top)
            printf("%s%s\n", name, list ? "s:\n  -" : ":");
        schema_print_yaml(stdout, keys, top ? 0 : list ? 4 : 2);
    } else {
        printf("Keys of %s:\n", name);
        schema_print_help(stdout, keys, 2);
    }
    return command_flush(err);
}

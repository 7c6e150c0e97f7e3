/* SPDX-License-Identifier: GPL-3.0-or-later */
/* registry.c -- the search path, and from a name to a file.  See registry.h;
 * registry-load.c judges a file, registry-probe.c looks at all of them.
 */
#define _XOPEN_SOURCE 700
#include "registry-private.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef PLUGINDIR
#error "the build says where plugins are installed: -DPLUGINDIR='\"...\"'"
#endif
#define USER_FOLDER "thalweg-0" /* carries the ABI major */

static const char *const kind_names[] = {"?", "dataset", "model", "optimizer", "reducer", "sink"};
enum { N_KINDS = sizeof kind_names / sizeof *kind_names };

const char *kind_name(int kind)
{
    return kind_names[kind > 0 && kind < N_KINDS ? kind : 0];
}

int kind_from_name(const char *name)
{
    for (int k = 1; k < N_KINDS; k++)
        if (strcmp(name, kind_names[k]) == 0)
            return k;
    return 0;
}

/* a + b + c, malloc'ed. */
static char *join(const char *a, const char *b, const char *c)
{
    size_t na = strlen(a), nb = strlen(b), nc = strlen(c);
    char *s = malloc(na + nb + nc + 1);
    if (!s)
        return NULL;
    memcpy(s, a, na);
    memcpy(s + na, b, nb);
    memcpy(s + na + nb, c, nc + 1);
    return s;
}

/* Takes `dir` over.  What is on the path already is not searched twice. */
static int add_dir(struct registry *r, char *dir, struct error *err)
{
    if (!dir)
        return error_nomem(err);
    for (size_t n = strlen(dir); n > 1 && dir[n - 1] == '/'; n--)
        dir[n - 1] = '\0';
    for (size_t i = 0; i < r->n_dirs; i++)
        if (strcmp(r->dirs[i], dir) == 0) {
            free(dir);
            return 0;
        }
    char **dirs = realloc(r->dirs, (r->n_dirs + 1) * sizeof *dirs);
    if (!dirs) {
        free(dir);
        return error_nomem(err);
    }
    r->dirs = dirs;
    r->dirs[r->n_dirs++] = dir;
    return 0;
}

/* A folder of --plugin-path: whoever types it means one that exists. */
static int add_extra(struct registry *r, const char *dir, struct error *err)
{
    struct stat st;
    char *whole = realpath(dir, NULL);
    if (!whole)
        return error_set(err, FAULT_PIPELINE, "--plugin-path %s: %s", dir, strerror(errno));
    if (stat(whole, &st) < 0 || !S_ISDIR(st.st_mode)) {
        free(whole);
        return error_set(err, FAULT_PIPELINE, "--plugin-path %s: not a folder", dir);
    }
    return add_dir(r, whole, err);
}

/* The absolute components of a colon list. */
static int add_list(struct registry *r, const char *list, struct error *err)
{
    while (list) {
        const char *end = strchr(list, ':');
        size_t n = end ? (size_t)(end - list) : strlen(list);
        if (n && list[0] == '/' && add_dir(r, strndup(list, n), err) < 0)
            return -1;
        list = end ? end + 1 : NULL;
    }
    return 0;
}

static int add_user(struct registry *r, struct error *err)
{
    const char *base = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (base && base[0] == '/')
        return add_dir(r, join(base, "/", USER_FOLDER), err);
    if (home && home[0] == '/')
        return add_dir(r, join(home, "/.local/share/", USER_FOLDER), err);
    return 0;
}

int registry_init(struct registry *r, const char *const *extra, size_t n_extra, struct error *err)
{
    *r = (struct registry){0};
    for (size_t i = 0; i < n_extra; i++)
        if (add_extra(r, extra[i], err) < 0)
            goto failed;
    if (add_list(r, getenv("THALWEG_PLUGIN_PATH"), err) < 0 || add_user(r, err) < 0 ||
        add_dir(r, strdup(PLUGINDIR), err) < 0)
        goto failed;
    return 0;
failed:
    registry_free(r);
    return -1;
}

void registry_free(struct registry *r)
{
    for (struct plugin *p = r->plugins, *next; p; p = next) {
        next = p->next;
        registry_unload(p);
    }
    for (size_t i = 0; i < r->n_dirs; i++)
        free(r->dirs[i]);
    free(r->dirs);
    *r = (struct registry){0};
}

/* ---- file names ------------------------------------------------------------ */

/* KIND-NAME.so: the kind, and where NAME begins and how long it is; or 0. */
static int split_file_name(const char *file, const char **name, size_t *length)
{
    size_t n = strlen(file);
    if (n < 4 || strcmp(file + n - 3, ".so") != 0)
        return 0;
    for (int k = 1; k < N_KINDS; k++) {
        size_t prefix = strlen(kind_names[k]);
        if (strncmp(file, kind_names[k], prefix) == 0 && file[prefix] == '-' && n > prefix + 4) {
            *name = file + prefix + 1;
            *length = n - prefix - 4;
            return k;
        }
    }
    return 0;
}

struct file_list {
    struct plugin_file *v;
    size_t n, room;
};

static int scan_folder(const char *folder, size_t index, int kind, struct arena *mem,
                       struct file_list *files)
{
    DIR *dir = opendir(folder);
    int rc = 0;
    if (!dir)
        return 0;
    for (struct dirent *entry; rc == 0 && (entry = readdir(dir));) {
        const char *name;
        size_t length;
        int k = split_file_name(entry->d_name, &name, &length);
        if (!k || (kind && k != kind))
            continue;
        if (files->n == files->room) {
            size_t room = files->room ? 2 * files->room : 32;
            struct plugin_file *v = realloc(files->v, room * sizeof *v);
            if (!v) {
                rc = -1;
                break;
            }
            files->v = v;
            files->room = room;
        }
        struct plugin_file f = {(enum tw_kind)k, arena_printf(mem, "%.*s", (int)length, name),
                                arena_printf(mem, "%s/%s", folder, entry->d_name), index};
        rc = f.name && f.path ? 0 : -1;
        files->v[files->n++] = f;
    }
    closedir(dir);
    return rc;
}

static int compare_files(const void *a, const void *b)
{
    const struct plugin_file *p = a, *q = b;
    if (p->kind != q->kind)
        return p->kind < q->kind ? -1 : 1;
    int order = strcmp(p->name, q->name);
    return order ? order : (p->dir > q->dir) - (p->dir < q->dir);
}

int registry_files(const struct registry *r, int kind, struct arena *mem, struct plugin_file **out,
                   size_t *n, struct error *err)
{
    struct file_list files = {0};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < r->n_dirs; i++)
        rc = scan_folder(r->dirs[i], i, kind, mem, &files);
    struct plugin_file *v = rc == 0 ? arena_array(mem, files.n, sizeof *v) : NULL;
    if (v) {
        if (files.n) {
            qsort(files.v, files.n, sizeof *files.v, compare_files);
            memcpy(v, files.v, files.n * sizeof *v);
        }
        *out = v;
        *n = files.n;
    }
    free(files.v);
    return v ? 0 : error_nomem(err);
}

/* ---- from a name to a plugin ------------------------------------------------- */

/* DIR/KIND-NAME.so of the first folder that has such an entry, whatever it is;
 * NULL and errno ENOENT if there is none. */
static char *search(const struct registry *r, int kind, const char *name)
{
    for (size_t i = 0; i < r->n_dirs; i++) {
        struct stat st;
        char *file = join(kind_name(kind), "-", name);
        char *stem = file ? join(r->dirs[i], "/", file) : NULL;
        char *path = stem ? join(stem, ".so", "") : NULL;
        free(file);
        free(stem);
        if (!path || lstat(path, &st) == 0) {
            if (!path)
                errno = ENOMEM;
            return path;
        }
        free(path);
    }
    errno = ENOENT;
    return NULL;
}

/* "/a, /b" */
static const char *folders(const struct registry *r, struct arena *mem)
{
    const char *list = NULL;
    for (size_t i = 0; i < r->n_dirs; i++)
        list = list ? arena_printf(mem, "%s, %s", list, r->dirs[i]) : r->dirs[i];
    return list ? list : "no folder at all";
}

/* What the user may have meant: the same name as another kind, or a slip. */
static const char *hint(const struct registry *r, int kind, const char *name, struct arena *mem)
{
    for (int k = 1; k < N_KINDS; k++) {
        char *path = k == kind ? NULL : search(r, k, name);
        free(path);
        if (path)
            return arena_printf(mem, "; there is a %s of that name", kind_name(k));
    }
    struct error ignored = {0};
    struct plugin_file *files;
    size_t n;
    if (registry_files(r, kind, mem, &files, &n, &ignored) < 0)
        return "";
    const char **names = arena_array(mem, n, sizeof *names);
    if (!names)
        return "";
    for (size_t i = 0; i < n; i++)
        names[i] = files[i].name;
    const char *near = nearest_word(name, names, n);
    return near ? arena_printf(mem, "; did you mean '%s'?", near) : "";
}

static int not_found(const struct registry *r, int kind, const char *name, struct error *err)
{
    struct arena mem = {0};
    const char *meant = hint(r, kind, name, &mem);
    error_set(err, FAULT_PLUGIN, "no %s plugin '%s'%s (looked for %s-%s.so in %s)", kind_name(kind),
              name, meant ? meant : "", kind_name(kind), name, folders(r, &mem));
    arena_free(&mem);
    return -1;
}

int registry_locate(const struct registry *r, enum tw_kind kind, const char *name, char **path,
                    struct error *err)
{
    if (!name[0])
        return error_set(err, FAULT_PLUGIN, "the name of the %s plugin is empty",
                         kind_name((int)kind));
    if (strchr(name, '/')) {
        *path = realpath(name, NULL);
        return *path ? 0 : error_set(err, FAULT_PLUGIN, "%s: %s", name, strerror(errno));
    }
    *path = search(r, (int)kind, name);
    if (*path)
        return 0;
    return errno == ENOMEM ? error_nomem(err) : not_found(r, (int)kind, name, err);
}

int registry_find(struct registry *r, enum tw_kind kind, const char *name,
                  const struct plugin **out, struct error *err)
{
    char *path;
    if (registry_locate(r, kind, name, &path, err) < 0)
        return -1;
    struct plugin *p = r->plugins;
    while (p && strcmp(p->path, path) != 0)
        p = p->next;
    if (!p && registry_load(path, &p, NULL, 0, err) == 0) {
        p->next = r->plugins;
        r->plugins = p;
    }
    free(path);
    if (!p)
        return -1;
    if (p->desc.kind != kind)
        return error_set(err, FAULT_PLUGIN, "%s: is a %s, not a %s", p->path,
                         kind_name((int)p->desc.kind), kind_name((int)kind));
    *out = p;
    return 0;
}

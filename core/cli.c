/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli.c -- see cli.h.
 *
 * Each command is a row of the table at the end: its name, its help, its
 * function.  All share one set of options; a command says which it takes.
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include "cli.h"

#include "commands.h"
#include "run.h"
#include "workers.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unknown"
#endif

#define MAX_JOBS 256

struct options {
    const char *outdir;
    size_t jobs;
    bool quiet, verbose;
    enum info_format format;
    const char **sets, **plugin_dirs; /* at most argc each */
    size_t n_sets, n_plugin_dirs;
    char **args; /* what is not an option */
    int n_args;
    const char *datadir;
    const volatile sig_atomic_t *stop;
};

struct command {
    const char *name, *arguments, *summary;
    const char *takes;      /* short options, as for getopt */
    int min_args, max_args; /* max < 0: any number */
    int (*run)(const struct options *o, struct registry *r, struct error *err);
};

#define SHORT_OPTIONS ":o:j:qvhV"
enum { OPT_SET = 1000, OPT_PLUGIN_PATH, OPT_YAML, OPT_MARKDOWN };

static const struct option long_options[] = {
    {"output", required_argument, NULL, 'o'},
    {"jobs", required_argument, NULL, 'j'},
    {"quiet", no_argument, NULL, 'q'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {"set", required_argument, NULL, OPT_SET},
    {"plugin-path", required_argument, NULL, OPT_PLUGIN_PATH},
    {"yaml", no_argument, NULL, OPT_YAML},
    {"markdown", no_argument, NULL, OPT_MARKDOWN},
    {NULL, 0, NULL, 0},
};

/* One line of help for each option: its letter in `takes` ('S' --set, 'Y'
 * --yaml and --markdown; the others are everybody's). */
static const struct {
    char letter;
    const char *text;
} option_help[] = {
    {'o', "  -o, --output DIR         write here [out/NAME-OF-THE-YAML]\n"},
    {'j', "  -j, --jobs N             worker threads [one for each processor]\n"},
    {'S', "      --set KEY.PATH=VALUE change one value of the pipeline; may be repeated\n"},
    {'q', "  -q, --quiet              no progress, no summary\n"},
    {'v', "  -v, --verbose            say more\n"},
    {'Y', "      --yaml               as YAML, ready to paste into a pipeline\n"},
    {'Y', "      --markdown           as Markdown, for the reference manual\n"},
    {0, "      --plugin-path DIR    look for plugins here first; may be repeated\n"},
    {0, "  -h, --help               this help\n"},
    {0, "      --version            the version\n"},
};

/* ---- the commands ------------------------------------------------------------- */

static int read_plan(const struct options *o, const char *file, struct registry *r,
                     struct plan *plan, struct error *err)
{
    const struct plan_options po = {.file = file,
                                    .outdir = o->outdir,
                                    .datadir = o->datadir,
                                    .sets = o->sets,
                                    .n_sets = o->n_sets};
    if (plan_read(plan, r, &po, err) < 0)
        return -1;
    for (const char *line = plan->warnings; *line; line += strcspn(line, "\n") + 1)
        fprintf(stderr, "thalweg: warning: %.*s\n", (int)strcspn(line, "\n"), line);
    return 0;
}

static int run_variants(const struct plan *plan, struct registry *r, const struct run_options *o,
                        struct error *err)
{
    struct comparison c;
    int rc = comparison_run(&c, plan, r, o, err);
    if (rc == 0 && !o->quiet)
        summary_print_all(&c);
    comparison_free(&c);
    return rc;
}

static int run_one(const struct plan *plan, struct registry *r, const struct run_options *o,
                   struct error *err)
{
    struct run run;
    int rc = run_pipeline(&run, plan, r, o, err);
    if (rc == 0 && !o->quiet)
        summary_print(&run);
    run_free(&run);
    return rc;
}

static int command_run(const struct options *o, struct registry *r, struct error *err)
{
    struct plan plan;
    if (read_plan(o, o->args[0], r, &plan, err) < 0)
        return -1;
    const struct run_options ro = {.jobs = o->jobs,
                                   .quiet = o->quiet,
                                   .log_level = o->verbose ? TW_LOG_DEBUG : TW_LOG_WARN,
                                   .stop = o->stop};
    int rc = (plan.n_variants ? run_variants : run_one)(&plan, r, &ro, err);
    if (rc == 0 && !o->quiet)
        rc = command_flush(err);
    plan_free(&plan);
    return rc;
}

static int command_check(const struct options *o, struct registry *r, struct error *err)
{
    struct error first = {0};
    for (int i = 0; i < o->n_args; i++) {
        struct plan plan;
        error_clear(err);
        if (read_plan(o, o->args[i], r, &plan, err) < 0) {
            if (first.fault) /* the first one is main's to print, and its fault the status */
                fprintf(stderr, "thalweg: %s\n", err->text);
            else
                first = *err;
            continue;
        }
        plan_free(&plan);
        if (!o->quiet)
            printf("%s: ok\n", o->args[i]);
    }
    *err = first;
    if (first.fault)
        return -1;
    return command_flush(err);
}

static int command_list(const struct options *o, struct registry *r, struct error *err)
{
    int kind = o->n_args ? kind_from_name(o->args[0]) : 0;
    if (o->n_args && !kind)
        return error_set(err, FAULT_PIPELINE,
                         "there is no kind '%s'; there are dataset, model, "
                         "optimizer, reducer, sink",
                         o->args[0]);
    return cmd_list(r, kind, o->verbose, err);
}

/* "pipeline", "grid", "analysis", "ball", "compare", or a kind: the keys that are the host's own
 * there. */
static bool section_keys(const char *name, struct table *keys)
{
    int kind = kind_from_name(name);
    if (kind)
        *keys = plan_host_keys((enum tw_kind)kind);
    else if (strcmp(name, "pipeline") == 0)
        *keys = plan_pipeline_keys();
    else if (strcmp(name, "grid") == 0)
        *keys = plan_grid_keys();
    else if (strcmp(name, "analysis") == 0)
        *keys = plan_analysis_keys();
    else if (strcmp(name, "ball") == 0)
        *keys = plan_ball_keys();
    else if (strcmp(name, "compare") == 0)
        *keys = plan_compare_keys();
    else
        return false;
    return true;
}

static int command_info(const struct options *o, struct registry *r, struct error *err)
{
    enum tw_kind kind;
    const char *name = o->args[0];
    struct table section;
    if (section_keys(name, &section))
        return cmd_info_section(name, strcmp(name, "pipeline") == 0, o->format, &section, err);
    if (command_plugin(r, o->args[0], &kind, &name, err) < 0)
        return -1;
    struct table keys = plan_host_keys(kind);
    return cmd_info(r, o->args[0], o->format, &keys, err);
}

static int command_try(const struct options *o, struct registry *r, struct error *err)
{
    return cmd_try(r, o->args[0], o->sets, o->n_sets, o->datadir, err);
}

static int command_paths(const struct options *o, struct registry *r, struct error *err)
{
    return cmd_paths(r, o->datadir, err);
}

static const struct command commands[] = {
    {"run", "FILE", "carry out a pipeline", "ojSqv", 1, 1, command_run},
    {"check", "FILE...", "read pipelines and say whether they could run", "oSq", 1, -1,
     command_check},
    {"list", "[KIND]", "the plugins there are", "v", 0, 1, command_list},
    {"info", "KIND-NAME", "a plugin and its keys; or a SECTION: pipeline, grid or a kind", "Y", 1,
     1, command_info},
    {"try", "KIND-NAME", "test a plugin against the contract, for its author", "S", 1, 1,
     command_try},
    {"paths", "", "where plugins and data are looked for, for scripts", "", 0, 0, command_paths},
};
#define N_COMMANDS (sizeof commands / sizeof commands[0])

/* ---- help ------------------------------------------------------------------------ */

static void print_options(const struct command *c)
{
    for (size_t i = 0; i < sizeof option_help / sizeof option_help[0]; i++)
        if (!option_help[i].letter || (c && strchr(c->takes, option_help[i].letter)))
            fputs(option_help[i].text, stdout);
}

static void print_help(const struct command *c)
{
    if (c) {
        printf("usage: thalweg %s [OPTION]... %s\n\nthalweg %s: %s.\n\n", c->name, c->arguments,
               c->name, c->summary);
        print_options(c);
        return;
    }
    printf("usage: thalweg COMMAND [OPTION]... [ARGUMENT]...\n\n"
           "Draws the loss landscape of a machine-learning model.\n\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        printf("  %-6s %-10s %s\n", commands[i].name, commands[i].arguments, commands[i].summary);
    printf("\n");
    print_options(NULL);
    printf("\n`thalweg COMMAND --help` has the options of a command; thalweg(1) has all.\n");
}

static const struct command *find_command(const char *name, struct error *err)
{
    const char *words[N_COMMANDS];
    for (size_t i = 0; i < N_COMMANDS; i++) {
        words[i] = commands[i].name;
        if (strcmp(name, words[i]) == 0)
            return &commands[i];
    }
    const char *near = nearest_word(name, words, N_COMMANDS);
    error_set(err, FAULT_PIPELINE, "there is no command '%s'%s%s%s; `thalweg --help` lists them",
              name, near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
    return NULL;
}

/* ---- options ---------------------------------------------------------------------- */

static size_t processors(void)
{
    size_t n = workers_processors();
    return n > MAX_JOBS ? MAX_JOBS : n;
}

static int parse_jobs(const char *text, size_t *jobs, struct error *err)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || n < 1 || n > MAX_JOBS)
        return error_set(err, FAULT_PIPELINE, "-j: '%s' is not a number of threads from 1 to %d",
                         text, MAX_JOBS);
    *jobs = n;
    return 0;
}

/* Has the command this option?  What every command has needs no letter. */
static bool has_option(const struct command *c, int option)
{
    int letter = option == OPT_SET                              ? 'S'
                 : option == OPT_YAML || option == OPT_MARKDOWN ? 'Y'
                                                                : option;
    return letter == OPT_PLUGIN_PATH || letter == 'h' || letter == 'V' || strchr(c->takes, letter);
}

static int take_option(struct options *o, int option, struct error *err)
{
    switch (option) {
    case 'o':
        o->outdir = optarg;
        return optarg[0] ? 0 : error_set(err, FAULT_PIPELINE, "-o: the folder's name is empty");
    case 'j':
        return parse_jobs(optarg, &o->jobs, err);
    case 'q':
        o->quiet = true;
        return 0;
    case 'v':
        o->verbose = true;
        return 0;
    case OPT_SET:
        o->sets[o->n_sets++] = optarg;
        return 0;
    case OPT_PLUGIN_PATH:
        o->plugin_dirs[o->n_plugin_dirs++] = optarg;
        return 0;
    case OPT_YAML:
        o->format = INFO_YAML;
        return 0;
    case OPT_MARKDOWN:
        o->format = INFO_MARKDOWN;
        return 0;
    }
    return 0;
}

/* An option that nobody has, or another command, or a value too many.  `index`
 * is the row of a long option that exists, `typed` what getopt read last. */
static int refuse_option(const struct command *c, int option, int index, const char *typed,
                         struct error *err)
{
    const char *words[sizeof long_options / sizeof long_options[0]];
    size_t n = 0;
    char name[64];
    if (index >= 0)
        snprintf(name, sizeof name, "--%s", long_options[index].name);
    else if (option != '?' || (optopt && optopt < OPT_SET && !strchr(SHORT_OPTIONS, optopt)))
        snprintf(name, sizeof name, "-%c", option == '?' ? optopt : option);
    else if (optopt)
        return error_set(err, FAULT_PIPELINE, "%s: this option takes no value", typed);
    else
        snprintf(name, sizeof name, "%.*s", (int)strcspn(typed, "="), typed);
    for (const struct option *o = long_options; o->name; o++)
        if (has_option(c, o->val))
            words[n++] = o->name;
    const char *near = strncmp(name, "--", 2) == 0 ? nearest_word(name + 2, words, n) : NULL;
    return error_set(err, FAULT_PIPELINE, "%s has no option %s%s%s%s; see `thalweg %s --help`",
                     c->name, name, near ? " (did you mean --" : "", near ? near : "",
                     near ? "?)" : "", c->name);
}

/* Returns 1 when --help or --version has been answered. */
static int parse_options(struct options *o, const struct command *c, int argc, char **argv,
                         struct error *err)
{
    int option, index = -1;
    opterr = 0;
    optind = 0;
    while ((option = getopt_long(argc, argv, SHORT_OPTIONS, long_options, &index)) != -1) {
        const char *text = argv[optind > 0 ? optind - 1 : 0];
        if (option == ':')
            return error_set(err, FAULT_PIPELINE, "%s needs a value; see `thalweg %s --help`", text,
                             c->name);
        if (option == '?' || !has_option(c, option))
            return refuse_option(c, option, index, text, err);
        if (option == 'h')
            print_help(c);
        else if (option == 'V')
            printf("thalweg %s\n", PACKAGE_VERSION);
        else if (take_option(o, option, err) < 0)
            return -1;
        if (option == 'h' || option == 'V')
            return command_flush(err) < 0 ? -1 : 1;
        index = -1;
    }
    o->args = argv + optind;
    o->n_args = argc - optind;
    if (o->n_args < c->min_args || (c->max_args >= 0 && o->n_args > c->max_args))
        return error_set(err, FAULT_PIPELINE, "usage: thalweg %s [OPTION]... %s", c->name,
                         c->arguments);
    return 0;
}

static int run_command(const struct command *c, int argc, char **argv, struct options *o,
                       struct error *err)
{
    struct registry registry;
    int rc = parse_options(o, c, argc, argv, err);
    if (rc != 0)
        return rc < 0 ? -1 : 0;
    if (registry_init(&registry, o->plugin_dirs, o->n_plugin_dirs, err) < 0)
        return -1;
    registry.stop = o->stop;
    rc = c->run(o, &registry, err);
    registry_free(&registry);
    return rc;
}

static int dispatch(int argc, char **argv, struct options *o, struct error *err)
{
    if (argc < 2)
        return error_set(err, FAULT_PIPELINE,
                         "what shall it do?  `thalweg --help` lists the commands");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help(NULL);
        return command_flush(err);
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        printf("thalweg %s\n", PACKAGE_VERSION);
        return command_flush(err);
    }
    const struct command *c = find_command(argv[1], err);
    return c ? run_command(c, argc - 1, argv + 1, o, err) : -1;
}

int cli_main(int argc, char **argv, const volatile sig_atomic_t *stop)
{
    struct error err = {0};
    const char *datadir = getenv("THALWEG_DATA_DIR");
    struct options o = {
        .jobs = processors(),
        .datadir = datadir && datadir[0] ? datadir : DATADIR,
        .stop = stop,
        .sets = calloc((size_t)argc + 1, sizeof *o.sets),
        .plugin_dirs = calloc((size_t)argc + 1, sizeof *o.plugin_dirs),
    };
    int rc = o.sets && o.plugin_dirs ? dispatch(argc, argv, &o, &err) : error_nomem(&err);
    free(o.sets);
    free(o.plugin_dirs);
    if (rc >= 0)
        return rc; /* 1: `list` found a broken plugin; 3: `try` found fault */
    fprintf(stderr, "thalweg: %s\n", err.text);
    return (int)err.fault;
}

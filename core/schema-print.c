/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schema-print.c -- schema_print_* of schema.h. */
#include "schema.h"
#include "param-text.h"

#include <math.h>
#include <string.h>

#define LINE_WIDTH 90

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Characters, not bytes. */
static size_t width(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

static void pad(FILE *to, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fputc(' ', to);
}

static void column(FILE *to, const char *text, size_t wide)
{
    size_t n = width(text);
    fputs(text, to);
    pad(to, n < wide ? wide - n : 0);
}

/* `text` in lines of at most LINE_WIDTH, each after `indent` spaces and `lead`. */
static void wrap(FILE *to, const char *text, size_t indent, const char *lead)
{
    size_t at = 0, room = larger(LINE_WIDTH, indent + 30) - indent;
    while (*(text += strspn(text, " "))) {
        size_t n = strcspn(text, " "), wide = 0;
        for (size_t i = 0; i < n; i++)
            wide += ((unsigned char)text[i] & 0xC0) != 0x80;
        if (at > 0 && at + 1 + wide > room) {
            fputc('\n', to);
            at = 0;
        }
        if (at == 0) {
            pad(to, indent);
            fputs(lead, to);
        }
        fprintf(to, "%s%.*s", at ? " " : "", (int)n, text);
        at += (at ? 1 : 0) + wide;
        text += n;
    }
    fputc('\n', to);
}

static const char *note(const struct tw_param *p)
{
    if (p->flags & TW_P_DEPRECATED)
        return " (deprecated)";
    return p->flags & TW_P_EXPERT ? " (for experts)" : "";
}

static void help_sentence(struct line *l, const struct tw_param *p)
{
    line_add(l, "%s%s", p->help, note(p));
}

static void print_unit(FILE *to, const struct tw_param *p)
{
    if (p->unit)
        fprintf(to, " (%s)", p->unit);
}

void schema_print_help(FILE *to, const struct table *t, int indent)
{
    enum { NAME, TYPE, ALLOWED, COLUMNS };
    size_t wide[COLUMNS] = {0}, left = indent > 0 ? (size_t)indent : 0;
    const struct tw_param *p;
    for (size_t i = 0; (p = table_at(t, i)); i++) {
        struct line allowed = {.n = 0};
        line_allowed(&allowed, p, " | ");
        wide[NAME] = larger(wide[NAME], width(p->name));
        wide[TYPE] = larger(wide[TYPE], width(param_type_word(p->type)));
        if (width(allowed.text) <= 24) /* longer ones stick out */
            wide[ALLOWED] = larger(wide[ALLOWED], width(allowed.text));
    }
    for (size_t i = 0; (p = table_at(t, i)); i++) {
        struct line allowed = {.n = 0}, sentence = {.n = 0};
        line_allowed(&allowed, p, " | ");
        help_sentence(&sentence, p);
        pad(to, left);
        column(to, p->name, wide[NAME] + 2);
        column(to, param_type_word(p->type), wide[TYPE] + 2);
        if (wide[ALLOWED] > 0 || allowed.n > 0)
            column(to, allowed.text, wide[ALLOWED]);
        fprintf(to, "  %s%s", p->def ? "default " : "required", p->def ? p->def : "");
        print_unit(to, p);
        fputc('\n', to);
        wrap(to, sentence.text, left + 4, "");
    }
}

/* ---- YAML ---------------------------------------------------------------------- */

/* Something that a required key could be. */
static void example(struct line *l, const struct tw_param *p)
{
    double number = 1;
    if (!(p->min <= 1 && 1 <= p->max))
        number = isfinite(p->min) ? p->min : p->max;
    if (param_is_list(p->type))
        line_add(l, "[");
    if (param_is_number(p->type))
        line_number(l, number);
    else if (p->type == TW_BOOL)
        line_add(l, "true");
    else if (p->type == TW_CHOICE)
        line_add(l, "%s", p->choices[0]);
    else if (p->type == TW_PATH)
        line_add(l, "data.csv");
    else
        line_add(l, p->type == TW_OUTPUT ? "result.out" : "text");
    if (param_is_list(p->type))
        line_add(l, "]");
}

static void yaml_entry(struct line *l, const struct tw_param *p)
{
    line_add(l, "%s%s: ", p->def ? "" : "# ", p->name);
    if (p->def)
        line_add(l, "%s", p->def);
    else
        example(l, p);
}

void schema_print_yaml(FILE *to, const struct table *t, int indent)
{
    size_t wide = 0, left = indent > 0 ? (size_t)indent : 0;
    const struct tw_param *p;
    for (size_t i = 0; (p = table_at(t, i)); i++) {
        struct line entry = {.n = 0};
        yaml_entry(&entry, p);
        if (width(entry.text) <= 32)
            wide = larger(wide, width(entry.text));
    }
    for (size_t i = 0; (p = table_at(t, i)); i++) {
        struct line entry = {.n = 0}, allowed = {.n = 0};
        yaml_entry(&entry, p);
        line_allowed(&allowed, p, " | ");
        pad(to, left);
        column(to, entry.text, wide);
        fprintf(to, "  # %s%s%s", p->def ? "" : "required: ", p->help, note(p));
        if (allowed.n)
            fprintf(to, "  %s", allowed.text);
        print_unit(to, p);
        fputc('\n', to);
    }
}

/* ---- Markdown ------------------------------------------------------------------- */

static void markdown_text(FILE *to, const char *s)
{
    for (; *s; s++) {
        if (strchr("\\`*_{}[]<>#|~&!", *s))
            fputc('\\', to);
        fputc(*s, to);
    }
}

/* A code span: only the table's bar needs care, and backticks a longer fence. */
static void markdown_code(FILE *to, const char *s)
{
    const char *fence = strchr(s, '`') ? "`` " : "`", *end = strchr(s, '`') ? " ``" : "`";
    fputs(fence, to);
    for (; *s; s++)
        fprintf(to, "%s%c", *s == '|' ? "\\" : "", *s);
    fputs(end, to);
}

static void markdown_allowed(FILE *to, const struct tw_param *p)
{
    struct line allowed = {.n = 0};
    line_allowed(&allowed, p, ", ");
    markdown_text(to, allowed.text);
    if (p->unit) {
        fputs(allowed.n ? " (" : "(", to);
        markdown_text(to, p->unit);
        fputc(')', to);
    }
}

void schema_print_markdown(FILE *to, const struct table *t)
{
    const struct tw_param *p = table_at(t, 0);
    if (!p) {
        fputs("No keys.\n", to);
        return;
    }
    fputs("| key | type | default | allowed | meaning |\n| --- | --- | --- | --- | --- |\n", to);
    for (size_t i = 0; (p = table_at(t, i)); i++) {
        fprintf(to, "| `%s` | %s | ", p->name, param_type_word(p->type));
        if (p->def)
            markdown_code(to, p->def);
        else
            fputs("required", to);
        fputs(" | ", to);
        markdown_allowed(to, p);
        fputs(" | ", to);
        markdown_text(to, p->help);
        fprintf(to, "%s |\n", note(p));
    }
}

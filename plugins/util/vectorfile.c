/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vectorfile.c -- see vectorfile.h. */
#include "vectorfile.h"

#include "output.h"
#include "svgids.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <string.h>

static cairo_status_t take(void *to, const unsigned char *from, unsigned n)
{
    struct bytes *b = to;

    bytes_add(b, from, n);
    return b->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

int vectorfile_begin(struct vectorfile *v, bool svg, double width, double height)
{
    *v = (struct vectorfile){.svg = svg};
    v->surface = svg ? cairo_svg_surface_create_for_stream(take, &v->bytes, width, height)
                     : cairo_pdf_surface_create_for_stream(take, &v->bytes, width, height);
    if (svg)
        cairo_svg_surface_restrict_to_version(v->surface, CAIRO_SVG_VERSION_1_1);
    else
        cairo_pdf_surface_restrict_to_version(v->surface, CAIRO_PDF_VERSION_1_5);
    return cairo_surface_status(v->surface) == CAIRO_STATUS_SUCCESS ? 0 : -1;
}

void vectorfile_free(struct vectorfile *v)
{
    if (v->surface)
        cairo_surface_destroy(v->surface);
    bytes_free(&v->bytes);
    v->surface = NULL;
}

/* ---- what is known of it ---------------------------------------------------------------- */

/* Text is UTF-8 without control characters but line breaks and tabs: what is not becomes a question
 * mark. */
static void add_clean(struct bytes *b, const char *text, bool xml)
{
    static const char *const entity[] = {"&amp;", "&lt;", "&gt;"};
    const unsigned char *s = (const unsigned char *)text;

    while (*s) {
        const char *special = xml ? strchr("&<>", *s) : NULL;
        size_t n = *s < 0x80 ? 1 : *s >> 5 == 6 ? 2 : *s >> 4 == 14 ? 3 : *s >> 3 == 30 ? 4 : 0;
        size_t k = 1;

        while (k < n && s[k] >> 6 == 2)
            k++;
        if (special)
            bytes_text(b, entity[*s == '&' ? 0 : *s == '<' ? 1 : 2]);
        else if (!n || k < n || (*s < ' ' && *s != '\n' && *s != '\t'))
            bytes_text(b, "?");
        else
            bytes_add(b, s, n);
        s += n && k == n ? n : 1;
    }
}

/* The pairs, one a line. */
static void add_pairs(struct bytes *b, const char *const *pairs, bool xml)
{
    for (size_t i = 0; pairs && pairs[i] && pairs[i + 1]; i += 2) {
        bytes_text(b, "thalweg:");
        add_clean(b, pairs[i], xml);
        bytes_text(b, " ");
        add_clean(b, pairs[i + 1], xml);
        bytes_text(b, "\n");
    }
}

static void tell(struct vectorfile *v, cairo_pdf_metadata_t what, struct bytes *text)
{
    if (text->at)
        cairo_pdf_surface_set_metadata(v->surface, what, text->at);
    v->bytes.failed |= text->failed;
    bytes_free(text);
}

static void tell_pdf(struct vectorfile *v, const struct png_picture *about)
{
    struct bytes all = {.at = NULL}, title = {.at = NULL}, creator = {.at = NULL};

    add_pairs(&all, about->provenance, false);
    add_pairs(&all, about->extra, false);
    add_clean(&title, about->title ? about->title : "", false);
    bytes_text(&creator, "thalweg ");
    add_clean(&creator, picture_version(about), false);
    /* Cairo would write the day itself. */
    cairo_pdf_surface_set_metadata(v->surface, CAIRO_PDF_METADATA_CREATE_DATE, "");
    tell(v, CAIRO_PDF_METADATA_TITLE, &title);
    tell(v, CAIRO_PDF_METADATA_CREATOR, &creator);
    tell(v, CAIRO_PDF_METADATA_SUBJECT, &all);
}

/* Into the SVG, after its first tag. */
static void tell_svg(struct vectorfile *v, const struct png_picture *about)
{
    struct bytes named = {.at = NULL}, all = {.at = NULL}, pairs = {.at = NULL};
    const char *first;

    svgids_rename(&v->bytes, &named);
    add_pairs(&pairs, about->provenance, true);
    add_pairs(&pairs, about->extra, true);
    first = named.failed ? NULL : strstr(named.at, "<svg");
    first = first ? strchr(first, '>') : NULL;
    if (first) {
        size_t n = (size_t)(first - named.at) + 1;

        bytes_add(&all, named.at, n);
        bytes_text(&all, "\n<title>");
        add_clean(&all, about->title ? about->title : "", true);
        bytes_text(&all, "</title>\n<metadata>");
        bytes_text(&all, pairs.at ? pairs.at : "");
        bytes_text(&all, "</metadata>");
        bytes_add(&all, named.at + n, named.n - n);
    }
    all.failed |= named.failed || pairs.failed || !first;
    bytes_free(&named);
    bytes_free(&pairs);
    bytes_free(&v->bytes);
    v->bytes = all;
}

int vectorfile_write(struct vectorfile *v, const struct tw_host *host, const char *path,
                     const struct png_picture *about)
{
    cairo_status_t status;
    FILE *file;
    int rc;

    if (host->tick(host, about->from, "picture"))
        return TW_ECANCELLED;
    if (!v->svg)
        tell_pdf(v, about);
    cairo_surface_finish(v->surface);
    status = cairo_surface_status(v->surface);
    if (status == CAIRO_STATUS_SUCCESS && v->svg)
        tell_svg(v, about);
    if (v->bytes.failed || status == CAIRO_STATUS_NO_MEMORY)
        return host->fail(host, TW_ENOMEM, "out of memory");
    if (status != CAIRO_STATUS_SUCCESS)
        return host->fail(host, TW_EINTERNAL, "cairo: %s", cairo_status_to_string(status));
    rc = output_open(host, path, &file);
    if (rc < 0)
        return rc;
    fwrite(v->bytes.at, 1, v->bytes.n, file); /* output_close() sees failures */
    return output_close(host, path, file);
}

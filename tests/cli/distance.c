/* SPDX-License-Identifier: GPL-3.0-or-later */
/* distance.c -- how far two PNG files look apart.
 *
 *     distance A.png B.png LIMIT
 *
 * Both are averaged over squares of 8 pixels, so that smooth edges may lie a fraction of a pixel
 * elsewhere; the largest difference of a square, of 255, is printed.  Status 1 if that is more
 * than LIMIT or the sizes are not the same, 2 if they cannot be compared. */
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>

#define SIDE 8

static png_bytep read_rgb(const char *path, png_image *image)
{
    png_bytep pixels;

    image->version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_file(image, path)) {
        fprintf(stderr, "%s: %s\n", path, image->message);
        return NULL;
    }
    image->format = PNG_FORMAT_RGB;
    pixels = malloc(PNG_IMAGE_SIZE(*image));
    if (pixels && !png_image_finish_read(image, &(png_color){255, 255, 255}, pixels, 0, NULL)) {
        fprintf(stderr, "%s: %s\n", path, image->message);
        free(pixels);
        return NULL;
    }
    return pixels;
}

/* Of the square at (x, y) in one channel. */
static double mean(const png_image *image, png_const_bytep p, png_uint_32 x, png_uint_32 y, int k)
{
    double sum = 0;
    int n = 0;

    for (png_uint_32 j = y; j < y + SIDE && j < image->height; j++)
        for (png_uint_32 i = x; i < x + SIDE && i < image->width; i++, n++)
            sum += p[3 * ((size_t)j * image->width + i) + (size_t)k];
    return sum / n;
}

static double most(const png_image *image, png_const_bytep a, png_const_bytep b)
{
    double far = 0;

    for (png_uint_32 y = 0; y < image->height; y += SIDE)
        for (png_uint_32 x = 0; x < image->width; x += SIDE)
            for (int k = 0; k < 3; k++)
                far = fmax(far, fabs(mean(image, a, x, y, k) - mean(image, b, x, y, k)));
    return far;
}

int main(int argc, char **argv)
{
    png_image ia = {.opaque = NULL}, ib = {.opaque = NULL};
    png_bytep a = argc == 4 ? read_rgb(argv[1], &ia) : NULL;
    png_bytep b = a ? read_rgb(argv[2], &ib) : NULL;
    int status = 2;

    if (b && (ia.width != ib.width || ia.height != ib.height)) {
        printf("%u x %u and %u x %u pixels\n", ia.width, ia.height, ib.width, ib.height);
        status = 1;
    } else if (b) {
        double far = most(&ia, a, b);

        printf("at most %.1f apart\n", far);
        status = far > atof(argv[3]);
    }
    free(a);
    free(b);
    return status;
}

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compute palette-ours.inc: the palettes of palette.h that are this program's own.

    python3 plugins/util/make-palettes.py >plugins/util/palette-ours.inc

A path through OKLab (Ottosson 2020), whose points are set to a given CIE 1976 L* each, is divided
into steps of even length.  `fjord` goes from navy over green and ochre to rose, with L* rising
evenly along its path; `diverging` from blue over grey to red, with L* the same on both sides.
The colours for prints (dusk, pearl, hypsometric) are Catmull-Rom curves through a few colours.
"""
import math

SIZE = 256
FINE = 4096


def srgb_linear(c):
    return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4


def linear_srgb(c):
    return 12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055


def from_oklab(lab):
    l, a, b = lab
    p = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3
    q = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3
    r = (l - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (4.0767416621 * p - 3.3077115913 * q + 0.2309699292 * r,
            -1.2684380046 * p + 2.6097574011 * q - 0.3413193965 * r,
            -0.0041960863 * p - 0.7034186147 * q + 1.7076147010 * r)


def to_oklab(rgb):
    x, y, z = rgb
    l = math.cbrt(0.4122214708 * x + 0.5363325363 * y + 0.0514459929 * z)
    m = math.cbrt(0.2119034982 * x + 0.6806995451 * y + 0.1073969566 * z)
    s = math.cbrt(0.0883024619 * x + 0.2817188376 * y + 0.6299787005 * z)
    return (0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s)


def hex_oklab(c):
    return to_oklab([srgb_linear((c >> s & 255) / 255) for s in (16, 8, 0)])


def lightness(rgb):
    y = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
    return 116 * math.cbrt(y) - 16 if y > 216 / 24389 else y * 24389 / 27


def at_lightness(want, a, b):
    """The OKLab colour with these a and b whose L* is `want`."""
    lo, hi = 0.0, 1.2
    for _ in range(60):
        mid = (lo + hi) / 2
        if lightness([min(1, max(0, c)) for c in from_oklab((mid, a, b))]) < want:
            lo = mid
        else:
            hi = mid
    rgb = from_oklab((lo, a, b))
    assert all(-1e-3 < c < 1.001 for c in rgb), ("not a colour of a screen", want, a, b, rgb)
    return (lo, a, b)


def catmull_rom(points, t):
    at = t * (len(points) - 1)
    i = min(int(at), len(points) - 2)
    u = at - i
    p, q = points[i], points[i + 1]
    before = points[i - 1] if i else p
    after = points[i + 2] if i + 2 < len(points) else q
    return [p[k] * (1 - u) ** 2 * (1 + 2 * u) + q[k] * u * u * (3 - 2 * u)
            + (q[k] - before[k]) / 2 * u * (1 - u) ** 2 - (after[k] - p[k]) / 2 * u * u * (1 - u)
            for k in range(len(p))]


def even(path, mirrored=False):
    """SIZE points of a path of FINE + 1, the same length apart; `mirrored`: and as far from the
    middle on either side."""
    step = [math.dist(path[i], path[i + 1]) for i in range(FINE)]
    if mirrored:
        step = [(step[i] + step[FINE - 1 - i]) / 2 for i in range(FINE)]
    along = [0.0]
    for s in step:
        along.append(along[-1] + s)
    out, i = [], 0
    for k in range(SIZE):
        want = along[-1] * k / (SIZE - 1)
        while i < FINE - 1 and along[i + 1] < want:
            i += 1
        u = (want - along[i]) / (along[i + 1] - along[i])
        out.append([p + (q - p) * u for p, q in zip(path[i], path[i + 1])])
    return out


def fjord():
    # Hue in degrees and chroma; L* is even.
    stops = [(260, 0.080), (238, 0.062), (196, 0.050), (140, 0.076), (104, 0.102), (76, 0.122),
             (48, 0.118), (24, 0.092), (4, 0.053)]
    ab = [(c * math.cos(math.radians(h)), c * math.sin(math.radians(h))) for h, c in stops]
    return even([at_lightness(13 + 74 * i / FINE, *catmull_rom(ab, i / FINE))
                 for i in range(FINE + 1)])


def diverging():
    low, high, peak, ends, round_tip = (266, 0.182), (25, 0.182), 89, 36, 0.10
    path = []
    for i in range(FINE + 1):
        c = 2 * i / FINE - 1
        hue, chroma = low if c < 0 else high
        hue += (-6 if c < 0 else 24) * (1 - abs(c))
        far = (math.hypot(c, round_tip) - round_tip) / (math.hypot(1, round_tip) - round_tip)
        chroma *= abs(c) * (1.4 - 0.4 * abs(c))
        path.append(at_lightness(peak - (peak - ends) * far, chroma * math.cos(math.radians(hue)),
                                 chroma * math.sin(math.radians(hue))))
    return even(path, mirrored=True)


def grey():
    return [at_lightness(36 + 53 * i / (SIZE - 1), 0, 0) for i in range(SIZE)]


def through(*colours):
    points = [hex_oklab(c) for c in colours]
    return [catmull_rom(points, i / (SIZE - 1)) for i in range(SIZE)]


def write(name, table):
    print("    {\n        /* %s */" % name)
    for i in range(0, SIZE, 8):
        row = []
        for lab in table[i:i + 8]:
            c = [round(255 * linear_srgb(min(1, max(0, v)))) for v in from_oklab(lab)]
            row.append("0x%02x%02x%02x" % tuple(c))
        print("        " + ", ".join(row) + ",")
    print("    },")


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("/* Written by make-palettes.py, which says how; in the order of enum palette. */")
write("fjord", fjord())
write("grey", grey())
write("diverging", diverging())
write("dusk", through(0x16245c, 0x24499a, 0x4a86c8, 0xa9cbd8, 0xf4e3bd, 0xf6ae6b, 0xe5693f,
                      0xb3224a))
write("pearl", through(0x163a8a, 0x2c6cc0, 0x6fabe0, 0xc3def0, 0xf3f1ea, 0xf5d3b6, 0xe39a78))
write("hypsometric", through(0x2f6f6a, 0x58936f, 0x98b67c, 0xd3cf96, 0xe5c685, 0xcf9b5c,
                             0xab6d42, 0xf2ede3))

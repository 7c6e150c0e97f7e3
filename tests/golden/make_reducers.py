#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planes by NumPy, for tests/unit/test-reducer-random.c and tests/unit/test-reducer-trajectory-pca.c.

    /usr/bin/python3 tests/golden/make_reducers.py > tests/golden/reducers.h

Random directions: the same Gaussian numbers (plugins/util/rng.h, and seed_for() of the host),
scaled and made orthogonal by NumPy.  Trajectory PCA of some layers: an SVD of these columns.
The shares of a random walk: eigenvalues of its expected, centred inner products, and the
closed form held against walks that are drawn.
"""
import numpy as np

M = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix(z):
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & M
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & M
    return z ^ (z >> 31)


def host_seed(seed, *texts):
    h = mix(seed + GOLDEN & M)
    for text in texts:
        for c in [*text.encode(), 256]:
            h = mix(h + GOLDEN + c & M)
    return h


def rng(seed, counter):
    return mix(mix(seed + GOLDEN & M) + (counter + 1) * GOLDEN & M)


def stream(seed, k):
    return rng(seed ^ 0xD1B54A32D192ED03, k)


def normal(seed, n):
    bits = [rng(seed, k) >> 11 for k in range(n + n % 2)]
    u = (np.array(bits[0::2], float) + 1) / 2**53
    angle = 2 * np.pi * np.array(bits[1::2], float) / 2**53
    radius = np.sqrt(-2 * np.log(u))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]).ravel()[:n]


# name, role, rows, columns
NETS = {
    "net": [("w", 6, 5), ("b", 6, 1), ("n", 6, 1), ("w", 3, 6), ("b", 3, 1)],
    "mixed": [("w", 4, 1), ("b", 4, 1), ("w", 3, 4), ("b", 3, 1)],
    "single": [("w", 7, 1)],
}


def slices(net, how, ignore):
    """What is scaled as one: lists of positions."""
    at, out = 0, []
    for role, rows, cols in NETS[net]:
        block = np.arange(at, at + rows * cols)
        at += rows * cols
        if role == "w" or ignore == "none":
            out += list(block.reshape(rows, cols)) if (how, role) == ("filter", "w") else [block]
    return out, at


def scaled(d, w, how, parts):
    out = np.zeros_like(d)
    for p in parts:
        if how == "filter":
            out[p] = d[p] * np.linalg.norm(w[p]) / (np.linalg.norm(d[p]) + 1e-10)
        elif how == "layer":
            out[p] = d[p] * np.linalg.norm(w[p]) / np.linalg.norm(d[p])
        else:
            out[p] = d[p] * (w[p] if how == "weight" else 1)
    return out


def without(v, u):
    q = u / np.linalg.norm(u)
    for _ in range(3):
        v = v - (v @ q) * q
    return v


def random_plane(net, w, how, ignore, orthogonal, index):
    parts, n = slices(net, how, ignore)
    seed = stream(host_seed(1, "reducer", "random", "direction"), index)
    draw = [normal(stream(seed, axis), n) for axis in (0, 1)]
    u = scaled(draw[0], w, how, parts)
    if not orthogonal:
        return u, scaled(draw[1], w, how, parts)
    if how in ("weight", "none"):
        return u, without(scaled(draw[1], w, how, parts), u)
    d = draw[1].copy()
    for p in parts:
        if len(p) > 1:
            d[p] = without(d[p], draw[0][p])
    v = scaled(d, w, how, parts)
    single = sum(u[p] @ v[p] for p in parts if len(p) == 1)
    turned = sum(np.linalg.norm(u[p]) * np.linalg.norm(v[p]) for p in parts if len(p) > 1)
    if abs(single) < turned:
        cosine = -single / turned
        for p in parts:
            if len(p) > 1:
                v[p] = (np.sqrt(1 - cosine**2) * v[p]
                        + cosine * np.linalg.norm(v[p]) / np.linalg.norm(u[p]) * u[p])
    elif single:
        for p in parts:
            if len(p) == 1:
                v[p] = np.abs(w[p]) * draw[1][p]
        v = without(v, u)
        v *= np.linalg.norm(u) / np.linalg.norm(v)
    assert abs(u @ v) < 1e-14 * np.linalg.norm(u) * np.linalg.norm(v)
    return u, v


def table(name, rows, form="%.17g", kind="double"):
    rows = np.atleast_2d(rows)
    print("static const %s golden_%s[%d][%d] = {" % (kind, name, *rows.shape))
    for row in rows:
        print("    {%s}," % ", ".join(form % v for v in row))
    print("};")


def walk_shares(n):
    """Of n points, the first two components: by the inner products min(i, j) of the steps."""
    i = np.arange(n)
    centre = np.eye(n) - 1 / n
    value = np.linalg.eigvalsh(centre @ np.minimum.outer(i, i) @ centre)[::-1]
    return value[:2] / value.sum()


def walks_shares(lengths, drawn=0):
    """Several walks from one point: inner products only within a walk, or of walks that are drawn."""
    run = np.repeat(np.arange(len(lengths)), lengths)
    i = np.concatenate([np.arange(n) for n in lengths])
    inner = np.where(run[:, None] == run, np.minimum.outer(i, i), 0)
    if drawn:
        x = np.concatenate([np.r_[np.zeros((1, drawn)), np.cumsum(np.random.default_rng(n + k).normal(
            size=(n - 1, drawn)), axis=0)] for k, n in enumerate(lengths)])
        inner = x @ x.T
    centre = np.eye(len(i)) - 1 / len(i)
    value = np.linalg.eigvalsh(centre @ inner @ centre)[::-1]
    return value[:2] / value.sum()


def check_walk(n, dim, times):
    """Walks that are drawn, against the closed form, to four standard errors and 1.3 / dim."""
    gen = np.random.default_rng(n)
    got = []
    for _ in range(times):
        x = np.cumsum(gen.normal(size=(n, dim)), axis=0)
        s = np.linalg.svd(x - x.mean(axis=0), compute_uv=False) ** 2
        got.append(s[:2] / s.sum())
    error = np.std(got, axis=0, ddof=1) / np.sqrt(times)
    want = np.array([1.5 / ((n**2 - 1) * np.sin(np.pi * k / (2 * n)) ** 2) for k in (1, 2)])
    assert (np.abs(np.mean(got, axis=0) - want) < 4 * error + 1.3 / dim * want).all(), (n, dim)
    assert np.allclose(want, walk_shares(n), rtol=1e-12)


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("/* Made by make_reducers.py with NumPy %s; do not edit. */" % np.__version__)
gen = np.random.default_rng(11)
print("""struct golden_random {
    const char *net, *yaml;
    unsigned index;
    const double *u, *v;
};""")
cases = []
for net in NETS:
    n = slices(net, "layer", "none")[1]
    w64 = gen.integers(-200, 200, n) | 1
    table(net + "_w64", w64, "%d", "int")
    every = [(how, ignore, True, 0) for how in ("filter", "layer", "weight", "none")
             for ignore in ("biases", "none")]
    every += [(how, "biases", False, 2) for how in ("filter", "layer", "weight")]
    if net != "net":
        every = [("filter", "biases", True, k) for k in range(3)]
    for k, (how, ignore, orthogonal, index) in enumerate(every):
        name = "%s_%d" % (net, k)
        table(name, random_plane(net, w64 / 64, how, ignore, orthogonal, index))
        cases.append('{"%s", "{normalize: %s, ignore: %s, orthogonal: %s}", %d, golden_%s[0], '
                     'golden_%s[1]}' % (net, how, ignore, str(orthogonal).lower(), index, name, name))
print("static const struct golden_random golden_random[] = {\n    %s};" % ",\n    ".join(cases))

# Trajectory PCA of fc1 (2 x 3 and 2) and of fc1.weight with fc2.bias, out of 2 x 3, 2, 3 x 2, 3.
x64 = np.round(np.cumsum(gen.normal(size=(7, 17)), axis=0) * 64).astype(int)
table("layers_x64", x64, "%d", "int")
for name, columns in (("fc1", np.arange(8)), ("ends", np.r_[0:6, 14:17])):
    x = x64[:, columns] / 64
    _, s, vt = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    vt *= np.sign(vt[np.arange(len(vt)), np.abs(vt).argmax(axis=1)])[:, None]
    whole = np.zeros((3, 17))
    whole[:, columns] = vt[:3]
    table("layers_%s_component" % name, whole)
    table("layers_%s_ratio" % name, (s**2 / (s**2).sum())[:3])

lengths = [3, 7, 31, 300]
table("walk_points", lengths, "%d", "int")
table("walk_share", [walk_shares(n) for n in lengths])
for n, dim, times in ((5, 20000, 20), (31, 20000, 20), (31, 50, 400), (120, 300, 100)):
    check_walk(n, dim, times)
print("/* Walks of 31 and 12 points, and of 5, 5 and 9. */")
table("walks_share", [walks_shares([31, 12]), walks_shares([5, 5, 9])])
assert np.allclose(walks_shares([31]), walk_shares(31), rtol=1e-12)
for lengths in ([31, 12], [5, 5, 9]):
    assert np.allclose(walks_shares(lengths, 300000), walks_shares(lengths), rtol=0.02)

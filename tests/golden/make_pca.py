#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Principal components by scikit-learn, for the tests of both kinds of PCA in tests/unit/.

    /usr/bin/python3 tests/golden/make_pca.py > tests/golden/pca.h

Values are multiples of 1/64, so that float and double hold the same.  Signs are
ours: the largest entry of a component is positive.
"""
import numpy as np
import sklearn
from sklearn.decomposition import PCA


def walk(rng, n, d):
    """A trajectory: a drift that dies down, and a random walk."""
    drift = np.outer(1 - np.exp(-np.arange(n) / (n / 3)), rng.normal(size=d)) * 3
    x = drift + np.cumsum(rng.normal(size=(n, d)), axis=0) * 0.2
    return np.round(x * 64).astype(int)


def table(name, rows, form="%.17g", kind="double"):
    rows = np.atleast_2d(rows)
    print("static const %s golden_%s[%d][%d] = {" % (kind, name, *rows.shape))
    for row in rows:
        print("    {%s}," % ", ".join(form % v for v in row))
    print("};")


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("/* Made by make_pca.py with scikit-learn %s; do not edit. */" % sklearn.__version__)
rng = np.random.default_rng(7)
for name, n, d in (("wide", 9, 23), ("tall", 31, 6)):
    whole = walk(rng, n, d)
    x = whole / 64
    p = PCA(4, svd_solver="full").fit(x)
    flip = np.sign(p.components_[np.arange(4), np.abs(p.components_).argmax(axis=1)])
    table(name + "_x64", whole, "%d", "int")
    table(name + "_ratio", p.explained_variance_ratio_)
    table(name + "_component", p.components_ * flip[:, None])
    table(name + "_transformed", p.transform(x) * flip)
    table(name + "_from_last", (x - x[-1]) @ p.components_.T * flip)
    white = PCA(4, svd_solver="full", whiten=True).fit(x)
    assert np.allclose(white.components_, p.components_)
    table(name + "_white", white.transform(x) * flip)

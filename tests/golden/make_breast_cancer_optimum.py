#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""make_breast_cancer_optimum.py - where scikit-learn puts the poster's first surface's lowest point.

    /usr/bin/python3 make_breast_cancer_optimum.py > breast_cancer_optimum.csv

Tests need only the file, not this script. Breast cancer, standardised, two principal components,
logistic regression without bias or penalty: two weights. scikit-learn's lbfgs stops early, so
Newton's method goes on from there, in float64, until the gradient is zero but for rounding.
"""
import csv
import os
import sys

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "..", "..", "data", "breast_cancer.csv"), newline="") as f:
    rows = list(csv.reader(f))[1:]
x = np.array([r[:-1] for r in rows], dtype=np.float64)
y = np.array([r[-1] for r in rows], dtype=np.float64)
assert x.shape == (569, 30)

x = StandardScaler().fit_transform(x)
pca = PCA(2, svd_solver="full").fit(x)
# The sign of a component is free: as dataset-pca has it, its largest entry is positive.
components = np.array([c * np.sign(c[np.argmax(np.abs(c))]) for c in pca.components_])
z = (x - pca.mean_) @ components.T

sk = LogisticRegression(penalty="none", fit_intercept=False, solver="lbfgs", tol=1e-12,
                        max_iter=10000).fit(z, y)
w = sk.coef_[0].copy()
for _ in range(20):
    p = 1 / (1 + np.exp(-z @ w))
    gradient = z.T @ (p - y) / len(y)
    hessian = (z * (p * (1 - p))[:, None]).T @ z / len(y)
    w -= np.linalg.solve(hessian, gradient)
assert np.linalg.norm(gradient) < 1e-15
assert np.abs(w - sk.coef_[0]).max() < 1e-5, (w, sk.coef_)
margin = (2 * y - 1) * (z @ w)
loss = np.logaddexp(0, -margin).mean()
print("w1,w2,loss,accuracy")
print(",".join(f"{v:.17g}" for v in (w[0], w[1], loss, (margin > 0).mean())))
print("scikit-learn stops at", sk.coef_[0], file=sys.stderr)

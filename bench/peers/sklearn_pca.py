# SPDX-License-Identifier: GPL-3.0-or-later
"""Two principal components with scikit-learn.

    sklearn_pca.py X [TEST_X]

fit   seconds to fit PCA(2) to X and, if there is a TEST_X, to transform both; `dtype` is what X
      already has when the clock starts
"""
import sys
import warnings

import numpy as np
import sklearn
from sklearn.decomposition import PCA

from serve import libraries, serve, timed


class Components:
    def __init__(self, x, test_x=None):
        self.files = [x] + ([test_x] if test_x else [])
        self.loaded = {}

    def data(self, dtype):
        if dtype not in self.loaded:
            self.loaded = {dtype: [np.load(f).astype(dtype) for f in self.files]}
        return self.loaded[dtype]

    def fit(self, solver, dtype):
        data = self.data(dtype)

        def run():
            pca = PCA(2, svd_solver=solver, random_state=1)
            if len(data) > 1:
                pca.fit_transform(data[0])
                pca.transform(data[1])
            else:
                pca.fit(data[0])
            return float(pca.explained_variance_ratio_.sum())

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            seconds, share = timed(run)
        return {"seconds": seconds, "variance": share}

    def about(self):
        return {
            "versions": f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}",
            "blas": libraries(),
        }


if __name__ == "__main__":
    c = Components(*sys.argv[1:])
    serve({"fit": c.fit, "about": c.about})

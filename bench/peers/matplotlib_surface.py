# SPDX-License-Identifier: GPL-3.0-or-later
"""A surface with matplotlib's plot_surface, every row and column drawn.

picture   seconds to draw SIDE x SIDE losses, those of ../render.c, in 1920 x 1080 pixels
"""
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from serve import serve, timed


def losses(side):
    x, y = np.meshgrid(*2 * [np.linspace(-1, 1, side)])
    z = 1.5 * (x * x + y * y) + 0.8 * np.sin(9 * x) * np.cos(8 * y)
    return x, y, z + 0.3 * np.sin(23 * x + 17 * y)


def draw(x, y, z):
    figure = plt.figure(figsize=(19.2, 10.8), dpi=100)
    axes = figure.add_subplot(projection="3d")
    axes.plot_surface(x, y, z, rstride=1, cstride=1, cmap="viridis", antialiased=False)
    figure.canvas.draw()
    plt.close(figure)


def picture(side):
    return {"seconds": timed(draw, *losses(side))[0]}


def about():
    return {"versions": f"matplotlib {matplotlib.__version__}, NumPy {np.__version__}", "blas": []}


if __name__ == "__main__":
    serve({"picture": picture, "about": about})

# SPDX-License-Identifier: GPL-3.0-or-later
"""A loss surface with PyTorch: a full forward pass for each grid point.

    torch_grid.py X Y THETA PLANE WIDTHS   (WIDTHS: 784,128,10)

time    seconds for some grid points in float32, over all rows
agree   grid.csv of Thalweg against PyTorch in float64: the largest relative difference
"""
import sys

import numpy as np
import torch
import torch.nn.functional as F

from serve import libraries, serve, timed


class Surface:
    def __init__(self, x, y, theta, plane, widths):
        self.x, self.y = torch.from_numpy(np.load(x)), torch.from_numpy(np.load(y))
        self.widths = [int(w) for w in widths.split(",")]
        self.theta, self.plane = np.load(theta)[-1], np.load(plane)

    def layers(self, flat):
        """Weights and biases as views of one vector, in PyTorch's order."""
        at, layers = 0, []
        for n_in, n_out in zip(self.widths, self.widths[1:]):
            weight = flat[at : at + n_in * n_out].view(n_out, n_in)
            at += n_in * n_out
            layers.append((weight, flat[at : at + n_out]))
            at += n_out
        return layers

    def evaluate(self, flat, x, y, batch):
        """Sum of the cross-entropies of all rows, and how many are right."""
        loss, right, layers = 0.0, 0, self.layers(flat)
        for at in range(0, len(x), batch):
            h, labels = x[at : at + batch], y[at : at + batch]
            for weight, bias in layers[:-1]:
                h = F.relu(F.linear(h, weight, bias), inplace=True)
            scores = F.linear(h, *layers[-1])
            loss += float(F.cross_entropy(scores, labels, reduction="sum"))
            right += int((scores.argmax(1) == labels).sum())
        return loss, right

    @torch.inference_mode()
    def time(self, points, batch):
        """All that a point costs: the weights there, then every row."""
        origin, u, v = (
            torch.from_numpy(a.astype(np.float32)) for a in (self.theta, *self.plane)
        )

        def run():
            for k in range(points):
                t = 2 * k / max(points - 1, 1) - 1
                self.evaluate(origin + t * u + 0.5 * t * v, self.x, self.y, batch)

        return {"seconds": timed(run)[0]}

    @torch.inference_mode()
    def agree(self, csv, rows, every):
        """Every so-many-th grid point of the file, over the first `rows` rows."""
        grid = np.loadtxt(csv, delimiter=",", skiprows=2)[::every]
        x, y = self.x[:rows].double(), self.y[:rows]
        off = np.zeros((len(grid), 2))
        for k, (px, py, loss, accuracy) in enumerate(grid):
            flat = torch.from_numpy(self.theta + px * self.plane[0] + py * self.plane[1])
            own, right = self.evaluate(flat, x, y, 10000)
            off[k] = loss * len(x) / own - 1, accuracy * len(x) - right
        worst = np.abs(off).max(0)  # a NaN stays one
        return {"points": len(grid), "loss": worst[0], "right": worst[1]}

    def about(self):
        return {"versions": f"PyTorch {torch.__version__}", "blas": libraries()}


if __name__ == "__main__":
    s = Surface(*sys.argv[1:])
    serve({"time": s.time, "agree": s.agree, "about": s.about})

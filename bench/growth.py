# SPDX-License-Identifier: GPL-3.0-or-later
"""How the cost of Thalweg grows with rows, features, width, depth, points and threads.

Networks and planes are random: the time does not depend on what a network has learnt.
"""
from measure import thread_counts
from report import seconds


class Random:
    """A model with random parameters on a random plane."""

    def __init__(self, lab, n_in, hidden, plugin="mlp", x="x.npy", y="y.npy"):
        self.lab, self.name = lab, "-".join(map(str, ["random", n_in, *hidden, 10]))
        theta, plane = f"{self.name}-theta.npy", f"{self.name}-plane.npy"
        lab.prepare("random", self.name, n_in, *hidden, 10, makes=[theta, plane])
        model = f"{{plugin: {plugin}, hidden: {hidden}}}" if hidden else f"{{plugin: {plugin}}}"
        self.sets = [
            f"dataset={{plugin: npy, x: {x}, y: {y}}}",
            f"model={model}",
            f"optimizer.path={theta}",
            f"reducers.0.directions={plane}",
        ]

    def run(self, nx, ny, rows, jobs=None):
        """Seconds of the grid stage."""
        more = [f"grid.points=[{nx}, {ny}]", f"dataset.limit={rows}"]
        run = self.lab.thalweg("grid.yaml", *self.sets, *more, jobs=jobs, name="growth")
        return run.seconds("grid")


def best(lab, net, nx, ny, rows, jobs=None):
    spent = net.run(nx, ny, rows, jobs)
    return min(spent, net.run(nx, ny, rows, jobs)) if spent < 1 and not lab.quick else spent


def by_point(lab, caption, what, settings):
    """settings: (label, Random, nx, ny, rows, jobs); a table with a line for each."""
    lines, first = [], None
    for label, net, nx, ny, rows, jobs in settings:
        spent = best(lab, net, nx, ny, rows, jobs)
        point = spent / (nx * ny)
        first = first or point
        lines.append([label, seconds(spent), seconds(point), f"{point / first:.2f}"])
    return caption, [what, "grid stage", "by point", "to the first"], lines


def tables(lab):
    """(caption, head, rows) for each."""
    lab.mnist()
    few, base = (3000 if lab.quick else 10000), Random(lab, 784, [128])
    nx, ny = 51, 11 if lab.quick else 21
    counts = (98, 196, 392, 784)
    for n in counts:
        lab.prepare("columns", n, makes=[f"x-{n}.npy", f"y-{n}.npy"])
    of = f"784-128-10, {nx} x {ny} points, {few} rows, but for what the first column says"
    return [
        by_point(lab, f"Rows ({of})", "rows", [
            (str(r), base, nx, ny, r, None) for r in (7500, 15000, 30000, 60000)
        ]),
        by_point(lab, "Features", "features", [
            (str(n), Random(lab, n, [128], "mlp", f"x-{n}.npy", f"y-{n}.npy"), nx, ny, few, None)
            for n in counts
        ]),
        by_point(lab, "Hidden width", "units", [
            (str(w), Random(lab, 784, [w]), nx, ny, few, None) for w in (32, 64, 128, 256, 512)
        ]),
        by_point(lab, "Depth", "hidden layers of 128", [
            (str(n), Random(lab, 784, [128] * n), nx, ny, few, None) for n in (1, 2, 3, 4)
        ]),
        by_point(lab, "Grid points", "points", [
            (f"{n} x {n}", base, n, n, few, None) for n in (11, 26, 51, 101)
        ]),
        by_point(lab, "Threads", "threads", [
            (str(t), base, nx, ny, 60000, t) for t in thread_counts()
        ]),
    ]

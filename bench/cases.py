# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases: each is a function that takes a Lab and returns rows of the table.

Bars are those of a machine with two cores. Names are what CASES of `make bench` takes.
"""
import re
import statistics

import growth
from measure import Failure, peer_threads, thread_counts
from report import Row, faster, seconds

CASES = {}
BATCHES = (256, 1000, 4096, 10000, 60000)
ROWS, CLASSES, PIXELS = 60000, 10, 784


def case(name):
    def add(function):
        CASES[name] = function
        return function

    return add


def threads_text(n):
    return f"{n} thread{'s' if n > 1 else ''}"


def peer_text(threads):
    own, blas = threads
    return threads_text(own) + (f" and {blas} of BLAS" if blas != own else "")


def request(threads, **more):
    return dict(more, threads=threads[0], blas=threads[1])


# ---- surfaces --------------------------------------------------------------------------------


class Surface:
    """A network on MNIST that PyTorch has trained, and a plane: for Thalweg and for PyTorch."""

    def __init__(self, lab, name, hidden, plugin="mlp"):
        self.lab, self.name, self.hidden = lab, name, hidden
        self.x, self.y, _, _ = lab.mnist()
        self.theta, self.plane = f"{name}-theta.npy", f"{name}-plane.npy"
        lab.prepare("trained", name, *hidden, makes=[self.theta, self.plane])
        model = f"{{plugin: {plugin}}}"
        if plugin == "mlp":
            model = f"{{plugin: mlp, hidden: {list(hidden)}}}"
        self.sets = [
            f"model={model}",
            f"optimizer.path={self.theta}",
            f"reducers.0.directions={self.plane}",
        ]

    def widths(self):
        return [PIXELS, *self.hidden, CLASSES]

    def run(self, nx, ny, *sets, jobs=None, name=None):
        points = f"grid.points=[{nx}, {ny}]"
        return self.lab.thalweg(
            "grid.yaml", points, *self.sets, *sets, jobs=jobs, name=name or self.name
        )

    def peer(self):
        widths = ",".join(map(str, self.widths()))
        return self.lab.peer("torch_grid.py", self.x, self.y, self.theta, self.plane, widths)

    def rows_that_fit(self, nx, ny, budget):
        """How many rows of the grid take no longer than that many seconds, or four."""
        rows = 4
        while rows < ny and self.run(nx, rows).seconds("grid") < budget / 2:
            rows *= 2
        return min(rows, ny)


def fastest_variant(lab, peer):
    """Batch and threads with which PyTorch takes least for a point, and that time."""
    variants = [(b, t) for b in (BATCHES[1:3] if lab.quick else BATCHES) for t in peer_threads()]
    return lab.fastest(
        variants,
        lambda v: peer.ask(**request(v[1], do="time", points=1, batch=v[0]))["seconds"],
    )


def against_torch(lab, surface, nx, ny, bar, budget=None):
    """Grid points in turns; then some points of the last surface against float64."""
    asked = ny
    if budget or lab.quick:
        ny = surface.rows_that_fit(nx, ny, 1.5 if lab.quick else budget)
    peer = surface.peer()
    one, (batch, threads) = fastest_variant(lab, peer)
    points = max(2, round((0.8 if lab.quick else 2.5) / one))

    def torch():
        answer = peer.ask(**request(threads, do="time", points=points, batch=batch))
        return answer["seconds"] / points

    ours, theirs = lab.alternate(
        Thalweg_by_point=lambda: surface.run(nx, ny).seconds("grid") / (nx * ny),
        PyTorch_by_point=torch,
        repetitions=lab.repetitions if not budget else 1 if lab.quick else 3,
    )
    text = "-".join(map(str, surface.widths()))
    part = f" ({ny} of {asked} grid rows)" if ny < asked else ""
    note = f"PyTorch, batch {batch}, {peer_text(threads)}"
    rows = [faster(f"{text}, {nx} x {asked}: grid point{part}", ours, theirs, bar, note)]
    few = max(1, nx * ny // (4 if lab.quick else 9))
    few_points = dict(do="agree", rows=ROWS, every=few, threads=max(thread_counts()))
    answer = peer.ask(csv=f"out/{surface.name}/grid.csv", **few_points)
    rows.append(agreement_row(f"{text}: against PyTorch float64, all rows", answer))
    return rows, ours


def agreement_row(what, answer):
    worst = answer["loss"]
    return Row(
        f"{what}, {answer['points']} points",
        f"{worst:.1e} off, {answer['right']:.0f} rows counted otherwise",
        bar="<= 1e-05 relative",
        holds=worst <= 1e-5,
    )


def f1_operations(hidden):
    """Of a row at a grid point, when the first layer is affine."""
    widths = [*hidden, CLASSES]
    return 2 * hidden[0] + 2 * sum(a * b for a, b in zip(widths, widths[1:]))


@case("mnist-mlp")
def mnist_mlp(lab):
    """the main job: 784-128-10 ReLU, 51 x 51 points, against PyTorch and the peak of sgemm"""
    surface = Surface(lab, "mnist-mlp", [128])
    rows, ours = against_torch(lab, surface, 51, 51, 100)
    peak = lab.sgemm(lab.cpus)["sgemm"]
    rate = f1_operations([128]) * ROWS / ours.median * 1e-9
    rows.append(
        Row(
            "784-128-10: in F1's operations, against the peak of sgemm",
            f"{rate:.0f} GFLOP/s",
            f"{peak:.0f} GFLOP/s, {threads_text(lab.cpus)}",
            f"{100 * rate / peak:.0f} %",
            ">= 60 %",
            rate >= 0.6 * peak,
        )
    )
    return rows


@case("agreement")
def agreement(lab):
    """784-128-10 at every grid point against PyTorch float64 (6,000 rows; BENCH=long: all)"""
    surface = Surface(lab, "mnist-mlp", [128])
    limit = ROWS if lab.long else 1000 if lab.quick else 6000
    ny = 13 if lab.quick else 51
    surface.run(51, ny, f"dataset.limit={limit}", name="agreement")
    limits = dict(do="agree", rows=limit, every=1, threads=max(thread_counts()))
    answer = surface.peer().ask(csv="out/agreement/grid.csv", **limits)
    return [agreement_row(f"784-128-10: against PyTorch float64, {limit} rows", answer)]


@case("logistic")
def logistic(lab):
    """logistic regression on MNIST, 10 classes, 101 x 101 points, against PyTorch"""
    surface = Surface(lab, "logistic", [], plugin="logistic")
    return against_torch(lab, surface, 101, 101, 100)[0]


@case("mlp-256-128")
def mlp_256_128(lab):
    """784-256-128-10 against PyTorch; as many rows of the 51 x 51 grid as 5 seconds allow"""
    surface = Surface(lab, "mlp-256-128", [256, 128])
    return against_torch(lab, surface, 51, 51, 8, budget=None if lab.long else 5)[0]


@case("mlp-512-512")
def mlp_512_512(lab):
    """784-512-512-10 against PyTorch; as many rows of the 51 x 51 grid as 5 seconds allow"""
    surface = Surface(lab, "mlp-512-512", [512, 512])
    return against_torch(lab, surface, 51, 51, 2.5, budget=None if lab.long else 5)[0]


@case("breast-cancer")
def breast_cancer(lab):
    """breast cancer, logistic regression, 1001 x 1001 points: below a second"""
    (ours,) = lab.alternate(Thalweg=lambda: lab.thalweg("breast-cancer.yaml").seconds("grid"))
    return [
        Row(
            "breast cancer, logistic, 1001 x 1001: grid stage",
            seconds(ours.median),
            bar="< 1 s",
            holds=ours.median < 1,
        )
    ]


@case("features")
def features(lab):
    """cost of a point with 98, 392 and 784 features: logistic, svm, one hidden layer of 128"""
    lab.mnist()
    counts, rows = (98, 392, 784), []
    for n in counts:
        lab.prepare("columns", n, makes=[f"x-{n}.npy", f"y-{n}.npy"])
    limit = 5000 if lab.quick else 20000
    for plugin, hidden, few, many in (
        ("logistic", [], 101, 201),
        ("svm", [], 101, 201),
        ("mlp", [128], 51, 101),
    ):
        sides = {}
        for n in counts:
            net = growth.Random(lab, n, hidden, plugin, f"x-{n}.npy", f"y-{n}.npy")
            for points in (few, many):
                sides[f"{plugin}_{n}_{points}"] = (
                    lambda net=net, points=points: net.run(points, points, limit)
                )
        # A difference of two medians is mostly noise: what disturbs only ever adds.
        series = lab.alternate(repetitions=2 if lab.quick else 7, **sides)
        whole = [s.best for s in series]
        more = [(b - a) / (many**2 - few**2) for a, b in zip(whole[::2], whole[1::2])]
        text = f"{plugin}{' 128' if hidden else ''}: %s, 98, 392, 784 features"
        spread = max(more) / min(more) - 1
        rows.append(
            Row(
                text % f"one more point ({few} x {few} to {many} x {many})",
                ", ".join(seconds(m) for m in more),
                ratio=f"{100 * spread:.0f} % apart",
                bar="<= 15 %",
                holds=spread <= 0.15,
            )
        )
        rows.append(
            Row(
                text % f"grid stage by point, {many} x {many}",
                ", ".join(seconds(m / many**2) for m in whole[1::2]),
            )
        )
    return rows


# ---- training and PCA ------------------------------------------------------------------------


@case("training")
def training(lab):
    """an epoch of 784-128-10, batch 128, against PyTorch; accuracy after five"""
    epochs, peer = 5, lab.peer("torch_train.py", *lab.mnist(), "784,128,10")
    lengths = epochs, 2 * epochs  # what they differ by are epochs and nothing else
    variants = [(t, g) for t in peer_threads() for g in ("batch", "epoch")]
    _, (threads, gather) = lab.fastest(
        variants,
        lambda v: peer.ask(**request(v[0], do="train", epochs=1, gather=v[1], seed=1))["seconds"],
    )
    accuracy = {"ours": [], "theirs": []}

    def ours():
        seed = f"seed={len(accuracy['ours']) + 1}"
        few, many = (
            lab.thalweg("train.yaml", seed, f"optimizer.epochs={length}") for length in lengths
        )
        found = re.search(r"accuracy ([0-9.]+) % \(test\)", few.summary)
        if not found:
            raise Failure("train.yaml: no accuracy on the test set in the summary")
        accuracy["ours"].append(float(found.group(1)))
        return (many.seconds("train") - few.seconds("train")) / epochs

    def theirs():
        seed = len(accuracy["theirs"]) + 1
        few, many = (
            peer.ask(**request(threads, do="train", epochs=length, gather=gather, seed=seed))
            for length in lengths
        )
        accuracy["theirs"].append(100 * few["accuracy"])
        return (many["seconds"] - few["seconds"]) / epochs

    a, b = lab.alternate(
        Thalweg_by_epoch=ours,
        PyTorch_by_epoch=theirs,
        repetitions=1 if lab.quick else lab.repetitions,
    )
    means = [statistics.mean(v) for v in accuracy.values()]
    apart = means[0] - means[1]
    return [
        faster(
            "784-128-10, batch 128: training epoch",
            a,
            b,
            2,
            f"PyTorch, {peer_text(threads)}, rows gathered by {gather}",
        ),
        Row(
            f"784-128-10: test accuracy after {epochs} epochs, mean of {len(accuracy['ours'])}",
            f"{means[0]:.2f} %",
            f"{means[1]:.2f} %, PyTorch",
            f"{apart:+.2f}",
            "within 0.2",
            abs(apart) <= 0.2,
        ),
    ]


def against_sklearn(lab, what, stage, pipeline, solvers, *files):
    peer = lab.peer("sklearn_pca.py", *files)
    if lab.quick:
        solvers = solvers[-2:]
    # by type first: only one copy of the data is kept
    variants = [
        (s, d, t) for d in ("float32", "float64") for s in solvers for t in peer_threads()[-3:]
    ]

    def fit(v):
        return peer.ask(**request(v[2], do="fit", solver=v[0], dtype=v[1]))["seconds"]

    _, best = lab.fastest(variants, fit)
    ours, theirs = lab.alternate(
        Thalweg=lambda: lab.thalweg(pipeline).seconds(stage), scikit_learn=lambda: fit(best)
    )
    note = f"scikit-learn, {best[0]}, {best[1]}, {peer_text(best[2])}"
    return [faster(what, ours, theirs, 2, note)]


@case("dataset-pca")
def dataset_pca(lab):
    """60,000 x 784 to two components, training and test set transformed, against scikit-learn"""
    x, _, test_x, _ = lab.mnist()
    what = "dataset-pca of 60,000 x 784 to 2"
    return against_sklearn(
        lab, what, "reduce", "dataset-pca.yaml", ["arpack", "randomized"], x, test_x
    )


@case("trajectory-pca")
def trajectory_pca(lab):
    """the plane of 300 checkpoints of 101,770 parameters against scikit-learn"""
    lab.prepare("walk", 300, 101770, makes=["walk.npy"])
    what = "trajectory-pca of 300 x 101,770"
    solvers = ["full", "arpack", "randomized"]
    return against_sklearn(lab, what, "plane", "trajectory-pca.yaml", solvers, "walk.npy")


# ---- threads and memory ----------------------------------------------------------------------


def body(csv):
    """Without the first line, which holds the --set of the run."""
    with open(csv, "rb") as file:
        return file.read().split(b"\n", 1)[1]


def same_bytes(surface):
    """A part of the surface with other numbers of threads and sizes of tiles."""
    ways = [(jobs, "auto") for jobs in (1, 2, 3, 7)] + [(2, tile) for tile in (100, 1000, 4096)]
    bodies = {
        body(surface.run(51, 3, f"grid.tile_rows={tile}", jobs=jobs, name="bytes").csv())
        for jobs, tile in ways
    }
    return Row(
        "784-128-10: grid.csv with -j 1, 2, 3, 7 and tiles of 100, 1000, 4096 rows",
        "equal" if len(bodies) == 1 else f"{len(bodies)} different",
        bar="the same bytes",
        holds=len(bodies) == 1,
    )


@case("threads")
def threads(lab):
    """784-128-10 with one thread and with two: time, and the same bytes"""
    surface = Surface(lab, "mnist-mlp", [128])
    ny = surface.rows_that_fit(51, 51, 1.5) if lab.quick else 51
    one, two = lab.alternate(
        one_thread=lambda: surface.run(51, ny, jobs=1).seconds("grid"),
        two_threads=lambda: surface.run(51, ny, jobs=2).seconds("grid"),
        repetitions=2 if lab.quick else 4,
    )
    ratio, enough = one.median / two.median, lab.cpus > 1
    speed = Row(
        "784-128-10: grid stage with -j 2, with -j 1",
        seconds(two.median),
        f"{seconds(one.median)}, Thalweg",
        f"{ratio:.2f} times",
        ">= 1.85 times" if enough else "(one processor)",
        ratio >= 1.85 if enough else None,
    )
    return [speed, same_bytes(surface)]


@case("memory")
def memory(lab):
    """configs/mnist-mlp.yaml as it stands: peak memory, and what its stages take"""
    sets = ["optimizer.epochs=2", "grid.points=11"] if lab.quick else []
    run = lab.thalweg(f"{lab.source}/configs/mnist-mlp.yaml", *sets, name="main")
    stages = ", ".join(f"{name} {seconds(s)}" for name, s in run.stages.items())
    return [
        Row(
            "configs/mnist-mlp.yaml: peak memory",
            f"{run.peak_mb:.0f} MB",
            bar="< 600 MB",
            holds=run.peak_mb < 600,
        ),
        Row("configs/mnist-mlp.yaml: stages", stages),
    ]


@case("render")
def render(lab):
    """pictures of a surface: what each quality takes, and matplotlib's plot_surface"""
    if not lab.renders():
        return [Row("pictures of a surface", "built without Embree")]
    peer, rows = lab.peer("matplotlib_surface.py"), []
    for side in (101, 501):
        ours, theirs = lab.alternate(
            repetitions=2 if lab.quick else 3,
            preview=lambda side=side: sum(lab.render(side, "preview")),
            plot_surface=lambda side=side: peer.ask(do="picture", side=side)["seconds"],
        )
        what = f"1920 x 1080, {side} x {side} losses: preview with its light, plot_surface"
        rows.append(faster(what, ours, theirs, 1 if side > 101 else None))
    for what, bars in (
        ("preview", (3, 0.5)),
        ("good", (3, None)),
        ("best", (3, 15)),
        ("film", (3, 0.15)),
    ):
        times = [lab.render(101, what) for _ in range(1 if lab.quick else 3)]
        size = "1280 x 720, film" if what == "film" else f"1920 x 1080, {what}"
        for name, values, bar in zip(("before it: mesh and light", "a picture"), zip(*times), bars):
            value = statistics.median(values)
            text = f"<= {seconds(bar)}" if bar else ""
            holds = value <= bar if bar and lab.cpus > 1 else None
            rows.append(Row(f"{size}: {name}", seconds(value), bar=text, holds=holds))
    return rows

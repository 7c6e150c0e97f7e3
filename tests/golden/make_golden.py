#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""make_golden.py - what PyTorch in float64 says about whole loss surfaces.

    /usr/bin/python3 make_golden.py        writes beside itself

Tests need only the files, not this script. For each case NAME:

    NAME-path.npy         2 x P float32: two checkpoints; the last one is the origin
    NAME-directions.npy   2 x P float32: u and v
    NAME-gradient.npy     P float64: of the loss at the origin
    NAME.csv              x,y,loss,accuracy over the grid, y outer, as grid.csv has it
    pipelines/RUN.yaml    pipelines that must give that grid; mlp once for each precision

Data: mnist-{x,y}.npy (pixels / 16, rounded down), breast-{x,y}.npy (standardised), iris-{x,y}.npy.
The grid is neither square nor symmetric, so exchanged or mirrored axes show. Weights, directions
and features are float32 numbers, so the files hold exactly what was computed with.
"""
import gzip
import os

import numpy as np
import torch
import torch.nn as nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "data")
X = np.linspace(-0.8, 1.3, 7)
Y = np.linspace(-0.4, 0.9, 5)
torch.set_default_dtype(torch.float64)


def save(name, array):
    np.save(os.path.join(HERE, name + ".npy"), array)


def load_mnist(n):
    with gzip.open(os.path.join(DATA, "t10k-images-idx3-ubyte.gz")) as f:
        x = np.frombuffer(f.read(16 + 784 * n)[16:], np.uint8).reshape(n, 784) // 16
    with gzip.open(os.path.join(DATA, "t10k-labels-idx1-ubyte.gz")) as f:
        y = np.frombuffer(f.read(8 + n)[8:], np.uint8)
    return x, y


def load_csv(name, standardise):
    rows = np.loadtxt(os.path.join(DATA, name), delimiter=",", skiprows=1)
    x, y = rows[:, :-1], rows[:, -1].astype(np.int64)
    if standardise:
        x = (x - x.mean(0)) / x.std(0)
    return x.astype(np.float32), y


class Mlp(nn.Module):
    def __init__(self, sizes, activation, skip):
        super().__init__()
        self.fc = nn.ModuleList(nn.Linear(i, o) for i, o in zip(sizes[:-1], sizes[1:]))
        self.act, self.skip = activation, skip

    def forward(self, x):
        for i, layer in enumerate(self.fc[:-1]):
            h = self.act(layer(x))
            x = h + x if self.skip and i > 0 and h.shape == x.shape else h
        return self.fc[-1](x)


def logistic2(s, y):
    return nn.functional.binary_cross_entropy_with_logits(s[:, 0], y.double())


def svm2(squared):
    def loss(s, y):
        h = torch.relu(1 - (2.0 * y - 1) * s[:, 0])
        return (h ** 2 if squared else h).mean()
    return loss


def svm(crammer_singer, squared):
    def loss(s, y):
        own = nn.functional.one_hot(y, s.shape[1]).bool()
        h = torch.relu(1 + s - s.gather(1, y[:, None])).masked_fill(own, 0.0)
        h = h ** 2 if squared else h
        return (h.amax(1) if crammer_singer else h.sum(1)).mean()
    return loss


def penalised(net, data_loss, l2, x, y):
    weights = sum((p ** 2).sum() for p in net.parameters() if p.dim() > 1)
    return data_loss(net(x), y) + 0.5 * l2 * weights


def accuracy(s, y):
    guess = (s[:, 0] > 0).long() if s.shape[1] == 1 else s.argmax(1)
    return (guess == y).double().mean().item()


def least_gap(s):
    """How near the closest call is; rounding must not turn it."""
    if s.shape[1] == 1:
        return s.abs().min().item()
    top = s.topk(2, 1).values
    return (top[:, 0] - top[:, 1]).min().item()


def float32(v):
    return v.detach().to(torch.float32).to(torch.float64)


def pipeline(run, case, data, model, origin):
    given = f", origin: ../{case}-origin.npy" if origin else ""
    with open(os.path.join(HERE, "pipelines", run + ".yaml"), "w") as f:
        f.write(f"""# SPDX-License-Identifier: GPL-3.0-or-later
# Must give ../{case}.csv. Written by ../make_golden.py.
thalweg: 1
title: golden {run}
dataset: {{plugin: npy, x: ../{data}-x.npy, y: ../{data}-y.npy}}
model: {model}
optimizer: {{plugin: replay, path: ../{case}-path.npy}}
reducers:
  - {{plugin: given, directions: ../{case}-directions.npy{given}}}
grid: {{points: [7, 5], range: [-0.8, 1.3, -0.4, 0.9]}}
sinks:
  - {{plugin: csv, path: grid.csv}}
""")


def make(case, data, net, data_loss, l2, runs, steps=60, rate=0.02, origin=False):
    name, x, y = data
    x, y = torch.from_numpy(x.astype(np.float64)), torch.from_numpy(y.astype(np.int64))
    adam = torch.optim.Adam(net.parameters(), rate)
    for _ in range(steps):
        adam.zero_grad()
        penalised(net, data_loss, l2, x, y).backward()
        adam.step()
    w = float32(parameters_to_vector(net.parameters()))
    uv = []
    for _ in range(2): # random, each tensor as long as the weights it belongs to
        parts = []
        for p in net.parameters():
            d = torch.randn(p.shape)
            parts.append((d * p.norm() / d.norm()).reshape(-1))
        uv.append(float32(torch.cat(parts)))
    u, v = uv

    vector_to_parameters(w, net.parameters())
    net.zero_grad()
    penalised(net, data_loss, l2, x, y).backward()
    gradient = torch.cat([p.grad.reshape(-1) for p in net.parameters()])

    gap = np.inf
    with open(os.path.join(HERE, case + ".csv"), "w") as f, torch.no_grad():
        f.write("x,y,loss,accuracy\n")
        for b in Y:
            for a in X:
                vector_to_parameters(w + a * u + b * v, net.parameters())
                loss = penalised(net, data_loss, l2, x, y).item()
                gap = min(gap, least_gap(net(x)))
                f.write(f"{a:.17g},{b:.17g},{loss:.17g},{accuracy(net(x), y):.17g}\n")
    save(case + "-path", np.stack([float32(w - 0.5 * u).numpy(), w.numpy()]).astype(np.float32))
    save(case + "-directions", np.stack([u.numpy(), v.numpy()]).astype(np.float32))
    save(case + "-gradient", gradient.numpy())
    if origin:
        save(case + "-origin", w.numpy())
    for run, model in runs.items():
        pipeline(run, case, name, model, origin)
    print(f"{case}: {len(w)} parameters, closest call {gap:.2g}")


def main():
    torch.manual_seed(20180712)
    os.makedirs(os.path.join(HERE, "pipelines"), exist_ok=True)
    mnist = ("mnist", *load_mnist(200))
    breast = ("breast", *load_csv("breast_cancer.csv", True))
    iris = ("iris", *load_csv("iris.csv", False))
    for name, x, y in (mnist, breast, iris):
        save(name + "-x", x)
        save(name + "-y", y)

    ce = nn.functional.cross_entropy
    make("logistic-2", breast, nn.Linear(30, 1), logistic2, 0.01,
         {"logistic-2": "{plugin: logistic, l2: 0.01}"})
    make("logistic-10", mnist, nn.Linear(784, 10), ce, 0.0,
         {"logistic-10": "{plugin: logistic}"}, rate=0.002)
    for squared in (False, True):
        more, key = ("-squared", ", squared: true") if squared else ("", "")
        make("svm-2" + more, breast, nn.Linear(30, 1), svm2(squared), 1e-3,
             {"svm-2" + more: f"{{plugin: svm{key}}}"})
        make("svm-ww" + more, iris, nn.Linear(4, 3), svm(False, squared), 1e-3,
             {"svm-ww" + more: f"{{plugin: svm, multiclass: weston-watkins{key}}}"})
        make("svm-cs" + more, iris, nn.Linear(4, 3), svm(True, squared), 0.05,
             {"svm-cs" + more: f"{{plugin: svm, multiclass: crammer-singer, l2: 0.05{key}}}"},
             origin=True)
    for case, sizes, activation, keys in (
            ("mlp-relu", [784, 16, 10], torch.relu, "hidden: [16], activation: relu"),
            ("mlp-tanh2", [784, 8, 8, 10], torch.tanh, "hidden: [8, 8], activation: tanh")):
        make(case, mnist, Mlp(sizes, activation, False), ce, 0.0,
             {f"{case}-f{bits}": f"{{plugin: mlp, {keys}, precision: float{bits}}}"
              for bits in (32, 64)}, rate=0.005, steps=30)
    for case, activation, name, skip, l2 in (
            ("mlp-leaky", nn.functional.leaky_relu, "leaky-relu", False, 0.0),
            ("mlp-sigmoid", torch.sigmoid, "sigmoid", False, 0.0),
            ("mlp-gelu-skip", nn.functional.gelu, "gelu", True, 0.001)):
        keys = f"hidden: [6, 6], activation: {name}, skip: {str(skip).lower()}, l2: {l2}"
        make(case, iris, Mlp([4, 6, 6, 3], activation, skip), ce, l2,
             {f"{case}-f{bits}": f"{{plugin: mlp, {keys}, precision: float{bits}}}"
              for bits in (32, 64)})


main()

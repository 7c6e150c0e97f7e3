# SPDX-License-Identifier: GPL-3.0-or-later
"""Training a network on MNIST with PyTorch: mini-batch SGD, tensors in memory, no DataLoader.

    torch_train.py X Y TEST_X TEST_Y WIDTHS   (WIDTHS: 784,128,10)

train   seconds of so many epochs, with the loss over all rows before and after as Thalweg has it,
        and the accuracy on the test set (not timed). gather: "batch" picks the shuffled rows of each mini-batch,
        "epoch" shuffles all rows at the beginning of each epoch
"""
import sys

import numpy as np
import torch
import torch.nn.functional as F

from serve import libraries, serve, timed

BATCH, RATE = 128, 0.1


def network(widths):
    layers = []
    for n_in, n_out in zip(widths, widths[1:]):
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


@torch.no_grad()
def full_loss(net, x, y):
    return sum(
        float(F.cross_entropy(net(x[at : at + 1000]), y[at : at + 1000], reduction="sum"))
        for at in range(0, len(x), 1000)
    ) / len(x)


def epoch(net, optimizer, x, y, gather):
    order = torch.randperm(len(x))
    if gather == "epoch":
        x, y = x[order], y[order]
    for at in range(0, len(x), BATCH):
        if gather == "epoch":
            rows, labels = x[at : at + BATCH], y[at : at + BATCH]
        else:
            picked = order[at : at + BATCH]
            rows, labels = x[picked], y[picked]
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(net(rows), labels).backward()
        optimizer.step()


class Training:
    def __init__(self, x, y, test_x, test_y, widths):
        self.x, self.y = torch.from_numpy(np.load(x)), torch.from_numpy(np.load(y))
        self.test_x, self.test_y = (torch.from_numpy(np.load(f)) for f in (test_x, test_y))
        self.widths = [int(w) for w in widths.split(",")]

    def train(self, epochs, gather, seed):
        torch.manual_seed(seed)
        net = network(self.widths)
        optimizer = torch.optim.SGD(net.parameters(), lr=RATE)

        def run():
            full_loss(net, self.x, self.y)
            for _ in range(epochs):
                epoch(net, optimizer, self.x, self.y, gather)
            return full_loss(net, self.x, self.y)

        seconds, loss = timed(run)
        with torch.no_grad():
            right = (net(self.test_x).argmax(1) == self.test_y).double().mean()
        return {"seconds": seconds, "loss": loss, "accuracy": float(right)}

    def about(self):
        return {"versions": f"PyTorch {torch.__version__}", "blas": libraries()}


if __name__ == "__main__":
    t = Training(*sys.argv[1:])
    serve({"train": t.train, "about": t.about})

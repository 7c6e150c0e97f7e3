#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""make_hvp.py - what PyTorch's automatic differentiation in float64 says about Hessians.

    /usr/bin/python3 make_hvp.py        writes hvp.h beside itself

Tests need only hvp.h, not this script. Each case has made-up data, a point theta and a direction;
the header holds the gradient and the Hessian times the direction there. Everything made up comes
from made(stream, i), which the test computes too: multiples of 2^-10, exact in float32.
"""
import os

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS, FEATURES = 24, 5
torch.set_default_dtype(torch.float64)


def made(stream, n):
    """Whole numbers by a linear congruence, centred, over 1024."""
    out, state = [], 7919 * stream + 104729
    for _ in range(n):
        state = (state * 1103515245 + 12345) % 2 ** 31
        out.append(((state >> 15) % 2001 - 1000) / 1024)
    return torch.tensor(out)


def labels(classes):
    return torch.tensor([(7 * i + i * i // 5) % classes for i in range(ROWS)])


def affine(theta, at, n_in, n_out, bias=True):
    w = theta[at:at + n_in * n_out].reshape(n_out, n_in)
    at += n_in * n_out
    b = theta[at:at + n_out] if bias else torch.zeros(n_out)
    return w, b, at + (n_out if bias else 0)


def linear(classes, data_loss, l2, bias=True):
    n_out = 1 if classes == 2 else classes
    def loss(theta, x, y):
        w, b, _ = affine(theta, 0, FEATURES, n_out, bias)
        return data_loss(x @ w.T + b, y) + 0.5 * l2 * (w ** 2).sum()
    return loss, n_out * (FEATURES + bias)


def logistic2(s, y):
    return torch.nn.functional.binary_cross_entropy_with_logits(s[:, 0], y.double())


def hinge2(squared):
    def loss(s, y):
        h = torch.relu(1 - (2.0 * y - 1) * s[:, 0])
        return (h ** 2 if squared else h).mean()
    return loss


def hinge(crammer_singer, squared):
    def loss(s, y):
        own = torch.nn.functional.one_hot(y, s.shape[1]).bool()
        h = torch.relu(1 + s - s.gather(1, y[:, None])).masked_fill(own, 0.0)
        h = h ** 2 if squared else h
        return (h.amax(1) if crammer_singer else h.sum(1)).mean()
    return loss


def mlp(hidden, activation, classes, skip=False, l2=0.0):
    sizes = [FEATURES] + hidden + [classes]
    def loss(theta, x, y):
        at, penalty = 0, 0.0
        for i in range(len(sizes) - 1):
            w, b, at = affine(theta, at, sizes[i], sizes[i + 1])
            penalty = penalty + (w ** 2).sum()
            z = x @ w.T + b
            if i == len(sizes) - 2:
                return torch.nn.functional.cross_entropy(z, y) + 0.5 * l2 * penalty
            h = activation(z)
            x = h + x if skip and i > 0 and h.shape == x.shape else h
    return loss, sum(i * o + o for i, o in zip(sizes[:-1], sizes[1:]))


F = torch.nn.functional
CE = F.cross_entropy
CASES = [
    ("logistic", "{l2: 0.01}", 2, linear(2, logistic2, 0.01)),
    ("logistic", "{bias: false}", 2, linear(2, logistic2, 0.0, False)),
    ("logistic", "{}", 10, linear(10, CE, 0.0)),
    ("svm", "{squared: true}", 2, linear(2, hinge2(True), 1e-3)),
    ("svm", "{squared: false, l2: 0.5}", 2, linear(2, hinge2(False), 0.5)),
    ("svm", "{squared: true}", 4, linear(4, hinge(False, True), 1e-3)),
    ("svm", "{squared: true, multiclass: crammer-singer, l2: 0.05}", 4,
     linear(4, hinge(True, True), 0.05)),
    ("mlp", "{hidden: [], l2: 0.1", 3, mlp([], None, 3, l2=0.1)),
    ("mlp", "{hidden: [6], activation: relu", 3, mlp([6], torch.relu, 3)),
    ("mlp", "{hidden: [4, 5], activation: leaky-relu", 3, mlp([4, 5], F.leaky_relu, 3)),
    ("mlp", "{hidden: [5, 4, 3], activation: tanh, l2: 0.02", 4,
     mlp([5, 4, 3], torch.tanh, 4, l2=0.02)),
    ("mlp", "{hidden: [4, 4], activation: sigmoid", 2, mlp([4, 4], torch.sigmoid, 2)),
    ("mlp", "{hidden: [6, 3], activation: gelu", 3, mlp([6, 3], F.gelu, 3)),
    ("mlp", "{hidden: [4, 4, 4, 3, 3], activation: gelu, skip: true, l2: 0.001", 3,
     mlp([4, 4, 4, 3, 3], F.gelu, 3, True, 0.001)),
    ("mlp", "{hidden: [5, 5, 5], activation: tanh, skip: true", 3,
     mlp([5, 5, 5], torch.tanh, 3, True)),
    ("mlp", "{hidden: [5, 5], activation: relu, skip: true", 3, mlp([5, 5], torch.relu, 3, True)),
]


def numbers(v):
    lines, line = [], "     "
    for x in v.tolist():
        word = f" {x:.17g},"
        if len(line) + len(word) > 100:
            lines.append(line)
            line = "     "
        line += word
    return "\n".join(lines + [line])


def main():
    x = made(1, ROWS * FEATURES).reshape(ROWS, FEATURES) * 2
    text = ["/* SPDX-License-Identifier: GPL-3.0-or-later */",
            "/* hvp.h - written by make_hvp.py: PyTorch in float64. */", ""]
    table = []
    for k, (model, yaml, classes, (loss, dim)) in enumerate(CASES):
        theta, vec, y = made(2 + k, dim), made(102 + k, dim), labels(classes)
        theta.requires_grad_()
        value = loss(theta, x, y)
        grad, = torch.autograd.grad(value, theta, create_graph=True)
        product, = torch.autograd.grad(grad @ vec, theta)
        end = "" if yaml.endswith("}") else "}"
        text += [f"static const double hvp_grad_{k}[] = {{", numbers(grad.detach()), "};",
                 f"static const double hvp_product_{k}[] = {{", numbers(product), "};", ""]
        table.append(f'    {{"{model}", "{yaml}{end}", {classes}, {dim}, {value.item():.17g}, '
                     f'hvp_grad_{k}, hvp_product_{k}}},')
    text += ["static const struct {", "    const char *model, *yaml;", "    size_t n_classes, dim;",
             "    double loss;", "    const double *grad, *product;", "} hvp_cases[] = {"]
    with open(os.path.join(HERE, "hvp.h"), "w") as f:
        f.write("\n".join(text + table + ["};"]) + "\n")


main()

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trajectories of PyTorch's optimizers, for tests/unit/test-optimizers.c.

    /usr/bin/python3 tests/golden/make_optimizers.py > tests/golden/optimizers.h

The gradient is not that of any loss: a linear map of theta plus a term that
changes from step to step, as mini-batches would.  The C test has the same.
"""
import math

import torch

DIM, STEPS, STEPS_PER_EPOCH = 4, 12, 3
START = [1.0, -0.5, 0.25, 2.0]
SLOPE = [1.5, 0.75, 0.125, 2.0]


def gradient(theta, step):
    return torch.tensor(
        [
            SLOPE[i] * theta[i] + 0.25 * theta[(i + 1) % DIM] + ((step * 7 + i * 13) % 11 - 5) / 8
            for i in range(DIM)
        ],
        dtype=torch.float64,
    )


def trajectory(make, schedule=None):
    theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = make([theta])
    scheduler = schedule(optimizer) if schedule else None
    rows = []
    for step in range(STEPS):
        theta.grad = gradient(theta.tolist(), step)
        optimizer.step()
        rows.append(theta.tolist())
        if scheduler and (step + 1) % STEPS_PER_EPOCH == 0:
            scheduler.step()
    return rows


def sgd(**options):
    return lambda p: torch.optim.SGD(p, **options)


def adam(**options):
    return lambda p: torch.optim.Adam(p, **options)


lr = torch.optim.lr_scheduler
CASES = {
    "sgd_plain": (sgd(lr=0.1),),
    "sgd_momentum": (sgd(lr=0.1, momentum=0.9),),
    "sgd_nesterov": (sgd(lr=0.1, momentum=0.9, nesterov=True),),
    "sgd_decay": (sgd(lr=0.1, momentum=0.5, weight_decay=0.05),),
    "sgd_step": (
        sgd(lr=0.2, momentum=0.9),
        lambda o: lr.StepLR(o, step_size=2, gamma=0.5),
    ),
    "sgd_cosine": (
        sgd(lr=0.2),
        lambda o: lr.CosineAnnealingLR(o, T_max=STEPS // STEPS_PER_EPOCH),
    ),
    "adam_plain": (adam(lr=0.05),),
    "adam_decay": (adam(lr=0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1),),
}

print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("/* Made by make_optimizers.py with PyTorch %s; do not edit. */" % torch.__version__.split("+")[0])
print("#define GOLDEN_DIM %d\n#define GOLDEN_STEPS %d" % (DIM, STEPS))
print("#define GOLDEN_STEPS_PER_EPOCH %d" % STEPS_PER_EPOCH)
for name, values in (("start", START), ("slope", SLOPE)):
    print("static const double golden_%s[%d] = {%s};" % (name, DIM, ", ".join(map(repr, values))))
for name, case in CASES.items():
    rows = trajectory(*case)
    assert all(map(math.isfinite, sum(rows, [])))
    print("static const double golden_%s[%d][%d] = {" % (name, STEPS, DIM))
    for row in rows:
        print("    {%s}," % ", ".join(map(repr, row)))
    print("};")

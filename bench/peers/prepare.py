# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that Thalweg and its peers read alike, made once and kept in the folder of the benchmark.

    prepare.py mnist DATA        x.npy, y.npy, test-x.npy, test-y.npy: MNIST, pixels in [0, 1]
    prepare.py columns N         x-N.npy, y-N.npy: 20,000 rows, N columns at equal distances
    prepare.py trained NAME ...  NAME-theta.npy, NAME-plane.npy: a network that PyTorch trained on
                                 MNIST (... its hidden widths), and the plane in which it moved most
    prepare.py random NAME ...   the same files for a network (... all its widths) and a plane that
                                 are random, where only the time matters
    prepare.py walk T P          walk.npy: a random walk of T points of P numbers

A plane is two rows u, v, of such a length that [-1, 1] x [-1, 1] holds the whole way of training.
"""
import gzip
import os
import sys

import numpy as np

BATCH, RATE, EVERY = 128, 0.1, 25  # of the training, and mini-batches between checkpoints


def idx(path):
    with gzip.open(path) as file:
        data = file.read()
    n_dims = data[3]
    shape = np.frombuffer(data, ">i4", n_dims, 4)
    return np.frombuffer(data, np.uint8, -1, 4 + 4 * n_dims).reshape(shape)


def mnist(data):
    for prefix, files in (("", "train"), ("test-", "t10k")):
        x = idx(os.path.join(data, f"{files}-images-idx3-ubyte.gz"))
        y = idx(os.path.join(data, f"{files}-labels-idx1-ubyte.gz"))
        np.save(f"{prefix}x.npy", x.reshape(len(x), -1).astype(np.float32) / np.float32(255))
        np.save(f"{prefix}y.npy", y.astype(np.int64))


def columns(n):
    x, y = np.load("x.npy", mmap_mode="r")[:20000], np.load("y.npy")[:20000]
    np.save(f"x-{n}.npy", np.ascontiguousarray(x[:, :: x.shape[1] // int(n)][:, : int(n)]))
    np.save(f"y-{n}.npy", y)


def save_surface(name, theta, plane):
    np.save(f"{name}-theta.npy", theta[None, :])
    np.save(f"{name}-plane.npy", plane)


def principal_plane(path):
    """Two components of the checkpoints, each as long as the way from the last point reaches."""
    centred = path - path.mean(0)
    _, vectors = np.linalg.eigh(centred @ centred.T)
    plane = vectors[:, :-3:-1].T @ centred
    plane /= np.linalg.norm(plane, axis=1, keepdims=True)
    reach = np.abs((path - path[-1]) @ plane.T).max(0)
    return plane * (1.25 * np.maximum(reach, 1e-3 * reach.max()))[:, None]


def checkpoints(hidden, epochs):
    """Train with PyTorch; yields the parameters now and then."""
    import torch
    from torch.nn.utils import parameters_to_vector

    torch.manual_seed(1)
    x, y = torch.from_numpy(np.load("x.npy")), torch.from_numpy(np.load("y.npy"))
    widths = [x.shape[1], *hidden, 10]
    layers = []
    for n_in, n_out in zip(widths, widths[1:]):
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
    step = 0
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for at in range(0, len(x), BATCH):
            if step % EVERY == 0:
                yield parameters_to_vector(net.parameters()).detach().double().numpy()
            rows = order[at : at + BATCH]
            optimizer.zero_grad(set_to_none=True)
            torch.nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
            optimizer.step()
            step += 1
    yield parameters_to_vector(net.parameters()).detach().double().numpy()


def trained(name, *hidden):
    path = np.stack(list(checkpoints([int(h) for h in hidden], 1)))
    save_surface(name, path[-1], principal_plane(path))


def random(name, *widths):
    rng = np.random.default_rng(1)
    widths = [int(w) for w in widths]
    parts = []
    for n_in, n_out in zip(widths, widths[1:]):
        scale = n_in**-0.5
        parts += [scale * rng.uniform(-1, 1, (3, n_out * n_in))]
        parts += [scale * rng.uniform(-1, 1, (3, n_out))]
    theta, u, v = np.concatenate(parts, axis=1)
    save_surface(name, theta, np.stack([u, v]))


def walk(steps, dim):
    rng = np.random.default_rng(1)
    path = rng.standard_normal((int(steps), int(dim)), np.float32)
    np.save("walk.npy", (1e-3 * np.cumsum(path, 0, np.float64)).astype(np.float32))


if __name__ == "__main__":
    {f.__name__: f for f in (mnist, columns, trained, random, walk)}[sys.argv[1]](*sys.argv[2:])

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the small arrays of tests/data/*.npy that test-npy.c reads.

    /usr/bin/python3 tests/golden/make_npy.py tests/data

Element k of an array of signed numbers is k - 6, of unsigned ones k, of floats
(k - 6) / 8; the extreme values of each integer type are in extremes-*.npy.
"""
import pathlib
import sys

import numpy as np

out = pathlib.Path(sys.argv[1])


def values(dtype, n=12):
    k = np.arange(n)
    kind = np.dtype(dtype).kind
    if kind == "f":
        return ((k - 6) / 8).astype(dtype)
    if kind == "b":
        return k % 3 == 0
    return (k if kind == "u" else k - 6).astype(dtype)


def write(name, array, version=None):
    with open(out / (name + ".npy"), "wb") as f:
        np.lib.format.write_array(f, array, version=version)


for dtype in "u1 i1 u2 i2 u4 i4 u8 i8 f4 f8".split():
    write(dtype + "-le", values("<" + dtype).reshape(3, 4))
    if dtype[1] != "1":
        write(dtype + "-be", values(">" + dtype).reshape(3, 4))
for dtype in "u1 i1 u2 i2 u4 i4 u8 i8".split():
    limits = np.iinfo(dtype)
    write("extremes-" + dtype, np.array([limits.min, limits.max], dtype="<" + dtype))

f8 = values("<f8")
write("b1", values("b1").reshape(3, 4))
write("version-1", f8.reshape(3, 4), (1, 0))
write("version-2", f8.reshape(3, 4), (2, 0))
write("version-3", f8.reshape(3, 4), (3, 0))
write("one-dim", f8)
write("three-dims", f8.reshape(2, 3, 2))
write("not-finite", np.array([np.nan, np.inf, -np.inf, 1e300]))
# Refused:
write("fortran", np.asfortranarray(f8.reshape(3, 4)))
write("half", values("<f2"))
write("complex", values("<f8").astype("<c16"))
write("text", np.array(["a", "b"]))
write("structured", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
write("scalar", np.array(1.5))
write("empty", np.zeros((0, 4)))
write("five-dims", np.zeros((1, 1, 1, 1, 1)))

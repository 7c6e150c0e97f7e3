# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmark says: rows of the table, the machine and versions, the file of results."""
import os
import platform
import re
import subprocess
import sys
import time

METHOD = """\
Each case runs Thalweg and its peer alternately (A B A B ...), after one turn of each that does not
count; what stands in the table are medians. Thalweg's times are those that `thalweg run` prints for
its stages: the whole stage `grid` divided by the number of grid points, with all that is done once
included (of the networks with two hidden layers as many rows of the grid as the table says, at the
same columns: with more of them a point costs less); of the stage `train`, what is said of training below; the stage
`reduce` or `plane`. Thalweg uses a thread for each processor. A peer's time begins when its data are in memory. Peers get the same
OpenBLAS kernels as Thalweg.

- PyTorch, surfaces: weights origin + x u + y v, then a forward pass over all rows, the sum of the
  cross-entropies and the number of right rows, in `inference_mode`, float32. Batches of 256, 1000,
  4096, 10000 and 60000 rows are tried first, with 1 and 2 threads of PyTorch's own and of its BLAS,
  and the fastest is the peer.
- PyTorch, training: mini-batch SGD on tensors in memory, rows shuffled by `randperm`, no
  DataLoader. Threads as above, rows gathered for each batch or once for each epoch: the fastest.
  Both sides evaluate the loss over all rows once before the first epoch and once after the last;
  an epoch is a fifth of what ten epochs take longer than five, of both sides, so that these
  evaluations and what else happens once do not count.
- scikit-learn: PCA(2) with the solvers arpack and randomized (for the trajectory full, too), on
  float32 and float64, threads as above: the fastest.
- The peak is the best rate of OpenBLAS's `sgemm` on as many threads, each with matrices of 1024 x
  1024 of its own. F1's operations are those that the affine first layer leaves: 2 for each hidden
  unit and 2 for each weight of the later layers, by row and point. The row sweep needs fewer.
"""


def seconds(s):
    if s >= 100:
        return f"{s:.0f} s"
    for unit, name in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
        if s >= unit or name == "us":
            value = s / unit
            digits = 0 if value >= 100 else 1 if value >= 10 else 2
            return f"{value:.{digits}f} {name}"
    return ""


class Row:
    """One line of the table; `holds` is None where there is no bar."""

    def __init__(self, case, ours, peer="", ratio="", bar="", holds=None):
        verdict = "" if holds is None else "yes" if holds else "**NO**"
        self.cells = [case, ours, peer, ratio, bar, verdict]
        self.holds = holds


def faster(case, ours, peer, bar, note="", scale=1.0):
    """`bar` times faster than the peer, by medians; None: no bar; scale: from a run to what is told."""
    ratio = peer.median / ours.median
    return Row(
        case,
        seconds(ours.median * scale),
        f"{seconds(peer.median * scale)}{', ' + note if note else ''}",
        f"{ratio:.3g} times" if ratio < 100 else f"{ratio:.0f} times",
        f">= {bar:g} times" if bar else "",
        ratio >= bar if bar else None,
    )


def table(head, rows):
    """A Markdown table whose source is aligned, too."""
    widths = [max(len(r[i]) for r in [head, *rows]) for i in range(len(head))]
    lines = [head, ["-" * w for w in widths], *rows]
    return "".join(
        "| " + " | ".join(c.ljust(w) for c, w in zip(line, widths)) + " |\n" for line in lines
    )


HEAD = ["case", "Thalweg", "peer", "ratio", "bar", "holds"]


def main_table(rows):
    return table(HEAD, [r.cells for r in rows])


# ---- the machine -----------------------------------------------------------------------------


def output(*command, **options):
    try:
        return subprocess.check_output(
            command, text=True, stderr=subprocess.DEVNULL, **options
        ).strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def cpu_model():
    try:
        with open("/proc/cpuinfo") as file:
            found = re.search(r"^model name\s*:\s*(.*)$", file.read(), re.M)
        return found.group(1).strip() if found else platform.machine()
    except OSError:
        return platform.machine()


def commit(source):
    return output("git", "-C", source, "describe", "--always", "--dirty", "--abbrev=9")


def system():
    try:
        with open("/etc/os-release") as file:
            return re.search(r'^PRETTY_NAME="?([^"\n]*)', file.read(), re.M).group(1)
    except (OSError, AttributeError):
        return platform.system()


def machine(lab, compiler, load):
    """Lines of a list: what was measured, on what."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    first = output(*compiler.split(), "--version").splitlines()[:1]
    both = lab.sgemm(lab.cpus)
    rates = f"{lab.blas['sgemm']:.0f} GFLOP/s on one core"
    if lab.cpus > 1:
        rates += f", {both['sgemm']:.0f} on {lab.cpus}"
    return [
        f"{cpu_model()}, {lab.cpus} processors, {memory:.0f} GiB, {system()}",
        f"{output('thalweg', '--version').splitlines()[0]}, commit "
        f"{commit(lab.source) or 'unknown'}, {first[0] if first else compiler}",
        f"{' '.join(lab.blas['blas'].split()[:2])}, kernels {lab.blas['kernels']}: sgemm {rates}",
        f"{', '.join(sorted(lab.versions)) or 'no peers'}, Python {platform.python_version()}"
        + (f"; their BLAS: {', '.join(sorted(lab.peer_blas))}" if lab.peer_blas else ""),
        f"load average at the start: {load:.2f}",
    ]


# ---- the file --------------------------------------------------------------------------------


def series_line(case, what, series):
    values = " ".join(seconds(v) for v in series.values)
    return [case, what, seconds(series.median), seconds(series.best), values]


def write(path, title, facts, rows, raw, growth):
    """`raw`: rows of series_line(); `growth`: (caption, head, rows) for each table."""
    with open(path, "w") as file:
        print(f"# {title}\n", file=file)
        for fact in facts:
            print(f"- {fact}", file=file)
        print("\n<!-- table: begin -->", file=file)
        print(main_table(rows), end="", file=file)
        print("<!-- table: end -->", file=file)
        if growth:
            print("\n## How the cost grows\n", file=file)
            print("Thalweg alone, all that is done once included; below a second the better of two runs.", file=file)
        for caption, head, lines in growth:
            print(f"\n{caption}:\n\n{table(head, lines)}", end="", file=file)
        print(f"\n## Method\n\n{METHOD}", file=file)
        print("## Measured\n", file=file)
        print(table(["case", "what", "median", "min", "all, in order"], raw), end="", file=file)


def results_path(lab, partial):
    """Whole results lie with the source, others with the build."""
    folder = os.path.join(lab.here, "results")
    if partial or not os.access(folder, os.W_OK):
        folder = lab.work
    name = time.strftime("%Y-%m-%d") + "-" + (commit(lab.source) or "unknown")
    return os.path.join(folder, f"{name}{'-' + partial if partial else ''}.md")


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)

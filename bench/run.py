# SPDX-License-Identifier: GPL-3.0-or-later
"""make bench: measure every case against its peer, print a table, write it to bench/results.

The status is 1 if a bar does not hold. cases.py has the cases, measure.py runs and times, report.py
writes, peers/ has what Thalweg is compared with, growth.py the tables without peers.
"""
import argparse
import os
import sys
import time

import growth
import report
from cases import CASES
from measure import Failure, Lab, Neighbours
from report import say


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", required=True, help="top of the source")
    parser.add_argument("--build", required=True, help="top of the build")
    parser.add_argument("--mode", default="full", choices=["quick", "full", "long"])
    parser.add_argument("--cases", default="", help="names, or `list`; none: all")
    parser.add_argument("--compiler", default="cc")
    return parser.parse_args()


def chosen(names, quick):
    """The cases asked for, in their own order."""
    known = [*CASES, "growth"]
    wrong = [n for n in names if n not in known]
    if wrong:
        sys.exit(f"bench: no case {wrong[0]}; there are {', '.join(known)}")
    return [n for n in known if n in names or not names and not (quick and n == "growth")]


def list_cases():
    for name, function in CASES.items():
        print(f"{name:15} {function.__doc__}")
    print(f"{'growth':15} how the cost grows with rows, features, width, depth, points, threads")


def measure(lab, name):
    """Rows, raw figures and growth tables of a case."""
    begun, neighbours = time.monotonic(), Neighbours(lab)
    lab.raw = []
    rows, tables = [], []
    try:
        if name == "growth":
            tables = growth.tables(lab)
        else:
            rows = CASES[name](lab)
        others = neighbours.share()
    except Failure as failure:
        say(f"{name}: {failure}")
        others = neighbours.share() if all(p.process.poll() is None for p in lab.peers) else 0
        rows = [report.Row(f"{name}: failed", "", holds=False)]
    finally:
        lab.close_peers()
    say(f"{name}: {time.monotonic() - begun:.0f} s, others used {100 * others:.1f} % of the CPUs")
    if others > 0.03:
        say("warning: the machine is not quiet; do not trust these figures")
    raw = [report.series_line(name, what, series) for what, series in lab.raw]
    return rows, raw, tables, others


def main():
    options = arguments()
    names = options.cases.split()
    if names == ["list"]:
        return list_cases()
    todo = chosen(names, options.mode == "quick")
    load, begun = os.getloadavg()[0], time.monotonic()
    if load > 0.5:
        say(f"warning: the load average is {load:.2f}; a quiet machine has less than 0.5")
    lab = Lab(options.source, options.build, options.mode)
    rows, raw, tables, noise = [], [], [], 0.0
    for name in todo:
        more = measure(lab, name)
        rows, raw, tables = rows + more[0], raw + more[1], tables + more[2]
        noise = max(noise, more[3])
    facts = report.machine(lab, options.compiler, load)
    facts[-1] += f"; what others used of the CPUs, in the worst case: {100 * noise:.1f} %"
    scope = "some cases" if names else "all cases"
    facts.append(f"{options.mode} run, {scope}, {(time.monotonic() - begun) / 60:.1f} minutes")
    partial = "part" if names else "quick" if options.mode == "quick" else ""
    path = report.results_path(lab, partial)
    title = f"Benchmark of {time.strftime('%Y-%m-%d')}"
    report.write(path, title, facts, rows, raw, tables)
    print("\n".join(facts), end="\n\n")
    print(report.main_table(rows))
    for caption, head, lines in tables:
        print(f"{caption}:\n\n{report.table(head, lines)}")
    print(f"written: {path}")
    failed = sum(r.holds is False for r in rows)
    print(f"{sum(r.holds is True for r in rows)} bars hold, {failed} do not")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

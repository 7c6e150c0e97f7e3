# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring the figures of README.md up to date from a file of results.

    python3 bench/readme.py [FILE]     the newest of bench/results, if none is named

Only the part between the marks is written. A file of a quick run, or of some cases only, is
refused.
"""
import glob
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
README = os.path.join(os.path.dirname(HERE), "README.md")
MARKS = re.compile(r"(<!-- performance: begin .*?-->\n).*?(<!-- performance: end -->)", re.S)


def newest():
    files = glob.glob(os.path.join(HERE, "results", "*-*-*.md"))
    if not files:
        sys.exit("readme.py: no results; run `make bench` first")
    return max(files, key=os.path.getmtime)


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else newest()
    with open(path) as file:
        text = file.read()
    date = re.search(r"^# Benchmark of (\S+)$", text, re.M)
    table = re.search(r"<!-- table: begin -->\n(.*?)<!-- table: end -->", text, re.S)
    facts = re.findall(r"^- (.*)$", text.split("<!-- table", 1)[0], re.M)
    if not date or not table or len(facts) < 4:
        sys.exit(f"readme.py: {path} is no file of results")
    if not re.search(r"^- (full|long) run, all cases", text, re.M):
        sys.exit(f"readme.py: {path} is not of a full run")
    place = f"bench/results/{os.path.basename(path)}"
    about = f"Measured on {date.group(1)}; [{place}]({place})\n"
    about += "has every figure, how the cost grows, and the method.\n\n"
    about += "".join(f"- {fact}\n" for fact in facts[:4])
    with open(README) as file:
        readme = file.read()
    if not MARKS.search(readme):
        sys.exit("readme.py: README.md has no marks")
    made = MARKS.sub(lambda m: f"{m.group(1)}{about}\n{table.group(1)}{m.group(2)}", readme)
    with open(README, "w") as file:
        file.write(made)


if __name__ == "__main__":
    main()

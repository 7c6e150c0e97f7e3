#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Whole surfaces against PyTorch in float64: weights and directions that were made
# elsewhere go through dataset npy, a model, optimizer replay and reducer given, and
# grid.csv must hold the losses and accuracies of golden/CASE.csv: to 1e-9, or to 1e-5
# where the model computes in float32 (RUN-f32). See golden/make_golden.py.
#
# THALWEG: the program.  COMPARE: tests/golden/compare.  abs_top_srcdir: the source.
set -eu
LC_ALL=C
export LC_ALL
top=${abs_top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
compare=${COMPARE:-${abs_top_builddir:-$top}/tests/golden/compare}
golden=$top/tests/golden
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
runs=0

for pipeline in "$golden"/pipelines/*.yaml; do
    run=$(basename "$pipeline" .yaml)
    case $run in
    *-f32) tolerance=1e-5 ;;
    *) tolerance=1e-9 ;;
    esac
    expected=$golden/${run%-f[36][24]}.csv
    runs=$((runs + 1))
    if ! "$THALWEG" run "$pipeline" -o "$scratch/$run" -q >"$scratch/log" 2>&1; then
        echo "FAIL: $run: thalweg run"
        cat "$scratch/log"
        failed=1
    elif ! "$compare" "$scratch/$run/grid.csv" "$expected" "$tolerance" >"$scratch/log" 2>&1; then
        echo "FAIL: $run: not what PyTorch says"
        cat "$scratch/log"
        failed=1
    else
        echo "ok: $run: $(cat "$scratch/log")"
    fi
done

# The comparison itself must be able to say no: a neighbour's surface is not this one.
if "$compare" "$golden/mlp-relu.csv" "$golden/mlp-tanh2.csv" 1e-5 2>/dev/null; then
    echo "FAIL: compare takes one surface for another"
    failed=1
fi
[ "$runs" -ge 18 ] || {
    echo "FAIL: only $runs pipelines found in $golden/pipelines"
    failed=1
}
exit "$failed"

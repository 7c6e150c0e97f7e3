#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The poster's first approach against scikit-learn: breast cancer, standardised,
# two principal components, logistic regression without bias or penalty.  The
# axes are the two weights; training must end where scikit-learn's does, and the
# lowest point of a fine grid must be there.  golden/make_breast_cancer_optimum.py
# has made the numbers.
#
# shellcheck disable=SC2016 # what is for awk stands in single quotes
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

cat >approach1.yaml <<'END'
thalweg: 1
dataset: {plugin: breast-cancer, standardize: true}
model: {plugin: logistic, bias: false}
optimizer: {plugin: lbfgs, epochs: 200, gradient_tolerance: 1e-10}
reducers: [{plugin: dataset-pca, components: 2}]
grid: {points: 5}
sinks: [{plugin: csv}]
END
golden=$top/tests/golden/breast_cancer_optimum.csv
IFS=, read -r w1 w2 loss accuracy <<END
$(sed -n 2p "$golden")
END

# $1 is within $3 of $2
near()
{
    awk -v a="$1" -v b="$2" -v e="$3" 'BEGIN { d = a - b; exit !(a != "" && d <= e && -d <= e) }'
}

thalweg run approach1.yaml -o fit
check "runs" exits 0
IFS=, read -r _ x y end_loss plane_loss residual <<END
$(tail -n 1 fit/trajectory.csv)
END
check "weight of PC 1: $x, scikit-learn: $w1" near "$x" "$w1" 1e-6
check "weight of PC 2: $y, scikit-learn: $w2" near "$y" "$w2" 1e-6
check "loss: $end_loss, scikit-learn: $loss" near "$end_loss" "$loss" 1e-9
check "the plane is the whole loss: residual 0" near "$residual" 0 0
check "the plane is the whole loss: plane_loss is loss" near "$plane_loss" "$end_loss" 1e-15
percent=$(sed -n 's/^  optimum .*accuracy \([0-9.]*\) % (training).*/\1/p' "$scratch/out")
check "accuracy: $percent %, scikit-learn: $accuracy" \
    near "$percent" "$(echo "$accuracy" | awk '{ print 100 * $1 }')" 0.006
check "the axes are named after the components" printed "weight of PC 1 ("

# A grid whose middle point is that optimum: nothing in it is lower.
thalweg run approach1.yaml -q -o fine --set grid.points=21 \
    --set "grid.range=$(awk -v x="$w1" -v y="$w2" \
        'BEGIN { printf "[%.17g, %.17g, %.17g, %.17g]", x - 0.1, x + 0.1, y - 0.1, y + 0.1 }')"
check "a grid around it: runs" exits 0
check "a grid around it: the middle is the lowest point" awk -F, -v loss="$loss" '
    /^#/ || /^x,/ { next }
    { n++ } low == "" || $3 + 0 < low { low = $3 + 0; at = n }
    END { exit !(n == 441 && at == 221 && low - loss < 1e-9 && loss - low < 1e-9) }' fine/grid.csv

finish

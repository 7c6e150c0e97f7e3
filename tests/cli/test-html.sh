#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The pages of sink-html in a browser, and their ball against the program's: tests/html.
#
# Without the sink, node or Chromium it is skipped, and THALWEG_QUICK=1 leaves it out: other
# builds have the same page.  NODE and CHROMIUM may name the programs.
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

skip()
{
    echo "skipped: $*"
    exit 77
}

[ -z "${THALWEG_QUICK-}" ] || skip "the plain build runs it"
thalweg info sink-html
[ "$status" = 0 ] || skip "there is no sink html in this build"
node=${NODE:-$(command -v node || true)}
[ -n "$node" ] && "$node" -e 'process.exit(+(parseInt(process.versions.node) < 18))' ||
    skip "node 18 is missing"

for config in iris-svm-ball breast-cancer-mlp-ball; do
    thalweg run -q "$top/configs/$config.yaml" -o "$scratch/$config" --set 'sinks=[{plugin: html}]'
    check "$config: runs" exits 0
done
cat >"$scratch/hostile.yaml" <<'END'
thalweg: 1
title: "</title></script><script>window.bad=1</script><img src=x onerror=bad=1>&amp;"
dataset: {plugin: iris, standardize: true}
model: {plugin: logistic}
optimizer: {plugin: gd, epochs: 20, label: "</script><b>run & co"}
reducers: [{plugin: trajectory-pca}]
grid: {points: 21}
sinks: [{plugin: html, path: hostile.html}]
END
thalweg run -q "$scratch/hostile.yaml" -o "$scratch"
check "hostile names: runs" exits 0
BALL=$scratch/iris-svm-ball/index.html HOSTILE=$scratch/hostile.html CUT=$scratch/cut.html
export BALL HOSTILE CUT
sed 's/"format":1/"format":}/' "$BALL" >"$CUT"

# suite NAME: its lines, and status 1 if one of them is not ok.
suite()
{
    status=0
    (cd "$scratch" && "$node" --test "$top/tests/html/$1.test.mjs") >"$scratch/tap" 2>"$scratch/err" ||
        status=$?
    grep -E '^ *(not )?ok ' "$scratch/tap" | sed "s|$scratch/||" || true
    [ "$status" = 0 ] || sed -n '/not ok/,/\.\.\./p' "$scratch/tap" >&2
    return "$status"
}

VIEWER_SRC=$top/viewer/src
PAGES=$BALL'
'$scratch/breast-cancer-mlp-ball/index.html
export VIEWER_SRC PAGES
check "physics of the page" suite physics

CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
SCRATCH=$scratch
export CHROMIUM SCRATCH
if [ -n "$CHROMIUM" ]; then
    check "the page in a browser" suite page
else
    echo "skipped: the page in a browser (Chromium is missing)"
fi
finish

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# installcheck.sh SOURCE SCRATCH: be a stranger.  Build the plugin in SOURCE from what
# is installed and run it through the installed program.
#
# Environment: THALWEG (the installed program), PKG_CONFIG_PATH, CC, TEST_CFLAGS.
set -eu

say() { echo "installcheck: $*"; }
die() { say "FAILED: $*" >&2; exit 1; }

source=$1
scratch=$2
rm -rf "$scratch"
mkdir -p "$scratch/home"
cp "$source"/* "$scratch"
chmod -R u+w "$scratch"
cd "$scratch"

# Nothing of the user or of the build may help.
unset THALWEG_DATA_DIR XDG_DATA_HOME
HOME=$PWD/home
export HOME
make CC="$CC" CFLAGS="-O2 -g -Wall -Wextra -Werror ${TEST_CFLAGS-}"
plugins=$(pkg-config --variable=plugindir thalweg)
[ -f "$plugins/model-mlp.so" ] || die "no plugins in $plugins"
[ -z "$(find "$plugins" -name '*.la')" ] || die "libtool archives in $plugins"
THALWEG_PLUGIN_PATH=$PWD
export THALWEG_PLUGIN_PATH

"$THALWEG" info model-ridge >info.txt
grep -q lambda info.txt || die "info says nothing of lambda: $(cat info.txt)"
"$THALWEG" try model-ridge
"$THALWEG" run -q -o out ridge.yaml

# The lowest of the grid is at the optimum: 1.3 at (2.4, -1.6).
awk -F, '
  function near(a, b) { return a - b < 1e-9 && b - a < 1e-9 }
  !/^#/ && $1 != "x" && (n++ == 0 || $3 < low) { x = $1; y = $2; low = $3 }
  END { print n " rows, lowest " low " at " x ", " y
        exit !(n == 961 && near(low, 1.3) && near(x, 2.4) && near(y, -1.6)) }' \
  out/grid.csv >lowest.txt || die "expected 961 rows, lowest 1.3 at 2.4, -1.6; got $(cat lowest.txt)"

# The program finds its own plugins and data.
unset THALWEG_PLUGIN_PATH
"$THALWEG" info dataset-iris >/dev/null
data=$(pkg-config --variable=datadir thalweg)
"$THALWEG" run -q -o iris --set 'sinks=[{plugin: csv, path: grid.csv}]' \
  "$data/configs/iris-logistic-trajectory-pca.yaml"
[ -s iris/grid.csv ] || die "no iris/grid.csv"
say "passed"

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Writes tests/golden/pictures/ anew, after a look has changed on purpose.  Look at them before you
# commit them.
#
#     make check TESTS=            once, so that the test programs are there
#     tests/golden/make_pictures.sh BUILD
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)
cd "${1:-.}"
mkdir -p "$source/tests/golden/pictures"
THALWEG_GOLDEN_WRITE=$source/tests/golden/pictures
export THALWEG_GOLDEN_WRITE
for test in sink-golden render-golden; do
    if [ -x "tests/unit/test-$test" ]; then
        make -s check-TESTS TESTS="tests/unit/test-$test"
    else
        echo "make_pictures.sh: there is no tests/unit/test-$test: its pictures stay" >&2
    fi
done

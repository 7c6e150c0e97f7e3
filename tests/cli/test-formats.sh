#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Pictures as PDF and SVG, seen through other programs: they look like the PNG, fonts are
# inside, and text can be found.  What is not installed (poppler-utils, chromium) is left out
# with a note.
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
distance=${DISTANCE:-${abs_top_builddir:-$top}/tests/cli/distance}

have()
{
    command -v "$1" >/dev/null 2>&1 || { echo "# no $1: its tests are left out"; return 1; }
}

thalweg info sink-png
if [ "$status" -ne 0 ]; then
    echo "# built without the png sink"
    exit 77
fi

# ---- pictures ----------------------------------------------------------------------

# pipeline NAME KEYS...: without a dataset, trained in no time; as PNG, PDF and SVG
pipeline()
{
    name=$1
    shift
    cat >"$name.yaml" <<END
thalweg: 1
title: "Two wells & a word"
seed: 1
model: {plugin: wells}
optimizer: {plugin: gd, learning_rate: 0.05, epochs: 20}
reducers: [{plugin: axes}]
grid: {points: 31, range: [-1, 1]}
sinks:
  - {plugin: png, path: $name.png, width: 600, height: 500, dpi: 100, $*}
  - {plugin: png, path: $name.pdf, width: 600, height: 500, dpi: 100, $*}
  - {plugin: png, path: $name.svg, width: 600, height: 500, dpi: 100, $*}
END
    thalweg run "$name.yaml" -o . -q
    check "$name: three formats" exits 0
}

pipeline map "view: map"
pipeline surface "view: auto, quality: preview"

# ---- PDF ---------------------------------------------------------------------------

# All fonts are embedded, as far as they are used, and known in Unicode.
embedded()
{
    pdffonts "$1" >fonts
    [ "$(sed 1,2d fonts | wc -l)" -gt 0 ] && ! sed 1,2d fonts | grep -v 'yes yes yes'
}

# page FILE WIDTH: in points; no date
page()
{
    pdfinfo "$1" >page.txt && grep -q "^Page size: *$2 x" page.txt &&
        grep -q '^Title: *Two wells & a word' page.txt && ! grep -q 'Date:' page.txt
}

if have pdffonts && have pdftotext && have pdftocairo && have pdfinfo; then
    for name in map surface; do
        [ -f $name.pdf ] || continue
        check "$name.pdf: fonts" embedded $name.pdf
        check "$name.pdf: page" page $name.pdf 432
        pdftotext $name.pdf - >text
        check "$name.pdf: the title can be found" grep -q 'Two wells & a word' text
        check "$name.pdf: so can words" grep -q 'loss' text
        pdftocairo -r 100 -png -singlefile $name.pdf $name-pdf
        check "$name.pdf: looks like the PNG" "$distance" $name.png $name-pdf.png 30
    done
fi

# ---- SVG ---------------------------------------------------------------------------

# shot FILE.svg FILE.png: a page of 6 x 5 inches has 576 x 480 pixels of CSS
shot()
{
    "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars \
        --user-data-dir="$scratch/browser" --force-device-scale-factor=1.0416666666666667 \
        --window-size=576,480 --screenshot="$2" "file://$work/$1" >shot.log 2>&1
}

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || :)
if [ -n "$browser" ]; then
    for name in map surface; do
        check "$name.svg: opens" shot $name.svg $name-svg.png
        check "$name.svg: looks like the PNG" "$distance" $name.png $name-svg.png 30
    done
else
    echo "# no chromium: its tests are left out"
fi

# The comparison itself can say no.
check "a map is no surface" sh -c "! $distance map.png surface.png 30 >/dev/null 2>&1"
finish

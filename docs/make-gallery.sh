#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the lit surfaces of docs/gallery.md and README.md anew, in docs/images/: the contact sheet of
# the poster's eighteen pipelines and the main job, and one picture for each style.  Ten minutes on
# two processors, most of them for MNIST.
#
#     make docs/contact-sheet
#     ./run docs/make-gallery.sh [FOLDER]    in the build; pictures already in FOLDER are kept
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
sheet=${SHEET:-docs/contact-sheet}
runs=${1:-gallery}
images=$source/docs/images
names=
for data in iris breast-cancer mnist; do
    for model in logistic svm mlp; do
        names="$names $data-$model-dataset-pca $data-$model-trajectory-pca"
    done
done
names="$names mnist-mlp"

# draw NAME STYLE: the pipeline's surface in that style, at full size
draw()
{
    [ -f "$runs/$1/$2.png" ] ||
        thalweg run "$source/configs/$1.yaml" -q -o "$runs/$1" --set \
            "sinks=[{plugin: png, view: surface, style: $2, path: $2.png}]"
}

# shrink NAME STYLE TO
shrink()
{
    draw "$1" "$2"
    "$sheet" "$images/$3.png" 1 1000 "$runs/$1/$2.png"
}

set --
for name in $names; do
    draw "$name" paper
    set -- "$@" "$runs/$name/paper.png"
done
"$sheet" "$images/contact-sheet.png" 4 320 "$@"
shrink mnist-mlp paper mnist-mlp
shrink iris-mlp-random ink style-ink
shrink breast-cancer-mlp-trajectory-pca dusk style-dusk
shrink breast-cancer-mlp-deep pearl style-pearl
shrink iris-svm-trajectory-pca topographic style-topographic
shrink breast-cancer-mlp-deep figure1 style-figure1
for image in contact-sheet mnist-mlp style-ink style-dusk style-pearl style-topographic style-figure1; do
    if [ "$(wc -c <"$images/$image.png")" -ge 400000 ]; then
        echo "make-gallery.sh: $image.png is larger than 400,000 bytes" >&2
        exit 1
    fi
done

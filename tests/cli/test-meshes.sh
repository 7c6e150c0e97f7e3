#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Meshes as other programs read them: assimp for all four formats, and the Khronos validator for
# glTF.  Both are optional: assimp is a package, and ./bootstrap check installs the validator and
# names its folder in $GLTF_VALIDATOR.
#
# shellcheck disable=SC2016 # what is for eval stands in single quotes
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

if ! "$THALWEG" list sink | grep -q '^sink-obj '; then
    echo "skipped: there is no sink-obj"
    exit 77
fi

cat >ball.yaml <<'END'
thalweg: 1
title: "Two landscapes, \"quoted\""
dataset:   {plugin: iris, standardize: true}
model:     {plugin: svm, squared: true, l2: 0.001}
optimizer: {plugin: gd, learning_rate: 0.02, epochs: 12}
reducers:  [{plugin: hessian}]
grid:      {points: [21, 16], range: [-4, 4]}
ball:      {landscapes: 2, start: highest}
sinks:
  - {plugin: obj, path: a.obj, upsample: 2, texture: 64}
  - {plugin: obj, path: a.ply, upsample: 2}
  - {plugin: obj, path: a.stl, upsample: 2}
  - {plugin: obj, path: a.glb, upsample: 2, texture: 64}
  - {plugin: obj, path: solid.obj, upsample: 2, texture: 64, base: true, size: 60}
  - {plugin: obj, path: solid.ply, upsample: 2, base: true, size: 60}
  - {plugin: obj, path: solid.stl, upsample: 2, base: true, size: 60, thickness: 5}
  - {plugin: obj, path: solid.glb, upsample: 2, texture: 64, base: true, size: 60}
END
# Float32 overflows far out: half of it is a hole.
cat >holes.yaml <<'END'
thalweg: 1
dataset:   {plugin: iris}
model:     {plugin: mlp, hidden: [3, 3, 3, 3], precision: float32, activation: relu}
reducers:  [{plugin: random}]
grid:      {points: [13, 13], range: [-1e9, 1e9]}
sinks:
  - {plugin: obj, path: a.glb, texture: 64}
  - {plugin: obj, path: solid.glb, texture: 64, base: true}
  - {plugin: csv}
END

thalweg run -q -j 1 ball.yaml -o ball
check "a ball in four formats" exits 0
thalweg run -q -j 2 ball.yaml -o again
check "and again" exits 0
for file in ball/*.stl ball/*.ply ball/*.obj ball/*.mtl ball/*.png ball/*.glb; do
    check "$file: the same bytes with -j 2" cmp -s "$file" "again/${file#ball/}"
done
thalweg run -q holes.yaml -o holes
check "holes" exits 0
check "there are some" grep -q ',\(inf\|nan\),' holes/grid.csv

thalweg run -q ball.yaml -o no --set sinks.0.path=a.gltf
check "another ending is refused ..." exits 2
check "... with those that are possible" said ".obj, .stl, .ply or .glb"
check "... before anything is written" empty no

# ---- assimp

# is FILE LABEL VALUE: as `assimp info` says
is()
{
    assimp info "$1" >info 2>&1 || true
    grep -q "^$2: *$3\$" info || {
        grep "^$2" info
        return 1
    }
}

# spans FILE LOW HIGH: the bounding box; the smooth surface may dip a little below the grid's points
spans()
{
    assimp info "$1" >info 2>&1 || true
    sed -n 's/^\(Minimum\|Maximum\) point *(\(.*\)).*/\2/p' info | tr '\n' ' ' >box
    echo "$2 $3" | paste - box | awk '{ for (i = 1; i <= 6; i++) { d = $i - $(i + 6)
        if (NF != 12 || d > 0.5 || d < -0.5) exit 1 } }' || {
        echo "  $1: $(cat box), not $2 $3"
        return 1
    }
}

# There are 41 x 31 points, 40 x 30 quadrangles, and on the border 140 edges: two triangles of
# the wall and one of the floor for each.
if command -v assimp >/dev/null; then
    check "surface, stl: triangles" is ball/a.stl Faces 2400
    check "solid, stl: triangles" is ball/solid.stl Faces $((2400 + 140 * 3))
    check "solid, ply: triangles" is ball/solid.ply Faces $((2400 + 140 * 3))
    check "solid, ply: points" is ball/solid.ply Vertices $((41 * 31 + 141))
    check "solid, obj: triangles" is ball/solid.obj Faces $((2400 + 140 * 3))
    check "surface, obj: nothing moves" is ball/a.obj Animations 0
    check "surface, glb: it moves" is ball/a.glb Animations 1
    check "surface, glb: two surfaces, the run with its ends, a minimum, the ball and two ways" \
        eval 'is ball/a.glb Meshes 9 || is ball/a.glb Meshes 8'
    check "solid, stl: size" spans ball/solid.stl "-30.0 -30.0 -5.0" "30.0 30.0 16.5"
    check "solid, ply: size" spans ball/solid.ply "-30.0 -30.0 -3.0" "30.0 30.0 16.5"
    check "solid, obj: size" spans ball/solid.obj "-30.0 -3.0 -30.0" "30.0 16.5 30.0"
    check "surface, stl: size" spans ball/a.stl "-50.0 -50.0 0.0" "50.0 50.0 27.5"
    for file in ball/solid.stl ball/solid.ply ball/a.glb; do
        assimp export "$file" "$(basename "$file").obj" >info 2>&1 || true
        check "$file: becomes another format" [ -s "$(basename "$file").obj" ]
    done
else
    echo "skipped: assimp is not there"
fi

# ---- the Khronos validator

if [ -d "${GLTF_VALIDATOR:-}/gltf-validator" ] && command -v node >/dev/null; then
    node "$top/tests/gltf/validate.js" "$GLTF_VALIDATOR" ball/a.glb ball/solid.glb holes/a.glb \
        holes/solid.glb >report && status=0 || status=$?
    cat report
    check "glTF without errors and warnings" [ "$status" -eq 0 ]
    # Could it say no?  One broken accessor:
    sed 's/"componentType":5125/"componentType":5199/' ball/a.glb >broken.glb
    check "and a broken one is noticed" \
        eval '! node "$top/tests/gltf/validate.js" "$GLTF_VALIDATOR" broken.glb >report'
else
    echo "skipped: node or the glTF validator is not there (\$GLTF_VALIDATOR)"
fi

finish

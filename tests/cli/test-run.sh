#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Small pipelines from end to end: the files that they leave and the numbers in
# them, exit statuses, options, the same bytes from any number of workers, and
# runs that are stopped or cannot write.
#
# shellcheck disable=SC2016 # what is for awk and eval stands in single quotes
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# Run $@ in the background and wait until stderr has the line $1, at most 30 s.
background()
{
    mark=$1
    shift
    "$THALWEG" "$@" >"$scratch/out" 2>"$scratch/err" &
    child=$!
    tries=0
    while [ "$tries" -lt 300 ] && ! grep -q "$mark" "$scratch/err" && kill -0 "$child"; do
        sleep 0.1
        tries=$((tries + 1))
    done 2>/dev/null
}

# Signal $1 to it after $2 seconds; $status, and $late when it took 10 s to end.
stop_with()
{
    sleep "$2"
    kill -s "$1" "$child" 2>/dev/null || :
    (sleep 10 && kill -s KILL "$child") >/dev/null 2>&1 &
    watch=$!
    status=0
    wait "$child" || status=$?
    kill "$watch" 2>/dev/null || :
    wait "$watch" 2>/dev/null || :
}

same()
{
    cmp -s "$1/grid.csv" "$2/grid.csv" && cmp -s "$1/trajectory.csv" "$2/trajectory.csv"
}

cat >quadratic.yaml <<'END'
thalweg: 1
title: A valley
model: {plugin: quadratic, minimum: [1, -2], curvature: [1, 10], offset: 3, start: [2, -1]}
optimizer: {plugin: gd, learning_rate: 0.05, epochs: 20}
grid: {points: [5, 3], range: [-1, 3, -3, 3]}
sinks: [{plugin: csv}]
END
cat >iris-mlp.yaml <<'END'
thalweg: 1
seed: 7
dataset: {plugin: iris, standardize: true}
model: {plugin: mlp, hidden: [6]}
optimizer: {plugin: sgd, learning_rate: 0.1, batch: 32, epochs: 5, record: step}
reducers: [{plugin: trajectory-pca}]
grid: {points: [12, 9]}
sinks: [{plugin: csv}, {plugin: obj, path: surface.obj}, {plugin: png, path: deep/surface.png}]
END

# ---- a surface that is known, without a dataset

thalweg run quadratic.yaml -o q
check "quadratic: runs" exits 0
check "quadratic: the summary" printed "A valley"
check "quadratic: the summary names the files" printed "q/grid.csv"
check "quadratic: the summary ends with what it means" printed "Training ended at a minimum of this plane"
check "quadratic: the report has it, too" grep -q '"text": "Training ended at a minimum of this plane' q/report.json
check "quadratic: every grid point to 1e-12" awk -F, '
    /^#/ { next }
    ++line == 1 { if ($0 != "x,y,loss,accuracy") bad = 1; next }
    { k = line - 2; x = -1 + k % 5; y = -3 + 3 * int(k / 5)
      want = 3 + (x - 1)^2 / 2 + 5 * (y + 2)^2
      if ($1 != x || $2 != y || ($3 - want)^2 > 1e-24 * want^2 || $4 != "nan") bad = 1 }
    END { exit bad || line != 16 }' q/grid.csv
check "quadratic: every step of the trajectory" awk -F, '
    /^#/ { next }
    ++line == 1 { if ($0 != "step,x,y,loss,plane_loss,residual") bad = 1; next }
    { k = line - 2; x = 1 + 0.95^k; y = -2 + 0.5^k
      loss = 3 + 0.95^(2 * k) / 2 + 5 * 0.5^(2 * k)
      if ($1 != k || ($2 - x)^2 > 1e-24 || ($3 - y)^2 > 1e-24) bad = 1
      if (($4 - loss)^2 > 1e-24 || ($5 - loss)^2 > 1e-24 || $6 != 0) bad = 1 }
    END { exit bad || line != 22 }' q/trajectory.csv

thalweg run quadratic.yaml -o q0 --set optimizer.epochs=0
check "no epochs: only the initial point" [ "$(grep -vc '^#' q0/trajectory.csv)" -eq 2 ]
sed '/^optimizer/d' quadratic.yaml >still.yaml
thalweg run still.yaml -o still
check "no optimizer: runs" exits 0
check "no optimizer: no trajectory" [ ! -e still/trajectory.csv ]
check "no optimizer: a grid" [ -s still/grid.csv ]

# ---- iris, with everything

thalweg run iris-mlp.yaml
check "iris: runs" exits 0
for f in grid.csv trajectory.csv surface.obj deep/surface.png; do
    check "iris: out/iris-mlp/$f is there" [ -s "out/iris-mlp/$f" ]
done
check "iris: nothing temporary is left" [ -z "$(find out -name '.*')" ]
check "iris: the picture is a PNG" [ "$(dd if=out/iris-mlp/deep/surface.png bs=1 skip=1 count=3 2>/dev/null)" = PNG ]
check "iris: 12 x 9 points" [ "$(grep -vc '^#' out/iris-mlp/grid.csv)" -eq 109 ]
check "iris: 5 epochs of 5 steps" [ "$(grep -vc '^#' out/iris-mlp/trajectory.csv)" -eq 27 ]
check "iris: provenance" grep -q '^# thalweg .*seed=7.*dataset-iris.*data_sha256=[0-9a-f]\{64\}' \
    out/iris-mlp/grid.csv
for stage in data train grid write; do
    check "iris: plain progress: $stage" grep -q "^$stage " "$scratch/err"
done
check "iris: no escape sequences" [ "$(tr -d '\n\t -~' <"$scratch/err" | wc -c)" -eq 0 ]
check "iris: accuracies are fractions" awk -F, '/^#/ || /^x/ { next }
    $4 < 0 || $4 > 1 { bad = 1 } $4 > best { best = $4 } END { exit bad || best < 0.5 }' \
    out/iris-mlp/grid.csv

cp out/iris-mlp/grid.csv first.csv
thalweg run iris-mlp.yaml
check "again: over the old files" exits 0
check "again: the same bytes" cmp -s first.csv out/iris-mlp/grid.csv
thalweg run iris-mlp.yaml --set seed=8 -o seed8
grep -v '^#' first.csv >a.csv
grep -v '^#' seed8/grid.csv >b.csv
check "another seed: another surface" eval '! cmp -s a.csv b.csv'

# ---- options

thalweg run quadratic.yaml -q -o quiet
check "-q: runs" exits 0
check "-q: says nothing on stdout" [ ! -s "$scratch/out" ]
check "-q: says nothing on stderr" [ ! -s "$scratch/err" ]
check "-q: writes all the same" cmp -s q/grid.csv quiet/grid.csv
thalweg run quadratic.yaml -v -o verbose
check "-v: runs" exits 0
check "-v: the same files" cmp -s q/grid.csv verbose/grid.csv
thalweg run --set grid.points=4 --set 'grid.range=[0, 1]' --set sinks.0.path=g.csv \
    --output=set quadratic.yaml
check "--set: runs" exits 0
check "--set: three changes" [ "$(grep -vc '^#' set/g.csv)" -eq 17 ]
check "--set: in the provenance" grep -q '^# .*overrides=.*grid.points=4' set/g.csv
thalweg run quadratic.yaml -o "$work/absolute/deep er"
check "-o: absolute, with a space, made" [ -s "$work/absolute/deep er/grid.csv" ]
mkdir elsewhere
(cd elsewhere && "$THALWEG" run -q ../quadratic.yaml)
check "default folder: out/NAME where one stands" [ -s elsewhere/out/quadratic/grid.csv ]
for j in 0 -1 257 1.5 two ''; do
    thalweg run quadratic.yaml -o never -j "$j"
    check "-j '$j': refused" exits 2
    check "-j '$j': says what is right" said "1 to 256"
done
check "-j: nothing was written" empty never

# ---- the same bytes from any number of workers

cat >logistic.yaml <<'END'
thalweg: 1
dataset: {plugin: mnist, limit: 3000, classes: [3, 5, 8]}
model: {plugin: logistic, l2: 0.01}
optimizer: {plugin: gd, learning_rate: 0.3, epochs: 6}
reducers: [{plugin: trajectory-pca}]
grid: {points: [7, 5]}
sinks: [{plugin: csv}]
END
sed 's/plugin: logistic.*}/plugin: svm, multiclass: crammer-singer}/' logistic.yaml >svm.yaml
mkdir plugins
${CC:-cc} -std=c11 -O2 -fPIC -shared -fvisibility=hidden -I"$top/include" \
    -o plugins/model-ridge.so "$top/tests/out-of-tree/model-ridge.c"
cp "$top/tests/out-of-tree/ridge.csv" "$top/tests/out-of-tree/ridge.yaml" .
for name in iris-mlp logistic svm ridge; do
    for j in 1 2 3 7; do
        thalweg run "$name.yaml" --plugin-path plugins -q -j "$j" -o "$name-j$j"
        check "$name: runs with -j $j" exits 0
        check "$name: -j 1 and -j $j write the same bytes" same "$name-j1" "$name-j$j"
    done
    thalweg run "$name.yaml" --plugin-path plugins -q -j 2 -o "$name-again"
    check "$name: and so does the next run" same "$name-j1" "$name-again"
done

# ---- several runs, the test set, planes

sed 's/^optimizer:.*/optimizer: [{plugin: sgd, batch: 32, epochs: 4}, {plugin: adam, epochs: 3, batch: 16},\
    {plugin: sgd, batch: 32, epochs: 4, seed: 9}]/
     s/standardize: true/&, test_fraction: 0.25/
     s/^grid:.*/grid: {points: [12, 9], splits: [train, test], planes: 3}/
     s/^sinks:.*/sinks: [{plugin: csv}]/' iris-mlp.yaml >several.yaml
for j in 1 2 3; do
    thalweg run several.yaml -q -j "$j" -o "several-j$j"
    check "several runs: -j $j" exits 0
    check "several runs: -j 1 and -j $j write the same bytes" diff -r several-j1 "several-j$j"
done
thalweg run several.yaml -o several
check "several runs: a line for each while training" [ "$(grep -c '^train  *\(sgd\|adam\|sgd 2\): ' "$scratch/err")" -eq 3 ]
for name in sgd adam 'sgd 2'; do
    check "several runs: $name in the summary" grep -q "^  run  *$name: loss .*(training); loss .*(test)\$" "$scratch/out"
done
check "several runs: the optimum is the last one's" grep -q '^  optimum  *the end of sgd 2$' "$scratch/out"
check "several planes: in the summary" grep -q '^  planes  *3, ' "$scratch/out"
thalweg run several.yaml --set optimizer.2.epochs=0 --set optimizer.1.label=Adam -o changed
check "several runs: --set reaches one of them" grep -q '^train  *sgd 2: .* 0 steps, 1 checkpoints' "$scratch/err"
check "several runs: and another" grep -q '^train  *Adam: ' "$scratch/err"
thalweg run several.yaml --set optimizer.1.learning_rate=1e9 --set optimizer.1.plugin=sgd -o never
check "several runs: one diverges: 4" exits 4
check "several runs: it is named" said "run 'sgd 2': optimizer sgd: "

# ---- a line

cat >line.csv <<'END'
size,y
1,0
2,1
3,0
4,1
END
cat >line.yaml <<'END'
thalweg: 1
dataset: {plugin: csv, path: line.csv, label: y}
model: {plugin: logistic}
optimizer: {plugin: gd, learning_rate: 0.5, epochs: 9}
grid: {points: 21}
sinks: [{plugin: csv}]
END
for j in 1 2 3; do
    thalweg run line.yaml -q -j "$j" -o "line-j$j"
    check "line: -j $j" exits 0
    check "line: -j 1 and -j $j write the same bytes" same line-j1 "line-j$j"
done
check "line: one row of 21 points" [ "$(grep -c '^[-0-9.e]*,0,' line-j1/grid.csv)" -eq 21 ]
thalweg run line.yaml -o line
check "line: the summary has no y" eval '! grep -q "^  y " "$scratch/out"'
check "line: the summary counts points" grep -q '^  lowest .* of 21 points$' "$scratch/out"

# ---- and from tiles of any size; the first line says which, so that is left out

bare()
{
    grep -v '^#' "$1/grid.csv" >"$scratch/bare-$2"
    grep -v '^#' "$1/trajectory.csv" >>"$scratch/bare-$2"
}
sed 's/hidden: .6./hidden: [6], precision: float64/' iris-mlp.yaml >iris-mlp64.yaml
for name in iris-mlp iris-mlp64 logistic svm; do
    thalweg run "$name.yaml" -q -o "$name-auto"
    bare "$name-auto" auto
    for rows in 1 47 1000 60000; do
        thalweg run "$name.yaml" -q --set "grid.tile_rows=$rows" -o "$name-$rows"
        check "$name: runs in tiles of $rows rows" exits 0
        bare "$name-$rows" "$rows"
        check "$name: tiles of $rows rows change no byte" cmp -s "$scratch/bare-auto" "$scratch/bare-$rows"
    done
done
thalweg run quadratic.yaml --set grid.tile_rows=0 -o never
check "tiles of 0 rows: refused" exits 2

check "a stranger's model: the optimum is (3, -2) / 1.25" awk -F, '
    { x = $2; y = $3; loss = $4 }
    END { exit (x - 2.4)^2 > 1e-10 || (y + 1.6)^2 > 1e-10 || (loss - 1.3)^2 > 1e-12 }' \
    ridge-j1/trajectory.csv

# ---- the time left, on a terminal

cat >timed.yaml <<'END'
thalweg: 1
dataset: {plugin: mnist, limit: 3000}
model: {plugin: mlp, hidden: [32, 32]}
reducers: [{plugin: axes}]
grid: {points: 51, range: [-1, 1]}
sinks: [{plugin: csv}]
END
# The bar's predictions between 10 % and 50 % of the grid against what it really took: prints the
# number of them and the median of their relative errors.  timing: seconds and bytes of each piece
# of the record, whose first line is not the program's.
predictions()
{
    tail -n +2 record | awk -v timing=timing 'BEGIN {
        while ((getline line < timing) > 0) {
            split(line, f, " "); t += f[1]; b += f[2]; n++; time[n] = t; bytes[n] = b
        }
        RS = "\001" # all of the record
    }
    function when(at,    i) { for (i = 1; i < n && bytes[i] < at; i++); return time[i] }
    {
        end = when(match($0, /grid     [0-9.]+ s, /))
        while (match(substr($0, from + 1), /[0-9]+ %  [0-9.]+ (s|min) left/)) {
            at = from + RSTART
            split(substr($0, at, RLENGTH), f, " ")
            from = at + RLENGTH
            real = end - when(at)
            if (f[1] < 10 || f[1] > 50 || real <= 0 || substr($0, 1, at - 1) !~ /grid     \[[^]]*\] +$/)
                continue
            error = (f[3] * (f[4] == "s" ? 1 : 60)) / real - 1
            error = error < 0 ? -error : error
            for (i = k++; i > 0 && e[i - 1] > error; i--) e[i] = e[i - 1]
            e[i] = error
        }
        print k + 0, e[int(k / 2)] + 0
    }'
}
if script -qec true /dev/null >/dev/null 2>&1; then
    tries=0
    predicted="0 0"
    while [ "$tries" -lt 4 ]; do # the machine may have other things to do
        tries=$((tries + 1))
        # As many points as take 2 s.
        thalweg run timed.yaml -o timed
        points=$(sed -n 's/^grid .* \([0-9.e-]*\) ms each$/\1/p' "$scratch/err" |
            awk '{ n = int(sqrt(2000 / $1)); print (n < 51 ? 51 : n > 1500 ? 1500 : n) }')
        script -qe -c "\"$THALWEG\" run timed.yaml -o timed --set grid.points=$points" \
            --timing=timing record </dev/null >/dev/null 2>&1 || break
        predicted=$(predictions)
        echo "time left: predictions, median error: $predicted"
        echo "$predicted" | awk '{ exit !($1 >= 3 && $2 <= 0.35) }' && break
    done
    check "time left: right to 35 %" [ "$(echo "$predicted" | awk '{ print ($1 >= 3 && $2 <= 0.35) }')" = 1 ]
fi

# ---- where the data is

mkdir data
sed '2s/^[0-9.]*/9.9/' "$THALWEG_DATA_DIR/iris.csv" >data/iris.csv
THALWEG_DATA_DIR=$work/data thalweg run iris-mlp.yaml -q -o other-data
check "THALWEG_DATA_DIR: another iris" exits 0
sha()
{
    sed -n 's/^#.*data_sha256=\([0-9a-f]*\).*/\1/p' "$1/grid.csv"
}
check "THALWEG_DATA_DIR: another fingerprint" [ "$(sha other-data)" != "$(sha out/iris-mlp)" ]
rm data/iris.csv
THALWEG_DATA_DIR=$work/data thalweg run iris-mlp.yaml -q -o never
check "THALWEG_DATA_DIR: no iris there" [ "$status" -ge 2 ]
check "THALWEG_DATA_DIR: the message names the file" said "$work/data/iris.csv"
check "THALWEG_DATA_DIR: thalweg paths shows it" \
    eval 'THALWEG_DATA_DIR=/some/where "$THALWEG" paths | grep -qx datadir=/some/where'

# ---- exit statuses

thalweg run none.yaml -o never
check "no such pipeline: 2" exits 2
check "no such pipeline: named" said "none.yaml"
check "no such pipeline: one line" one_line
thalweg run quadratic.yaml --set model.plugin=qadratic -o never
check "no such plugin: 3" exits 3
check "no such plugin: the nearest" said "did you mean 'quadratic'?"
check "no such plugin: one line" one_line
printf 'a,b,y\n1,2,0\n3,nan,1\n' >holes.csv
cat >holes.yaml <<'END'
thalweg: 1
dataset: {plugin: csv, path: holes.csv, label: y}
model: {plugin: logistic}
reducers: [{plugin: axes}]
sinks: [{plugin: csv}]
END
thalweg run holes.yaml -o never
check "a file that turns out to be broken: 2 or 4" eval "exits 2 || exits 4"
check "a file that turns out to be broken: named" said "holes.csv"
thalweg run quadratic.yaml --set optimizer.learning_rate=1e9 --set optimizer.epochs=1000 -o never
check "training that diverges: 4" exits 4
check "training that diverges: says so" said "diverged"
check "training that diverges: one line" one_line
check "failed runs: nothing was written" empty never
thalweg run logistic.yaml --set 'reducers=[]' -o never
check "no plane: 2" exits 2
check "no plane: names reducers that give one" said "trajectory-pca"
check "no plane: found before training" eval '! grep -q ^train "$scratch/err"'

# ---- check, help, slips of the pen

thalweg check quadratic.yaml iris-mlp.yaml logistic.yaml
check "check: three good files" exits 0
check "check: a line for each" [ "$(grep -c ': ok$' "$scratch/out")" -eq 3 ]
check "check: writes nothing" [ ! -e out/logistic ]
echo 'thalweg: 1' >bad.yaml
thalweg check quadratic.yaml bad.yaml logistic.yaml
check "check: a bad file among them: 2" exits 2
check "check: it is named" said "bad.yaml:1:1: "
thalweg check -q quadratic.yaml
check "check -q: says nothing" [ ! -s "$scratch/out" ]
thalweg check
check "check: no file: 2" exits 2
for command in run check list info try paths; do
    thalweg "$command" --help
    check "$command --help: 0" exits 0
    check "$command --help: its usage" printed "usage: thalweg $command"
    check "$command --help: nothing on stderr" [ ! -s "$scratch/err" ]
    thalweg "$command" --version
    check "$command --version" eval 'exits 0 && grep -q "^thalweg [0-9]" "$scratch/out"'
    thalweg "$command" --nonsense
    check "$command --nonsense: 2" exits 2
    check "$command --nonsense: says so" said "$command has no option --nonsense"
    thalweg "$command" -Z
    check "$command -Z: says so" said "$command has no option -Z"
    check "$command -Z: one line" one_line
done
thalweg --help
check "--help: every command" eval 'for c in run check list info try paths; do printed "  $c" || exit 1; done'
thalweg --version
check "--version" eval 'exits 0 && grep -q "^thalweg [0-9]" "$scratch/out"'
thalweg
check "no command: 2" exits 2
check "no command: one line" one_line
thalweg rum quadratic.yaml
check "rum: did you mean run?" said "did you mean 'run'?"
thalweg run --outptu=x quadratic.yaml
check "--outptu: did you mean --output?" said "did you mean --output?"
thalweg check -j 2 quadratic.yaml
check "check -j: names the option, not its value" said "check has no option -j;"
thalweg run -qZ quadratic.yaml
check "-qZ: names the letter" said "run has no option -Z;"
thalweg run --quiet=3 quadratic.yaml
check "--quiet=3: takes no value" said "takes no value"
thalweg run quadratic.yaml -o
check "-o without a folder: says so" said "-o needs a value"
thalweg run quadratic.yaml iris-mlp.yaml
check "run: two files: 2" exits 2
status=0
"$THALWEG" check quadratic.yaml >/dev/full 2>"$scratch/err" || status=$?
check "stdout is full: 4" exits 4
check "stdout is full: says so" said "standard output"

# ---- places that cannot be written

: >file
thalweg run quadratic.yaml -o file/folder
check "a file where the folder should be: 4" exits 4
check "a file where the folder should be: named" said "/file"
check "a file where the folder should be: one line" one_line
check "a file where the folder should be: found before training" \
    eval '! grep -q ^train "$scratch/err"'
thalweg run quadratic.yaml -o blocked --set sinks.0.path=/dev/null
check "a device as output: 4" exits 4
mkdir -p folder/grid.csv
thalweg run quadratic.yaml -o folder
check "a folder of that name: 4" exits 4
check "a folder of that name: nothing was written" empty folder
find_nobody
if [ -n "$nobody" ]; then
    mkdir locked
    chmod 755 "$scratch"
    chmod 555 locked
    status=0
    # shellcheck disable=SC2086 # a command and its options
    $nobody "$THALWEG" run quadratic.yaml -o locked/out >"$scratch/out" 2>"$scratch/err" ||
        status=$?
    check "a folder without permission: 4" exits 4
    check "a folder without permission: named" said "locked"
    check "a folder without permission: one line" one_line
    chmod 755 locked
fi
status=0
# As with a full disk, no file may become larger than this.
(
    ulimit -f 2
    exec "$THALWEG" run -q quadratic.yaml --set grid.points=51 -o full
) >"$scratch/out" 2>"$scratch/err" || status=$?
check "a full disk: 4" exits 4
check "a full disk: named" said "full/grid.csv"
check "a full disk: nothing is left" empty full

# ---- comparisons

cat >compare.yaml <<'END'
thalweg: 1
title: Two nets
dataset: {plugin: iris, standardize: true}
model: {plugin: mlp, hidden: [6, 6]}
optimizer: {plugin: adam, epochs: 3}
reducers: [{plugin: random}]
grid: {points: 9, range: [-1, 1]}
compare:
  - {label: "Without skip"}
  - {label: "With skip", model: {skip: true}}
sinks: [{plugin: csv}, {plugin: png, path: surface.png, width: 400}, {plugin: obj, path: m.obj, texture: 64}]
END
thalweg check compare.yaml
check "compare: accepted" exits 0
thalweg run compare.yaml -o two -j 1
check "compare: runs" exits 0
for f in surface.png without-skip/grid.csv without-skip/trajectory.csv without-skip/report.json \
    without-skip/m.obj with-skip/grid.csv with-skip/trajectory.csv with-skip/report.json with-skip/m.obj; do
    check "compare: $f is there" [ -s "two/$f" ]
    check "compare: the summary names $f" printed "two/$f"
done
check "compare: one picture" [ "$(find two -name surface.png | wc -l)" -eq 1 ]
check "compare: nothing temporary is left" [ -z "$(find two -name '.*')" ]
check "compare: the summary has both" eval 'printed "Without skip" && printed "With skip" &&
    [ "$(grep -c "^  optimum" "$scratch/out")" -eq 2 ]'
check "compare: progress names the variant" eval 'said "1/2 Without skip" && said "2/2 grid "'
check "compare: the report knows its variant" grep -q '"variant": "With skip"' two/with-skip/report.json
check "compare: the landscapes differ" eval '! cmp -s two/with-skip/grid.csv two/without-skip/grid.csv'
thalweg run compare.yaml -o four -j 4
check "compare: the same bytes with four threads" diff -r two four
thalweg run -q compare.yaml -o alone --set 'compare=null'
check "compare: null is no list" exits 2
sed '/^compare/,/With skip/d' compare.yaml >alone.yaml
thalweg run alone.yaml -o alone --set model.skip=true
numbers()
{
    sed '/^#/d' "$1"
}
check "compare: a variant has the numbers that it has alone" \
    [ "$(numbers alone/grid.csv | cksum)" = "$(numbers two/with-skip/grid.csv | cksum)" ]

# ---- interruptions

cat >long.yaml <<'END'
thalweg: 1
dataset: {plugin: mnist}
model: {plugin: mlp, hidden: [64]}
optimizer: {plugin: sgd, learning_rate: 0.1, batch: 64, epochs: 10000, record_every: 10000}
reducers: [{plugin: trajectory-pca}]
grid: {points: 51}
sinks: [{plugin: csv}, {plugin: png, path: surface.png}]
END
background '^data ' run long.yaml -o stopped
stop_with INT 1
check "SIGINT while training: 130" exits 130
check "SIGINT while training: says so" said "interrupted"
check "SIGINT while training: nothing is left" empty stopped
background '^data ' run long.yaml -o stopped \
    --set 'optimizer={plugin: gd, epochs: 100000, record_every: 100000}'
stop_with TERM 1
check "SIGTERM in the middle of a step: 130" exits 130
check "SIGTERM: nothing is left" empty stopped
background '^train ' run long.yaml --set optimizer.epochs=0 --set 'reducers=[{plugin: axes}]' \
    --set grid.points=2001 -o stopped
stop_with INT 1
check "SIGINT in the grid: 130" exits 130
check "SIGINT in the grid: nothing is left" empty stopped
background '^train ' run iris-mlp.yaml --set grid.points=3000 -o stopped
stop_with INT 1
check "SIGINT in a large grid over few rows: 130" exits 130
check "SIGINT in a large grid: nothing is left" empty stopped
background '^2/2 train ' run compare.yaml --set compare.1.grid.points=3000 -o stopped
stop_with INT 1
check "SIGINT in the second variant: 130" exits 130
check "SIGINT in the second variant: nothing is left" empty stopped

finish

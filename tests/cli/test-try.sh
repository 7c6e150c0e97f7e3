#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# thalweg try: every built-in plugin passes, and each way to break the contract
# is found by the check that is there for it.
#
# THALWEG: the program.  CC: the compiler.  BROKEN_DIR: what tests/broken/build.sh made.
set -eu
LC_ALL=C
export LC_ALL
top=${abs_top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/wrong" "$scratch/tmp" "$scratch/cwd"
# Whatever is left of temporary folders shows in the end.
TMPDIR=$scratch/tmp
export TMPDIR
cd "$scratch/cwd"
failed=0
fail()
{
    echo "FAIL: $*"
    failed=1
}

# ---- what is right ---------------------------------------------------------------------

# passes ARGUMENT...: status 0, every line `ok` or `skip`, the last one adds up
passes()
{
    status=0
    $THALWEG try "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
    [ "$status" = 0 ] || fail "try $* ended with $status: $(grep '^FAIL' "$scratch/out" || true)
$(cat "$scratch/err")"
    [ ! -s "$scratch/err" ] || fail "try $* wrote on stderr: $(cat "$scratch/err")"
    if sed '$d' "$scratch/out" | grep -v -e '^ok   [a-z]' -e '^skip [a-z].*: .'; then
        fail "try $*: lines of another form"
    fi
    checks=$(sed '$d' "$scratch/out" | wc -l)
    ok=$(grep -c '^ok   ' "$scratch/out" || true)
    tail -n 1 "$scratch/out" | grep -q ": $((checks)) checks, $ok ok, 0 failed" ||
        fail "try $*: the last line does not add up: $(tail -n 1 "$scratch/out")"
}

# All that is installed; those that cannot do without a file say so.
data=$top/data
$THALWEG list | sed -n 's/^\([a-z]*-[a-z0-9-]*\) .*/\1/p' >"$scratch/plugins"
[ -s "$scratch/plugins" ] || fail "thalweg list lists nothing"
while read -r plugin; do
    case $plugin in
    # All of it would take a minute with sanitizers; the test set is enough.
    dataset-mnist)
        passes $plugin --set "images=$data/t10k-images-idx3-ubyte.gz" \
            --set "labels=$data/t10k-labels-idx1-ubyte.gz"
        ;;
    sink-png) passes $plugin --set width=400 --set dpi=60 ;;
    sink-movie)
        passes $plugin --set width=64 --set height=64 --set duration=0.2 --set quality=preview
        ;;
    sink-obj)
        passes $plugin --set texture=256
        for format in stl ply glb; do
            passes $plugin --set path=try.$format --set texture=64 --set base=true --set upsample=3
        done
        ;;
    *)
        $THALWEG try "$plugin" >/dev/null 2>"$scratch/err" || true
        ! grep -q "needs: .*; give --set [a-z_]*=FILE" "$scratch/err" || continue
        passes "$plugin"
        ;;
    esac
done <"$scratch/plugins"

# The same with files.
passes dataset-csv --set "path=$data/iris.csv" --set header=true
passes dataset-idx --set "images=$data/t10k-images-idx3-ubyte.gz" \
    --set "labels=$data/t10k-labels-idx1-ubyte.gz"
passes model-mlp --set "hidden=[7,7]" --set precision=float64 --set skip=true --set activation=gelu
passes model-mlp --set "hidden=[9]" --set activation=tanh
passes model-svm --set squared=true --set multiclass=crammer-singer

# npy FILE SHAPE NUMBERS: a float64 .npy file whose values are powers of two
npy()
{
    header="{'descr': '<f8', 'fortran_order': False, 'shape': ($2), }"
    printf '\223NUMPY\001\000\166\000%-117s\n' "$header" >"$1"
    shift 2
    for value; do
        case $value in
        0) printf '\000\000\000\000\000\000\000\000' ;;
        1) printf '\000\000\000\000\000\000\360\077' ;;
        2) printf '\000\000\000\000\000\000\000\100' ;;
        esac
    done >>"$file"
}
file=$scratch/directions.npy
npy "$file" "2, 12" 1 0 0 0 0 0 0 0 0 0 0 0 0 2 1 0 0 0 0 0 0 0 0 0
passes reducer-given --set "directions=$file"
grep -q '^ok   planes are planes, until TW_DONE: 1 plane$' "$scratch/out" ||
    fail "reducer-given with 2 x 12 numbers: $(cat "$scratch/out")"
npy "$file" "1, 12" 1 0 0 0 0 0 0 0 0 0 0 2
passes reducer-given --set "directions=$file"
grep -q '^ok   planes are planes, until TW_DONE: 1 line$' "$scratch/out" ||
    fail "reducer-given with 1 x 12 numbers: $(cat "$scratch/out")"
passes optimizer-replay --set "path=$file" # of another size than ours: refused, which is well
grep -q '^skip goes down a parabola: it does not take our problem: ' "$scratch/out" ||
    fail "optimizer-replay with 12 parameters: $(cat "$scratch/out")"

# ---- what cannot be asked ------------------------------------------------------------------

# answers STATUS WORDS COMMAND ARGUMENT...
answers()
{
    wanted=$1 words=$2
    shift 2
    status=0
    $THALWEG "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
    [ "$status" = "$wanted" ] || fail "$* ended with $status, not $wanted"
    grep -F -q -e "$words" "$scratch/out" "$scratch/err" ||
        fail "$*: nothing like '$words' in: $(cat "$scratch/out" "$scratch/err")"
}
# asked STATUS WORDS ARGUMENT...: by try
asked()
{
    wanted=$1 words=$2
    shift 2
    answers "$wanted" "$words" try "$@"
}
asked 2 "thalweg: dataset csv needs: path; give --set path=FILE" dataset-csv
asked 2 "thalweg: dataset idx needs: images, labels; give --set images=FILE --set labels=FILE" \
    dataset-idx
asked 2 "--set l3=1: logistic: the key 'l3' is unknown" model-logistic --set l3=1
asked 2 "--set l2=-1: logistic: l2: -1 is outside" model-logistic --set l2=-1
asked 2 "expected key.path=value" model-logistic --set l2
asked 2 "'logistic' is not KIND-NAME; did you mean model-logistic?" logistic
asked 3 "no model plugin 'logistics'; did you mean 'logistic'?" model-logistics
ln -s "$BROKEN_DIR/dataset-bad-magic.so" "$BROKEN_DIR/dataset-crash.so" \
    "$BROKEN_DIR/dataset-unavailable.so" "$BROKEN_DIR/dataset-leave.so" \
    "$BROKEN_DIR/dataset-fast-math.so" "$BROKEN_DIR/dataset-chatty.so" "$scratch/wrong"
THALWEG_PLUGIN_PATH=$scratch/wrong
export THALWEG_PLUGIN_PATH
asked 3 "thalweg_plugin is not a plugin descriptor: magic is deadbeef" dataset-bad-magic
asked 3 "FAIL loads: crashed: signal 6 (Aborted)" dataset-crash
asked 3 "dataset crash: 1 check, 0 ok, 1 failed" dataset-crash
asked 3 "FAIL loads: ended the process: exit status 0" dataset-leave
asked 0 "skip loads: cannot run on this machine: no abacus found" dataset-unavailable
asked 3 "FAIL nothing on stdout: wrote " dataset-chatty
case $(uname -m) in
x86_64 | aarch64)
    asked 3 "FAIL loading leaves the floating-point mode alone: changes the floating-point mode" \
        dataset-fast-math
    ;;
esac

# ---- what is wrong ----------------------------------------------------------------------------

# make KIND NAME SOURCE [SWITCH]...
make()
{
    kind=$1 name=$2 source=$3
    shift 3
    # Unquoted: CC may carry options.
    # shellcheck disable=SC2086
    ${CC:-cc} -std=c11 -O1 -fPIC -shared -fvisibility=hidden -I"$top/include" \
        -DNAME="\"$name\"" -DKIND="TW_$(echo "$kind" | tr '[:lower:]' '[:upper:]')" "$@" \
        -o "$scratch/wrong/$kind-$name.so" "$top/tests/broken/$source.c" -lm
}

# finds KIND SWITCH LINE [ARGUMENT]...: a line that begins so, and status 3
finds()
{
    kind=$1 switch=$2 line=$3
    shift 3
    case $kind in
    model) source='wrong-model' ;;
    *) source='wrong-other' ;;
    esac
    name=$(echo "$switch" | tr '[:upper:]_' '[:lower:]-')
    make "$kind" "$name" $source "-DWRONG_$switch"
    status=0
    $THALWEG try "$kind-$name" "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
    [ "$status" = 3 ] || fail "$kind WRONG_$switch ended with $status, not 3"
    grep -F "$line" "$scratch/out" | grep -q '^FAIL ' || fail "$kind WRONG_$switch: nothing like
'$line' in
$(cat "$scratch/out" "$scratch/err")"
    tail -n 1 "$scratch/out" | grep -q "^$kind $name: [0-9]* checks, [0-9]* ok, [1-9][0-9]* failed" ||
        fail "$kind WRONG_$switch: the last line is $(tail -n 1 "$scratch/out")"
}

make model right wrong-model
passes model-right
! grep -q '^skip' "$scratch/out" || fail "model-right: not all was tried: $(cat "$scratch/out")"
for kind in dataset optimizer reducer sink; do
    make $kind right wrong-other
    passes $kind-right
done

finds model GRADIENT "gradient against central differences: parameter 3: "
finds model GRADIENT_ROWS "gradient over parts of the rows averages to the whole: entry 1: "
finds model GRADIENT_LOSS "gradient comes with the same loss: grad() says "
finds model OVERRUN "gradient against central differences: writes outside the 6 entries"
finds model ROWS "loss over parts of the rows averages to the whole: the loss is "
finds model LIST "loss over parts of the rows averages to the whole: rows "
finds model SUM "loss over parts of the rows averages to the whole: rows by range: "
finds model PENALTY "loss over parts of the rows averages to the whole: rows by range: "
finds model CORRECT "correct is a number of rows, and adds up: correct is "
finds model RANDOM "loss twice gives the same bits: "
finds model INIT "initial point is finite and a function of the seed: parameter 0 is "
finds model STATIC "instances do not disturb each other: "
finds model THETA "theta and data are left alone: loss() changes theta"
finds model DATA "theta and data are left alone: changes the data"
finds model NAN "loss where theta is not finite, or huge: loss() or grad() returned -4 where "
finds model GAP "blocks tile theta: parameter 4 of 6 is in none of the 2 blocks"
finds model OVERLAP "blocks tile theta: parameter 5 is in two blocks, the second is 1"
finds model HVP "products with the Hessian against differences of the gradient: entry 3: "
finds model HVP_OVERRUN "products with the Hessian against differences of the gradient: hvp() writes outside the 6 entries"
finds model HVP_LENGTH "products with the Hessian are linear and symmetric: not linear in vec: entry "
finds model HVP_ASYMMETRIC "products with the Hessian are linear and symmetric: not symmetric: a.Hb is "
finds model HVP_ROWS "products with the Hessian over parts of the rows average to the whole: entry "
finds model HVP_ADDS "products with the Hessian twice give the same bits: after another vec entry 0 is "
finds model HVP_VEC "products with the Hessian twice give the same bits: hvp() changes vec"
finds model HVP_NAN "products with the Hessian twice give the same bits: hvp() returned -4: "
finds model HVP_TABLE "products with the Hessian against differences of the gradient: model hvp-table: its extension thalweg.model.hvp/1 has a"
finds model SWAPPED "plane extension gives the loss: at ("
finds model NO_PENALTY "plane extension gives the loss: at ("
finds model TILES "plane extension adds up over tiles of rows: at ("
finds model POINTS "plane extension looks at no points of another y: at ("
finds model TABLE "plane extension gives the loss: model table: its extension thalweg.model.plane/1 has a"
finds model SILENT "takes data: bind() returned -1 and gave no reason with host->fail()"
finds model CRASH "loss twice gives the same bits: crashed: signal 11 (Segmentation fault)"
finds model EXIT "loss twice gives the same bits: ended the process: exit status 0"
finds model STDOUT "nothing on stdout: wrote "
finds model LOCALE "the process is left as it was: changed the locale from C to "
finds model CWD "the process is left as it was: changed the working directory to /"
finds model UMASK "the process is left as it was: changed the umask from "
finds model SIGNAL "the process is left as it was: changed the handler of signal 13 "
finds model ROUNDING "the process is left as it was: changed the rounding mode"
finds model GSL "the process is left as it was: changed the GSL error handler"
finds model FILE "no files are left behind: left model.log in the working directory"
# A soft limit of the user holds for the checks, too; the others need not wait.
(
    ulimit -S -t 2
    finds model HANG "nothing on stdout: did not finish in time"
    grep -q '^skip blocks tile theta: an earlier check did not finish$' "$scratch/out" ||
        fail "model WRONG_HANG: goes on after a check that did not finish"
    exit $failed
) || failed=1

finds dataset LABEL "training set is sane: the training set: the label of row 4 is 2, outside [0, 2)"
finds dataset FEATURE "training set is sane: the training set: row 1, feature 1 is nan"
finds dataset AGAIN "loading again gives the same: the training set"
finds dataset RESERVED "parameters are none of the host's keys: limit: that key belongs to the host"
finds dataset SPLIT "no other splits: load() of split 2 returned 0, not TW_DONE (1)"
finds optimizer ASCENT "goes down a parabola: the loss of a parabola is "
finds optimizer STATIC "goes the same way with another instance at work: "
finds optimizer SWALLOW "passes on what the objective fails with: the objective returned -4 "
finds reducer OVERRUN "transforms data, twice the same: transform() writes outside 67 x 1"
finds reducer NAME "feature names fit their buffers: feature 0: no NUL in a name of 1 bytes"
finds reducer THROUGH "plane goes through the point it is given: entry 0 of the origin is "
finds reducer PARALLEL "planes are planes, until TW_DONE: plane 0: the two directions are parallel"
finds reducer LINE "planes are planes, until TW_DONE: line 0: entry 1 of v is 2; v of a line stays zero"
finds reducer LINE_LABEL "planes are planes, until TW_DONE: line 0: y_label is 'y', it must be empty"
finds reducer AXES "planes are planes, until TW_DONE: plane 0: n_axes is 3, not 1 or 2"
finds reducer MARKS "planes are planes, until TW_DONE: plane 0: n_marks is 5, at most 4 have room"
finds reducer WALK "planes are planes, until TW_DONE: plane 0: that of a random walk is 60.8 and nan"
finds reducer FITTED "planes are planes, until TW_DONE: crashed: signal 6 (Aborted)"
finds reducer UNFITTED "plane with little to go by: crashed: signal 6 (Aborted)"
finds reducer PATH "plane with little to go by: crashed: signal 11 (Segmentation fault)"
finds sink DIRECTLY "no files are left behind: left made.txt in the output folder"
finds sink UNWRITTEN "writes results of every shape: "
finds sink EMPTY "writes results of every shape: "
finds sink NO_TRACK "writes results of every shape: crashed: signal 11 (Segmentation fault)"
for wrong in LINE RUNS SPREAD CRITICAL; do
    finds sink $wrong "writes results of every shape: crashed: signal 6 (Aborted)"
done
finds sink POINTER "writes the same bytes twice: two files of one result differ"
finds sink BLOCKED "fails when its file cannot be made: write() returned 0 "
finds sink COMPARE_CRASH "writes comparisons of every shape: crashed: signal 6 (Aborted)"
finds sink COMPARE_LINE "writes comparisons of every shape: write() returned -1 and gave no reason"
finds sink COMPARE_UNWRITTEN "writes comparisons of every shape: "
finds sink COMPARE_TABLE "writes comparisons of every shape: sink compare-table: its extension thalweg.sink.compare/1 has a"
finds sink COMPARE_NULL "writes comparisons of every shape: sink compare-null: its extension thalweg.sink.compare/1 has no write()"
finds sink COMPARE_COUNTS "writes the same comparison twice: two files of one result differ"
finds sink COMPARE_BLOCKED "fails when its comparison cannot be made: write() returned 0 "

# The same by other commands: what is short of a table is not offered, and a
# pipeline cannot name a plugin whose keys are ambiguous.
answers 0 "warning: model table: its extension thalweg.model.plane/1 has a table of" info model-table
! grep -q "offers.*plane" "$scratch/out" || fail "info offers a table that is too short"
answers 0 "offers     thalweg.model.plane/1, thalweg.model.hvp/1" info model-right
answers 0 "warning: model hvp-table: its extension thalweg.model.hvp/1 has a table of" info model-hvp-table
answers 0 "offers     thalweg.model.plane/1" info model-hvp-table
! grep -q "offers.*hvp" "$scratch/out" || fail "info offers a table that is too short"
answers 0 "offers     thalweg.sink.compare/1" info sink-right
answers 0 "warning: sink compare-table: its extension thalweg.sink.compare/1 has a table of" info sink-compare-table
! grep -q "offers" "$scratch/out" || fail "info offers a table that is too short"
cat >"$scratch/compare.yaml" <<'END'
thalweg: 1
dataset: {plugin: right}
model: {plugin: right}
compare: [{label: a}, {label: b}]
sinks: [{plugin: compare-table}]
END
answers 3 "sink compare-table: its extension thalweg.sink.compare/1 has a table of" \
    check "$scratch/compare.yaml"
cat >"$scratch/reserved.yaml" <<'END'
thalweg: 1
dataset: {plugin: reserved, limit: 3}
model: {plugin: right}
sinks: [{plugin: right}]
END
answers 3 "reserved.yaml:2:19: $scratch/wrong/dataset-reserved.so: its key 'limit' belongs to the host" \
    check "$scratch/reserved.yaml"

# A plugin by its path: from the folder of the YAML file on, wherever one stands.
mkdir "$scratch/wrong/pipelines"
cat >"$scratch/wrong/pipelines/near.yaml" <<'END'
thalweg: 1
dataset: {plugin: ../dataset-right.so}
model: {plugin: right}
sinks: [{plugin: right}]
END
answers 0 "near.yaml: ok" check "$scratch/wrong/pipelines/near.yaml"
answers 3 "$scratch/wrong/pipelines/./dataset-right.so: " check "$scratch/wrong/pipelines/near.yaml" \
    --set dataset.plugin=./dataset-right.so

# Ctrl-C while a plugin is looked at is no fault of the plugin: 130.  Once to
# this process alone, once to the child as well, as a terminal sends it.
mkdir "$scratch/hang"
ln -s "$BROKEN_DIR/dataset-hang.so" "$scratch/hang"
# interrupted WHOM COMMAND ARGUMENT...: the signal goes to the `group` or to it `alone`
interrupted()
{
    whom=$1
    shift
    # shellcheck disable=SC2086
    THALWEG_PLUGIN_PATH=$scratch/hang setsid $THALWEG "$@" >"$scratch/out" 2>"$scratch/err" &
    child=$!
    sleep 1
    case $whom in
    group) kill -s INT -- "-$child" ;;
    alone) kill -s INT "$child" ;;
    esac
    status=0
    wait "$child" || status=$?
    [ "$status" = 130 ] || fail "Ctrl-C ($whom) during $*: ended with $status, not 130"
    grep -q '^thalweg: interrupted$' "$scratch/err" || fail "Ctrl-C ($whom) during $*: says \
$(cat "$scratch/out" "$scratch/err")"
    ! grep -q -e broken -e FAIL "$scratch/out" || fail "Ctrl-C ($whom) during $*: blames the plugin"
}
if command -v setsid >/dev/null; then
    for whom in group alone; do
        interrupted $whom list
        interrupted $whom try dataset-hang
    done
fi

[ -z "$(ls "$scratch/tmp")" ] || fail "left in TMPDIR: $(ls "$scratch/tmp")"
[ -z "$(ls "$scratch/cwd")" ] || fail "left in the working directory: $(ls "$scratch/cwd")"
exit $failed

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Input that is wrong, in many ways: each gives an exit status of 2 (pipeline), 3
# (plugin) or 4 (a file that turns out to be broken), exactly one line on stderr
# that begins with "thalweg: " and names the file, and no output file.  Nothing
# crashes, hangs, or fills the memory.
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# Is that how a bad input ends?
refused()
{
    case $status in
    2 | 3 | 4) ;;
    *) return 1 ;;
    esac
    [ "$status" = "$1" ] && one_line && said "$2" && empty out && [ ! -s "$scratch/out" ]
}

# bad STATUS NAME WHAT ARGUMENT...: `thalweg run ARGUMENT...` refuses the file NAME.
bad()
{
    want=$1 name=$2 what=$3
    shift 3
    status=0
    timeout 30 "$THALWEG" run -q -o out "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
    check "$what" refused "$want" "$name"
    rm -rf out
}

cat >good.yaml <<'END'
thalweg: 1
model: {plugin: quadratic}
optimizer: {plugin: gd, learning_rate: 0.1, epochs: 3}
grid: {points: 3}
sinks: [{plugin: csv}]
END
thalweg run -q good.yaml -o good-out
check "the pipeline that is spoilt below is good" exits 0

# ---- the pipeline

# yaml WHAT: stdin as a pipeline.
yaml()
{
    cat >bad.yaml
    bad 2 bad.yaml "yaml: $1" bad.yaml
}

printf '' | yaml "empty"
printf '\n\n# nothing\n' | yaml "only comments"
printf 'thalweg: 1\nmodel: {plugin: quadratic\nsinks: [{plugin: csv}]\n' | yaml "a brace that is not closed"
printf 'thalweg: 1\ntitle: "no end\nmodel: {plugin: quadratic}\n' | yaml "a quote that is not closed"
printf 'thalweg: 1\nmodel:\n\tplugin: quadratic\n' | yaml "a tab"
printf 'thalweg: 1\nmodel: {plugin: quadratic}\nsinks: [{plugin: csv}]\ntitle: caf\351\n' | yaml "Latin-1"
printf 'thalweg: 1\n\000\000\n' | yaml "NUL bytes"
printf 'thalweg: 1\ntitle: \001\n' | yaml "a control character"
dd if="$THALWEG" bs=512 count=4 2>/dev/null | yaml "a program"
printf -- '- 1\n- 2\n' | yaml "a list"
printf 'just words\n' | yaml "words"
printf 'thalweg: 1\n---\nthalweg: 1\n' | yaml "two documents"
printf 'thalweg: 1\nthalweg: 1\n' | yaml "a key twice"
printf 'thalweg: one\nmodel: {plugin: quadratic}\nsinks: [{plugin: csv}]\n' | yaml "a word for a number"
printf 'thalweg: 99\nmodel: {plugin: quadratic}\nsinks: [{plugin: csv}]\n' | yaml "a grammar of the future"
printf 'a: &a [1]\nb: *c\n' | yaml "an alias of nothing"
printf 'a: &a [*a]\n' | yaml "an alias of itself"
printf '? [1, 2]\n: 3\n' | yaml "a list as a key"
printf '<<: {a: 1}\n' | yaml "a merge key"
printf 'thalweg: !python/object 1\n' | yaml "a tag"
{
    echo 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]'
    i=0
    while [ $i -lt 20 ]; do
        j=$((i + 1))
        echo "a$j: &a$j [*a$i, *a$i, *a$i, *a$i, *a$i, *a$i, *a$i, *a$i, *a$i]"
        i=$j
    done
} | yaml "a billion laughs"
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "["; print "" }' | yaml "100,000 brackets"
awk 'BEGIN { for (i = 0; i < 30000; i++) print "k" i ": 1" }' | yaml "30,000 keys"
awk 'BEGIN { printf "thalweg: 1\ntitle: "; for (i = 0; i < 300000; i++) printf "long "; print "" }' |
    yaml "a megabyte and a half"
awk 'BEGIN { for (i = 0; i < 2000; i++) printf "k"; print ": 1" }' | yaml "a long key"
printf 'thalweg: 1\nseed: 1e999\nmodel: {plugin: quadratic}\nsinks: [{plugin: csv}]\n' | yaml "a seed past all numbers"
printf 'thalweg: 1\nmodel: {plugin: quadratic}\nsinks: [{plugin: csv}]\ngrid: {points: 99999999999999999999}\n' |
    yaml "points past all numbers"
printf 'thalweg: 1\nmodel: {plugin: quadratic}\nsinks: [{plugin: csv}]\ngrid: {points: 20001, range: [0, 1]}\n' >huge.yaml
if [ "$(awk '/^MemTotal/ { print int($2 / 1e6) }' /proc/meminfo 2>/dev/null || echo 99)" -lt 15 ]; then
    bad 2 huge.yaml "a grid larger than the memory" huge.yaml
fi
printf 'thalweg: 1\nmodel: {plugin: quadratic}\nsinks: [{plugin: csv}]\ngrid: {range: [1, 1.0000000000000004]}\n' >narrow.yaml
bad 4 "1.0000000000000004" "a range without room for 51 points" narrow.yaml

bad 2 none.yaml "yaml: not there" none.yaml
mkdir folder.yaml
bad 2 folder.yaml "yaml: a folder" folder.yaml
mkfifo fifo.yaml
bad 2 fifo.yaml "yaml: a pipe nobody writes to" fifo.yaml
bad 2 /dev/zero "yaml: /dev/zero" /dev/zero
ln -s loop.yaml loop.yaml
bad 2 loop.yaml "yaml: a link to itself" loop.yaml
ln -s gone.yaml dangling.yaml
bad 2 dangling.yaml "yaml: a link to nothing" dangling.yaml
long=$(awk 'BEGIN { for (i = 0; i < 5000; i++) printf "n" }')
bad 2 nnnnnnnnnn "yaml: a name of 5,000 letters" "$long"

# ---- --set

for set in grid.points=0 'grid.points=[' grid.points=-3 grid.points=1e99 grid.points=three \
    'grid.points=[2, 3, 4]' 'grid.range=[0, .nan]' 'grid.range=[2, 1]' grid=5 model=mlp \
    model.plugin= 'model={plugin: quadratic, curvature: [1]}' model.plugin.deeper=1 \
    optimizer.epochs=-1 optimizer.epochs=1.5 optimizer.learning_rate=.inf \
    optimizer.learning_rate=nan optimizer.learning_rat=1 sinks.1x.plugin=csv sinks.7.plugin=csv \
    sinks.0.path= 'sinks.0.path=""' sinks.0.path=/ sinks= 'sinks=[]' nonsense .=1 a..b=1 = =1 \
    thalweg=2 thalweg= unknown=1 'title=[x]' optimizer.seed=-1 optimizer.seed=x \
    'optimizer=[{plugin: gd}, {plugin: gd, epochs: x}]' 'optimizer=[{plugin: gd}, gd]' optimizer=gd \
    'optimizer=[{plugin: gd, label: a}, {plugin: gd, label: a}]' 'optimizer.label="a\tb"' \
    grid.splits=test 'grid.splits=[train, train]' 'grid.splits=[train, valid]' 'grid.splits=[]' \
    'grid.splits=[train, test]' grid.planes=0 grid.planes=2 grid.planes=1e9 grid.planes=all \
    'dataset={plugin: iris, test_fraction: 1}' 'dataset={plugin: iris, test_fraction: -0.1}' \
    'dataset={plugin: mnist, test_fraction: 0.5}' 'dataset={plugin: iris, test_fraction: half}'; do
    bad 2 "--set $set" "--set $set" good.yaml --set "$set"
done

# ---- CSV

# pipeline DATASET: a pipeline with it.
pipeline()
{
    cat >data.yaml <<END
thalweg: 1
dataset: $1
model: {plugin: logistic}
optimizer: {plugin: gd, learning_rate: 0.1, epochs: 2}
reducers: [{plugin: axes}]
grid: {points: 3}
sinks: [{plugin: csv}]
END
}

# csv STATUS WHAT: stdin as a table.
csv()
{
    cat >bad.csv
    bad "$1" bad.csv "csv: $2" data.yaml
}

pipeline '{plugin: csv, path: bad.csv, label: y}'
printf 'a,b,y\n1,2,0\n3,4,1\n' >bad.csv
thalweg run -q data.yaml -o good-out
check "the table that is spoilt below is good" exits 0
printf '' | csv 4 "empty"
printf '\n\n\n' | csv 4 "empty lines"
printf 'a,b,y\n' | csv 4 "only a header"
printf 'a,b,y\n1,2,0\n3,1\n' | csv 4 "a short row"
printf 'a,b,y\n1,2,0\n3,4,1,5\n' | csv 4 "a long row"
printf 'a,b,y\n1,2,0\n3,x,1\n' | csv 4 "a word among numbers"
printf 'a,b,y\n1,2,0\n3,,1\n' | csv 4 "an empty cell"
printf 'a,b,y\n1,2,0\n3,nan,1\n' | csv 4 "nan"
printf 'a,b,y\n1,2,0\n3,-inf,1\n' | csv 4 "-inf"
printf 'a,b,y\n1,2,0\n3,1e39,1\n' | csv 4 "past the range of float"
printf 'a,b,y\n1,2,0\n3,4e,1\n' | csv 4 "half a number"
printf 'a,b,z\n1,2,0\n3,4,1\n' | csv 2 "no such label column"
printf 'y\n0\n1\n' | csv 2 "no features"
printf 'a,b,y\n1,2,0\n3,4,0\n' | csv 2 "one class only"
printf 'a,b,y\n1,2,0\n3,"4,1\n' | csv 4 "a quote that is not closed"
printf 'a,b,y\n1,2,0\n3,4\000,1\n' | csv 4 "a NUL byte"
head -c 3000 /dev/urandom | csv 4 "noise"
dd if="$THALWEG" bs=512 count=40 2>/dev/null | csv 4 "a program"
awk 'BEGIN { for (i = 0; i < 2000000; i++) printf "1,"; print "1" }' | csv 4 "a line of 4 MB"
printf 'a,b,y\n1,2,0\n3,4,1\n' | gzip -c | head -c 25 | csv 4 "gzip, cut off"
printf '\037\213not gzip at all' | csv 4 "gzip, but not"
rm bad.csv
bad 2 bad.csv "csv: not there" data.yaml
mkdir bad.csv
bad 2 bad.csv "csv: a folder" data.yaml
rmdir bad.csv
mkfifo bad.csv
bad 2 bad.csv "csv: a pipe nobody writes to" data.yaml
rm bad.csv
ln -s /dev/zero bad.csv
bad 2 bad.csv "csv: /dev/zero" data.yaml
rm bad.csv
printf 'a,b,y\n1,2,0\n3,4,1\n' >bad.csv
bad 2 test_path "csv: no test file" data.yaml --set dataset.test_path=none.csv
printf 'a,y\n1,0\n3,1\n' >test.csv
bad 2 test.csv "csv: a test file with other columns" data.yaml --set dataset.test_path=test.csv
pipeline '{plugin: csv, path: bad.csv, label: y, classes: [0, 7]}'
bad 2 data.yaml "csv: a class that is not there" data.yaml

# ---- IDX

# idx WHAT: the two files are spoilt already.
idx()
{
    bad "$1" "$2" "idx: $3" data.yaml
}
good_idx()
{
    printf '\000\000\010\003\000\000\000\004\000\000\000\002\000\000\000\002abcdefghijklmnop' >i.idx
    printf '\000\000\010\001\000\000\000\004\000\001\000\001' >l.idx
}

pipeline '{plugin: idx, images: i.idx, labels: l.idx}'
good_idx
thalweg run -q data.yaml -o good-out
check "the IDX files that are spoilt below are good" exits 0
printf '' >i.idx
idx 4 i.idx "empty"
printf '\000\000\010' >i.idx
idx 4 i.idx "three bytes"
printf '\000\000\010\003\000\000\000\004' >i.idx
idx 4 i.idx "half a header"
printf '\000\000\010\003\000\000\000\004\000\000\000\002\000\000\000\002abc' >i.idx
idx 4 i.idx "pixels cut off"
printf '\377\330\377\340\000\000\000\004\000\000\000\002' >i.idx
idx 4 i.idx "another magic"
printf '\000\000\077\003\000\000\000\004\000\000\000\002\000\000\000\002abcdefghijklmnop' >i.idx
idx 4 i.idx "an unknown type"
printf '\000\000\010\377\377\377\377\377\377\377\377\377\377\377\377\377' >i.idx
idx 4 i.idx "255 dimensions"
printf '\000\000\010\003\377\377\377\377\377\377\377\377\377\377\377\377abc' >i.idx
idx 4 i.idx "more pixels than there are numbers"
printf '\000\000\010\003\000\000\000\000\000\000\000\002\000\000\000\002' >i.idx
idx 4 i.idx "no images"
printf '\000\000\010\003\000\000\000\004\000\000\000\000\000\000\000\002' >i.idx
idx 4 i.idx "images without pixels"
good_idx
printf 'xx' >>i.idx
idx 4 i.idx "more than it says"
good_idx
cp i.idx l.idx
idx 2 l.idx "images for labels"
good_idx
printf '\000\000\010\001\000\000\000\003\000\001\000' >l.idx
idx 2 l.idx "fewer labels than images"
good_idx
gzip -c <i.idx | head -c 30 >cut.gz
mv cut.gz i.idx
idx 4 i.idx "gzip, cut off"
good_idx
pipeline '{plugin: mnist, images: i.idx, labels: l.idx}'
printf '\000' | dd of=i.idx bs=1 seek=2 conv=notrunc 2>/dev/null
bad 4 i.idx "mnist: an unknown type" data.yaml
rm i.idx
bad 2 i.idx "mnist: not there" data.yaml

# ---- NPY

# npy FILE HEADER BYTES: a .npy file with as many bytes after the header.
npy()
{
    {
        printf '\223NUMPY\001\000'
        # shellcheck disable=SC2059 # the length, as two bytes
        printf "\\$(printf '%03o' $((${#2} + 1)))\\000"
        printf '%s\n' "$2"
        head -c "$3" /dev/zero
    } >"$1"
}
good_npy()
{
    npy x.npy "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }" 24
    npy y.npy "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }" 0
    printf '\000\000\000\000\001\000\000\000' >>y.npy
}
# spoilt STATUS HEADER BYTES WHAT: that as x.npy
spoilt()
{
    npy x.npy "$2" "$3"
    bad "$1" x.npy "npy: $4" data.yaml
}

pipeline '{plugin: npy, x: x.npy, y: y.npy}'
good_npy
thalweg run -q data.yaml -o good-out
check "the arrays that are spoilt below are good" exits 0
printf '' >x.npy
bad 4 x.npy "npy: empty" data.yaml
printf '\223NUMPY' >x.npy
bad 4 x.npy "npy: a magic alone" data.yaml
printf 'PK\003\004 an archive of them' >x.npy
bad 4 x.npy "npy: npz" data.yaml
printf '\223NUMPY\011\000\020\000{}' >x.npy
bad 2 x.npy "npy: a version of the future" data.yaml
printf '\223NUMPY\002\000\377\377\377\377{}' >x.npy
bad 4 x.npy "npy: a header of 4 GB" data.yaml
spoilt 4 "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }" 23 "one byte short"
spoilt 4 "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }" 25 "one byte long"
spoilt 2 "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }" 24 "one dimension"
spoilt 2 "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }" 0 "no rows"
spoilt 2 "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 0), }" 0 "no columns"
spoilt 4 "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }" 24 "a negative shape"
spoilt 4 "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }" 24 "2^64 numbers"
spoilt 4 "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 1), }" 24 "a shape past all numbers"
spoilt 4 "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 300), }" 24 "a terabyte that is not there"
spoilt 2 "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }" 48 "objects"
spoilt 2 "{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3), }" 48 "complex numbers"
spoilt 4 "{'descr': '<f4', 'shape': (2, 3), }" 24 "no order"
spoilt 4 "[1, 2, 3]" 24 "a list for a header"
spoilt 4 "{{{{{{{{" 24 "braces"
good_npy
printf '\000\000\300\177' | dd of=x.npy bs=1 seek=$(($(wc -c <x.npy) - 8)) conv=notrunc 2>/dev/null
bad 4 x.npy "npy: NaN" data.yaml
good_npy
npy y.npy "{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }" 12
bad 2 y.npy "npy: more labels than rows" data.yaml
npy y.npy "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }" 4
printf '\000\000\000\077' >>y.npy
bad 4 y.npy "npy: a label of 0.5" data.yaml

# ---- checkpoints and directions

cat >data.yaml <<'END'
thalweg: 1
model: {plugin: quadratic}
optimizer: {plugin: replay, path: p.npy}
reducers: [{plugin: given, directions: d.npy}]
grid: {points: 3}
sinks: [{plugin: csv}]
END
good_path()
{
    npy p.npy "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }" 32
    cp p.npy d.npy
    # 1 = 0x3ff0000000000000, at u[0] and v[1]
    printf '\360\077' | dd of=d.npy bs=1 seek=$(($(wc -c <d.npy) - 26)) conv=notrunc 2>/dev/null
    printf '\360\077' | dd of=d.npy bs=1 seek=$(($(wc -c <d.npy) - 2)) conv=notrunc 2>/dev/null
}
good_path
thalweg run -q data.yaml -o good-out
check "the path that is spoilt below is good" exits 0
npy p.npy "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }" 48
bad 2 p.npy "replay: another model's checkpoints" data.yaml
npy p.npy "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 2), }" 0
bad 2 p.npy "replay: no checkpoints" data.yaml
good_path
printf '\360\177' | dd of=p.npy bs=1 seek=$(($(wc -c <p.npy) - 2)) conv=notrunc 2>/dev/null
bad 2 p.npy "replay: infinity" data.yaml
good_path
cp p.npy d.npy
bad 2 d.npy "given: no direction at all" data.yaml
good_path
npy d.npy "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }" 48
bad 2 d.npy "given: three directions" data.yaml
rm d.npy
bad 2 d.npy "given: not there" data.yaml

# ---- plugins

# plugin NAME WHAT: NAME.so has been made in plugins.
plugin()
{
    bad 3 "plugins/model-$1.so" "plugin: $2" good.yaml --plugin-path plugins --set "model={plugin: $1}"
}

mkdir plugins
: >plugins/model-empty.so
plugin empty "empty"
echo 'not a library' >plugins/model-text.so
plugin text "text"
mkdir plugins/model-folder.so
plugin folder "a folder"
ln -s gone plugins/model-gone.so
plugin gone "a link to nothing"
mkfifo plugins/model-fifo.so
plugin fifo "a pipe nobody writes to"
ln -s /dev/zero plugins/model-zero.so
plugin zero "/dev/zero"
real=$(find "${THALWEG_PLUGIN_PATH%%:*}" -name model-quadratic.so | head -n 1)
head -c 5000 "$real" >plugins/model-cut.so
plugin cut "cut off"
cp "$real" plugins/model-other.so
plugin other "another's, renamed"
cp "${real%/*}/optimizer-gd.so" plugins/model-gd.so
plugin gd "an optimizer, renamed"
echo 'int nothing;' >nothing.c
${CC:-cc} -shared -fPIC -o plugins/model-nothing.so nothing.c
plugin nothing "a library that is no plugin"
bad 3 "model={plugin: nosuch}" "plugin: not there" good.yaml --set 'model={plugin: nosuch}'
bad 2 none "plugin: a folder that is not there" good.yaml --plugin-path none

# ---- no permission

find_nobody
if [ -n "$nobody" ]; then
    # Whatever else is in the way, somebody else must be able to get this far.
    chmod 755 "$scratch" "$work"
    printf 'a,b,y\n1,2,0\n3,4,1\n' >secret.csv
    pipeline '{plugin: csv, path: secret.csv, label: y}'
    cp good.yaml secret.yaml
    chmod 0 secret.csv secret.yaml
    for file in secret.yaml secret.csv; do
        run=$file
        [ "$file" = secret.yaml ] || run=data.yaml
        status=0
        # shellcheck disable=SC2086 # a command and its options
        $nobody "$THALWEG" run "$run" -o out >"$scratch/out" 2>"$scratch/err" || status=$?
        check "$file: no permission" refused 2 "$file: "
    done
fi

finish

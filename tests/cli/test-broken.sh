#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every broken plugin is listed with its own reason, and disturbs no other.
#
# THALWEG: the program.  BROKEN_DIR: what tests/broken/build.sh made.
set -eu
LC_ALL=C
export LC_ALL

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
fail()
{
    echo "FAIL: $*"
    failed=1
}

# Plugins that hang are listed apart, while the others are looked at.
mkdir "$scratch/plugins" "$scratch/hang" "$scratch/blocked" "$scratch/home"
for file in "$BROKEN_DIR"/*.so; do
    case $file in
    */dataset-hang.so) ln -s "$file" "$scratch/hang" ;;
    */dataset-hang-blocked.so) ln -s "$file" "$scratch/blocked" ;;
    *) ln -s "$file" "$scratch/plugins" ;;
    esac
done
cd "$scratch/plugins"
mkdir dataset-folder.so
mkfifo dataset-fifo.so
ln -s nowhere dataset-dangling.so
echo "this is no shared object" >dataset-text.so
: >dataset-empty.so
HOME=$scratch/home XDG_DATA_HOME=$scratch/home
export HOME XDG_DATA_HOME

# list FOLDER OUTPUT: exit status in $status
list()
{
    status=0
    THALWEG_PLUGIN_PATH=$1 $THALWEG list dataset >"$2" 2>"$2.err" || status=$?
    echo "$status" >"$2.status"
}
list "$scratch/hang" "$scratch/hang.out" &
list "$scratch/blocked" "$scratch/blocked.out" &

THALWEG_PLUGIN_PATH=$scratch/plugins
export THALWEG_PLUGIN_PATH
status=0
$THALWEG list >"$scratch/list" 2>"$scratch/list.err" || status=$?
[ "$status" = 1 ] || fail "list ended with $status, not 1"
[ ! -s "$scratch/list.err" ] || fail "list wrote on stderr: $(cat "$scratch/list.err")"
if grep hello "$scratch/list"; then fail "a plugin wrote into the list"; fi

# says FILE NAME REASON: the line of NAME is NAME, spaces, REASON
says()
{
    line=$(sed -n "s/^$2  *//p" "$1")
    [ "$line" = "$3" ] || fail "$2
    is     '$line'
    wanted '$3'"
}
expect()
{
    says "$scratch/list" "$1" "$2"
}

fine="Made for the tests of the loader"
expect dataset-fine "$fine"
expect dataset-odd-flags "$fine"
expect dataset-chatty "$fine"
expect dataset-unavailable "cannot run on this machine: no abacus found"

expect dataset-bad-magic "broken: thalweg_plugin is not a plugin descriptor: magic is deadbeef"
expect dataset-no-symbol "broken: exports no thalweg_plugin"
expect dataset-future-major "broken: built for another ABI: plugin ABI 7, ours 0"
expect dataset-future-minor "broken: needs a newer thalweg: needs ABI 0.99, ours is 0.0"
expect dataset-wild-size "broken: descriptor is damaged: struct_size is 4294967280"
expect dataset-no-ops "broken: descriptor incomplete: ops is NULL"
expect dataset-wild-ops "broken: descriptor is damaged: ops.struct_size is 4294967280"
expect dataset-unknown-kind "broken: descriptor incomplete: kind is 9, which we do not know"
expect dataset-unknown-threads "broken: descriptor incomplete: threads is 7, which we do not know"
expect dataset-other-kind "broken: descriptor incomplete: file should be called sink-other-kind.so"
expect dataset-misnamed "broken: descriptor incomplete: file should be called dataset-other.so"
expect dataset-null-name "broken: descriptor incomplete: name is NULL"
expect dataset-Capital "broken: descriptor incomplete: name is 'Capital', not a small letter and\
 then small letters, digits and hyphens"
expect dataset-no-summary "broken: descriptor incomplete: summary is empty"
expect dataset-two-lines "broken: descriptor is damaged: summary has a control character"
expect dataset-no-license "broken: descriptor incomplete: license is NULL"
expect dataset-missing-op "broken: descriptor incomplete: ops.load is NULL"
expect dataset-no-create "broken: descriptor incomplete: create is NULL"
expect dataset-no-destroy "broken: descriptor incomplete: destroy is NULL"
expect reducer-nothing "broken: descriptor incomplete: ops.transform and ops.plane are both NULL"
expect reducer-half "broken: descriptor incomplete: ops.transform is NULL, but ops.fit is not"
expect dataset-crash "broken: crashed while being looked at: signal 6 (Aborted)"
expect dataset-leave "broken: ended the process while being looked at: exit status 0"
expect dataset-folder "broken: is a folder, not a file"
expect dataset-fifo "broken: is not a file"
expect dataset-dangling "broken: cannot be read: No such file or directory"

# begins NAME TEXT: where the words are the system's or depend on sizes
begins()
{
    line=$(sed -n "s/^$1  *//p" "$scratch/list")
    case $line in
    "$2"*) ;;
    *) fail "$1
    is     '$line'
    wanted '$2...'" ;;
    esac
}
# table NAME TEXT: the reason of schema_verify(), which names the parameter
table()
{
    begins "$1" "broken: parameter table is wrong: "
    case $line in
    *rate*"$2"*) ;;
    *) fail "$1: '$line' does not say '$2' of the parameter rate" ;;
    esac
}
table dataset-bad-default "7 is outside [0, 1]"
table dataset-outside "outside the config struct"
table dataset-duplicate "twice"
table dataset-no-help "no help"
begins dataset-tiny-size "broken: descriptor incomplete: struct_size is 16, at least "
begins dataset-tiny-param "broken: descriptor incomplete: param_size is 8, at least "
begins dataset-odd-param "broken: descriptor is damaged: param_size is "
begins dataset-zero-ops "broken: descriptor incomplete: ops.struct_size is 0, at least "
begins dataset-undefined "broken: cannot be loaded: "
begins dataset-text "broken: cannot be loaded: "
begins dataset-empty "broken: cannot be loaded: "
case $(uname -m) in
x86_64 | aarch64)
    begins dataset-fast-math "broken: changes the floating-point mode: "
    case $(sed -n "s/^dataset-fast-math  *//p" "$scratch/list") in
    *"; relink it without -ffast-math") ;;
    *) fail "the reason for dataset-fast-math has no advice" ;;
    esac
    ;;
esac
[ "$(id -u)" = 0 ] || {
    cp "$BROKEN_DIR/dataset-fine.so" dataset-unreadable.so
    chmod 0 dataset-unreadable.so
    $THALWEG list >"$scratch/list" || true
    expect dataset-unreadable "broken: cannot be read: Permission denied"
    rm dataset-unreadable.so
}

# The same judgement when a plugin is asked for by name: exit 3, file and reason.
# asked STATUS WORDS ARGUMENT...
asked()
{
    wanted=$1 words=$2
    shift 2
    status=0
    $THALWEG "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
    [ "$status" = "$wanted" ] || fail "$*: ended with $status, not $wanted"
    grep -F -q -e "$words" "$scratch/out" "$scratch/err" ||
        fail "$*: nothing like '$words' in: $(cat "$scratch/out" "$scratch/err")"
}
asked 3 "/dataset-bad-magic.so: thalweg_plugin is not a plugin descriptor" info dataset-bad-magic
asked 3 "/dataset-folder.so: is a folder, not a file" info dataset-folder
asked 3 "no dataset plugin 'fien'; did you mean 'fine'?" info dataset-fien
asked 3 "(looked for dataset-fien.so in $scratch/plugins, $scratch/home/thalweg-0, " \
    info dataset-fien
asked 3 "no sink plugin 'fine'; there is a dataset of that name" info sink-fine
asked 2 "'fine' is not KIND-NAME; did you mean dataset-fine?" info fine
asked 0 "dataset fine 1.0" info dataset-fine
asked 0 "dataset fine 1.0" info ./dataset-fine.so
asked 0 "cannot run on this machine: no abacus found" info dataset-unavailable
case $(uname -m) in
x86_64 | aarch64)
    asked 0 "warning: $scratch/plugins/dataset-fast-math.so: changes the floating-point mode" \
        info dataset-fast-math ;;
esac

# The first folder wins; the second is shown as shadowed; none of both is broken.
mkdir "$scratch/one" "$scratch/two"
ln -s "$BROKEN_DIR/dataset-fine.so" "$scratch/one"
ln -s "$BROKEN_DIR/dataset-fine.so" "$scratch/two"
THALWEG_PLUGIN_PATH=$scratch/one:$scratch/two
asked 0 "$scratch/one/dataset-fine.so" info dataset-fine
asked 0 "shadowed by $scratch/one/dataset-fine.so" list -v dataset
asked 0 "$fine" list dataset
! grep -q shadowed "$scratch/out" || fail "list without -v shows what is shadowed"

# Empty and relative components are not searched.
cd "$scratch/one"
THALWEG_PLUGIN_PATH=:.:
asked 3 "no dataset plugin 'fine'" info dataset-fine

wait
for which in hang blocked; do
    [ "$(cat "$scratch/$which.out.status")" = 1 ] || fail "list of $which did not end with 1"
done
says "$scratch/hang.out" dataset-hang "broken: did not finish loading within 10 s"
says "$scratch/blocked.out" dataset-hang-blocked "broken: did not finish loading within 10 s"
exit $failed

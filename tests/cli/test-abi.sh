#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Old and new hosts with old and new plugins.  "New" is the header of one minor
# later, made here: each struct that may grow has grown at its end.
#
#               old plugin    new plugin     plugin that demands the new minor
#     old host  loads         loads          refused, with both versions
#     new host  loads, the    loads          loads
#               rest is NULL
#
# THALWEG: the program.  CC: the compiler.  abs_top_srcdir: the source.
set -eu
LC_ALL=C
export LC_ALL
top=${abs_top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
cc=${CC:-cc}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
fail()
{
    echo "FAIL: $*"
    failed=1
}

# ---- headers ---------------------------------------------------------------------
old=$top/include
new=$scratch/new
other=$scratch/other
mkdir -p "$new/thalweg" "$other/thalweg"
sed -e 's/^#define TW_ABI_MINOR_LATEST 0 /#define TW_ABI_MINOR_LATEST 1 /' \
    -e '/^    const void \*(\*get_extension)(const char \*id); /a\
    const char *homepage;' \
    -e '/^    const char \*help;  /a\
    const char *example;' \
    -e '/^    int (\*block)(const void \*self, size_t i, struct tw_block \*out);/a\
    int (*curvature)(void *self, const double *theta, double *c);' \
    "$old/thalweg/plugin.h" >"$new/thalweg/plugin.h"
for line in '#define TW_ABI_MINOR_LATEST 1 ' '    const char *homepage;' '    const char *example;' \
    '    int (*curvature)('; do
    [ "$(grep -c -F -e "$line" "$new/thalweg/plugin.h")" = 1 ] ||
        fail "the header has changed: this test no longer makes '$line' of it"
done
sed 's/^#define TW_ABI_MAJOR 0 /#define TW_ABI_MAJOR 1 /' "$old/thalweg/plugin.h" \
    >"$other/thalweg/plugin.h"

# ---- plugins and hosts -------------------------------------------------------------
# plugin NAME INCLUDEDIR [SWITCH]...   (CC may carry options)
plugin()
{
    name=$1 include=$2
    shift 2
    $cc -std=c11 -O1 -fPIC -shared -fvisibility=hidden -I"$include" -DNAME="\"$name\"" "$@" \
        -o "$scratch/model-$name.so" "$top/tests/abi/model-fixture.c"
}
plugin old "$old"
plugin new "$new"
plugin demanding "$new" -DTW_ABI_MINOR=1
plugin other "$other"

yaml=$(pkg-config --cflags --libs yaml-0.1 2>/dev/null || echo -lyaml)
# host NAME INCLUDEDIR: the loader and what it needs of the core
host()
{
    # shellcheck disable=SC2086
    (cd "$top/core" && $cc -std=gnu11 -O1 -I"$2" -DPLUGINDIR='"/nowhere"' \
        -o "$scratch/host-$1" ../tests/abi/host.c registry*.c schema*.c param-text.c yaml*.c \
        scalar.c nearest.c child.c error.c arena.c $yaml -ldl -lm)
}
host old "$old"
host new "$new"

# ---- the table above ----------------------------------------------------------------
# says HOST PLUGIN LINE
says()
{
    line=$("$scratch/host-$1" "$scratch/model-$2.so" 2>&1) || true
    [ "$line" = "$3" ] || fail "$1 host, $2 plugin
    is     '$line'
    wanted '$3'"
}
numbers="rate=0.5 count=3 dim=7 loss=140 grad=no"
says old old "old: $numbers"
says old new "new: $numbers"
says old demanding "refused: $scratch/model-demanding.so: needs a newer thalweg: needs ABI 0.1, ours is 0.0"
says new old "old: $numbers homepage=- curvature=no"
says new new "new: $numbers homepage=here curvature=yes"
says new demanding "demanding: $numbers homepage=here curvature=yes"
for host in old new; do
    says $host other "refused: $scratch/model-other.so: built for another ABI: plugin ABI 1, ours 0"
done

# The program itself is an old host.
list=$(THALWEG_PLUGIN_PATH=$scratch $THALWEG list model) || true
for name in old new; do
    echo "$list" | grep -q "^model-$name  *Made for the tests of the interface\$" ||
        fail "thalweg list does not take model-$name: $list"
done
echo "$list" | grep -q "^model-demanding  *broken: needs a newer thalweg: needs ABI 0\.1, ours is 0\.0\$" ||
    fail "thalweg list does not refuse model-demanding: $list"
exit $failed

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The wall between core and plugins, read off the source:
#   - a plugin includes nothing of ours but <thalweg/plugin.h>, the helpers in
#     plugins/util/ and plugins/render/ and what lies in a folder of its own name;
#   - the core names no plugin: which ones there are is the pipeline's business.
set -eu
top=${abs_top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
cd "$top"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
fail()
{
    echo "FAIL: $*"
    failed=1
}

# ---- plugins -----------------------------------------------------------------------

# What `#include "$2"` means in file $1, as a path from the top; nothing if there
# is no such file.  -Iplugins is the only other place where it may lie.  What make makes is not in
# the source.
made=plugins/sink-html/viewer.inc
resolve()
{
    for base in "$(dirname "$1")" plugins; do
        path=$(echo "$base/$2" | sed -e 's,/\./,/,g' -e 's,/[^/.][^/]*/\.\./,/,g')
        [ ! -f "$path" ] && [ "$path" != $made ] || { echo "$path"; return; }
    done
}

# allowed FILE INCLUDE
allowed()
{
    name=${2#?}
    name=${name%?}
    own=$(echo "$1" | sed -e 's,^plugins/,,' -e 's,/.*,,' -e 's,\.c$,,')
    case $2 in
    '<thalweg/plugin.h>') return 0 ;;
    # Others in angles are the system's, unless only we have such a file.
    '<'*) [ ! -f "core/$name" ] && [ ! -f "plugins/$name" ] && [ ! -f "$name" ] ;;
    *)
        case $(resolve "$1" "$name") in
        plugins/util/* | plugins/render/* | plugins/"$own"/*) return 0 ;;
        *) return 1 ;;
        esac
        ;;
    esac
}

find plugins -name '*.[ch]' -o -name '*.inc' | sort >"$scratch/files"
seen=0
while read -r file; do
    sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*\([<"][^>"]*[>"]\).*/\1/p' "$file" \
        >"$scratch/includes"
    while read -r include; do
        allowed "$file" "$include" || fail "$file includes $include"
        seen=$((seen + 1))
    done <"$scratch/includes"
done <"$scratch/files"
[ $seen -gt 0 ] || fail "no #include found in any plugin"

# The test of the test.
! allowed plugins/model-mlp.c '"../core/error.h"' || fail "does not see ../core/error.h"
! allowed plugins/model-mlp.c '"core/error.h"' || fail "does not see core/error.h"
! allowed plugins/model-mlp.c '<error.h>' || [ ! -f core/error.h ] || fail "does not see <error.h>"
allowed plugins/model-mlp.c '<stdio.h>' || fail "does not allow <stdio.h>"

# ---- core --------------------------------------------------------------------------

# Source without comments, each line with its place.
awk '{ text = $0; gsub(/\/\*.*\*\//, "", text); sub(/\/\*.*/, "", text)
       if (text !~ /^ *\*( |\/|$)/) print FILENAME ":" FNR ": " text }' core/*.[ch] core/*/*.[ch] >"$scratch/core"
find plugins -mindepth 1 -maxdepth 1 \( -name '*.c' -o -type d \) |
    sed -n -E 's,^plugins/(dataset|model|optimizer|reducer|sink)-([a-z0-9-]*)(\.c)?$,\1 \2,p' |
    sort -u >"$scratch/plugins"
[ -s "$scratch/plugins" ] || fail "no plugin found"
while read -r kind name; do
    # As a string of its own, or as KIND-NAME in any string.
    if grep -E "\"$name\"|\"[^\"]*$kind-${name}[^a-z0-9-]" "$scratch/core"; then
        fail "the core names the plugin $kind-$name"
    fi
done <"$scratch/plugins"
exit $failed

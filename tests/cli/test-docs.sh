#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The documents are true: their examples run, and what they say of keys and options is
# what the program says.
#
#   - Every fenced block in README.md and docs/*.md that names its file is written to
#     that file, in a folder for each document: by a first line `# file: NAME` or
#     `/* file: NAME */`, or by a line `<!-- file: NAME -->` before the block.
#   - A block after `<!-- run -->` is run there by the shell.
#   - .py needs PyTorch and is skipped without it, with the pipelines that need its files.
#   - .c is compiled strictly; KIND-NAME.c is a plugin and goes through `thalweg try`.
#   - .yaml goes through `thalweg run`, with small grids.
#   - The tables of keys are what docs/make-reference.sh would write now.
#   - Every command and option of --help is in thalweg.1; the pages are clean mdoc.
#   - Links and pictures lead to files that are there.
#
# THALWEG: the program.  CC: the compiler.  abs_top_srcdir: the source.
set -eu
LC_ALL=C
export LC_ALL
top=${abs_top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
thalweg=${THALWEG:-thalweg}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
fail()
{
    echo "FAIL: $*"
    failed=1
}
say() { echo "ok: $*"; }

# ---- blocks into files -------------------------------------------------------------

# blocks DOCUMENT FOLDER
blocks()
{
    awk -v folder="$2" '
        function name_in(line) {
            sub(/^(#|\/\*|<!--) file: */, "", line)
            sub(/ *(\*\/|-->) *$/, "", line)
            return line
        }
        /^<!-- file: / { name = name_in($0); next }
        /^<!-- run -->/ { name = "run-" ++runs ".sh"; next }
        /^```/ {
            if (inside) { inside = 0; if (name != "") close(folder "/" name); name = ""; next }
            inside = 1; first = 1; next
        }
        inside {
            if (first && name == "" && /^(#|\/\*) file: /) name = name_in($0)
            first = 0
            if (name != "") print > (folder "/" name)
        }
        END { if (inside) { print "an open block at the end"; exit 1 } }' "$1"
}

# ---- what comes out of them ----------------------------------------------------------

for candidate in python3 /usr/bin/python3 ''; do
    [ -n "$candidate" ] || break
    if "$candidate" -c 'import numpy, torch' 2>/dev/null; then break; fi
done
python=$candidate

strict='-std=c11 -O1 -Wall -Wextra -Wshadow -Werror -fPIC -shared'

compile()
{
    # shellcheck disable=SC2086
    if ! ${CC:-cc} $strict "-I$top/include" -o "$1.so" "$1.c" -lm >log 2>&1; then
        fail "$2: $1.c does not compile"
        cat log
        return
    fi
    say "$2: $1.c compiles"
    case $1 in
    dataset-* | model-* | optimizer-* | reducer-* | sink-*)
        if "$thalweg" try "./$1.so" >log 2>&1; then
            say "$2: $1: $(tail -n 1 log)"
        else
            fail "$2: $1 does not keep the contract"
            cat log
        fi
        ;;
    esac
}

# Sinks that were left out at configure are not the document's mistake.
without_pictures=
for sink in png obj; do
    "$thalweg" list sink | grep -q "^sink-$sink " || without_pictures=yes
done

# The pipeline, with few grid points.
pipeline()
{
    if "$thalweg" run -q --plugin-path . -o "out/$1" "$1" --set grid.points=5 \
        ${without_pictures:+--set 'sinks=[{plugin: csv}]'} >log 2>&1 && [ -n "$(ls "out/$1")" ]; then
        say "$2: $1 runs"
    else
        fail "$2: $1"
        cat log
    fi
}

# Does the pipeline read a file that is not there because PyTorch is not?
lacks_files()
{
    [ -z "$python" ] && ls ./*.py >/dev/null 2>&1 && grep -q '\.npy' "$1"
}

examples=0
for document in "$top/README.md" "$top"/docs/*.md; do
    name=$(basename "$document" .md)
    mkdir "$scratch/$name"
    blocks "$document" "$scratch/$name" || fail "$name: the blocks cannot be told apart"
    cd "$scratch/$name"
    for file in run-*.sh *.py *.c *.yaml; do
        [ -f "$file" ] || continue
        examples=$((examples + 1))
        case $file in
        *.sh) if sh -eu "$file" >log 2>&1; then say "$name: $file"; else fail "$name: $(cat "$file" log)"; fi ;;
        *.py)
            if [ -z "$python" ]; then
                echo "skipped: $name: $file (no PyTorch)"
            elif "$python" "$file" >log 2>&1; then
                say "$name: $file: $(tail -n 1 log)"
            else
                fail "$name: $file"
                cat log
            fi
            ;;
        *.c) compile "${file%.c}" "$name" ;;
        *.yaml)
            if lacks_files "$file"; then
                echo "skipped: $name: $file (no PyTorch)"
            else
                pipeline "$file" "$name"
            fi
            ;;
        esac
    done
    cd "$scratch"
done
[ $examples -ge 10 ] || fail "only $examples examples found"

# ---- links ------------------------------------------------------------------------------

for document in "$top/README.md" "$top"/docs/*.md; do
    awk '/^```/ { code = !code; next } !code' "$document" | grep -o ']([^)]*)' |
        sed 's/^](//; s/)$//; s/#.*//' | sort -u >"$scratch/links"
    while read -r link; do
        case $link in
        http*://* | '') ;;
        *) [ -e "$(dirname "$document")/$link" ] || fail "$(basename "$document"): no file $link" ;;
        esac
    done <"$scratch/links"
done
for picture in "$top"/docs/images/*; do
    size=$(wc -c <"$picture")
    [ "$size" -lt 400000 ] || fail "$(basename "$picture") has $size bytes"
    cat "$top/README.md" "$top"/docs/*.md | grep -q "images/$(basename "$picture")" ||
        fail "$(basename "$picture") is shown nowhere"
done

# ---- keys --------------------------------------------------------------------------------

if THALWEG=$thalweg sh "$top/docs/make-reference.sh" --check; then
    say "the reference"
else
    fail "the reference is not what the program says"
fi
# The check must see a change.
mkdir "$scratch/copy"
cp -r "$top/docs" "$top/README.md" "$scratch/copy"
chmod -R u+w "$scratch/copy"
ln -s "$top/plugins" "$scratch/copy/plugins"
sed 's/| `margin` | real/| `margin` | int/' "$top/docs/pipeline.md" >"$scratch/copy/docs/pipeline.md"
if THALWEG=$thalweg sh "$scratch/copy/docs/make-reference.sh" --check >/dev/null 2>&1; then
    fail "make-reference.sh does not see a change"
fi

# ---- manual pages ---------------------------------------------------------------------------

page=$top/docs/thalweg.1
"$thalweg" --help >"$scratch/help"
sed -n 's/^  \([a-z][a-z]*\)  *[A-Z\[].*/\1/p; s/^  \([a-z][a-z]*\)   .*/\1/p' "$scratch/help" | sort -u >"$scratch/commands"
[ "$(wc -l <"$scratch/commands")" -ge 6 ] || fail "commands are not found in --help"
while read -r command; do
    grep -q "^\.It Cm $command" "$page" || fail "thalweg.1 lacks the command $command"
    "$thalweg" "$command" --help >>"$scratch/help"
done <"$scratch/commands"
grep -o -e '--[a-z][a-z-]*' "$scratch/help" | sort -u >"$scratch/options"
[ "$(wc -l <"$scratch/options")" -ge 10 ] || fail "options are not found in --help"
while read -r option; do
    grep -q -e "^\.It Fl.* *-${option#--}\( \|$\)" "$page" || fail "thalweg.1 lacks the option $option"
done <"$scratch/options"
sed -n 's/^  -\([a-zA-Z]\), --\([a-z-]*\).*/\1 \2/p' "$scratch/help" | sort -u >"$scratch/letters"
while read -r letter long; do
    grep -q "^\.It Fl $letter , -$long" "$page" || fail "thalweg.1 lacks -$letter of --$long"
done <"$scratch/letters"
for status in $(sed -n 's/.*FAULT_[A-Z]* = \([0-9]*\).*/\1/p' "$top/core/error.h"); do
    grep -q "^\.It $status\$" "$page" || fail "thalweg.1 lacks the exit status $status"
done
for page in "$top"/docs/*.[157]; do
    if command -v mandoc >/dev/null; then
        # What is not installed cannot be referred to.
        mandoc -T lint -W style "$page" | grep -v -e 'referenced manual not found' -e 'outdated mandoc.db' &&
            fail "mandoc finds fault with $(basename "$page")"
    elif command -v groff >/dev/null; then
        groff -mdoc -ww -z "$page" 2>&1 | grep . && fail "groff finds fault with $(basename "$page")"
    fi
done
exit $failed

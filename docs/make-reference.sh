#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# make-reference.sh [--check] -- the parts of the documents that the program writes:
#
#     docs/pipeline.md           the tables of keys
#     docs/thalweg-pipeline.5    the same as a list
#     README.md                  the table of plugins
#
# They stand between a line with "reference: begin" and one with "reference: end".
# With --check nothing is written; what differs is printed, and the status is 1.
# Run it with the program that has just been built:
#
#     build/run docs/make-reference.sh
#
# THALWEG: the program, else `thalweg` on the PATH.
set -eu
LC_ALL=C
export LC_ALL
top=$(cd "$(dirname "$0")/.." && pwd)
thalweg=${THALWEG:-thalweg}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# A build may do without these.
optional='sink-html sink-obj sink-png'

# ---- what the program says -------------------------------------------------------

# Plugins of this tree, not those of the user.
"$thalweg" list | while read -r name summary; do
    [ ! -f "$top/plugins/$name.c" ] || echo "$name $summary"
done >"$scratch/list"
[ -s "$scratch/list" ] || { echo "make-reference: $thalweg has no plugins" >&2; exit 1; }

"$thalweg" info pipeline --markdown >"$scratch/reference.md"
for kind in dataset model optimizer reducer; do
    echo
    "$thalweg" info $kind --markdown
    [ $kind != reducer ] || { echo; "$thalweg" info grid --markdown; echo; "$thalweg" info analysis --markdown; echo; "$thalweg" info ball --markdown; echo; "$thalweg" info compare --markdown; echo; "$thalweg" info sink --markdown; }
done >>"$scratch/reference.md"
while read -r name _; do
    echo
    "$thalweg" info "$name" --markdown
done <"$scratch/list" >>"$scratch/reference.md"

# ---- three ways of saying it -------------------------------------------------------

awk 'BEGIN { print "| plugin | what it does |"; print "| --- | --- |" }
     { name = $1; sub(/^[^ ]+ +/, ""); sub(/\.$/, "")
       printf "| `%s` | %s%s |\n", name, toupper(substr($0, 1, 1)), substr($0, 2) }' \
    "$scratch/list" >"$scratch/plugins.md"

# Markdown tables to mdoc lists.
awk '
function plain(s) {
    gsub(/\\\\/, "\002", s); gsub(/\\/, "", s); gsub("\002", "\\e", s)
    gsub(/`/, "", s)
    gsub("\001", "|", s)
    return s
}
# New sentence, new line; at most 79 characters; no line may begin like a request.
function text(s,    at, n, i, word, out, line) {
    s = plain(s)
    while ((at = match(s, /[.!?] [A-Z]/)) > 0)
        s = substr(s, 1, at) " \n " substr(s, at + 2)
    n = split(s, word, / /)
    out = line = ""
    for (i = 1; i <= n; i++) {
        if (word[i] == "\n" || (line != "" && length(line) + 1 + length(word[i]) > 79)) {
            out = out line "\n"
            line = ""
        }
        if (word[i] == "\n" || word[i] == "")
            continue
        if (line == "" && word[i] ~ /^[.\047]/)
            line = "\\&" word[i]
        else
            line = line (line == "" ? "" : " ") word[i]
    }
    return out line
}
function quoted(s) { gsub(/"/, "\"\"", s); return "\"" s "\"" }
function close_list() { if (open) print ".El"; open = 0 }
/^### / { close_list(); print ".Ss " substr($0, 5); next }
/^\| (key|---) \|/ { next }
/^\| --- / { next }
/^\| `/ {
    if (!open) { print ".Bl -tag -width Ds"; open = 1 }
    gsub(/\\\|/, "\001")
    split($0, f, / ?[|] ?/)
    what = f[3]
    allowed = plain(f[5])
    if (what == "choice")
        what = allowed
    else if (allowed == "null" || allowed == "auto")
        what = what " or " allowed
    else if (allowed != "" && what != "bool")
        what = what " in " allowed
    sub(/^list of [a-z]+ in /, "&each in ", what)
    sub(/ in each in /, ", each in ", what)
    what = what (f[4] == "required" ? "; required" : "; default " plain(f[4]))
    printf ".It Cm %s Pq %s\n%s\n", plain(f[2]), quoted(what), text(f[6])
    next
}
/^$/ { next }
{ close_list(); print text($0) }
END { close_list() }' "$scratch/reference.md" >"$scratch/reference.5"

# ---- into the documents ---------------------------------------------------------------

# renew FILE TEXT: FILE with what is between the two lines replaced.
renew()
{
    grep -q 'reference: begin' "$1" && grep -q 'reference: end' "$1" || {
        echo "make-reference: $1 has no lines 'reference: begin' and 'reference: end'" >&2
        exit 1
    }
    awk -v text="$2" '
        /reference: begin/ { print; while ((getline line < text) > 0) print line; skip = 1; next }
        /reference: end/ { skip = 0 }
        !skip' "$1"
}

# The document without empty lines and the plugins that this build has left out.
without_missing()
{
    for plugin in $optional; do
        grep -q "^$plugin " "$scratch/list" || echo "$plugin"
    done >"$scratch/missing"
    awk -v missing="$scratch/missing" '
        BEGIN { while ((getline name < missing) > 0) gone[name] = 1 }
        /^(###|\.Ss|## |\.Sh|\.\\"|<!--)/ { skip = ($2 in gone) }
        /^\| `/ { name = $2; gsub(/`/, "", name); if (name in gone) next }
        !skip && NF' "$1"
}

failed=0
for pair in README.md:plugins.md docs/pipeline.md:reference.md docs/thalweg-pipeline.5:reference.5; do
    file=${pair%%:*}
    renew "$top/$file" "$scratch/${pair#*:}" >"$scratch/new"
    if [ "${1-}" = --check ]; then
        without_missing "$top/$file" >"$scratch/is"
        without_missing "$scratch/new" >"$scratch/should"
        diff -u "$scratch/is" "$scratch/should" || {
            echo "make-reference: $file is not what the program says now; run docs/make-reference.sh" >&2
            failed=1
        }
    elif ! cmp -s "$top/$file" "$scratch/new"; then
        cp "$scratch/new" "$top/$file"
        echo "$file"
    fi
done
exit $failed

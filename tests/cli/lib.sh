# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# lib.sh -- what the tests of the command share; to be sourced.
#
#     check WHAT COMMAND...   passes when the command succeeds
#     thalweg ARGUMENT...     runs the program: $status, $scratch/out, $scratch/err
#     exits CODE              did it?  (says what it printed when it did not)
#     said TEXT, printed TEXT is that in stderr, stdout?
#     empty FOLDER            no file in it, not even a temporary one
#     finish                  the closing line, and the exit status
#
# The script stands in a folder of its own, $work, which is removed at the end.
# Environment: THALWEG, the program; THALWEG_PLUGIN_PATH, THALWEG_DATA_DIR;
# abs_top_srcdir, the source; CC.
LC_ALL=C
export LC_ALL
: "${THALWEG:?the program to test}"
# shellcheck disable=SC2034 # for those who source this
top=${abs_top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/thalweg-test-XXXXXX")
trap 'chmod -R u+rwx "$scratch"; rm -rf "$scratch"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
passed=0
failed=0
status=0

check()
{
    what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok - $what"
    else
        failed=$((failed + 1))
        echo "not ok - $what"
        echo "  status $status" >&2
        sed 's/^/  stderr: /' "$scratch/err" >&2
    fi
}

thalweg()
{
    status=0
    "$THALWEG" "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
}

exits()
{
    [ "$status" -eq "$1" ]
}

said()
{
    grep -qF -e "$1" "$scratch/err"
}

printed()
{
    grep -qF -e "$1" "$scratch/out"
}

# Exactly one line on stderr, which begins with "thalweg: ".
one_line()
{
    [ "$(wc -l <"$scratch/err")" -eq 1 ] && grep -q '^thalweg: ' "$scratch/err"
}

empty()
{
    [ ! -e "$1" ] || [ -z "$(find "$1" ! -type d)" ]
}

# $nobody becomes what runs a command without root's rights; empty where somebody without
# them cannot reach the program and its plugins, as in a home of root's.
# shellcheck disable=SC2034 # the scripts that read this file use it
find_nobody()
{
    nobody=
    if [ "$(id -u)" -ne 0 ]; then
        nobody="command"
    elif setpriv --reuid=65534 --regid=65534 --clear-groups \
        "$THALWEG" info dataset-csv >/dev/null 2>&1; then
        nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
    fi
}

finish()
{
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

work=$scratch/work
: >"$scratch/err"
mkdir "$work"
cd "$work" || exit

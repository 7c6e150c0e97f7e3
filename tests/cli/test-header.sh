#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The header compiles alone, strictly, in every language that it promises, and a
# table entry whose field has another type does not.
#
# CC: the compiler; gcc, clang and g++, clang++ are tried too where they exist.
set -eu
top=${abs_top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
strict="-Wall -Wextra -Wshadow -pedantic -Werror -fsyntax-only -I$top/include"
failed=0
tried=0
fail()
{
    echo "FAIL: $*"
    failed=1
}

cat >"$scratch/alone.c" <<'END'
#include <thalweg/plugin.h>
#include <thalweg/plugin.h>
double use(const struct tw_data *d);
double use(const struct tw_data *d)
{
    struct tw_sum s = { 0, 0 };
    tw_sum_add(&s, (double)tw_rows_count(NULL, d) + (double)tw_rows_at(NULL, 1));
    return tw_sum_value(&s);
}
END
cp "$scratch/alone.c" "$scratch/alone.cc"

# A plugin's table with one entry of each macro; FIELD spoils the type of one.
cat >"$scratch/table.c" <<'END'
#include <thalweg/plugin.h>
#ifndef FIELD
#define FIELD double
#endif
struct config {
    bool a;
    int64_t b;
    FIELD c;
    const char *d, *e, *f;
    int g;
    struct tw_ints h;
    struct tw_reals i;
    struct tw_strings j;
    int64_t k;
    double l;
    struct tw_ints m;
    struct tw_reals n;
};
static const char *const words[] = { "one", "two", NULL };
extern const struct tw_param params[];
const struct tw_param params[] = {
    TW_PARAM_BOOL(struct config, a, "true", "Help."),
    TW_PARAM_INT(struct config, b, "1", 0, 9, "epochs", "Help."),
    TW_PARAM_REAL(struct config, c, "1", 0, 9, NULL, "Help."),
    TW_PARAM_STRING(struct config, d, "x", "Help."),
    TW_PARAM_PATH(struct config, e, "x", "Help."),
    TW_PARAM_OUTPUT(struct config, f, "x", "Help."),
    TW_PARAM_CHOICE(struct config, g, "one", words, "Help."),
    TW_PARAM_INTS(struct config, h, "[]", 0, 9, NULL, "Help."),
    TW_PARAM_REALS(struct config, i, "[]", 0, 9, NULL, "Help."),
    TW_PARAM_STRINGS(struct config, j, "[]", "Help."),
    TW_PARAM_INT_AUTO(struct config, k, 0, 9, NULL, "Help."),
    TW_PARAM_REAL_AUTO(struct config, l, 0, 9, NULL, "Help."),
    TW_PARAM_INTS_AUTO(struct config, m, 0, 9, NULL, "Help."),
    TW_PARAM_REALS_AUTO(struct config, n, 0, 9, NULL, "Help."),
    TW_PARAM_END
};
END
cp "$scratch/table.c" "$scratch/table.cc"

# works COMPILER: is it there and usable?
works()
{
    command -v "${1%% *}" >/dev/null 2>&1 && echo 'int x;' >"$scratch/x.c" &&
        $1 -fsyntax-only "$scratch/x.c" 2>/dev/null
}

for cc in "${CC:-cc}" gcc clang; do
    works "$cc" || continue
    for std in c99 c11 c17; do
        for file in alone table; do
            # shellcheck disable=SC2086
            $cc -std=$std $strict "$scratch/$file.c" || fail "$cc -std=$std $file.c"
            tried=$((tried + 1))
        done
    done
    # shellcheck disable=SC2086
    if $cc -std=c11 $strict -DFIELD=float "$scratch/table.c" 2>/dev/null; then
        fail "$cc: a float field passes for a TW_PARAM_REAL"
    fi
done
for cxx in g++ clang++; do
    works "$cxx" || continue
    for file in alone table; do
        # shellcheck disable=SC2086
        $cxx -std=c++17 $strict "$scratch/$file.cc" || fail "$cxx -std=c++17 $file.cc"
        tried=$((tried + 1))
    done
done
[ $tried -gt 0 ] || fail "no compiler was tried"
exit $failed

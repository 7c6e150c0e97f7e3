# SPDX-License-Identifier: GPL-3.0-or-later
# TW_KEEP_CORE_DIR
# ----------------
# configure removes core dumps with `rm -f core ...`.  Our sources live in a
# folder of that name: rm complains, and because the clean-up behind it is
# chained with &&, confdefs.h stays behind and distcheck fails.  This wraps rm
# so that a folder called core is left out of its arguments.  Use right after
# AC_INIT.
AC_DEFUN([TW_KEEP_CORE_DIR],
[rm () {
  for tw_arg
  do
    shift
    if test "x$tw_arg" = xcore && test -d core; then :; else
      set x ${1+"$[@]"} "$tw_arg"; shift
    fi
  done
  command rm ${1+"$[@]"}
}
])

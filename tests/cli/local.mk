# SPDX-License-Identifier: GPL-3.0-or-later
# Tests of the command.

CLI_TESTS = \
	%D%/test-abi.sh \
	%D%/test-bad-input.sh \
	%D%/test-broken.sh \
	%D%/test-configs.sh \
	%D%/test-docs.sh \
	%D%/test-formats.sh \
	%D%/test-golden.sh \
	%D%/test-header.sh \
	%D%/test-html.sh \
	%D%/test-includes.sh \
	%D%/test-meshes.sh \
	%D%/test-movie.sh \
	%D%/test-run.sh \
	%D%/test-sklearn.sh \
	%D%/test-try.sh
TESTS += $(CLI_TESTS)
EXTRA_DIST += $(CLI_TESTS) %D%/lib.sh

# The other pictures of the png sink, as other programs show them.
if SINK_PNG
check_PROGRAMS += %D%/distance
%C%_distance_SOURCES = %D%/distance.c
%C%_distance_CPPFLAGS = $(AM_CPPFLAGS) $(LIBPNG_CFLAGS)
%C%_distance_LDADD = $(LIBPNG_LIBS) -lm
endif

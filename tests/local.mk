# SPDX-License-Identifier: GPL-3.0-or-later
# make check: unit tests (Check) and tests of the command (shell).

# Where tests find things.  The home is empty and their own, so that plugins and
# settings of the user change nothing.
AM_TESTS_ENVIRONMENT = \
	THALWEG='$(abs_builddir)/thalweg$(EXEEXT)'; export THALWEG; \
	THALWEG_PLUGIN_PATH='$(abs_builddir)/.libs'; export THALWEG_PLUGIN_PATH; \
	THALWEG_DATA_DIR='$(abs_top_srcdir)/data'; export THALWEG_DATA_DIR; \
	HOME='$(abs_builddir)/tests/home'; export HOME; \
	XDG_DATA_HOME='$(abs_builddir)/tests/home/.local/share'; export XDG_DATA_HOME; \
	BROKEN_DIR='$(abs_builddir)/tests/broken.d'; export BROKEN_DIR; \
	srcdir='$(srcdir)'; export srcdir; \
	abs_srcdir='$(abs_srcdir)'; export abs_srcdir; \
	top_srcdir='$(top_srcdir)'; export top_srcdir; \
	abs_top_srcdir='$(abs_top_srcdir)'; export abs_top_srcdir; \
	builddir='$(builddir)'; export builddir; \
	abs_builddir='$(abs_builddir)'; export abs_builddir; \
	top_builddir='$(top_builddir)'; export top_builddir; \
	abs_top_builddir='$(abs_top_builddir)'; export abs_top_builddir; \
	CC='$(CC)'; export CC; \
	LC_ALL=C; export LC_ALL; \
	CK_DEFAULT_TIMEOUT="$${CK_DEFAULT_TIMEOUT-120}"; export CK_DEFAULT_TIMEOUT; \
	OPENBLAS_NUM_THREADS=1; export OPENBLAS_NUM_THREADS; \
	$(SANITIZER_ENVIRONMENT) \
	mkdir -p "$$HOME";
SANITIZER_ENVIRONMENT = \
	ASAN_OPTIONS="allocator_may_return_null=1:$$ASAN_OPTIONS"; export ASAN_OPTIONS; \
	UBSAN_OPTIONS="print_stacktrace=1:$$UBSAN_OPTIONS"; export UBSAN_OPTIONS; \
	LSAN_OPTIONS="suppressions=$(abs_srcdir)/%D%/lsan.supp:print_suppressions=0:$$LSAN_OPTIONS"; \
	export LSAN_OPTIONS;

TEST_EXTENSIONS = .sh
SH_LOG_COMPILER = $(SHELL)

include %D%/cli/local.mk
include %D%/golden/local.mk
include %D%/unit/local.mk

if RENDER
# It compiles for Embree 4 as well.
check_LIBRARIES += librender-embree4.a
librender_embree4_a_SOURCES = \
	%D%/embree4/embree4/rtcore.h \
	plugins/render/ball.c \
	plugins/render/bake.c \
	plugins/render/bloom.c \
	plugins/render/camera.c \
	plugins/render/draw.c \
	plugins/render/film.c \
	plugins/render/light.c \
	plugins/render/marks.c \
	plugins/render/mesh.c \
	plugins/render/morph.c \
	plugins/render/path.c \
	plugins/render/render.c \
	plugins/render/shade.c \
	plugins/render/trail.c
librender_embree4_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/%D%/embree4 -DTHALWEG_EMBREE=4 \
	$(CAIRO_CFLAGS) $(LIBPNG_CFLAGS)
endif

# Plugins that are wrong on purpose, each in its own way.
check_DATA += %D%/broken.d/stamp
BROKEN_FILES = \
	%D%/broken/broken.c \
	%D%/broken/build.sh \
	%D%/broken/wrong-model.c \
	%D%/broken/wrong-other.c
%D%/broken.d/stamp: $(BROKEN_FILES) include/thalweg/plugin.h
	$(AM_V_GEN)rm -rf %D%/broken.d && $(MKDIR_P) %D%/broken.d && \
	$(SHELL) $(srcdir)/%D%/broken/build.sh "$(CC)" %D%/broken.d $(srcdir)/include && \
	echo done >$@

EXTRA_DIST += \
	%D%/abi \
	%D%/broken \
	%D%/data \
	%D%/gltf/package-lock.json \
	%D%/gltf/package.json \
	%D%/gltf/validate.js \
	%D%/html/chromium.mjs \
	%D%/html/page.test.mjs \
	%D%/html/physics.test.mjs \
	%D%/installcheck.sh \
	%D%/lsan.supp \
	%D%/out-of-tree \
	%D%/valgrind.supp

# A stranger's plugin, built from what is installed and nothing else.
installcheck-local:
	PKG_CONFIG_PATH='$(DESTDIR)$(pkgconfigdir)' THALWEG='$(DESTDIR)$(bindir)/thalweg$(EXEEXT)' CC='$(CC)' \
	TEST_CFLAGS='$(TEST_CFLAGS)' \
	$(SHELL) $(srcdir)/%D%/installcheck.sh $(srcdir)/%D%/out-of-tree $(abs_builddir)/%D%/installcheck.d

# The unit tests under valgrind.  OpenBLAS's own threads would only be in the way; ours take turns.
# UNDER_VALGRIND leaves out repetitions.
VALGRIND = valgrind
VALGRIND_FLAGS = -q --fair-sched=yes --error-exitcode=9 --leak-check=full \
	--show-leak-kinds=definite --errors-for-leak-kinds=definite \
	--suppressions=$(abs_srcdir)/%D%/valgrind.supp
check-valgrind: $(check_PROGRAMS) $(check_LIBRARIES) $(check_DATA)
	UNDER_VALGRIND=1 CK_TIMEOUT_MULTIPLIER=20 $(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS='$(VALGRIND_TESTS)' \
		LOG_COMPILER='$(VALGRIND) $(VALGRIND_FLAGS)'
.PHONY: check-valgrind

# What the tests that ran in this build (configured with --enable-coverage) have been through:
# make coverage-report COVERAGE=plugins/sink-png
COVERAGE = (core|plugins)/
coverage-report:
	gcovr -r '$(abs_top_srcdir)' --object-directory . -f '$(abs_top_srcdir)/$(COVERAGE)' .
.PHONY: coverage-report

clean-local:
	rm -f %D%/unit/*-got.png
	rm -rf %D%/home %D%/broken.d %D%/installcheck.d %D%/scratch

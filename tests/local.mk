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

TESTS += \
	%D%/cli/test-abi.sh \
	%D%/cli/test-bad-input.sh \
	%D%/cli/test-broken.sh \
	%D%/cli/test-configs.sh \
	%D%/cli/test-docs.sh \
	%D%/cli/test-formats.sh \
	%D%/cli/test-golden.sh \
	%D%/cli/test-header.sh \
	%D%/cli/test-html.sh \
	%D%/cli/test-includes.sh \
	%D%/cli/test-meshes.sh \
	%D%/cli/test-movie.sh \
	%D%/cli/test-run.sh \
	%D%/cli/test-sklearn.sh \
	%D%/cli/test-try.sh
EXTRA_DIST += \
	%D%/cli/test-abi.sh \
	%D%/cli/test-bad-input.sh \
	%D%/cli/test-broken.sh \
	%D%/cli/test-configs.sh \
	%D%/cli/test-docs.sh \
	%D%/cli/test-formats.sh \
	%D%/cli/test-golden.sh \
	%D%/cli/test-header.sh \
	%D%/cli/test-html.sh \
	%D%/cli/test-includes.sh \
	%D%/cli/test-meshes.sh \
	%D%/cli/test-movie.sh \
	%D%/cli/test-run.sh \
	%D%/cli/test-sklearn.sh \
	%D%/cli/test-try.sh \
	%D%/cli/lib.sh \
	%D%/html/chromium.mjs \
	%D%/html/page.test.mjs \
	%D%/html/physics.test.mjs

if HAVE_CHECK
UNIT_TESTS = \
	%D%/unit/test-ball \
	%D%/unit/test-contour \
	%D%/unit/test-core-ball \
	%D%/unit/test-core-compare \
	%D%/unit/test-core-contract \
	%D%/unit/test-core-data \
	%D%/unit/test-core-grid \
	%D%/unit/test-core-lines \
	%D%/unit/test-core-output \
	%D%/unit/test-core-plan \
	%D%/unit/test-core-plane \
	%D%/unit/test-core-progress \
	%D%/unit/test-core-runs \
	%D%/unit/test-core-seed \
	%D%/unit/test-core-sha256 \
	%D%/unit/test-core-split \
	%D%/unit/test-core-spread \
	%D%/unit/test-core-train \
	%D%/unit/test-core-workers \
	%D%/unit/test-words \
	%D%/unit/test-sharpness \
	%D%/unit/test-report \
	%D%/unit/test-mergetree \
	%D%/unit/test-critical \
	%D%/unit/test-dataset-csv \
	%D%/unit/test-datasets \
	%D%/unit/test-hvp \
	%D%/unit/test-lanczos \
	%D%/unit/test-mlp-plane \
	%D%/unit/test-linear-plane \
	%D%/unit/test-models-golden \
	%D%/unit/test-models \
	%D%/unit/test-npy \
	%D%/unit/test-optimizers \
	%D%/unit/test-palette \
	%D%/unit/test-path \
	%D%/unit/test-quaternion \
	%D%/unit/test-reducer-interpolation \
	%D%/unit/test-reducer-random \
	%D%/unit/test-reducers \
	%D%/unit/test-registry \
	%D%/unit/test-rest \
	%D%/unit/test-schema \
	%D%/unit/test-simdmath \
	%D%/unit/test-sink-csv \
	%D%/unit/test-sink-curve \
	%D%/unit/test-sink-glb \
	%D%/unit/test-sink-formats \
	%D%/unit/test-sink-golden \
	%D%/unit/test-sink-map \
	%D%/unit/test-sink-obj \
	%D%/unit/test-sink-compare \
	%D%/unit/test-sink-png \
	%D%/unit/test-sink-solid \
	%D%/unit/test-spectrum \
	%D%/unit/test-symeigen \
	%D%/unit/test-ticks \
	%D%/unit/test-training \
	%D%/unit/test-yaml
if SINK_HTML
UNIT_TESTS += %D%/unit/test-sink-html
endif
if RENDER
UNIT_TESTS += \
	%D%/unit/test-render \
	%D%/unit/test-render-film \
	%D%/unit/test-render-golden \
	%D%/unit/test-render-labels \
	%D%/unit/test-render-place \
	%D%/unit/test-sink-surface
endif
if SINK_MOVIE
UNIT_TESTS += %D%/unit/test-movie %D%/unit/test-sink-movie
endif
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)

# Not under valgrind: it knows neither other floating-point modes (test-registry) nor 80-bit
# numbers (test-linear-plane, test-simdmath), and takes a minute or more for some (test-hvp,
# test-models, test-movie, test-reducers, test-render*, test-sink-compare, test-sink-curve,
# test-sink-formats, test-sink-golden, test-sink-movie, test-sink-png, test-sink-surface,
# test-spectrum, test-symeigen).  The sanitizers run them all.
VALGRIND_TESTS = \
	%D%/unit/test-ball \
	%D%/unit/test-contour \
	%D%/unit/test-core-compare \
	%D%/unit/test-core-contract \
	%D%/unit/test-core-data \
	%D%/unit/test-core-grid \
	%D%/unit/test-core-lines \
	%D%/unit/test-core-output \
	%D%/unit/test-core-plan \
	%D%/unit/test-core-plane \
	%D%/unit/test-core-progress \
	%D%/unit/test-core-runs \
	%D%/unit/test-core-seed \
	%D%/unit/test-core-sha256 \
	%D%/unit/test-core-split \
	%D%/unit/test-core-spread \
	%D%/unit/test-core-train \
	%D%/unit/test-core-workers \
	%D%/unit/test-words \
	%D%/unit/test-sharpness \
	%D%/unit/test-report \
	%D%/unit/test-mergetree \
	%D%/unit/test-critical \
	%D%/unit/test-dataset-csv \
	%D%/unit/test-datasets \
	%D%/unit/test-lanczos \
	%D%/unit/test-models-golden \
	%D%/unit/test-npy \
	%D%/unit/test-optimizers \
	%D%/unit/test-palette \
	%D%/unit/test-path \
	%D%/unit/test-quaternion \
	%D%/unit/test-reducer-interpolation \
	%D%/unit/test-reducer-random \
	%D%/unit/test-rest \
	%D%/unit/test-schema \
	%D%/unit/test-sink-csv \
	%D%/unit/test-sink-map \
	%D%/unit/test-sink-obj \
	%D%/unit/test-ticks \
	%D%/unit/test-yaml

check_LIBRARIES += librig.a
librig_a_SOURCES = %D%/unit/rig.c %D%/unit/rig.h
librig_a_CPPFLAGS = $(UNIT_CPPFLAGS)

# Once for each instruction set, as the kernels of the plugins.
SIMDMATH_KERNELS = \
	%D%/unit/simdmath-kernels.c \
	%D%/unit/simdmath-kernels.h \
	plugins/util/simd.h \
	plugins/util/simdmath.h
check_LIBRARIES += libsimdmath-base.a
SIMDMATH_LIBS = libsimdmath-base.a
libsimdmath_base_a_SOURCES = $(SIMDMATH_KERNELS)
libsimdmath_base_a_CPPFLAGS = $(BASE_CPPFLAGS)
libsimdmath_base_a_CFLAGS = $(KERNEL_CFLAGS)
if X86_KERNELS
check_LIBRARIES += libsimdmath-avx2.a libsimdmath-avx512.a
SIMDMATH_LIBS += libsimdmath-avx2.a libsimdmath-avx512.a
libsimdmath_avx2_a_SOURCES = $(SIMDMATH_KERNELS)
libsimdmath_avx2_a_CPPFLAGS = $(AVX2_CPPFLAGS)
libsimdmath_avx2_a_CFLAGS = $(KERNEL_CFLAGS) $(AVX2_CFLAGS)
libsimdmath_avx512_a_SOURCES = $(SIMDMATH_KERNELS)
libsimdmath_avx512_a_CPPFLAGS = $(AVX512_CPPFLAGS)
libsimdmath_avx512_a_CFLAGS = $(KERNEL_CFLAGS) $(AVX512_CFLAGS)
endif
endif

UNIT_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(YAML_CFLAGS) $(LIBPNG_CFLAGS) $(CAIRO_CFLAGS)
UNIT_LDADD = librig.a $(CORE_LIBS) $(CHECK_LIBS)

%C%_unit_test_contour_SOURCES = \
	%D%/unit/test-contour.c \
	plugins/util/contour.c \
	plugins/util/contour.h \
	plugins/util/resample.c \
	plugins/util/resample.h
%C%_unit_test_contour_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_contour_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_contract_SOURCES = %D%/unit/test-core-contract.c %D%/unit/core-bench.h
%C%_unit_test_core_contract_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_contract_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_data_SOURCES = %D%/unit/test-core-data.c %D%/unit/core-bench.h
%C%_unit_test_core_data_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_data_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_grid_SOURCES = %D%/unit/test-core-grid.c %D%/unit/core-bench.h
%C%_unit_test_core_grid_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_grid_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_lines_SOURCES = %D%/unit/test-core-lines.c %D%/unit/core-bench.h
%C%_unit_test_core_lines_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_lines_LDADD = $(UNIT_LDADD)

%C%_unit_test_ball_SOURCES = %D%/unit/test-ball.c
%C%_unit_test_ball_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_ball_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_ball_SOURCES = %D%/unit/test-core-ball.c %D%/unit/core-bench.h
%C%_unit_test_core_ball_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_ball_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_output_SOURCES = %D%/unit/test-core-output.c %D%/unit/core-bench.h
%C%_unit_test_core_output_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_output_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_compare_SOURCES = %D%/unit/test-core-compare.c %D%/unit/core-bench.h
%C%_unit_test_core_compare_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_compare_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_plan_SOURCES = %D%/unit/test-core-plan.c %D%/unit/core-bench.h
%C%_unit_test_core_plan_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_plan_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_plane_SOURCES = %D%/unit/test-core-plane.c %D%/unit/core-bench.h
%C%_unit_test_core_plane_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_plane_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_progress_SOURCES = %D%/unit/test-core-progress.c
%C%_unit_test_core_progress_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_progress_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_runs_SOURCES = %D%/unit/test-core-runs.c %D%/unit/core-bench.h
%C%_unit_test_core_runs_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_runs_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_seed_SOURCES = %D%/unit/test-core-seed.c %D%/unit/core-bench.h
%C%_unit_test_core_seed_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_seed_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_sha256_SOURCES = %D%/unit/test-core-sha256.c
%C%_unit_test_core_sha256_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_sha256_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_split_SOURCES = %D%/unit/test-core-split.c %D%/unit/core-bench.h
%C%_unit_test_core_split_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_split_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_spread_SOURCES = %D%/unit/test-core-spread.c %D%/unit/core-bench.h
%C%_unit_test_core_spread_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_spread_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_train_SOURCES = %D%/unit/test-core-train.c %D%/unit/core-bench.h
%C%_unit_test_core_train_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_train_LDADD = $(UNIT_LDADD)

%C%_unit_test_core_workers_SOURCES = %D%/unit/test-core-workers.c %D%/unit/core-bench.h
%C%_unit_test_core_workers_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_core_workers_LDADD = $(UNIT_LDADD)

%C%_unit_test_critical_SOURCES = %D%/unit/test-critical.c %D%/unit/terrain-bench.h %D%/unit/core-bench.h
%C%_unit_test_critical_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_critical_LDADD = $(UNIT_LDADD)

%C%_unit_test_mergetree_SOURCES = %D%/unit/test-mergetree.c %D%/unit/core-bench.h
%C%_unit_test_mergetree_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_mergetree_LDADD = $(UNIT_LDADD)

%C%_unit_test_report_SOURCES = %D%/unit/test-report.c %D%/unit/core-bench.h
%C%_unit_test_report_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_report_LDADD = $(UNIT_LDADD)

%C%_unit_test_sharpness_SOURCES = %D%/unit/test-sharpness.c %D%/unit/terrain-bench.h %D%/unit/core-bench.h
%C%_unit_test_sharpness_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_sharpness_LDADD = $(UNIT_LDADD)

%C%_unit_test_words_SOURCES = %D%/unit/test-words.c %D%/unit/core-bench.h
%C%_unit_test_words_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_words_LDADD = $(UNIT_LDADD)

%C%_unit_test_dataset_csv_SOURCES = %D%/unit/test-dataset-csv.c %D%/unit/datasets.h
%C%_unit_test_dataset_csv_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_dataset_csv_LDADD = $(UNIT_LDADD) $(ZLIB_LIBS)

%C%_unit_test_datasets_SOURCES = %D%/unit/test-datasets.c %D%/unit/datasets.h
%C%_unit_test_datasets_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_datasets_LDADD = $(UNIT_LDADD) $(ZLIB_LIBS)

%C%_unit_test_hvp_SOURCES = %D%/unit/test-hvp.c %D%/unit/core-bench.h %D%/golden/hvp.h
%C%_unit_test_hvp_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_hvp_LDADD = $(UNIT_LDADD)

%C%_unit_test_lanczos_SOURCES = %D%/unit/test-lanczos.c
%C%_unit_test_lanczos_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_lanczos_LDADD = $(UNIT_LDADD)

%C%_unit_test_spectrum_SOURCES = %D%/unit/test-spectrum.c %D%/unit/core-bench.h %D%/unit/rig.h
%C%_unit_test_spectrum_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_spectrum_LDADD = $(UNIT_LDADD)

%C%_unit_test_mlp_plane_SOURCES = %D%/unit/test-mlp-plane.c
%C%_unit_test_mlp_plane_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_mlp_plane_LDADD = $(UNIT_LDADD)

%C%_unit_test_linear_plane_SOURCES = %D%/unit/test-linear-plane.c plugins/util/rng.h
%C%_unit_test_linear_plane_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_linear_plane_LDADD = $(UNIT_LDADD)

%C%_unit_test_models_golden_SOURCES = \
	%D%/unit/test-models-golden.c \
	plugins/util/npy.c \
	plugins/util/npy.h
%C%_unit_test_models_golden_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_models_golden_LDADD = $(UNIT_LDADD)

%C%_unit_test_models_SOURCES = %D%/unit/test-models.c plugins/util/rng.h
%C%_unit_test_models_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_models_LDADD = $(UNIT_LDADD)

%C%_unit_test_npy_SOURCES = %D%/unit/test-npy.c plugins/util/npy.c plugins/util/npy.h
%C%_unit_test_npy_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_npy_LDADD = $(UNIT_LDADD)

%C%_unit_test_optimizers_SOURCES = %D%/unit/test-optimizers.c %D%/golden/optimizers.h
%C%_unit_test_optimizers_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_optimizers_LDADD = $(UNIT_LDADD)

%C%_unit_test_palette_SOURCES = \
	%D%/unit/test-palette.c \
	plugins/util/palette.c \
	plugins/util/palette.h \
	plugins/util/scale.c \
	plugins/util/scale.h
%C%_unit_test_palette_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_palette_LDADD = $(UNIT_LDADD)

%C%_unit_test_reducer_interpolation_SOURCES = %D%/unit/test-reducer-interpolation.c
%C%_unit_test_reducer_interpolation_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_reducer_interpolation_LDADD = $(UNIT_LDADD)

%C%_unit_test_reducer_random_SOURCES = %D%/unit/test-reducer-random.c %D%/golden/reducers.h
%C%_unit_test_reducer_random_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_reducer_random_LDADD = $(UNIT_LDADD)

%C%_unit_test_reducers_SOURCES = \
	%D%/unit/test-reducers.c \
	%D%/golden/pca.h \
	%D%/golden/reducers.h
%C%_unit_test_reducers_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_reducers_LDADD = $(UNIT_LDADD)

%C%_unit_test_path_SOURCES = %D%/unit/test-path.c
%C%_unit_test_path_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_path_LDADD = $(UNIT_LDADD)

%C%_unit_test_quaternion_SOURCES = %D%/unit/test-quaternion.c plugins/util/quaternion.h
%C%_unit_test_quaternion_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_quaternion_LDADD = $(CHECK_LIBS)

%C%_unit_test_registry_SOURCES = %D%/unit/test-registry.c
%C%_unit_test_registry_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_registry_LDADD = $(UNIT_LDADD)

%C%_unit_test_render_SOURCES = %D%/unit/test-render.c %D%/unit/render-bench.h
%C%_unit_test_render_CPPFLAGS = $(UNIT_CPPFLAGS) $(EMBREE_CPPFLAGS)
%C%_unit_test_render_LDADD = librender.la libpicture.la $(CHECK_LIBS) $(PTHREAD_LIBS)

%C%_unit_test_movie_SOURCES = %D%/unit/test-movie.c
%C%_unit_test_movie_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_movie_LDADD = libmovie.la librender.la libpicture.la $(CHECK_LIBS) $(PTHREAD_LIBS)

%C%_unit_test_sink_movie_SOURCES = %D%/unit/test-sink-movie.c %D%/unit/results.h
%C%_unit_test_sink_movie_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_sink_movie_LDADD = $(UNIT_LDADD)

%C%_unit_test_render_golden_SOURCES = \
	%D%/unit/test-render-golden.c \
	%D%/unit/golden.h \
	%D%/unit/render-bench.h
%C%_unit_test_render_golden_CPPFLAGS = $(UNIT_CPPFLAGS) $(EMBREE_CPPFLAGS)
%C%_unit_test_render_golden_LDADD = librender.la libpicture.la $(CHECK_LIBS) $(PTHREAD_LIBS)

%C%_unit_test_render_labels_SOURCES = %D%/unit/test-render-labels.c %D%/unit/render-bench.h
%C%_unit_test_render_labels_CPPFLAGS = $(UNIT_CPPFLAGS) $(EMBREE_CPPFLAGS)
%C%_unit_test_render_labels_LDADD = librender.la libpicture.la $(CHECK_LIBS) $(PTHREAD_LIBS)

%C%_unit_test_render_film_SOURCES = %D%/unit/test-render-film.c
%C%_unit_test_render_film_CPPFLAGS = $(UNIT_CPPFLAGS) $(EMBREE_CPPFLAGS)
%C%_unit_test_render_film_LDADD = librender.la libpicture.la $(CHECK_LIBS) $(PTHREAD_LIBS)

%C%_unit_test_render_place_SOURCES = %D%/unit/test-render-place.c %D%/unit/render-bench.h
%C%_unit_test_render_place_CPPFLAGS = $(UNIT_CPPFLAGS) $(EMBREE_CPPFLAGS)
%C%_unit_test_render_place_LDADD = librender.la libpicture.la $(CHECK_LIBS) $(PTHREAD_LIBS)

%C%_unit_test_rest_SOURCES = \
	%D%/unit/test-rest.c \
	plugins/render/heightfield.c \
	plugins/render/heightfield.h \
	plugins/render/rest.c \
	plugins/util/resample.c \
	plugins/util/resample.h \
	plugins/util/scale.c \
	plugins/util/scale.h
%C%_unit_test_rest_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_rest_LDADD = $(CHECK_LIBS)

%C%_unit_test_schema_SOURCES = %D%/unit/test-schema.c
%C%_unit_test_schema_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_schema_LDADD = $(UNIT_LDADD)

%C%_unit_test_simdmath_SOURCES = %D%/unit/test-simdmath.c plugins/util/isa.h
%C%_unit_test_simdmath_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_simdmath_LDADD = $(SIMDMATH_LIBS) $(UNIT_LDADD)

%C%_unit_test_sink_csv_SOURCES = %D%/unit/test-sink-csv.c %D%/unit/results.h
%C%_unit_test_sink_csv_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_sink_csv_LDADD = $(UNIT_LDADD)

if SINK_HTML
%C%_unit_test_sink_html_SOURCES = %D%/unit/test-sink-html.c %D%/unit/results.h
%C%_unit_test_sink_html_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_sink_html_LDADD = $(UNIT_LDADD)
endif

%C%_unit_test_sink_obj_SOURCES = %D%/unit/test-sink-obj.c %D%/unit/results.h
%C%_unit_test_sink_obj_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_sink_obj_LDADD = $(UNIT_LDADD)

%C%_unit_test_sink_glb_SOURCES = %D%/unit/test-sink-glb.c %D%/unit/results.h %D%/unit/solid.h
%C%_unit_test_sink_glb_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_sink_glb_LDADD = $(UNIT_LDADD)

%C%_unit_test_sink_solid_SOURCES = %D%/unit/test-sink-solid.c %D%/unit/results.h %D%/unit/solid.h
%C%_unit_test_sink_solid_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_sink_solid_LDADD = $(UNIT_LDADD)

%C%_unit_test_sink_curve_SOURCES = \
	%D%/unit/test-sink-curve.c \
	plugins/util/palette.c \
	plugins/util/palette.h \
	%D%/unit/picture.h \
	%D%/unit/results.h
%C%_unit_test_sink_curve_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_sink_curve_LDADD = $(UNIT_LDADD) $(LIBPNG_LIBS)

%C%_unit_test_sink_formats_SOURCES = \
	%D%/unit/test-sink-formats.c \
	plugins/util/palette.c \
	plugins/util/palette.h \
	%D%/unit/exact.h \
	%D%/unit/results.h
%C%_unit_test_sink_formats_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_sink_formats_LDADD = $(UNIT_LDADD) $(LIBPNG_LIBS) $(CAIRO_LIBS)

%C%_unit_test_sink_golden_SOURCES = \
	%D%/unit/test-sink-golden.c \
	plugins/util/palette-ours.inc \
	plugins/util/palette.c \
	plugins/util/palette.h \
	%D%/unit/golden.h \
	%D%/unit/picture.h \
	%D%/unit/results.h
%C%_unit_test_sink_golden_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_sink_golden_LDADD = $(UNIT_LDADD) $(LIBPNG_LIBS)

%C%_unit_test_sink_map_SOURCES = \
	%D%/unit/test-sink-map.c \
	plugins/util/palette.c \
	plugins/util/palette.h \
	%D%/unit/picture.h \
	%D%/unit/results.h
%C%_unit_test_sink_map_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_sink_map_LDADD = $(UNIT_LDADD) $(LIBPNG_LIBS)

%C%_unit_test_sink_compare_SOURCES = \
	%D%/unit/test-sink-compare.c \
	%D%/unit/picture.h \
	plugins/util/palette.c \
	plugins/util/palette.h \
	%D%/unit/results.h
%C%_unit_test_sink_compare_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_sink_compare_LDADD = $(UNIT_LDADD) $(LIBPNG_LIBS)

%C%_unit_test_sink_png_SOURCES = \
	%D%/unit/test-sink-png.c \
	%D%/unit/picture.h \
	plugins/util/palette.c \
	plugins/util/palette.h \
	%D%/unit/results.h
%C%_unit_test_sink_png_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_sink_png_LDADD = $(UNIT_LDADD) $(LIBPNG_LIBS)

%C%_unit_test_sink_surface_SOURCES = \
	%D%/unit/test-sink-surface.c \
	%D%/unit/exact.h \
	%D%/unit/results.h
%C%_unit_test_sink_surface_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_sink_surface_LDADD = $(UNIT_LDADD) $(LIBPNG_LIBS)

%C%_unit_test_symeigen_SOURCES = \
	%D%/unit/test-symeigen.c \
	plugins/util/rng.h \
	plugins/util/krylov.c \
	plugins/util/krylov.h \
	plugins/util/symeigen.c \
	plugins/util/symeigen.h
%C%_unit_test_symeigen_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_symeigen_LDADD = $(UNIT_LDADD) $(PANEL_LIBS)

%C%_unit_test_ticks_SOURCES = %D%/unit/test-ticks.c plugins/util/ticks.c plugins/util/ticks.h
%C%_unit_test_ticks_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_ticks_LDADD = $(UNIT_LDADD)

%C%_unit_test_training_SOURCES = %D%/unit/test-training.c plugins/util/rng.h
%C%_unit_test_training_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_training_LDADD = $(UNIT_LDADD)

%C%_unit_test_yaml_SOURCES = %D%/unit/test-yaml.c
%C%_unit_test_yaml_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_unit_test_yaml_LDADD = $(UNIT_LDADD)

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

# The other pictures of the png sink, as other programs show them.
if SINK_PNG
check_PROGRAMS += %D%/cli/distance
%C%_cli_distance_SOURCES = %D%/cli/distance.c
%C%_cli_distance_CPPFLAGS = $(AM_CPPFLAGS) $(LIBPNG_CFLAGS)
%C%_cli_distance_LDADD = $(LIBPNG_LIBS) -lm
endif

check_PROGRAMS += %D%/golden/compare
%C%_golden_compare_SOURCES = %D%/golden/compare.c
%C%_golden_compare_LDADD = -lm

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
	%D%/golden/breast-x.npy \
	%D%/golden/breast-y.npy \
	%D%/golden/breast_cancer_optimum.csv \
	%D%/golden/hvp.h \
	%D%/golden/iris-x.npy \
	%D%/golden/iris-y.npy \
	%D%/golden/logistic-10-directions.npy \
	%D%/golden/logistic-10-gradient.npy \
	%D%/golden/logistic-10-path.npy \
	%D%/golden/logistic-10.csv \
	%D%/golden/logistic-2-directions.npy \
	%D%/golden/logistic-2-gradient.npy \
	%D%/golden/logistic-2-path.npy \
	%D%/golden/logistic-2.csv \
	%D%/golden/make_breast_cancer_optimum.py \
	%D%/golden/make_golden.py \
	%D%/golden/make_hvp.py \
	%D%/golden/make_npy.py \
	%D%/golden/make_optimizers.py \
	%D%/golden/make_pca.py \
	%D%/golden/make_pictures.sh \
	%D%/golden/pictures \
	%D%/golden/make_reducers.py \
	%D%/golden/mlp-gelu-skip-directions.npy \
	%D%/golden/mlp-gelu-skip-gradient.npy \
	%D%/golden/mlp-gelu-skip-path.npy \
	%D%/golden/mlp-gelu-skip.csv \
	%D%/golden/mlp-leaky-directions.npy \
	%D%/golden/mlp-leaky-gradient.npy \
	%D%/golden/mlp-leaky-path.npy \
	%D%/golden/mlp-leaky.csv \
	%D%/golden/mlp-relu-directions.npy \
	%D%/golden/mlp-relu-gradient.npy \
	%D%/golden/mlp-relu-path.npy \
	%D%/golden/mlp-relu.csv \
	%D%/golden/mlp-sigmoid-directions.npy \
	%D%/golden/mlp-sigmoid-gradient.npy \
	%D%/golden/mlp-sigmoid-path.npy \
	%D%/golden/mlp-sigmoid.csv \
	%D%/golden/mlp-tanh2-directions.npy \
	%D%/golden/mlp-tanh2-gradient.npy \
	%D%/golden/mlp-tanh2-path.npy \
	%D%/golden/mlp-tanh2.csv \
	%D%/golden/mnist-x.npy \
	%D%/golden/mnist-y.npy \
	%D%/golden/optimizers.h \
	%D%/golden/pca.h \
	%D%/golden/pipelines/logistic-10.yaml \
	%D%/golden/pipelines/logistic-2.yaml \
	%D%/golden/pipelines/mlp-gelu-skip-f32.yaml \
	%D%/golden/pipelines/mlp-gelu-skip-f64.yaml \
	%D%/golden/pipelines/mlp-leaky-f32.yaml \
	%D%/golden/pipelines/mlp-leaky-f64.yaml \
	%D%/golden/pipelines/mlp-relu-f32.yaml \
	%D%/golden/pipelines/mlp-relu-f64.yaml \
	%D%/golden/pipelines/mlp-sigmoid-f32.yaml \
	%D%/golden/pipelines/mlp-sigmoid-f64.yaml \
	%D%/golden/pipelines/mlp-tanh2-f32.yaml \
	%D%/golden/pipelines/mlp-tanh2-f64.yaml \
	%D%/golden/pipelines/svm-2-squared.yaml \
	%D%/golden/pipelines/svm-2.yaml \
	%D%/golden/pipelines/svm-cs-squared.yaml \
	%D%/golden/pipelines/svm-cs.yaml \
	%D%/golden/pipelines/svm-ww-squared.yaml \
	%D%/golden/pipelines/svm-ww.yaml \
	%D%/golden/svm-2-directions.npy \
	%D%/golden/svm-2-gradient.npy \
	%D%/golden/svm-2-path.npy \
	%D%/golden/svm-2-squared-directions.npy \
	%D%/golden/svm-2-squared-gradient.npy \
	%D%/golden/svm-2-squared-path.npy \
	%D%/golden/svm-2-squared.csv \
	%D%/golden/svm-2.csv \
	%D%/golden/svm-cs-directions.npy \
	%D%/golden/svm-cs-gradient.npy \
	%D%/golden/svm-cs-origin.npy \
	%D%/golden/svm-cs-path.npy \
	%D%/golden/svm-cs-squared-directions.npy \
	%D%/golden/svm-cs-squared-gradient.npy \
	%D%/golden/svm-cs-squared-origin.npy \
	%D%/golden/svm-cs-squared-path.npy \
	%D%/golden/svm-cs-squared.csv \
	%D%/golden/svm-cs.csv \
	%D%/golden/svm-ww-directions.npy \
	%D%/golden/svm-ww-gradient.npy \
	%D%/golden/svm-ww-path.npy \
	%D%/golden/svm-ww-squared-directions.npy \
	%D%/golden/svm-ww-squared-gradient.npy \
	%D%/golden/svm-ww-squared-path.npy \
	%D%/golden/svm-ww-squared.csv \
	%D%/golden/svm-ww.csv \
	%D%/gltf/package-lock.json \
	%D%/gltf/package.json \
	%D%/gltf/validate.js \
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

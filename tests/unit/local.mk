# SPDX-License-Identifier: GPL-3.0-or-later
# Unit tests.  A program is its own source, rig.h's library and the program's: it needs no more than
# its name in a list here, unless it has other libraries.

if HAVE_CHECK
# Also under valgrind.  Not so: what valgrind does not know, other floating-point modes
# (test-registry) and 80-bit numbers (test-linear-plane, test-simdmath), and what takes it a minute
# or more.  The sanitizers run them all.
VALGRIND_TESTS = \
	%D%/test-ball \
	%D%/test-contour \
	%D%/test-core-compare \
	%D%/test-core-contract \
	%D%/test-core-contract-extensions \
	%D%/test-core-data \
	%D%/test-core-grid \
	%D%/test-core-grid-failures \
	%D%/test-core-grid-tiles \
	%D%/test-core-lines \
	%D%/test-core-output \
	%D%/test-core-plan \
	%D%/test-core-plane \
	%D%/test-core-progress \
	%D%/test-core-runs \
	%D%/test-core-seed \
	%D%/test-core-sha256 \
	%D%/test-core-split \
	%D%/test-core-spread \
	%D%/test-core-train \
	%D%/test-core-workers \
	%D%/test-critical \
	%D%/test-dataset-csv \
	%D%/test-datasets \
	%D%/test-lanczos \
	%D%/test-linear-kept \
	%D%/test-mergetree \
	%D%/test-models-golden \
	%D%/test-npy \
	%D%/test-optimizer-lbfgs \
	%D%/test-optimizer-replay \
	%D%/test-optimizers \
	%D%/test-palette \
	%D%/test-path \
	%D%/test-quaternion \
	%D%/test-reducer-interpolation \
	%D%/test-reducer-random \
	%D%/test-report \
	%D%/test-rest \
	%D%/test-scalar \
	%D%/test-schema \
	%D%/test-schema-print \
	%D%/test-schema-tables \
	%D%/test-sharpness \
	%D%/test-sink-csv \
	%D%/test-sink-obj \
	%D%/test-ticks \
	%D%/test-words \
	%D%/test-yaml \
	%D%/test-yaml-set
UNIT_TESTS = \
	$(VALGRIND_TESTS) \
	%D%/test-convexity \
	%D%/test-core-ball \
	%D%/test-hvp \
	%D%/test-hvp-host \
	%D%/test-linear-plain \
	%D%/test-linear-plane \
	%D%/test-linear-same \
	%D%/test-mlp-plane \
	%D%/test-models \
	%D%/test-models-plane \
	%D%/test-reducer-axes \
	%D%/test-reducer-dataset-pca \
	%D%/test-reducer-given \
	%D%/test-reducer-hessian \
	%D%/test-reducer-trajectory-pca \
	%D%/test-registry \
	%D%/test-simdmath \
	%D%/test-sink-compare \
	%D%/test-sink-curve \
	%D%/test-sink-formats \
	%D%/test-sink-glb \
	%D%/test-sink-golden \
	%D%/test-sink-map \
	%D%/test-sink-png \
	%D%/test-sink-solid \
	%D%/test-spectrum \
	%D%/test-symeigen \
	%D%/test-training
if SINK_HTML
UNIT_TESTS += %D%/test-sink-html
endif
if RENDER
UNIT_TESTS += \
	%D%/test-render \
	%D%/test-render-film \
	%D%/test-render-golden \
	%D%/test-render-labels \
	%D%/test-render-place \
	%D%/test-sink-surface
endif
if SINK_MOVIE
UNIT_TESTS += \
	%D%/test-movie \
	%D%/test-movie-camera \
	%D%/test-movie-file \
	%D%/test-sink-movie
endif
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)

# The rig, the headers of all tests, and what plugins share, to be tested by itself.
AM_CPPFLAGS += $(CHECK_CFLAGS)
LDADD = librig.a $(CORE_LIBS) $(CHECK_LIBS)
check_LIBRARIES += librig.a
librig_a_CPPFLAGS = $(AM_CPPFLAGS)
librig_a_SOURCES = \
	%D%/rig.c \
	%D%/contract-bench.h \
	%D%/core-bench.h \
	%D%/crew.h \
	%D%/datasets.h \
	%D%/exact.h \
	%D%/golden.h \
	%D%/grid-bench.h \
	%D%/grid-fake.h \
	%D%/hvp-bench.h \
	%D%/linear-bench.h \
	%D%/models-bench.h \
	%D%/movie-bench.h \
	%D%/npyfile.h \
	%D%/optimizer-bench.h \
	%D%/picture.h \
	%D%/reducer-bench.h \
	%D%/render-bench.h \
	%D%/results.h \
	%D%/rig.h \
	%D%/schema-bench.h \
	%D%/solid.h \
	%D%/spectrum-bench.h \
	%D%/suite.h \
	%D%/terrain-bench.h \
	%D%/yaml-bench.h \
	plugins/render/heightfield.c \
	plugins/render/heightfield.h \
	plugins/render/rest.c \
	plugins/util/contour.c \
	plugins/util/contour.h \
	plugins/util/isa.h \
	plugins/util/krylov.c \
	plugins/util/krylov.h \
	plugins/util/npy.c \
	plugins/util/npy.h \
	plugins/util/palette-ours.inc \
	plugins/util/palette.c \
	plugins/util/palette.h \
	plugins/util/quaternion.h \
	plugins/util/resample.c \
	plugins/util/resample.h \
	plugins/util/rng.h \
	plugins/util/scale.c \
	plugins/util/scale.h \
	plugins/util/symeigen.c \
	plugins/util/symeigen.h \
	plugins/util/ticks.c \
	plugins/util/ticks.h

# Once for each instruction set, as the kernels of the plugins.
SIMDMATH_KERNELS = \
	%D%/simdmath-kernels.c \
	%D%/simdmath-kernels.h \
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

%C%_test_dataset_csv_LDADD = $(LDADD) $(ZLIB_LIBS)
%C%_test_datasets_LDADD = $(LDADD) $(ZLIB_LIBS)
%C%_test_simdmath_LDADD = $(SIMDMATH_LIBS) $(LDADD)
%C%_test_symeigen_LDADD = $(LDADD) $(PANEL_LIBS)

# Those that read pictures.
PICTURE_CPPFLAGS = $(AM_CPPFLAGS) $(LIBPNG_CFLAGS) $(CAIRO_CFLAGS)
PICTURE_LDADD = $(LDADD) $(LIBPNG_LIBS)
%C%_test_sink_compare_CPPFLAGS = $(PICTURE_CPPFLAGS)
%C%_test_sink_compare_LDADD = $(PICTURE_LDADD)
%C%_test_sink_curve_CPPFLAGS = $(PICTURE_CPPFLAGS)
%C%_test_sink_curve_LDADD = $(PICTURE_LDADD)
%C%_test_sink_formats_CPPFLAGS = $(PICTURE_CPPFLAGS)
%C%_test_sink_formats_LDADD = $(PICTURE_LDADD) $(CAIRO_LIBS)
%C%_test_sink_golden_CPPFLAGS = $(PICTURE_CPPFLAGS)
%C%_test_sink_golden_LDADD = $(PICTURE_LDADD)
%C%_test_sink_map_CPPFLAGS = $(PICTURE_CPPFLAGS)
%C%_test_sink_map_LDADD = $(PICTURE_LDADD)
%C%_test_sink_png_CPPFLAGS = $(PICTURE_CPPFLAGS)
%C%_test_sink_png_LDADD = $(PICTURE_LDADD)
%C%_test_sink_surface_CPPFLAGS = $(PICTURE_CPPFLAGS)
%C%_test_sink_surface_LDADD = $(PICTURE_LDADD)

# Those that call the renderer, not the plugins.
RENDER_CPPFLAGS = $(PICTURE_CPPFLAGS) $(EMBREE_CPPFLAGS)
RENDER_LDADD = librender.la libpicture.la $(CHECK_LIBS) $(PTHREAD_LIBS)
%C%_test_render_CPPFLAGS = $(RENDER_CPPFLAGS)
%C%_test_render_LDADD = $(RENDER_LDADD)
%C%_test_render_film_CPPFLAGS = $(RENDER_CPPFLAGS)
%C%_test_render_film_LDADD = $(RENDER_LDADD)
%C%_test_render_golden_CPPFLAGS = $(RENDER_CPPFLAGS)
%C%_test_render_golden_LDADD = $(RENDER_LDADD)
%C%_test_render_labels_CPPFLAGS = $(RENDER_CPPFLAGS)
%C%_test_render_labels_LDADD = $(RENDER_LDADD)
%C%_test_render_place_CPPFLAGS = $(RENDER_CPPFLAGS)
%C%_test_render_place_LDADD = $(RENDER_LDADD)
%C%_test_movie_CPPFLAGS = $(RENDER_CPPFLAGS)
%C%_test_movie_LDADD = libmovie.la $(RENDER_LDADD)
%C%_test_movie_camera_CPPFLAGS = $(RENDER_CPPFLAGS)
%C%_test_movie_camera_LDADD = libmovie.la $(RENDER_LDADD)
%C%_test_movie_file_CPPFLAGS = $(RENDER_CPPFLAGS)
%C%_test_movie_file_LDADD = libmovie.la $(RENDER_LDADD)
endif

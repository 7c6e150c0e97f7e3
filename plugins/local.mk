# SPDX-License-Identifier: GPL-3.0-or-later
# One module per plugin.  Their names have no folder in front, so that all of
# them land in the .libs of the build directory: a search path for uninstalled use.

EXTRA_DIST += %D%/plugin.sym
PLUGIN_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -no-undefined $(MODULE_LDFLAGS)
if HAVE_VSCRIPT
PLUGIN_LDFLAGS += -Wl,--version-script,$(srcdir)/%D%/plugin.sym
endif

# Kernels, compiled once for each instruction set (util/simd.h, util/isa.h).
KERNEL_CFLAGS = $(AM_CFLAGS) $(HOT_CFLAGS)
BASE_CPPFLAGS = $(AM_CPPFLAGS) -DSIMD_ISA=base
AVX2_CPPFLAGS = $(AM_CPPFLAGS) -DSIMD_ISA=avx2
AVX512_CPPFLAGS = $(AM_CPPFLAGS) -DSIMD_ISA=avx512

MLP_KERNELS = \
	%D%/model-mlp/act.inc \
	%D%/model-mlp/avx512.h \
	%D%/model-mlp/columns.inc \
	%D%/model-mlp/kernels-types.inc \
	%D%/model-mlp/kernels.c \
	%D%/model-mlp/kernels.h \
	%D%/model-mlp/layers.inc \
	%D%/model-mlp/net.h \
	%D%/model-mlp/pieces.h \
	%D%/model-mlp/sweep.inc \
	%D%/model-mlp/train-kernels.c \
	%D%/model-mlp/train-kernels.h \
	%D%/model-mlp/products.inc \
	%D%/model-mlp/softmax.inc \
	%D%/model-mlp/train-kernels.inc \
	%D%/util/scratch.h \
	%D%/util/simd.h \
	%D%/util/simdmath.h
noinst_LTLIBRARIES += libmlp-base.la
MLP_LIBS = libmlp-base.la
libmlp_base_la_SOURCES = $(MLP_KERNELS)
libmlp_base_la_CPPFLAGS = $(BASE_CPPFLAGS)
libmlp_base_la_CFLAGS = $(KERNEL_CFLAGS)
if X86_KERNELS
noinst_LTLIBRARIES += libmlp-avx2.la libmlp-avx512.la
MLP_LIBS += libmlp-avx2.la libmlp-avx512.la
libmlp_avx2_la_SOURCES = $(MLP_KERNELS)
libmlp_avx2_la_CPPFLAGS = $(AVX2_CPPFLAGS)
libmlp_avx2_la_CFLAGS = $(KERNEL_CFLAGS) $(AVX2_CFLAGS)
libmlp_avx512_la_SOURCES = $(MLP_KERNELS)
libmlp_avx512_la_CPPFLAGS = $(AVX512_CPPFLAGS)
libmlp_avx512_la_CFLAGS = $(KERNEL_CFLAGS) $(AVX512_CFLAGS)
endif

LINEAR_KERNELS = \
	%D%/util/linear-kernels.c \
	%D%/util/linear-kernels.h \
	%D%/util/linear-scores.inc \
	%D%/util/simd.h \
	%D%/util/simdmath.h
noinst_LTLIBRARIES += liblinear-base.la
LINEAR_LIBS = liblinear-base.la
liblinear_base_la_SOURCES = $(LINEAR_KERNELS)
liblinear_base_la_CPPFLAGS = $(BASE_CPPFLAGS)
liblinear_base_la_CFLAGS = $(KERNEL_CFLAGS)
if X86_KERNELS
noinst_LTLIBRARIES += liblinear-avx2.la liblinear-avx512.la
LINEAR_LIBS += liblinear-avx2.la liblinear-avx512.la
liblinear_avx2_la_SOURCES = $(LINEAR_KERNELS)
liblinear_avx2_la_CPPFLAGS = $(AVX2_CPPFLAGS)
liblinear_avx2_la_CFLAGS = $(KERNEL_CFLAGS) $(AVX2_CFLAGS)
liblinear_avx512_la_SOURCES = $(LINEAR_KERNELS)
liblinear_avx512_la_CPPFLAGS = $(AVX512_CPPFLAGS)
liblinear_avx512_la_CFLAGS = $(KERNEL_CFLAGS) $(AVX512_CFLAGS)
endif

PANEL_KERNELS = %D%/util/isa.h %D%/util/panel.c %D%/util/panel.h %D%/util/simd.h
noinst_LTLIBRARIES += libpanel-base.la
PANEL_LIBS = libpanel-base.la
libpanel_base_la_SOURCES = $(PANEL_KERNELS)
libpanel_base_la_CPPFLAGS = $(BASE_CPPFLAGS)
libpanel_base_la_CFLAGS = $(KERNEL_CFLAGS)
if X86_KERNELS
noinst_LTLIBRARIES += libpanel-avx2.la libpanel-avx512.la
PANEL_LIBS += libpanel-avx2.la libpanel-avx512.la
libpanel_avx2_la_SOURCES = $(PANEL_KERNELS)
libpanel_avx2_la_CPPFLAGS = $(AVX2_CPPFLAGS)
libpanel_avx2_la_CFLAGS = $(KERNEL_CFLAGS) $(AVX2_CFLAGS)
libpanel_avx512_la_SOURCES = $(PANEL_KERNELS)
libpanel_avx512_la_CPPFLAGS = $(AVX512_CPPFLAGS)
libpanel_avx512_la_CFLAGS = $(KERNEL_CFLAGS) $(AVX512_CFLAGS)
endif

plugin_LTLIBRARIES += dataset-breast-cancer.la
dataset_breast_cancer_la_SOURCES = \
	%D%/dataset-breast-cancer.c \
	%D%/util/bundled.c \
	%D%/util/bundled.h \
	%D%/util/csvtext.c \
	%D%/util/csvtext.h \
	%D%/util/gzfile.c \
	%D%/util/gzfile.h \
	%D%/util/split.c \
	%D%/util/split.h
dataset_breast_cancer_la_LDFLAGS = $(PLUGIN_LDFLAGS)
dataset_breast_cancer_la_LIBADD = $(ZLIB_LIBS)

plugin_LTLIBRARIES += dataset-csv.la
dataset_csv_la_SOURCES = \
	%D%/dataset-csv.c \
	%D%/util/csvtext.c \
	%D%/util/csvtext.h \
	%D%/util/gzfile.c \
	%D%/util/gzfile.h \
	%D%/util/split.c \
	%D%/util/split.h
dataset_csv_la_LDFLAGS = $(PLUGIN_LDFLAGS)
dataset_csv_la_LIBADD = $(ZLIB_LIBS)

plugin_LTLIBRARIES += dataset-idx.la
dataset_idx_la_SOURCES = \
	%D%/dataset-idx.c \
	%D%/util/gzfile.c \
	%D%/util/gzfile.h \
	%D%/util/idx.c \
	%D%/util/idx.h \
	%D%/util/split.c \
	%D%/util/split.h
dataset_idx_la_LDFLAGS = $(PLUGIN_LDFLAGS)
dataset_idx_la_LIBADD = $(ZLIB_LIBS)

plugin_LTLIBRARIES += dataset-iris.la
dataset_iris_la_SOURCES = \
	%D%/dataset-iris.c \
	%D%/util/bundled.c \
	%D%/util/bundled.h \
	%D%/util/csvtext.c \
	%D%/util/csvtext.h \
	%D%/util/gzfile.c \
	%D%/util/gzfile.h \
	%D%/util/split.c \
	%D%/util/split.h
dataset_iris_la_LDFLAGS = $(PLUGIN_LDFLAGS)
dataset_iris_la_LIBADD = $(ZLIB_LIBS)

plugin_LTLIBRARIES += dataset-mnist.la
dataset_mnist_la_SOURCES = \
	%D%/dataset-mnist.c \
	%D%/util/gzfile.c \
	%D%/util/gzfile.h \
	%D%/util/idx.c \
	%D%/util/idx.h \
	%D%/util/split.c \
	%D%/util/split.h
dataset_mnist_la_LDFLAGS = $(PLUGIN_LDFLAGS)
dataset_mnist_la_LIBADD = $(ZLIB_LIBS)

plugin_LTLIBRARIES += dataset-npy.la
dataset_npy_la_SOURCES = \
	%D%/dataset-npy.c \
	%D%/util/npy.c \
	%D%/util/npy.h \
	%D%/util/split.c \
	%D%/util/split.h
dataset_npy_la_LDFLAGS = $(PLUGIN_LDFLAGS)
dataset_npy_la_LIBADD = $(ZLIB_LIBS)

plugin_LTLIBRARIES += model-logistic.la
model_logistic_la_SOURCES = \
	%D%/model-logistic.c \
	%D%/util/isa.h \
	%D%/util/l2.h \
	%D%/util/linear-hvp.c \
	%D%/util/linear-kernels.h \
	%D%/util/linear-plane.c \
	%D%/util/linear-points.c \
	%D%/util/linear-points.h \
	%D%/util/linear.c \
	%D%/util/linear.h \
	%D%/util/scratch.h \
	%D%/util/softmax-curve.h
model_logistic_la_CFLAGS = $(AM_CFLAGS) $(HOT_CFLAGS)
model_logistic_la_LDFLAGS = $(PLUGIN_LDFLAGS)
model_logistic_la_LIBADD = $(LINEAR_LIBS)

plugin_LTLIBRARIES += model-mlp.la
model_mlp_la_SOURCES = \
	%D%/model-mlp.c \
	%D%/model-mlp/hvp.c \
	%D%/model-mlp/hvp.h \
	%D%/model-mlp/net.h \
	%D%/model-mlp/pass.inc \
	%D%/model-mlp/pieces.h \
	%D%/model-mlp/plane.c \
	%D%/model-mlp/plane.h \
	%D%/model-mlp/plane.inc \
	%D%/model-mlp/steps.inc \
	%D%/model-mlp/train-kernels.h \
	%D%/util/blas.h \
	%D%/util/isa.h \
	%D%/util/l2.h \
	%D%/util/parallel.h \
	%D%/util/rng.h \
	%D%/util/scratch.h \
	%D%/util/softmax-curve.h
model_mlp_la_CFLAGS = $(AM_CFLAGS) $(HOT_CFLAGS)
model_mlp_la_LDFLAGS = $(PLUGIN_LDFLAGS)
model_mlp_la_LIBADD = $(MLP_LIBS) $(LINALG_LIBS)

plugin_LTLIBRARIES += model-quadratic.la
model_quadratic_la_SOURCES = %D%/model-quadratic.c %D%/util/formula-plane.h %D%/util/rng.h
model_quadratic_la_CFLAGS = $(AM_CFLAGS) $(HOT_CFLAGS)
model_quadratic_la_LDFLAGS = $(PLUGIN_LDFLAGS)
model_quadratic_la_LIBADD = $(LINALG_LIBS)

plugin_LTLIBRARIES += model-svm.la
model_svm_la_SOURCES = \
	%D%/model-svm.c \
	%D%/util/isa.h \
	%D%/util/l2.h \
	%D%/util/linear-hvp.c \
	%D%/util/linear-kernels.h \
	%D%/util/linear-plane.c \
	%D%/util/linear-points.c \
	%D%/util/linear-points.h \
	%D%/util/linear.c \
	%D%/util/linear.h \
	%D%/util/scratch.h
model_svm_la_CFLAGS = $(AM_CFLAGS) $(HOT_CFLAGS)
model_svm_la_LDFLAGS = $(PLUGIN_LDFLAGS)
model_svm_la_LIBADD = $(LINEAR_LIBS)

plugin_LTLIBRARIES += model-wells.la
model_wells_la_SOURCES = %D%/model-wells.c %D%/util/formula-plane.h %D%/util/rng.h
model_wells_la_CFLAGS = $(AM_CFLAGS) $(HOT_CFLAGS)
model_wells_la_LDFLAGS = $(PLUGIN_LDFLAGS)
model_wells_la_LIBADD = $(LINALG_LIBS)

DESCENT = \
	%D%/util/descent.c \
	%D%/util/descent.h \
	%D%/util/finite.h \
	%D%/util/parallel.h \
	%D%/util/rng.h

plugin_LTLIBRARIES += optimizer-adam.la
optimizer_adam_la_SOURCES = %D%/optimizer-adam.c $(DESCENT)
optimizer_adam_la_CFLAGS = $(AM_CFLAGS) $(HOT_CFLAGS)
optimizer_adam_la_LDFLAGS = $(PLUGIN_LDFLAGS)
optimizer_adam_la_LIBADD = $(LINALG_LIBS)

plugin_LTLIBRARIES += optimizer-gd.la
optimizer_gd_la_SOURCES = %D%/optimizer-gd.c $(DESCENT)
optimizer_gd_la_CFLAGS = $(AM_CFLAGS) $(HOT_CFLAGS)
optimizer_gd_la_LDFLAGS = $(PLUGIN_LDFLAGS)
optimizer_gd_la_LIBADD = $(LINALG_LIBS)

plugin_LTLIBRARIES += optimizer-lbfgs.la
optimizer_lbfgs_la_SOURCES = %D%/optimizer-lbfgs.c %D%/util/finite.h
optimizer_lbfgs_la_CFLAGS = $(AM_CFLAGS) $(HOT_CFLAGS)
optimizer_lbfgs_la_LDFLAGS = $(PLUGIN_LDFLAGS)
optimizer_lbfgs_la_LIBADD = $(LINALG_LIBS)

plugin_LTLIBRARIES += optimizer-replay.la
optimizer_replay_la_SOURCES = %D%/optimizer-replay.c %D%/util/npy.c %D%/util/npy.h
optimizer_replay_la_LDFLAGS = $(PLUGIN_LDFLAGS)
optimizer_replay_la_LIBADD = $(LINALG_LIBS)

plugin_LTLIBRARIES += optimizer-sgd.la
optimizer_sgd_la_SOURCES = %D%/optimizer-sgd.c $(DESCENT)
optimizer_sgd_la_CFLAGS = $(AM_CFLAGS) $(HOT_CFLAGS)
optimizer_sgd_la_LDFLAGS = $(PLUGIN_LDFLAGS)
optimizer_sgd_la_LIBADD = $(LINALG_LIBS)

plugin_LTLIBRARIES += reducer-axes.la
reducer_axes_la_SOURCES = %D%/reducer-axes.c
reducer_axes_la_LDFLAGS = $(PLUGIN_LDFLAGS)
reducer_axes_la_LIBADD = $(LINALG_LIBS)

PCA_SOURCES = \
	%D%/util/krylov.c \
	%D%/util/krylov.h \
	%D%/util/parallel.h \
	%D%/util/pca.c \
	%D%/util/pca.h \
	%D%/util/rng.h \
	%D%/util/rowpass.c \
	%D%/util/rowpass.h \
	%D%/util/symeigen.c \
	%D%/util/symeigen.h

plugin_LTLIBRARIES += reducer-dataset-pca.la
reducer_dataset_pca_la_SOURCES = %D%/reducer-dataset-pca.c $(PCA_SOURCES)
reducer_dataset_pca_la_LDFLAGS = $(PLUGIN_LDFLAGS)
reducer_dataset_pca_la_LIBADD = $(PANEL_LIBS) $(LINALG_LIBS)

plugin_LTLIBRARIES += reducer-given.la
reducer_given_la_SOURCES = %D%/reducer-given.c %D%/util/npy.c %D%/util/npy.h
reducer_given_la_LDFLAGS = $(PLUGIN_LDFLAGS)
reducer_given_la_LIBADD = $(LINALG_LIBS)

plugin_LTLIBRARIES += reducer-hessian.la
reducer_hessian_la_SOURCES = %D%/reducer-hessian.c
reducer_hessian_la_LDFLAGS = $(PLUGIN_LDFLAGS)
reducer_hessian_la_LIBADD = $(LINALG_LIBS)
plugin_LTLIBRARIES += reducer-interpolation.la
reducer_interpolation_la_SOURCES = %D%/reducer-interpolation.c %D%/util/npy.c %D%/util/npy.h
reducer_interpolation_la_LDFLAGS = $(PLUGIN_LDFLAGS)
reducer_interpolation_la_LIBADD = $(LINALG_LIBS)

plugin_LTLIBRARIES += reducer-random.la
reducer_random_la_SOURCES = %D%/reducer-random.c %D%/util/parallel.h %D%/util/rng.h
reducer_random_la_LDFLAGS = $(PLUGIN_LDFLAGS)
reducer_random_la_LIBADD = $(LINALG_LIBS)

plugin_LTLIBRARIES += reducer-trajectory-pca.la
reducer_trajectory_pca_la_SOURCES = %D%/reducer-trajectory-pca.c $(PCA_SOURCES)
reducer_trajectory_pca_la_LDFLAGS = $(PLUGIN_LDFLAGS)
reducer_trajectory_pca_la_LIBADD = $(PANEL_LIBS) $(LINALG_LIBS)

plugin_LTLIBRARIES += sink-csv.la
sink_csv_la_SOURCES = %D%/sink-csv.c %D%/util/output.c %D%/util/output.h
sink_csv_la_LDFLAGS = $(PLUGIN_LDFLAGS)

if SINK_HTML
plugin_LTLIBRARIES += sink-html.la
sink_html_la_SOURCES = \
	%D%/sink-html.c \
	%D%/sink-html/json.c \
	%D%/sink-html/json.h \
	%D%/sink-html/scene.c \
	%D%/sink-html/scene.h \
	%D%/sink-html/shell.c \
	%D%/sink-html/shell.h \
	%D%/util/output.c \
	%D%/util/output.h \
	%D%/util/palette.c \
	%D%/util/palette.h \
	%D%/util/scale.c \
	%D%/util/scale.h
# viewer.inc is made in the build folder.
sink_html_la_CPPFLAGS = $(AM_CPPFLAGS) -I%D%
sink_html_la_LDFLAGS = $(PLUGIN_LDFLAGS)
endif

if SINK_OBJ
plugin_LTLIBRARIES += sink-obj.la
sink_obj_la_SOURCES = \
	%D%/sink-obj.c \
	%D%/sink-obj/glb.h \
	%D%/sink-obj/gltf.c \
	%D%/sink-obj/mesh.c \
	%D%/sink-obj/mesh.h \
	%D%/sink-obj/motion.c \
	%D%/sink-obj/motion.h \
	%D%/sink-obj/objects.c \
	%D%/sink-obj/scene.c \
	%D%/sink-obj/scene.h \
	%D%/sink-obj/skin.c \
	%D%/sink-obj/terrain.c \
	%D%/sink-obj/terrain.h \
	%D%/sink-obj/texture.c \
	%D%/sink-obj/writer-glb.c \
	%D%/sink-obj/writer-obj.c \
	%D%/sink-obj/writer-ply.c \
	%D%/sink-obj/writer-stl.c \
	%D%/sink-obj/writer.h \
	%D%/render/heightfield.c \
	%D%/render/heightfield.h \
	%D%/render/rest.c \
	%D%/render/vec.h \
	%D%/util/deep.h \
	%D%/util/output.c \
	%D%/util/output.h \
	%D%/util/palette-ours.inc \
	%D%/util/palette.c \
	%D%/util/palette.h \
	%D%/util/pngfile.c \
	%D%/util/pngfile.h \
	%D%/util/quaternion.h \
	%D%/util/resample.c \
	%D%/util/resample.h \
	%D%/util/scale.c \
	%D%/util/scale.h \
	%D%/util/ticks.c \
	%D%/util/ticks.h
sink_obj_la_CPPFLAGS = $(AM_CPPFLAGS) $(LIBPNG_CFLAGS)
sink_obj_la_LDFLAGS = $(PLUGIN_LDFLAGS)
sink_obj_la_LIBADD = $(LIBPNG_LIBS)
endif

# What pictures are made of: needs cairo, pango and libpng.
if SINK_PNG
noinst_LTLIBRARIES += libpicture.la
libpicture_la_SOURCES = \
	%D%/util/bytes.c \
	%D%/util/bytes.h \
	%D%/util/deep.h \
	%D%/util/figure.c \
	%D%/util/figure.h \
	%D%/util/output.c \
	%D%/util/output.h \
	%D%/util/palette-ours.inc \
	%D%/util/palette.c \
	%D%/util/palette.h \
	%D%/util/pngfile.c \
	%D%/util/pngfile.h \
	%D%/util/resample.c \
	%D%/util/resample.h \
	%D%/util/scale.c \
	%D%/util/scale.h \
	%D%/util/svgids.c \
	%D%/util/svgids.h \
	%D%/util/ticks.c \
	%D%/util/ticks.h \
	%D%/util/vectorfile.c \
	%D%/util/vectorfile.h
libpicture_la_CPPFLAGS = $(AM_CPPFLAGS) $(CAIRO_CFLAGS) $(LIBPNG_CFLAGS)
libpicture_la_LIBADD = $(CAIRO_LIBS) $(LIBPNG_LIBS)
endif

# Pictures in three dimensions, for the sinks that want them.
if RENDER
noinst_LTLIBRARIES += librender.la
librender_la_SOURCES = \
	%D%/render/axes.c \
	%D%/render/ball.c \
	%D%/render/ball.h \
	%D%/render/bake.c \
	%D%/render/bloom.c \
	%D%/render/camera.c \
	%D%/render/camera.h \
	%D%/render/draw.c \
	%D%/render/film.c \
	%D%/render/heightfield.c \
	%D%/render/heightfield.h \
	%D%/render/labels.c \
	%D%/render/labels.h \
	%D%/render/light.c \
	%D%/render/marks.c \
	%D%/render/mesh.c \
	%D%/render/morph.c \
	%D%/render/path.c \
	%D%/render/picture.h \
	%D%/render/ramp.c \
	%D%/render/ramp.h \
	%D%/render/render.c \
	%D%/render/render.h \
	%D%/render/rest.c \
	%D%/render/sample.h \
	%D%/render/scene.h \
	%D%/render/several.c \
	%D%/render/shade.c \
	%D%/render/still.c \
	%D%/render/still.h \
	%D%/render/style.c \
	%D%/render/style.h \
	%D%/render/trace.h \
	%D%/render/trail.c \
	%D%/render/trail.h \
	%D%/render/vec.h \
	%D%/render/words.c \
	%D%/util/critical.h \
	%D%/util/ease.h
librender_la_CPPFLAGS = $(AM_CPPFLAGS) $(EMBREE_CPPFLAGS) $(CAIRO_CFLAGS) $(LIBPNG_CFLAGS)
librender_la_CFLAGS = $(AM_CFLAGS) $(HOT_CFLAGS)
librender_la_LIBADD = $(EMBREE_LIBS)
endif

if SINK_PNG
plugin_LTLIBRARIES += sink-png.la
sink_png_la_SOURCES = \
	%D%/sink-png.c \
	%D%/sink-png/axes.c \
	%D%/sink-png/axes.h \
	%D%/sink-png/chart.c \
	%D%/sink-png/chart.h \
	%D%/sink-png/compare-flat.c \
	%D%/sink-png/compare-surface.c \
	%D%/sink-png/compare.c \
	%D%/sink-png/compare.h \
	%D%/sink-png/config.h \
	%D%/sink-png/curve.c \
	%D%/sink-png/curve.h \
	%D%/sink-png/field.c \
	%D%/sink-png/field.h \
	%D%/sink-png/flat.c \
	%D%/sink-png/flat.h \
	%D%/sink-png/isolines.c \
	%D%/sink-png/isolines.h \
	%D%/sink-png/key.c \
	%D%/sink-png/key.h \
	%D%/sink-png/labels.c \
	%D%/sink-png/labels.h \
	%D%/sink-png/layout.c \
	%D%/sink-png/layout.h \
	%D%/sink-png/legend.c \
	%D%/sink-png/legend.h \
	%D%/sink-png/marks.c \
	%D%/sink-png/marks.h \
	%D%/sink-png/page.c \
	%D%/sink-png/page.h \
	%D%/sink-png/panels.c \
	%D%/sink-png/sheet-layers.c \
	%D%/sink-png/sheet-words.c \
	%D%/sink-png/sheet.h \
	%D%/sink-png/show.c \
	%D%/sink-png/show.h \
	%D%/sink-png/surface.c \
	%D%/sink-png/surface.h \
	%D%/sink-png/symbols.c \
	%D%/sink-png/symbols.h \
	%D%/sink-png/track.c \
	%D%/sink-png/track.h \
	%D%/sink-png/way.c \
	%D%/sink-png/way.h \
	%D%/util/contour.c \
	%D%/util/contour.h
sink_png_la_CPPFLAGS = $(AM_CPPFLAGS) $(CAIRO_CFLAGS) $(LIBPNG_CFLAGS)
sink_png_la_LDFLAGS = $(PLUGIN_LDFLAGS)
sink_png_la_LIBADD = libpicture.la
if RENDER
sink_png_la_CPPFLAGS += $(EMBREE_CPPFLAGS)
sink_png_la_LIBADD += librender.la
else
sink_png_la_SOURCES += %D%/render/style.c %D%/render/style.h
endif
endif

EXTRA_DIST += %D%/util/make-palettes.py

# The film; what it is made of is in a library that the tests link, too.
if SINK_MOVIE
noinst_LTLIBRARIES += libmovie.la
libmovie_la_SOURCES = \
	%D%/sink-movie/camera.c \
	%D%/sink-movie/camera.h \
	%D%/sink-movie/encoder.c \
	%D%/sink-movie/encoder.h \
	%D%/sink-movie/film.c \
	%D%/sink-movie/film.h \
	%D%/sink-movie/gifcolours.c \
	%D%/sink-movie/gifcolours.h \
	%D%/sink-movie/land.c \
	%D%/sink-movie/land.h \
	%D%/sink-movie/losses.c \
	%D%/sink-movie/losses.h \
	%D%/sink-movie/movie.h \
	%D%/sink-movie/roll.c \
	%D%/sink-movie/roll.h \
	%D%/sink-movie/timeline.c \
	%D%/sink-movie/timeline.h \
	%D%/sink-movie/track.c \
	%D%/sink-movie/track.h \
	%D%/sink-movie/captions.c \
	%D%/sink-movie/captions.h \
	%D%/util/ease.h \
	%D%/util/quaternion.h
libmovie_la_CPPFLAGS = $(AM_CPPFLAGS) $(CAIRO_CFLAGS) $(LIBPNG_CFLAGS) $(FFMPEG_CFLAGS)
libmovie_la_LIBADD = $(FFMPEG_LIBS)
plugin_LTLIBRARIES += sink-movie.la
sink_movie_la_SOURCES = %D%/sink-movie.c
sink_movie_la_CPPFLAGS = $(AM_CPPFLAGS) $(CAIRO_CFLAGS) $(LIBPNG_CFLAGS) $(FFMPEG_CFLAGS)
sink_movie_la_LDFLAGS = $(PLUGIN_LDFLAGS)
sink_movie_la_LIBADD = libmovie.la librender.la libpicture.la
endif

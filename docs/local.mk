# SPDX-License-Identifier: GPL-3.0-or-later
# Manual pages, documents, and the pipelines that come with the program.

exampleconfigsdir = $(pkgdatadir)/configs
dist_exampleconfigs_DATA = \
	configs/breast-cancer-logistic-dataset-pca.yaml \
	configs/breast-cancer-logistic-trajectory-pca.yaml \
	configs/breast-cancer-mlp-ball.yaml \
	configs/breast-cancer-mlp-dataset-pca.yaml \
	configs/breast-cancer-mlp-hessian.yaml \
	configs/breast-cancer-mlp-lines.yaml \
	configs/breast-cancer-mlp-planes.yaml \
	configs/breast-cancer-mlp-skip.yaml \
	configs/breast-cancer-mlp-spectrum.yaml \
	configs/breast-cancer-mlp-test.yaml \
	configs/breast-cancer-mlp-trajectory-pca.yaml \
	configs/breast-cancer-svm-dataset-pca.yaml \
	configs/breast-cancer-svm-trajectory-pca.yaml \
	configs/iris-logistic-dataset-pca.yaml \
	configs/iris-logistic-trajectory-pca.yaml \
	configs/iris-mlp-dataset-pca.yaml \
	configs/iris-mlp-interpolation.yaml \
	configs/iris-mlp-random.yaml \
	configs/iris-mlp-seeds.yaml \
	configs/iris-mlp-trajectory-pca.yaml \
	configs/iris-svm-ball.yaml \
	configs/iris-svm-dataset-pca.yaml \
	configs/iris-svm-trajectory-pca.yaml \
	configs/mnist-logistic-dataset-pca.yaml \
	configs/mnist-logistic-trajectory-pca.yaml \
	configs/mnist-mlp-ball.yaml \
	configs/mnist-mlp-convexity.yaml \
	configs/mnist-mlp-dataset-pca.yaml \
	configs/mnist-mlp-interpolation.yaml \
	configs/mnist-mlp-trajectory-pca.yaml \
	configs/mnist-mlp.yaml \
	configs/mnist-optimizers.yaml \
	configs/mnist-svm-dataset-pca.yaml \
	configs/mnist-svm-trajectory-pca.yaml

dist_man_MANS = \
	%D%/thalweg.1 \
	%D%/thalweg-pipeline.5 \
	%D%/thalweg-plugin.7

dist_doc_DATA = \
	README.md \
	HACKING.md \
	CHANGES \
	AUTHORS \
	COPYING \
	%D%/gallery.md \
	%D%/numerics.md \
	%D%/pipeline.md \
	%D%/plugin-guide.md \
	%D%/report.md \
	%D%/tutorial.md
EXTRA_DIST += \
	%D%/images \
	%D%/make-gallery.sh \
	%D%/make-reference.sh

if SINK_PNG
# For make-gallery.sh: make docs/contact-sheet
EXTRA_PROGRAMS += %D%/contact-sheet
CLEANFILES += %D%/contact-sheet$(EXEEXT)
%C%_contact_sheet_SOURCES = %D%/contact-sheet.c
%C%_contact_sheet_CPPFLAGS = $(AM_CPPFLAGS) $(CAIRO_CFLAGS) $(LIBPNG_CFLAGS)
%C%_contact_sheet_LDADD = $(CAIRO_LIBS) $(LIBPNG_LIBS)
endif

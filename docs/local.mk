# SPDX-License-Identifier: GPL-3.0-or-later
# Manual pages, documents, and the pipelines that come with the program.

exampleconfigsdir = $(pkgdatadir)/configs
dist_exampleconfigs_DATA = \
	configs/breast-cancer-logistic-dataset-pca.yaml \
	configs/breast-cancer-logistic-trajectory-pca.yaml \
	configs/breast-cancer-mlp-ball.yaml \
	configs/breast-cancer-mlp-dataset-pca.yaml \
	configs/breast-cancer-mlp-deep-skip.yaml \
	configs/breast-cancer-mlp-deep.yaml \
	configs/breast-cancer-mlp-hessian.yaml \
	configs/breast-cancer-mlp-lines.yaml \
	configs/breast-cancer-mlp-planes.yaml \
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
	%D%/make-reference.sh

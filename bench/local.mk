# SPDX-License-Identifier: GPL-3.0-or-later
# make bench: Thalweg against PyTorch and scikit-learn; no part of make check.
#
#     make bench                            all cases, about ten minutes
#     make bench BENCH=quick                the same with fewer points and repetitions
#     make bench CASES="mnist-mlp threads"  these only; CASES=list names them

EXTRA_PROGRAMS += %D%/sgemm
CLEANFILES += %D%/sgemm$(EXEEXT)
%C%_sgemm_SOURCES = %D%/sgemm.c
%C%_sgemm_LDADD = $(CORE_LIBS)

if RENDER
EXTRA_PROGRAMS += %D%/render
CLEANFILES += %D%/render$(EXEEXT)
BENCH_RENDER = %D%/render$(EXEEXT)
%C%_render_SOURCES = %D%/render.c tests/unit/crew.h
%C%_render_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/plugins $(EMBREE_CPPFLAGS) $(CAIRO_CFLAGS)
%C%_render_LDADD = librender.la libpicture.la $(PTHREAD_LIBS)
endif

BENCH = full
CASES =
bench: all %D%/sgemm$(EXEEXT) $(BENCH_RENDER)
	@if test '$(BENCH_PYTHON)' = no; then \
	  echo 'make bench needs a Python 3 with PyTorch and scikit-learn;'; \
	  echo 'on Debian and Ubuntu: apt-get install python3-torch python3-sklearn.'; \
	  echo 'Then: make bench BENCH_PYTHON=/usr/bin/python3, or configure again.'; \
	  exit 1; \
	fi
	@$(MKDIR_P) %D%/scratch
	@PYTHONDONTWRITEBYTECODE=1 ./run '$(BENCH_PYTHON)' '$(abs_top_srcdir)/%D%/run.py' \
	  --mode '$(BENCH)' --cases '$(CASES)' --compiler '$(CC)' \
	  --build '$(abs_builddir)' --source '$(abs_top_srcdir)'
.PHONY: bench

mostlyclean-local:
	rm -rf %D%/scratch

EXTRA_DIST += \
	%D%/breast-cancer.yaml \
	%D%/cases.py \
	%D%/dataset-pca.yaml \
	%D%/grid.yaml \
	%D%/growth.py \
	%D%/measure.py \
	%D%/peers/matplotlib_surface.py \
	%D%/peers/prepare.py \
	%D%/peers/serve.py \
	%D%/peers/sklearn_pca.py \
	%D%/peers/torch_grid.py \
	%D%/peers/torch_train.py \
	%D%/readme.py \
	%D%/report.py \
	%D%/results \
	%D%/run.py \
	%D%/train.yaml \
	%D%/trajectory-pca.yaml

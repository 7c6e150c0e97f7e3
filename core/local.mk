# SPDX-License-Identifier: GPL-3.0-or-later
# The program is main.c and this library; the unit tests link the library.

noinst_LIBRARIES += libcore.a
libcore_a_SOURCES = \
	%D%/analysis.c \
	%D%/analysis.h \
	%D%/arena.c \
	%D%/arena.h \
	%D%/barrier.c \
	%D%/barrier.h \
	%D%/blas.c \
	%D%/blas.h \
	%D%/child.c \
	%D%/child.h \
	%D%/cli.c \
	%D%/cli.h \
	%D%/cmd-info.c \
	%D%/cmd-list.c \
	%D%/cmd-paths.c \
	%D%/cmd-try.c \
	%D%/commands.h \
	%D%/critical-newton.c \
	%D%/critical-seed.c \
	%D%/critical-stencil.c \
	%D%/critical.c \
	%D%/critical.h \
	%D%/data.c \
	%D%/data.h \
	%D%/error.c \
	%D%/error.h \
	%D%/evaluate.c \
	%D%/grid.c \
	%D%/grid.h \
	%D%/instance.c \
	%D%/instance.h \
	%D%/json.c \
	%D%/json.h \
	%D%/mergetree.c \
	%D%/mergetree.h \
	%D%/model.c \
	%D%/model.h \
	%D%/nearest.c \
	%D%/output.c \
	%D%/output.h \
	%D%/param-text.c \
	%D%/param-text.h \
	%D%/path.c \
	%D%/path.h \
	%D%/plan-keys.c \
	%D%/plan.c \
	%D%/plan.h \
	%D%/plane.c \
	%D%/plane.h \
	%D%/probe.c \
	%D%/probe.h \
	%D%/progress.c \
	%D%/progress.h \
	%D%/provenance.c \
	%D%/provenance.h \
	%D%/registry-load.c \
	%D%/registry-private.h \
	%D%/registry-probe.c \
	%D%/registry.c \
	%D%/registry.h \
	%D%/report.c \
	%D%/report.h \
	%D%/run.c \
	%D%/run.h \
	%D%/scalar.c \
	%D%/scalar.h \
	%D%/schema-print.c \
	%D%/schema.c \
	%D%/schema.h \
	%D%/sha256.c \
	%D%/sha256.h \
	%D%/sharpness.c \
	%D%/sharpness.h \
	%D%/summary.c \
	%D%/terrain.c \
	%D%/terrain.h \
	%D%/tiles.c \
	%D%/tiles.h \
	%D%/train.c \
	%D%/train.h \
	%D%/try/bound.c \
	%D%/try/child.c \
	%D%/try/dataset.c \
	%D%/try/gradient.c \
	%D%/try/material.c \
	%D%/try/model.c \
	%D%/try/optimizer.c \
	%D%/try/plane.c \
	%D%/try/process.c \
	%D%/try/reducer.c \
	%D%/try/sink.c \
	%D%/try/try.h \
	%D%/words.c \
	%D%/words.h \
	%D%/workers.c \
	%D%/workers.h \
	%D%/yaml-set.c \
	%D%/yaml.c \
	%D%/yaml.h
libcore_a_CPPFLAGS = $(AM_CPPFLAGS) $(YAML_CFLAGS) \
	-DPLUGINDIR='"$(plugindir)"' -DDATADIR='"$(exampledatadir)"'
CORE_LIBS = libcore.a $(LINALG_LIBS) $(YAML_LIBS) $(PTHREAD_LIBS)

bin_PROGRAMS += thalweg
thalweg_SOURCES = %D%/main.c
thalweg_LDADD = $(CORE_LIBS)

# SPDX-License-Identifier: GPL-3.0-or-later
# The page of sink-html. In a checkout node and npm build viewer.html; a tarball has it in
# viewer/dist and needs neither. Nothing here needs the network once configure has run.

VIEWER_FILES = \
	%D%/build.mjs \
	%D%/src/app.js \
	%D%/src/ball.js \
	%D%/src/bar.js \
	%D%/src/camera.js \
	%D%/src/data.js \
	%D%/src/glsl.js \
	%D%/src/labels.js \
	%D%/src/land.js \
	%D%/src/light.js \
	%D%/src/main.js \
	%D%/src/page.html \
	%D%/src/picture.js \
	%D%/src/scale.js \
	%D%/src/scene.js \
	%D%/src/style.css \
	%D%/src/surface.js \
	%D%/src/tube.js \
	%D%/src/ui.js \
	%D%/src/way.js

EXTRA_DIST += $(VIEWER_FILES) %D%/README.md %D%/install.sh %D%/package.json %D%/package-lock.json

if SINK_HTML
if VIEWER_SHIPPED
VIEWER_PAGE = $(srcdir)/%D%/dist/viewer.html
else
VIEWER_PAGE = %D%/viewer.html

%D%/npm/installed: %D%/package.json %D%/package-lock.json %D%/install.sh
	$(AM_V_GEN)NPM='$(NPM)' $(SHELL) $(srcdir)/%D%/install.sh %D%/npm

%D%/viewer.html: %D%/npm/installed $(VIEWER_FILES)
	$(AM_V_GEN)cd %D%/npm && $(NODE) $(abs_srcdir)/%D%/build.mjs ../viewer.html
endif

# The bytes as C, four letters each at most.
plugins/sink-html/viewer.inc: $(VIEWER_PAGE)
	$(AM_V_GEN)$(MKDIR_P) plugins/sink-html && \
	od -A n -v -t u1 $(VIEWER_PAGE) | $(SED) 's/[0-9][0-9]*/&,/g; s/ //g' >$@.new && mv $@.new $@

# Not by the name of the one object: automake would take that for a rule of our own.
$(sink_html_la_OBJECTS): plugins/sink-html/viewer.inc
CLEANFILES += plugins/sink-html/viewer.inc
endif

# A tarball that was made without node has no page, and builds without the sink.
dist-hook:
	@page=$(srcdir)/%D%/dist/viewer.html; \
	test -f "$$page" || page=%D%/viewer.html; \
	if test -f "$$page"; then \
	  $(MKDIR_P) $(distdir)/%D%/dist && cp -p "$$page" $(distdir)/%D%/dist/viewer.html; \
	else \
	  echo "make dist: there is no page for the sink html (node or npm is missing)" >&2; \
	fi

# Not by `make clean`: to build them again may need the network.
distclean-local:
	rm -rf %D%/npm
	test ! -f %D%/viewer.html || rm -f %D%/viewer.html

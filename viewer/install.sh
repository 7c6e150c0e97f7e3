#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# install.sh FOLDER -- what package-lock.json names, into FOLDER/node_modules, unless it is there
# already. FOLDER/installed is then as new as that.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
if [ -f installed ] && cmp -s "$here/package-lock.json" package-lock.json; then
    touch installed
    exit 0
fi
rm -f installed package.json package-lock.json
cp "$here/package.json" "$here/package-lock.json" .
chmod u+w package.json package-lock.json
"${NPM:-npm}" ci --ignore-scripts --no-audit --no-fund --prefer-offline --fetch-retries=1 --fetch-retry-mintimeout=2000 --loglevel=error || {
    rm -f package-lock.json
    echo "viewer/install.sh: npm ci failed; ./configure --disable-sink-html does without" >&2
    exit 1
}
touch installed

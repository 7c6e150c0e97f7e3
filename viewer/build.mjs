// SPDX-License-Identifier: GPL-3.0-or-later
// build.mjs FILE -- the page without data, in one file: src/page.html with the style sheet, the
// program (bundled and made small by esbuild) and the licence of three.js in it.
//
// It is run in the folder that has node_modules, which need not be that of the sources. The
// Content-Security-Policy names the style and the program by their hashes, so that nothing
// else in the page can ever run.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = resolve("node_modules");
const esbuild = createRequire(join(modules, "x"))("esbuild");

async function bundle(file) {
  const result = await esbuild.build({
    entryPoints: [join(here, "src", file)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["es2020"],
    charset: "ascii",
    legalComments: "none", // the whole licence stands in the page
    nodePaths: [modules],
    logLevel: "warning",
  });
  // The end of the element must not occur inside.
  return result.outputFiles[0].text.trim().replace(/<\/(script|style)/gi, "<\\/$1").replace(/<!--/g, "<\\!--");
}

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

function put(page, mark, text) {
  const at = page.indexOf(mark);
  if (at < 0 || page.indexOf(mark, at + 1) >= 0) throw new Error(`page.html: wanted ${mark} once`);
  return page.slice(0, at) + text + page.slice(at + mark.length);
}

const [style, script] = [await bundle("style.css"), await bundle("main.js")];
const three = JSON.parse(readFileSync(join(modules, "three/package.json"), "utf8"));
const licence = readFileSync(join(modules, "three/LICENSE"), "utf8").trim().replace(/--+/g, "-");
let page = readFileSync(join(here, "src/page.html"), "utf8");
page = put(page, "/*style-hash*/", hash(style));
page = put(page, "/*script-hash*/", hash(script));
page = put(page, "/*licence*/", `This page contains three.js ${three.version}:\n\n${licence}`);
page = put(page, "/*style*/", style);
page = put(page, "/*script*/", script);
const out = resolve(process.argv[2] ?? "viewer.html");
mkdirSync(dirname(out), { recursive: true });
writeFileSync(`${out}.new`, page);
renameSync(`${out}.new`, out); // never half a page

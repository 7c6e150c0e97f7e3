// SPDX-License-Identifier: GPL-3.0-or-later
// physics.test.mjs -- the ball of the page against that of the program: in every landscape of PAGES
// (files of sink-html from pipelines with a ball, one a line in the environment) the page's ball, let
// go where the program's came in, comes to rest at the same place and has gone the same way.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const source = (name) => import(pathToFileURL(`${process.env.VIEWER_SRC}/${name}`));
const { read } = await source("data.js");
const { Land, shapeAll } = await source("land.js");
const { roll } = await source("ball.js");
const { Surface } = await source("surface.js");
const { droppedWay, recordedWay } = await source("way.js");

function open(file) {
  const text = readFileSync(file, "utf8"), json = /<script type="application\/json" id="data">([^]*?)<\/script>/.exec(text);
  const data = read(json[1]), lands = data.landscapes.map((raw, k) => new Land(raw, k));
  shapeAll(lands, data.landscapes[0].log, 1, data.ball);
  return { data, lands };
}

const lengths = (land, b, i) => [b.x[i] * land.raw.x.length, b.y[i] * land.raw.y.length];
const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

// Where a way is at time t.
function placeAt(r, t) {
  let i = 1;
  while (i < r.t.length - 1 && r.t[i] < t) i++;
  const f = Math.min(Math.max((t - r.t[i - 1]) / (r.t[i] - r.t[i - 1]), 0), 1);
  return [r.x[i - 1] + (r.x[i] - r.x[i - 1]) * f, r.y[i - 1] + (r.y[i] - r.y[i - 1]) * f];
}

for (const file of process.env.PAGES.split("\n")) {
  const { data, lands } = open(file), b = data.ball;
  const ends = b.begins.map((_, k) => (k + 1 < b.begins.length ? b.begins[k + 1] : b.t.length) - 1);

  test(`${file}: heights are the program's`, () => {
    assert.ok(lands.length >= 2 && lands.length === b.begins.length);
    for (const land of lands) assert.ok(land.recorded, "the scale gives the recorded heights");
    b.begins.forEach((from, k) => {
      for (let i = from; i <= ends[k]; i++) assert.ok(Math.abs(lands[k].surface.at(...lengths(lands[k], b, i), {}).h - b.z[i]) < 2e-6);
    });
  });

  test(`${file}: the same way and the same rest`, () => {
    lands.forEach((land, k) => {
      const from = b.begins[k], start = lengths(land, b, from), end = lengths(land, b, ends[k]);
      const r = roll(land.surface, start), last = r.t.length - 1;
      assert.ok(r.end === "minimum" || r.end === "wall");
      assert.ok(far([r.x[last], r.y[last]], end) < 1e-4, `landscape ${k + 1} rests ${far([r.x[last], r.y[last]], end)} off`);
      let worst = 0;
      for (let i = from; i <= ends[k] && b.t[i] - b.t[from] < 4; i++) worst = Math.max(worst, far(placeAt(r, b.t[i] - b.t[from]), lengths(land, b, i)));
      assert.ok(worst < 5e-3, `landscape ${k + 1}: ${worst} off on the way`);
    });
  });

  test(`${file}: energy never rises`, () => {
    for (const land of lands)
      for (const [u, v] of [[0.1, 0.1], [0.9, 0.2], [0.5, 0.95], [0.31, 0.62], [0.02, 0.98]]) {
        const s = land.surface, r = roll(s, [s.x0 + u * (s.x1 - s.x0), s.y0 + v * (s.y1 - s.y0)]);
        assert.ok(r.t.length > 2);
        for (let i = 1; i < r.t.length; i++) assert.ok(r.energy[i] <= r.energy[i - 1] + 1e-6 * s.relief * 9.81, `sample ${i} of ${r.t.length}`);
        assert.ok(r.energy[r.t.length - 1] <= r.energy[0]);
      }
  });

  test(`${file}: landscapes meet where the ball changes over`, () => {
    const way = recordedWay(b, lands);
    for (let k = 1; k < lands.length; k++) {
      const { x, y } = way.at(way.parts[k].begin - 0.9);
      assert.ok(Math.abs(lands[k].heightAt(x, y) - lands[k - 1].heightAt(x, y)) < 1e-4);
    }
    // On other scales, too, where the page has to make the heights.
    shapeAll(lands, !data.landscapes[0].log, 1, b);
    for (let k = 1; k < lands.length; k++) {
      const [x, y] = lands[k].toWorld(0, 0);
      assert.ok(Math.abs(lands[k].heightAt(x, y) - lands[k - 1].heightAt(x, y)) < 1e-9);
    }
  });
}

test("without friction energy stays, and a small bowl swings as the theory says", () => {
  const n = 41, height = new Float64Array(n * n), k = 0.8;
  for (let j = 0; j < n; j++) for (let i = 0; i < n; i++) height[j * n + i] = 0.5 * k * ((i / 20 - 1) ** 2 + (j / 20 - 1) ** 2);
  const s = new Surface(n, n, [-1, 1, -1, 1], height), r = roll(s, [0.02, 0], [0, 0], { friction: 0, longest: 20 });
  const e = r.energy.slice(0, -1), spread = Math.max(...e) - Math.min(...e);
  assert.ok(spread < 1e-7 * 9.81);
  // Times at which it is farthest out.
  const turns = [];
  for (let i = 2; i < r.x.length; i++) if (r.x[i - 2] < r.x[i - 1] && r.x[i - 1] >= r.x[i]) turns.push(r.t[i - 1]);
  const period = (2 * Math.PI) / Math.sqrt((5 * 9.81 * k) / 7);
  assert.ok(Math.abs((turns[3] - turns[0]) / 3 - period) < 0.01 * period, `${(turns[3] - turns[0]) / 3} for ${period}`);
});

test("walls: no ball leaves, and none starts outside or in a hole", () => {
  const n = 21, height = new Float64Array(n * n);
  for (let k = 0; k < n * n; k++) height[k] = 0.02 * (k % n);
  height[10 * n + 10] = NaN;
  const s = new Surface(n, n, [-1, 1, -1, 1], height), r = roll(s, [0.9, 0.03], [-0.5, 0]);
  assert.equal(r.end, "wall");
  for (let i = 0; i < r.t.length; i++) assert.ok(Math.abs(r.x[i]) <= 1 + 1e-12 && Math.abs(r.y[i]) <= 1 + 1e-12);
  for (let i = 0; i < r.t.length; i++) assert.ok(!(Math.abs(r.x[i]) < 0.0999 && Math.abs(r.y[i]) < 0.0999), "in the hole");
  assert.equal(roll(s, [2, 0]).end, "walled");
  assert.equal(roll(s, [0.01, 0.01]).end, "walled");
});

test("a way can be asked at any time", () => {
  const { lands } = open(process.env.PAGES.split("\n")[0]), s = lands[0].surface, r = roll(s, [s.x0 + 0.3, s.y0 + 0.4]), way = droppedWay(r, lands[0], 0.045);
  assert.ok(way.duration > 0.5 && way.duration < r.t[r.t.length - 1] + 5);
  for (const t of [-1, 0, way.duration / 2, way.duration, 1e9]) {
    const at = way.at(t);
    assert.ok(Number.isFinite(at.x + at.y + at.speed) && at.change === 0);
    assert.ok(Math.abs(Math.hypot(...at.from) - 1) < 1e-5, "rotations stay rotations");
  }
});

// SPDX-License-Identifier: GPL-3.0-or-later
// app.js -- the page as a whole: what is shown at which time, and what the reader has chosen.
import { Quaternion, Stage, Vector3 } from "./scene.js";
import { Bar } from "./bar.js";
import { Eye } from "./camera.js";
import { Labels } from "./labels.js";
import { Land, shapeAll } from "./land.js";
import { roll } from "./ball.js";
import { droppedWay, recordedWay, trainingWay } from "./way.js";

const TRACK = 0.0095;

export class App {
  constructor(data, elements) {
    this.data = data;
    this.el = elements;
    this.options = { palette: data.options.palette, log: data.landscapes[0].log, clip: 1, levels: 20, floor: true, paths: true, points: true, axes: true, theme: "light", speed: 1 };
    this.size = { width: 1, height: 1 };
    this.playing = false;
    this.time = 0;
    this.dirty = true;
    this.radius = data.ball?.radius ?? 0.045;
    this.lands = data.landscapes.map((raw, k) => new Land(raw, k));
    shapeAll(this.lands, this.options.log, 1, data.ball);
    this.stage = new Stage(elements.view);
    this.eye = new Eye(this.stage.camera, elements.view, () => { this.dirty = true; });
    this.labels = new Labels(elements.labels, this.stage.scene);
    this.bar = new Bar(elements.bar);
    this.recorded = this.makeRecorded();
    this.way = this.recorded;
    this.index = 0;
    this.pickAzimuth();
  }

  makeRecorded() {
    const long = (t) => t.x.reduce((sum, x, i) => sum + (i ? Math.hypot(x - t.x[i - 1], t.y[i] - t.y[i - 1]) : 0), 0);
    const track = this.data.tracks.filter((t) => t.x.length > 1).sort((a, b) => long(b) - long(a))[0];
    if (this.data.ball && this.data.ball.t.length) return recordedWay(this.data.ball, this.lands);
    return track ? trainingWay(track, this.lands[0], this.radius) : null;
  }

  get land() {
    return this.lands[this.index];
  }

  get palette() {
    return this.data.palettes.find((p) => p.name === this.options.palette) ?? this.data.palettes[0];
  }

  // The side from which most of the way is seen.
  pickAzimuth() {
    const land = this.lands[0], part = this.recorded?.parts[0], rise = 0.62;
    let best = -1;
    for (let k = 0; k < 12; k++) {
      const azimuth = ((-60 + 30 * k) * Math.PI) / 180, d = [Math.cos(azimuth), Math.sin(azimuth)];
      let seen = 0;
      for (let i = 0; part && i < 60; i++) {
        const at = Math.floor((i / 60) * part.x.length), x = part.x[at], y = part.y[at], z = land.heightAt(x, y) + 0.03;
        let free = 1;
        for (let s = 0.04; s < 2.2 && free; s += 0.05) if (land.inside(x + d[0] * s, y + d[1] * s) && land.heightAt(x + d[0] * s, y + d[1] * s) > z + s * rise) free = 0;
        seen += free;
      }
      const value = seen - Math.abs(k > 6 ? 12 - k : k) * 0.4;
      if (value > best) {
        best = value;
        this.eye.azimuth = azimuth;
      }
    }
    this.stage.setSun(this.eye.azimuth);
  }

  // ---- what the reader chooses ----

  set(key, value) {
    this.options[key] = value;
    if (key === "log" || key === "clip") {
      shapeAll(this.lands, this.options.log, this.options.clip, this.data.ball);
      this.stage.forget();
      this.recorded = this.makeRecorded();
      if (this.way?.kind !== "dropped") this.way = this.recorded;
      else this.drop(...this.dropped, false);
      this.rebuild();
      setTimeout(() => this.prepareAll(), 700);
    } else if (key === "palette") this.rebuild();
    else if (key === "theme" || key === "levels") this.dress();
    else if (key === "paths") this.rebuild();
    this.dirty = true;
  }

  dress() {
    const { stage, land, options: o } = this, lines = land.scale.contours(o.levels), dark = o.theme === "dark";
    document.documentElement.dataset.theme = o.theme;
    stage.setLook(o.theme);
    stage.setRamp(this.palette.colours);
    stage.shared.every.value = lines.every;
    stage.shared.first.value = lines.first;
    this.legend();
    this.bar.update(land.scale, this.palette.colours, o.clip < 1);
    this.dark = dark;
    this.dirty = true;
  }

  runColour(k) {
    return this.palette.runs[k % this.palette.runs.length];
  }

  // The names of the training runs, where they are shown.
  legend() {
    const { legend } = this.el, tracks = this.data.tracks.slice(0, 12);
    legend.hidden = !(this.index === 0 && this.options.paths && tracks.length);
    legend.replaceChildren(...tracks.map((t, k) => {
      const e = Object.assign(document.createElement("li"), { textContent: t.name });
      e.style.setProperty("--run", this.runColour(k));
      return e;
    }));
  }

  // Paths of the landscape that is shown.
  rebuild() {
    const { stage, land, options: o } = this;
    stage.clearPaths();
    this.trail = null;
    if (o.paths) {
      if (this.index === 0) this.data.tracks.forEach((t, k) => this.addTrack(t, this.runColour(k)));
      const part = this.way?.parts.find((p) => p.land === land);
      if (part && this.way.kind !== "training") this.addTrail(part);
    }
    this.dress();
  }

  addTrack(track, colour) {
    const { land, stage } = this, places = [], flat = [], along = [], beads = [], n = track.x.length, level = land.surface.low - 0.2 + 0.004;
    const between = Math.max(1, Math.ceil(300 / n));
    for (let i = 0; n > 1 && i <= (n - 1) * between; i++) {
      const k = Math.min(Math.floor(i / between), n - 2), f = i / between - k;
      const [x, y] = land.toWorld(track.x[k] + (track.x[k + 1] - track.x[k]) * f, track.y[k] + (track.y[k + 1] - track.y[k]) * f);
      if (!land.inside(x, y)) continue;
      const at = this.above(x, y, TRACK);
      places.push(...at);
      flat.push(x, y, level);
      along.push(i / between);
      const last = beads[beads.length - 1];
      if (i % between === 0 && (!last || Math.hypot(at[0] - last[0], at[1] - last[1], at[2] - last[2]) > 0.04 || i === (n - 1) * between)) beads.push(at);
    }
    if (along.length < 2) return;
    stage.addPath(places, along, colour, TRACK, false);
    if (this.options.floor) stage.addPath(flat, along, colour, 0.006, true, 0.8);
    stage.addBeads(beads, "#ffffff", 0.0145);
  }

  // A place so far above the sheet, along its normal.
  above(x, y, d) {
    const p = this.land.slopeAt(x, y, {}), n = d / Math.hypot(p.x, p.y, 1);
    return [x - p.x * n, y - p.y * n, p.h + n];
  }

  addTrail(part) {
    const { land, stage } = this, places = [], flat = [], along = [], level = land.surface.low - 0.2 + 0.005;
    let lx = NaN, ly = NaN;
    for (let i = 0; i < part.x.length; i++) {
      if (Math.hypot(part.x[i] - lx, part.y[i] - ly) < 0.008 && i + 1 < part.x.length) continue;
      [lx, ly] = [part.x[i], part.y[i]];
      places.push(...this.above(lx, ly, TRACK * 0.8));
      flat.push(lx, ly, level);
      along.push(part.t[i]);
    }
    if (along.length < 2) return;
    this.trail = stage.addPath(places, along, this.dark ? "#fff3df" : "#fffaf0", TRACK * 0.8, false);
    this.shadow = this.options.floor ? stage.addPath(flat, along, this.dark ? "#e8e2d8" : "#2b2a28", 0.0055, true, 0.75) : null;
  }

  // ---- time ----

  get duration() {
    return this.way ? this.way.duration : 0;
  }

  seek(time) {
    this.time = Math.min(Math.max(time, 0), this.duration);
    this.dirty = true;
  }

  play() {
    if (!this.way) return;
    if (this.time >= this.duration - 1e-6) this.time = 0;
    this.playing = true;
    this.dirty = true;
  }

  pause() {
    this.playing = false;
    this.dirty = true;
  }

  // Where a landscape begins.
  goto(index) {
    if (this.way && this.way.kind === "recorded" && this.way.parts[index]) {
      this.seek(this.way.parts[index].begin);
      this.enter(index);
    } else if (this.recorded?.kind === "recorded" && this.recorded.parts[index]) {
      this.way = this.recorded;
      this.seek(this.way.parts[index].begin);
      this.enter(index, true);
    }
  }

  // A ball let go at (x, y) of the plane that is shown; true if there is ground under it.
  drop(x, y, play = true) {
    const { land } = this, rolled = roll(land.surface, [x * land.raw.x.length, y * land.raw.y.length], [0, 0], { most: 30000 });
    if (rolled.t.length < 2) return false;
    this.dropped = [x, y];
    this.way = droppedWay(rolled, land, this.radius);
    this.way.end = rolled.end;
    this.time = 0;
    this.rebuild();
    if (play) this.play();
    return true;
  }

  backToRecorded() {
    const index = this.index, part = this.recorded?.parts.find((p) => p.land === this.land);
    this.way = this.recorded;
    this.seek(part ? part.begin : 0);
    this.enter(index, true);
  }

  enter(index, force = false) {
    if (index === this.index && !force) return;
    this.index = index;
    this.rebuild();
  }

  // ---- drawing ----

  // The textures of all landscapes, one at a time, so that a change does not have to wait for them.
  prepareAll() {
    const land = this.lands.find((l) => !this.stage.prepared.has(l));
    if (!land) return;
    this.stage.prepare(land);
    setTimeout(() => this.prepareAll(), 150);
  }

  resize(width, height, ratio) {
    this.size = { width, height };
    this.stage.resize(width, height, ratio);
    this.home();
  }

  home() {
    const { land, stage } = this, [x0, y0, x1, y1] = land.rect, pad = this.options.axes ? 0.16 : 0.02;
    stage.show(land, null, 0);
    this.middle = stage.middle.clone();
    this.eye.home(stage.middle, [x0 - pad, y0 - pad, stage.level], [x1 + pad, y1 + pad, Math.min(land.surface.high, land.offset + 1.1 * land.size)], this.size.width, this.size.height);
    this.dirty = true;
  }

  now() {
    return this.way ? this.way.at(this.time) : null;
  }

  update() {
    const now = this.now(), { stage } = this;
    if (now) {
      const shown = now.change > 0 ? now.part.land : (now.next ?? now.part).land;
      this.enter(this.lands.indexOf(shown));
    }
    const next = now && now.change > 0 ? now.next.land : null;
    // Slow, quick, slow.
    const s = !next ? 0 : this.calm ? Math.round(now.change) : now.change * now.change * now.change * (now.change * (6 * now.change - 15) + 10);
    stage.show(this.land, next, s);
    if (this.middle) this.eye.follow(stage.middle.clone().sub(this.middle));
    this.middle = stage.middle.clone();
    this.changing = next !== null;
    stage.paths.visible = !next;
    stage.groundUniforms.showLines.value = +this.options.floor;
    stage.ball.visible = Boolean(now);
    if (now) this.showBall(now, next, s);
    if (this.trail) {
      this.trail.uniforms.until.value = this.time;
      if (this.shadow) this.shadow.uniforms.until.value = this.time;
    }
    this.state = now;
  }

  showBall(now, next, s) {
    const { stage, land, radius } = this, a = {}, b = {};
    land.slopeAt(now.x, now.y, a);
    if (next) {
      next.slopeAt(now.x, now.y, b);
      a.x += (b.x - a.x) * s;
      a.y += (b.y - a.y) * s;
    }
    const height = (x, y) => land.heightAt(x, y) * (1 - s) + (next ? next.heightAt(x, y) * s : 0);
    const q = new Quaternion(...now.from).slerp(new Quaternion(...now.to), now.f), [, lamp] = stage.reached(land, now.x, now.y);
    const t = Math.round(Math.min(Math.max((height(now.x, now.y) - land.offset) / land.size, 0), 1) * 255), c = this.palette.colours;
    const under = [c[3 * t], c[3 * t + 1], c[3 * t + 2]].map((v) => Math.pow(v / 255, 2.2) * 0.8);
    stage.placeBall(stage.centre(height, a, now.x, now.y, radius), radius, q, lamp, under);
  }

  marks() {
    const { land, options: o } = this, out = [];
    if (!o.points || this.changing) return out;
    // The ball is in front of what it lies on.
    const now = this.state, covered = (x, y) => now && Math.hypot(x - now.x, y - now.y) < 1.3 * this.radius;
    for (const m of land.raw.marks) {
      const [wx, wy] = land.toWorld(m.x, m.y);
      if (land.inside(wx, wy)) out.push({ wx, wy, text: m.name, word: m.name, kind: "point mark", title: m.name });
    }
    if (this.index === 0)
      for (const c of this.data.critical.slice(0, 80)) {
        const [wx, wy] = land.toWorld(c.x, c.y);
        if (land.inside(wx, wy) && !covered(wx, wy)) out.push({ wx, wy, text: c.kind, kind: `point ${c.kind.split(" ")[0]}`, title: c.kind });
      }
    return out;
  }

  draw() {
    const { stage } = this, o = this.options, marks = this.marks();
    const key = [marks.length, ...stage.camera.matrixWorld.elements, stage.level, this.size.width, this.size.height, this.index, this.changing, this.dark, o.axes, o.points, o.log, o.clip].join();
    if (key !== this.labelled) this.labels.update({ land: this.land, camera: stage.camera, level: stage.level, width: this.size.width, height: this.size.height, axes: this.options.axes, changing: this.changing, dark: this.dark, marks });
    this.labelled = key;
    stage.render();
  }

  // ---- the pointer ----

  // Where the ray through a place of the window meets the landscape: x, y of the plane; or null.
  pick(px, py) {
    const { stage, land, size } = this, [x0, y0, x1, y1] = land.rect, { low, high } = land.surface;
    const from = stage.camera.position, to = new Vector3((2 * px) / size.width - 1, 1 - (2 * py) / size.height, 0.5).unproject(stage.camera), d = to.sub(from).normalize();
    let a = 0, b = Infinity;
    for (const [o, v, lo, hi] of [[from.x, d.x, x0, x1], [from.y, d.y, y0, y1], [from.z, d.z, low - 0.01, high + 0.01]]) {
      const p = (lo - o) / v, q = (hi - o) / v;
      a = Math.max(a, Math.min(p, q));
      b = Math.min(b, Math.max(p, q));
    }
    if (!(a < b) || this.changing) return null;
    const above = (t) => from.z + d.z * t - land.heightAt(from.x + d.x * t, from.y + d.y * t);
    const steps = 240, first = above(a);
    for (let k = 1; k <= steps; k++) {
      const t = a + ((b - a) * k) / steps;
      if (above(t) * first > 0) continue;
      let lo = t - (b - a) / steps, hi = t;
      for (let i = 0; i < 30; i++) {
        const middle = 0.5 * (lo + hi);
        if (above(middle) * first > 0) lo = middle;
        else hi = middle;
      }
      const [x, y] = land.toPlane(from.x + d.x * hi, from.y + d.y * hi);
      return { x, y };
    }
    return null;
  }

  // Numbers at a place of the plane.
  read(x, y) {
    const { land } = this;
    return { x, y, loss: land.value("loss", x, y), accuracy: land.value("accuracy", x, y), testLoss: land.value("test_loss", x, y), testAccuracy: land.value("test_accuracy", x, y) };
  }
}

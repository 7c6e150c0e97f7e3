// SPDX-License-Identifier: GPL-3.0-or-later
// labels.js -- words over the picture: ticks and names of the axes, marks and critical points. They are
// elements of the page, so that they are sharp; those that would touch another one are left out.
import { BufferAttribute, BufferGeometry, LineBasicMaterial, LineSegments, Vector3 } from "three";
import { round, show } from "./scale.js";

const OUT = 0.09, NAME_OUT = 0.29;

export class Labels {
  constructor(box, scene) {
    this.box = box;
    this.pool = [];
    this.shown = []; // text, x, y, kind: for pictures, too
    this.lines = new LineSegments(new BufferGeometry(), new LineBasicMaterial({ transparent: true }));
    this.lines.frustumCulled = false;
    this.lines.renderOrder = 1;
    scene.add(this.lines);
  }

  // Everything for one frame.
  update(view) {
    this.view = view;
    this.wanted = [];
    this.points = [];
    if (view.axes && !view.changing) this.axes();
    for (const m of view.marks) this.mark(m);
    this.lines.visible = this.points.length > 0;
    if (this.lines.visible) {
      this.lines.geometry.dispose();
      this.lines.geometry = new BufferGeometry();
      this.lines.geometry.setAttribute("position", new BufferAttribute(new Float32Array(this.points), 3));
      this.lines.material.color.set(view.dark ? "#8b919c" : "#6d6a66");
      this.lines.material.opacity = 0.75;
    }
    this.place();
  }

  line(a, b) {
    this.points.push(...a, ...b);
  }

  project(p) {
    const v = new Vector3(...p).project(this.view.camera);
    return { x: (v.x * 0.5 + 0.5) * this.view.width, y: (0.5 - v.y * 0.5) * this.view.height, z: v.z };
  }

  want(text, p, kind, rank, more = {}) {
    const at = this.project(p);
    if (at.z > 1 || at.z < -1) return;
    this.wanted.push({ text, x: at.x, y: at.y, kind, rank, ...more });
  }

  // Along the two edges of the ground that are nearest, and up a corner.
  axes() {
    const { land, camera, level } = this.view, [x0, y0, x1, y1] = land.rect, eye = camera.position;
    const yEdge = Math.abs(eye.y - y0) < Math.abs(eye.y - y1) ? y0 : y1, xEdge = Math.abs(eye.x - x0) < Math.abs(eye.x - x1) ? x0 : x1;
    const yOut = yEdge === y0 ? -1 : 1, xOut = xEdge === x0 ? -1 : 1;
    // On a small screen words need more of the world.
    const perPixel = (2 * Math.tan((camera.fov * Math.PI) / 360) * eye.distanceTo(new Vector3((x0 + x1) / 2, (y0 + y1) / 2, level))) / this.view.height;
    const tickOut = Math.max(OUT, 17 * perPixel), nameOut = Math.max(NAME_OUT, 44 * perPixel);
    const corners = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
    corners.forEach((c, k) => this.line([...c, level], [...corners[(k + 1) % 4], level]));
    const { x, y } = land.raw;
    for (const v of round(x.from, x.to, 5)) {
      const w = land.toWorld(v, 0)[0];
      this.line([w, yEdge, level], [w, yEdge + yOut * 0.03, level]);
      this.want(show(v), [w, yEdge + yOut * tickOut, level], "tick", 2);
    }
    for (const v of round(y.from, y.to, 5)) {
      const w = land.toWorld(0, v)[1];
      this.line([xEdge, w, level], [xEdge + xOut * 0.03, w, level]);
      this.want(show(v), [xEdge + xOut * tickOut, w, level], "tick", 2);
    }
    const named = (axis, at, out) => {
      const a = this.project(at), b = this.project(out), dx = b.x - a.x, dy = b.y - a.y;
      this.want(this.name(axis), out, "name", 1, { aside: dx / (Math.abs(dx) + Math.abs(dy) + 1e-9) });
    };
    named(x, [(x0 + x1) / 2, yEdge, level], [(x0 + x1) / 2, yEdge + yOut * nameOut, level]);
    named(y, [xEdge, (y0 + y1) / 2, level], [xEdge + xOut * nameOut, (y0 + y1) / 2, level]);
    this.upright(xEdge, yEdge, corners);
  }

  name(axis) {
    return axis.variance === null ? axis.label : `${axis.label} (${show(100 * axis.variance, 2)} %)`;
  }

  // Losses, at the corner that stands farthest to the left.
  upright(xEdge, yEdge, corners) {
    const { land, level } = this.view, ends = corners.filter(([x, y]) => (x === xEdge) !== (y === yEdge));
    const at = ends.sort((a, b) => this.project([...a, level]).x - this.project([...b, level]).x)[0];
    const top = land.offset + land.size, foot = this.project([...at, level]), middle = this.project([(land.rect[0] + land.rect[2]) / 2, (land.rect[1] + land.rect[3]) / 2, level]);
    const side = foot.x < middle.x ? -1 : 1;
    this.line([...at, level], [...at, top]);
    for (const v of land.scale.ticks(5)) {
      const z = land.offset + land.size * land.scale.position(v), p = this.project([...at, z]);
      const c = [at[0] + (at[0] === land.rect[0] ? -0.03 : 0.03) * (at[0] === xEdge ? 1 : 0), at[1] + (at[1] === land.rect[1] ? -0.03 : 0.03) * (at[1] === yEdge ? 1 : 0)];
      this.line([...at, z], [...c, z]);
      this.wanted.push({ text: show(v), x: p.x + side * 12, y: p.y, kind: "tick", rank: 3, anchor: side < 0 ? "end" : "start" });
    }
    const head = this.project([...at, top]);
    this.wanted.push({ text: "loss", x: head.x, y: head.y - 16, kind: "name", rank: 4, anchor: "middle" });
  }

  mark(m) {
    const { land, camera } = this.view, z = land.heightAt(m.wx, m.wy) + 0.004, eye = camera.position;
    for (let k = 1; k <= 40; k++) {
      const f = (k / 40) ** 2 * 0.5, x = m.wx + (eye.x - m.wx) * f, y = m.wy + (eye.y - m.wy) * f;
      if (!land.inside(x, y)) break;
      if (land.heightAt(x, y) > z + (eye.z - z) * f + 0.004) return; // behind a hill
    }
    this.want(m.text, [m.wx, m.wy, z], m.kind, 0, { title: m.title, always: true });
    if (m.word) this.want(m.word, [m.wx, m.wy, z], "word", 1, { dy: -16 });
  }

  place() {
    const taken = [];
    this.shown = [];
    for (const w of this.wanted.sort((a, b) => a.rank - b.rank)) {
      w.y += w.dy ?? 0;
      const half = 0.5 * (w.text.length * (w.kind === "name" ? 6.8 : 6.4) + 6);
      let x = w.x + (w.anchor === "end" ? -half : w.anchor === "start" ? half : 0) + 0.5 * half * (w.aside ?? 0);
      if (w.kind === "name") { // into the window, and away from the picture
        const inside = Math.min(Math.max(x, half + 6), this.view.width - half - 6);
        w.y += 0.7 * Math.abs(inside - x);
        x = inside;
      }
      const box = [x - half, w.y - 8, x + half, w.y + 8];
      if (!w.always && taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1])) continue;
      if (!w.always && (box[0] < 2 || box[2] > this.view.width - 2)) continue;
      taken.push(box);
      this.shown.push({ ...w, x });
    }
    this.shown.forEach((w, k) => {
      const e = (this.pool[k] ??= this.box.appendChild(document.createElement("span")));
      const text = w.always ? "" : w.text;
      if (e.textContent !== text) e.textContent = text;
      if (e.className !== w.kind) e.className = w.kind;
      e.hidden = false;
      e.style.transform = `translate(${w.x.toFixed(1)}px, ${w.y.toFixed(1)}px) translate(-50%, -50%)${w.kind.includes("saddle") ? " rotate(45deg)" : ""}`;
    });
    for (let k = this.shown.length; k < this.pool.length; k++) this.pool[k].hidden = true;
  }
}

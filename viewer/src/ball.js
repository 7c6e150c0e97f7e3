// SPDX-License-Identifier: GPL-3.0-or-later
// ball.js -- a solid sphere that rolls on a surface without slipping: the equations of
// core/ball/ball.c (docs/numerics.md, "The ball"), integrated by the method of Dormand and
// Prince of order 5 with error control.
//
// With G = 1 + grad h grad h':  q'' = -(5/7 g + q' H q') / |G| grad h - c q'.
//
// The border and the holes are walls. A step that leaves the cell is cut where it does.

export const INERTIA = 1.4; // 7/5
const REST = 1e-8, LEVEL = 1e-6, STICK = 2e-3, NUDGE = 0.02, NUDGES = 16, CELL_STEP = 0.25;

export const defaults = { gravity: 9.81, friction: 0.8, restitution: 0.5, longest: 600, stride: 0.006, pause: 0.25, tolerance: 1e-9, most: 60000 };

const A = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const E = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

class Rolling {
  constructor(surface, options) {
    Object.assign(this, { s: surface, o: options, p: {}, t: 0, cell: [0, 0], lean: [0, 0], nudges: 0, h: 0 });
    this.k = Array.from({ length: 7 }, () => new Float64Array(4));
    this.tmp = new Float64Array(4);
    this.y = new Float64Array(4);
    this.out = { t: [], x: [], y: [], z: [], speed: [], energy: [], end: "walled" };
  }

  derive(y, dy, lean = this.lean) {
    const p = this.s.at(y[0], y[1], this.p);
    const vx = lean[0] ? 0 : y[2], vy = lean[1] ? 0 : y[3];
    const hx = lean[0] ? 0 : p.x, hy = lean[1] ? 0 : p.y;
    const bend = p.xx * vx * vx + 2 * p.xy * vx * vy + p.yy * vy * vy;
    const push = (this.o.gravity / INERTIA + bend) / (1 + hx * hx + hy * hy);
    dy[0] = vx;
    dy[1] = vy;
    dy[2] = lean[0] ? 0 : -push * hx - this.o.friction * vx;
    dy[3] = lean[1] ? 0 : -push * hy - this.o.friction * vy;
  }

  // From `from` over h seconds into `to`; the error by the tolerance.
  step(from, h, to) {
    const { k, tmp } = this;
    this.derive(from, k[0]);
    for (let stage = 1; stage < 7; stage++) {
      for (let i = 0; i < 4; i++) {
        let sum = 0;
        for (let m = 0; m < stage; m++) sum += A[stage][m] * k[m][i];
        tmp[i] = from[i] + h * sum;
      }
      this.derive(tmp, k[stage]);
    }
    let worst = 0;
    for (let i = 0; i < 4; i++) {
      let e = 0;
      for (let m = 0; m < 7; m++) e += E[m] * k[m][i];
      worst = Math.max(worst, Math.abs(h * e));
      to[i] = tmp[i]; // the last stage is the result
    }
    return worst / this.o.tolerance;
  }

  speed2(p, y = this.y) {
    const up = p.x * y[2] + p.y * y[3];
    return y[2] * y[2] + y[3] * y[3] + up * up;
  }

  sample() {
    const { out, y } = this, p = this.s.at(y[0], y[1], this.p), v2 = this.speed2(p), n = out.t.length;
    if (n === 1 && this.t < 1e-7) return;
    const at = n && this.t < out.t[n - 1] + 1e-7 ? n - 1 : n;
    out.t[at] = this.t;
    out.x[at] = y[0];
    out.y[at] = y[1];
    out.z[at] = p.h;
    out.speed[at] = Math.sqrt(v2);
    out.energy[at] = 0.5 * INERTIA * v2 + this.o.gravity * p.h;
  }

  // ---- walls ----

  edge(axis, side) {
    const { s } = this;
    return (axis ? s.y0 : s.x0) + (this.cell[axis] + (side > 0 ? 1 : 0)) * (axis ? s.dy : s.dx);
  }

  beyond(axis, at) {
    return at < this.edge(axis, -1) ? -1 : at > this.edge(axis, 1) ? 1 : 0;
  }

  wall(axis, side) {
    return !this.s.open(this.cell[0] + (axis ? 0 : side), this.cell[1] + (axis ? side : 0));
  }

  pull(axis) {
    const lean = [axis ? this.lean[0] : 0, axis ? 0 : this.lean[1]], a = new Float64Array(4);
    this.derive(this.y, a, lean);
    return a[2 + axis];
  }

  bounce(axis, side) {
    const { y, o } = this, p = this.s.at(y[0], y[1], this.p);
    const speed = -o.restitution * y[2 + axis], slow = Math.abs(speed) < STICK;
    const own = axis ? p.x * p.x : p.y * p.y, along = (-p.x * p.y) / (1 + own);
    const change = (slow ? 0 : speed) - y[2 + axis];
    y[2 + axis] = slow ? 0 : speed;
    if (this.lean[1 - axis]) y[3 - axis] = 0;
    else y[3 - axis] += along * change;
    if (slow && side * this.pull(axis) >= 0) this.lean[axis] = side;
    this.h = 0;
  }

  letGo() {
    for (let axis = 0; axis < 2; axis++)
      if (this.lean[axis] && (!this.wall(axis, this.lean[axis]) || this.lean[axis] * this.pull(axis) < 0)) {
        this.lean[axis] = 0;
        this.h = 0;
      }
  }

  // The step of h seconds left the cell: go back to where it did.
  cut(from, h) {
    const to = new Float64Array(4);
    let lo = 0, hi = h, bounced = false;
    for (let k = 0; k < 50 && hi - lo > 1e-14 * h; k++) {
      const middle = 0.5 * (lo + hi);
      this.step(from, middle, to);
      if (this.beyond(0, to[0]) || this.beyond(1, to[1])) hi = middle;
      else lo = middle;
    }
    this.step(from, hi, to);
    this.y.set(to);
    this.t += hi;
    for (let axis = 0; axis < 2; axis++) {
      const side = this.beyond(axis, this.y[axis]);
      if (!side) continue;
      this.y[axis] = this.edge(axis, side);
      if (this.wall(axis, side)) {
        this.bounce(axis, side);
        bounced = true;
      } else this.cell[axis] += side;
    }
    return bounced;
  }

  // ---- rest ----

  // Where Newton's method leads, along the axes that are free; null: nowhere.
  newton(p) {
    const { lean } = this, xx = lean[0] ? 1 : p.xx, yy = lean[1] ? 1 : p.yy;
    const xy = lean[0] || lean[1] ? 0 : p.xy, hx = lean[0] ? 0 : p.x, hy = lean[1] ? 0 : p.y;
    const det = xx * yy - xy * xy;
    if (!(xx > 0) || !(yy > 0) || !(det > 1e-12 * xx * yy)) return null;
    return [-(yy * hx - xy * hy) / det, -(xx * hy - xy * hx) / det];
  }

  settle() {
    const { s } = this, y = [this.y[0], this.y[1]], p = {}, before = s.at(y[0], y[1], {}).h;
    for (let k = 0; k < 50; k++) {
      const move = this.newton(s.at(y[0], y[1], p));
      if (!move) return false;
      y[0] += move[0];
      y[1] += move[1];
      if (!(Math.abs(y[0] - this.y[0]) < s.dx) || !(Math.abs(y[1] - this.y[1]) < s.dy)) return false;
      if (!s.open(s.cellX(y[0]), s.cellY(y[1])) && (this.beyond(0, y[0]) || this.beyond(1, y[1]))) return false;
      if (Math.max(Math.abs(move[0]) / s.dx, Math.abs(move[1]) / s.dy) < 1e-12) break;
    }
    if (y[0] < s.x0 || y[0] > s.x1 || y[1] < s.y0 || y[1] > s.y1) return false;
    if (!(s.at(y[0], y[1], p).h <= before + 1e-14 * (Math.abs(before) + s.relief))) return false;
    this.y[0] = y[0];
    this.y[1] = y[1];
    return true;
  }

  // A little down from a saddle or a top.
  nudge(p) {
    const { s, lean } = this, size = Math.min(s.dx, s.dy);
    const mean = 0.5 * (p.xx + p.yy), half = 0.5 * (p.xx - p.yy), radius = Math.hypot(half, p.xy);
    const angle = 0.5 * Math.atan2(-p.xy, -half);
    let dir = [Math.cos(angle), Math.sin(angle)], best = p.h, side = 0;
    if (lean[0] || lean[1]) {
      if (!((lean[0] ? p.yy : p.xx) < 0)) return false;
      dir = lean[0] ? [0, 1] : [1, 0];
    } else if (!(mean - radius < (-1e-9 * s.relief) / (size * size))) return false;
    for (let k = -1; k <= 1 && this.nudges < NUDGES; k += 2) {
      const x = this.y[0] + k * NUDGE * size * dir[0], y = this.y[1] + k * NUDGE * size * dir[1];
      const there = s.at(x, y, {}).h;
      if (!this.beyond(0, x) && !this.beyond(1, y) && there < best) {
        best = there;
        side = k;
      }
    }
    if (!side) return false;
    this.nudges++;
    this.y[0] += side * NUDGE * size * dir[0];
    this.y[1] += side * NUDGE * size * dir[1];
    this.h = 0;
    return true;
  }

  rests() {
    const { s, o, lean, y } = this, small = REST * o.gravity * Math.max(s.relief, 1e-6);
    if (lean[0] && lean[1]) return true;
    const p = { ...s.at(y[0], y[1], this.p) }, kinetic = 0.5 * INERTIA * this.speed2(p);
    if (!(kinetic <= small)) return false;
    const hx = lean[0] ? 0 : p.x, hy = lean[1] ? 0 : p.y, move = this.newton(p);
    if (move && o.gravity * -0.5 * (move[0] * hx + move[1] * hy) <= small && this.settle()) return true;
    return Math.hypot(hx, hy) <= LEVEL && o.friction > 0 && kinetic <= 1e-2 * small && !this.nudge(p);
  }

  // ---- rolling ----

  longest() {
    const { s, o, y } = this, way = Math.min(o.stride, CELL_STEP * Math.min(s.dx, s.dy)), a = this.k[0];
    const v = Math.sqrt(this.speed2(s.at(y[0], y[1], this.p)));
    this.derive(y, a);
    const faster = Math.hypot(a[2], a[3]);
    let h = o.pause;
    if (v > 0) h = Math.min(h, way / v);
    if (faster > 0) h = Math.min(h, Math.sqrt((2 * way) / faster));
    return h;
  }

  advance() {
    const from = this.y.slice(), to = new Float64Array(4), most = this.longest();
    let h = this.h > 0 ? Math.min(this.h, most) : most, error;
    while ((error = this.step(from, h, to)) > 1 || !Number.isFinite(to[0] + to[1] + to[2] + to[3])) {
      h *= Number.isFinite(error) ? Math.max(0.2, 0.9 * Math.pow(error, -0.2)) : 0.2;
      if (!(h > 1e-12)) throw new Error(`the ball's step at ${this.t} seconds broke down`);
    }
    this.h = h * Math.min(5, error > 0 ? 0.9 * Math.pow(error, -0.2) : 5);
    this.y.set(to);
    if (this.beyond(0, to[0]) || this.beyond(1, to[1])) this.cut(from, h);
    else this.t += h;
    this.sample();
  }

  enter(start, velocity) {
    const { s, y } = this;
    if (!(start[0] >= s.x0 && start[0] <= s.x1 && start[1] >= s.y0 && start[1] <= s.y1)) return false;
    y.set([start[0], start[1], velocity[0], velocity[1]]);
    this.cell = [s.cellX(y[0]), s.cellY(y[1])];
    return s.open(this.cell[0], this.cell[1]);
  }

  roll() {
    this.sample();
    while (this.t < this.o.longest && this.out.t.length < this.o.most) {
      this.letGo();
      if (this.rests()) {
        this.out.end = this.lean[0] || this.lean[1] ? "wall" : "minimum";
        break;
      }
      this.advance();
      this.out.end = "time";
    }
    this.y[2] = this.y[3] = 0;
    this.t += 1e-3;
    this.sample();
  }
}

// The way from a start to where it rests: lists t, x, y, z, speed, energy, and `end`: "minimum",
// "wall", "time" (still rolling), or "walled" (the start lies in a hole or outside: no way).
export function roll(surface, start, velocity = [0, 0], options = {}) {
  const b = new Rolling(surface, { ...defaults, ...options });
  if (b.enter(start, velocity)) b.roll();
  return b.out;
}

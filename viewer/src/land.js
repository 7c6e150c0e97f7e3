// SPDX-License-Identifier: GPL-3.0-or-later
// land.js -- one landscape: its scale, its heights, the surface through them, and where it stands.
//
// Lengths are the ball's. A landscape has its own place in the world: `shift` is added to its x
// and y so that the point where the ball changes over is the same in both.
import { Scale, soft } from "./scale.js";
import { Surface } from "./surface.js";

const HEIGHT = 0.5;

// height = offset + size * soft(position), as the ball had it; null if it was another scale.
function fit(height, positions) {
  let low = -1, high = -1, worst = 0;
  for (let k = 0; k < height.length; k++) {
    if (!Number.isFinite(height[k])) continue;
    if (low < 0 || height[k] < height[low]) low = k;
    if (high < 0 || height[k] > height[high]) high = k;
  }
  if (low < 0 || low === high) return null;
  const size = (height[high] - height[low]) / (soft(positions[high]) - soft(positions[low]));
  const offset = height[low] - size * soft(positions[low]);
  for (let k = 0; k < height.length; k++)
    if (Number.isFinite(height[k])) worst = Math.max(worst, Math.abs(offset + size * soft(positions[k]) - height[k]));
  return worst <= 1e-3 * size ? { offset, size } : null;
}

export class Land {
  constructor(raw, index) {
    this.raw = raw;
    this.index = index;
    this.nx = raw.x.n;
    this.ny = raw.y.n;
    this.range = [raw.x.from * raw.x.length, raw.x.to * raw.x.length, raw.y.from * raw.y.length, raw.y.to * raw.y.length];
    this.shift = [0, 0];
    this.least = Infinity;
    for (const v of raw.loss) if (v > 0) this.least = Math.min(this.least, 0.5 * v);
  }

  get hasLog() {
    return this.raw.log_ends !== null;
  }

  // Heights for this kind of scale; `before` is the landscape that the ball came from.
  shape(log, clip, before) {
    const { raw } = this, n = raw.loss.length, useLog = log && this.hasLog;
    this.scale = new Scale(useLog, useLog ? raw.log_ends : raw.linear_ends, this.least, clip);
    const positions = Float64Array.from(raw.loss, (v) => this.scale.position(v));
    const recorded = raw.height && clip >= 1 ? fit(raw.height, positions) : null;
    this.size = recorded ? recorded.size : before ? before.size : HEIGHT;
    this.offset = recorded ? recorded.offset : 0;
    let height = raw.height;
    if (!recorded) {
      height = new Float64Array(n);
      for (let k = 0; k < n; k++) height[k] = this.size * soft(positions[k]);
    }
    this.surface = new Surface(this.nx, this.ny, this.range, height);
    if (before) {
      const from = before.toWorld(before.raw.rest.x, before.raw.rest.y), to = [0, 0];
      this.shift = [from[0] - to[0] * raw.x.length, from[1] - to[1] * raw.y.length];
      if (!recorded) {
        const lift = before.heightAt(from[0], from[1]) - this.surface.at(0, 0, {}).h;
        this.surface = new Surface(this.nx, this.ny, this.range, height.map((h) => h + lift));
        this.offset = lift;
      }
    }
    this.recorded = Boolean(recorded);
    const [x0, x1, y0, y1] = this.range, [sx, sy] = this.shift;
    this.rect = [x0 + sx, y0 + sy, x1 + sx, y1 + sy];
    this.fine = null;
  }

  // The exact bottom that the program found, where the recorded ball came to rest at height h.
  settle(h) {
    const { raw, surface: s } = this, x = raw.rest.x * raw.x.length, y = raw.rest.y * raw.y.length;
    const near = (a, b, d) => Math.abs(a - b) < 1e-6 * d;
    s.correct(x, y, h, !near(x, s.x0, s.dx) && !near(x, s.x1, s.dx), !near(y, s.y0, s.dy) && !near(y, s.y1, s.dy));
  }

  toWorld(x, y) {
    return [x * this.raw.x.length + this.shift[0], y * this.raw.y.length + this.shift[1]];
  }

  toPlane(wx, wy) {
    return [(wx - this.shift[0]) / this.raw.x.length, (wy - this.shift[1]) / this.raw.y.length];
  }

  inside(wx, wy) {
    const [x0, y0, x1, y1] = this.rect;
    return wx >= x0 && wy >= y0 && wx <= x1 && wy <= y1;
  }

  heightAt(wx, wy) {
    const [x0, y0, x1, y1] = this.rect;
    return this.surface.at(Math.min(Math.max(wx, x0), x1) - this.shift[0], Math.min(Math.max(wy, y0), y1) - this.shift[1], scratch).h;
  }

  // Height and slopes at a place of the world.
  slopeAt(wx, wy, out) {
    return this.surface.at(wx - this.shift[0], wy - this.shift[1], out);
  }

  // Between the grid's points: of losses on a logarithmic scale the logarithm is linear.
  value(name, x, y) {
    const v = this.raw[name], { nx, ny } = this, { x: ax, y: ay } = this.raw;
    if (!v) return NaN;
    const u = ((x - ax.from) / (ax.to - ax.from)) * (nx - 1), w = ((y - ay.from) / (ay.to - ay.from)) * (ny - 1);
    const i = Math.min(Math.max(Math.floor(u), 0), nx - 2), j = Math.min(Math.max(Math.floor(w), 0), ny - 2);
    const f = u - i, g = w - j, k = j * nx + i, c = [v[k], v[k + 1], v[k + nx], v[k + nx + 1]];
    const mix = (t) => (t[0] * (1 - f) + t[1] * f) * (1 - g) + (t[2] * (1 - f) + t[3] * f) * g;
    return this.scale.log && name.endsWith("loss") && c.every((e) => e > 0) ? Math.exp(mix(c.map(Math.log))) : mix(c);
  }

  // Nodes for the picture: every point of the grid and more between: height, two slopes, position.
  sampleFine() {
    if (this.fine) return this.fine;
    const times = (n) => Math.max(1, Math.ceil(200 / (n - 1)));
    const mx = (this.nx - 1) * times(this.nx) + 1, my = (this.ny - 1) * times(this.ny) + 1;
    const node = new Float32Array(4 * mx * my), p = {}, { surface: s } = this;
    for (let j = 0, k = 0; j < my; j++)
      for (let i = 0; i < mx; i++, k += 4) {
        const x = s.x0 + ((s.x1 - s.x0) * i) / (mx - 1), y = s.y0 + ((s.y1 - s.y0) * j) / (my - 1);
        s.at(x, y, p);
        node[k] = p.h;
        node[k + 1] = p.x;
        node[k + 2] = p.y;
        node[k + 3] = s.open(s.cellX(x), s.cellY(y)) ? (p.h - this.offset) / this.size : -1000;
      }
    this.fine = { mx, my, node };
    return this.fine;
  }
}

const scratch = {};

// All landscapes, each with its place.
export function shapeAll(lands, log, clip, ball) {
  lands.forEach((land, k) => {
    land.shape(log, clip, k ? lands[k - 1] : null);
    if (ball && land.recorded && land.raw.rest) {
      const end = (k + 1 < ball.begins.length ? ball.begins[k + 1] : ball.t.length) - 1;
      land.settle(ball.z[end]);
    }
  });
}

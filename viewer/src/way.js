// SPDX-License-Identifier: GPL-3.0-or-later
// way.js -- what is played: ways through landscapes, one after the other, with a change between.
//
// Time is the ball's own, but where it creeps: below 0.02 lengths a second it is shown up to ten
// times as fast.

const CREEP = 0.02, FASTEST = 10, HOLD = 0.7;
export const CHANGE = 1.8; // seconds from one landscape to the next

const mul = (a, b) => [
  a[3] * b[0] + a[0] * b[3] + a[1] * b[2] - a[2] * b[1],
  a[3] * b[1] - a[0] * b[2] + a[1] * b[3] + a[2] * b[0],
  a[3] * b[2] + a[0] * b[1] - a[1] * b[0] + a[2] * b[3],
  a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2],
];

// Rolling without slipping over (dx, dy, dz) on a surface with these slopes turns the ball about
// normal x way by the length over the radius.
function turn(q, p, dx, dy, dz, radius) {
  const length = Math.hypot(dx, dy, dz);
  if (!(length > 0)) return q;
  const n = 1 / Math.hypot(p.x, p.y, 1), nx = -p.x * n, ny = -p.y * n;
  const axis = [ny * dz - n * dy, n * dx - nx * dz, nx * dy - ny * dx], size = Math.hypot(...axis) || 1;
  const half = (0.5 * length) / radius, s = Math.sin(half) / size;
  return mul([axis[0] * s, axis[1] * s, axis[2] * s, Math.cos(half)], q);
}

// One landscape's part: samples in the world, with times to play at, and the ball's rotation.
function makePart(land, from, w, radius, q) {
  const n = w.t.length, part = { land, begin: from, t: new Float64Array(n), x: w.x, y: w.y, speed: w.speed, own: w.t, index: w.index, q: new Float32Array(4 * n) };
  const p = {};
  let now = from;
  for (let i = 0; i < n; i++) {
    if (i) {
      const dt = w.t[i] - w.t[i - 1], v = 0.5 * (w.speed[i] + w.speed[i - 1]);
      now += dt * Math.min(1, Math.max(1 / FASTEST, v / CREEP));
      land.slopeAt(w.x[i], w.y[i], p);
      q = turn(q, p, w.x[i] - w.x[i - 1], w.y[i] - w.y[i - 1], p.h - land.heightAt(w.x[i - 1], w.y[i - 1]), radius);
    }
    part.t[i] = now;
    part.q.set(q, 4 * i);
  }
  part.end = now;
  return part;
}

class Way {
  constructor(kind, radius) {
    this.kind = kind; // "recorded", "training" or "dropped"
    this.radius = radius;
    this.parts = [];
  }

  add(land, samples) {
    const last = this.parts[this.parts.length - 1], q = last ? [...last.q.slice(-4)] : [0, 0, 0, 1];
    this.parts.push(makePart(land, last ? last.end + HOLD + CHANGE : 0, samples, this.radius, q));
  }

  get duration() {
    return this.parts[this.parts.length - 1].end + HOLD;
  }

  // What is to be seen at that time: the part, the sample before and how far to the next, and
  // between parts `change` from 0 to 1.
  at(time) {
    let k = this.parts.length - 1;
    while (k > 0 && time < this.parts[k].begin - CHANGE) k--;
    const part = this.parts[k];
    if (k > 0 && time < part.begin) {
      const before = this.parts[k - 1];
      return { ...this.sample(before, before.end), index: k - 1, next: part, change: 1 - (part.begin - time) / CHANGE };
    }
    return { ...this.sample(part, time), index: k, next: null, change: 0 };
  }

  sample(part, time) {
    const { t } = part;
    let lo = 0, hi = t.length - 1;
    while (hi - lo > 1) {
      const middle = (lo + hi) >> 1;
      if (t[middle] <= time) lo = middle;
      else hi = middle;
    }
    const f = hi > lo && t[hi] > t[lo] ? Math.min(Math.max((time - t[lo]) / (t[hi] - t[lo]), 0), 1) : 1;
    const mix = (a) => a[lo] + (a[hi] - a[lo]) * f, q = part.q;
    return {
      part, at: lo + f, x: mix(part.x), y: mix(part.y), speed: mix(part.speed), own: mix(part.own),
      from: [...q.subarray(4 * lo, 4 * lo + 4)], to: [...q.subarray(4 * hi, 4 * hi + 4)], f,
    };
  }
}

// The ball as the program computed it.
export function recordedWay(ball, lands) {
  const way = new Way("recorded", ball.radius);
  ball.begins.forEach((from, k) => {
    const to = k + 1 < ball.begins.length ? ball.begins[k + 1] : ball.t.length, land = lands[k];
    const w = { t: ball.t.slice(from, to), speed: ball.speed.slice(from, to), x: new Float64Array(to - from), y: new Float64Array(to - from) };
    for (let i = from; i < to; i++) [w.x[i - from], w.y[i - from]] = land.toWorld(ball.x[i], ball.y[i]);
    way.add(land, w);
  });
  return way;
}

// The checkpoints of a training run, at equal times.
export function trainingWay(track, land, radius) {
  const between = Math.max(1, Math.ceil(400 / track.x.length)), w = { t: [], x: [], y: [], speed: [], index: [] };
  const whole = Math.min(Math.max(track.x.length * 0.15, 4), 14), n = (track.x.length - 1) * between + 1;
  for (let i = 0; i < n; i++) {
    const k = Math.min(Math.floor(i / between), track.x.length - 1), f = i / between - k, m = Math.min(k + 1, track.x.length - 1);
    const [x, y] = land.toWorld(track.x[k] + (track.x[m] - track.x[k]) * f, track.y[k] + (track.y[m] - track.y[k]) * f);
    w.t.push(n > 1 ? (whole * i) / (n - 1) : 0);
    w.x.push(x);
    w.y.push(y);
    w.speed.push(CREEP);
    w.index.push(i / between);
  }
  const way = new Way("training", radius);
  way.track = track;
  way.add(land, w);
  return way;
}

// A way that the page has computed; `rolled` is of ball.js.
export function droppedWay(rolled, land, radius) {
  const way = new Way("dropped", radius), [sx, sy] = land.shift;
  way.add(land, { t: rolled.t, speed: rolled.speed, x: Float64Array.from(rolled.x, (x) => x + sx), y: Float64Array.from(rolled.y, (y) => y + sy) });
  return way;
}

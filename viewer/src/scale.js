// SPDX-License-Identifier: GPL-3.0-or-later
// scale.js -- from losses to positions on a scale, and to the heights that a ball rolls over: the
// same rules as core/ball/relief.c and plugins/util/scale.c.

const KNEE = 0.06; // shares of the height in which the slope beyond an end falls by 1 / sqrt 2

// Heights go on beyond the ends, ever more slowly.
export function soft(t) {
  if (t > 1) return 1 + KNEE * Math.asinh((t - 1) / KNEE);
  return t < 0 ? KNEE * Math.asinh(t / KNEE) : t;
}

export class Scale {
  // `clip`: the share of the scale at which it ends.
  constructor(log, ends, least, clip = 1) {
    this.log = log;
    this.lo = ends[0];
    this.hi = ends[1];
    this.least = log ? least : -Infinity;
    if (clip < 1) this.hi = this.value(clip);
  }

  // 0 and 1 are the ends; NaN where there is no number.
  position(loss) {
    if (!Number.isFinite(loss)) return NaN;
    const v = Math.max(loss, this.least);
    return this.log
      ? Math.log(v / this.lo) / Math.log(this.hi / this.lo)
      : (v - this.lo) / (this.hi - this.lo);
  }

  value(t) {
    return this.log ? this.lo * Math.pow(this.hi / this.lo, t) : this.lo + t * (this.hi - this.lo);
  }

  // Losses at which a label is worth while, about n of them.
  ticks(n) {
    if (!this.log) return round(this.lo, this.hi, n);
    const decades = Math.log10(this.hi / this.lo);
    const steps = decades > n ? null : decades > n / 2.2 ? [1] : decades > n / 4 ? [1, 3] : decades > 0.7 ? [1, 2, 5] : null;
    if (!steps && decades <= 0.7) return round(this.lo, this.hi, n);
    const out = [], every = steps ? 1 : Math.ceil(decades / n);
    for (let e = Math.floor(Math.log10(this.lo)); e <= Math.log10(this.hi); e++)
      for (const m of steps ?? [1]) {
        const v = m * Math.pow(10, e);
        if (((e % every) + every) % every === 0 && v >= this.lo * 0.9999 && v <= this.hi * 1.0001) out.push(v);
      }
    return out;
  }

  // Contours stand where position * every + first is a whole number; bold ones at every fourth.
  contours(n) {
    if (n < 1) return { every: 0, first: 0 };
    if (this.log) {
      const decades = Math.log10(this.hi / this.lo);
      const per = [1, 2, 4, 8, 12, 16, 20, 40, 80].reduce((a, b) => (Math.abs(b * decades - n) < Math.abs(a * decades - n) ? b : a));
      return { every: per * decades, first: per * Math.log10(this.lo) };
    }
    const step = niceStep((this.hi - this.lo) / n);
    return { every: (this.hi - this.lo) / step, first: this.lo / step };
  }
}

export function niceStep(raw) {
  const ten = Math.pow(10, Math.floor(Math.log10(raw)));
  return ten * [1, 2, 2.5, 5, 10].find((m) => m * ten >= raw * 0.9999);
}

// Round numbers from a to b, about n of them.
export function round(a, b, n) {
  const step = niceStep((b - a) / n), out = [];
  for (let k = Math.ceil(a / step - 1e-9); k * step <= b + 1e-9 * step; k++) out.push(k * step);
  return out;
}

const minus = (s) => s.replace("-", "\u2212");

// A number for people: four digits or so, no needless zeros.
export function show(v, digits = 3) {
  if (v === null || v === undefined || Number.isNaN(v)) return "\u2013";
  if (!Number.isFinite(v)) return v > 0 ? "\u221e" : "\u2212\u221e";
  if (v === 0) return "0";
  const size = Math.abs(v);
  if (size >= 1e5 || size < 1e-3) {
    const [m, e] = v.toExponential(digits - 1).split("e");
    const m2 = minus(String(Number(m)));
    return `${m2 === "1" ? "" : `${m2}\u00d7`}10${[...String(Number(e))].map((c) => (c === "-" ? "\u207b" : "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"[Number(c)])).join("")}`;
  }
  return minus(String(Number(v.toPrecision(digits))));
}

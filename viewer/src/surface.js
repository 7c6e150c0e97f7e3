// SPDX-License-Identifier: GPL-3.0-or-later
// surface.js -- a smooth surface through heights on a grid: the tensor product of cubic splines of
// core/ball/surface.c, with its holes and its correction.

const FIX_CELLS = 2.5; // radius of a correction

// The derivatives d of the spline ("not a knot") through n values, `stride` apart from `at` on.
function slopes(f, at, n, stride, d, work) {
  const F = (i) => f[at + i * stride];
  const set = (i, v) => { d[at + i * stride] = v; };
  const D = (i) => d[at + i * stride];
  if (n === 2) {
    set(0, F(1) - F(0));
    set(1, F(1) - F(0));
    return;
  }
  if (n === 3) {
    set(1, 0.5 * (F(2) - F(0)));
    set(0, 2 * (F(1) - F(0)) - D(1));
    set(2, 2 * (F(2) - F(1)) - D(1));
    return;
  }
  work[0] = 2;
  set(0, 0.5 * (-5 * F(0) + 4 * F(1) + F(2)));
  for (let i = 1; i + 1 < n; i++) {
    const pivot = 4 - work[i - 1];
    work[i] = 1 / pivot;
    set(i, (3 * (F(i + 1) - F(i - 1)) - D(i - 1)) / pivot);
  }
  const last = 0.5 * (5 * F(n - 1) - 4 * F(n - 2) - F(n - 3));
  set(n - 1, (last - 2 * D(n - 2)) / (1 - 2 * work[n - 2]));
  for (let i = n - 2; i >= 0; i--) set(i, D(i) - work[i] * D(i + 1));
}

// Ring by ring from the edges of the holes inwards.
function fillHoles(f, nx, ny) {
  let filled;
  do {
    const before = f.slice();
    filled = 0;
    for (let k = 0; k < f.length; k++) {
      if (!Number.isNaN(before[k])) continue;
      const i = k % nx, j = (k - i) / nx;
      let sum = 0, n = 0;
      for (let b = Math.max(j - 1, 0); b <= Math.min(j + 1, ny - 1); b++)
        for (let a = Math.max(i - 1, 0); a <= Math.min(i + 1, nx - 1); a++)
          if (!Number.isNaN(before[b * nx + a])) {
            sum += before[b * nx + a];
            n++;
          }
      if (n) {
        f[k] = sum / n;
        filled++;
      }
    }
  } while (filled);
  for (let k = 0; k < f.length; k++) if (Number.isNaN(f[k])) f[k] = 0;
}

// Hermite's cubics and two derivatives at u: of f(0), f(1), f'(0), f'(1).
function hermite(u, v, d, dd) {
  v[1] = u * u * (3 - 2 * u);
  v[0] = 1 - v[1];
  v[2] = u * (1 - u) * (1 - u);
  v[3] = -u * u * (1 - u);
  d[1] = 6 * u * (1 - u);
  d[0] = -d[1];
  d[2] = (1 - u) * (1 - 3 * u);
  d[3] = u * (3 * u - 2);
  dd[1] = 6 - 12 * u;
  dd[0] = -dd[1];
  dd[2] = 6 * u - 4;
  dd[3] = 6 * u - 2;
}

const row = () => new Float64Array(4);

export class Surface {
  // range: x from and to, y from and to; heights ny x nx, NaN where there is a hole.
  constructor(nx, ny, range, height) {
    Object.assign(this, { nx, ny, x0: range[0], y0: range[2], fix: null });
    this.x1 = range[1];
    this.y1 = range[3];
    this.dx = (range[1] - range[0]) / (nx - 1);
    this.dy = (range[3] - range[2]) / (ny - 1);
    const n = nx * ny;
    this.f = Float64Array.from(height, (h) => (Number.isFinite(h) ? h : NaN));
    this.low = Infinity;
    this.high = -Infinity;
    for (const h of this.f) if (!Number.isNaN(h)) {
      this.low = Math.min(this.low, h);
      this.high = Math.max(this.high, h);
    }
    this.relief = this.high > this.low ? this.high - this.low : 0;
    this.cells = new Uint8Array((nx - 1) * (ny - 1));
    for (let j = 0; j + 1 < ny; j++)
      for (let i = 0; i + 1 < nx; i++) {
        const k = j * nx + i;
        this.cells[j * (nx - 1) + i] = +!Number.isNaN(this.f[k] + this.f[k + 1] + this.f[k + nx] + this.f[k + nx + 1]);
      }
    fillHoles(this.f, nx, ny);
    this.fx = new Float64Array(n);
    this.fy = new Float64Array(n);
    this.fxy = new Float64Array(n);
    const work = new Float64Array(Math.max(nx, ny));
    for (let j = 0; j < ny; j++) slopes(this.f, j * nx, nx, 1, this.fx, work);
    for (let i = 0; i < nx; i++) {
      slopes(this.f, i, ny, nx, this.fy, work);
      slopes(this.fx, i, ny, nx, this.fxy, work);
    }
    this.a = [row(), row(), row()];
    this.b = [row(), row(), row()];
    this.c = new Float64Array(16);
  }

  cellX(x) {
    const i = Math.floor((x - this.x0) / this.dx);
    return i > 0 ? Math.min(i, this.nx - 2) : 0;
  }

  cellY(y) {
    const j = Math.floor((y - this.y0) / this.dy);
    return j > 0 ? Math.min(j, this.ny - 2) : 0;
  }

  open(i, j) {
    return i >= 0 && j >= 0 && i < this.nx - 1 && j < this.ny - 1 && this.cells[j * (this.nx - 1) + i] === 1;
  }

  // Height and its derivatives into `out`: h, x, y, xx, xy, yy.
  at(x, y, out) {
    const i = this.cellX(x), j = this.cellY(y), { a, b, c, nx } = this;
    hermite((x - this.x0) / this.dx - i, a[0], a[1], a[2]);
    hermite((y - this.y0) / this.dy - j, b[0], b[1], b[2]);
    for (let q = 0; q < 2; q++)
      for (let p = 0; p < 2; p++) {
        const k = (j + q) * nx + i + p;
        c[q * 4 + p] = this.f[k];
        c[q * 4 + p + 2] = this.fx[k];
        c[(q + 2) * 4 + p] = this.fy[k];
        c[(q + 2) * 4 + p + 2] = this.fxy[k];
      }
    out.h = this.sum(a[0], b[0]);
    out.x = this.sum(a[1], b[0]) / this.dx;
    out.y = this.sum(a[0], b[1]) / this.dy;
    out.xx = this.sum(a[2], b[0]) / (this.dx * this.dx);
    out.xy = this.sum(a[1], b[1]) / (this.dx * this.dy);
    out.yy = this.sum(a[0], b[2]) / (this.dy * this.dy);
    if (this.fix) this.addFix(x, y, out);
    return out;
  }

  sum(a, b) {
    const c = this.c;
    let s = 0;
    for (let q = 0; q < 4; q++)
      s += b[q] * (c[4 * q] * a[0] + c[4 * q + 1] * a[1] + c[4 * q + 2] * a[2] + c[4 * q + 3] * a[3]);
    return s;
  }

  // (dh - g.q) (1 - q^2 / r^2)^3 at distance q from the place.
  addFix(x, y, out) {
    const { fix } = this, qx = x - fix.x, qy = y - fix.y, r2 = fix.radius * fix.radius;
    const rest = 1 - (qx * qx + qy * qy) / r2;
    if (!(rest > 0)) return;
    const a = fix.dh - fix.gx * qx - fix.gy * qy, bump = rest * rest * rest;
    const k = (-6 * rest * rest) / r2, kk = (24 * rest) / (r2 * r2);
    out.h += a * bump;
    out.x += a * k * qx - fix.gx * bump;
    out.y += a * k * qy - fix.gy * bump;
    out.xx += a * (k + kk * qx * qx) - 2 * fix.gx * k * qx;
    out.yy += a * (k + kk * qy * qy) - 2 * fix.gy * k * qy;
    out.xy += a * kk * qx * qy - k * (fix.gx * qy + fix.gy * qx);
  }

  // From now on the surface has the height h at (x, y), and no slope along the axes that are free.
  correct(x, y, h, xFree, yFree) {
    this.fix = null;
    const at = this.at(x, y, {});
    this.fix = { x, y, dh: h - at.h, gx: xFree ? at.x : 0, gy: yFree ? at.y : 0, radius: FIX_CELLS * Math.max(this.dx, this.dy) };
  }
}

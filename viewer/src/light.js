// SPDX-License-Identifier: GPL-3.0-or-later
// light.js -- the light that reaches each place of a landscape, baked once: how much of the sky is
// seen there, and how much of a lamp the size of a soft box.

const SKY_WAYS = 12;
const SUN_SPREAD = 0.12; // radius of the lamp, radians

// The tangent of the horizon from (i, j) of the heights towards (di, dj), in cells; `unit` is the
// length of that step.
function horizon(h, n, m, i, j, di, dj, unit, reach) {
  const here = h[j * n + i];
  let best = -1e9, d = 1;
  for (let step = 1; d < reach; d += step, step *= 1.35) {
    const a = i + di * d, b = j + dj * d;
    if (a < 0 || b < 0 || a > n - 1 || b > m - 1) break;
    const a0 = Math.min(a | 0, n - 2), b0 = Math.min(b | 0, m - 2), u = a - a0, v = b - b0, k = b0 * n + a0;
    const z = (h[k] * (1 - u) + h[k + 1] * u) * (1 - v) + (h[k + n] * (1 - u) + h[k + n + 1] * u) * v;
    best = Math.max(best, (z - here) / (d * unit));
  }
  return best;
}

// heights n x m over a rectangle of w x d lengths; `sun` a unit vector. RGBA bytes: sky, sun, 0, 255.
export function bake(h, n, m, w, d, sun) {
  const out = new Uint8Array(4 * n * m), cx = w / (n - 1), cy = d / (m - 1);
  const azimuth = Math.atan2(sun[1], sun[0]), rise = Math.atan2(sun[2], Math.hypot(sun[0], sun[1]));
  const way = (angle) => {
    // A step of one cell or so, and its length.
    const ux = Math.cos(angle) / cx, uy = Math.sin(angle) / cy, size = Math.max(Math.abs(ux), Math.abs(uy));
    return [ux / size, uy / size, 1 / size];
  };
  const sky = Array.from({ length: SKY_WAYS }, (_, k) => way((2 * Math.PI * (k + 0.5)) / SKY_WAYS));
  const suns = [-1, -0.5, 0, 0.5, 1].map((k) => way(azimuth + k * SUN_SPREAD));
  for (let j = 0; j < m; j++)
    for (let i = 0; i < n; i++) {
      let seen = 0, lit = 0;
      for (const [di, dj, unit] of sky) {
        const t = Math.max(horizon(h, n, m, i, j, di, dj, unit, 60), 0);
        seen += 1 / (1 + t * t); // cos^2 of the horizon: what is left of the sky's cosine-weighted share
      }
      for (const [di, dj, unit] of suns) {
        const edge = Math.atan(horizon(h, n, m, i, j, di, dj, unit, 400));
        lit += Math.min(Math.max((rise + SUN_SPREAD - edge) / (2 * SUN_SPREAD), 0), 1);
      }
      const k = 4 * (j * n + i);
      out[k] = 255 * (seen / SKY_WAYS);
      out[k + 1] = 255 * (lit / suns.length);
      out[k + 3] = 255;
    }
  return out;
}

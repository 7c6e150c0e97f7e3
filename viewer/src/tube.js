// SPDX-License-Identifier: GPL-3.0-or-later
// tube.js -- round and flat lines through places of the world.
import { BufferAttribute, BufferGeometry } from "three";

// places: x, y, z one after the other; along: a number for each place, for the shader to cut at.
export function tubeGeometry(places, along, radius, sides = 8, flat = false) {
  const n = along.length, position = new Float32Array(3 * n * sides), normal = new Float32Array(3 * n * sides);
  const cut = new Float32Array(n * sides), index = [];
  let up = [0, 0, 1];
  for (let i = 0; i < n; i++) {
    const a = 3 * Math.max(i - 1, 0), b = 3 * Math.min(i + 1, n - 1);
    let t = [0, 1, 2].map((k) => places[b + k] - places[a + k]);
    const size = Math.hypot(...t) || 1;
    t = t.map((v) => v / size);
    // As little twist as can be: what was up stays up, across the way.
    const lift = flat ? [0, 0, 1] : up, dot = lift[0] * t[0] + lift[1] * t[1] + lift[2] * t[2];
    let u = lift.map((v, k) => v - dot * t[k]);
    let length = Math.hypot(...u);
    if (length < 1e-6) {
      u = Math.abs(t[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0];
      length = 1;
    }
    up = u.map((v) => v / length);
    const w = [t[1] * up[2] - t[2] * up[1], t[2] * up[0] - t[0] * up[2], t[0] * up[1] - t[1] * up[0]];
    for (let s = 0; s < sides; s++) {
      const angle = (2 * Math.PI * s) / sides, c = Math.cos(angle), d = Math.sin(angle), k = 3 * (i * sides + s);
      for (let m = 0; m < 3; m++) {
        const out = c * w[m] + d * up[m] * (flat ? 0.02 : 1);
        position[k + m] = places[3 * i + m] + radius * out;
        normal[k + m] = flat ? +(m === 2) : out;
      }
      cut[i * sides + s] = along[i];
      if (i + 1 < n) {
        const p = i * sides + s, q = i * sides + ((s + 1) % sides);
        index.push(p, p + sides, q, q, p + sides, q + sides);
      }
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(position, 3));
  geometry.setAttribute("normal", new BufferAttribute(normal, 3));
  geometry.setAttribute("along", new BufferAttribute(cut, 1));
  geometry.setIndex(index);
  return geometry;
}

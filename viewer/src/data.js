// SPDX-License-Identifier: GPL-3.0-or-later
// data.js -- what plugins/sink-html/scene.c wrote, as objects and typed arrays.

const types = { f32: Float32Array, f64: Float64Array, u8: Uint8Array };

function bytes(text) {
  const binary = atob(text);
  const out = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) out[i] = binary.charCodeAt(i);
  return out;
}

// {"f32": "..."} and its like; numbers are little-endian, as is every machine with a browser.
function decode(key, value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const [type, ...more] = Object.keys(value);
  if (more.length || !(type in types) || typeof value[type] !== "string") return value;
  return new types[type](bytes(value[type]).buffer);
}

export function read(text) {
  const data = JSON.parse(text, decode);
  if (data.format !== 1) throw new Error(`data of format ${data.format}, wanted 1`);
  return data;
}

// SPDX-License-Identifier: GPL-3.0-or-later
// glsl.js -- the shaders. All light is linear until the last line; a landscape is a texture of
// nodes (height, two slopes, position on the scale), and another one of the light that reaches them.

// Two landscapes, `a` and `b`, and how far from one to the other: what is at a place of the world.
const field = `
precision highp float;
precision highp sampler2D;
uniform sampler2D nodeA, nodeB, lightA, lightB;
uniform vec4 rectA, rectB;
uniform float change;
vec4 node(sampler2D t, vec4 rect, vec2 p) {
  ivec2 n = textureSize(t, 0);
  vec2 f = clamp((p - rect.xy) / (rect.zw - rect.xy), 0.0, 1.0) * vec2(n - 1);
  ivec2 i = min(ivec2(f), n - 2);
  f -= vec2(i);
  vec4 a = texelFetch(t, i, 0), b = texelFetch(t, i + ivec2(1, 0), 0);
  vec4 c = texelFetch(t, i + ivec2(0, 1), 0), d = texelFetch(t, i + ivec2(1, 1), 0);
  return mix(mix(a, b, f.x), mix(c, d, f.x), f.y);
}
vec4 field(vec2 p) {
  vec4 a = node(nodeA, rectA, p);
  return change > 0.0 ? mix(a, node(nodeB, rectB, p), change) : a;
}
vec2 reach(sampler2D t, vec4 rect, vec2 p) {
  vec2 n = vec2(textureSize(t, 0)), f = clamp((p - rect.xy) / (rect.zw - rect.xy), 0.0, 1.0);
  return texture(t, (f * (n - 1.0) + 0.5) / n).rg;
}
vec2 light(vec2 p) {
  vec2 a = reach(lightA, rectA, p);
  return change > 0.0 ? mix(a, reach(lightB, rectB, p), change) : a;
}
vec4 rect() { return mix(rectA, rectB, change); }
`;

const finish = `
uniform vec3 sun, sunColour, skyColour, groundColour;
out vec4 colour;
// Hue kept: only what is brighter than 0.82 is pressed together.
vec3 tone(vec3 c) {
  float top = max(c.r, max(c.g, c.b));
  if (top > 0.82) c *= (0.82 + 0.18 * (1.0 - exp((0.82 - top) / 0.18))) / top;
  return c;
}
vec3 encode(vec3 c) {
  c = clamp(tone(c), 0.0, 1.0);
  return mix(c * 12.92, 1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c));
}
vec3 decode(vec3 c) { return mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), step(0.04045, c)); }
float grain(vec2 p) { return fract(52.9829189 * fract(dot(p, vec2(0.06711056, 0.00583715)))) - 0.5; }
vec4 shown(vec3 c, float alpha) { return vec4(encode(c) + grain(gl_FragCoord.xy) / 255.0, alpha); }
// The sky from above, the ground from below.
vec3 dome(vec3 n) { return mix(groundColour, skyColour, 0.5 + 0.5 * n.z); }
`;

const contours = `
uniform float every, first, pixel, lineStrength;
// How much of a line covers this place: x thin ones, y every fourth.
vec2 contour(float v) {
  if (every <= 0.0) return vec2(0.0);
  float at = v * every + first, w = max(fwidth(at), 1e-6);
  float thin = abs(fract(at - 0.5) - 0.5) / w, bold = abs(fract(at / 4.0 - 0.5) - 0.5) * 4.0 / w;
  float room = smoothstep(0.33 / pixel, 0.1 / pixel, w), wide = smoothstep(1.2 / pixel, 0.4 / pixel, w);
  return vec2(room * (1.0 - smoothstep(0.5 * pixel - 0.5, 0.5 * pixel + 0.5, thin)),
              wide * (1.0 - smoothstep(0.85 * pixel - 0.5, 0.85 * pixel + 0.5, bold)));
}
`;

const lit = `
uniform sampler2D ramp;
vec3 albedo(float r) { return decode(texture(ramp, vec2(clamp(r, 0.0, 1.0) * 255.0 / 256.0 + 0.5 / 256.0, 0.5)).rgb); }
vec3 shade(vec3 base, vec3 n, vec2 reached, vec3 eye) {
  float facing = max(dot(n, sun), 0.0);
  // Light that comes again from neighbours in the same colour.
  vec3 sky = dome(n) * reached.x, again = base * (1.0 - reached.x) * 0.55 * skyColour;
  vec3 c = base * (sunColour * facing * reached.y + sky + again);
  vec3 half_ = normalize(sun + eye);
  float fresnel = 0.03 + 0.97 * pow(1.0 - max(dot(half_, eye), 0.0), 5.0);
  return c + sunColour * fresnel * reached.y * facing * 1.1 * pow(max(dot(n, half_), 0.0), 28.0);
}
`;

export const surface = {
  vertex: `${field}
out vec3 world;
uniform float thickness;
void main() {
  vec4 r = rect();
  vec2 p = mix(r.xy, r.zw, position.xy);
  world = vec3(p, field(p).x - thickness * position.z);
  gl_Position = projectionMatrix * viewMatrix * vec4(world, 1.0);
}`,
  fragment: `${field}${finish}${contours}${lit}
in vec3 world;
uniform float side; // 1: the rim
void main() {
  vec4 f = field(world.xy);
  if (f.w < -1.0) discard;
  vec3 eye = normalize(cameraPosition - world), n = normalize(vec3(-f.yz, 1.0)), base = albedo(f.w);
  bool below = side < 0.5 && dot(eye, n) < 0.0;
  vec2 reached = light(world.xy);
  if (side > 0.5) {
    n = normalize(cross(dFdx(world), dFdy(world)));
    if (dot(n, eye) < 0.0) n = -n;
    colour = shown(shade(mix(base, vec3(0.9), 0.25), n, vec2(0.85, 0.8), eye), 1.0);
    return;
  }
  if (below) {
    colour = shown(base * 0.42 * dome(vec3(0.0, 0.0, -1.0)) + 0.02, 1.0);
    return;
  }
  vec3 c = shade(base, n, reached, eye);
  vec2 line = contour(f.w) * lineStrength;
  float bright = dot(base, vec3(0.2126, 0.7152, 0.0722));
  vec3 ink = bright > 0.16 ? c * 0.22 : c * 0.55 + vec3(0.16) * (0.35 + reached.y);
  c = mix(c, ink, max(line.x * 0.5, line.y * 0.85));
  colour = shown(c, 1.0);
}`,
};

export const ground = {
  vertex: `
precision highp float;
uniform vec2 middle;
uniform float level, wide;
out vec3 world;
void main() {
  world = vec3(middle + position.xy * wide, level);
  gl_Position = projectionMatrix * viewMatrix * vec4(world, 1.0);
}`,
  fragment: `${field}${finish}${contours}${lit}
in vec3 world;
uniform vec3 paper, plate, back;
uniform vec2 middle;
uniform float wide, drop, showLines, dark;
// Distance from a box; negative inside.
float box(vec2 p, vec2 size) { vec2 q = abs(p) - size; return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0); }
void main() {
  vec4 r = rect();
  vec2 size = 0.5 * (r.zw - r.xy), p = world.xy - 0.5 * (r.xy + r.zw);
  float d = box(p, size);
  // The sheet is a roof: soft where the sky is hidden, and a shadow away from the lamp.
  vec2 away = -sun.xy / max(sun.z, 0.2) * drop;
  float hidden = smoothstep(0.55, -0.5, d), shadow = smoothstep(0.16, -0.16, box(p - away, size * 0.97));
  float open = 1.0 - (dark > 0.5 ? 0.3 : 0.2) * hidden - (dark > 0.5 ? 0.3 : 0.2) * shadow;
  float fog = smoothstep(0.35, 1.0, length(world.xy - middle) / wide);
  vec3 c = mix(paper, plate, smoothstep(0.003, -0.003, d - 0.0)) * open;
  if (showLines > 0.5) {
    vec4 f = field(world.xy);
    vec2 line = contour(f.w) * smoothstep(0.0, -0.01, d) * (f.w < -1.0 ? 0.0 : 1.0);
    vec3 ink = albedo(f.w);
    ink = dark > 0.5 ? ink * 0.42 + 0.03 : min(ink, vec3(0.45)) * 0.85;
    c = mix(c, ink, max(line.x * 0.5, line.y * 0.85));
  }
  colour = shown(mix(c, back, fog), 1.0);
}`,
};

// Paths: a plain colour with enough light to look round.
export const tube = {
  vertex: `
precision highp float;
in float along;
out vec3 world, normal_;
out float at;
void main() {
  world = (modelMatrix * vec4(position, 1.0)).xyz;
  normal_ = normal;
  at = along;
  gl_Position = projectionMatrix * viewMatrix * vec4(world, 1.0);
}`,
  fragment: `
precision highp float;
${finish}
in vec3 world, normal_;
in float at;
uniform vec3 tint;
uniform float alpha, until, flat_;
void main() {
  if (at > until) discard;
  vec3 n = normalize(normal_), eye = normalize(cameraPosition - world);
  vec3 c = tint * (sunColour * max(dot(n, sun), 0.0) * 0.8 + dome(n) * 1.25);
  float rim = pow(1.0 - max(dot(n, eye), 0.0), 3.0);
  c += vec3(0.3) * pow(max(dot(n, normalize(sun + eye)), 0.0), 40.0) + rim * 0.12;
  colour = shown(flat_ > 0.5 ? tint : c, alpha);
}`,
};

// Lacquer: two soft boxes and the sky in it, and a stripe, so that its rolling shows.
export const ball = {
  vertex: `
precision highp float;
out vec3 world, normal_, own;
void main() {
  own = position;
  world = (modelMatrix * vec4(position, 1.0)).xyz;
  normal_ = normalize(mat3(modelMatrix) * position);
  gl_Position = projectionMatrix * viewMatrix * vec4(world, 1.0);
}`,
  fragment: `
precision highp float;
${finish}
in vec3 world, normal_, own;
uniform vec3 body, band, lampLeft, lampRight, under;
uniform float reached;
float softBox(vec3 r, vec3 at, float wide) { return smoothstep(wide, wide + 0.05, dot(r, at)); }
void main() {
  vec3 n = normalize(normal_), eye = normalize(cameraPosition - world), o = normalize(own);
  float w = fwidth(o.z), stripe = 1.0 - smoothstep(0.2 - w, 0.2 + w, abs(o.z));
  float w2 = fwidth(o.x);
  stripe = max(stripe, smoothstep(0.86 - w2, 0.86 + w2, abs(o.x)));
  vec3 base = mix(body, band, stripe);
  vec3 c = base * (sunColour * max(dot(n, sun), 0.0) * reached + mix(under * 0.6, skyColour, 0.5 + 0.5 * n.z));
  vec3 r = reflect(-eye, n);
  float fresnel = 0.045 + 0.955 * pow(1.0 - max(dot(n, eye), 0.0), 5.0);
  vec3 seen = mix(under * 0.5, skyColour * 1.15, smoothstep(-0.15, 0.35, r.z));
  seen += softBox(r, lampLeft, 0.9) * 9.0 + softBox(r, lampRight, 0.955) * 5.0;
  colour = shown(mix(c, seen, min(fresnel, 0.75)), 1.0);
}`,
};

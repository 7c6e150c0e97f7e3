// SPDX-License-Identifier: GPL-3.0-or-later
// scene.js -- the three-dimensional part: the sheet and its rim, the ground, paths and the ball.
import {
  BufferAttribute, BufferGeometry, DataTexture, DoubleSide, FloatType, GLSL3, Group, LinearFilter, Mesh,
  NearestFilter, PerspectiveCamera, Quaternion, RGBAFormat, Scene, ShaderMaterial, SphereGeometry, Vector2, Vector3, Vector4, WebGLRenderer, Color,
} from "three";
import { bake } from "./light.js";
import * as glsl from "./glsl.js";
import { tubeGeometry } from "./tube.js";

const MESH = 240, THICKNESS = 0.012, GAP = 0.2, BAKED = 161;
// Three reads sRGB into linear light.
const linear = (hex) => new Vector3(...new Color(hex).toArray());

export const looks = {
  light: { back: "#f4f3f0", paper: "#f7f6f3", plate: "#fdfdfb", sun: [1.0, 0.985, 0.95], sky: [0.6, 0.62, 0.66], under: [0.36, 0.35, 0.33], sunGain: 1.03 },
  dark: { back: "#14161a", paper: "#181a1f", plate: "#22252b", sun: [1.0, 0.97, 0.92], sky: [0.46, 0.49, 0.56], under: [0.11, 0.11, 0.13], sunGain: 1.15 },
};

// A unit square as a grid; z is 0 on the sheet. With `rim` only its border, twice: z is 0 and 1.
function sheetGeometry(n, rim) {
  const geometry = new BufferGeometry(), position = [], index = [];
  if (!rim) {
    for (let j = 0; j <= n; j++) for (let i = 0; i <= n; i++) position.push(i / n, j / n, 0);
    for (let j = 0; j < n; j++)
      for (let i = 0; i < n; i++) {
        const k = j * (n + 1) + i;
        index.push(k, k + 1, k + n + 1, k + 1, k + n + 2, k + n + 1);
      }
  } else {
    const sides = [(t) => [t, 0], (t) => [1, t], (t) => [1 - t, 1], (t) => [0, 1 - t]];
    for (const side of sides)
      for (let i = 0; i <= n; i++) {
        const [x, y] = side(i / n), k = position.length / 3;
        position.push(x, y, 0, x, y, 1);
        if (i < n) index.push(k, k + 1, k + 2, k + 1, k + 3, k + 2);
      }
  }
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(position), 3));
  geometry.setIndex(index);
  return geometry;
}

function texture(data, w, h, type, filter) {
  const t = new DataTexture(data, w, h, RGBAFormat, type);
  t.minFilter = t.magFilter = filter;
  t.needsUpdate = true;
  return t;
}

export class Stage {
  constructor(canvas) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, preserveDrawingBuffer: false, powerPreference: "high-performance" });
    this.renderer.sortObjects = true;
    this.scene = new Scene();
    this.camera = new PerspectiveCamera(22, 1, 0.05, 60);
    this.camera.up.set(0, 0, 1);
    const value = (v) => ({ value: v });
    this.shared = {
      nodeA: value(null), nodeB: value(null), lightA: value(null), lightB: value(null),
      rectA: value(new Vector4()), rectB: value(new Vector4()), change: value(0), ramp: value(null),
      sun: value(new Vector3(0, 0, 1)), sunColour: value(new Vector3()), skyColour: value(new Vector3()), groundColour: value(new Vector3()),
      every: value(0), first: value(0), pixel: value(1), lineStrength: value(1),
    };
    this.makeSheet();
    this.makeGround();
    this.makeBall();
    this.paths = new Group();
    this.scene.add(this.paths);
    this.prepared = new Map();
  }

  material(program, uniforms, more = {}) {
    return new ShaderMaterial({ vertexShader: program.vertex, fragmentShader: program.fragment, glslVersion: GLSL3, uniforms: { ...this.shared, ...uniforms }, ...more });
  }

  add(geometry, material, order) {
    const mesh = new Mesh(geometry, material);
    mesh.frustumCulled = false;
    mesh.renderOrder = order;
    this.scene.add(mesh);
    return mesh;
  }

  makeSheet() {
    const uniforms = (side) => ({ side: { value: side }, thickness: { value: THICKNESS } });
    this.sheet = this.add(sheetGeometry(MESH, false), this.material(glsl.surface, uniforms(0), { side: DoubleSide }), 1);
    this.rim = this.add(sheetGeometry(MESH, true), this.material(glsl.surface, uniforms(1), { side: DoubleSide }), 1);
  }

  makeGround() {
    const g = new BufferGeometry();
    g.setAttribute("position", new BufferAttribute(new Float32Array([-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0]), 3));
    g.setIndex([0, 1, 2, 0, 2, 3]);
    const value = (v) => ({ value: v });
    this.groundUniforms = {
      middle: value(new Vector2()), level: value(0), wide: value(5), drop: value(0.4), showLines: value(1), dark: value(0),
      paper: value(new Vector3()), plate: value(new Vector3()), back: value(new Vector3()),
    };
    this.ground = this.add(g, this.material(glsl.ground, this.groundUniforms), 0);
  }

  makeBall() {
    const value = (v) => ({ value: v });
    this.ballUniforms = {
      body: value(linear("#d1222a")), band: value(linear("#fbf6ec")), lampLeft: value(new Vector3()), lampRight: value(new Vector3()),
      under: value(new Vector3(0.4, 0.4, 0.4)), reached: value(1),
    };
    this.ball = this.add(new SphereGeometry(1, 48, 32), this.material(glsl.ball, this.ballUniforms), 2);
    this.ball.visible = false;
  }

  // ---- what is shown ----

  setLook(name) {
    const look = looks[name], { shared: s, groundUniforms: g } = this;
    s.sunColour.value.fromArray(look.sun).multiplyScalar(look.sunGain);
    s.skyColour.value.fromArray(look.sky);
    s.groundColour.value.fromArray(look.under);
    g.paper.value.copy(linear(look.paper));
    g.plate.value.copy(linear(look.plate));
    g.back.value.copy(linear(look.back));
    g.dark.value = +(name === "dark");
    this.renderer.setClearColor(new Color(look.back), 1);
  }

  setRamp(colours) {
    const rgba = new Uint8Array(1024).fill(255);
    for (let i = 0; i < 256; i++) rgba.set(colours.subarray(3 * i, 3 * i + 3), 4 * i);
    this.shared.ramp.value?.dispose();
    this.shared.ramp.value = texture(rgba, 256, 1, undefined, LinearFilter);
  }

  // The lamp stands to the left of the camera that looks from `azimuth`.
  setSun(azimuth) {
    const at = azimuth - (75 * Math.PI) / 180, rise = (38 * Math.PI) / 180, s = this.shared.sun.value;
    s.set(Math.cos(at) * Math.cos(rise), Math.sin(at) * Math.cos(rise), Math.sin(rise));
    this.ballUniforms.lampLeft.value.copy(s);
    const right = azimuth + (60 * Math.PI) / 180;
    this.ballUniforms.lampRight.value.set(Math.cos(right) * 0.75, Math.sin(right) * 0.75, 0.66);
    this.forget();
  }

  // Textures of a landscape, made when they are needed.
  prepare(land) {
    let p = this.prepared.get(land);
    if (p) return p;
    const { mx, my, node } = land.sampleFine(), s = land.surface;
    const bx = Math.min(BAKED, mx), by = Math.min(BAKED, my), heights = new Float32Array(bx * by);
    for (let j = 0; j < by; j++)
      for (let i = 0; i < bx; i++) {
        const a = Math.round((i * (mx - 1)) / (bx - 1)), b = Math.round((j * (my - 1)) / (by - 1));
        heights[j * bx + i] = node[4 * (b * mx + a)];
      }
    const light = bake(heights, bx, by, s.x1 - s.x0, s.y1 - s.y0, this.shared.sun.value.toArray());
    p = { node: texture(node, mx, my, FloatType, NearestFilter), light: texture(light, bx, by, undefined, LinearFilter) };
    p.bytes = light;
    p.size = [bx, by];
    this.prepared.set(land, p);
    return p;
  }

  // Heights or light have changed.
  forget() {
    for (const p of this.prepared.values()) {
      p.node.dispose();
      p.light.dispose();
    }
    this.prepared.clear();
  }

  show(land, next, change) {
    const a = this.prepare(land), b = next ? this.prepare(next) : a, { shared: s } = this, other = next ?? land;
    s.nodeA.value = a.node;
    s.lightA.value = a.light;
    s.nodeB.value = b.node;
    s.lightB.value = b.light;
    s.rectA.value.fromArray(land.rect);
    s.rectB.value.fromArray(other.rect);
    s.change.value = next ? change : 0;
    const mix = (f) => f(land) + (f(other) - f(land)) * s.change.value;
    this.level = mix((l) => l.surface.low - GAP);
    this.groundUniforms.level.value = this.level;
    this.groundUniforms.drop.value = GAP + 0.15;
    this.middle = new Vector3(mix((l) => (l.rect[0] + l.rect[2]) / 2), mix((l) => (l.rect[1] + l.rect[3]) / 2), mix((l) => (l.surface.low + Math.min(l.surface.high, l.surface.low + l.size)) / 2) - 0.06);
    this.groundUniforms.middle.value.set(this.middle.x, this.middle.y);
  }

  // ---- the ball ----

  // A sphere that touches the sheet at (x, y): its centre as high as it must be not to cut into it.
  centre(heightAt, slope, x, y, radius) {
    const n = 1 / Math.hypot(slope.x, slope.y, 1), cx = x - slope.x * n * radius, cy = y - slope.y * n * radius;
    let z = -Infinity;
    for (let ring = 0; ring <= 4; ring++)
      for (let k = 0, m = ring ? 6 + 2 * ring : 1; k < m; k++) {
        const d = (ring / 4.2) * radius, angle = (2 * Math.PI * k) / m;
        z = Math.max(z, heightAt(cx + d * Math.cos(angle), cy + d * Math.sin(angle)) + Math.sqrt(radius * radius - d * d));
      }
    return [cx, cy, z];
  }

  placeBall(at, radius, q, reached, under) {
    this.ball.visible = true;
    this.ball.position.set(...at);
    this.ball.scale.setScalar(radius);
    this.ball.quaternion.copy(q);
    this.ballUniforms.reached.value = reached;
    this.ballUniforms.under.value.fromArray(under);
  }

  // How much of sky and lamp reach a place of a landscape.
  reached(land, x, y) {
    const p = this.prepare(land), [x0, y0, x1, y1] = land.rect;
    const i = Math.round(Math.min(Math.max((x - x0) / (x1 - x0), 0), 1) * (p.size[0] - 1)), j = Math.round(Math.min(Math.max((y - y0) / (y1 - y0), 0), 1) * (p.size[1] - 1));
    const k = 4 * (j * p.size[0] + i);
    return [p.bytes[k] / 255, p.bytes[k + 1] / 255];
  }

  // ---- paths ----

  clearPaths() {
    for (const mesh of [...this.paths.children]) {
      mesh.geometry.dispose();
      mesh.material.dispose();
      this.paths.remove(mesh);
    }
  }

  // A tube on the sheet, or with `flat` a line on the ground; cut at uniforms.until.
  addPath(places, along, hex, radius, flat, alpha = 1) {
    const uniforms = { tint: { value: linear(hex) }, alpha: { value: alpha }, until: { value: Infinity }, flat_: { value: +flat } };
    const mesh = new Mesh(tubeGeometry(places, along, radius, flat ? 6 : 10, flat), this.material(glsl.tube, uniforms, { transparent: alpha < 1 }));
    mesh.frustumCulled = false;
    mesh.renderOrder = 2;
    this.paths.add(mesh);
    return { mesh, uniforms };
  }

  addBeads(places, hex, radius) {
    const uniforms = { tint: { value: linear(hex) }, alpha: { value: 1 }, until: { value: Infinity }, flat_: { value: 0 } };
    const sphere = new SphereGeometry(radius, 16, 12), merged = [], along = [];
    const n = sphere.attributes.position.count, index = [...sphere.index.array], all = [], normals = [];
    places.forEach(([x, y, z], k) => {
      for (let i = 0; i < n; i++) {
        merged.push(sphere.attributes.position.getX(i) + x, sphere.attributes.position.getY(i) + y, sphere.attributes.position.getZ(i) + z);
        normals.push(sphere.attributes.normal.getX(i), sphere.attributes.normal.getY(i), sphere.attributes.normal.getZ(i));
        along.push(0);
      }
      for (const i of index) all.push(i + k * n);
    });
    sphere.dispose();
    const g = new BufferGeometry();
    g.setAttribute("position", new BufferAttribute(new Float32Array(merged), 3));
    g.setAttribute("normal", new BufferAttribute(new Float32Array(normals), 3));
    g.setAttribute("along", new BufferAttribute(new Float32Array(along), 1));
    g.setIndex(all);
    const mesh = new Mesh(g, this.material(glsl.tube, uniforms));
    mesh.frustumCulled = false;
    mesh.renderOrder = 2;
    this.paths.add(mesh);
    return { mesh, uniforms };
  }

  resize(width, height, ratio) {
    this.renderer.setPixelRatio(ratio);
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    this.shared.pixel.value = Math.max(1, 0.4 + 0.7 * ratio);
  }

  render() {
    this.renderer.render(this.scene, this.camera);
  }
}

export { Quaternion, Vector3 };

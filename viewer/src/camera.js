// SPDX-License-Identifier: GPL-3.0-or-later
// camera.js -- turning, moving and zooming by mouse, touch and keys, and the place to begin with.
import { Spherical, Vector3 } from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";

const RISE = (33 * Math.PI) / 180, UPRIGHT = (46 * Math.PI) / 180; // on a tall screen

export class Eye {
  constructor(camera, canvas, changed) {
    this.camera = camera;
    this.controls = new OrbitControls(camera, canvas);
    Object.assign(this.controls, { minPolarAngle: 0.02, maxPolarAngle: 1.54, minDistance: 0.6, maxDistance: 30, dampingFactor: 0.12, zoomToCursor: true, rotateSpeed: 0.8 });
    this.controls.addEventListener("change", changed);
    this.offset = new Spherical();
    this.room = { left: 0, right: 0, top: 0, bottom: 0 };
    this.azimuth = -Math.PI / 3;
  }

  set calm(calm) {
    this.controls.enableDamping = !calm;
  }

  // Angles as in the pictures: from the x axis, seen from above, counter-clockwise.
  get angles() {
    const d = this.camera.position.clone().sub(this.controls.target);
    return { azimuth: Math.atan2(d.y, d.x), elevation: Math.atan2(d.z, Math.hypot(d.x, d.y)), distance: d.length() };
  }

  place(azimuth, elevation, distance) {
    const c = Math.cos(elevation);
    this.camera.position.copy(this.controls.target).add(new Vector3(c * Math.cos(azimuth), c * Math.sin(azimuth), Math.sin(elevation)).multiplyScalar(distance));
    this.camera.lookAt(this.controls.target);
    this.camera.updateMatrixWorld();
    this.controls.update();
  }

  // The box, from `low` to `high`, into the part of the window that nothing covers.
  home(middle, low, high, width, height) {
    const { left, right, top, bottom } = this.room, corners = [], rise = height > 1.2 * width ? UPRIGHT : RISE;
    for (let k = 0; k < 8; k++) corners.push(new Vector3(k & 1 ? high[0] : low[0], k & 2 ? high[1] : low[1], k & 4 ? high[2] : low[2]));
    this.controls.target.copy(middle);
    this.camera.clearViewOffset();
    const bounds = (distance) => {
      this.place(this.azimuth, rise, distance);
      const box = { x0: Infinity, x1: -Infinity, y0: Infinity, y1: -Infinity };
      for (const c of corners) {
        const p = c.clone().project(this.camera);
        box.x0 = Math.min(box.x0, p.x);
        box.x1 = Math.max(box.x1, p.x);
        box.y0 = Math.min(box.y0, p.y);
        box.y1 = Math.max(box.y1, p.y);
      }
      return box;
    };
    const w = (2 * Math.max(width - left - right, 100)) / width, h = (2 * Math.max(height - top - bottom, 100)) / height;
    let near = 1, far = 40;
    for (let k = 0; k < 30; k++) {
      const middle_ = 0.5 * (near + far), b = bounds(middle_);
      if (b.x1 - b.x0 > w || b.y1 - b.y0 > h) near = middle_;
      else far = middle_;
    }
    const b = bounds(far);
    const x = ((b.x0 + b.x1) / 4) * width - (left - right) / 2, y = (-(b.y0 + b.y1) / 4) * height - (top - bottom) / 2;
    this.camera.setViewOffset(width, height, x, y, width, height);
    this.distance = far;
  }

  // The camera goes along when the scene moves.
  follow(delta) {
    this.camera.position.add(delta);
    this.controls.target.add(delta);
    this.controls.update();
  }

  turn(dAzimuth, dElevation) {
    const a = this.angles;
    this.place(a.azimuth + dAzimuth, Math.min(Math.max(a.elevation + dElevation, 0.03), 1.55), a.distance);
  }

  zoom(factor) {
    const a = this.angles;
    this.place(a.azimuth, a.elevation, Math.min(Math.max(a.distance * factor, 0.6), 30));
  }

  pan(right, up) {
    const a = this.angles, s = a.distance * 0.05;
    const d = new Vector3(-Math.sin(a.azimuth) * right - Math.cos(a.azimuth) * up, Math.cos(a.azimuth) * right - Math.sin(a.azimuth) * up, 0).multiplyScalar(s);
    this.follow(d);
  }
}

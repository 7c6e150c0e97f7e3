// SPDX-License-Identifier: GPL-3.0-or-later
// bar.js -- the colour bar: ticks at round losses, the contours, and where the ball is.
import { show } from "./scale.js";

export class Bar {
  constructor(root) {
    this.canvas = root.querySelector("#ramp");
    this.ticks = root.querySelector("#ticks");
    this.name = root.querySelector("#bar-name");
    this.needle = document.createElement("i");
    root.append(this.needle);
  }

  // Upright, or on a small screen lying: --t and --at count from the low end.
  lie(lying) {
    this.lying = lying;
    if (this.colours) this.paint();
  }

  paint() {
    const c = this.canvas, n = 256, { colours, lying } = this;
    c.width = lying ? n : 1;
    c.height = lying ? 1 : n;
    const image = c.getContext("2d").createImageData(c.width, c.height);
    for (let i = 0; i < n; i++) image.data.set([...colours.subarray(3 * i, 3 * i + 3), 255], 4 * (lying ? i : n - 1 - i));
    c.getContext("2d").putImageData(image, 0, 0);
  }

  update(scale, colours, clipped) {
    this.colours = colours;
    this.paint();
    this.scale = scale;
    this.shown = scale.ticks(6).map((v) => ({ t: scale.position(v), text: show(v) }));
    this.ticks.replaceChildren(...this.shown.map(({ t, text }) => {
      const e = document.createElement("span");
      e.textContent = text;
      e.style.setProperty("--t", t.toFixed(4));
      return e;
    }));
    this.name.textContent = `loss${clipped ? ", clipped" : ""}`;
  }

  point(loss) {
    const t = Math.min(Math.max(this.scale.position(loss), 0), 1);
    this.needle.hidden = !Number.isFinite(t);
    if (Number.isFinite(t)) this.needle.style.setProperty("--at", t.toFixed(4));
  }
}

// SPDX-License-Identifier: GPL-3.0-or-later
// ui.js -- the controls of the page, and `window.thalweg`, by which programs may drive it:
//
//     thalweg.state              what is shown, as a plain object
//     thalweg.play() pause() seek(seconds) goto(landscape)
//     thalweg.drop(x, y)         a ball at a place of the plane; true if there is ground
//     thalweg.set(key, value)    palette, theme, log, clip, levels, floor, paths, points, axes, speed
//     thalweg.pick(px, py)       the place of the plane under one of the window, or null
//     thalweg.picture()          a promise of a PNG blob
import { picture, savePicture } from "./picture.js";
import { show } from "./scale.js";

const $ = (id) => document.getElementById(id);
const prefers = (what) => matchMedia(`(${what})`).matches;

function stateOf(app, extra) {
  const now = app.now(), { azimuth, elevation, distance } = app.eye.angles, o = app.options;
  return {
    ...extra, playing: app.playing, time: app.time, duration: app.duration, landscape: app.index, landscapes: app.lands.length,
    kind: app.way ? app.way.kind : null, changing: Boolean(app.changing), ball: now && { ...plane(app, now), speed: now.speed },
    camera: { azimuth, elevation, distance }, options: { ...o }, hover: app.hover ?? null,
  };
}

function plane(app, now) {
  const [x, y] = app.land.toPlane(now.x, now.y);
  return app.read(x, y);
}

// ---- words ----

function readout(app) {
  const now = app.state, many = app.lands.length > 1;
  if (!now || app.changing) return app.changing ? "on to the next landscape" : "";
  const r = plane(app, now), parts = [];
  if (many) parts.push(`landscape ${app.index + 1} of ${app.lands.length}`);
  if (app.way.kind === "training") {
    const k = Math.round(now.part.index[Math.round(now.at)] ?? 0), t = app.way.track;
    parts.push(`${t.name}, step ${t.step[k]}`, `loss ${show(t.loss[k], 4)}`);
  } else parts.push(`loss ${show(r.loss, 4)}`, `speed ${now.speed.toFixed(2)}`);
  if (Number.isFinite(r.accuracy)) parts.push(`accuracy ${(100 * r.accuracy).toFixed(1)} %`);
  return parts.join("  \u00b7  ");
}

function tipText(r) {
  const rows = [["x", show(r.x, 4)], ["y", show(r.y, 4)], ["loss", show(r.loss, 4)]];
  if (Number.isFinite(r.accuracy)) rows.push(["accuracy", `${(100 * r.accuracy).toFixed(1)} %`]);
  if (Number.isFinite(r.testLoss)) rows.push(["test loss", show(r.testLoss, 4)]);
  if (Number.isFinite(r.testAccuracy)) rows.push(["test acc.", `${(100 * r.testAccuracy).toFixed(1)} %`]);
  return rows.flatMap(([k, v]) => [Object.assign(document.createElement("b"), { textContent: k }), Object.assign(document.createElement("span"), { textContent: v })]);
}

// ---- the deck ----

function connectDeck(app) {
  const scrub = $("scrub");
  $("play").onclick = () => (app.playing ? app.pause() : app.play());
  scrub.oninput = () => {
    app.pause();
    app.seek(Number(scrub.value) * app.duration);
  };
  $("speed").onchange = () => app.set("speed", Number($("speed").value));
  $("recorded").onclick = () => app.backToRecorded();
  if (app.lands.length > 1)
    $("lands").replaceChildren(...app.lands.map((land, k) => {
      const b = document.createElement("button");
      b.textContent = String(k + 1);
      b.setAttribute("aria-label", `Landscape ${k + 1}: ${land.raw.x.label}, ${land.raw.y.label}`);
      b.title = `${land.raw.x.label}, ${land.raw.y.label}`;
      b.onclick = () => app.goto(k);
      return b;
    }));
  $("deck").classList.toggle("still", !app.way);
}

function clock(seconds) {
  const s = Math.max(0, Math.round(seconds));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

let chaptersOf = null;

function showDeck(app) {
  const scrub = $("scrub"), share = app.duration ? app.time / app.duration : 0;
  if (document.activeElement !== scrub || app.playing) scrub.value = share;
  scrub.style.setProperty("--at", share.toFixed(4));
  scrub.setAttribute("aria-valuetext", `${clock(app.time)} of ${clock(app.duration)}`);
  const play = $("play"), word = app.playing ? "Pause" : "Play";
  if (play.getAttribute("aria-label") !== word) {
    play.setAttribute("aria-label", word);
    $("play-icon").setAttribute("d", app.playing ? "M7 5h4v14H7zM13 5h4v14h-4z" : "M8 5v14l11-7z");
  }
  $("clock").textContent = `${clock(app.time)} / ${clock(app.duration)}`;
  $("readout").textContent = readout(app);
  $("hint").hidden = Boolean(app.dropped);
  $("recorded").hidden = app.way?.kind !== "dropped" || !app.recorded;
  $("deck").classList.toggle("still", !app.way);
  [...$("lands").children].forEach((b, k) => b.setAttribute("aria-pressed", String(k === app.index)));
  if (chaptersOf !== app.way) {
    chaptersOf = app.way;
    $("chapters").replaceChildren(...(app.way ? app.way.parts.slice(1) : []).map((p) => {
      const e = document.createElement("i");
      e.style.left = `${(100 * p.begin) / app.duration}%`;
      return e;
    }));
  }
  if (app.state && !app.changing) app.bar.point(plane(app, app.state).loss);
}

// ---- the panel ----

function connectPanel(app) {
  const option = (name) => Object.assign(document.createElement("option"), { value: name, textContent: name });
  $("palette").replaceChildren(...app.data.palettes.map((p) => option(p.name)));
  $("palette").value = app.options.palette;
  $("palette").onchange = () => app.set("palette", $("palette").value);
  $("log").value = app.options.log ? "log" : "linear";
  $("log").disabled = !app.lands.some((l) => l.hasLog);
  $("log").onchange = () => app.set("log", $("log").value === "log");
  $("clip").onchange = () => app.set("clip", Number($("clip").value));
  $("clip").oninput = () => { $("clip-value").textContent = $("clip").value === "1" ? "off" : show(new app.land.scale.constructor(app.land.scale.log, app.land.scale.log ? app.land.raw.log_ends : app.land.raw.linear_ends, app.land.least, Number($("clip").value)).hi); };
  $("clip").oninput();
  $("levels").oninput = () => {
    $("levels-value").textContent = $("levels").value;
    app.set("levels", Number($("levels").value));
  };
  $("levels-value").textContent = $("levels").value;
  for (const key of ["floor", "paths", "points", "axes"]) $(key).onchange = () => {
    app.set(key, $(key).checked);
    if (key === "floor") app.rebuild();
  };
  $("provenance").replaceChildren(...app.data.provenance.flatMap(([k, v]) => [Object.assign(document.createElement("dt"), { textContent: k }), Object.assign(document.createElement("dd"), { textContent: v })]));
}

function togglePanel(open = $("panel").hidden) {
  $("panel").hidden = !open;
  $("options").setAttribute("aria-expanded", String(open));
}

// ---- pointer and keys ----

function connectPointer(app) {
  const view = $("view"), tip = $("tip");
  let down = null;
  const hide = () => {
    tip.hidden = true;
    app.hover = null;
  };
  view.addEventListener("pointerdown", (e) => {
    down = e.isPrimary && e.button === 0 ? { x: e.clientX, y: e.clientY, at: performance.now() } : null;
    hide();
  });
  view.addEventListener("pointerup", (e) => {
    if (!down || Math.hypot(e.clientX - down.x, e.clientY - down.y) > 6 || performance.now() - down.at > 600) return;
    const p = app.pick(e.clientX, e.clientY);
    if (p) app.drop(p.x, p.y);
    document.body.classList.add("touched");
  });
  view.addEventListener("pointermove", (e) => {
    if (e.buttons || e.pointerType === "touch") return hide();
    const p = app.pick(e.clientX, e.clientY);
    if (!p) return hide();
    app.hover = app.read(p.x, p.y);
    tip.replaceChildren(...tipText(app.hover));
    tip.hidden = false;
    const right = e.clientX + 190 > app.size.width;
    tip.style.transform = `translate(${right ? e.clientX - 14 : e.clientX + 16}px, ${Math.min(e.clientY + 14, app.size.height - 150)}px)${right ? " translateX(-100%)" : ""}`;
  });
  view.addEventListener("pointerleave", hide);
}

function onKey(app, e) {
  if (e.ctrlKey || e.metaKey || e.altKey || /^(SELECT|TEXTAREA)$/.test(e.target.tagName)) return;
  const inRange = e.target.tagName === "INPUT", onButton = e.target.tagName === "BUTTON" || e.target.tagName === "SUMMARY";
  const turn = e.shiftKey ? (x, y) => app.eye.pan(x, y) : (x, y) => app.eye.turn(x * 0.09, y * 0.06);
  const keys = {
    " ": () => (app.playing ? app.pause() : app.play()), ",": () => { app.pause(); app.seek(app.time - 0.1); }, ".": () => { app.pause(); app.seek(app.time + 0.1); },
    "[": () => app.goto(Math.max(app.index - 1, 0)), "]": () => app.goto(Math.min(app.index + 1, app.lands.length - 1)),
    ArrowLeft: () => turn(-1, 0), ArrowRight: () => turn(1, 0), ArrowUp: () => turn(0, 1), ArrowDown: () => turn(0, -1),
    "+": () => app.eye.zoom(0.9), "=": () => app.eye.zoom(0.9), "-": () => app.eye.zoom(1 / 0.9), Home: () => app.home(), r: () => app.backToRecorded(),
    b: () => { const p = app.pick(app.size.width / 2, app.size.height / 2); if (p) app.drop(p.x, p.y); },
    t: () => $("theme").click(), s: () => $("shot").click(), o: () => $("options").click(), Escape: () => togglePanel(false),
  };
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key, act = keys[key];
  if (!act || (inRange && /^(Arrow|Home| )/.test(key)) || (onButton && key === " ")) return;
  e.preventDefault();
  act();
  app.dirty = true;
}

// ---- all of it ----

function connectWindow(app) {
  const measure = () => {
    const small = innerWidth < 700;
    app.bar.lie(small);
    $("bar").style.setProperty("--bar-top", `${$("head").offsetHeight + 24}px`);
    app.eye.room = { left: small ? 26 : 40, right: small ? 12 : 110, top: $("head").offsetHeight + (small ? 66 : 10), bottom: $("deck").offsetHeight + (small ? 14 : 22) };
    app.resize(innerWidth, innerHeight, Math.min(devicePixelRatio || 1, 2));
  };
  addEventListener("resize", measure);
  measure();
}

export function connect(app, begun) {
  const calm = prefers("prefers-reduced-motion: reduce"), extra = { frames: 0, firstFrame: 0, calm };
  const wish = app.data.options.theme;
  app.options.theme = wish === "auto" ? (prefers("prefers-color-scheme: dark") ? "dark" : "light") : wish;
  app.calm = app.eye.calm = calm;
  app.rebuild();
  connectDeck(app);
  connectPanel(app);
  connectPointer(app);
  $("home").onclick = () => app.home();
  $("theme").onclick = () => app.set("theme", app.options.theme === "dark" ? "light" : "dark");
  $("shot").onclick = () => savePicture(app, "landscape.png");
  $("options").onclick = () => togglePanel();
  addEventListener("keydown", (e) => onKey(app, e));
  connectWindow(app);
  let last = 0;
  const frame = (at) => {
    const dt = Math.min((at - last) / 1000, 0.1);
    last = at;
    if (app.playing && extra.frames > 0) {
      app.time += dt * app.options.speed;
      app.dirty = true;
      if (app.time >= app.duration) {
        app.time = app.duration;
        app.playing = false;
      }
    }
    app.eye.controls.update();
    if (app.dirty) {
      app.dirty = false;
      app.update();
      app.draw();
      showDeck(app);
      extra.frames++;
      if (extra.frames === 1) {
        extra.firstFrame = performance.now() - begun;
        setTimeout(() => app.prepareAll(), 700);
      }
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  if (app.data.options.play && !calm) app.play();
  return {
    get state() { return stateOf(app, extra); },
    play: () => app.play(), pause: () => app.pause(), seek: (t) => app.seek(t), goto: (k) => app.goto(k), drop: (x, y) => app.drop(x, y),
    set: (k, v) => app.set(k, v), pick: (x, y) => app.pick(x, y), picture: () => picture(app),
  };
}

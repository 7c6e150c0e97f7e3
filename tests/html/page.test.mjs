// SPDX-License-Identifier: GPL-3.0-or-later
// page.test.mjs -- the page in a browser, from a file, with no network: it draws, and every control does
// what it says. Environment: CHROMIUM the browser, SCRATCH a folder, BALL a page with a ball in four
// landscapes, HOSTILE one whose title and names are HTML.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./chromium.mjs";

const { CHROMIUM, SCRATCH, BALL, HOSTILE } = process.env;
const url = (file) => `file://${file}`;
const ready = "window.thalweg && thalweg.state.frames > 0";
let browser;

before(async () => { browser = await launch(CHROMIUM, `${SCRATCH}/profile`); });
after(() => browser.close());

async function open(file, more = {}) {
  const page = await browser.open(url(file), { width: 480, height: 380, calm: true, ...more });
  await page.until(ready);
  return page;
}

const state = (page) => page.run("thalweg.state");
const nextFrame = (page) => page.run("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(0))))");

// Nothing was fetched but the page itself, and nobody complained.
function quiet(page, file) {
  assert.deepEqual(page.requests.filter((r) => r !== url(file) && !r.startsWith("blob:")), []);
  assert.deepEqual(page.problems, []);
}

// How many colours there are in the picture, and its size.
const colours = `thalweg.picture().then((blob) => createImageBitmap(blob)).then((b) => {
  const c = new OffscreenCanvas(b.width, b.height).getContext("2d");
  c.drawImage(b, 0, 0);
  const d = new Uint32Array(c.getImageData(0, 0, b.width, b.height).data.buffer), seen = new Set();
  for (let i = 0; i < d.length; i += 7) seen.add(d[i]);
  return { width: b.width, height: b.height, colours: seen.size };
})`;

// A place of the window where there is ground.
const ground = `(() => { for (let y = 130; y < 260; y += 8) for (let x = 90; x < 400; x += 8) {
  const p = thalweg.pick(x, y); if (p && Math.abs(p.x) > 1) return { px: x, py: y, ...p }; } })()`;

test("it opens, draws, and asks for nothing", async () => {
  const page = await open(BALL, { width: 800, height: 600 }), s = await state(page), picture = await page.run(colours);
  assert.equal(s.landscapes, 4);
  assert.equal(s.kind, "recorded");
  assert.equal(s.playing, false, "reduced motion: nothing moves by itself");
  assert.equal(picture.width, 800);
  assert.equal(picture.height, 600);
  assert.ok(picture.colours > 500, `${picture.colours} colours`);
  assert.match(await page.run("document.title"), /a ball in four landscapes/);
  assert.ok((await page.run("document.querySelectorAll('#labels .tick:not([hidden])').length")) >= 8);
  assert.equal(await page.run("[...document.querySelectorAll('button, select, input, canvas#view')].filter((e) => e.checkVisibility() && !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length)).length"), 0, "all have names");
  quiet(page, BALL);
  await page.close();
});

test("no network can be reached from the page", async () => {
  const page = await open(BALL);
  const tried = await page.run("Promise.all([fetch('http://127.0.0.1:9/').then(() => 'let through', () => 'refused'), new Promise((r) => { const i = new Image(); i.onload = () => r('let through'); i.onerror = () => r('refused'); i.src = 'http://127.0.0.1:9/x.png'; })])");
  assert.deepEqual(tried, ["refused", "refused"]);
  assert.ok(page.problems.some((p) => /Content Security Policy/i.test(p)));
  await page.run("(() => { const s = document.createElement('script'); s.textContent = 'window.intruder = 1'; document.body.append(s); })()");
  assert.equal(await page.run("window.intruder"), undefined);
  await page.close();
});

test("play, pause, scrub, speed and landscapes", async () => {
  const page = await open(BALL);
  await page.run("document.getElementById('play').click()");
  await page.until("thalweg.state.time > 0.2");
  assert.ok((await state(page)).playing);
  assert.equal(await page.run("document.getElementById('play').getAttribute('aria-label')"), "Pause");
  await page.run("document.getElementById('play').click()");
  const { time, playing } = await state(page);
  assert.equal(playing, false);
  await nextFrame(page);
  assert.equal((await state(page)).time, time);
  await page.run("(() => { const s = document.getElementById('scrub'); s.value = 0.25; s.dispatchEvent(new Event('input')); })()");
  await nextFrame(page);
  const s = await state(page);
  assert.ok(Math.abs(s.time - 0.25 * s.duration) < 0.01 * s.duration);
  await page.run("document.querySelectorAll('#lands button')[2].click()");
  await nextFrame(page);
  assert.equal((await state(page)).landscape, 2);
  const before_ = await state(page);
  // In the change between two: the ball stands still, and it is the lower landscape that comes.
  await page.run(`thalweg.seek(${before_.time - 0.9})`);
  await nextFrame(page);
  const change = await state(page);
  assert.ok(change.changing);
  await page.run(`thalweg.seek(${s.duration})`);
  await nextFrame(page);
  const end = await state(page);
  assert.equal(end.landscape, 3);
  assert.ok(end.ball.loss < s.ball.loss && end.ball.speed < 1e-6);
  quiet(page, BALL);
  await page.close();
});

test("a click drops the ball, which rolls down; a drag turns and drops nothing", async () => {
  const page = await open(BALL), at = await page.run(ground);
  await page.mouse("mouseMoved", at.px, at.py);
  await nextFrame(page);
  const hover = await state(page);
  assert.ok(Math.abs(hover.hover.x - at.x) < 0.05 && hover.hover.loss > 0 && hover.hover.accuracy >= 0);
  assert.match(await page.run("document.getElementById('tip').textContent"), /loss.*accuracy/);
  await page.mouse("mousePressed", at.px, at.py);
  await page.mouse("mouseMoved", at.px + 90, at.py, { buttons: 1 });
  await page.mouse("mouseMoved", at.px + 120, at.py + 10, { buttons: 1 });
  await page.mouse("mouseReleased", at.px + 120, at.py + 10);
  await nextFrame(page);
  const turned = await state(page);
  assert.equal(turned.kind, "recorded");
  assert.ok(Math.abs(turned.camera.azimuth - hover.camera.azimuth) > 0.1);
  const place = await page.run(ground);
  await page.click(place.px, place.py);
  await page.until("thalweg.state.kind === 'dropped'");
  const begin = await page.run(`thalweg.pause(), thalweg.seek(0), thalweg.state`);
  assert.ok(Math.hypot(begin.ball.x - place.x, begin.ball.y - place.y) < 0.02);
  const end = await page.run("thalweg.seek(1e9), thalweg.state");
  assert.ok(end.ball.loss < begin.ball.loss);
  await page.run("document.getElementById('recorded').click()");
  assert.equal((await state(page)).kind, "recorded");
  assert.equal(await page.run("thalweg.drop(1e6, 0)"), false, "no ground there");
  quiet(page, BALL);
  await page.close();
});

test("keys", async () => {
  const page = await open(BALL), begin = await state(page);
  await page.run("document.getElementById('view').focus()");
  await page.key("ArrowRight");
  await page.key("ArrowUp");
  let s = await state(page);
  assert.ok(s.camera.azimuth > begin.camera.azimuth && s.camera.elevation > begin.camera.elevation);
  await page.key("+", "+");
  assert.ok((await state(page)).camera.distance < s.camera.distance);
  await page.key("Home");
  s = await state(page);
  assert.ok(Math.abs(s.camera.distance - begin.camera.distance) < 1e-3);
  await page.key(".", ".");
  assert.ok(Math.abs((await state(page)).time - 0.1) < 1e-6);
  await page.key("]", "]");
  await nextFrame(page);
  assert.equal((await state(page)).landscape, 1);
  await page.key(" ", " ");
  assert.ok((await state(page)).playing);
  await page.key(" ", " ");
  await page.key("b", "b");
  assert.equal((await state(page)).kind, "dropped");
  await page.key("t", "t");
  assert.equal((await state(page)).options.theme, "dark");
  await page.key("o", "o");
  assert.equal(await page.run("document.getElementById('panel').hidden"), false);
  quiet(page, BALL);
  await page.close();
});

test("options: colours, heights, clip, and the picture to save", async () => {
  const page = await open(BALL, { dark: true, touch: true, width: 390, height: 560 });
  assert.equal((await state(page)).options.theme, "dark");
  const one = await page.run(colours);
  await page.run("thalweg.set('palette', 'magma'), thalweg.set('log', false), thalweg.set('clip', 0.5), thalweg.set('floor', false)");
  await nextFrame(page);
  const s = await state(page), two = await page.run(colours);
  assert.equal(s.options.palette, "magma");
  assert.ok(one.colours > 300 && two.colours > 300);
  assert.match(await page.run("document.getElementById('bar-name').textContent"), /clipped/);
  assert.ok(await page.run("thalweg.goto(3), thalweg.drop(0.5, 0.5)"), "a ball rolls on the new heights, too");
  assert.equal(await page.run("document.documentElement.scrollWidth"), 390, "nothing sticks out");
  quiet(page, BALL);
  await page.close();
});

test("it begins to play where motion is welcome", async () => {
  const page = await browser.open(url(BALL), { width: 320, height: 300 });
  await page.until("window.thalweg && thalweg.state.time > 0.1");
  assert.ok((await state(page)).playing);
  await page.close();
});

test("titles and names are text, whatever is in them", async () => {
  const page = await open(HOSTILE);
  assert.equal(await page.run("document.title"), "</title></script><script>window.bad=1</script><img src=x onerror=bad=1>&amp;");
  assert.equal(await page.run("document.getElementById('title').textContent"), await page.run("document.title"));
  assert.equal(await page.run("window.bad"), undefined);
  assert.equal(await page.run("document.images.length"), 0);
  assert.equal((await state(page)).kind, "training");
  await page.run("thalweg.seek(1e9)");
  await nextFrame(page);
  assert.match(await page.run("document.getElementById('readout').textContent"), /<\/script><b>/);
  quiet(page, HOSTILE);
  await page.close();
});

test("without WebGL, and without data, it says so", async () => {
  const page = await browser.open(url(BALL), { before: "HTMLCanvasElement.prototype.getContext = () => null;" });
  await page.until("!document.getElementById('message').hidden");
  assert.match(await page.run("document.getElementById('message').textContent"), /WebGL 2/);
  assert.match(await page.run("document.getElementById('title').textContent"), /four landscapes/);
  await page.close();
  const cut = await browser.open(url(process.env.CUT));
  await cut.until("!document.getElementById('message').hidden");
  assert.match(await cut.run("document.getElementById('message').textContent"), /cannot be read/);
  await cut.close();
});

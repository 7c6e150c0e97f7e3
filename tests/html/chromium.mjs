// SPDX-License-Identifier: GPL-3.0-or-later
// chromium.mjs -- a headless Chromium that draws in software, driven through its DevTools pipe.
//
//     const browser = await launch(program, scratchFolder);
//     const page = await browser.open(url, {width, height, scale, touch, dark, calm, noWebGL});
//     await page.run("1 + 1"), page.mouse(...), page.key(...), page.screenshot(file)
//     page.requests, page.problems        what it asked the network for, what it complained of
//     await browser.close();
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";

class Pipe {
  constructor(child) {
    this.child = child;
    this.next = 1;
    this.waiting = new Map();
    this.listeners = [];
    let rest = "";
    child.stdio[4].setEncoding("utf8").on("data", (text) => {
      const parts = (rest + text).split("\0");
      rest = parts.pop();
      for (const p of parts) this.receive(JSON.parse(p));
    });
    child.on("exit", () => {
      for (const { fail } of this.waiting.values()) fail(new Error("the browser has ended"));
    });
  }

  receive(m) {
    if (!m.id) return this.listeners.forEach((l) => l(m));
    const { done, fail } = this.waiting.get(m.id);
    this.waiting.delete(m.id);
    if (m.error) fail(new Error(`${m.error.message} ${m.error.data ?? ""}`));
    else done(m.result);
  }

  send(method, params = {}, sessionId = undefined) {
    const id = this.next++;
    this.child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((done, fail) => this.waiting.set(id, { done, fail }));
  }
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

class Page {
  constructor(pipe, session) {
    Object.assign(this, { pipe, session, requests: [], problems: [] });
    pipe.listeners.push((m) => {
      if (m.sessionId !== session) return;
      if (m.method === "Network.requestWillBeSent") this.requests.push(m.params.request.url);
      if (m.method === "Runtime.exceptionThrown") this.problems.push(m.params.exceptionDetails.exception?.description ?? m.params.exceptionDetails.text);
      if (m.method === "Runtime.consoleAPICalled" && /error|warning|assert/.test(m.params.type)) this.problems.push(m.params.args.map((a) => a.value ?? a.description).join(" "));
      if (m.method === "Log.entryAdded" && /error|warning/.test(m.params.entry.level)) this.problems.push(m.params.entry.text);
    });
  }

  send(method, params) {
    return this.pipe.send(method, params, this.session);
  }

  // The value of an expression, awaited.
  async run(expression) {
    const r = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (r.exceptionDetails) throw new Error(`${expression}: ${r.exceptionDetails.exception?.description ?? r.exceptionDetails.text}`);
    return r.result.value;
  }

  async until(expression, seconds = 90) {
    for (const end = Date.now() + 1000 * seconds; Date.now() < end; await sleep(50)) if (await this.run(expression)) return;
    throw new Error(`not within ${seconds} s: ${expression}`);
  }

  async mouse(type, x, y, more = {}) {
    await this.send("Input.dispatchMouseEvent", { type, x, y, button: type === "mouseMoved" && !more.buttons ? "none" : "left", clickCount: 1, ...more });
  }

  async click(x, y) {
    await this.mouse("mouseMoved", x, y);
    await this.mouse("mousePressed", x, y);
    await this.mouse("mouseReleased", x, y);
  }

  async key(key, text = undefined, more = {}) {
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", key, text, ...more });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", key, ...more });
  }

  async screenshot(file) {
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    writeFileSync(file, Buffer.from(data, "base64"));
    return Buffer.from(data, "base64");
  }
}

export async function launch(program, scratch) {
  const child = spawn(program, [
    "--headless=new", "--remote-debugging-pipe", `--user-data-dir=${scratch}`, "--no-sandbox", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--hide-scrollbars", "--force-color-profile=srgb", "about:blank",
  ], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const pipe = new Pipe(child);
  return {
    async open(url, { width = 1440, height = 900, scale = 1, touch = false, dark = false, calm = false, before = "" } = {}) {
      const { targetId } = await pipe.send("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await pipe.send("Target.attachToTarget", { targetId, flatten: true });
      const page = new Page(pipe, sessionId);
      for (const domain of ["Page", "Runtime", "Network", "Log"]) await page.send(`${domain}.enable`);
      await page.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: scale, mobile: touch });
      await page.send("Emulation.setTouchEmulationEnabled", { enabled: touch });
      await page.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }, { name: "prefers-reduced-motion", value: calm ? "reduce" : "no-preference" }] });
      if (before) await page.send("Page.addScriptToEvaluateOnNewDocument", { source: before });
      await page.send("Page.navigate", { url });
      await page.until("document.readyState === 'complete'");
      page.close = () => pipe.send("Target.closeTarget", { targetId });
      return page;
    },
    async close() {
      const ended = new Promise((done) => child.on("exit", done));
      await pipe.send("Browser.close").catch(() => {});
      await Promise.race([ended, sleep(3000)]);
      child.kill("SIGKILL");
    },
  };
}

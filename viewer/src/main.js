// SPDX-License-Identifier: GPL-3.0-or-later
// main.js -- from the data in the page to the page at work.
import { App } from "./app.js";
import { connect } from "./ui.js";
import { read } from "./data.js";

const $ = (id) => document.getElementById(id);

function say(text) {
  $("message").textContent = text;
  $("message").hidden = false;
  document.body.classList.add("broken");
}

function hasWebGL() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

function start() {
  const begun = performance.now();
  let data;
  try {
    data = read($("data").textContent);
  } catch (e) {
    say(`The data in this page cannot be read (${e.message}). Perhaps the file is not whole.`);
    return;
  }
  $("title").textContent = data.title;
  $("subtitle").textContent = data.subtitle;
  if (!hasWebGL()) {
    say("This page draws with WebGL 2, which this browser does not offer or has switched off. Another browser, or hardware acceleration in the settings of this one, will show the landscape.");
    return;
  }
  const app = new App(data, { view: $("view"), labels: $("labels"), bar: $("bar"), legend: $("legend") });
  window.thalweg = connect(app, begun);
}

start();

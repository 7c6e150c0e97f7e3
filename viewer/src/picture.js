// SPDX-License-Identifier: GPL-3.0-or-later
// picture.js -- what is on the screen as a PNG, words included, controls not.

const sans = 'Inter, system-ui, "Segoe UI", Roboto, sans-serif';

export function picture(app) {
  const { stage, labels, bar } = app, { width, height } = app.size, view = stage.renderer.domElement, ratio = view.width / width;
  app.draw(); // in this very task, or the browser may have cleared it
  const out = document.createElement("canvas");
  out.width = view.width;
  out.height = view.height;
  const c = out.getContext("2d");
  c.drawImage(view, 0, 0);
  c.scale(ratio, ratio);
  const style = getComputedStyle(document.documentElement), ink = style.getPropertyValue("--ink"), faint = style.getPropertyValue("--faint");
  c.textBaseline = "middle";
  c.textAlign = "center";
  for (const l of labels.shown) {
    if (l.always) {
      c.lineWidth = 1.5;
      c.fillStyle = "#fff";
      c.strokeStyle = "#000";
      c.beginPath();
      if (l.kind.includes("saddle")) for (const [x, y] of [[5, 0], [0, 5], [-5, 0], [0, -5], [5, 0]]) c.lineTo(l.x + x, l.y + y);
      else c.arc(l.x, l.y, 4, 0, 7);
      c.fill();
      c.stroke();
      continue;
    }
    c.font = `${l.kind === "name" ? "500 " : ""}12px ${sans}`;
    c.fillStyle = l.kind === "tick" ? faint : ink;
    c.strokeStyle = style.getPropertyValue("--back");
    c.globalAlpha = 0.7;
    c.lineWidth = 3;
    c.strokeText(l.text, l.x, l.y);
    c.globalAlpha = 1;
    c.fillText(l.text, l.x, l.y);
  }
  c.textAlign = "left";
  c.fillStyle = ink;
  c.font = `600 17px ${sans}`;
  c.fillText(app.data.title, 22, 30, width - 44);
  c.fillStyle = faint;
  c.font = `13px ${sans}`;
  c.fillText(app.data.subtitle, 22, 52, width - 44);
  for (const e of app.el.legend.hidden ? [] : app.el.legend.children) {
    const { x, y, height: h } = e.getBoundingClientRect();
    c.fillStyle = e.style.getPropertyValue("--run");
    c.fillRect(x, y + h / 2 - 2, 16, 4);
    c.fillStyle = ink;
    c.font = `12px ${sans}`;
    c.fillText(e.textContent, x + 23, y + h / 2);
  }
  c.fillStyle = faint;
  const box = bar.canvas.getBoundingClientRect();
  c.drawImage(bar.canvas, box.x, box.y, box.width, box.height);
  c.font = `12px ${sans}`;
  c.textAlign = bar.lying ? "center" : "left";
  for (const { t, text } of bar.shown)
    if (bar.lying) c.fillText(text, box.left + t * box.width, box.bottom + 10);
    else c.fillText(text, box.right + 8, box.bottom - t * box.height);
  return new Promise((done) => out.toBlob(done, "image/png"));
}

export async function savePicture(app, name) {
  const blob = await picture(app), link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  return blob.size;
}

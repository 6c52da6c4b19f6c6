// Keeps the status page up to date: the server sends the texts that have changed, by key.
"use strict";

const cells = new Map();
for (const cell of document.querySelectorAll("[data-cell]")) cells.set(cell.dataset.cell, cell);
const live = document.getElementById("live");
const AGAIN = 2000; // ms between two loads of the page

function write(changed) {
  for (const [key, text] of Object.entries(changed)) {
    const cell = cells.get(key);
    if (cell && cell.tagName === "rect") { cell.setAttribute("width", text); continue; }
    if (!cell || cell.textContent === text) continue;
    cell.textContent = text;
    if ("text" in cell.dataset) cell.dataset.text = text.slice(0, 40);
  }
}

function again() {
  source.close();
  setTimeout(() => location.reload(), AGAIN);
}

const source = new EventSource("/panel/events");
source.addEventListener("open", () => { live.textContent = "Live"; live.dataset.text = "live"; });
source.addEventListener("error", () => {
  live.textContent = "The panel does not answer; trying again";
  live.dataset.text = "lost";
});
source.addEventListener("cells", (event) => {
  const changed = JSON.parse(event.data);
  // A row that this page does not have: it was made before the row came.
  if (Object.keys(changed).some((key) => !cells.has(key))) again();
  write(changed);
});
source.addEventListener("layout", again);

// Keys for the queue, and a fresh page when somebody has left or decided something. Without it the buttons work.
"use strict";
const KEYS_AFTER = 1000; // ms: no key decides about a story that nobody can have read yet
const queue = document.getElementById("queue");
let shown = performance.now();
let known = queue.dataset.version;

window.addEventListener("pageshow", () => { shown = performance.now(); });

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.matches("input")) return;
  const button = document.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (button && event.key.length === 1) {
    event.preventDefault();
    if (performance.now() - shown >= KEYS_AFTER) button.click();
  }
});

function firstWaiting(page) {
  const button = page.querySelector("button[data-key='a']");
  return button ? button.closest("form").querySelector("input[name='story']").value : "";
}

function tell() {
  if (document.getElementById("changed")) return;
  const note = document.createElement("p");
  note.id = "changed";
  note.className = "notice";
  note.setAttribute("role", "status");
  const link = document.createElement("a");
  link.href = "/panel/stories";
  link.textContent = "show it as it is now";
  note.append("The queue has changed; this page has not, so that nothing moves under your hand: ", link, ".");
  queue.prepend(note);
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/panel/stories/version");
    const version = answer.ok ? await answer.text() : known;
    if (version === known) return;
    const page = await fetch("/panel/stories");
    if (!page.ok) return;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const first = firstWaiting(document);
    known = version;
    // What is being typed, and a question that stands open, would be lost.
    const busy = document.activeElement?.matches("input") || document.getElementById("doomed");
    if (busy || (first && first !== firstWaiting(fresh))) tell();
    else location.reload();
  } catch {
    // The panel is being restarted; the next look finds it.
  }
}
setInterval(look, 2000);

// Keys for the queue, and a fresh page when somebody has left or decided something. Without it the buttons work.
"use strict";
const queue = document.getElementById("queue");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const button = document.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (button && event.key.length === 1) {
    event.preventDefault();
    button.click();
  }
});

async function look() {
  try {
    const answer = await fetch("/panel/stories/version");
    if (answer.ok && (await answer.text()) !== queue.dataset.version && !document.hidden) location.reload();
  } catch {
    // The panel is being restarted; the next look finds it.
  }
}
setInterval(look, 2000);

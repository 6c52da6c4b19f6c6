// Keeps the controls as the show goes on by another hand: another cue, another standby, a blackout or a panic.
// What has changed is put into the page that stands: to load it again would lose a press, and the reason of a
// refusal before anybody has read it.
"use strict";

const PARTS = ["place", "keys", "cues"];
const AGAIN = 2000; // ms between two tries to reach a panel that refused
const READ = 15000; // ms for which the reason of a refusal stands
const control = document.getElementById("control");
const live = document.getElementById("live");
let asking = false;

function tell(text, kind) {
  live.textContent = text;
  live.dataset.text = kind;
}

function same(said) {
  const shown = control.dataset;
  return shown.known === "1" && said.cue === shown.cue && said.standby === shown.standby
    && (said.asked_by || "") === shown.asked
    && Boolean(said.blackout) === (shown.blackout === "1") && Boolean(said.panic) === (shown.panic === "1");
}

async function renew() {
  if (asking) return;
  asking = true;
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    // The pairing has ended: the page says so. Not by a reload, which could send a form again.
    if (answer.redirected || answer.status === 403) location.replace(location.pathname);
    if (answer.redirected || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of PARTS) {
      const [old, fresh] = [document, page].map((one) => one.getElementById(name));
      if (old.innerHTML !== fresh.innerHTML) old.replaceChildren(...fresh.childNodes);
    }
    Object.assign(control.dataset, page.getElementById("control").dataset);
  } catch {
    // The panel is away; the events say so.
  } finally {
    asking = false;
  }
}

function follow() {
  const source = new EventSource("/panel/events");
  source.addEventListener("open", () => tell("Live", "live"));
  source.addEventListener("error", () => {
    tell("The panel does not answer; trying again. What stands here may be old.", "lost");
    if (source.readyState === EventSource.CLOSED) setTimeout(() => { renew(); follow(); }, AGAIN);
  });
  source.addEventListener("status", (event) => {
    const said = JSON.parse(event.data);
    if (!same(said)) renew();
    for (const fader of faders) stand(fader, said.macros ?? {});
  });
}

// Faders: the newest place of each is sent, one at a time, so that a slow network never falls behind the hand.
const HELD = 1000; // ms after the last touch in which other hands do not move a fader
const faders = document.querySelectorAll(".fader input[type=range]");
const moved = new Map(); // by fader: when it was last touched, and whether its place has still to be sent
let sending = false;

function place(fader, value) {
  fader.value = value;
  fader.form.querySelector("output").value = Number(fader.value).toFixed(2);
}

function stand(fader, off) {
  const touched = moved.get(fader);
  if (touched && (touched.due || performance.now() - touched.at < HELD)) return;
  place(fader, off[fader.dataset.name] ?? 0.5); // status lists those that are off the middle
}

async function send() {
  if (sending) return;
  const next = [...moved].find(([, touched]) => touched.due);
  if (!next) return;
  const [fader, touched] = next;
  sending = true;
  touched.due = false;
  try {
    const answer = await fetch("/panel/command/set", {
      method: "POST", body: JSON.stringify({ arguments: [fader.id, Number(fader.value)] }),
    });
    if (!answer.ok) tell(await answer.text(), "lost");
  } catch {
    // The panel is away; the events say so.
  } finally {
    sending = false;
    send();
  }
}

for (const fader of faders) {
  fader.addEventListener("input", () => {
    place(fader, fader.value);
    moved.set(fader, { at: performance.now(), due: true });
    send();
  });
}
control.classList.add("scripted");

setTimeout(() => document.querySelector(".place > .notice")?.remove(), READ);
follow();

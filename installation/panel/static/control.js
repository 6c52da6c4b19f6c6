// Loads the controls again when the show has gone on: another cue, a blackout or a panic by another hand.
"use strict";

const shown = document.getElementById("control").dataset;
const source = new EventSource("/panel/events");
source.addEventListener("status", (event) => {
  const said = JSON.parse(event.data);
  const same = said.cue === shown.cue && (said.asked_by || "") === shown.asked
    && Boolean(said.blackout) === (shown.blackout === "1") && Boolean(said.panic) === (shown.panic === "1");
  if (!same) location.replace(location.pathname);
});

/* Counts what is written, and lets a finger draw. Without it the form works as it is. ECMAScript 5: phones are old. */
(function () {
  "use strict";
  var form = document.getElementById("story");
  if (!form) { return; }
  var text = document.getElementById("text");
  var count = document.getElementById("count");
  var most = +text.getAttribute("data-most");

  /* An approximation of what the server counts: it decides. */
  function places(value) {
    var signs;
    if (typeof Intl !== "undefined" && Intl.Segmenter) {
      signs = Array.from(new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(value), function (one) { return one.segment; });
    } else {
      signs = value.replace(/[\u0300-\u036f\u200c\u200d\ufe0e\ufe0f]/g, "").match(/[\ud800-\udbff][\udc00-\udfff]|[\s\S]/g) || [];
    }
    var taken = 0;
    for (var i = 0; i < signs.length; i += 1) {
      var code = signs[i].charCodeAt(0);
      taken += (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xd7a3) || (code >= 0xd800 && code <= 0xdbff) || (code >= 0xf900 && code <= 0xfaff) || (code >= 0xff00 && code <= 0xff60) ? 2 : 1;
    }
    return taken;
  }

  function tell() {
    var left = most - places(text.value.replace(/\s+/g, " ").replace(/^ | $/g, ""));
    count.textContent = left >= 0 ? count.getAttribute("data-left").replace("{left}", left) : count.getAttribute("data-over").replace("{over}", -left);
  }
  text.addEventListener("input", tell, false);
  count.hidden = false;
  tell();

  /* Drawing. */
  var canvas = document.getElementById("canvas");
  var pen = canvas.getContext && canvas.getContext("2d");
  if (!pen) { return; }
  var drawing = document.getElementById("drawing");
  var writing = document.getElementById("writing");
  var field = document.getElementById("strokes");
  var change = document.getElementById("change");
  var strokes = [], now = null, points = 0, began = 0;
  document.getElementById("change-row").hidden = false;

  function clock() { return new Date().getTime(); }

  function line(stroke, i) {
    pen.beginPath();
    pen.moveTo(stroke[Math.max(i - 3, 0)], stroke[Math.max(i - 3, 0) + 1]);
    pen.lineTo(stroke[i] + 0.1, stroke[i + 1]);
    pen.stroke();
  }

  function redraw() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = 7;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#c9a877";
    for (var i = 0; i < strokes.length; i += 1) {
      for (var j = 0; j < strokes[i].length; j += 3) { line(strokes[i], j); }
    }
  }

  function put(event) {
    if (points > 5000 || !now) { return; }
    var touch = event.changedTouches ? event.changedTouches[0] : event;
    var box = canvas.getBoundingClientRect();
    var x = Math.round((touch.clientX - box.left) * canvas.width / box.width);
    var y = Math.round((touch.clientY - box.top) * canvas.height / box.height);
    var at = now.length;
    if (at && now[at - 3] === x && now[at - 2] === y) { return; }
    now.push(Math.min(Math.max(x, 0), canvas.width), Math.min(Math.max(y, 0), canvas.height), clock() - began);
    points += 1;
    line(now, at);
  }

  function down(event) {
    if (event.button || strokes.length >= 80) { return; }
    event.preventDefault();
    began = began || clock();
    now = [];
    strokes.push(now);
    put(event);
  }
  function move(event) { if (now) { event.preventDefault(); put(event); } }
  function up() { now = null; }

  if (window.PointerEvent) {
    canvas.addEventListener("pointerdown", function (event) {
      if (canvas.setPointerCapture) { canvas.setPointerCapture(event.pointerId); }
      down(event);
    }, false);
    canvas.addEventListener("pointermove", move, false);
    canvas.addEventListener("pointerup", up, false);
    canvas.addEventListener("pointercancel", up, false);
  } else {
    canvas.addEventListener("touchstart", down, false);
    canvas.addEventListener("touchmove", move, false);
    canvas.addEventListener("touchend", up, false);
    canvas.addEventListener("mousedown", down, false);
    canvas.addEventListener("mousemove", move, false);
    window.addEventListener("mouseup", up, false);
  }

  function show(draws) {
    drawing.hidden = !draws;
    writing.hidden = draws;
    change.textContent = change.getAttribute(draws ? "data-write" : "data-draw");
    if (draws) { redraw(); }
  }
  change.addEventListener("click", function () { show(drawing.hidden); }, false);
  document.getElementById("clear").addEventListener("click", function () {
    strokes = []; points = 0; began = 0; now = null;
    redraw();
  }, false);
  /* A drawing that came back with a message, or by the back button. */
  if (field.value) {
    try { strokes = JSON.parse(field.value); } catch (error) { strokes = []; }
    for (var k = 0; k < strokes.length; k += 1) { points += strokes[k].length / 3; }
    if (points) { show(true); }
  }
  form.addEventListener("submit", function () {
    field.value = drawing.hidden ? "" : JSON.stringify(strokes);
  }, false);
}());

"""``photophore new``: writes a small, commented show that works at once."""

import shlex
import sys
from pathlib import Path

from installation.values import HOST, OSC_PORT

__all__ = ["FILES", "new"]

EXIT_GOOD, EXIT_FAILURE = 0, 1

SHOW = """\
# A show is a folder with this file in it. Save it, and the picture changes; a mistake is
# reported and does no harm.
# Play it:   photophore preview {name}
# Check it:  photophore check {name}
format = 1
title = "{title}"
start = "water"

# ---- Scenes: a shader and a name. Each input becomes a parameter, /scene/NAME/INPUT -------------------
# A shader is searched in this folder first, then among the shipped ones (photophore list scenes).
# Any ISF file can be used here.

[scene.water]
shader = "water.fs"

[scene.water.inputs]
glow = 0.8                # try 0.3; the range is in water.fs

[scene.sea]
shader = "scenes/sea-sparkle.fs"

# ---- Signals made by the show: /signal/NAME -----------------------------------------------------------

[signal.breath]
kind = "lfo"              # a slow wave; "noise" wanders instead
rate = 0.1                # Hz
low = 0.3
high = 0.9

# ---- Routes: from a signal to a parameter, through modulators -----------------------------------------
# Signals you have: /mouse/x /mouse/y /mouse/down, /key/NAME, /osc/... for every OSC message that arrives
# at {host}:{port}, /midi/PORT/cc/NUMBER (0..1), /signal/... above. `photophore watch` shows what arrives.

[[route]]
from = "/signal/breath"
to = "/scene/water/glow"

# A clap in the room, where sound is listened to, lights a patch of the sea.
[[route]]
from = "/ears/onset/mid"
to = "/scene/sea/stir"
fallback = "release"
shape = [{{ gate = [0.6, 0.6] }}]

[[route]]
from = "/mouse/x"
to = "/scene/water/hand"
component = "x"
shape = [{{ smooth = 0.1 }}]

[[route]]
from = "/mouse/y"
to = "/scene/water/hand"
component = "y"
shape = [{{ smooth = 0.1 }}]

# From a second terminal:  oscsend localhost {port} /speed f 0.9
[[route]]
from = "/osc/speed"
to = "/scene/water/speed"
shape = [{{ remap = [0, 1, 0, 2] }}, {{ smooth = 0.3 }}]

# A knob: insert the names of the port and the knob, as `photophore watch` prints them.
# [[route]]
# from = "/midi/nanokontrol2/cc/16"
# to = "/scene/water/speed"
# shape = [{{ remap = [0, 1, 0, 2] }}]
"""

CUES = """\
# The cue list: Space is GO. A cue is a complete state, and the seconds that it takes to get there.
format = 1

[[cue]]
id = "1"
name = "Still water"
scene = "water"
fade = 3.0
set = { "/scene/water/speed" = 0.3 }

[[cue]]
id = "2"
name = "It moves"
scene = "water"
fade = 8.0
hold = 20.0
follow = "auto-follow"    # continues by itself after fade and hold
set = { "/scene/water/speed" = 1.2 }

[[cue]]
id = "3"
name = "The sea"
scene = "sea"
fade = 6.0
"""

SHADER = """\
/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Rings of pale light on dark water around a hand",
  "CATEGORIES": ["generator"],
  "INPUTS": [
    {"NAME": "hand", "TYPE": "point2D", "DEFAULT": [0.5, 0.5], "MIN": [0, 0], "MAX": [1, 1]},
    {"NAME": "glow", "TYPE": "float", "DEFAULT": 0.6, "MIN": 0, "MAX": 1},
    {"NAME": "speed", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0, "MAX": 2}
  ],
  "PASSES": [
    {"TARGET": "phase", "PERSISTENT": true, "FLOAT": true, "WIDTH": 1, "HEIGHT": 1},
    {}
  ]
}*/

// The first pass stores one number: how far the rings have travelled. Adding `speed * TIMEDELTA` each frame,
// rather than multiplying TIME by it, lets the speed change without a jump.
void main() {
    if (PASSINDEX == 0) {
        float travelled = IMG_NORM_PIXEL(phase, vec2(0.5)).r;
        gl_FragColor = vec4(fract(travelled + 0.2 * speed * TIMEDELTA), 0.0, 0.0, 1.0);
        return;
    }
    vec2 aspect = vec2(RENDERSIZE.x / RENDERSIZE.y, 1.0);
    float away = distance(isf_FragNormCoord * aspect, hand * aspect);
    float ring = fract(4.0 * away - 4.0 * IMG_NORM_PIXEL(phase, vec2(0.5)).r);
    float light = glow * smoothstep(0.6, 1.0, ring) * smoothstep(1.0, 0.95, ring) * exp(-3.0 * away);
    gl_FragColor = vec4(light * vec3(0.12, 0.87, 1.0), 1.0);
}
"""

SOUNDSCAPE = """\
# Which scene sounds how: patches with their levels, and what moves them (docs/voice.md lists them all).
# A scene that is not named here is silent.
format = 1

[scene.water]
fade = 4.0
patches = { water = 1.0, bells = 0.8 }

[[scene.water.follow]]
to = "water/density"
from = "/signal/breath"

[scene.sea]
fade = 6.0
patches = { water = 0.8, reef = 0.7, bells = 1.0 }
"""

FILES = {"show.toml": SHOW, "cues.toml": CUES, "soundscape.toml": SOUNDSCAPE, "water.fs": SHADER}
"""Content of the files to write, by file name."""


def new(folder: Path) -> int:
    """Write a starter show into a folder that does not contain one.

    Returns:
        0, or 1 if a file exists already or the folder cannot be written.
    """
    present = [name for name in FILES if (folder / name).exists()]
    if present or (folder.exists() and not folder.is_dir()):
        reason = f"it contains a {present[0]}" if present else "it is a file"
        print(f"{folder}: nothing was written, because {reason}; name another folder", file=sys.stderr)
        return EXIT_FAILURE
    title = folder.resolve().name.replace("-", " ").replace("_", " ").capitalize() or "My show"
    title = "".join(letter for letter in title if letter.isprintable() and letter not in '"\\')
    try:
        (folder / "presets").mkdir(parents=True, exist_ok=True)
        for name, text in FILES.items():
            if name == "show.toml":
                said = {"name": shlex.quote(str(folder)), "host": HOST, "port": OSC_PORT}
                text = text.format(title=title, **said)  # noqa: PLW2901 - filled in
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        print(f"{folder}: cannot be written: {error.strerror}; name another folder", file=sys.stderr)
        return EXIT_FAILURE
    print(folder / "show.toml")
    print(f"written; next: photophore preview {shlex.quote(str(folder))}", file=sys.stderr)
    return EXIT_GOOD

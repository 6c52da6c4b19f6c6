"""A show of two plain scenes, for tests: small enough to see through."""

from pathlib import Path

SHADER = """/*{
  "ISFVSN": "2",
  "INPUTS": [
    {"NAME": "glow", "TYPE": "float", "DEFAULT": 0.25, "MIN": 0.0, "MAX": 1.0},
    {"NAME": "tint", "TYPE": "color", "DEFAULT": [0.0, 0.5, 1.0, 1.0]}
  ]
}*/
void main() { gl_FragColor = vec4(tint.rgb * glow, 1.0); }
"""

SHOW = """format = 1
title = "Small"
start = "one"
seed = 7

[scene.one]
shader = "plain.fs"

[scene.two]
shader = "plain.fs"
[scene.two.inputs]
glow = 0.75

[signal.wave]
kind = "noise"
rate = 0.5
low = -0.2
high = 0.2

[[route]]
from = "/osc/hand"
to = "/scene/one/glow"

[[route]]
from = "/signal/wave"
to = "/scene/two/glow"
mode = "add"
shape = [{ smooth = 0.2 }]
"""

CUES = """format = 1

[[cue]]
id = "1"
name = "bright"
fade = 1.0
[cue.set]
"/scene/one/glow" = 0.5

[[cue]]
id = "2"
name = "other scene"
scene = "two"
fade = 0.5
"""


def write_small_show(folder: Path) -> Path:
    """A folder with a show of two plain scenes, two routes and two cues."""
    folder.mkdir()
    (folder / "plain.fs").write_text(SHADER)
    (folder / "show.toml").write_text(SHOW)
    (folder / "cues.toml").write_text(CUES)
    return folder

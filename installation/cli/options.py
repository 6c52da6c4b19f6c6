"""Options that several verbs of the command line share."""

from pathlib import Path
from typing import Annotated

import typer

from installation.values import DEFAULT_VENUE

__all__ = [
    "Act",
    "CueName",
    "From",
    "Headless",
    "InputName",
    "Json",
    "Operator",
    "PanelHost",
    "PanelPort",
    "Record",
    "RunVenueName",
    "SceneName",
    "Seconds",
    "Seed",
    "ShaderFile",
    "ShowName",
    "Size",
    "Sound",
    "Speed",
    "Trace",
    "VenueName",
]

ShowName = Annotated[
    str | None, typer.Argument(metavar="SHOW", help="A name or a folder; default: the shipped show.")
]
VenueName = Annotated[
    str | None, typer.Option("--venue", help=f"A name or a file; default: {DEFAULT_VENUE}.")
]
RunVenueName = Annotated[str | None, typer.Option("--venue", help="A name or a file; required.")]
SceneName = Annotated[str | None, typer.Option("--scene", help="Start with this scene, without cues.")]
CueName = Annotated[str | None, typer.Option("--cue", help="Start at this cue.")]
ShaderFile = Annotated[Path | None, typer.Option("--shader", help="Play one ISF file instead of a show.")]
InputName = Annotated[
    str | None, typer.Option("--input", help="Picture file or scene for the shader's inputImage.")
]
From = Annotated[str | None, typer.Option("--from", metavar="M:SS", help="Start the score at this position.")]
Act = Annotated[int | None, typer.Option("--act", min=0, help="Start the score where this act begins.")]
Speed = Annotated[
    float,
    typer.Option(
        "--speed", min=0.1, max=100.0, help="Factor on the cue clock; everything else runs in real time."
    ),
]
Size = Annotated[str | None, typer.Option("--size", metavar="WxH", help="Size of the canvas in pixels.")]
Seed = Annotated[int | None, typer.Option("--seed", help="Random seed; default: the show's.")]
Headless = Annotated[bool, typer.Option("--headless", help="Open no window.")]
Seconds = Annotated[float | None, typer.Option("--seconds", min=0.0, help="Stop after this many seconds.")]
PanelPort = Annotated[
    int | None, typer.Option("--panel-port", min=0, max=65535, help="TCP port of the panel; 0 takes any.")
]
PanelHost = Annotated[
    str | None,
    typer.Option(
        "--panel-host",
        help="IP address of the panel instead of the venue's; 0.0.0.0: the network, with pairing.",
    ),
]
Operator = Annotated[
    bool | None,
    typer.Option("--operator/--no-operator", help="Open the operator's screen (an extra)."),
]
Sound = Annotated[bool, typer.Option("--sound/--no-sound", help="Hear the room and play the soundscape.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Record = Annotated[
    Path | None,
    typer.Option("--record", help="Record every input to this JSONL file, or the next free name."),
]
Trace = Annotated[Path | None, typer.Option("--trace", help="Write one JSON line per frame.")]

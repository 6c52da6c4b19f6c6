"""The verb ``photophore render``."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from installation.cli.options import (
    Act,
    CueName,
    From,
    InputName,
    SceneName,
    ShaderFile,
    ShowName,
    Speed,
    Trace,
    VenueName,
)
from installation.values import CANVAS_HEIGHT, CANVAS_WIDTH

__all__ = ["render_verb"]

EXIT_USAGE = 2

Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="ADDRESS=VALUE",
        help="Set a base before the first frame; components are separated by commas.",
    ),
]
Replay = Annotated[
    Path | None,
    typer.Option(
        "--replay",
        help="Replay a recording of inputs. It contains no readings of people, which are private.",
    ),
]
Audio = Annotated[
    Path | None, typer.Option("--audio", help="A sound file that the show hears in place of the room.")
]
Sound = Annotated[
    bool, typer.Option("--sound/--no-sound", help="Whether a film has sound, and a folder its sound.wav.")
]
Date = Annotated[
    datetime | None,
    typer.Option(
        "--date",
        formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d"],
        metavar="YYYY-MM-DDTHH:MM",
        help="Date and time at the venue's place at which the film begins, for sun, moon, tide and season.",
    ),
]
SoundOnly = Annotated[
    Path | None,
    typer.Option("--sound-only", metavar="FILE.wav", help="Render the sound alone, without pictures."),
]


def render_verb(
    show: ShowName = None,
    out: Annotated[Path | None, typer.Option("--out", help="FILE.mp4, or a folder for PNG frames.")] = None,
    venue: VenueName = None,
    scene: SceneName = None,
    cue: CueName = None,
    from_: From = None,
    act: Act = None,
    speed: Speed = 1.0,
    shader: ShaderFile = None,
    input_: InputName = None,
    seconds: Annotated[float, typer.Option("--seconds", min=0.0, help="Length.")] = 10.0,
    fps: Annotated[float, typer.Option("--fps", min=1.0, max=240.0, help="Frames per second.")] = 30.0,
    size: Annotated[
        str, typer.Option("--size", metavar="WxH", help="Size of the picture in pixels.")
    ] = f"{CANVAS_WIDTH}x{CANVAS_HEIGHT}",
    seed: Annotated[int, typer.Option("--seed", help="Random seed.")] = 0,
    date: Date = None,
    set_: Settings = None,
    replay: Replay = None,
    people: Annotated[
        int, typer.Option("--people", min=0, max=40, help="Number of simulated people in the room.")
    ] = 0,
    audio: Audio = None,
    trace: Trace = None,
    sheet: Annotated[Path | None, typer.Option("--sheet", help="Also write a contact sheet PNG.")] = None,
    sound: Sound = True,
    sound_only: SoundOnly = None,
) -> int:
    """Render to a film or to pictures, frame-exact: frame i is at i/fps seconds."""
    from installation.cli.play import score_place
    from installation.cli.render.job import Job, render_job

    if out is None and trace is None and sheet is None and sound_only is None:
        typer.echo("render needs --out FILE.mp4 or --out FOLDER (or --trace FILE.jsonl)", err=True)
        return EXIT_USAGE
    if sound_only is not None and (out is not None or sheet is not None or not sound):
        typer.echo("--sound-only renders no picture: leave out --out, --sheet and --no-sound", err=True)
        return EXIT_USAGE
    if sound_only is not None and sound_only.suffix.lower() != ".wav":
        typer.echo(f"--sound-only writes WAV: name it {sound_only.with_suffix('.wav')}", err=True)
        return EXIT_USAGE
    job = Job(
        show=show, venue=venue, scene=scene, cue=cue, score=score_place(from_, act, cue), speed=speed,
        shader=shader, input=input_, out=out, seconds=seconds,
        fps=fps, size=size, seed=seed, settings=tuple(set_ or ()), replay=replay, people=people, trace=trace,
        sheet=sheet, audio=audio, sound=sound, sound_only=sound_only,
        date=date.isoformat() if date else "",
    )  # fmt: skip
    return render_job(job)

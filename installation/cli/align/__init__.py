"""The verb ``photophore align``."""

import sys
from typing import Annotated, Literal

import typer

from installation.cli.options import Json, PanelPort, VenueName
from installation.errors import PhotophoreError

__all__ = ["align_verb"]

PATTERN = (
    "A bell sounds whenever a bar is sent over the mark. Where is the bar when you hear it? A short "
    "line is 20 ms, a long one 100. Left of the mark: the picture is late by so much; write it as "
    "`delay` of [sound] into the venue file, in seconds. Right of it: the sound is late, and nothing "
    "delays the picture. Lamps that light up before a bar is over their place: `delay` of [light]. "
    "Ctrl+C ends."
)


def align_verb(
    venue: VenueName = None,
    output: Annotated[
        str | None,
        typer.Option("--output", help="Name of the output device, or a part; default: the venue's."),
    ] = None,
    input_: Annotated[
        str | None, typer.Option("--input", help="Name of the input device, or a part; default: the venue's.")
    ] = None,
    repeat: Annotated[int, typer.Option("--repeat", min=1, max=50, help="Chirps for each speaker.")] = 5,
    pattern: Annotated[
        bool, typer.Option("--pattern", help="Show a bar that crosses a mark while a bell sounds.")
    ] = False,
    panel_port: PanelPort = None,
    json: Json = False,
) -> int:
    """Measure how late sound is, by a loop or a microphone; or compare picture and sound by eye and ear."""
    if pattern:
        from installation import paths
        from installation.cli.play import Choice, has_display, play

        if not has_display():
            raise PhotophoreError(
                "--pattern shows a bar that is compared with the sound: it needs a display; set DISPLAY or "
                "WAYLAND_DISPLAY, or begin it in a terminal of that desktop"
            )
        print(PATTERN, file=sys.stderr)
        show = str(paths.presets() / "align")
        mode: Literal["preview", "perform"] = "preview" if venue is None else "perform"
        return play(Choice(mode=mode, show=show, venue=venue, operator=False, panel_port=panel_port))
    from installation.cli.align.measure import measure

    return measure(venue, output, input_, repeat, as_json=json)

"""The verb ``photophore align``."""

from typing import Annotated

import typer

from installation.cli.options import Json, VenueName

__all__ = ["align_verb"]


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
    json: Json = False,
) -> int:
    """Measure how late sound is, by a loop or a microphone; or compare picture and sound by eye and ear."""
    if pattern:
        from installation.cli.play import Choice, play

        return play(Choice(mode="perform", show="align", venue=venue))
    from installation.cli.align.measure import measure

    return measure(venue, output, input_, repeat, as_json=json)

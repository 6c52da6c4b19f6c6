"""The verbs of ``photophore calibrate``; their implementations are imported when called."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["calibrate_verbs"]

calibrate_verbs = typer.Typer(
    help="Measure the room: where a camera looks, how loud it is.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@calibrate_verbs.callback()
def _group() -> None:
    """Measure the room: where a camera looks, how loud it is."""


@calibrate_verbs.command("camera")
def _camera(
    venue: Annotated[
        str | None, typer.Option("--venue", help="A name or a file; default: a camera of this machine.")
    ] = None,
    adapter: Annotated[
        str | None, typer.Option("--adapter", metavar="NAME", help="Which, if the venue has several cameras.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", metavar="CAMERA", help="Number, device, video file or folder.")
    ] = None,
    rectangle: Annotated[
        str, typer.Option("--rectangle", metavar="WxD", help="Metres of the rectangle that is clicked.")
    ] = "6x4",
    turned: Annotated[
        bool,
        typer.Option(
            "--turned", help="The camera looks from the picture at the people: turn by half a turn."
        ),
    ] = False,
    point: Annotated[
        list[str] | None,
        typer.Option(
            "--point", metavar="U,V=X,Y", help="Pixel and metres of one point, four times: opens no window."
        ),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write `floor` into the venue file.")] = False,
) -> int:
    """Find where on the floor a camera's pixels are, by four points; prints the venue's `floor`."""
    from installation.cli.calibrate.camera import Wish, calibrate

    wish = Wish(venue, adapter, source, rectangle, turned, tuple(point or ()), write)
    return calibrate(wish)


@calibrate_verbs.command("sound")
def _sound(
    out: Annotated[Path, typer.Argument(metavar="FILE.wav", help="The file to write.")],
    seconds: Annotated[float, typer.Option("--seconds", min=1.0, max=600.0, help="Its length.")] = 60.0,
) -> int:
    """Write pink noise of -23 LUFS, to read a sound-level meter by; `dba` of the venue is what it shows."""
    from installation.cli.calibrate.sound import write_noise

    return write_noise(out, seconds)

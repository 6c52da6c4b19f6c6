"""The verbs of ``photophore calibrate``; their implementations are imported when called."""

from typing import Annotated

import typer

__all__ = ["calibrate_verbs"]

calibrate_verbs = typer.Typer(
    help="Measure the room: where a camera looks.", no_args_is_help=True, rich_markup_mode=None
)


@calibrate_verbs.callback()
def _group() -> None:
    """Measure the room: where a camera looks."""


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

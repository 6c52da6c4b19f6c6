"""The verbs of a site: ``photophore hub`` and ``photophore site``; what carries them out is imported late."""

from typing import Annotated

import typer

from installation.cli.options import Json, PanelHost, PanelPort, RunVenueName, Seconds, ShowName, Sound

__all__ = ["hub_verb", "site_verb"]

Once = Annotated[bool, typer.Option("--once", help="Print the table once, also in a terminal.")]
Router = Annotated[
    str | None,
    typer.Option(
        "--router", metavar="IP:PORT", help="Print the file for Zenoh's router, zenohd, at this address."
    ),
]
OfRouter = Annotated[str | None, typer.Option("--venue", help="With --router: the venue file of any hub.")]


def site_verb(once: Once = False, json: Json = False, router: Router = None, venue: OfRouter = None) -> int:
    """Show the hubs of the site that the running show is part of, live."""
    if router is not None:
        from installation.cli.site.router import print_router

        return print_router(router, venue)
    from installation.cli.site.table import site

    return site(as_json=json, once=once)


def hub_verb(
    show: ShowName = None,
    venue: RunVenueName = None,
    seconds: Seconds = None,
    panel_port: PanelPort = None,
    panel_host: PanelHost = None,
    sound: Sound = True,
) -> int:
    """Play unattended as a hub of a site without a display: lamps, pads, sound; also on a small box."""
    from installation.cli.play import Choice, play
    from installation.cli.site.start import hub_size

    if venue is None:
        typer.echo("hub needs --venue FILE, one with [site]; docs/site.md shows how it begins", err=True)
        return 2
    choice = Choice(
        mode="run", show=show, venue=venue, headless=True, seconds=seconds, panel_port=panel_port,
        panel_host=panel_host, sound=sound, size=hub_size(venue),
    )  # fmt: skip
    return play(choice)

"""The verbs of ``photophore service``; their implementations are imported when called."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["service_verbs"]

service_verbs = typer.Typer(
    help="Start the show at boot, and restart it whenever it ends (systemd).",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@service_verbs.command("install")
def install(
    venue: Annotated[str, typer.Option("--venue", help="A name or a file.")],
    show: Annotated[
        str | None, typer.Argument(metavar="SHOW", help="A name or a folder; default: the shipped show.")
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Open no window.")] = False,
    as_user: Annotated[
        str | None, typer.Option("--as-user", metavar="NAME", help="Run as this user; default: photophore.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option("--into", metavar="DIR", help="Write the files there; start nothing.")
    ] = None,
    no_start: Annotated[bool, typer.Option("--no-start", help="Start at the next boot only.")] = False,
) -> int:
    """Write the systemd unit, and start the show now and after every boot."""
    from installation.cli.service import install as act

    return act(show, venue, headless=headless, user=as_user, into=into, start=not no_start)


@service_verbs.command("remove")
def remove() -> int:
    """Stop the service and remove its unit."""
    from installation.cli.service import remove as act

    return act()


@service_verbs.command("status")
def status() -> int:
    """Show whether the service is installed and runs; exit code 0 if it runs."""
    from installation.cli.service import status as act

    return act()

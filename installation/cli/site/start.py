"""What starts the hub process of a venue."""

import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import msgspec

from installation.errors import PhotophoreError
from installation.hub.options import HubOptions
from installation.show import load_venue
from installation.show.venue_model import Venue

__all__ = ["hub_command", "hub_options", "hub_size"]

_ROWS: Final = 90
"""Of the picture of a hub without a display: nobody sees it but its lamps."""


def hub_options(venue: Venue) -> HubOptions:
    """Return what the hub process is told of a venue that has a ``[site]``."""
    said = venue.site
    return HubOptions(
        site=said.name, hub=said.hub, listen=said.listen, connect=said.connect, router=said.router,
        interface=said.interface, lead=said.lead, certificate=said.certificate,
        private_key=said.private_key, authority=said.authority, admit=said.admit, version=_version(),
        hubs=tuple(one.name for one in venue.hubs), watts=venue.budget.watts,
        lumens=venue.budget.lumens, alone=venue.budget.alone,
        privilege=next((one.privilege for one in venue.hubs if one.name == said.hub), 1.0),
        dims=venue.light.hold_s + venue.light.fade_s + venue.light.delay,
        dark=venue.light.on_stop == "blackout",
    )  # fmt: skip


def _version() -> str:
    """Return the version of the program; empty if it is not installed."""
    try:
        return version("photophore")
    except PackageNotFoundError:
        return ""


def hub_size(name: str) -> str | None:
    """Return the size of the picture of a hub without a display, ``WIDTHxHEIGHT``; None: as the venue says.

    Raises:
        PhotophoreError: The venue is no part of a site.
        ShowError: It has errors.
    """
    venue = load_venue(name)
    if not venue.site.there:
        message = f"{venue.files[0]} has no [site]: `photophore run` plays there; docs/site.md says more"
        raise PhotophoreError(message)
    canvas = venue.canvas
    if canvas.height <= _ROWS:
        return None
    return f"{max(16, round(canvas.width * _ROWS / canvas.height))}x{_ROWS}"


def hub_command(venue: Venue) -> list[str] | None:
    """Return the command that starts the hub process; None where the venue is no part of a site."""
    if not venue.site.there:
        return None
    options = hub_options(venue)
    way = f"listening at {', '.join(options.listen)}" if options.listen else "not listening"
    way = f"through {', '.join(options.router)}" if options.router else way
    print(f"hub {options.hub} of the site {options.site}, {way}", file=sys.stderr)
    return [sys.executable, "-m", "installation.hub", msgspec.json.encode(options).decode()]

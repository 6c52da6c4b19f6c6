"""What starts the hub process of a venue."""

import sys
from importlib.metadata import PackageNotFoundError, version

import msgspec

from installation.hub.options import HubOptions
from installation.show.venue_model import Venue

__all__ = ["hub_command", "hub_options"]


def hub_options(venue: Venue) -> HubOptions:
    """Return what the hub process is told of a venue that has a ``[site]``."""
    said = venue.site
    return HubOptions(
        site=said.name, hub=said.hub, listen=said.listen, connect=said.connect, interface=said.interface,
        lead=said.lead, certificate=said.certificate, private_key=said.private_key, authority=said.authority,
        admit=said.admit, version=_version(), hubs=tuple(one.name for one in venue.hubs),
        watts=venue.budget.watts, lumens=venue.budget.lumens, alone=venue.budget.alone,
        privilege=next((one.privilege for one in venue.hubs if one.name == said.hub), 1.0),
        dark=venue.light.on_stop == "blackout",
    )  # fmt: skip


def _version() -> str:
    """Return the version of the program; empty if it is not installed."""
    try:
        return version("photophore")
    except PackageNotFoundError:
        return ""


def hub_command(venue: Venue) -> list[str] | None:
    """Return the command that starts the hub process; None where the venue is no part of a site."""
    if not venue.site.there:
        return None
    options = hub_options(venue)
    where = ", ".join(options.listen) or "nowhere"
    print(f"hub {options.hub} of the site {options.site}, listening at {where}", file=sys.stderr)
    return [sys.executable, "-m", "installation.hub", msgspec.json.encode(options).decode()]

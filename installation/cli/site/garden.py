"""The garden: the machines of the site that ``make site`` starts, and their venue files."""

from collections.abc import Sequence
from typing import Final

from installation.values import OSC_PORT

__all__ = ["DOOR", "HALL", "HIDDEN_RATE", "HUBS", "venue_text"]

HALL: Final = "hall"
"""The machine with the picture: it leads."""
DOOR: Final = "north"
"""The hub where visitors leave stories."""
HUBS: Final = (HALL, DOOR, "east", "south")
HIDDEN_RATE: Final = 15
"""Pictures a second of a machine without a window: its lamps are read from them."""
_SHOWN_RATE: Final = 30


def venue_text(
    name: str,
    address: str,
    connect: Sequence[str],
    shift: int,
    *,
    display: bool,
    visitors: int = 0,
    rate: int = HIDDEN_RATE,
) -> str:
    """Return the venue file of one machine of the site.

    Args:
        name: Of its hub, one of ``HUBS``.
        address: ``IP:PORT`` at which it listens.
        connect: Those of the others.
        shift: Added to the port of OSC, where several share an address.
        display: Whether it shows its picture in a window.
        visitors: TCP port of its page for visitors; 0 for none.
        rate: Pictures a second where nobody sees them, 5..240.
    """
    window = '[[display]]\nname = "the picture"\n' if display else ""
    page = f"[visitors]\nopen = true\nport = {visitors}\nburst = 100\n" if visitors else ""
    width, height = (640, 360) if display else (160, 90)
    return f"""# One machine of the site that `make site` starts.
format = 1
title = "{name} of the garden"

[canvas]
width = {width}
height = {height}
rate = {_SHOWN_RATE if display else rate}

{window}
[adapter.osc]
kind = "osc"
port = {OSC_PORT + shift}

[adapter.lamps]
kind = "virtual"
{_hubs()}
{page}
[budget]
watts = 20.0

[site]
name = "garden"
hub = "{name}"
listen = ["{address}"]
connect = [{", ".join(f'"{one}"' for one in connect)}]
lead = {90 if name == HALL else 10}
"""


def _hubs() -> str:
    """Return the tables of all hubs, each with its lamp."""
    return "".join(
        f"""
[[hub]]
name = "{one}"
position = [{0.2 + 0.2 * place:.1f}, 0.4]
fixtures = ["{one} lamp"]
pad = "/osc/pad/{one}"

[[fixture]]
name = "{one} lamp"
profile = "rgb"
universe = 1
channel = {1 + 3 * place}
position = [{0.2 + 0.2 * place:.1f}, 0.4]
size = [0.15, 0.3]
"""
        for place, one in enumerate(HUBS)
    )

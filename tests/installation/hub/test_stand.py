"""What ``make site`` starts: four real machines in network namespaces; a story flies, one is switched off."""

import urllib.request
from pathlib import Path
from typing import Any

import pytest

from installation.cli.site.cables import possible
from installation.cli.site.garden import DOOR, HALL, HUBS
from installation.cli.site.stand import Stand
from installation.errors import PhotophoreError
from tests.installation.hub.site import until
from tests.parts import NAMESPACES, needs

pytestmark = [needs(NAMESPACES, there=possible()), pytest.mark.timeout(400)]

PATIENCE = 240.0
RATE = 5
"""Pictures a second: four machines at the usual 15 are more than two cores can do."""


class Watched:
    """A stand, and what its table shows of each machine."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand

    def stations(self) -> dict[str, dict[str, Any]]:
        self.stand.advance()
        assert len(self.stand.ended()) < len(HUBS), "all have ended: see their logs"
        try:
            told: dict[str, Any] = self.stand.told()
        except PhotophoreError:
            return {}
        return {one["name"]: one for one in told["stations"]}

    def states(self) -> dict[str, str]:
        return {name: one["state"] for name, one in self.stations().items()}

    def shows(self, name: str, what: str) -> bool:
        return bool(self.stations().get(name, {}).get(what))


def test_four_machines_meet_a_story_flies_and_one_that_is_switched_off_is_away_until_it_is_started(
    tmp_path: Path,
) -> None:
    stand = Stand(tmp_path, "fireflies", display=False, rate=RATE)
    site = Watched(stand)
    try:
        stand.advance()  # the first has no picture yet
        first = sorted(one.name for one in tmp_path.glob("*.toml"))
        until(lambda: site.states() == dict.fromkeys(HUBS, "here"), "all are here", PATIENCE)
        with pytest.raises(PhotophoreError, match="north has not ended"):
            stand.start("north")

        a_story_flies(site)

        stand.kill("north")
        until(lambda: site.states().get("north") == "away", "it is missed", PATIENCE)
        ended = stand.ended()
        with pytest.raises(PhotophoreError, match="north does not run"):
            stand.kill("north")
        with pytest.raises(PhotophoreError, match="does not answer"):
            stand.visits.leave("Nobody hears this.")
        stand.start("north")
        until(lambda: site.states() == dict.fromkeys(HUBS, "here"), "it is back", PATIENCE)

        assert first == [f"{HALL}.toml"]
        assert ended == ["north"]
        assert stand.ended() == []
    finally:
        stand.close()


def page(url: str) -> bytes:
    """What a browser of this machine is answered; nothing while the hub has no page yet."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            found: bytes = answer.read()
            return found
    except OSError:
        return b""


def a_story_flies(site: Watched) -> None:
    """From the page, which a browser of this machine reaches, to the wall of the hall, over a cut cable."""
    visits = site.stand.visits
    until(lambda: b'name="text"' in page(visits.url), "the page comes with its hub", PATIENCE)
    with pytest.raises(PhotophoreError, match="no story waits"):
        visits.approve()
    with pytest.raises(PhotophoreError):
        visits.leave("")
    site.stand.plug(DOOR, connected=False)
    visits.leave("A cable\x1b[2J was cut.")
    assert any("A cable" in line and "\x1b" not in line for line in visits.lines())
    visits.approve()
    assert visits.waiting() == []
    until(lambda: site.states().get(DOOR) == "away", "its cable is cut", PATIENCE)
    assert not site.shows(HALL, "coming")

    site.stand.plug(DOOR, connected=True)
    # On its own wall it may have set out long before, so that nobody else has seen that.
    until(lambda: site.shows(HALL, "coming"), "it comes to the hall once the cable is healed", PATIENCE)

"""What the keeper keeps of the site, and tells without the stage and without the hub process."""

import msgspec
import pytest

from installation.contract import LightOutput
from installation.errors import PhotophoreError
from installation.ipc.feeds.site import Station, View
from installation.keeper import site as module
from installation.keeper.site import SiteNote


class Lamp(LightOutput):
    """An output that remembers its role."""

    kind = "lamp"

    def __init__(self) -> None:
        self.roles: list[bool] = []

    def take_role(self, *, leads: bool, now: float) -> None:
        self.roles.append(leads)

    def send(self, *_: object) -> None:
        raise NotImplementedError

    open = close = send


def parts(view: View) -> list[str]:
    text = msgspec.json.encode(view).decode()
    return [text[at : at + 40] for at in range(0, len(text), 40)]


VIEW = View(
    at=1.0, site="garden", hub="north", role="leader", leader="north", epoch=4, error=0.0015,
    stations=(Station(name="north"), Station(name="east", state="away"), Station(name="x", state="refused")),
)  # fmt: skip


def test_the_view_is_kept_and_told_with_its_age(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: clock[0])
    lamp = Lamp()
    note = SiteNote(lambda: [lamp], wanted=True)
    note.take(parts(VIEW))
    clock[0] = 101.5
    assert msgspec.convert(note.tell(), View) == VIEW
    assert (note.tell()["age_s"], note.tell()["stale"]) == (1.5, False)
    assert lamp.roles == [True]
    status = note.status()
    assert status is not None
    assert (status.role, status.here, status.away, status.refused) == (
        "leader",
        ("north",),
        ("east",),
        ("x",),
    )
    assert status.error_ms == 1.5
    clock[0] = 102.1
    assert note.tell()["stale"], "docs/site.md says two seconds"

    clock[0] = 110.0
    silent = note.status()
    assert silent is not None
    assert silent.role == "away"
    assert "silent" in silent.trouble
    note.take(parts(msgspec.structs.replace(VIEW, role="standby")))
    assert lamp.roles == [True, False]


def test_without_news_or_without_a_site_it_says_so() -> None:
    with pytest.raises(PhotophoreError, match="not told"):
        SiteNote(list, wanted=True).tell()
    with pytest.raises(PhotophoreError, match="no part of a site"):
        SiteNote(list, wanted=False).tell()
    assert SiteNote(list, wanted=False).status() is None
    with pytest.raises(PhotophoreError, match="no view"):
        SiteNote(list, wanted=True).take(["{", 3])

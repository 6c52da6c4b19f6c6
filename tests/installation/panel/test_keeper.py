"""What the panel asks of the keeper, over a real control socket."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from installation.errors import PhotophoreError
from installation.keeper.panel_note import PanelNote
from installation.panel.keeper import KeeperLink
from installation.panel.metrics import exposition
from installation.status import (
    AdapterStatus,
    GuardStatus,
    KeeperStatus,
    PairingNote,
    Status,
    UniverseStatus,
    to_json,
)
from tests.installation.panel.answering import Answering
from tests.installation.panel.running import Panel, until

DARK = Status(
    show="small",
    blackout=True,
    safe_mode="3 crashes within 300 s",
    uptime_s=12.5,
    adapters=(AdapterStatus(name='a"b', kind="artnet", state="down", detail="<unplugged>", tx=7),),
    keeper=KeeperStatus(
        look="hold", guard=GuardStatus(active=True), universes=(UniverseStatus(number=3, lit=9, peak=0.5),)
    ),
)


class Keeper(Answering):
    """A control socket that answers ``status`` with whatever ``said`` is."""

    def __init__(self, folder: Path) -> None:
        self.said: Any = to_json(DARK)
        super().__init__(folder, lambda verb, _: self.said if verb == "status" else None)


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    made = Keeper(tmp_path)
    yield made
    made.close()


def test_page_health_and_metrics_tell_of_lamps_while_no_stage_was_ever_heard(
    tmp_path: Path, keeper: Keeper
) -> None:
    panel = Panel(tmp_path)
    try:
        told = until(lambda: (h := panel.json("/health"))["status"]["blackout"] and h)
        assert told["stale"] is True
        assert told["status"] == to_json(DARK)
        page = panel.get("/", Accept="text/html")[2].decode()
        for words in (
            "Blackout: picture and lamps",
            "Safe mode: 3 crashes",
            "9 of 512",
            "&lt;unplugged&gt;",
            "hold",
        ):
            assert words in page
        assert 'data-text="down"' in page
        metrics = panel.get("/metrics")[2].decode()
        assert "photophore_blackout 1" in metrics
        assert 'photophore_keeper_universes_lit{number="3"} 9' in metrics
        assert 'photophore_adapters_up{name="a\\"b",kind="artnet"} 0' in metrics
    finally:
        panel.close()


@pytest.mark.parametrize(
    "nonsense", [{"keeper": 5}, {"adapters": [{"name": 3}]}, [], "no", {"errors": {"a": 1}}]
)
def test_a_status_that_makes_no_sense_is_not_shown_and_ends_nothing(
    tmp_path: Path, keeper: Keeper, nonsense: Any
) -> None:
    keeper.said = nonsense
    panel = Panel(tmp_path)
    try:
        until(lambda: "the keeper's status cannot be read" in panel.said() or not isinstance(nonsense, dict))
        assert panel.json("/health")["status"]["keeper"] == {}
        keeper.said = to_json(DARK)
        until(lambda: panel.json("/health")["status"]["blackout"])
        assert "Traceback" not in panel.said()
    finally:
        panel.close()


@pytest.mark.parametrize("turns", range(8))
def test_it_ends_when_it_is_cancelled_at_whatever_moment(tmp_path: Path, turns: int) -> None:
    async def ended() -> bool:
        asking = asyncio.create_task(KeeperLink(tmp_path).run())  # there is no keeper: each try fails
        for _ in range(turns):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait({asking}, timeout=1.0)
        return asking.done()

    assert asyncio.run(ended())


def test_every_number_of_the_status_is_a_metric_with_its_meaning() -> None:
    text = exposition(DARK, ok=True)

    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert len({line.rsplit(" ", 1)[0] for line in lines}) == len(lines)
    assert "photophore_uptime_s 12.5" in lines
    assert "# HELP photophore_keeper_guard_active It darkens now" in text


def test_the_hint_of_the_hud_is_the_least_code_and_only_where_somebody_has_to_pair() -> None:
    codes = {"viewer": "AAAA-0001", "admin": "BBBB-0002"}

    assert PairingNote(address="http://10.0.0.1:8137/", network=True, codes=codes).hint() == (
        "page http://10.0.0.1:8137/   pairing code to look in: AAAA-0001"
    )
    assert PairingNote(address="http://127.0.0.1:8137/", codes=codes).hint() == ""


def test_what_the_panel_has_refused_is_told_to_the_keeper_once(tmp_path: Path) -> None:
    told: list[Any] = []
    note = PanelNote()

    def answer(verb: str, given: list[Any]) -> Any:
        if verb == "panel-refused":
            told.append(note.take(given))
            return told[-1]
        return to_json(DARK) | {"refused": [msgspec.to_builtins(one) for one in note.refused]}

    keeper, panel = Answering(tmp_path, answer), Panel(tmp_path)
    try:
        assert panel.get("/master", Via="1.1 elsewhere")[0] == 401
        until(lambda: note.refused)
        (one,) = note.refused
        assert (one.source, one.reason, one.count) == ("panel", "reading from the network without a token", 1)
        until(lambda: panel.json("/health")["status"]["blackout"])
        assert len(panel.json("/health")["status"]["refused"]) == 1  # not twice: ours and the keeper's
        assert len(told) == 1
    finally:
        panel.close()
        keeper.close()


@pytest.mark.parametrize("parts", [("{",), ("[1]",), ("",), (1, 2), ("[" * 3000,)])
def test_what_are_no_refusals_changes_nothing(parts: tuple[object, ...]) -> None:
    note = PanelNote()
    with pytest.raises(PhotophoreError, match="no refusals"):
        note.take(parts)
    assert note.refused == ()

"""A person sees their own pulse at their own seat: the venue that ships, and the routes of the page."""

import json
import re
from pathlib import Path

import pytest

from installation.clock import ManualClock
from installation.errors import AddressError
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.signal.record import record_line
from installation.signal.trace import trace_line
from installation.stage.clients.subscriptions import value_of
from installation.values import Reading
from tests.small_show import write_small_show

ROOT = Path(__file__).parents[3]
GAIN = "/light/seat-1/gain"
LOOP = """
[[feedback]]
name = "lamps"
from = "/lamps/power"
to = "/scene/one/glow"
"""


@pytest.fixture
def player(tmp_path: Path) -> Player:
    folder = write_small_show(tmp_path / "small")
    page = (ROOT / "docs" / "sensors.md").read_text()
    found = re.findall(r"<!-- toml: part of a show -->\n```toml\n(.*?)```", page, re.DOTALL)
    show = folder / "show.toml"
    show.write_text(show.read_text() + "\n" + found[0] + LOOP)
    options = StageOptions(show=str(folder), venue=str(ROOT / "presets" / "venues" / "seats.toml"))
    return build_player(read_production(options), options, ManualClock(1 / 60), None)


def beat(player: Player, frames: int, value: float | None = None) -> list[float]:
    """Gain of the lamp in each frame; the first one brings the pulse."""
    found = []
    for frame in range(frames):
        now = player.frame.time
        entries = (
            [Reading("/person/1/pulse", (value,), now, "grips", private=True)] if value is not None else []
        )
        player.step(entries if frame == 0 else [], now)
        found.append(float(player.tree.get(GAIN)[0]))
    return found


def test_the_lamp_is_dark_lights_up_at_a_beat_and_is_dark_again(player: Player) -> None:
    assert beat(player, 30)[-1] == 0.0
    assert player.tree.get("/light/seats/level")[0] == 1.0
    lit = beat(player, 8, 1.0)
    assert lit[-1] == pytest.approx(0.4, abs=0.05)
    fades = beat(player, 120, 0.0)
    assert fades == sorted(fades, reverse=True)
    assert fades[-1] < 0.01
    assert player.tree.get("/light/seat-2/gain")[0] == 1.0, "the page shows one seat"


def test_who_has_gone_leaves_the_lamp_dark(player: Player) -> None:
    beat(player, 8, 1.0)
    assert beat(player, 400)[-1] < 0.01


def test_neither_recording_nor_trace_knows_of_the_pulse(player: Player) -> None:
    beat(player, 30)
    entries = [Reading("/person/1/pulse", (1.0,), player.frame.time, "grips", private=True)]
    player.step(entries, player.frame.time)
    beat(player, 5)
    assert player.tree.get(GAIN)[0] > 0.1
    assert json.loads(record_line(player.frame, entries))["inbox"] == []
    trace = trace_line(player.frame, player.signals, player.tree)
    assert "pulse" not in trace
    assert json.loads(trace)["parameters"][GAIN] == 1.0, "its base, and nothing of what moves it"


def test_the_power_of_the_lamps_tells_nobody_the_pulse_that_moves_them(player: Player) -> None:
    def power() -> list[Reading]:
        entries = [*player.features()]
        player.step(entries, player.frame.time)
        return [one for one in entries if isinstance(one, Reading) and one.address == "/lamps/power"]

    def told() -> str:
        try:
            return str(value_of(player, "/lamps/power", False)[0])
        except AddressError as error:
            return str(error)

    for _ in range(30):
        power()
    assert not any(one.private for one in power())
    assert "/lamps/power" in player.signals.public()
    player.step([Reading("/person/1/pulse", (1.0,), player.frame.time, "grips", private=True)], 0.0)
    seen = [(one.values[0], one.private, "/lamps/power" in player.signals.public()) for one in power()]
    for _ in range(8):
        seen += [(one.values[0], one.private, "/lamps/power" in player.signals.public()) for one in power()]
    assert float(seen[-1][0]) > 0.0, "the pulse is in it"
    assert all(private and not public for _, private, public in seen)
    assert "private" in told()
    trace = trace_line(player.frame, player.signals, player.tree)
    assert "/lamps/power" not in json.loads(trace)["signals"]

    # Who sat there has gone: once their last pulse has faded, it is of nobody.
    player.step([Reading("/person/1/pulse", (0.0,), player.frame.time, "grips", private=True)], 0.0)
    gone = player.frame.time
    while "private" in told() and player.frame.time - gone < 40.0:
        power()
    assert 33.0 < player.frame.time - gone < 34.0, "whatever they were like"
    assert player.tree.get(GAIN)[0] == pytest.approx(0.0, abs=1e-8)
    assert power()[0].values[0] == pytest.approx(0.8, abs=1e-6), "the other four seats"
    power()
    assert "/lamps/power" in player.signals.public()

    # And private again in the frame in which the next one's first beat lights the lamp.
    player.step([Reading("/person/1/pulse", (1.0,), player.frame.time, "grips", private=True)], 0.0)
    assert "private" in told()
    assert all(one.private for one in power())
    assert "/lamps/power" not in player.signals.public()

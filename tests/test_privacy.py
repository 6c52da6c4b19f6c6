"""What is private stays in the stage: readings, what is made of them, and the parameters that they move."""

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from hardware.biosensor import Crowd
from installation.clock import ManualClock
from installation.ipc.bus import LocalBus, LocalHub, Subscription
from installation.ipc.options import StageOptions
from installation.ipc.telemetry import DESCRIPTION, VALUES, Description, Publisher, unpack_values
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.signal.record import record_line
from installation.signal.trace import trace_line
from installation.stage.clients.requests import Requests
from installation.status import to_json
from installation.values import Command, Reading
from tests.installation.neuro.states import add_states
from tests.small_show import write_small_show

SECRET = 0.6180339887
HEART = """
[[route]]
from = "/osc/heart/rate"
to = "/scene/two/tint"
component = "red"
"""


class Link:
    """The keeper's end, which remembers all that it was told."""

    def __init__(self, *asked: Command) -> None:
        self.told: list[Any] = []
        self._asked = list(asked)

    def commands(self) -> list[Any]:
        from installation.ipc.link import Asked

        asked, self._asked = self._asked, []
        return [Asked(number, command) for number, command in enumerate(asked)]

    def answer(self, number: int, result: Any = None, *, error: str = "", more: bool = False) -> None:
        self.told.append((number, result, error, more))

    def say(self, facts: dict[str, bool]) -> None:
        self.told.append(facts)

    def begin(self, ids: list[int]) -> None:
        self.told.append(ids)


class Bus:
    """A bus that remembers all that was put."""

    def __init__(self) -> None:
        self.put_: dict[str, bytes] = {}

    def put(self, key: str, payload: bytes, keep: bool = False) -> None:
        self.put_[key] = payload

    def subscribe(self, pattern: str, **_: Any) -> Subscription:
        return LocalBus(LocalHub()).subscribe(pattern)  # nobody writes there

    def living(self) -> frozenset[str]:
        return frozenset()


@pytest.fixture
def player(tmp_path: Path) -> Player:
    folder = write_small_show(tmp_path / "small")
    show = folder / "show.toml"
    show.write_text(show.read_text() + HEART)
    options = StageOptions(show=str(folder), venue="loopback")
    return build_player(read_production(options), options, ManualClock(1 / 60), None)


def beat(player: Player, frames: int = 60) -> list[Reading]:
    entries = [
        Reading("/osc/heart/rate", (SECRET,), 0.0, "belt", private=True),
        Reading("/hand", (SECRET,), 0.0, "osc", private=True),
        Reading("/scene/one/tint", (SECRET, SECRET, SECRET, 1.0), 0.0, "osc", private=True),
    ]
    for index in range(frames):
        player.step(entries, index / 60)
    return entries


def numbers(text: str) -> set[float]:
    found: set[float] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)
        elif isinstance(value, float):
            found.add(round(value, 5))

    walk(json.loads(text))
    return found


def test_a_private_signal_moves_the_picture_all_the_same(player: Player) -> None:
    beat(player)

    assert player.tree.get("/scene/two/tint")[0] == pytest.approx(SECRET)
    assert player.tree.hidden.any()


def test_neither_recording_nor_trace_holds_it(player: Player) -> None:
    entries = beat(player)

    recording = record_line(player.frame, entries)
    trace = trace_line(player.frame, player.signals, player.tree)

    assert json.loads(recording)["inbox"] == []
    assert "heart" not in trace
    assert round(SECRET, 5) not in numbers(trace)
    assert json.loads(trace)["parameters"]["/scene/two/tint"] == [0.0, 0.5, 1.0, 1.0]


def test_the_panel_never_hears_it_not_even_under_another_name(player: Player) -> None:
    beat(player)
    bus = Bus()
    publisher = Publisher(bus, "small")  # type: ignore[arg-type]
    public = {
        name: index for name in player.signals.names() if (index := player.signals.index(name)) is not None
    }
    index = player.signals.index("/osc/heart/rate")
    assert index is not None

    # An index that became a private signal's since the names were collected:
    publisher.publish(1.0, player.tree, public | {"/osc/old": index}, player.signals.shown())

    found = unpack_values(bus.put_[VALUES])
    assert found is not None
    assert not np.isclose(found[1], SECRET, atol=1e-5).any()
    names = {node.address for node in msgspec.json.decode(bus.put_[DESCRIPTION], type=Description).nodes}
    assert "/osc/heart/rate" not in names


def test_nobody_who_asks_or_watches_is_told(player: Player) -> None:
    entries = beat(player)
    asked = [
        Command("watch", ("/",)),
        Command("get", ("/scene/two/tint",)),
        Command("get", ("/scene/one/tint", True)),
        Command("get", ("/osc/heart/rate",)),
        Command("signals"),
        Command("parameters"),
    ]
    link = Link(*asked)
    desk = Requests(link, player)  # type: ignore[arg-type]

    desk.commands()
    desk.tell_watchers(entries)

    assert link.told[0][1] == {"watching": "/"}
    assert link.told[1][1] == [0.0, 0.5, 1.0, 1.0]
    assert "no parameter" in link.told[3][2]
    assert round(SECRET, 5) not in numbers(json.dumps(link.told))
    assert len(link.told) == len(asked)


def test_a_private_message_to_a_parameters_address_writes_no_base(player: Player) -> None:
    beat(player)

    assert player.tree.get_base("/scene/one/tint") == (0.0, 0.5, 1.0, 1.0)


def test_a_private_signal_that_says_nothing_hides_nothing(player: Player) -> None:
    player.step([], 0.0)
    assert not player.tree.hidden.any()

    beat(player)

    assert player.tree.hidden.any()


CHANNELS = ("x", "y", "heart", "breath", "alpha", "still")


@pytest.fixture
def peopled(tmp_path: Path) -> Player:
    """Answers move a parameter; two people are there."""
    folder = add_states(write_small_show(tmp_path / "small"))
    show = folder / "show.toml"
    answer = '\n[[route]]\nfrom = "/answer/1/x"\nto = "/scene/two/tint"\ncomponent = "red"\n'
    show.write_text(show.read_text() + answer)
    options = StageOptions(show=str(folder), venue="loopback")
    return build_player(read_production(options), options, ManualClock(1 / 60), None)


def crowded(player: Player, crowd: Crowd, frames: int, *orders: Command) -> list[Any]:
    """Play; returns everything that came in."""
    everything: list[Any] = []
    for frame in range(frames):
        crowd.advance(1 / 60)
        entries = [*crowd.readings(frame / 60, "people"), *(orders if frame == 0 else ())]
        player.step(entries, frame / 60)
        everything += entries
    return everything


def secrets(player: Player, crowd: Crowd) -> set[float]:
    """All that is known of the people now, read and answered."""
    values = [*crowd.x, *crowd.y, *crowd.heart, *crowd.breath, *crowd.alpha]
    told = [player.signals.get(f"/answer/{n + 1}/{c}") for n in range(crowd.count) for c in CHANNELS[:5]]
    if player.signals.get("/neuro/shock/0/energy"):
        told += [player.signals.get(f"/neuro/shock/0/{c}") for c in "xy"]
    return {round(float(value), 5) for value in [*values, *(one for one in told if one is not None)]}


@pytest.mark.parametrize("state", ["attuned", "malfunction"])
def test_nothing_of_a_person_and_nothing_answered_leaves_the_stage(peopled: Player, state: str) -> None:
    crowd = Crowd(2, seed=8)
    entries = crowded(peopled, crowd, 90)
    entries += crowded(peopled, crowd, 90, Command("set", (f"/neuro/enter/{state}", 1.0)))
    crowded(peopled, crowd, 20, Command("set", ("/neuro/enter/backfire", 1.0)))
    hidden = secrets(peopled, crowd)
    assert len(hidden) > 15
    assert peopled.tree.get("/scene/two/tint")[0] == pytest.approx(
        peopled.signals.get("/answer/1/x"), abs=0.1
    )

    recording = record_line(peopled.frame, entries)
    trace = trace_line(peopled.frame, peopled.signals, peopled.tree)
    bus = Bus()
    public = {n: i for n in peopled.signals.names() if (i := peopled.signals.index(n)) is not None}
    Publisher(bus, "small").publish(1.0, peopled.tree, public, peopled.signals.shown())  # type: ignore[arg-type]
    link = Link(
        Command("watch", ("/",)), Command("signals"), Command("parameters"),
        Command("get", ("/scene/two/tint",)),
        Command("get", ("/answer/1/x",)), Command("get", ("/person/1/x",)),
    )  # fmt: skip
    desk = Requests(link, peopled)  # type: ignore[arg-type]
    desk.commands()
    desk.tell_watchers(entries)

    state = peopled.interface.status()
    interface = json.dumps(to_json(state)) if state else "{}"
    for told in (recording, trace, json.dumps(link.told), interface):
        assert not numbers(told) & hidden
        assert "heart" not in told.replace("/neuro/shared/heart/rate", "")  # that of simulated ones
    assert "/person/" not in recording + trace + json.dumps(link.told[:4])
    assert "/answer/" not in recording + trace + json.dumps(link.told[:4])
    found = unpack_values(bus.put_[VALUES])
    assert found is not None
    assert not {round(float(value), 5) for value in found[1]} & hidden
    names = {node.address for node in msgspec.json.decode(bus.put_[DESCRIPTION], type=Description).nodes}
    assert not [name for name in names if name.startswith(("/person", "/answer"))]


def test_means_over_fewer_than_five_people_are_private_too(peopled: Player) -> None:
    means = {f"/neuro/{name}" for name in ("arousal", "coherence", "stillness", "brake")}
    places = {f"/neuro/shock/{k}/{axis}" for k in range(4) for axis in "xy"}

    crowded(peopled, Crowd(4, seed=1), 30)
    assert not (means | places) & set(peopled.signals.names())
    assert peopled.signals.public()["/neuro/people"] == 4
    crowded(peopled, Crowd(5, seed=1), 40 * 60)
    assert means <= set(peopled.signals.names())
    assert not places & set(peopled.signals.names())

"""The shared state bound to a player: which of it is told, to whom, and what it moves."""

from datetime import datetime
from pathlib import Path

import pytest

from hardware.biosensor import Crowd, VirtualPeople, VirtualPeopleSettings
from installation import portable_math
from installation.clock import ManualClock
from installation.devices.adapters import InputSupervisor
from installation.ipc.options import StageOptions
from installation.neuro.parameters import MEASURES, SHARED
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.player.surroundings import nature_of
from installation.show.venue_model import Place
from installation.signal.trace import trace_line
from installation.stage.controls.watchers import Watchers
from installation.status import InterfaceStatus, InvitationStatus, gathered, inviting
from installation.values import Command, Reading
from tests.installation.neuro.states import STATES, add_states
from tests.small_show import write_small_show

RATE = 10


@pytest.fixture
def player() -> Player:
    options = StageOptions(venue="loopback", headless=True)
    return build_player(read_production(options), options, ManualClock(1 / RATE), None, repeatable=True)


def play(player: Player, crowd: Crowd, seconds: float, *orders: Command) -> None:
    for frame in range(round(seconds * RATE)):
        crowd.see(
            player.signals.get("/neuro/invitation/phase") or 0.0,
            (player.signals.get("/neuro/invitation/rate") or 0.0) / 60.0,
        )
        crowd.advance(1 / RATE)
        people = crowd.readings(player.frame.time, "people")
        step = player.step([*people, *player.features(), *(orders if not frame else ())], 0.0)
        assert step.refused == ()


def words(player: Player) -> str:
    said = player.interface.status()
    assert said is not None
    return gathered(said)


def test_three_people_have_simulated_company_which_is_all_that_is_told(small: Player) -> None:
    player = small
    play(player, Crowd(3, seed=8, walking=0.0), 12.0, Command("set", ("/neuro/invitation/amount", 1.0)))

    public = set(player.signals.public())
    assert {f"/neuro/shared/{name}" for name in SHARED} <= public
    assert not {f"/neuro/{name}" for name, _, _ in MEASURES} & public
    assert not {"/neuro/drive", "/neuro/invitation/swell"} & public
    assert player.signals.public()["/neuro/simulated"] == 2
    assert words(player) == "3 people, 2 simulated; values told outside are simulated"
    said = player.interface.status()
    assert said is not None
    assert said.invitation is not None
    assert said.invitation.breaths is None
    trace = trace_line(player.frame, player.signals, player.tree)
    assert '"/neuro/shared/calm"' in trace
    assert '"/neuro/calm"' not in trace


EDGE = """
[[feedback]]
name = "loop"
from = "/scene/one/glow"
to = "/scene/two/glow"
"""
DRIVEN = """
[people]
drive = 0.5

[[state.backfire.trigger]]
signal = "/neuro/disagreement"
above = 0.42
release = 0.36
dwell = 4.0
after = ["malfunction"]
"""


@pytest.fixture
def small(tmp_path: Path) -> Player:
    folder = add_states(write_small_show(tmp_path / "small"), STATES + DRIVEN)
    show = folder / "show.toml"
    show.write_text(show.read_text() + EDGE)
    options = StageOptions(show=str(folder), venue="loopback", headless=True)
    return build_player(read_production(options), options, ManualClock(1 / RATE), None, repeatable=True)


def body(player: Player, number: int, channel: str, value: float) -> Reading:
    return Reading(f"/person/{number}/{channel}", (value,), player.frame.time, "belt", private=True)


def breathing(player: Player, seconds: float, opposed: bool) -> list[float]:
    """Six people; ``opposed``: three of them against the others, with hearts that race. Returns the drive."""
    found = []
    for _ in range(round(seconds * RATE)):
        now = player.frame.time
        wave = float(portable_math.sin_turns(0.25 * now))
        people = []
        for number in range(1, 7):
            against = opposed and number > 3
            people.append(body(player, number, "breath", -wave if against else wave))
            people.append(body(player, number, "heart", 85.0 if against else 60.0))
        assert player.step(people, 0.0).refused == ()
        found.append(player.signals.get("/neuro/drive") or 0.0)
    return found


def test_gains_follow_disagreement_and_a_malfunction_fires_back_where_it_is_great(small: Player) -> None:
    small.step(
        [Command("set", ("/neuro/enter/malfunction", 1.0)), Command("set", ("/feedback/loop/gain", 2.0))], 0
    )
    agreed = breathing(small, 8.0, opposed=False)
    assert agreed[-1] < 0.75
    assert small.tree.get("/feedback/loop/gain")[0] == pytest.approx(2.0 * agreed[-1], rel=0.02)
    assert small.interface.state == "malfunction"

    driven = []
    for _ in range(40):
        small.interface.stand_in("malfunction", 0.0)  # or it would end by itself
        driven += breathing(small, 1.0, opposed=True)
        if small.interface.state == "backfire":
            break
    assert max(driven) > 1.2
    assert small.interface.state == "backfire"


def test_simulated_people_of_an_adapter_are_told_and_said_to_be_so(small: Player) -> None:
    player = small
    adapter = VirtualPeople("people", VirtualPeopleSettings(people=2, walking=0.0))
    adapter.open()
    labels: list[Reading] = []
    while not labels:
        labels = [one for one in adapter.receive(0.2) if one.address.endswith("/simulated")]
    adapter.close()
    assert [one.private for one in labels] == [True, True]
    crowd = Crowd(2, walking=0.0)
    for _ in range(8 * RATE):
        crowd.advance(1 / RATE)
        assert player.step([*crowd.readings(player.frame.time, "people"), *labels], 0.0).refused == ()

    assert words(player) == "2 people, all simulated; values told outside are simulated"
    assert "/neuro/calm" in player.signals.public()
    assert player.signals.public()["/neuro/simulated"] == 0


def test_the_words_of_hud_page_and_terminal() -> None:
    def of(people: int, sensed: int, stand_ins: int, simulated: int, told: str) -> str:
        return gathered(
            InterfaceStatus(
                state="attuned", since=0.0, people=people, sensed=sensed, stand_ins=stand_ins,
                simulated=simulated, told=told,
            )
        )  # fmt: skip

    assert of(0, 0, 0, 0, "nobody") == "nobody"
    assert of(1, 1, 0, 4, "mixed") == "1 person, 4 simulated; values told outside are changing over"
    assert of(9, 2, 0, 3, "simulated").startswith("9 people (2 with sensors), 3 simulated;")
    assert of(7, 7, 0, 0, "people") == "7 people; values told outside are of people"
    each = {"coherence": "people", "arousal": "simulated", "calm": "people"}
    said = InterfaceStatus(state="attuned", since=1.0, people=7, sensed=7, told="mixed", told_of=each)
    assert gathered(said) == "7 people; told outside: coherence and calm of people, arousal simulated"
    assert inviting(InvitationStatus()) == "their own breath, slowing"
    known = InvitationStatus(breaths=6.0, step=0.84, before=0.1, now=0.7)
    assert inviting(known) == "6.0 breaths a minute, in step 0.84, synchrony of breaths 0.10 before, 0.70 now"


def act_five(player: Player, when: datetime, weather: str, folder: Path) -> dict[str, float]:
    (folder / "station.csv").write_text(weather)
    player.room.nature = nature_of(Place(60.17, 24.94, "UTC", weather="station.csv"), when, folder)
    player.stand_at("81")
    for _ in range(30):
        player.step(player.features(), 0.0)
    names = ("sun", "moon", "tide", "leaf", "life", "abundance", "warmth", "wind", "rain")
    return {name: player.tree.get(f"/scene/symbiosis/{name}")[0] for name in names}


def test_act_five_differs_by_day_season_tide_and_weather(player: Player, tmp_path: Path) -> None:
    warm, storm = "temperature,wind,rain,cloud\n24,2,0,0.1\n", "temperature,wind,rain,cloud\n-8,11,4,0.9\n"
    summer = act_five(player, datetime(2026, 6, 21, 12), warm, tmp_path)
    winter = act_five(player, datetime(2026, 12, 21, 23), storm, tmp_path)
    ebb = act_five(player, datetime(2026, 12, 22, 5), storm, tmp_path)

    assert summer["sun"] > 0.9 > 0.1 > winter["sun"]
    for name in ("leaf", "life", "abundance", "warmth"):
        assert summer[name] > 1.25 * winter[name]
    assert summer["wind"] < 0.2 < winter["wind"]
    assert summer["rain"] == 0.0 < 0.5 < winter["rain"]
    assert abs(winter["tide"] - ebb["tide"]) > 0.3


def test_a_simulated_crowd_sees_the_light_that_the_room_sees_and_nothing_private(small: Player) -> None:
    adapter = VirtualPeople("people", VirtualPeopleSettings(people=6, follow=1.0, walking=0.0))
    watchers = Watchers(small, lambda: [InputSupervisor(adapter, lambda _reading: None)])
    orders = [
        Command("set", ("/neuro/invitation/amount", 1.0)),
        Command("set", ("/neuro/invitation/time", 0.0)),
    ]
    for _ in range(3):
        small.step(orders, 0.0)
        watchers.frame()
    phase, rate = adapter._seen
    assert phase == small.signals.get("/neuro/invitation/phase") != 0.0
    assert rate == pytest.approx(0.1)

    index = small.signals.index("/neuro/invitation/phase")
    assert index is not None
    small.signals.private[index] = True
    watchers.frame()
    assert adapter._seen == (0.0, 0.0)

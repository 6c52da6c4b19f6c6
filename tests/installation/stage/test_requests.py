from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from hardware.biosensor import Crowd
from installation.clock import ManualClock
from installation.ipc.link import Asked
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.production import read_production
from installation.stage.clients.requests import Requests
from installation.status import AdapterStatus
from installation.values import Command, Reading
from tests.installation.neuro.states import add_states


class Link:
    """The keeper's end: asks what it is told to ask, and remembers the answers by number."""

    def __init__(self) -> None:
        self.asks: list[Asked] = []
        self.answers: list[tuple[int, Any, str]] = []
        self.said: list[dict[str, bool]] = []
        self.begun: list[list[int]] = []

    def commands(self) -> list[Asked]:
        asks, self.asks = self.asks, []
        return asks

    def answer(self, number: int, result: Any = None, *, error: str = "", more: bool = False) -> None:
        self.answers.append((number, result, error))

    def say(self, facts: dict[str, bool]) -> None:
        self.said.append(facts)

    def begin(self, ids: list[int]) -> None:
        self.begun.append(ids)


def desk_of(show: Path, *inputs: AdapterStatus) -> tuple[Requests, Link]:
    options = StageOptions(show=str(show), venue="loopback")
    player = build_player(read_production(options), options, ManualClock(1 / 60), None)
    link = Link()
    return Requests(link, player, lambda: inputs), link  # type: ignore[arg-type]


@pytest.fixture
def desk(small_show: Path) -> tuple[Requests, Link]:
    return desk_of(small_show)


def ask(desk: Requests, link: Link, verb: str, *arguments: Any) -> list[Command]:
    link.asks.append(Asked(7, Command(verb, arguments)))
    return desk.commands()


def test_a_question_is_answered_at_once(desk: tuple[Requests, Link]) -> None:
    made, link = desk

    assert ask(made, link, "get", "/scene/two/glow") == []

    assert link.answers == [(7, [0.75], "")]
    ask(made, link, "get", "/scene/two/glov")
    assert "/scene/two/glow" in link.answers[1][2]
    ask(made, link, "parameters")
    assert {one["address"] for one in link.answers[2][1]} >= {"/master", "/scene/one/glow"}


def test_the_cue_list_is_told_with_where_it_stands(desk: tuple[Requests, Link]) -> None:
    made, link = desk
    made._player.step([Command("go", ())], 0.0)

    assert ask(made, link, "cues") == []

    assert [(one["id"], one["stands"]) for one in link.answers[0][1]] == [("1", "current"), ("2", "standby")]


def test_a_panic_recalls_a_go_that_was_not_carried_out_yet(desk: tuple[Requests, Link]) -> None:
    made, link = desk
    given = [("go",), ("set", "/master", 0.5), ("panic",), ("go",), ("panic", False), ("cue", "2")]
    link.asks += [Asked(at, Command(verb, tuple(rest))) for at, (verb, *rest) in enumerate(given)]

    carried_out = [one.verb for one in made.commands() if isinstance(one, Command)]

    assert carried_out == ["set", "panic", "go", "panic", "cue"]
    assert link.answers == [(0, None, "a panic came before it was carried out")]


def test_what_the_keeper_has_given_up_is_not_carried_out(desk: tuple[Requests, Link]) -> None:
    made, link = desk
    given = [("go",), ("set", "/master", 0.5), ("get", "/master"), ("cancel", 0), ("cancel", 2), ("go",)]
    link.asks += [Asked(at, Command(verb, tuple(rest))) for at, (verb, *rest) in enumerate(given)]

    assert [one.verb for one in made.commands() if isinstance(one, Command)] == ["set", "go"]

    assert [number for number, _, _ in link.answers] == [3, 4]


def test_what_is_carried_out_is_told_before_the_frame_that_may_take_long(desk: tuple[Requests, Link]) -> None:
    made, link = desk
    link.asks = [Asked(3, Command("go")), Asked(4, Command("get", ("/master",))), Asked(5, Command("back"))]
    assert len(made.commands()) == 2
    assert link.begun == [[3, 5]]
    made.settle([], [])
    assert made.commands() == []
    assert link.begun == [[3, 5]]


def test_a_question_with_wrong_arguments_is_told_what_is_wanted(desk: tuple[Requests, Link]) -> None:
    made, link = desk

    assert ask(made, link, "get") == []
    assert link.answers[0][2] == "get needs address: a text"


def test_an_order_is_answered_when_it_was_carried_out_refused_or_not_known(
    desk: tuple[Requests, Link],
) -> None:
    made, link = desk
    (first,) = ask(made, link, "go")
    made.settle([], [])
    (second,) = ask(made, link, "set")
    made.settle([], [(second, "no parameter")])
    (third,) = ask(made, link, "dance")
    made.settle([third], [])

    assert first.verb == "go"
    assert link.answers[0] == (7, {"done": "go"}, "")
    assert link.answers[1] == (7, None, "no parameter")
    assert "dance" in link.answers[2][2]


def test_what_the_program_says_of_itself_in_every_frame_is_told_only_when_asked_for(
    desk: tuple[Requests, Link],
) -> None:
    made, link = desk
    arrived = [
        Reading("/lamps/power", (0.1,), 0.0, "lamps"),
        Reading("/picture/mean", (0.1,), 0.0, "picture"),
    ]
    knob = Reading("/midi/desk/cc/1", (0.5,), 0.0, "midi")
    ask(made, link, "watch", "/")
    made.tell_watchers([*arrived, knob])
    assert [one["address"] for one in link.answers[-1][1]["readings"]] == ["/midi/desk/cc/1"]

    ask(made, link, "cancel", 7)
    ask(made, link, "watch", "/picture/mean")
    made.tell_watchers([*arrived, knob])
    assert [one["address"] for one in link.answers[-1][1]["readings"]] == ["/picture/mean"]


def test_a_watcher_hears_what_it_asked_for_until_it_hangs_up(desk: tuple[Requests, Link]) -> None:
    made, link = desk
    ask(made, link, "watch", "/osc/hand")
    flood = [Reading(f"/hand/{index}", (1.0,), 0.0, "osc") for index in range(100)]

    made.tell_watchers([*flood, Reading("/foot", (1.0,), 0.0, "osc"), Command("go")])
    ask(made, link, "cancel", 7)
    made.tell_watchers(flood)

    number, said, _ = link.answers[1]
    assert number == 7
    assert len(said["readings"]) == 64
    assert said["left_out"] == 36
    assert len(link.answers) == 3


def play(made: Requests, *entries: Reading, frames: int = 1) -> None:
    """Frames as the stage makes them: what came in is told after it was played."""
    for index in range(frames):
        arrived = entries if index == 0 else ()
        made._player.step(arrived, 0.0)
        made.tell_watchers(arrived)


def told(link: Link) -> list[tuple[str, str, list[float]]]:
    """Source, address and values of all that watchers were told, and forget it."""
    answers, link.answers = link.answers, []
    lines = [line for _, said, _ in answers for line in said.get("readings", ())]
    return [(one["source"], one["address"], one["values"]) for one in lines]


def test_a_signal_that_the_program_makes_is_watched_when_it_changes(small_show: Path) -> None:
    made, link = desk_of(add_states(small_show))
    ask(made, link, "watch", "/neuro/sta")
    play(made, frames=30)

    assert told(link) == [("signal", "/neuro/state", [0.0])]

    made._player.tree.set("/neuro/enter/drifting", (1.0,))
    play(made, frames=30)

    assert told(link) == [("signal", "/neuro/state", [1.0])]


def test_a_parameter_is_watched_too_and_ten_times_a_second_at_most(desk: tuple[Requests, Link]) -> None:
    made, link = desk
    ask(made, link, "watch", "/scene/two/glow")
    play(made, frames=61)

    lines = told(link)
    assert {line[:2] for line in lines} == {("parameter", "/scene/two/glow")}
    assert 2 <= len(lines) <= 11  # noise moves it in every one of 61 frames


def test_what_arrives_is_told_once_and_what_it_moves_beside_it(desk: tuple[Requests, Link]) -> None:
    made, link = desk
    ask(made, link, "watch", "/osc/hand")
    play(made, Reading("/osc/hand", (0.5,), 0.0, "midi"), frames=3)
    assert told(link) == [("midi", "/osc/hand", [0.5])]

    ask(made, link, "cancel", 7)
    ask(made, link, "watch", "/scene/one/g*")
    play(made, Reading("/osc/hand", (1.0,), 0.0, "midi"), frames=30)
    assert told(link)[-1] == ("parameter", "/scene/one/glow", [1.0])


@pytest.mark.parametrize(
    ("address", "note"),
    [
        ("/", ""),
        ("/scene", ""),
        ("/signal/wave", ""),
        ("/osc/hand", "nothing has arrived yet at /osc/hand"),
        ("/scene/one/glov", "did you mean /scene/one/glow?; what arrives there by OSC will be shown"),
        ("/nonsense", "`photophore list signals`"),
    ],
)
def test_one_who_watches_what_is_not_there_is_told_so(
    desk: tuple[Requests, Link], address: str, note: str
) -> None:
    made, link = desk
    play(made)
    ask(made, link, "watch", address)

    said = link.answers[-1][1]
    assert said["watching"] == address
    assert bool(note) == ("note" in said)
    assert note in said.get("note", "")


MIDI_DOWN = AdapterStatus(
    name="keys", kind="midi", state="down", detail="MIDI is unavailable: alsa: no sequencer"
)
MIDI_UP = AdapterStatus(name="keys", kind="midi", state="up", detail="alsa: Knob:ctl; through alsa-midi")


@pytest.mark.parametrize("address", ["/midi", "/midi/", "/midi/knob/cc/1", "/midi/*/cc/1"])
def test_midi_that_is_down_is_told_to_who_waits_for_it_and_why(small_show: Path, address: str) -> None:
    for report, note in (
        (MIDI_DOWN, "adapter keys is down: MIDI is unavailable: alsa: no sequencer"),
        (MIDI_UP, "keys hears alsa: Knob:ctl"),
    ):
        made, link = desk_of(small_show, report)
        play(made)
        ask(made, link, "watch", address)
        assert note in link.answers[-1][1]["note"]


def test_midi_that_has_gone_down_is_told_though_values_are_there_from_before(small_show: Path) -> None:
    made, link = desk_of(small_show, MIDI_DOWN)
    play(made, Reading("/midi/knob/cc/1", (0.5,), 0.0, "midi"))
    ask(made, link, "watch", "/midi")
    assert "keys is down" in link.answers[-1][1]["note"]
    ask(made, link, "get", "/midi/knob/cc/1")
    assert link.answers[-1][1:] == ([0.5], "")


def test_a_value_that_cannot_come_because_midi_is_down_is_not_called_late(small_show: Path) -> None:
    made, link = desk_of(small_show, MIDI_DOWN)
    play(made)
    ask(made, link, "get", "/midi/knob/cc/1")
    assert "no value yet: adapter keys is down: MIDI is unavailable" in link.answers[-1][2]


def test_one_of_two_inputs_that_is_up_is_enough(small_show: Path) -> None:
    made, link = desk_of(small_show, MIDI_DOWN, MIDI_UP)
    play(made)
    ask(made, link, "watch", "/midi")
    assert not link.answers[-1][1]["note"].startswith("adapter keys is down")


def test_a_pattern_that_osc_does_not_have_is_refused(desk: tuple[Requests, Link]) -> None:
    made, link = desk
    ask(made, link, "watch", "/scene/{one")

    assert link.answers[-1][2]


def test_a_signal_is_read_like_a_parameter(small_show: Path) -> None:
    made, link = desk_of(add_states(small_show))
    play(made, frames=2)

    def answer(*arguments: Any) -> tuple[Any, str]:
        ask(made, link, "get", *arguments)
        return link.answers[-1][1:]

    assert answer("/neuro/state") == ([0.0], "")
    assert answer("/signal/wave")[0][0] == made._player.signals.get("/signal/wave")
    assert "nothing has arrived" in answer("/osc/hand")[1]
    assert "only parameters have a base" in answer("/neuro/state", True)[1]
    assert "no parameter and no signal /neuro/stat; did you mean /neuro/state?" in answer("/neuro/stat")[1]
    assert "below it are /scene/one/glow, /scene/one/tint" in answer("/scene/one")[1]
    assert "below it are /neuro/arousal, " in answer("/neuro")[1]


def test_what_a_route_may_use_is_not_denied_though_nothing_listens(small_show: Path) -> None:
    made, link = desk_of(small_show)
    play(made, frames=3)

    def answer(address: str) -> tuple[Any, str]:
        ask(made, link, "get", address)
        return link.answers[-1][1:]

    power, error = answer("/lamps/power")
    assert (power[0] >= 0.0, error) == (True, "")
    assert answer("/sound/level") == ([0.0], "")
    for address in ("/mouse/x", "/picture/zone/0/1", "/midi/knob/cc/1", "/osc/hand/x"):
        assert answer(address)[1] == f"{address} has no value yet: nothing has arrived there"
    assert "did you mean /osc/hand?" in answer("/hand")[1]
    assert "no parameter and no signal /osc" in answer("/osc")[1]


def test_of_few_people_only_that_they_are_private_is_told(small_show: Path) -> None:
    made, link = desk_of(add_states(small_show))
    crowd = Crowd(2, seed=8)
    crowd.advance(1 / 60)
    for _ in range(3):
        play(made, *crowd.readings(0.0, "people"))

    for verb, address in product(("get", "watch"), ("/neuro/coherence", "/person/1/x", "/answer/1/x")):
        ask(made, link, verb, address)
        _, said, error = link.answers[-1]
        assert "fewer than 5 people" in (error or said["note"])
    ask(made, link, "watch", "/person")
    assert "/person/1/x is private" in link.answers[-1][1]["note"]
    for pattern in ("/person/*", "/person/*/x", "/answer/[1-9]", "/pers*"):
        ask(made, link, "watch", pattern)
        assert "is private now" in link.answers[-1][1]["note"]
    ask(made, link, "watch", "/person/99/*")
    assert "what is read of single people is private" in link.answers[-1][1]["note"]
    ask(made, link, "get", "/person/99/heart")
    assert "no signal" in link.answers[-1][2]


@pytest.mark.parametrize(
    ("address", "values", "note"),
    [
        ("/scene/one/glow", (0.5,), None),
        ("/scene/one/glow", (7.0,), "/scene/one/glow takes 0 to 1: 7 became 1"),
        ("/scene/one/tint", (2.0, 0.0, -1.0), "0 to 1 in each component: 2 0 -1 1 became 1 0 0 1"),
        ("/neuro/attribution/renew", (61.0,), "takes 0 to 60 s: 61 became 60"),
        ("/blackout", (0.2,), "takes 0 or 1: 0.2 became 0"),
        ("/neuro/enter/attuned", (), None),
    ],
)
def test_a_value_beyond_the_range_is_told_with_what_it_became(
    small_show: Path, address: str, values: tuple[float, ...], note: str | None
) -> None:
    made, link = desk_of(add_states(small_show))
    (order,) = ask(made, link, "set", address, *values)
    step = made._player.step([order], 0.0)
    made.settle(step.left, step.refused)

    said = link.answers[-1][1]
    assert said["done"] == "set"
    assert ("note" in said) == (note is not None)
    assert (note or "") in said.get("note", "")


def test_a_value_for_what_an_edit_takes_away_in_the_same_frame_was_set_and_nothing_breaks(
    small_show: Path,
) -> None:
    desk, link = desk_of(small_show)
    player = desk._player
    ask(desk, link, "set", "/scene/two/glow", 2.0)
    scenes = {"one": player.show.scenes["one"]}
    player.replace(replace(player.show, scenes=scenes, cues=(), routes=()), {"one": player.shaders["one"]})

    desk.settle([], [])

    assert link.answers[-1][1] == {"done": "set"}


def test_the_twin_of_a_controller_gives_readings_like_the_device(desk: tuple[Requests, Link]) -> None:
    made, link = desk

    (reading,) = ask(made, link, "reading", "/midi/nanokontrol2/cc/0", 0.5)

    assert isinstance(reading, Reading)
    assert (reading.address, reading.values, reading.source) == ("/midi/nanokontrol2/cc/0", (0.5,), "twin")
    assert not reading.private
    assert link.answers[-1] == (7, {"done": "reading"}, "")


@pytest.mark.parametrize("address", ["/person/1/heart", "/picture/mean", "/master", "/midi/", "go"])
def test_a_twin_gives_no_other_readings(desk: tuple[Requests, Link], address: str) -> None:
    made, link = desk

    assert ask(made, link, "reading", address, 0.5) == []
    assert "no control of a controller" in link.answers[-1][2]

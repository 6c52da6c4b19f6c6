"""The show that ships goes through all states of its interface, with few people and with many."""

import json

import pytest

from hardware.biosensor import Crowd
from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.isf import shipped
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.show import load_show
from installation.signal.trace import trace_line
from installation.values import Command, Reading

STATES = tuple(state.name for state in load_show().states)

RATE = 10
"""Frames a second: the longest steps that the show takes, so that minutes are few frames."""
WAY = ("drifting", "malfunction", "backfire", "repairing", "symbiosis", "attuned")


def opened() -> Player:
    options = StageOptions(venue="loopback", headless=True)
    return build_player(read_production(options), options, ManualClock(1 / RATE), None, repeatable=True)


def order(verb: str, *arguments: float | str) -> Command:
    return Command(verb, arguments, 0.0, "test")


def enter(state: str) -> Command:
    return order("set", f"/neuro/enter/{state}", 1.0)


def play(
    player: Player, crowd: Crowd | None, frames: int, *orders: Command, traced: bool = False
) -> list[str]:
    trace = []
    clock = player.clock
    assert isinstance(clock, ManualClock)
    for frame in range(frames):
        entries: list[Reading | Command] = list(orders) if frame == 0 else []
        if crowd is not None:
            crowd.advance(clock.step)
            entries += crowd.readings(player.frame.time, "people")
        step = player.step(entries, frame * clock.step)
        assert step.refused == ()
        if traced or frame == frames - 1:
            trace.append(trace_line(step.frame, player.signals, player.tree))
    return trace


def in_range(player: Player) -> bool:
    tree = player.tree
    return bool((tree.effective >= tree.kinds.minimum).all() and (tree.effective <= tree.kinds.maximum).all())


@pytest.mark.parametrize("count", [1, 2, 6, 40])
def test_it_goes_through_all_six_states_ten_seconds_each(count: int) -> None:
    player, crowd = opened(), Crowd(count, seed=count)
    assert player.interface.state == "attuned"

    for state in WAY:
        trace = play(player, crowd, 10 * RATE, enter(state))
        assert player.interface.state == state
        assert in_range(player)
        signals = json.loads(trace[-1])["signals"]
        assert signals["/neuro/state"] == STATES.index(state)
        assert signals["/neuro/people"] == count
        # In the first ten seconds nothing is told of people who have only just come.
        assert ("/neuro/arousal" in signals) == (count >= 5 and state != WAY[0])
        assert not [name for name in signals if name.startswith(("/person", "/answer"))]


def test_a_picture_that_died_in_the_dark_is_given_seeds_of_light() -> None:
    player = opened()
    play(player, None, 1, enter("malfunction"))
    seeds = []
    for mean in (0.0, 0.02):
        for frame in range(12 * RATE):
            seen = Reading("/picture/mean", (mean,), frame / RATE, "picture")
            player.step([seen], frame / RATE)
            seeds.append(player.tree.get_shown("/effect/malfunction/reseed")[0])

    assert max(seeds[: 7 * RATE]) == 0.0
    assert max(seeds) == 1.0
    assert seeds[-1] == 0.0


def test_its_cues_lead_through_the_states_and_back_leads_out_again() -> None:
    player = opened()
    seen = []
    for cue in player.show.cues:
        play(player, None, RATE, order("cue", cue.id))
        seen.append(player.interface.state)

    assert [one for i, one in enumerate(seen) if i == 0 or seen[i - 1] != one] == [
        "attuned", "drifting", "malfunction", "attuned", "backfire", "attuned", "repairing", "attuned",
        "repairing", "attuned", "symbiosis", "attuned",
    ]  # fmt: skip
    for _ in range(4):  # over the cues of the night
        play(player, None, RATE, order("back"))
    assert player.interface.state == "symbiosis"


def test_in_a_malfunction_people_stir_anothers_place_and_repair_brings_them_home() -> None:
    player, crowd = opened(), Crowd(6, seed=4)
    way: list[tuple[float, float]] = []

    def walk(seconds: int, *orders: Command) -> None:
        for frame in range(seconds * RATE):
            play(player, crowd, 1, *(orders if frame == 0 else ()))
            way.append((float(crowd.x[0]), float(crowd.y[0])))

    def apart(seconds: int) -> float:
        """How far the answer to the first person is from all places of hers in the last seconds."""
        at = player.signals.get("/answer/1/x"), player.signals.get("/answer/1/y")
        assert at[0] is not None
        assert at[1] is not None
        return min(max(abs(at[0] - x), abs(at[1] - y)) for x, y in way[-1 - seconds * RATE :])

    walk(5)
    assert apart(0) < 0.03
    walk(15, enter("malfunction"))
    assert apart(10) > 0.05, "late at most, and not another's"
    walk(66, enter("repairing"))
    assert apart(0) < 0.03


def test_the_false_calm_comes_30_seconds_in_and_lasts_twelve() -> None:
    player = opened()
    play(player, None, round(28 * RATE), enter("malfunction"))
    assert player.tree.get("/effect/malfunction/amount")[0] == 1.0
    play(player, None, round(6 * RATE))
    assert player.tree.get("/effect/malfunction/amount")[0] == 0.0
    assert player.tree.get("/neuro/attribution/permute")[0] == 0.0
    play(player, None, round(14 * RATE))
    assert player.tree.get("/effect/malfunction/amount")[0] == 1.0
    assert player.tree.get("/effect/malfunction/cells")[0] == 1.0


def test_the_pulse_of_the_group_reaches_the_lights_of_the_seats() -> None:
    def beats(people: int) -> int:
        player, crowd, found = opened(), Crowd(people, 4, walking=0.0) if people else None, 0
        play(player, crowd, 1, enter("symbiosis"))
        for _ in range(35 * RATE):
            play(player, crowd, 1)
            found += int(player.tree.get("/scene/symbiosis/pulse")[0] > 0.5)
        return found

    assert beats(6) > 12  # nothing is told of people in the first seconds
    assert beats(0) == 0


def test_marks_of_past_cycles_lie_in_every_scene_of_the_map() -> None:
    show = load_show()
    led = {(route.source, route.target) for route in show.routes}
    for scene in show.scenes:
        for name in {"heals", "divides"} & {one.name for one in shipped("scenes", scene).inputs}:
            assert (f"/marks/{name}", f"/scene/{scene}/{name}") in led


def test_panic_calms_it_from_every_state_in_two_seconds() -> None:
    for state in WAY:
        player = opened()
        play(player, None, RATE, order("cue", "1"))
        player.interface.stand_in(state, 1.0)
        play(player, None, round(2.2 * RATE), order("panic"))

        assert player.interface.state == "attuned"
        assert player.tree.get("/effect/malfunction/amount")[0] == 0.0
        assert player.tree.get("/neuro/attribution/permute")[0] == 0.0


def test_two_runs_are_equal_bit_for_bit() -> None:
    def run() -> list[str]:
        player, crowd = opened(), Crowd(6, seed=1)
        return [
            *play(player, crowd, 60, traced=True),
            *play(player, crowd, 120, enter("malfunction"), traced=True),
        ]

    assert run() == run()

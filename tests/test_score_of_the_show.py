"""The shipped score from doors-open to the next cycle, in both branches, without a picture."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from installation.bodies import Bodies
from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.ipc.shared_memory import Heartbeat, Mapping
from installation.ipc.state_file import StateFile
from installation.parameter import Tree
from installation.player.build import build_player
from installation.player.inbox import Entry
from installation.player.player import Player
from installation.player.production import read_production
from installation.player.room.marks import PARAMETERS as MARKS
from installation.player.room.marks import BoundMarks
from installation.player.score import first_place
from installation.share.marks import Marks
from installation.signal import Signals
from installation.signal.record import record_line, replay
from installation.stage.clocks.score_clock import ScoreClock
from installation.stage.run_memory import MarksFile, RestsFile
from installation.values import Command, Reading

STEP = 0.1
SPEED = 20.0


def opened(**more: object) -> Player:
    options = StageOptions(venue="loopback", **more)  # type: ignore[arg-type]
    return build_player(read_production(options), options, ManualClock(STEP), None, repeatable=True)


def command(verb: str, *arguments: float | str) -> Command:
    return Command(verb, arguments, 0.0, "test")


def standing(count: int, now: float) -> list[Reading]:
    """People who stand still in the middle, side by side."""
    return [
        Reading(f"/person/{n}/{axis}", (value,), now, "test", private=True)
        for n in range(1, count + 1)
        for axis, value in (("x", 0.46 + 0.02 * n), ("y", 0.4))
    ]


def played(player: Player, seconds: float, people: int, *first: Entry) -> list[str]:
    """Play seconds of show time; returns the cues that stood, in order."""
    stood: list[str] = []
    for n in range(round(seconds / STEP)):
        now = player.frame.time
        step = player.step([*player.features(), *(first if n == 0 else ()), *standing(people, now)], now)
        assert step.refused == ()
        current = player.cues.current.id if player.cues.current else "-"
        if not stood or stood[-1] != current:
            stood.append(current)
    return stood


def ids(player: Player, heal: bool, odd: bool = False) -> list[str]:
    return [
        cue.id for cue in player.show.cues
        if not cue.condition
        or ("/score/odd" in cue.condition and (">=" in cue.condition) is odd)
        or ("/choice/heal" in cue.condition and (">=" in cue.condition) is heal)
    ]  # fmt: skip


@pytest.mark.parametrize(("people", "heal"), [(2, True), (0, False)])
def test_every_cue_of_a_branch_is_reached_and_the_cycle_leaves_its_mark(people: int, heal: bool) -> None:
    player = opened()
    stood = played(player, 1810.0 / SPEED, people, command("score", "0:00", SPEED))
    assert stood == [*ids(player, heal), "1", "2"]
    assert player.score.score.cycle == 1
    assert (player.room.marks.marks.heals, player.room.marks.marks.divides) == (int(heal), int(not heal))
    assert player.signals.get("/marks/heals") == float(heal)


def test_the_other_night_comes_in_the_next_cycle() -> None:
    player = opened()
    stood = played(player, 2 * 1800.0 / SPEED, 0, command("score", "0:00", SPEED))
    assert stood[stood.index("85") + 1] == "90"
    second = stood[stood.index("85") + 4 :]
    assert second[second.index("85") + 1] == "92"


def test_black_is_black_and_a_panic_stands() -> None:
    player = opened()
    played(player, 2.0, 1, command("score", "12:25"))
    assert player.dark
    assert {"black", "still", "silent"} <= player.cues.intended
    played(player, 20.0, 1)
    assert not player.dark
    played(player, 1800.0 / SPEED, 1, command("panic"), command("blackout", "on"))
    assert player.dark
    assert player.cues.calmed
    assert not player.score.score.running


def test_a_recording_holds_what_the_room_chose_though_nobody_is_in_it() -> None:
    player = opened()
    lines: list[str] = []
    stood: list[str] = []
    for n in range(round(300 / STEP / 4)):
        now = player.frame.time
        entries = [
            *player.features(),
            *([command("score", "13:00", 4.0)] if n == 0 else []),
            *standing(3, now),
        ]
        player.step(entries, now)
        lines.append(record_line(player.frame, entries))
        stood.append(player.cues.current.id if player.cues.current else "-")
    assert "67" in stood
    assert not any("/person" in line for line in lines)

    again = opened()
    replayed = []
    for recorded in replay(lines, "recording"):
        again.step(recorded.inbox, again.frame.time)
        replayed.append(again.cues.current.id if again.cues.current else "-")
    assert replayed == stood


@pytest.mark.parametrize(
    ("place", "said"),
    [("8:5", "M:SS"), ("45:00", "beyond its end"), ("act-9", "act 9"), ("act-x", "act x")],
)
def test_a_place_that_there_is_not_is_refused_with_the_reason(place: str, said: str) -> None:
    player = opened()
    step = player.step([command("score", place)], 0.0)
    ((_, reason),) = step.refused
    assert said in reason


def test_acts_begin_where_their_first_cue_stands() -> None:
    player = opened()
    played(player, STEP, 0, command("score", "act-3"))
    assert player.cues.current is not None
    assert player.cues.current.id == "40"
    assert player.signals.get("/score/act") == 3.0


def test_the_middle_of_a_fade_is_met_in_the_middle() -> None:
    player = opened()
    played(player, STEP, 0, command("score", "5:58"))
    assert player.tree.get_base("/scene/critics/edge")[0] == pytest.approx(20 / 85, abs=0.005), "evenly"


def test_a_preview_begins_at_once_and_a_film_of_a_scene_does_not() -> None:
    show = opened().show
    assert first_place(StageOptions(), show, by_itself=True) == "0:00"
    assert first_place(StageOptions(score="8:50"), show, by_itself=True) == "8:50"
    assert first_place(StageOptions(cue="40"), show, by_itself=True) == ""
    assert first_place(StageOptions(mode="perform"), show, by_itself=False) == ""


def test_a_preview_of_a_score_that_follows_time_code_waits_for_it() -> None:
    player = opened()
    assert player.show.score is not None
    spec = replace(player.show.score, start="time-code")
    follows: Any = SimpleNamespace(show=replace(player.show, score=spec))
    assert ScoreClock(StageOptions(), follows, True).commands(0.0) == []
    (first,) = ScoreClock(StageOptions(), player, True).commands(0.0)
    assert first.arguments == ("0:00",)


def test_run_joins_the_score_where_the_wall_clock_stands_and_keeps_step_with_it() -> None:
    player, clock = opened(), [datetime(2026, 3, 1, 18, 43, 10)]
    score = ScoreClock(StageOptions(mode="run"), player, True, lambda: clock[0])
    (first,) = score.commands(0.0)
    assert first.arguments == ("13:10",)
    played(player, STEP, 1, first)
    clock[0] = datetime(2026, 3, 1, 18, 59, 59)
    assert score.commands(1.0) == []
    clock[0] = datetime(2026, 3, 1, 19, 0, 0)
    (again,) = score.commands(2.0)
    assert again.arguments == ("0:00",)
    played(player, STEP, 1, command("panic"))
    clock[0] = datetime(2026, 3, 1, 19, 29, 59)
    assert score.commands(3.0) == []
    clock[0] = datetime(2026, 3, 1, 19, 30, 1)
    assert score.commands(4.0) == [], "the clock does not end a panic"


def test_a_later_stage_does_not_start_the_score_anew() -> None:
    assert ScoreClock(StageOptions(), opened(), False).commands(0.0) == []


def test_where_the_score_stands_crosses_to_the_keeper() -> None:
    mapping = Mapping.create(1)
    mapping.mark(Heartbeat(7, 1.0, 2.0, "65", "repairing", 3.0, 870.5, 4, True, 2.5))
    found = mapping.heartbeat()
    assert found is not None
    assert (found[1].score, found[1].cycle, found[1].heal, found[1].speed) == (870.5, 4, True, 2.5)
    mapping.close()


def test_marks_outlive_the_process_and_those_of_another_show_are_kept(tmp_path: Path) -> None:
    def bound() -> BoundMarks:
        return BoundMarks(Tree(list(MARKS)), Signals())

    first = bound()
    file = MarksFile(tmp_path, "piece", first)
    for heal in (True, True, False):
        first.marks.leave(heal)
        first.version += 1
        file.keep()
    other = bound()
    MarksFile(tmp_path, "other", other).keep()
    assert other.marks.text() == ""
    again = bound()
    MarksFile(tmp_path, "piece", again)
    assert again.marks.text() == Marks([True, True, False]).text() == "hhd"


def test_trace_lines_name_scene_and_cue(tmp_path: Path) -> None:
    from installation.cli.render.job import Job, render_job

    out = tmp_path / "t.jsonl"
    job = Job(
        show=None, venue="loopback", scene=None, cue=None, shader=None, input=None, out=None, seconds=0.5,
        fps=10.0, size="64x36", seed=0, settings=(), replay=None, trace=out, sheet=None, score="4:30",
    )  # fmt: skip
    assert render_job(job) == 0
    last = json.loads(out.read_text().splitlines()[-1])
    assert (last["scene"], last["cue"]) == ("strata", "10")


def test_resting_places_outlive_the_process_and_grow_older_meanwhile(tmp_path: Path) -> None:
    first, now = Bodies(), [1000.0]
    file = RestsFile(tmp_path, first, lambda: now[0])
    file.keep(1.0)
    first.remember([(0.25, 0.5, 60.0), (0.75, 0.5, 20.0)])
    file.keep(100.0)
    file.keep(400.0)
    now[0] += 3600.0
    again = Bodies()
    RestsFile(tmp_path, again, lambda: now[0])
    assert again.places == [(0.25, 0.5, 3660.0), (0.75, 0.5, 3620.0)]
    now[0] += 24 * 3600.0
    later = Bodies()
    RestsFile(tmp_path, later, lambda: now[0])
    assert later.places == []


def test_a_strange_file_of_resting_places_is_no_reason_to_stop(tmp_path: Path) -> None:
    StateFile(tmp_path, "rests").save({"at": 0, "places": [[2, 0, 1], ["x"], 7, [0.5, 0.5, 1]]})
    bodies = Bodies()
    RestsFile(tmp_path, bodies, lambda: 10.0)
    assert bodies.places == [(0.5, 0.5, 11.0)]


def restarted(player: Player) -> Player:
    """What a new stage makes of the last one's heartbeat."""
    again, score = opened(), player.score.score
    current = player.cues.current
    again.stand_at(current.id if current else "", player.interface.state, player.interface.elapsed)
    again.room.choice.restore(player.room.choice.healed)
    again.score.score.cycle = score.cycle
    again.score.resume(score.time if score.running else -1.0, current.id if current else "")
    return again


def test_a_crash_in_the_choice_loses_no_decision_and_in_a_fade_no_place() -> None:
    player = opened()
    played(player, 50.0, 2, command("score", "13:16"))
    assert player.room.choice.healed
    after = restarted(player)
    assert played(after, 40.0, 0)[-1] == "65"

    fading = opened()
    played(fading, 30.0, 0, command("score", "10:08"))
    before = fading.tree.get_base("/scene/rally/gather")[0]
    assert 0.2 < before < 0.5
    assert restarted(fading).tree.get_base("/scene/rally/gather")[0] == pytest.approx(before, abs=0.02)


def test_after_a_crash_in_an_empty_room_the_score_is_seen_when_somebody_comes() -> None:
    player = opened()
    played(player, 3.0, 1, command("score", "4:20"))
    assert played(player, 130.0, 0)[-1] == "93"
    after = restarted(player)
    assert played(after, 3.0, 0) == ["93"]
    assert played(after, 7.0, 1)[-1] == "16"


def test_an_empty_room_is_in_the_recording() -> None:
    player = opened()
    played(player, 3.0, 1, command("score", "4:20"))
    told = []
    for _ in range(1400):
        told += [
            one for one in player.features() if isinstance(one, Reading) and one.address == "/score/empty"
        ]
        player.step(player.features(), player.frame.time)
    assert [one.values for one in told] == [(1.0,)]


def test_a_cycle_leaves_one_mark_however_often_its_end_is_played() -> None:
    player = opened()
    for place in ("18:59", "18:59", "19:05"):
        played(player, 2.0, 1, command("score", place))
    assert player.room.marks.marks.text() == "d"
    unseen = opened()
    played(unseen, 2.0, 1, command("score", "16:00"))
    assert played(unseen, 200.0, 0)[-1] == "93"
    assert unseen.room.marks.marks.text() == "d", "a cycle that nobody saw leaves one too"


def test_a_scene_that_is_played_alone_begins_as_its_shader_says_and_not_where_the_cues_begin() -> None:
    assert opened().tree.get_base("/scene/ledger/draw") == (0.0,)
    alone = opened(scene="ledger")
    assert alone.tree.get_base("/scene/ledger/draw") == (-1.0,)
    assert alone.tree.get_base("/scene/rally/gather") == (0.0,), "the others stand as authored"


def test_a_score_that_the_schedule_has_stopped_is_not_started_by_the_wall_clock() -> None:
    clock = [datetime(2026, 3, 1, 18, 59, 59)]
    score = ScoreClock(StageOptions(mode="run"), opened(), False, lambda: clock[0])
    score.closed = True
    assert score.commands(0.0) == []
    clock[0] = datetime(2026, 3, 1, 19, 0, 0)
    assert score.commands(1.0) == []
    clock[0] = datetime(2026, 3, 1, 19, 29, 59)
    assert score.commands(2.0) == []
    score.closed, clock[0] = False, datetime(2026, 3, 1, 19, 30, 0)
    assert [one.verb for one in score.commands(3.0)] == ["score"]
